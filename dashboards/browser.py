"""A headless Chromium with its network cut: for tests of pages, screenshots and the bench, not for runs."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
OUTSIDE = re.compile(r"^(?!file:|data:|blob:|about:)")

# Counts scripts on their way: data shards and Plotly come by script tags that pages add.
_WATCH = """
(function () {
  window.__coming = 0;
  function done() { window.__coming -= 1; }
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      change.addedNodes.forEach(function (node) {
        if (node.nodeName !== 'SCRIPT' || !node.src || document.readyState === 'loading') { return; }
        window.__coming += 1;
        node.addEventListener('load', done);
        node.addEventListener('error', done);
      });
    });
  }).observe(document, {childList: true, subtree: true});
}());
"""

# Drawn: the page has its main part, no script is on its way, and every chart is there; and for 30 ms,
# since what a shard brings may ask for the next.
_SETTLED = """
() => {
  var plots = [].slice.call(document.querySelectorAll('.plot')), now = Date.now();
  var drawn = document.readyState === 'complete' && document.querySelector('main') && !window.__coming &&
    plots.every(function (plot) { return plot.querySelector('.main-svg'); });
  if (!drawn) { window.__drawn = 0; return false; }
  window.__drawn = window.__drawn || now;
  return now - window.__drawn >= 30;
}
"""


def find_browser() -> str | None:
    """The path of a Chromium on this machine, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """Start the Chromium at `path`; nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def offline(browser: Browser, **options: Any) -> BrowserContext:
    """A fresh context (no cache, no storage) that can reach nothing but files."""
    context = browser.new_context(offline=True, **options)
    context.route(OUTSIDE, lambda route: route.abort())
    context.add_init_script(_WATCH)
    return context


def settle(page: Page) -> None:
    """Wait until all is drawn."""
    page.wait_for_function(_SETTLED, polling=25, timeout=60_000)
