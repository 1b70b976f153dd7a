"""`explain` and `trace` as pages, and `docs`: all that the models hold, in Chinese, alone in a file."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import duckdb
import pytest
from browser import Visit
from pages import PHONE

from pipelines import cli
from pipelines.dbt_docs import write_docs
from pipelines.explain import explain_teacher
from pipelines.explain.fates import FATES
from pipelines.explain.model import Explanation
from pipelines.explain.page import NO_RECORD, why, write_explanation
from pipelines.explain.render import printable
from pipelines.explain.standing import explain_standing
from pipelines.home import Home
from pipelines.trace import trace_record

pytestmark = pytest.mark.slow

Begin = Callable[..., Visit]


def _ask(home: Home, query: str) -> tuple:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(query).fetchone()


@pytest.fixture(scope="module")
def busy(home: Home) -> Explanation:
    """All of the teacher with the most kinds of outcomes and, among such, the most units."""
    (teacher,) = _ask(
        home,
        "select teacher_id from marts.points_ledger group by all "
        "order by count(distinct (rule_code, decision)) desc, count(*) desc, teacher_id limit 1",
    )
    return explain_teacher(home, teacher)


@pytest.fixture(scope="module")
def pages(home: Home, busy: Explanation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each kind, by the command line."""
    out = tmp_path_factory.mktemp("pages")
    unit = next(u for r in busy.rules for u in r.units if u.records)
    school, district = _ask(
        home, "select school_id, district_id from marts.school_index where city_rank = 2 order by all limit 1"
    )
    record = unit.records[0]
    asked = {
        "teacher": ["explain", busy.teacher_id],
        "unit": ["explain", busy.teacher_id, "--unit", unit.unit_id],
        "school": ["explain", school, "--level", "school"],
        "district": ["explain", district, "--level", "district"],
        "rank": ["explain", school, "--level", "school", "--rank"],
        "trace": ["trace", record.path, str(record.record_number)],
    }
    for name, (command, *rest) in asked.items():
        assert cli.main([command, "--home", str(home.root), *rest, "--html", str(out / f"{name}.html")]) == 0
    return out


def _text(page: Path) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", "", page.read_text(encoding="utf-8"))))


def test_a_teachers_page_holds_every_record(pages: Path, busy: Explanation):
    """Each point and each record is there: unit, file, number, digest of the file, text, and its one fate."""
    html, said = (pages / "teacher.html").read_text(encoding="utf-8"), _text(pages / "teacher.html")
    assert f"所列积分合计 {busy.points} 分" in said
    for rule in busy.rules:
        assert all(unit.unit_id in said and why(unit) in said for unit in rule.units), rule.rule_code
        assert all(text in said for text in rule.texts_chinese)
    records = list(busy.all_records())
    assert records
    shown = [unescape(text) for text in re.findall("<pre>(.*?)</pre>", html, re.DOTALL)]
    assert {printable(r.text) for r in records if r.text} <= set(shown)
    for r in records:
        assert f"{r.path} 第 {r.record_number} 条" in said
        assert r.sha256 in said
        assert FATES[r.fate].chinese in said
    assert all(f"{u.path} 第 {u.record_number} 条" in said for u in busy.unused)


def test_each_page_says_what_it_was_made_from(home: Home, pages: Path):
    """The digests of drops, rules and code stand on it as the results tell them."""
    rules = "(select sha256(string_agg(cast(r as varchar), chr(10) order by r)) from rulebook.rules as r)"
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        row = con.execute(f"select run_id, input_sha256, code_sha256, {rules} from ops.run").fetchone()
    for page in sorted(pages.iterdir()):
        assert [told for told in row if told not in _text(page)] == [], page.name


def test_each_outcome_has_a_reason_in_chinese(busy: Explanation):
    """What was given, capped, short or never entered is said in Chinese, with numbers or by a fate."""
    units = [unit for rule in busy.rules for unit in rule.units]
    assert {unit.decision for unit in units} == {"awarded", "over_cap", "not_met", "not_in_ledger"}
    for unit in units:
        if unit.decision == "not_met":
            assert why(unit) == f"进度 {unit.progress} / {unit.threshold}"
        elif unit.decision == "not_in_ledger":
            assert set(why(unit).split("；")) <= {NO_RECORD, *(fate.chinese for fate in FATES.values())}
            assert (why(unit) == NO_RECORD) == (not list(unit.all_records()))
        else:
            assert f"第 {unit.cap_rank} 次，上限 {unit.cap} 次" in why(unit)


def test_text_of_records_is_never_markup(busy: Explanation, tmp_path: Path):
    """A record that holds a script is shown, not run."""
    record = next(iter(busy.all_records()))
    held, record.text = record.text, "</pre><script>alert(1)</script>"
    write_explanation(busy, tmp_path / "page.html")
    record.text = held
    assert "&lt;/pre&gt;&lt;script&gt;alert(1)" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_page_of_a_rank_tells_what_lies_between(home: Home, pages: Path):
    """The neighbours, what is lacking, and every rule's part stand on it; members on a school's own page."""
    said = _text(pages / "rank.html")
    school = re.search("学校 (.+?) ", said)[1]
    found = explain_standing(home, "school", school, with_neighbours=True)
    neighbours = [n for p in found.periods for r in p.ranks for n in (r.above, r.below) if n]
    assert neighbours
    for n in neighbours:
        assert f"第 {n.rank} 名 {n.name}（{n.entity_id}）" in said
        assert f"{n.points_to_draw_level} 分" in said
        assert all(d.rule_name in said for d in n.differences)
    members = _text(pages / "school.html")
    listed = [m for p in explain_standing(home, "school", school).periods for m in p.members]
    assert listed
    assert all(m.entity_id in members for m in listed)


def test_a_page_of_a_trace_tells_the_fate_and_the_ranks(home: Home, pages: Path):
    """The record's text, its one fate in Chinese, its units, and each index with and without the points."""
    said = _text(pages / "trace.html")
    path, number = re.search(r"文件(\S+) 第 (\d+) 条", said).groups()
    trace = trace_record(home, path, int(number))
    assert " ".join(printable(trace.text).split()) in said
    assert trace.fate_chinese in said
    assert all(unit.unit_id in said for unit in trace.units)
    assert all(s.entity_id in said for p in trace.periods for s in p.standings)
    assert any(
        f"（没有则 {s.city_rank_without}）" in said for p in trace.periods for s in p.standings
    ) or all(not s.is_moved() for p in trace.periods for s in p.standings)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": PHONE}], ids=["light", "phone"])
def test_each_page_can_be_used_by_all(visit: Begin, pages: Path, options: dict):
    """axe finds nothing, light or dark, on a phone nothing is too wide, and nothing is asked of a network."""
    page = visit(**options)
    for file in sorted(pages.iterdir()):
        page.open(file)
        page.page.eval_on_selector_all("details", "all => all.slice(0, 20).forEach(d => { d.open = true; })")
        assert page.violations() == [], file.name
        assert page.too_wide() == [], file.name


def test_a_page_is_written_or_nothing_is(home: Home, busy: Explanation, tmp_path: Path, capsys):
    """A folder that is not there is one line and exit 1; --json and --html together are a usage error."""
    command = [
        "explain",
        "--home",
        str(home.root),
        busy.teacher_id,
        "--html",
        str(tmp_path / "no" / "x.html"),
    ]
    assert cli.main(command) == 1
    assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--json"])
    assert ended.value.code == 2


def test_dbts_documentation_is_one_offline_page(visit: Begin, home: Home, tmp_path: Path):
    """`docs` writes all models with their columns and types, without a trace of this machine or of when."""
    page = write_docs(home, tmp_path / "docs")
    assert [p.name for p in page.parent.iterdir()] == ["index.html"]
    text = page.read_text(encoding="utf-8")
    assert '"model.cockpit.points_ledger"' in text
    assert '"type":"TIMESTAMP"' in text
    assert not [place for place in (str(Path.cwd()), str(tmp_path), "/tmp/") if place in text]
    shown = visit()
    shown.page.goto(page.as_uri() + "#!/model/model.cockpit.points_ledger")
    shown.page.get_by_text("credited_at").first.wait_for()
    # dbt's page asks for a few icons beside it by their templates' own names; for nothing outside.
    assert [f for f in shown.faults if not f.startswith(("console:", "failed: file:"))] == []
    shown.faults.clear()
