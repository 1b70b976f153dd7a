"""Pages on paper, on the big screen, and of strange and empty cities."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from browser import Visit
from pages import PHONE, SORTS, WALL, page_of, strange_pages, untranslated

from dashboards.catalogue import texts

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow

# Seconds pass 25 times as fast; loads and addresses are kept.
HASTE = """
(function () {
  var plain = window.setTimeout, replace = history.replaceState;
  window.setTimeout = function (act, ms) { return plain(act, ms >= 5000 ? ms / 25 : ms); };
  history.replaceState = function () {
    replace.apply(history, arguments);
    sessionStorage.passed = (sessionStorage.passed || '') + location.hash + ' ';
  };
  sessionStorage.loads = 1 + Number(sessionStorage.loads || 0);
}());
"""

# What is cut off by an edge of the window.
CUT_OFF = """
() => [].filter.call(document.querySelectorAll('main .card, main .kpis > li, main table, footer'), e => {
  var box = e.getBoundingClientRect();
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1;
}).map(e => e.nodeName + '.' + e.className)
"""


@pytest.mark.parametrize("kind", ["city", "school"])
def test_paper_shows_all_rows_and_no_controls(visit: Begin, real: Path, kind: str):
    """Printed, a table has all its rows, and nothing to press is on the sheet."""
    view = {"city": "rank", "school": "report"}[kind]
    page = visit().open(page_of(real, kind), view=view, level="teacher")
    expected = page.page.evaluate(
        "() => +document.querySelector('#rank .count').textContent.replace(/\\D/g, '')"
    )
    page.page.emulate_media(media="print")
    page.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert len(page.rows("#rank table")) == expected
    pressable = "button:not(.sort), input, select, nav, .pager, .switches, .define"
    assert [e.inner_text() for e in page.page.locator(pressable).all() if e.is_visible()] == []
    boxes = page.page.eval_on_selector_all(
        ".scroll", "all => all.filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.id)"
    )
    assert boxes == []  # nothing is cut off below
    assert page.page.locator(".print-head").is_visible()
    page.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.page.emulate_media(media="screen")
    assert len(page.rows("#rank table")) <= 100
    assert page.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("kind", SORTS[:2])
def test_the_big_screen_turns_its_pages_and_reloads(visit: Begin, real: Path, kind: str):
    """`?screen=1` has no controls, shows one slide after the other by itself, then loads the page anew."""
    page = visit(viewport=WALL)
    page.context.add_init_script(HASTE)
    page.page.goto(page_of(real, kind).as_uri() + "?screen=1")
    slides = page.settle().page.evaluate("() => COCKPIT.slides()")
    assert len(slides) >= 3
    assert page.page.locator("button, input, select").count() == 0
    page.page.wait_for_function("() => sessionStorage.loads === '2'", timeout=60_000)
    page.settle()
    hashes = page.page.evaluate("() => sessionStorage.passed").split()
    passed = [dict(parse_qsl(part.lstrip("#"))) for part in hashes]
    assert [s for s in slides if not any(s.items() <= at.items() for at in passed)] == []
    assert page.page.evaluate("() => COCKPIT.screen")


@pytest.mark.parametrize("kind", SORTS[:2])
def test_slides_fit_the_big_screen(visit: Begin, real: Path, kind: str):
    """No slide of 1920 × 1080 is cut off at an edge, nor its main part below."""
    page = visit(viewport=WALL).open(page_of(real, kind), screen="1")
    for slide in page.page.evaluate("() => COCKPIT.slides()"):
        page.go(**slide)
        assert page.page.evaluate(CUT_OFF) == [], slide


@pytest.mark.parametrize("site", ["strange", "empty"])
def test_strange_and_empty_cities_look_right(visit: Begin, sites: Path, site: str):
    """No data, one school, no teachers, odd names: all opens, fits a phone, and passes axe-core."""
    page = visit(viewport=PHONE)
    for file in strange_pages(sites / site):
        page.open(file)
        for language in ("zh", "en") if page.views() != [""] else ("",):  # a plain page has but one
            if language:
                page.go(lang=language)
            for view in page.each_view():
                where = (file.relative_to(sites), view, language)
                assert page.too_wide() == [], where
                assert untranslated(page) == [], where
                assert language == "en" or page.violations() == [], where


def test_a_city_without_data_says_so(visit: Begin, sites: Path):
    """Before the first drop the pages open and say that nothing has come yet."""
    for kind in ("public", "city"):
        page = visit().open(sites / "empty" / kind / "index.html")
        assert texts()["zh"]["no_periods"] in page.page.locator("main").inner_text()
