"""Evidence for conditions that hold over time: lessons long enough, profiles complete."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.explain.accounts import late, without_version
from pipelines.explain.case import NO_VERSION, Case
from pipelines.explain.model import Event, Evidence, Mark

_MINUTE = timedelta(minutes=1)
_PARTS = {
    "avatar": ("profile_avatar",),
    "e-mail, phone or WeChat": ("profile_email", "profile_phone", "profile_wechat"),
    "school or class": ("profile_school", "profile_class"),
    "subject": ("profile_subject",),
}


def lessons(case: Case, rule_code: str) -> dict[str, Evidence]:
    """Each session: its first long enough part, or its longest."""
    sessions: dict[str, list[Event]] = {}
    for event in case.own("lesson_session"):
        sessions.setdefault(event.object_id, []).append(event)
    units: dict[str, Evidence] = {}
    for session_id, parts in sessions.items():
        version = case.version(rule_code, parts[0].occurred_on)
        if version is None:
            fault = NO_VERSION.format(parts[0].occurred_on)
            marks = without_version(parts, parts[0].occurred_on)
            units[session_id] = Evidence(ignored=marks, absence=fault)
        else:
            units[session_id] = _session(parts, version.threshold)
    return units


def _minutes(part: Event) -> int:
    return (part.attributes["ended_at"] - part.attributes["started_at"]) // _MINUTE


def _session(parts: list[Event], threshold: int) -> Evidence:
    enough = [e for e in parts if _minutes(e) >= threshold]
    evidence = Evidence()
    if enough:
        chosen = min(enough, key=lambda e: (e.attributes["started_at"], e.event_id))
        evidence.decisive = chosen
        evidence.credited_at = chosen.attributes["started_at"] + threshold * _MINUTE
    else:
        chosen = max(parts, key=_minutes)
        evidence.shortfall = f"{_minutes(chosen)} of {threshold} minutes"
    started_at = chosen.attributes["started_at"]
    evidence.counted = [Mark(chosen, f"a part of {_minutes(chosen)} min from {started_at}")]
    for part in parts:
        if part is not chosen:
            is_short = _minutes(part) < threshold
            reason = "a part too short; parts are not added up" if is_short else "a part that started later"
            fate = "too_short" if is_short else "after_decision"
            evidence.ignored.append(Mark(part, f"{reason} ({_minutes(part)} min)", reason, fate=fate))
    return evidence


@dataclass(frozen=True)
class _State:
    """The profile after one update."""

    event: Event
    held: tuple[str, ...]
    held_before: int

    @property
    def missing(self) -> str:
        return "; ".join(part for part in _PARTS if part not in self.held)

    def note(self) -> str:
        changes = [
            f"{'sets' if value else 'clears'} {name.removeprefix('profile_')}"
            for name, value in sorted(self.event.attributes.items())
            if name.startswith("profile_")
        ]
        return f"{len(self.held)} of {len(_PARTS)} parts held: {', '.join(changes) or 'changes nothing'}"


def _states(updates: Iterable[Event]) -> list[_State]:
    profile: dict[str, str] = {}
    states: list[_State] = []
    for event in updates:
        # A cleared field is an empty string; one the record does not name is absent and stays as it was.
        profile |= event.attributes
        held = tuple(part for part, fields in _PARTS.items() if any(profile.get(f) for f in fields))
        states.append(_State(event, held, len(states[-1].held) if states else 0))
    return states


def profiles(case: Case, rule_code: str) -> dict[str, Evidence]:
    """Each calendar year from the first update's to the as-of day's."""
    states = _states(case.own("profile_update"))
    if not states:
        return {}
    years = range(states[0].event.occurred_at.year, case.as_of.year + 1)
    return {str(year): _year(case, rule_code, states, year) for year in years}


def _year(case: Case, rule_code: str, states: list[_State], year: int) -> Evidence:
    evidence = Evidence(dated=min(date(year, 12, 31), case.as_of))
    found = [*_carried(case, rule_code, states, year), *_completed(case, rule_code, states, year)]
    if not found:
        evidence.absence = _incomplete(case, rule_code, states, year)
        fate = "profile_incomplete" if case.version(rule_code, evidence.dated) else "no_version"
        reason = "an update that does not complete it"
        marks = [Mark(s.event, s.note(), reason, fate=fate) for s in states]
        evidence.ignored = [m for m in marks if m.event.occurred_at.year == year]
        evidence.shaping = [m for m in marks if m.event.occurred_at.year < year]
        return evidence
    evidence.credited_at, _, evidence.decisive = min(found, key=lambda f: (f[0], f[1], f[2].event_id))
    is_carried = evidence.decisive.occurred_at < evidence.credited_at
    for state in states:
        event = state.event
        # What is carried over is the state just before, whichever update completed it.
        is_before = is_carried and event.occurred_at < evidence.credited_at
        if is_before or event.order <= evidence.decisive.order:
            evidence.counted.append(Mark(event, state.note()))
        elif event.occurred_at.year == year:
            evidence.ignored.append(late(event, state.note()))
    return evidence


def _completed(
    case: Case, rule_code: str, states: list[_State], year: int
) -> Iterable[tuple[datetime, int, Event]]:
    for state in states:
        version = case.version(rule_code, state.event.occurred_on)
        if state.event.occurred_at.year == year and version and len(state.held) >= version.threshold:
            yield state.event.occurred_at, 2, state.event


def _carried(
    case: Case, rule_code: str, states: list[_State], year: int
) -> Iterable[tuple[datetime, int, Event]]:
    """Complete already when the year, or a version of the rule in it, begins.

    An event of that very midnight neither completes nor breaks what is carried over.
    """
    days = {date(year, 1, 1)} | {v.valid_from for v in case.rulebook.of(rule_code)}
    for day in days:
        version = case.version(rule_code, day)
        before = [s for s in states if s.event.occurred_at < datetime.combine(day, time.min)]
        if day.year != year or day > case.as_of or version is None or not before:
            continue
        if len(before[-1].held) >= version.threshold:
            completing = [s for s in before if s.held_before < version.threshold <= len(s.held)]
            yield datetime.combine(day, time.min), 1, completing[-1].event


def _incomplete(case: Case, rule_code: str, states: list[_State], year: int) -> str:
    until = min(date(year, 12, 31), case.as_of)
    version = case.version(rule_code, until)
    if version is None:
        return NO_VERSION.format(until)
    last = [s for s in states if s.event.occurred_on <= until][-1]
    return f"{len(last.held)} of {version.threshold} parts held on {until}, missing: {last.missing or 'none'}"
