"""A campaign as it stands: what the journal says was taken in, read anew, and the shortlists that follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.award.campaign import Campaign
from pipelines.award.candidates import Candidate, candidates, of_district
from pipelines.award.evidence_words import Measured, evidence_of
from pipelines.award.experts import Expert, read_experts
from pipelines.award.folder import Folder
from pipelines.award.frozen import Frozen, reopen_bundle
from pipelines.award.journal import MOVED, WITHDRAW, Journal
from pipelines.award.nominations import Nomination, read_nominations
from pipelines.award.returned import Returned, read_returned
from pipelines.award.scores import Combined, combine
from pipelines.award.sheets import Sheet, sheet_for
from pipelines.award.shortlist import Listed, shortlist
from pipelines.errors import CockpitError

Key = tuple[str, str]
"""(award, entity)."""


@dataclass
class State:
    """What a campaign's folder holds. Nothing is kept but what was handed in: all else follows from it."""

    root: Path
    journal: Journal
    folder: Folder = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Folder(self.root)

    @classmethod
    def read(cls, root: Path) -> "State":
        """The state of AWARD."""
        return cls(root, Journal.read(root))

    def _opened(self) -> dict[str, Any]:
        opened = self.journal.last("open")
        if opened is None:
            raise CockpitError(f"{self.root}: no campaign was opened here; begin with `award open`")
        return opened.told

    @cached_property
    def bundle(self) -> Frozen:
        """The bundle the campaign stands on."""
        return reopen_bundle(Path(self.bundle_path), self._opened()["bundle_id"])

    @property
    def bundle_path(self) -> str:
        """Where the bundle lies: where the campaign was opened on it, or the last place it was moved to."""
        opened = self.journal.last("open")
        moved = [e for e in self.journal.aside(MOVED) if opened and e.number > opened.number]
        return moved[-1].told["bundle"] if moved else self._opened()["bundle"]

    @cached_property
    def campaign(self) -> Campaign:
        """Its calendar, awards, quotas and rubrics."""
        return self.bundle.campaign

    @property
    def district_id(self) -> str | None:
        """Whose campaign it is, None for the city's."""
        return self._opened()["district_id"]

    @property
    def issuer(self) -> str:
        """Who gives the awards, as documents print it."""
        return self._opened()["issuer"]

    @cached_property
    def known(self) -> dict[str, dict[str, Candidate]]:
        """The candidates of the campaign's district, or of the city, by level and id."""
        return {level: of_district(found, self.district_id) for level, found in self.roster.items()}

    @cached_property
    def nominations(self) -> list[Nomination]:
        """Who was nominated."""
        entry = self.journal.last("nominate")
        if entry is None:
            return []
        name, content = self.folder.kept(entry.files)
        return read_nominations(self.root / name, content, self.campaign, self.known)

    @cached_property
    def experts(self) -> list[Expert]:
        """Who scores."""
        entry = self.journal.last("sheets")
        if entry is None:
            return []
        name = entry.told["experts"]
        _, content = self.folder.kept({name: entry.files[name]})
        return read_experts(self.root / name, content, self.campaign, self.roster)

    @cached_property
    def roster(self) -> dict[str, dict[str, Candidate]]:
        """All teachers and schools of the frozen roster: experts come from all of the city."""
        return {level: candidates(self.bundle, level) for level in ("teacher", "school")}

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """The sheets given out, by form number; none where an expert may score nobody of an award."""
        found = {}
        for expert in self.experts:
            for award in self.campaign.by_experts:
                nominees = [
                    self.known[award.level][n.entity_id] for n in self.nominations if n.award == award.award
                ]
                fit = [c for c in nominees if not c.hindrance(award)]
                sheet = sheet_for(expert, award, fit, self.bundle.bundle_id)
                if sheet.rows:
                    found[sheet.form] = sheet
        return found

    @cached_property
    def returned(self) -> dict[str, Returned]:
        """The sheet that counts of each form: the one handed in last."""
        found = {}
        for entry in self.journal.standing("score"):
            name, content = self.folder.kept(entry.files)
            sheet = read_returned(self.root / name, content, self.sheets)
            found[sheet.sheet.form] = sheet
        return dict(sorted(found.items()))

    @cached_property
    def scores(self) -> dict[Key, Combined]:
        """The experts' scores of each nominee, combined."""
        totals: dict[Key, dict[str, Fraction]] = {}
        for sheet in self.returned.values():
            for entity, total in sheet.totals().items():
                key = (sheet.sheet.award.award, entity)
                totals.setdefault(key, {})[sheet.sheet.expert.expert_id] = total
        found = {}
        for (award, entity), by_expert in totals.items():
            scoring = self.campaign.awards[award].scoring
            assert scoring is not None
            found[award, entity] = combine(by_expert, scoring)
        return found

    @property
    def withdrawn(self) -> dict[Key, str]:
        """Who wants no award, and why."""
        opened = self.journal.last("open")
        since = opened.number if opened else 0
        entries = [entry for entry in self.journal.aside(WITHDRAW) if entry.number > since]
        return {(e.told["award"], e.told["entity_id"]): e.told["reason"] for e in entries}

    def shortlist(self) -> list[Listed]:
        """Everybody who stands for an award."""
        return shortlist(self.campaign, self.known, self.nominations, self.scores, self.withdrawn)

    @cached_property
    def measured(self) -> dict[Key, Measured]:
        """The frozen evidence by (level, entity)."""
        found: dict[Key, dict[str, tuple[Fraction | None, int | None]]] = {}
        query = "select level, entity_id, measure, value, out_of from space_evidence"
        for level, entity, measure, value, out_of in self.bundle.rows(query, "space_evidence"):
            exact = None if value is None else Fraction(value)
            found.setdefault((level, entity), {})[measure] = (exact, out_of)
        return found

    def evidence(self, sheet: Sheet) -> Mapping[Key, str]:
        """The evidence in words of every row of a sheet, by (entity, criterion)."""
        return {
            (candidate.entity_id, criterion.criterion_id): evidence_of(
                criterion, self.measured.get((sheet.award.level, candidate.entity_id), {})
            )
            for candidate, criterion in sheet.rows
        }
