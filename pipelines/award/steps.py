"""The steps of a campaign up to its decision; each is taken whole, noted, and safe to take again."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.award.experts import read_experts
from pipelines.award.frozen import open_bundle
from pipelines.award.journal import ASIDE, MOVED, ORDER, WITHDRAW, Entry, Journal
from pipelines.award.nominations import read_nominations
from pipelines.award.results import write_results
from pipelines.award.returned import read_returned
from pipelines.award.sheets import as_csv, as_workbook
from pipelines.award.shortlist import NOT_SCORED, Listed
from pipelines.award.state import State
from pipelines.award.tables import read_content
from pipelines.errors import CockpitError

Say = Callable[[str], None]
_MADE = {"sheets": "sheets", "decide": "results", "publicize": "publicity", "issue": "documents"}
"""Step to the folder it makes."""


@dataclass
class Step:
    """One step being taken on a day; `reason` is wanted where it undoes steps already taken."""

    state: State
    on: date
    say: Say
    reason: str = ""
    undone: list[str] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        """The campaign's trail."""
        return self.state.journal

    @property
    def number(self) -> int:
        """The number the step's entry will have."""
        return len(self.journal.entries) + 1

    def begin(self, step: str) -> None:
        """Raise CockpitError unless the step may be taken now."""
        if step != ORDER[0]:
            self.journal.want(step)
        self.undone = self.journal.later(step)
        if "issue" in self.undone or (step != "issue" and self.journal.standing("issue")):
            raise CockpitError(
                f"{self.state.root}: certificates were issued; only `award revoke` and `correct` are left"
            )
        if self.undone and not self.reason.strip():
            raise CockpitError(
                f"{self.state.root}: `award {step}` undoes {', '.join(self.undone)}; say why with --reason"
            )
        self.follow()

    def follow(self) -> None:
        """Raise CockpitError where the day is before that of the last entry."""
        last = max((e.on for e in self.journal.entries), default="")
        if self.on.isoformat() < last:
            raise CockpitError(f"--on {self.on} is before the last step, which was taken on {last}")

    def begin_beside(self) -> None:
        """Raise CockpitError unless what is noted beside the steps has a reason and a day that follows."""
        if not self.reason.strip():
            raise CockpitError("--reason is blank")
        self.follow()

    def note(self, step: str, told: dict[str, Any], files: dict[str, str]) -> None:
        """Note the step, and put away what later steps had made."""
        if self.undone:
            told = told | {"reason": self.reason, "undoes": self.undone}
        entry = self.journal.note(step, self.on, told, files)
        for later in self.undone:
            if later in _MADE:
                self.state.folder.supersede(_MADE[later], entry.number)

    def take(self, step: str, path: Path, content: bytes, check: Callable[[], Any]) -> Any:
        """What `check` makes of a file that was handed in; where it is at fault it is kept as refused."""
        try:
            return check()
        except CockpitError as error:
            self.state.folder.refuse(self.journal, step, path, content, str(error), self.on)
            raise


def open_campaign(step: Step, bundle: Path, district_id: str | None, key: Path | None) -> None:
    """Open AWARD on a bundle, whose every byte is held against its manifest first."""
    frozen = open_bundle(bundle, key)
    campaign = frozen.campaign
    frozen.rows("from space_evidence limit 1", "space_evidence")
    names = dict(
        frozen.rows("select entity_id, entity_name from entities where level = 'district'", "entities")
    )
    if district_id is not None and district_id not in names:
        raise CockpitError(
            f"{district_id!r} is no district of the roster; there are {', '.join(sorted(names))}"
        )
    told = {
        "bundle": str(bundle.absolute()),
        "bundle_id": frozen.bundle_id,
        "campaign_id": campaign.campaign_id,
        "district_id": district_id,
        "issuer": f"{names[district_id]}教育局" if district_id else "武汉市教育局",
    }
    last = step.journal.last("open")
    if last is not None and all(last.told[k] == told[k] for k in ("bundle_id", "district_id")):
        if told["bundle"] != step.state.bundle_path:
            step.journal.note(MOVED, step.on, {"bundle": told["bundle"]}, {})
        step.say(f"{step.state.root}: open already on bundle {frozen.short_id}")
        return
    step.begin("open")
    if last is None:
        step.state.folder.keep_secret(os.urandom(32))
    step.note("open", told, {})
    step.say(f"opened {campaign.name} on bundle {frozen.short_id}")


def nominate(step: Step, path: Path) -> None:
    """Take in a file of nominations; it replaces the one before."""
    content = read_content(path)
    last = step.journal.last("nominate")
    if last is not None and _sha256(content) in last.files.values():
        step.say(f"{path}: taken in already")
        return
    step.begin("nominate")
    state = step.state
    campaign, known = state.campaign, state.known  # whose own faults are none of the file's
    found = step.take("nominate", path, content, lambda: read_nominations(path, content, campaign, known))
    name = state.folder.keep(content, "nominations", ".csv")
    step.note("nominate", {"nominations": len(found)}, {name: _sha256(content)})
    by_award = {a.name: sum(n.award == a.award for n in found) for a in state.campaign.by_experts}
    step.say("nominated: " + ", ".join(f"{name} {count}" for name, count in by_award.items()))


def give_out_sheets(step: Step, path: Path) -> None:
    """Take in who the experts are, and write a sheet for each of them and award."""
    content = read_content(path)
    name = f"experts/{_sha256(content)[:16]}.csv"
    last = step.journal.last("sheets")
    if last is not None and name in last.files and not step.state.folder.changed(last.files):
        step.say(f"{path}: sheets were given out already")
        return
    if last is None or name not in last.files:
        step.begin("sheets")
    state = step.state
    campaign, roster = state.campaign, state.roster
    state.experts = step.take("sheets", path, content, lambda: read_experts(path, content, campaign, roster))
    state.folder.keep(content, "experts", ".csv")
    made_on = midnight(state)

    def write(out: Path) -> None:
        for sheet in state.sheets.values():
            folder = out / sheet.expert.expert_id
            folder.mkdir(exist_ok=True)
            evidence = state.evidence(sheet)
            (folder / f"{sheet.award.award}.xlsx").write_bytes(as_workbook(sheet, evidence, made_on))
            (folder / f"{sheet.award.award}.csv").write_bytes(as_csv(sheet, evidence))

    made = state.folder.make("sheets", write, step.number)
    if last is None or name not in last.files:
        step.note("sheets", {"experts": name}, {name: _sha256(content)} | made)
    step.say(f"wrote {len(state.sheets)} sheets of {len(state.experts)} experts")


def score(step: Step, paths: Sequence[Path]) -> list[str]:
    """Take in sheets that came back, each good as a whole or refused; the faults, a line for each file."""
    faults: list[str] = []
    for path in paths:
        try:
            _score_one(step, path, read_content(path))
        except CockpitError as error:
            faults.append(str(error))
    return list(dict.fromkeys(faults))


def _score_one(step: Step, path: Path, content: bytes) -> None:
    state = step.state
    counting = {(e.told["expert_id"], e.told["award"]): e for e in step.journal.standing("score")}
    if any(_sha256(content) in entry.files.values() for entry in counting.values()):
        step.say(f"{path}: taken in already")
        return
    step.begin("score")
    sheets = state.sheets
    found = step.take("score", path, content, lambda: read_returned(path, content, sheets))
    sheet = found.sheet
    kind = f"returned/{sheet.expert.expert_id}/{sheet.award.award}"
    name = state.folder.keep(content, kind, path.suffix)
    told = {"expert_id": sheet.expert.expert_id, "award": sheet.award.award, "name": path.name}
    step.note("score", told, {name: _sha256(content)})
    step.say(f"{path}: {sheet.expert.name}, {sheet.award.name}, {len(found.totals())} candidates")


def withdraw(step: Step, award: str, entity_id: str) -> None:
    """Note that somebody wants no award; the place goes to the next in line."""
    state = step.state
    named = state.campaign.awards.get(award)
    if named is None:
        raise CockpitError(f"{award!r} is no award; there are {', '.join(state.campaign.awards)}")
    if entity_id not in state.known[named.level]:
        raise CockpitError(f"{entity_id!r} is no {named.level} of this campaign")
    if (award, entity_id) in state.withdrawn:
        step.say(f"{entity_id} has withdrawn from {award} already")
        return
    if step.journal.standing("issue"):
        raise CockpitError(f"{state.root}: certificates were issued; use `award revoke`")
    step.begin_beside()
    undone = step.journal.later("score")
    step.journal.note(
        WITHDRAW,
        step.on,
        {"award": award, "entity_id": entity_id, "reason": step.reason, "undoes": undone},
        {},
    )
    for later in undone:
        if later in _MADE:
            state.folder.supersede(_MADE[later], len(step.journal.entries))
    step.say(f"{entity_id} has withdrawn from {named.name}" + (f"; take {undone[0]} again" if undone else ""))


def decide(step: Step, without: Sequence[str]) -> list[Listed]:
    """Work out the shortlists. Raises CockpitError where sheets of experts other than `without` are missing,
    or somebody has too few scores.
    """
    state = step.state
    last = step.journal.last("decide")
    if last is None:
        step.begin("decide")
    if unknown := sorted(set(without) - {e.expert_id for e in state.experts}):
        raise CockpitError(f"--without {', '.join(unknown)}: is none of the experts")
    missing = [
        f"{sheet.expert.expert_id} {sheet.award.award}"
        for form, sheet in state.sheets.items()
        if form not in state.returned and sheet.expert.expert_id not in without
    ]
    if missing:
        raise CockpitError(
            f"{state.root}: sheets are missing: {', '.join(missing)}; or say --without EXPERT --reason TEXT"
        )
    if without and not step.reason.strip():
        raise CockpitError("--without wants a --reason")
    found = state.shortlist()
    few = [f"{x.candidate.entity_id} ({x.award.award})" for x in found if x.status == NOT_SCORED]
    if few:
        raise CockpitError(f"{state.root}: too few experts scored {', '.join(few)}")
    made = state.folder.make(
        "results",
        lambda out: write_results(found, list(state.returned.values()), out, midnight(state)),
        step.number,
    )
    told = {"without": sorted(without), "winners": sum(x.is_winner for x in found)}
    if last is None or last.files != made:
        if last is not None:
            step.begin("decide")
        step.note("decide", told | ({"reason": step.reason} if step.reason else {}), made)
    _say_shortlist(step, found)
    return found


def _say_shortlist(step: Step, found: Sequence[Listed]) -> None:
    for award in step.state.campaign.awards.values():
        mine = [x for x in found if x.award is award]
        tied = sum(bool(x.place and x.place.is_tied) for x in mine)
        disputed = sum(bool(x.scores and x.scores.is_disputed) for x in mine)
        notes = [f"{tied} tied at a line"] * bool(tied) + [f"{disputed} with scores far apart"] * bool(
            disputed
        )
        won = sum(x.is_winner for x in mine)
        step.say(f"{award.name}: {won} of {len(mine)}" + (f" ({', '.join(notes)})" if notes else ""))


def status(state: State) -> list[str]:
    """Where a campaign stands, a line each."""
    journal = state.journal
    lines = []
    for step in ORDER:
        standing = journal.standing(step)
        when = f"{standing[-1].on}, entry {standing[-1].number}" if standing else "not done"
        lines.append(
            f"{step}: {when}" + (f", {len(standing)} sheets" if step == "score" and standing else "")
        )
    return lines + [_aside_line(entry) for entry in journal.aside(*ASIDE)]


def _aside_line(entry: Entry) -> str:
    """What was noted beside the steps: of what or whom, and why."""
    told = entry.told
    of = next((told[k] for k in ("number", "entity_id", "name", "bundle", "home") if k in told), "")
    why = told.get("why") or told.get("reason")
    return f"{entry.on} {entry.step} {of}" + (f": {why}" if why else "")


def midnight(state: State) -> datetime:
    """The as-of day of the bundle: what files are dated by, instead of a clock."""
    return datetime.combine(date.fromisoformat(state.bundle.told["as_of"]), time())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
