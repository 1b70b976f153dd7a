"""What pages say: every word from the catalogue, in either language, whatever is chosen."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Visit
from pages import FOLDERS, SORTS, data_strings, page_of, untranslated

from dashboards.catalogue import texts

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow
CJK = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")


@pytest.mark.parametrize("kind", SORTS)
def test_no_switch_leaves_a_key_without_words(same_window: Begin, real: Path, kind: str):
    """Whatever view, span, level or indicator is chosen, no key, unfilled place or `undefined` is shown."""
    page = same_window(page_of(real, kind))
    spans = page.page.evaluate("() => COCKPIT.core.spans.map(s => s.id)")
    for view in page.each_view():
        for span in spans:
            page.go(span=span)
            assert untranslated(page) == [], (view, span)
    if kind in ("public", "city", "district"):
        for code in page.page.evaluate("() => COCKPIT.core.indicators.map(i => i.code)"):
            page.go(view="indicators", ind=code, level="school" if kind == "public" else "teacher")
            assert untranslated(page) == [], code


@pytest.mark.parametrize("kind", FOLDERS)
def test_english_pages_are_english(visit: Begin, real: Path, kind: str):
    """After the switch to English only names and texts of the data are Chinese."""
    page = visit().open(page_of(real, kind))
    page.page.click("#lang")
    page.settle()
    assert page.page.evaluate("() => document.documentElement.lang") == "en"
    data = data_strings(page_of(real, kind)) + texts()["en"]["lang.other"]
    for view in page.each_view():
        strange = {run for _, text in page.texts() for run in CJK.findall(text) if run not in data}
        assert strange == set(), view


@pytest.mark.parametrize("kind", SORTS)
def test_no_word_stands_outside_the_catalogue(visit: Begin, real: Path, kind: str, tmp_path: Path):
    """With every text of the catalogue emptied, what is left on a page comes from its data."""
    page_file = page_of(real, kind)
    copied = tmp_path / "copy"
    shutil.copytree(page_file.parent.parent if kind == "teacher" else page_file.parent, copied)
    emptied = {
        language: {key: f" {' '.join(re.findall('{[a-z_]+}', text))} " for key, text in own.items()}
        for language, own in texts().items()
    }
    (copied / "assets" / "texts.js").write_text(f"COCKPIT.texts={json.dumps(emptied)};", encoding="utf-8")
    page_file = copied / page_file.parent.name / "index.html" if kind == "teacher" else copied / "index.html"
    data = data_strings(page_file) + (copied / "assets" / "definitions.js").read_text(encoding="utf-8")
    page = visit().open(page_file)
    for view in page.each_view():
        shown = [text for tag, text in page.texts() if tag != "code"]
        own = {w for text in shown for w in [*CJK.findall(text), *LATIN.findall(text)] if w not in data}
        assert own == set(), view
