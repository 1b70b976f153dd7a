"""The page of lineage and the list of files: what `cockpit lineage` tells, for an auditor to read."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from html import unescape
from pathlib import Path

import pytest
from browser import Visit

from dashboards.assets import rendered
from dashboards.glossary import Glossary, glossary
from dashboards.inputs import sums
from dashboards.lineage import column_id, lineage_data
from pipelines.dbt_runner import load_lineage, load_manifest
from pipelines.lineage.columns import Table, origins
from pipelines.lineage.products import with_products

RUN = {"run_id": "R1", "as_of": "2022-03-31", "known_at": None}
RUN |= {f"{of}_sha256": of * 16 for of in ("input", "rules", "code")}
Begin = Callable[..., Visit]


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """Every table, from the drops to the site."""
    return with_products(load_lineage())


@pytest.fixture(scope="module")
def words() -> Glossary:
    """The Chinese words of tables and columns."""
    return glossary(load_manifest())


@pytest.fixture(scope="module")
def page(tables, words) -> str:
    """The page as the city has it."""
    layers = lineage_data([asdict(table) for table in tables.values()], words)
    return rendered("lineage", run=RUN, layers=layers, is_city=True).decode()


def test_everything_is_said_in_chinese(tables, words):
    """Each table and column has Chinese words: a new one without them is to be added to glossary/."""
    assert [name for name in tables if not words.table(name)] == []
    mute = [
        f"{t.name}.{column}"
        for t in tables.values()
        for column in t.columns
        if t.kind != "export" and not words.column(t.name, column)
    ]
    assert mute == []


def test_the_glossary_has_no_words_for_what_is_gone(tables, words):
    """A table or column that no longer exists is not explained any longer."""
    assert words.tables.keys() <= tables.keys()
    named = {column for t in tables.values() for column in t.columns}
    named |= {f"{t.name}.{column}" for t in tables.values() for column in t.columns}
    assert words.columns.keys() <= named


def _linked(page: str) -> dict[str, tuple[set[str], set[str]]]:
    """Per id of a column, where its links up and down lead."""
    found = {}
    for row in re.findall(r"<tr id=.*?</tr>", page):
        own, cells = unescape(re.match('<tr id="([^"]*)"', row)[1]), row.split("<td>")
        up, down = (set(map(unescape, re.findall('href="#([^"]*)"', cell))) for cell in cells[2:4])
        found[own] = (up, down)
    return found


def test_the_page_tells_what_the_command_tells(tables, page):
    """Every column links to all that it is made of, and from there back; nothing is added or left out."""
    links = _linked(page)
    up = {
        column_id(t.name, column): {column_id(*above) for above in made.columns} | set(made.rows_of)
        for t in tables.values()
        for column, made in ((c, t.made.get(c)) for c in t.columns)
        if made is not None
    }
    assert {own: linked[0] for own, linked in links.items() if linked[0]} == {
        o: u for o, u in up.items() if u
    }
    back = {(above, own) for own, aboves in up.items() for above in aboves if above in links}
    assert {(own, below) for own, linked in links.items() for below in linked[1]} == back


def test_every_link_of_the_page_has_a_place(page):
    """No link leads to an id that is not there, and no id is there twice."""
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall('href="#([^"]*)"', page)) <= set(ids)


def test_the_page_lists_the_run(page):
    """Run id and the digests of code, rules and input stand on it."""
    assert [value for value in RUN.values() if value and value not in page] == []


def test_a_hand_made_listing_is_checked_by_sha256sum(tmp_path: Path):
    """File names with a backslash, a line end or blanks are listed as sha256sum reads them."""
    names = ["a b.csv", "back\\slash", "line\nend", "中文.csv"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    listing = sums([{"path": name, "sha256": empty} for name in names])
    done = subprocess.run(
        ["sha256sum", "--check", "--strict"], cwd=tmp_path, input=listing, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.count(b"OK")) == (0, 4)


@pytest.mark.slow
def test_every_input_is_listed_with_its_digest(sites: Path):
    """The city's list holds every file of the drops, and is what sha256sum finds in RAW."""
    listing, raw = sites / "real/city/inputs.sha256", sites / "raw"
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", listing.resolve()], cwd=raw, capture_output=True, check=False
    )
    handed_over = [p for p in raw.glob("*/dt=*/*") if p.is_file()]
    assert (done.returncode, done.stdout.count(b"OK")) == (0, len(handed_over))
    page = (sites / "real/city/inputs.html").read_text(encoding="utf-8")
    assert all(line.split()[0] in page for line in listing.read_text(encoding="utf-8").splitlines())


@pytest.mark.slow
def test_one_follows_a_column_to_the_drops(visit: Begin, real: Path, tables):
    """A click on a column lists the whole way up and down; the search finds columns by Chinese words."""
    shown = visit().open(real / "city" / "lineage.html")
    shown.page.fill("#word", "教师指数：该教师")
    assert "个字段" in shown.page.inner_text("#hits")
    shown.page.click("[id='marts.teacher_index.points'] th a")
    shown.page.locator(".way td > div").nth(1).wait_for()
    up, down = shown.page.eval_on_selector_all(
        ".way td > div", "all => all.map(box => [].map.call(box.querySelectorAll('a'), a => a.hash.slice(1)))"
    )
    whole = origins(tables, "marts.teacher_index", "points").keys() - {("marts.teacher_index", "points")}
    assert set(up) == {name if column == "*" else column_id(name, column) for name, column in whole}
    assert any(id_.startswith("exports.teacher_ranking.") for id_ in down)


@pytest.mark.slow
def test_the_page_is_read_without_scripts(visit: Begin, real: Path):
    """With scripts off all tables are there and the search box, which would do nothing, is not."""
    shown = visit(java_script_enabled=False)
    shown.page.goto((real / "public" / "lineage.html").as_uri())
    assert shown.page.locator("section.table").count() > 100
    assert not shown.page.locator("#find").is_visible()
    shown.page.click("a[href='#marts.points_ledger'] >> nth=0")
    assert shown.page.locator("[id='marts.points_ledger']").is_visible()
