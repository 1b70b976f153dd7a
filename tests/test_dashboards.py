"""The pages: what they say, how they say it, and what they never do."""

import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import polars as pl
import pytest
from tiny_warehouse import FORMULA, LONG, SCRIPT, empty_warehouse, insert, small_city

import dashboards
from dashboards import figures, queries
from dashboards.numbers import index_text, share_text
from dashboards.overview import anchor
from dashboards.site import build_site
from dashboards.texts import CATALOGUE, ZH

PACKAGE = Path(dashboards.__file__).parent


class _Page(HTMLParser):
    """The texts of a page outside scripts, its tables' rows, its links, and its tags with attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("script", "td", "th"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data):
        if "script" in self._open:
            return
        self.texts.append(data)
        if self._open:
            self.rows[-1][-1] += data


def _html(con: duckdb.DuckDBPyConnection, out: Path) -> str:
    build_site(con, out)
    return (out / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the small city."""
    return _html(small_city(), tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def page(html: str) -> _Page:
    """The same, parsed."""
    return _Page(html)


@pytest.mark.parametrize(
    ("points", "teachers", "shown"),
    [(85, 80, "1.06"), (107, 40, "2.68"), (1, 3, "0.33"), (1, 200, "0.01"), (0, 5, "0.00"), (0, 0, "—"),
     (None, 4, "—"), (123456, 1, "123,456.00")],
)  # fmt: skip
def test_an_index_is_shown_rounded_half_up(points, teachers, shown):
    """Indices show two decimals, rounded half up from the exact fraction; without listed teachers a dash."""
    assert index_text(points, teachers) == shown


def test_a_share_of_nothing_is_a_dash():
    """A share in per cent is rounded half up; without anybody to share there is none."""
    assert [share_text(1, 3), share_text(1, 2000), share_text(0, 0)] == ["33.3%", "0.1%", "—"]


def test_plotly_never_offers_to_upload():
    """Plotly is configured in one place, and there its upload to a cloud is off."""
    assert figures.CONFIG["showSendToCloud"] is False
    assert figures.CONFIG["plotlyServerURL"] == ""
    assert figures.CONFIG["displaylogo"] is False
    sources = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".js", ".j2")]
    naming = [p.name for p in sources if "showSendToCloud" in p.read_text(encoding="utf-8")]
    assert naming == ["figures.py"]


def test_the_page_carries_plotlys_configuration(html):
    """The configuration reaches the page as it stands."""
    assert '"plotlyServerURL": ""' in html
    assert '"showSendToCloud": false' in html


def test_plotly_is_one_shared_file(tmp_path, html):
    """Plotly is one file beside the pages, referenced by a relative path and never inlined."""
    written = build_site(small_city(), tmp_path)
    shared = tmp_path / "assets" / "plotly.min.js"
    assert {p.relative_to(tmp_path).as_posix() for p in written} == {
        "index.html", "assets/plotly.min.js", "assets/site.css", "assets/site.js"
    }  # fmt: skip
    assert shared.stat().st_size > 1_000_000
    assert len(html) < 300_000
    assert html.count('src="assets/plotly.min.js"') == 1


def test_the_page_asks_no_network(html, page):
    """Nothing on the page points at a host, and its script is classic ES5: no module, no fetch."""
    addresses = [v for _, attrs in page.tags for n, v in attrs.items() if n in ("src", "href") and v]
    assert not [a for a in addresses if re.match(r"[a-z]+://|//", a)]
    script = (PACKAGE / "assets" / "site.js").read_text(encoding="utf-8")
    assert "fetch(" not in script + html
    assert 'type="module"' not in html
    assert not re.search(r"=>|\b(let|const)\b|`", script)


def test_the_page_links_to_checks_and_exports(page):
    """The page leads to the results of the checks and to the exports."""
    links = {attrs.get("href") for tag, attrs in page.tags if tag == "a"}
    assert {"checks.html", "../exports/", "../exports/rankings.xlsx"} <= links


def test_names_are_shown_literally(html, page):
    """A name that is markup is text on the page, and no script runs from it."""
    assert SCRIPT not in html
    assert SCRIPT in "\n".join(page.texts)
    assert "A & B <b>校</b>" in [row[1].removesuffix(SCRIPT) for row in page.rows if len(row) > 1]


def test_charts_show_names_literally():
    """Plotly reads a little markup in texts, so names reach it escaped."""
    frame = queries.entities(small_city(), "district").filter(pl.col("period_id") == "2022")
    figure = figures.which_districts_lead(frame)
    assert figure.layout.yaxis.ticktext[0] == "1  &lt;script&gt;…ert(1)&lt;/script&gt;"
    assert figure.data[0].hovertext[0].startswith("&lt;script&gt;alert(1)&lt;/script&gt;<br>")


def test_long_names_are_cut_in_charts_only(html):
    """A name of forty characters is whole in the table and shortened on the chart's axis."""
    assert figures.shortened(LONG) == LONG[:4] + "…" + LONG[-7:]
    assert f">{LONG}<" in html


def test_charts_leave_out_who_is_not_ranked():
    """A district without listed teachers has no bar, and no zero either."""
    frame = queries.entities(small_city(), "district").filter(pl.col("period_id") == "2022")
    assert len(figures.which_districts_lead(frame).data[0].x) == 2


def test_a_chart_of_nothing_says_so():
    """Without any ranked row a chart is empty and says why."""
    frame = queries.entities(empty_warehouse(), "school")
    figure = figures.which_schools_lead(frame, 20)
    assert len(figure.data) == 0
    assert figure.layout.annotations[0].text == ZH["figure_empty"]


def test_ties_have_equal_ranks_and_say_so(page):
    """Equal indices show the same rank, marked as a tie, beside their sum and their denominator."""
    tied = [LONG + "江岸区", "1.06", "85", "80"], [FORMULA + SCRIPT, "1.06", "17", "16"]
    rows = [row for row in page.rows if row[1:] in tied]
    assert [row[0] for row in rows] == ["2并列"] * 4  # two schools in two periods


def test_who_has_no_teachers_has_a_dash(page):
    """A school or district without listed teachers is in the table, last, with dashes for rank and index."""
    assert ["—", "空区", "—", "0", "0"] in page.rows
    assert ["—", "无师学校" + SCRIPT, "—", "0", "0"] in page.rows


def test_ties_past_the_end_of_a_table_are_counted(page):
    """Where the list of teachers is cut inside a tie, the page says how many are left out."""
    assert ZH["ties_cut"].format(count=47) in page.texts


def test_levels_reconcile_on_the_page(page):
    """City, districts, schools and teachers are summed each from its own table and shown to agree."""
    assert ["积分合计", "112", "112", "112", "112", "✓ 一致"] in page.rows
    assert ["在册教师", "97", "97", "97", "97", "✓ 一致"] in page.rows
    assert ZH["unlisted_points"].format(points=9) in page.texts


def test_a_difference_between_levels_is_shown(tmp_path):
    """A school that is missing makes the reconciliation fail visibly."""
    con = small_city()
    con.execute("delete from marts.school_index where school_id = 'S1' and period_id = '2022'")
    page = _Page(_html(con, tmp_path))
    assert ["积分合计", "112", "112", "27", "112", "✗ 不一致"] in page.rows


def test_the_page_accounts_for_every_record(page):
    """Records are counted by source and in all, by what became of them, and refusals are named."""
    assert ["活动", "1", "34", "30", "2", "2"] in page.rows
    assert ["合计", "2", "1,234", "1,130", "62", "42"] in page.rows
    assert ["格式损坏", "2"] in page.rows
    assert "logins/dt=2022-03-03/x.csv.gz：truncated <gz>" in page.texts
    assert "notes & ideas.txt" in page.texts


def test_the_page_says_what_it_was_made_from(page):
    """As-of day, data window and run stand on the page."""
    assert {"2022-03-31", "2022-03-01 至 2022-03-30", "20220331T000000-abcdef01"} <= set(page.texts)


def test_the_newest_year_is_shown_first(page):
    """Periods are years, newest first, then windows; the first is the one shown."""
    sections = [a for tag, a in page.tags if tag == "section" and "period" in (a.get("class") or "")]
    assert [(a["id"], a["class"]) for a in sections] == [
        ("period-2022", "period on"), ("period-2021", "period"), ("period-award-2022", "period")
    ]  # fmt: skip


def test_ids_on_the_page_are_unique(page):
    """Every id stands once, also for periods with strange ids."""
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert len({anchor("a b"), anchor("a_b"), anchor("a-b"), anchor("a_20_b")}) == 4


def test_the_same_warehouse_gives_the_same_bytes(tmp_path):
    """Two builds of one warehouse are equal byte for byte, whatever order its rows lie in."""
    con = small_city()
    first = _html(con, tmp_path / "a")
    for table in ("teacher_index", "indicator_index", "entities"):
        con.execute(f"create or replace table marts.{table} as from marts.{table} order by hash({table})")
    assert _html(con, tmp_path / "b") == first


def test_an_empty_city_has_a_page(tmp_path):
    """Without periods, teachers or files the page opens and says that nothing has come yet."""
    page = _Page(_html(empty_warehouse(), tmp_path))
    assert ZH["no_periods"] in page.texts
    assert ["合计", "0", "0", "0", "0", "0"] in page.rows


def test_a_period_without_a_roster_has_a_page(tmp_path):
    """A period for which no roster exists shows dashes, not an error."""
    con = empty_warehouse()
    insert(con, "marts.periods", [("2022", "year", "2022年", "2022-01-01", "2022-12-31", "2022-03-31")])
    page = _Page(_html(con, tmp_path))
    assert ["积分合计", "0", "0", "0", "0", "✓ 一致"] in page.rows
    assert "—" in page.texts


def test_building_only_reads(tmp_path):
    """Pages are built from a warehouse opened for reading only."""
    path = tmp_path / "warehouse.duckdb"
    con = small_city()
    con.execute(f"attach '{path}' as kept")
    con.execute("copy from database memory to kept")
    con.close()
    with duckdb.connect(str(path), read_only=True) as opened:
        assert build_site(opened, tmp_path / "site")


def test_languages_have_the_same_texts():
    """Every language of the catalogue has the same keys, and templates hold no Chinese of their own."""
    assert all(set(texts) == set(ZH) for texts in CATALOGUE.values())
    own = [*PACKAGE.glob("templates/*.j2"), *PACKAGE.glob("assets/*.js"), PACKAGE / "figures.py"]
    words = [re.findall(r"[\u4e00-\u9fff]+", p.read_text(encoding="utf-8")) for p in own]
    assert words == [[]] * len(own)
