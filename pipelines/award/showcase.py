"""The showcase: a folder of the site with winners, what speaks for their spaces, criteria and calendar."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.award.evidence_words import evidence_of
from pipelines.award.issuing import as_it_stands, register_of, write_check_page
from pipelines.award.journal import SHOWCASE
from pipelines.award.prose import award_lists
from pipelines.award.shortlist import Listed
from pipelines.award.showcase_page import FOLDER, swap, take_over, write_index
from pipelines.award.state import State
from pipelines.award.steps import Step
from pipelines.bulletin.bulletin import write_bulletin
from pipelines.errors import CockpitError
from pipelines.home import Home

_FILES = (
    "publicity/publicity.pdf",
    "publicity/publicity.docx",
    "documents/notice.pdf",
    "documents/notice.docx",
)


def show(step: Step, home_folder: Path) -> None:
    """Put the campaign into HOME's site. Raises CockpitError before anything was made public."""
    state, home = step.state, Home(home_folder)
    if not state.journal.standing("publicize"):
        raise CockpitError(f"{state.root}: nothing was made public yet; `award publicize` comes before")
    for name in ("publicize", "issue"):
        for entry in state.journal.standing(name):
            if changed := state.folder.changed(entry.files):
                raise CockpitError(
                    f"{state.root / changed[0]}: is not what was made; `award {name}` again makes it anew"
                )
    with home.lock():
        if home.last_run() is None:
            raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
        part = home.root / f".{FOLDER}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        _write(state, part, has_bulletin=_has_bulletin(step, home, part))
        swap(part, home.root / FOLDER)
        take_over(home, home.root / "site")
    step.journal.note(SHOWCASE, step.on, {"home": str(home.root)}, {})
    step.say(f"page to open: {home.root / 'site' / FOLDER / 'index.html'}")


def _has_bulletin(step: Step, home: Home, out: Path) -> bool:
    """Write the last whole week's bulletin; whether HOME's results hold such a week."""
    try:
        write_bulletin(home, None, step.state.district_id, out / "bulletin", is_public=True)
    except CockpitError as error:
        step.say(f"no bulletin: {error}")
        return False
    return True


def _write(state: State, out: Path, has_bulletin: bool) -> None:
    is_issued = bool(state.journal.standing("issue"))
    found = as_it_stands(state, state.shortlist()) if is_issued else state.shortlist()
    winners = [x for x in found if x.is_winner]
    files = [name for name in _FILES if (state.root / name).is_file()]
    (out / "files").mkdir()
    for name in files:
        shutil.copyfile(state.root / name, out / "files" / Path(name).name)
    write_index(
        state.campaign,
        out,
        {
            "is_issued": is_issued,
            "issuer": state.issuer,
            "bundle_id": state.bundle.short_id,
            "run_id": state.bundle.told["run_id"],
            "lists": award_lists(state.campaign, found, {}),
            "spaces": _spaces(state, winners),
            "has_bulletin": has_bulletin,
            "files": [Path(name).name for name in files],
        },
    )
    if is_issued:
        write_check_page(register_of(state), out)


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
