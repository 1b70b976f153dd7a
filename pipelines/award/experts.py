"""The experts of a campaign, and who of them may not score whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.award.campaign import Campaign
from pipelines.award.candidates import Candidate
from pipelines.award.tables import Reader, read_rows
from pipelines.errors import CockpitError

COLUMNS = ("expert_id", "name", "school_id")
_IN_A_PATH = "/\\\0\r\n"
_LONGEST_ID = 100


@dataclass(frozen=True)
class Expert:
    """An expert; `school_id` is where they work, empty for somebody of no school."""

    expert_id: str
    name: str
    school_id: str

    def is_partial_to(self, candidate: Candidate) -> bool:
        """Whether it is their own school, a colleague, or themselves."""
        return candidate.school_id == self.school_id or candidate.entity_id == self.expert_id


def read_experts(
    path: Path, content: bytes, campaign: Campaign, roster: Mapping[str, Mapping[str, Candidate]]
) -> list[Expert]:
    """The experts of a file, by id; `roster` are the city's teachers and schools by level and id.

    Raises CockpitError that lists everything wrong, by record: among it a listed teacher with another school
    than the roster's, or none, who would be given their own school to score.
    """
    found: dict[str, Expert] = {}
    faults: list[str] = []
    for number, row in enumerate(read_rows(path, content, COLUMNS), 1):
        reader = Reader(f"record {number}", row)
        expert = Expert(reader.text("expert_id"), reader.text("name"), reader.optional("school_id"))
        if set(expert.expert_id) & set(_IN_A_PATH) or expert.expert_id.startswith("."):
            reader.fault(f"expert_id {expert.expert_id!r} can name no folder")
        if len(expert.expert_id.encode()) > _LONGEST_ID:
            reader.fault(f"expert_id {expert.expert_id[:20]!r}… is longer than {_LONGEST_ID} bytes")
        if expert.expert_id in found:
            reader.fault(f"expert_id {expert.expert_id!r} is repeated")
        if expert.school_id and expert.school_id not in roster["school"]:
            reader.fault(f"school_id {expert.school_id!r} is no school of the roster")
        listed = roster["teacher"].get(expert.expert_id)
        if listed and listed.school_id != expert.school_id:
            reader.fault(
                f"{expert.expert_id!r} is a teacher of {listed.school_id!r} by the roster, not of "
                f"{expert.school_id!r}"
            )
        found[expert.expert_id] = expert
        faults += reader.faults
    least = max((a.scoring.min_experts for a in campaign.by_experts if a.scoring), default=0)
    if not faults and len(found) < least:
        faults.append(f"names {len(found)} experts, {least} are needed")
    if faults:
        raise CockpitError(f"{path}: {'; '.join(faults)}")
    return sorted(found.values(), key=lambda e: e.expert_id.encode())
