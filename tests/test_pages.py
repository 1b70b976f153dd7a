"""Every page and every view, opened from files in a Chromium without a network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Visit
from pages import FOLDERS, KINDS, PHONE, PLAIN, SORTS, WALL, page_of

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow

MODES = {
    "light": ({"theme": "light"}, {}),
    "dark": ({"theme": "dark"}, {"color_scheme": "dark"}),
    "screen": ({"screen": "1"}, {"viewport": WALL}),
    "English phone": ({"theme": "light", "lang": "en"}, {"viewport": PHONE, "has_touch": True}),
}


# Of the lineage's hundred tables, all of one template, ten: axe takes half a minute for all.
_FEW_TABLES = """
() => [].slice.call(document.querySelectorAll('section.table'), 10).forEach(table => { table.remove(); })
"""


@pytest.mark.parametrize("kind", KINDS)
def test_every_view_opens_with_the_network_cut(same_window: Begin, real: Path, kind: str):
    """Each page and view opens from a file, says something, draws its charts, asks for nothing outside."""
    page = same_window(page_of(real, kind))
    seen = []
    for view in page.each_view():
        assert page.page.locator("h1").count() == 1
        assert len(page.page.locator("main").inner_text()) > 20, view
        assert page.page.locator(".notice").count() == 0, view
        assert page.page.locator(".plot-note:not(:empty)").count() == 0, view
        seen.append(page.page.title())
    assert len(set(seen)) == len(seen) >= (3 if kind in FOLDERS[:4] else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_no_view_scrolls_sideways_on_a_phone(visit: Begin, real: Path, kind: str):
    """At 360 pixels no page is wider than the phone; wide tables scroll in boxes of their own."""
    page = visit(viewport=PHONE, has_touch=True).open(page_of(real, kind))
    wide = {view: page.too_wide() for view in page.each_view()}
    assert {view: parts for view, parts in wide.items() if parts} == {}


LOOKS = [(kind, "light") for kind in KINDS] + [
    (kind, mode) for kind in (*PLAIN, *SORTS) for mode in MODES if mode != "light"
]


@pytest.mark.parametrize(("kind", "mode"), LOOKS)
def test_axe_finds_no_violation(visit: Begin, real: Path, kind: str, mode: str):
    """Every view can be read and used by all: light, dark, on the big screen, in English on a phone."""
    state, options = MODES[mode]
    if kind in PLAIN:
        state = {}
    page = visit(**options).open(page_of(real, kind), **state)
    page.page.evaluate(_FEW_TABLES)
    found = {}
    for view in page.each_view():
        found[view] = page.violations() + (page.too_wide() if mode == "English phone" else [])
    assert {view: faults for view, faults in found.items() if faults} == {}


@pytest.mark.parametrize("kind", FOLDERS)
def test_each_page_says_what_it_was_made_from(same_window: Begin, real: Path, kind: str):
    """As-of day, data window and run stand on every view, and the levels' sums agree."""
    page = same_window(page_of(real, kind))
    run = page.page.evaluate("() => COCKPIT.run")
    for view in page.each_view():
        head = page.page.locator("header").inner_text()
        assert all(str(run[key]) in head for key in ("run_id", "as_of", "first_on", "last_on")), view
        assert page.page.locator("header .good").count() == 1, view
        assert page.page.locator("header .bad").count() == 0, view


@pytest.mark.parametrize("kind", FOLDERS)
def test_plotly_never_offers_to_upload(same_window: Begin, real: Path, kind: str):
    """The share-to-cloud button is off in every chart, and no chart shows one when it is pointed at."""
    page = same_window(page_of(real, kind))
    charts = 0
    for view in page.each_view():
        for chart in page.page.locator(".plot").all():
            context = chart.evaluate("plot => plot._context")
            assert (context["showSendToCloud"], context["plotlyServerURL"]) == (False, ""), view
            chart.hover(force=True)
            charts += 1
        titles = page.page.eval_on_selector_all(".modebar-btn", "all => all.map(b => b.dataset.title || '')")
        assert not [t for t in titles if re.search("cloud|share|chart studio|upload", t, re.IGNORECASE)]
    assert charts > 0


@pytest.mark.parametrize("kind", FOLDERS)
def test_each_chart_has_words_and_a_table(same_window: Begin, real: Path, kind: str):
    """Beside every chart stand a summary in words and a table of the same numbers."""
    page = same_window(page_of(real, kind))
    for view in page.each_view():
        for figure in page.page.locator("figure").all():
            title = figure.locator("h3").inner_text()
            assert len(figure.locator(".summary").inner_text()) > 5, (view, title)
            if figure.locator(".twin").count():
                figure.locator(".twin summary").click()
                figure.locator(".twin tbody tr").first.wait_for()
            else:  # the table below it is its twin
                assert figure.locator("xpath=following-sibling::*[1]//table").count() == 1, (view, title)


@pytest.mark.parametrize("kind", FOLDERS)
def test_each_definition_is_there(same_window: Begin, real: Path, kind: str):
    """The 口径 of every number opens by keyboard, by pointer and by tap, and says something."""
    page = same_window(page_of(real, kind))
    asked = 0
    for view in page.each_view():
        missing = page.page.evaluate("""
            () => [].slice.call(document.querySelectorAll('.define')).map(button => {
              button.focus();
              var text = document.querySelector('.definition p');
              return text && text.textContent !== COCKPIT.t('define.none') ? ''
                : (document.querySelector('.definition code') || button).textContent;
            })
        """)
        assert [m for m in missing if m] == [], view
        asked += len(missing)
    assert asked > 3
    page.go(view=page.views()[0])
    button, shown = page.page.locator("main .define").first, page.page.locator(".definition")
    for open_it in (button.hover, button.click):
        page.page.keyboard.press("Escape")
        page.page.mouse.move(0, 0)
        shown.wait_for(state="detached")
        open_it()
        shown.wait_for()
