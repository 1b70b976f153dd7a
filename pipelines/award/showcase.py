"""The showcase: a folder of the site with winners, what speaks for their spaces, criteria and calendar.

HOME/showcase/       what the last `award showcase` made; every release's site takes it over
SITE/showcase/       index.html, check.html, assets/, files/ with the documents; copied alone it works
Before any campaign has winners it tells calendar, awards and criteria of the project's own tables.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dashboards.assets import asset_files
from pipelines.award.campaign import Campaign, load_campaign
from pipelines.award.evidence_words import evidence_of
from pipelines.award.issuing import REGISTER
from pipelines.award.journal import SHOWCASE
from pipelines.award.prose import award_lists
from pipelines.award.shortlist import Listed
from pipelines.award.state import State
from pipelines.award.steps import Step
from pipelines.errors import CockpitError
from pipelines.files import fsync_path
from pipelines.home import Home
from pipelines.rendering import write_page

FOLDER = "showcase"
_PERIOD = "award-2022"
_FILES = (
    "publicity/publicity.pdf",
    "publicity/publicity.docx",
    "documents/notice.pdf",
    "documents/notice.docx",
)
_STAGES = {
    "primary": "小学", "junior": "初中", "senior": "高中", "nine_year": "九年一贯制", "complete": "完全中学",
    "vocational": "职业学校", "special": "特殊教育",
}  # fmt: skip


def show(step: Step, home_folder: Path) -> None:
    """Put the campaign into HOME's site. Raises CockpitError before anything was made public."""
    state, home = step.state, Home(home_folder)
    if not state.journal.standing("publicize"):
        raise CockpitError(f"{state.root}: nothing was made public yet; `award publicize` comes before")
    with home.lock():
        if home.last_run() is None:
            raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
        part = home.root / f".{FOLDER}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        _write(state, part)
        _swap(part, home.root / FOLDER)
        take_over(home, home.root / "site")
    step.journal.note(SHOWCASE, step.on, {"home": str(home.root)}, {})
    step.say(f"page to open: {home.root / 'site' / FOLDER / 'index.html'}")


def take_over(home: Home, site: Path) -> None:
    """Put HOME's showcase into a site, or one without winners where no campaign was shown yet."""
    part = site / f".{FOLDER}.part"
    shutil.rmtree(part, ignore_errors=True)
    if (home.root / FOLDER).is_dir():
        shutil.copytree(home.root / FOLDER, part)
    else:
        part.mkdir(parents=True)
        _page(load_campaign(_PERIOD), part, {})
    _swap(part, site / FOLDER)


def _swap(part: Path, final: Path) -> None:
    """Put a finished folder where another may stand; a reader finds old or new, for a moment none."""
    for path in part.rglob("*"):
        fsync_path(path)
    old = final.with_name(f".{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.rename(final, old)
    os.rename(part, final)
    fsync_path(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def _write(state: State, out: Path) -> None:
    is_issued = bool(state.journal.standing("issue"))
    found = state.shortlist()
    winners = [x for x in found if x.is_winner]
    files = [name for name in _FILES if (state.root / name).is_file()]
    (out / "files").mkdir()
    for name in files:
        shutil.copyfile(state.root / name, out / "files" / Path(name).name)
    if is_issued:
        shutil.copyfile(state.root / REGISTER / "check.html", out / "check.html")
    _page(
        state.campaign,
        out,
        {
            "is_issued": is_issued,
            "issuer": state.issuer,
            "bundle_id": state.bundle.short_id,
            "run_id": state.bundle.told["run_id"],
            "lists": award_lists(state.campaign, found, {}),
            "spaces": _spaces(state, winners),
            "files": [Path(name).name for name in files],
        },
    )


def _spaces(state: State, winners: Sequence[Listed]) -> list[dict[str, Any]]:
    """What the logs say of each space that won by experts."""
    return [
        {
            "award": x.award.name,
            "name": x.candidate.name,
            "school": x.candidate.school_name,
            "criteria": [
                (c.name, evidence_of(c, state.measured.get((x.award.level, x.candidate.entity_id), {})))
                for c in x.award.scoring.criteria
            ],
        }
        for x in winners
        if x.award.scoring
    ]


def _page(campaign: Campaign, out: Path, told: Mapping[str, Any]) -> None:
    (out / "assets").mkdir()
    (out / "assets" / "site.css").write_bytes(asset_files({})["site.css"])
    nothing = {
        "is_issued": False, "issuer": "", "bundle_id": "", "run_id": "", "lists": (),
        "spaces": (), "files": (),
    }  # fmt: skip
    content = {"campaign": campaign, "stages": _STAGES} | nothing | dict(told)
    write_page(Path(__file__).with_name("showcase.html.j2"), content, out / "index.html")
