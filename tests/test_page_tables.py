"""Tables of pages: found in, sorted, turned, linked to, and carried off as CSV and XLSX."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browser import Visit
from pages import (
    page_of,
    shard,
)

from dashboards.catalogue import texts

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow


def test_search_finds_by_name_id_and_initials(same_window: Begin, real: Path):
    """A teacher is found by a part of the name, by id, and by the initials of the name's pinyin."""
    people = [
        dict(zip(p, values, strict=True))
        for p in [shard(page_of(real, "district").parent, "people")]
        for values in zip(*p.values(), strict=True)
    ]
    plain = [p for p in people if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", p["name"])]
    sought = plain[len(plain) // 2]
    page = same_window(page_of(real, "district"), view="rank", level="teacher")
    for query in (sought["name"][:2], sought["id"], sought["initials"].split()[0], sought["id"].upper()):
        page.page.fill("#rank-q", query)
        page.page.locator("#found tbody").wait_for()
        assert sought["name"] in [cell for row in page.rows("#found table") for cell in row], query
        listed = [cell for row in page.rows("#rank table") for cell in row]
        assert sought["name"] in listed or page.rows("#rank table")[0] == [
            page.page.evaluate("() => COCKPIT.t('table.no_match')")
        ]


def test_schools_and_districts_are_found_by_initials(same_window: Begin, real: Path):
    """Rankings of schools and districts are filtered by initials, and say how many of all were found."""
    core = shard(real / "city", "core")
    page = same_window(page_of(real, "city"), view="rank", level="district")
    page.page.fill("#rank-q", core["districts"]["initials"][0].split()[0])
    assert core["districts"]["name"][0] in [cell for row in page.rows("#rank table") for cell in row]
    page.page.fill("#rank-q", "no such name")
    assert page.page.locator("#rank tbody .nothing").count() == 1


def test_a_link_keeps_filter_and_order(visit: Begin, real: Path):
    """The address of a filtered, sorted table opens the same table in another browser."""
    page = visit().open(page_of(real, "city"), view="rank", level="school")
    page.page.fill("#rank-q", "武汉")
    page.page.click("#rank-by-points")
    page.page.click("#rank-by-points")
    shown, address = page.rows("#rank table"), page.page.url
    other = visit()
    other.page.goto(address)
    other.settle()
    assert other.rows("#rank table") == shown
    assert other.page.input_value("#rank-q") == "武汉"
    assert 0 < len(shown) < len(shard(real / "city", "core")["schools"]["id"])


def test_sorting_orders_numbers_as_numbers(same_window: Begin, real: Path):
    """A column's head sorts by it, down first for numbers, up at the second click; dashes stay last."""
    page = same_window(page_of(real, "city"), view="rank", level="school")
    at = page.heads("#rank table").index(texts()["zh"]["rank.points"])

    def column() -> list[float | None]:
        cells = [row[at].replace(",", "") for row in page.rows("#rank table")]
        return [float(c) if re.fullmatch(r"[\d.]+", c) else None for c in cells]

    for desc in (True, False):
        page.page.click("#rank-by-points")
        values = column()
        known = [v for v in values if v is not None]
        assert known == sorted(known, reverse=desc)
        assert values[: len(known)] == known
        order = "descending" if desc else "ascending"
        assert page.page.locator(f"#rank th[aria-sort='{order}']").count() == 1


@pytest.mark.parametrize("kind", ["public", "city"])
def test_ties_are_shown_as_ties(same_window: Begin, real: Path, kind: str):
    """Equal ranks carry the mark of a tie, others none; the order of ranks is that of the data."""
    page = same_window(page_of(real, kind))
    spans = page.page.evaluate("() => COCKPIT.core.spans.map(s => s.file || s.id)")
    tied = 0
    for indicator in page.page.evaluate("() => COCKPIT.core.indicators.map(i => i.code)"):
        ranks = [
            r for r in shard(page_of(real, kind).parent, f"rank.school.{spans[0]}.{indicator}")["rank"] if r
        ]
        page.go(view="indicators" if indicator != "total" else "rank", level="school", ind=indicator)
        at = page.heads("#rank table").index(texts()["zh"]["rank.rank"])
        cells = [re.fullmatch(r"(\d+)\s*(.*)", row[at]) for row in page.rows("#rank table")]
        shown = [(int(c[1]), c[2] == texts()["zh"]["tie"]) for c in cells if c]
        assert shown == [(r, ranks.count(r) > 1) for r in ranks], indicator
        tied += sum(tie for _, tie in shown)
    assert tied


def test_the_back_button_undoes_a_step(same_window: Begin, real: Path):
    """Back returns to the view, span and level before; forward goes on again."""
    page = same_window(page_of(real, "city"))
    state = "() => [COCKPIT.state.view, COCKPIT.state.span, COCKPIT.state.level || '', document.title]"
    steps = [page.page.evaluate(state)]
    for changes in (
        {"view": "rank", "level": "school"},
        {"span": "month"},
        {"level": "teacher"},
        {"view": "active"},
    ):
        page.go(**changes)
        steps.append(page.page.evaluate(state))
    for before in reversed(steps[:-1]):
        page.page.go_back()
        page.settle()
        assert page.page.evaluate(state) == before
    page.page.go_forward()
    assert page.settle().page.evaluate(state) == steps[1]


def test_long_tables_have_pages(same_window: Begin, real: Path):
    """A table shows fifty rows and turns its pages; none is lost and none is shown twice."""
    page = same_window(page_of(real, "city"), view="rank", level="teacher")
    listed = shard(real / "city", "top.2022.total")
    at = page.heads("#rank table").index(texts()["zh"]["rank.id"])
    seen: list[str] = []
    while True:
        seen += [row[at] for row in page.rows("#rank table")]
        following = page.page.locator("#rank-next")
        if not following.count() or following.is_disabled():
            break
        following.click()
    assert seen == listed["id"]
    assert len(seen) > 50


def sheet(workbook: bytes, name: str) -> list[list[str | float]]:
    """The rows of a sheet, as a spreadsheet would read them; formulas are not allowed."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        parts = {n: ElementTree.fromstring(archive.read(n)) for n in archive.namelist()}
    root = parts[name]
    assert not list(root.iter(f"{space}f"))
    rows = []
    for row in root.iter(f"{space}row"):
        cells = {}
        for cell in row:
            letters = re.sub(r"\d", "", cell.get("r", ""))
            at = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(letters))) - 1
            text = "".join(t.text or "" for t in cell.iter(f"{space}t"))
            value = cell.find(f"{space}v")
            cells[at] = float(value.text) if value is not None else text
        rows.append([cells.get(i, "") for i in range(max(cells, default=-1) + 1)])
    return rows


def test_exports_hold_what_is_shown(visit: Begin, real: Path):
    """CSV and XLSX hold all rows found, in the order shown, with Chinese intact and numbers as numbers."""
    page = visit(accept_downloads=True).open(
        page_of(real, "city"), view="rank", level="school", sort="-points", q="武汉"
    )
    shown = page.rows("#rank table")
    names = [row[page.heads("#rank table").index(texts()["zh"]["rank.school"])] for row in shown]
    file, content = page.download("#rank-csv")
    assert file.endswith(".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[0] == page.heads("#rank table")
    at = lines[0].index(texts()["zh"]["rank.school"])
    assert [line[at] for line in lines[1:]] == names
    file, content = page.download("#rank-xlsx")
    assert file.endswith(".xlsx")
    rows = sheet(content, "xl/worksheets/sheet1.xml")
    assert rows[0] == lines[0]
    assert [row[at] for row in rows[1:]] == names
    points = lines[0].index(texts()["zh"]["rank.points"])
    assert [row[points] for row in rows[1:]] == [float(row[points].replace(",", "")) for row in shown]
    about = dict(row[:2] for row in sheet(content, "xl/worksheets/sheet2.xml") if len(row) > 1)
    assert about[texts()["zh"]["export.filter"]] == "武汉"


def test_exports_are_harmless(visit: Begin, real: Path):
    """Names that a spreadsheet would run as formulas leave as text: quoted in CSV, as strings in XLSX."""
    page = visit(accept_downloads=True).open(page_of(real, "city"), view="rank", level="teacher")
    _, content = page.download("#rank-csv")
    cells = [c for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for c in line]
    numeric = re.compile(r"[+-]?[\d.,]+%?")
    assert not [c for c in cells if re.match(r"[=+\-@\t\r]", c) and not numeric.fullmatch(c)]
    _, content = page.download("#rank-xlsx")
    names = {c for row in sheet(content, "xl/worksheets/sheet1.xml") for c in row}
    top = shard(real / "city", "top.2022.total")
    odd = {n for n in top["name"] if re.match(r"[=+\-@]", n)}
    assert odd
    assert odd <= names
    assert {"'" + n for n in odd} <= set(cells)
