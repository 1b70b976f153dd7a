"""`make screenshots`: the README's pictures, taken of the demo's site and written to docs/screenshots/."""

import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urljoin

from playwright.sync_api import Browser

from dashboards.browser import find_browser, offline, open_browser, settle

_DESK, _WALL, _PHONE = (1280, 800), (1920, 1080), (390, 720)


class Shot(NamedTuple):
    """A picture: its name, the kind of its page and the state of that, the window, and pixels per dot."""

    name: str
    kind: str
    state: dict[str, str]
    window: tuple[int, int] = _DESK
    pixels: float = 0.85


SHOTS = (
    Shot("city", "city", {"theme": "light"}),
    Shot("city-dark", "city", {"theme": "dark", "view": "analysis"}),
    Shot("screen", "city", {"screen": "1"}, _WALL, 0.55),
    Shot("district", "district", {"theme": "light", "view": "rank"}),
    Shot("school", "school", {"theme": "light", "view": "report"}),
    Shot("teacher", "teacher", {"theme": "light"}),
    Shot("phone", "public", {"theme": "light"}, _PHONE, 1),
)


def pages_of(browser: Browser, site: Path) -> dict[str, str]:
    """The address of a page of each kind: the city's, and down from there by whoever leads."""
    found = {kind: (site.resolve() / kind / "index.html").as_uri() for kind in ("public", "city")}
    steps = [("city", "rank", "district"), ("district", "rank", "school"), ("school", "report", "teacher")]
    with offline(browser) as context:
        page = context.new_page()
        for kind, view, below in steps:
            page.goto(f"{found[kind]}#view={view}&level={below}")
            settle(page)
            link = page.locator(f"#rank tbody a[href*='{below}/']").first.get_attribute("href")
            found[below] = urljoin(found[kind], (link or "").split("#")[0])
    return found


def _take(browser: Browser, shot: Shot, address: str, file: Path) -> None:
    width, height = shot.window
    options = {"viewport": {"width": width, "height": height}, "device_scale_factor": shot.pixels}
    with offline(browser, **options) as context:
        page = context.new_page()
        page.goto(f"{address}#{urlencode(shot.state)}")
        settle(page)
        page.screenshot(path=file, animations="disabled")


def main(home: Path, out: Path) -> int:
    """Take every picture of HOME's site; 1 without a browser."""
    path = find_browser()
    if path is None:
        print("no browser: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    with open_browser(path) as browser:
        pages = pages_of(browser, home / "site")
        for shot in SHOTS:
            file = out / f"{shot.name}.png"
            _take(browser, shot, pages[shot.kind], file)
            print(f"{file}  {file.stat().st_size / 1000:,.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
