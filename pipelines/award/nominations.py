"""Nominations for the awards that experts decide: who may nominate whom, and when.

A file is taken whole or refused whole: `award, entity_id, nominated_by, nominated_on, statement`, a row for
each nominee. `nominated_by` is the nominee's branch (街镇教育总支), or the id of its own school where that
has senior classes or belongs to no branch. Who is not eligible may be nominated: the shortlist says why it
cannot win.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.award.campaign import Award, Campaign
from pipelines.award.candidates import Candidate
from pipelines.award.tables import Reader, read_rows
from pipelines.errors import CockpitError

COLUMNS = ("award", "entity_id", "nominated_by", "nominated_on", "statement")
_OWN = ("senior", "complete")
"""Stages of schools that nominate for themselves."""


@dataclass(frozen=True)
class Nomination:
    """One nominee of one award."""

    award: str
    entity_id: str
    nominated_by: str
    nominated_on: date
    statement: str


def read_nominations(
    path: Path, content: bytes, campaign: Campaign, known: Mapping[str, Mapping[str, Candidate]]
) -> list[Nomination]:
    """The nominations of a file; `known` are the candidates by level and id.

    Raises CockpitError that lists everything wrong, by record.
    """
    found: dict[tuple[str, str], Nomination] = {}
    faults: list[str] = []
    for number, row in enumerate(read_rows(path, content, COLUMNS), 1):
        reader = Reader(f"record {number}", row)
        nomination = _read(reader, campaign, known)
        key = (nomination.award, nomination.entity_id)
        if key in found:
            reader.fault(f"{nomination.entity_id!r} was nominated for {nomination.award} already")
        found[key] = nomination
        faults += reader.faults
    if not found and not faults:
        faults.append("holds no nomination")
    if faults:
        raise CockpitError(f"{path}: {'; '.join(faults)}")
    return sorted(found.values(), key=lambda n: (campaign.awards[n.award].number, n.entity_id.encode()))


def _read(row: Reader, campaign: Campaign, known: Mapping[str, Mapping[str, Candidate]]) -> Nomination:
    awards = {award.award: award for award in campaign.by_experts}
    nomination = Nomination(
        row.text("award", awards), row.text("entity_id"), row.text("nominated_by"), row.day("nominated_on"),
        row.optional("statement"),
    )  # fmt: skip
    stage = campaign.calendar["nomination"]
    if not row.faults and not stage.starts_on <= nomination.nominated_on <= stage.ends_on:
        row.fault(f"nominated_on {nomination.nominated_on} is not from {stage.starts_on} to {stage.ends_on}")
    award = awards.get(nomination.award)
    if award and nomination.entity_id:
        candidate = known[award.level].get(nomination.entity_id)
        if candidate is None:
            row.fault(f"{nomination.entity_id!r} is no {_OF[award.level]} of this campaign")
        elif nomination.nominated_by and nomination.nominated_by not in nominators(candidate):
            row.fault(
                f"{nomination.nominated_by!r} may not nominate {nomination.entity_id!r}, only "
                f"{' or '.join(nominators(candidate))} may"
            )
    return nomination


_OF = {"teacher": "listed teacher", "school": "school"}


def nominators(candidate: Candidate) -> tuple[str, ...]:
    """Who may nominate: the branch, and a school with senior classes or of no branch itself."""
    own = (candidate.school_id,) if candidate.stage in _OWN or not candidate.branch else ()
    return ((candidate.branch,) if candidate.branch else ()) + own


def of_award(nominations: list[Nomination], award: Award) -> list[Nomination]:
    """The nominations of one award."""
    return [n for n in nominations if n.award == award.award]
