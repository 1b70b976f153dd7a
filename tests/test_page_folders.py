"""Folders of pages: carried off alone, linked, served, and with names and ids of all kinds."""

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import Visit
from page_city import FORMULA, STRANGE_ID
from pages import FOLDERS, KINDS, page_of
from tiny_warehouse import SCRIPT

from dashboards.catalogue import texts

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", FOLDERS[:4])
def test_a_folder_copied_alone_works(visit: Begin, real: Path, kind: str, tmp_path: Path):
    """A folder carried off on a stick opens without the rest of the site, every view of it."""
    page_file = page_of(real, kind)
    alone = tmp_path / "U 盘#1%20" / page_file.parent.name
    shutil.copytree(page_file.parent, alone)
    page = visit().open(alone / "index.html")
    for view in page.each_view():
        assert page.page.locator(".notice").count() == 0, view


def test_all_teachers_pages_copied_alone_work(visit: Begin, real: Path, tmp_path: Path):
    """The folder of teachers' pages works by itself as well."""
    page_file = page_of(real, "teacher")
    shutil.copytree(real / "teacher", tmp_path / "teacher", symlinks=False)
    page = visit().open(tmp_path / "teacher" / page_file.parent.name / "index.html")
    assert page.page.locator("h1").inner_text().strip()


@pytest.mark.parametrize("kind", KINDS)
def test_links_lead_somewhere(same_window: Begin, real: Path, kind: str):
    """Every link of every view leads to a page that is there; public and teachers' pages lead to nobody."""
    page = same_window(page_of(real, kind))
    for view in page.each_view():
        for href in page.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            parts = urlsplit(href)
            target = Path(unquote(parts.path))
            assert parts.scheme == "file", (view, href)
            assert target.exists(), (view, href)
            if kind in ("public", "teacher"):
                assert target in (page_of(real, kind), real / "public" / "lineage.html"), (view, href)


def test_one_walks_from_city_to_teacher_and_back(same_window: Begin, real: Path):
    """A reader goes down from the city by names, and the browser's back button leads up again."""
    page = same_window(page_of(real, "door"))
    page.page.click("a[href^='city/']")
    for level in ("district", "school", "teacher"):
        page.settle()
        if level != "teacher":
            page.go(view="rank", level=level)
        else:
            page.go(view="report")
        page.page.locator(f"#rank tbody a[href*='/{level}/']").first.click()
        page.page.wait_for_url(f"**/{level}/**")
    kinds = [page.settle().page.evaluate("() => COCKPIT.kind")]
    while kinds[-1] != "city":
        page.page.go_back()
        kinds.append(page.settle().page.evaluate("() => COCKPIT.kind"))
    assert list(dict.fromkeys(kinds)) == ["teacher", "school", "district", "city"]


def test_strange_ids_have_pages(same_window: Begin, real: Path):
    """A teacher whose id is no file name has a page all the same, found by the id."""
    page = same_window(page_of(real, "city"), view="rank", level="teacher", q=STRANGE_ID)
    page.page.locator("#found tbody th a").click()
    page.page.wait_for_url("**/teacher/**")
    page.settle()
    assert page.page.evaluate("() => COCKPIT.core.scope.id") == STRANGE_ID
    assert "独一人" in page.page.locator("h1").inner_text()


def test_names_stay_text(same_window: Begin, real: Path):
    """A name that is markup is shown as it is written, and nothing of it runs or becomes an element."""
    page = same_window(page_of(real, "city"), view="rank", level="district")
    assert SCRIPT in [cell for row in page.rows("#rank table") for cell in row]
    page.go(level="school")
    cells = [cell for row in page.rows("#rank table") for cell in row]
    assert {FORMULA, "A & B <b>校</b>", "无师学校" + SCRIPT} <= set(cells)
    assert page.page.locator("#app script").count() == 0


def test_theme_and_language_are_remembered(visit: Begin, real: Path):
    """A choice of colours and language holds for the next page opened, and links may override it."""
    page = visit().open(page_of(real, "city"))
    page.page.click("#theme-dark")
    page.page.click("#lang")
    page.open(page_of(real, "public"))
    shown = "() => [COCKPIT.lang, document.documentElement.dataset.theme]"
    assert page.page.evaluate(shown) == ["en", "dark"]
    page.open(page_of(real, "public"), lang="zh", theme="light")
    assert page.page.evaluate(shown) == ["zh", "light"]


def test_pages_work_from_a_web_server(visit: Begin, real: Path):
    """Served over HTTP the same folder works; data are asked for by run, so that no cache mixes two runs."""
    page = visit()
    root = real.resolve()
    asked: list[str] = []

    def answer(route) -> None:
        parts = urlsplit(route.request.url)
        asked.append(route.request.url)
        route.fulfill(path=root / unquote(parts.path).lstrip("/"))

    page.context.route("http://cockpit.test/**", answer)
    page.page.goto("http://cockpit.test/city/index.html")
    page.settle()
    for _ in page.each_view():
        assert page.page.locator(".notice").count() == 0
    page.faults[:] = [f for f in page.faults if "http://cockpit.test/" not in f]
    run = page.page.evaluate("() => COCKPIT.run.run_id")
    data = [url for url in asked if "/data/" in url and "/run.js" not in url]
    assert data
    assert [url for url in data if run not in url] == []


def test_a_folder_without_its_data_says_so(visit: Begin, real: Path, tmp_path: Path):
    """A folder that was copied without its data explains itself instead of staying blank."""
    shutil.copytree(page_of(real, "city").parent, tmp_path / "city", ignore=lambda *_: ["data"])
    page = visit().open(tmp_path / "city" / "index.html")
    assert texts()["zh"]["no_data_folder"] in page.page.locator("main").inner_text()
    assert all("data/" in f or "ERR_FILE_NOT_FOUND" in f for f in page.faults)
    page.faults.clear()
