"""The steps that take something in: bundle, nominations, experts, filled sheets, withdrawals."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from pipelines.award.campaign import EVERYWHERE, Campaign
from pipelines.award.experts import read_experts
from pipelines.award.frozen import open_bundle
from pipelines.award.journal import MOVED, WITHDRAW
from pipelines.award.nominations import read_nominations
from pipelines.award.returned import read_returned
from pipelines.award.sheets import as_csv, as_workbook
from pipelines.award.step import Step, midnight, sha256
from pipelines.award.tables import read_content
from pipelines.errors import CockpitError


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
    _refuse_unknown_districts(campaign, names)
    told = {
        "bundle": str(bundle.absolute()),
        "bundle_id": frozen.bundle_id,
        "campaign_id": campaign.campaign_id,
        "district_id": district_id,
        "issuer": f"{names[district_id]}教育局" if district_id else campaign.issuer,
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


def _refuse_unknown_districts(campaign: Campaign, known: Collection[str]) -> None:
    """Raise CockpitError for quotas of a district the roster lacks: its schools would get those of all."""
    asked = {district for award in campaign.awards.values() for district in award.quotas} - {EVERYWHERE}
    if unknown := sorted(asked - set(known)):
        raise CockpitError(f"quotas.csv: district_id {', '.join(unknown)} is no district of the roster")
    if bare := [award.award for award in campaign.awards.values() if not award.quotas]:
        raise CockpitError(f"quotas.csv: has no place of {', '.join(bare)}")


def nominate(step: Step, path: Path) -> None:
    """Take in a file of nominations; it replaces the one before."""
    content = read_content(path)
    last = step.journal.last("nominate")
    if last is not None and sha256(content) in last.files.values():
        step.say(f"{path}: taken in already")
        return
    step.begin("nominate")
    state = step.state
    campaign, known = state.campaign, state.known  # whose own faults are none of the file's
    found = step.take("nominate", path, content, lambda: read_nominations(path, content, campaign, known))
    name = state.folder.keep(content, "nominations", ".csv")
    step.note("nominate", {"nominations": len(found)}, {name: sha256(content)})
    by_award = {a.name: sum(n.award == a.award for n in found) for a in state.campaign.by_experts}
    step.say("nominated: " + ", ".join(f"{name} {count}" for name, count in by_award.items()))


def give_out_sheets(step: Step, path: Path) -> None:
    """Take in who the experts are, and write a sheet for each of them and award."""
    content = read_content(path)
    name = f"experts/{sha256(content)[:16]}.csv"
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
        step.note("sheets", {"experts": name}, {name: sha256(content)} | made)
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
    if any(sha256(content) in entry.files.values() for entry in counting.values()):
        step.say(f"{path}: taken in already")
        return
    step.begin("score")
    sheets = state.sheets
    found = step.take("score", path, content, lambda: read_returned(path, content, sheets))
    sheet = found.sheet
    kind = f"returned/{sheet.expert.expert_id}/{sheet.award.award}"
    name = state.folder.keep(content, kind, path.suffix)
    told = {"expert_id": sheet.expert.expert_id, "award": sheet.award.award, "name": path.name}
    step.note("score", told, {name: sha256(content)})
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
    step.undone = step.journal.later("score")
    step.note(WITHDRAW, {"award": award, "entity_id": entity_id, "reason": step.reason}, {})
    again = f"; take {step.undone[0]} again" if step.undone else ""
    step.say(f"{entity_id} has withdrawn from {named.name}{again}")
