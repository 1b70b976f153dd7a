"""`python -m pipelines.award.pictures AWARD HOME OUT`: the README's pictures of a campaign.

Needs a Chromium, and Debian's poppler-utils and libreoffice-calc, which nothing else in the project does.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboards.browser import find_browser, offline, open_browser
from pipelines.award.certified import all_certificates
from pipelines.award.state import State

_WIDTH, _HEIGHT = 1000, 800


def _page_of(pdf: Path, picture: Path, pixels: int = 700) -> None:
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(pixels), "-scale-to-y", "-1"]
    subprocess.run([*command, str(pdf), str(picture.with_suffix(""))], check=True)


def _sheet(sheet: Path, picture: Path) -> None:
    with TemporaryDirectory() as folder:
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*command, "--outdir", folder, str(sheet)], check=True, stdout=subprocess.DEVNULL)
        _page_of(Path(folder) / f"{sheet.stem}.pdf", picture, 1000)


def main() -> int:
    """Make them."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.award.pictures", description=__doc__)
    for name in ("award", "home", "out"):
        parser.add_argument(name, type=Path)
    told = parser.parse_args()
    browser_path = find_browser()
    if browser_path is None:
        parser.error("no Chromium is installed")
    certificate = next(iter(all_certificates(State.read(told.award)).values()))
    _sheet(told.award / "sheets" / "E3" / "teacher_space.xlsx", told.out / "sheet.png")
    _sheet(told.award / "results" / "results.xlsx", told.out / "results.png")
    showcase = (told.home / "site" / "showcase").resolve()
    _page_of(showcase / "bulletin" / "bulletin.pdf", told.out / "bulletin.png")
    for name, pdf in {
        "publicity": "publicity/publicity.pdf",
        "notice": "documents/notice.pdf",
        "certificate": f"documents/certificates/{certificate.number}.pdf",
    }.items():
        _page_of(told.award / pdf, told.out / f"{name}.png")
    with open_browser(browser_path) as browser:
        page = offline(browser, viewport={"width": _WIDTH, "height": _HEIGHT}).new_page()
        page.goto((showcase / "index.html").as_uri())
        page.screenshot(path=told.out / "showcase.png")
        page.goto((showcase / "check.html").as_uri())
        page.fill("#code", certificate.code)
        page.click("button")
        page.screenshot(path=told.out / "check.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
