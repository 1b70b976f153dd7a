"""The charts: pure functions of the pages' scripts, called in a Chromium, checked by Plotly's own schema."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page

import dashboards
from dashboards.catalogue import texts

ASSETS = Path(dashboards.__file__).parent / "assets"
SCRIPTS = (ASSETS / "figures.js", *sorted(ASSETS.glob("figures-*.js")))
LONG = "武汉市东湖新技术开发区华中师范大学附属第一实验九年一贯制学校光谷未来科技城校区北"
SCRIPT = "<script>alert(1)</script>"
PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A7F00", "#000000"]
THEME = {
    "dark": False, "text": "#1b2533", "soft": "#556172", "grid": "#e1e6ed", "paper": "#ffffff",
    "palette": PALETTE, "sequential": ["#f2f6fa", "#9cc4e2", "#06325a"],
}  # fmt: skip

# A chart that read a clock, chance or the page would end in an error here.
_CLOSED = """
Math.random = Date.now = function () { throw new Error('a chart reads chance or the clock'); };
window.Date = document.getElementById = document.querySelector = Math.random;
window.COCKPIT = {};
window.say = {
  t: function (key, params) {
    if (!(key in TEXTS)) { throw new Error('no text ' + key); }
    return TEXTS[key].replace(/\\{(\\w+)\\}/g, function (all, name) {
      if (!(name in (params || {}))) { throw new Error(key + ' wants ' + name); }
      return params[name];
    });
  },
  number: String, index: function (n) { return n === null ? '—' : n.toFixed(2); }, signed: String,
  percent: function (n) { return n === null ? '—' : (100 * n).toFixed(1) + '%'; }
};
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """A page with the charts' scripts alone, in which clock and chance are out of reach."""
    opened = browser.new_page()
    opened.add_script_tag(content=_CLOSED.replace("TEXTS", json.dumps(texts()["zh"])))
    for script in SCRIPTS:
        opened.add_script_tag(content=script.read_text(encoding="utf-8"))
    return opened


def spec_of(page: Page, figure: str, data: dict[str, Any], theme: dict[str, Any] = THEME) -> dict[str, Any]:
    """What COCKPIT.figures.<figure> returns."""
    call = "([figure, data, theme]) => COCKPIT.figures[figure](data, say, theme)"
    return page.evaluate(call, [figure, data, theme])


def value_of(page: Page, helper: str, *arguments: Any) -> Any:
    """What a helper of COCKPIT.figures returns."""
    return page.evaluate("([helper, a]) => COCKPIT.figures[helper].apply(null, a)", [helper, list(arguments)])


def days(count: int, step: int = 1, first: date = date(2021, 11, 29)) -> list[str]:
    """So many days, `step` apart."""
    return [(first + timedelta(days=step * i)).isoformat() for i in range(count)]


def numbers(count: int, most: int = 97) -> list[int]:
    """Some numbers, a zero and equals among them."""
    return [(i * 31 + 5) % (most + 1) for i in range(count)]


def names(count: int) -> list[str]:
    """Names as they come: equal ones, long ones, markup, digits alone."""
    odd = [LONG, SCRIPT, "2022", "=1+1", "A & B"]
    return [odd[i] if i < len(odd) else f"武汉市第{i % 40}小学" for i in range(count)]


def _categories(n: int) -> dict[str, Any]:
    series = [{"name": name, "points": numbers(n)} for name in ("空间建设", "教学应用", SCRIPT)]
    return {"weeks": days(n, 7), "series": series}


def _active(n: int) -> dict[str, Any]:
    return {"starts": days(n), "active": numbers(n), "teachers": 97 if n else 0, "unit": "day"}


def _turnover(n: int) -> dict[str, Any]:
    return {
        "starts": days(n, 7),
        "gained": numbers(n),
        "back": numbers(n),
        "lost": [*numbers(n)[1:], None][:n],
        "unit": "week",
    }


def _hours(n: int) -> dict[str, Any]:
    return {"hours": [[n * (day + hour) for hour in range(24)] for day in range(7)]}


def _streaks(n: int) -> dict[str, Any]:
    return {
        "buckets": [
            {"name": name, "teachers": n * i} for i, name in enumerate(("未登录", "1–7天", "31天以上"))
        ]
    }


def _movers(n: int) -> dict[str, Any]:
    return {
        "rows": [
            {"name": name, "moved": i - n // 2 or 1, "rank": i + 1, "before": i + 2}
            for i, name in enumerate(names(n))
        ]
    }


def _heat(n: int) -> dict[str, Any]:
    rules = ["空间登录", "信息完善", "Teaching articles"]
    return {
        "rows": names(n), "rules": rules, "index": [[i, 1.5, None if i == 1 else i % 3] for i in range(n)],
        "cap_share": [[0.5, None, 1.0] for _ in range(n)],
    }  # fmt: skip


def _schools(n: int) -> dict[str, Any]:
    schools = [
        {
            "id": str(i),
            "name": name,
            "teachers": 1 + i % 90,
            "index": i % 200 / 3,
            "group": f"学段{i % 9}",
            "note": "江岸区",
        }
        for i, name in enumerate(names(n))
    ]
    groups = sorted({school["group"] for school in schools})
    return {
        "schools": schools,
        "groups": groups,
        "average": 20.5 if n else None,
        "named": list(range(min(n, 3))),
    }


def _spread(n: int) -> dict[str, Any]:
    row = {"least": 0, "q1": 1.5, "median": 2, "q3": 4.25, "most": 9, "zero_share": 0.25, "teachers": 8}
    return {"rows": [{"name": name} | row for name in names(n)]}


def _points(n: int) -> dict[str, Any]:
    known = n or None
    return {"points": numbers(n, 1234), "median": known and 2.5, "q1": known and 0, "q3": known and 9}


def _reasons(n: int) -> dict[str, Any]:
    return {"rows": [{"name": name, "records": n - i} for i, name in enumerate(names(n))]}


def _arrivals(n: int) -> dict[str, Any]:
    return {"days": days(n), "events": [i + 5 for i in numbers(n)], "late": [i % 5 for i in range(n)]}


def _rules(n: int) -> dict[str, Any]:
    groups = ["空间建设", "教学应用"]
    rules = [
        {"name": name, "group": groups[i % 2], "points": i + 1, "cap_share": 0.5 if i % 3 else None}
        for i, name in enumerate(names(n))
    ]
    return {"rules": rules, "groups": groups}


def _calendar(n: int) -> dict[str, Any]:
    first = date(2024, 1, 1)
    return {
        "year": 2024,
        "as_of": "2024-12-30",
        "day": days(min(n, 365), first=first),
        "points": numbers(min(n, 365)),
    }


FIGURES_AND_DATA = {
    "whichCategoriesEarn": _categories,
    "howManyAreActive": _active,
    "whoCameAndWent": _turnover,
    "whenAreTheyActive": _hours,
    "howLongAreStreaks": _streaks,
    "whoMovedMost": _movers,
    "whatIsEachGoodAt": _heat,
    "doesSizeMatter": _schools,
    "howDoTeachersDiffer": _spread,
    "howManyEarnHowMuch": _points,
    "whyWereRecordsRefused": _reasons,
    "howMuchCameLate": _arrivals,
    "whereDoPointsComeFrom": _rules,
    "whichDaysEarned": _calendar,
}
CHARTS = pytest.mark.parametrize("figure", FIGURES_AND_DATA)
DARK = THEME | {"dark": True, "paper": "#171f29"}


@CHARTS
@pytest.mark.parametrize("count", [0, 1, 2, 17, 1100])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_knows_every_property_of_each_chart(page: Page, figure: str, count: int, narrow: bool):
    """Nothing, one, or a thousand rows, wide or on a phone: Plotly's schema accepts the chart."""
    spec = spec_of(page, figure, FIGURES_AND_DATA[figure](count) | {"narrow": narrow})
    assert set(spec) == {"data", "layout"}
    go.Figure(spec)
    assert bool(spec["data"]) == bool(count) or figure == "whichDaysEarned", (
        "a calendar is one without points, too"
    )


@CHARTS
def test_equal_data_give_equal_charts(page: Page, figure: str):
    """A chart depends on its arguments alone, and leaves them as they are."""
    data = FIGURES_AND_DATA[figure](17)
    before = json.dumps(data)
    assert spec_of(page, figure, data) == spec_of(page, figure, data)
    kept = page.evaluate(
        "([figure, data, theme]) => { COCKPIT.figures[figure](data, say, theme); return data; }",
        [figure, data, THEME],
    )
    assert json.loads(before) == kept


@CHARTS
def test_a_dark_page_gets_a_chart_of_its_own(page: Page, figure: str):
    """The theme's colours are used: no chart is drawn the same on light and dark."""
    go.Figure(spec_of(page, figure, FIGURES_AND_DATA[figure](17), DARK))


@CHARTS
def test_names_are_text_in_every_chart(page: Page, figure: str):
    """Plotly reads < and & in texts as markup: a name that looks like markup is shown, not obeyed."""
    spec = json.dumps(spec_of(page, figure, FIGURES_AND_DATA[figure](17)), ensure_ascii=False)
    assert "<script" not in spec
    if SCRIPT in json.dumps(FIGURES_AND_DATA[figure](17)):
        assert "&lt;script&gt;" in spec


@CHARTS
def test_no_chart_names_months_by_plotlys_locale(page: Page, figure: str):
    """A time axis brings its own ticks: Plotly would write English months on a Chinese page."""
    layout = spec_of(page, figure, FIGURES_AND_DATA[figure](17))["layout"]
    for axis in [layout[key] for key in layout if key.startswith(("xaxis", "yaxis"))]:
        assert axis.get("type") != "date" or axis["tickmode"] == "array"


def test_every_chart_is_tested(page: Page):
    """A function that returns a chart stands in the list above; the others are helpers."""
    helpers = {
        "plain", "shortened", "told", "labels", "daysBetween", "weekday", "standing",
        "correlation", "sevenDays", "bins", "dayOfYear", "parts",
    }  # fmt: skip
    assert set(page.evaluate("Object.keys(COCKPIT.figures)")) == helpers | set(FIGURES_AND_DATA)


def test_long_names_are_cut_in_the_middle(page: Page):
    """Schools of one city begin alike: head and tail stay, and no character is cut in two."""
    assert value_of(page, "shortened", LONG, 24) == "武汉市东…来科技城校区北"
    assert value_of(page, "shortened", "江岸区", 24) == "江岸区"
    assert value_of(page, "shortened", "😀" * 40, 9) == "😀…😀😀😀"


def test_what_all_names_begin_with_is_dropped_before_any_is_cut(page: Page):
    """武汉市江岸区…, 武汉市江汉区…: the city's name says nothing on a chart of its schools."""
    schools = [f"武汉市江{x}区育才第二实验小学" for x in "岸汉夏"]
    assert value_of(page, "labels", schools, 24) == [f"{x}区育才第二实验小学" for x in "岸汉夏"]
    assert value_of(page, "labels", ["武汉市一小", "武汉市二小", "武汉市三小"], 24) == [
        "武汉市一小",
        "武汉市二小",
        "武汉市三小",
    ]
    assert value_of(page, "told", [LONG] * 3) == [LONG.removeprefix("武汉市东湖新技术开发区")] * 3
    inside = [f"武汉市武昌区梅苑小学{i}" for i in range(3)]
    assert value_of(page, "told", inside) == [name.removeprefix("武汉市") for name in inside], "half at most"


def test_days_are_counted_by_the_calendar(page: Page):
    """Leap years, and years below 100, which JavaScript's Date takes for 19xx."""
    for first, last in (
        ("2024-02-28", "2024-03-01"),
        ("0022-01-01", "2022-05-31"),
        ("0001-01-01", "9999-12-31"),
    ):
        assert (
            value_of(page, "daysBetween", first, last)
            == (date.fromisoformat(last) - date.fromisoformat(first)).days
        )
    for day in ("2022-05-31", "2000-02-29", "1900-03-01", "0001-01-01"):
        assert value_of(page, "weekday", day) == date.fromisoformat(day).weekday()
    for year, i in ((2022, 0), (2022, 364), (2024, 59), (1900, 59)):
        assert value_of(page, "dayOfYear", year, i) == (date(year, 1, 1) + timedelta(days=i)).isoformat()


def test_standing_compares_rows_within_a_column(page: Page):
    """What a district is good at is told against the other districts of the same rule, never across rules."""
    rows = [[1, 100, 5, None], [3, 300, 5, 2], [2, 200, 5, None]]
    standing = value_of(page, "standing", rows)
    assert [row[0] for row in standing] == [row[1] for row in standing]
    assert [row[2] for row in standing] == [0, 0, 0]
    assert [row[3] for row in standing] == [None, 0, None]
    assert standing[1][0] > 0 > standing[0][0]


def test_correlation_is_that_of_the_books(page: Page):
    """1 and -1 on a line; none where nothing varies."""
    assert value_of(page, "correlation", [1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert value_of(page, "correlation", [1, 2, 3], [6, 4, 2]) == pytest.approx(-1)
    assert value_of(page, "correlation", [1, 1, 1], [6, 4, 2]) is None


def test_bins_hold_every_teacher_once_and_zero_apart(page: Page):
    """A zero is not a small number: it has a bar of its own."""
    for points in ([0, 0, 3], numbers(200, 1234), [0], [1], [20, 21]):
        bins = value_of(page, "bins", points)
        assert sum(one["count"] for one in bins) == len(points)
        assert bins[0] == {"from": 0, "to": 0, "count": points.count(0)}
        assert all(one["count"] == sum(one["from"] <= p <= one["to"] for p in points) for one in bins)


def test_a_calendar_shows_every_day_of_the_year_once(page: Page):
    """Weeks across: 366 days of a leap year, those after the as-of day empty, not zero."""
    spec = spec_of(
        page,
        "whichDaysEarned",
        {"year": 2024, "as_of": "2024-02-29", "day": ["2024-02-29"], "points": [7], "narrow": False},
    )
    cells = [value for row in spec["data"][0]["z"] for value in row if value is not None]
    assert len(cells) == 31 + 29
    assert sum(cells) == 7
    told = [text for row in spec["data"][0]["hovertext"] for text in row if text]
    assert len(told) == len(set(told)) == 366


def test_a_heat_map_tells_value_and_share_of_the_cap(page: Page):
    """Colour is relative; the text of a cell is the index itself and how much of the cap was used."""
    spec = spec_of(
        page,
        "whatIsEachGoodAt",
        {
            "rows": ["甲区", "乙区"],
            "rules": ["空间登录"],
            "index": [[1.5], [3]],
            "cap_share": [[0.254], [None]],
            "narrow": False,
        },
    )
    assert spec["data"][0]["text"] == [["1.50<br>25%"], ["3.00"]]
    assert spec["data"][0]["z"] == [[-1], [1]]
