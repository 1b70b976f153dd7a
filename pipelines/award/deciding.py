"""The step that works out the shortlists, and where a campaign stands."""

from collections.abc import Sequence

from pipelines.award.journal import ASIDE, ORDER, Entry
from pipelines.award.results import write_results
from pipelines.award.shortlist import NOT_SCORED, Listed
from pipelines.award.state import State
from pipelines.award.step import Step, midnight
from pipelines.errors import CockpitError


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
