"""Visits to pages in a Chromium whose network is cut, and what goes wrong on them. A pytest plugin."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from once import made_once
from page_city import write_page_city
from playwright.sync_api import Browser, Download
from tiny_warehouse import empty_warehouse, small_city

from dashboards.browser import NAMES, OUTSIDE, find_browser, offline, open_browser, settle
from dashboards.site import build_site
from pipelines.dbt_runner import load_manifest

NO_BROWSER = f"no browser ({', '.join(NAMES)}): apt-get install chromium fonts-noto-cjk"

# Sentences and names that are shown, with their elements' tags; what screen readers alone hear is among them.
_TEXTS = """
() => {
  var walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [], node;
  while ((node = walker.nextNode())) {
    var tag = node.parentNode.nodeName.toLowerCase();
    if (/^(script|style|noscript)$/.test(tag) || !node.textContent.trim()) { continue; }
    if (node.parentNode.closest('[id^="decision-"]')) { tag = 'decision'; }
    found.push([tag, node.textContent.trim()]);
  }
  ['aria-label', 'title', 'placeholder', 'label'].forEach(function (name) {
    [].forEach.call(document.body.querySelectorAll('[' + name + ']'), function (element) {
      found.push(['@' + name, element.getAttribute(name)]);
    });
  });
  found.push(['title', document.title]);
  return found;
}
"""

# Elements that reach past the right edge, but for those inside a box that scrolls by itself.
_TOO_WIDE = """
() => {
  var width = document.documentElement.clientWidth, found = [];
  if (Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) <= width) { return found; }
  [].forEach.call(document.body.querySelectorAll('*'), function (element) {
    if (element.getBoundingClientRect().right > width + 0.5) {
      found.push(element.nodeName.toLowerCase() + '.' + element.className);
    }
  });
  return found.slice(0, 5).concat('page is ' + document.documentElement.scrollWidth + ' wide');
}
"""

_ROWS = "table => [].map.call(table.tBodies[0].rows, row => [].map.call(row.cells, c => c.innerText.trim()))"
_HEADS = """
table => [].map.call(table.tHead.rows[table.tHead.rows.length - 1].cells,
  cell => (cell.querySelector('.sort') || cell).innerText.trim())
"""


# Of all that axe-core tells only this leaves the page, and the script goes in once: half of the time it took.
_VIOLATIONS = """
() => axe.run(document, {resultTypes: ['violations'], preload: false, selectors: false}).then(found =>
  found.violations.map(v => v.id + ' (' + v.nodes.length + '): ' + v.nodes[0].html.slice(0, 200)))
"""


class Visit:
    """One page in a fresh browser context; `faults` gathers errors, dialogs and requests for the outside."""

    def __init__(self, browser: Browser, **options: Any):
        """`options` are those of a Playwright context: viewport, color_scheme and so on."""
        self.faults: list[str] = []
        self.context = offline(browser, **options)
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.page.on("console", lambda m: self._note("console", m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note("page", str(error)))
        self.page.on("requestfailed", lambda r: self._note("failed", r.url))
        self.page.on("request", lambda r: self._note("outside", r.url) if OUTSIDE.match(r.url) else None)
        self.page.on("dialog", self._dismiss)

    def _note(self, kind: str, text: str) -> None:
        self.faults.append(f"{kind}: {text}")

    def _dismiss(self, dialog: Any) -> None:
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def open(self, file: Path, **state: str) -> "Visit":
        """Open a file as a double-click does, with a state in its hash, and wait until all is drawn."""
        if self.page.url != "about:blank":
            self.page.goto("about:blank")  # else another hash alone would not load anew
        self.page.goto(file.as_uri() + ("#" + urlencode(state) if state else ""))
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until all is drawn."""
        settle(self.page)
        return self

    def go(self, **state: str | None) -> "Visit":
        """Change the page's state by its own function and wait until all is drawn."""
        self.page.evaluate("state => COCKPIT.go(state)", state)
        return self.settle()

    def views(self) -> list[str]:
        """The ids of the page's views; a plain page has one, without a name."""
        return self.page.evaluate("() => window.COCKPIT ? COCKPIT.views().map(view => view.id) : ['']")

    def each_view(self) -> Iterator[str]:
        """Show one view after the other."""
        for view in self.views():
            if view:
                self.go(view=view)
            yield view

    def texts(self) -> list[tuple[str, str]]:
        """(tag, text) of each text of the page, and (@attribute, text) of its labels."""
        return [(tag, text) for tag, text in self.page.evaluate(_TEXTS)]

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways, if it does."""
        return self.page.evaluate(_TOO_WIDE)

    def violations(self) -> list[str]:
        """What axe-core finds: rule and first element of each."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(_VIOLATIONS)

    def rows(self, table: str = "main table") -> list[list[str]]:
        """The cells of a table's body, as shown."""
        return self.page.eval_on_selector(table, _ROWS)

    def heads(self, table: str = "main table") -> list[str]:
        """The titles of a table's columns."""
        return self.page.eval_on_selector(table, _HEADS)

    def download(self, button: str) -> tuple[str, bytes]:
        """(file name, bytes) of what a button hands over."""
        with self.page.expect_download() as waiting:
            self.page.click(button)
        taken: Download = waiting.value
        return taken.suggested_filename, Path(taken.path()).read_bytes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a module; not longer, for Playwright's loop would be in others' way."""
    path = find_browser()
    if path is None:
        pytest.skip(NO_BROWSER)
    with open_browser(path) as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Begin visits; whatever a test is about, no visit may end with an error or a request to anywhere."""
    begun: list[Visit] = []

    def begin(**options: Any) -> Visit:
        begun.append(Visit(browser, **options))
        return begun[-1]

    yield begin
    for one in begun:
        one.context.close()
    assert [fault for one in begun for fault in one.faults] == []


@pytest.fixture(scope="module")
def _window(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.context.close()


@pytest.fixture
def same_window(_window: Visit) -> Iterator[Callable[..., Visit]]:
    """Open pages of one window, for tests that choose nothing a page remembers, as `visit` else.

    A fresh context loads and compiles all scripts anew: three times as long.
    """
    yield _window.open
    faults, _window.faults[:] = list(_window.faults), []
    assert faults == []


def _make_sites(root: Path) -> None:
    """real/ by a whole run, then strange/ and empty/ from warehouses made by hand."""
    raw = root / "raw"
    write_page_city(raw)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "run", "--raw", raw, "--home", root / "home"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (root / "real").symlink_to(Path("home") / "site")
    for name, warehouse in (("strange", small_city), ("empty", empty_warehouse)):
        with warehouse() as con:
            build_site(con, root / name, None, load_manifest())


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sites real/, strange/ and empty/; made once, whichever worker asks first."""
    if find_browser() is None:
        pytest.skip(NO_BROWSER)
    return made_once(tmp_path_factory, "sites", _make_sites)


@pytest.fixture
def real(sites: Path) -> Path:
    """The site of a small made-up city, by a whole run."""
    return sites / "real"
