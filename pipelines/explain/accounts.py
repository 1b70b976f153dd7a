"""Evidence for rules of the n-th distinct account: readers, reviewed students, materials, repliers."""

from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.explain.case import NO_VERSION, Case
from pipelines.explain.events import EVENT_TYPES_OF
from pipelines.explain.model import Event, Evidence, Mark
from pipelines.explain.words import monday, ordinal

AFTER_CREDIT = "after the credit"
_KINDS = {"assignment_reach": "assignment", "class_notice": "notice"}
_NOUNS = {
    "assignment_reach": "student",
    "assignment_review": "student",
    "material_search": "material",
    "class_notice": "account",
}


Candidate = tuple[Event, str, tuple[str, str]]
"""(event, account, (why it cannot count, that fate)); `COUNTS` if it can."""
COUNTS = ("", "")


def late(event: Event, note: str = "") -> Mark:
    """An event that came to a unit when its credit had come true."""
    said = f"{AFTER_CREDIT}, {note}" if note else AFTER_CREDIT
    return Mark(event, said, AFTER_CREDIT, comes_late=True, fate="after_decision")


def claim(event: Event, fault: str) -> Mark:
    """A creation of what another had created before."""
    return Mark(event, fault, fault, fate="created_before")


def without_version(events: Iterable[Event], day: date) -> list[Mark]:
    """Events of a unit whose day has no version of its rule."""
    fault = NO_VERSION.format(day)
    return [Mark(e, fault, fault, fate="no_version") for e in events]


def tally(evidence: Evidence, candidates: Iterable[Candidate], threshold: int, noun: str) -> int:
    """Count distinct accounts into `evidence` up to the threshold; returns how many it counted.

    `candidates` come in order.
    """
    seen: set[str] = set()
    for event, account, (fault, fate) in candidates:
        if fault:
            evidence.ignored.append(Mark(event, fault, fault, fate=fate))
        elif account in seen:
            again = f"the same {noun} again"
            evidence.ignored.append(Mark(event, f"{again}: {account}", again, fate="repeated"))
        elif evidence.decisive is not None:
            evidence.ignored.append(late(event))
        else:
            seen.add(account)
            evidence.counted.append(Mark(event, f"{ordinal(len(seen))} distinct {noun}: {account}"))
            if len(seen) == threshold:
                evidence.decisive, evidence.credited_at = event, event.occurred_at
    return len(seen)


def distinct_accounts(case: Case, rule_code: str) -> dict[str, Evidence]:
    """Each unit of a rule of distinct accounts, met or short."""
    if rule_code in _KINDS:
        return _on_created(case, rule_code, _KINDS[rule_code])
    by_unit: dict[str, list[Event]] = {}
    for event in case.own(*EVENT_TYPES_OF[rule_code]):
        unit_id = event.object_id if rule_code == "assignment_review" else str(monday(event.occurred_on))
        by_unit.setdefault(unit_id, []).append(event)
    return {unit_id: _judged(case, rule_code, events) for unit_id, events in by_unit.items()}


def _judged(case: Case, rule_code: str, events: list[Event]) -> Evidence:
    """A unit without a creation: the version of its first day binds."""
    evidence = Evidence()
    version = case.version(rule_code, events[0].occurred_on)
    if version is None:
        evidence.absence = NO_VERSION.format(events[0].occurred_on)
        evidence.ignored = without_version(events, events[0].occurred_on)
        return evidence
    is_review = rule_code == "assignment_review"
    candidates = [(e, e.attributes["student_id"] if is_review else e.object_id, COUNTS) for e in events]
    return _counted(evidence, candidates, version.threshold, _NOUNS[rule_code])


def _counted(evidence: Evidence, candidates: list[Candidate], threshold: int, noun: str) -> Evidence:
    count = tally(evidence, candidates, threshold, noun)
    if evidence.decisive is None:
        evidence.shortfall = f"{count} of {threshold} distinct {noun}s"
    return evidence


def _on_created(case: Case, rule_code: str, kind: str) -> dict[str, Evidence]:
    response_type = EVENT_TYPES_OF[rule_code][1]
    responses: dict[str, list[Event]] = {}
    for event in case.of(response_type):
        responses.setdefault(event.object_id, []).append(event)
    units: dict[str, Evidence] = {}
    for creation in case.created(kind):
        evidence = Evidence(counted=[Mark(creation, f"creation of the {kind}")])
        units[creation.object_id] = evidence
        version = case.version(rule_code, creation.occurred_on)
        if version is None:
            evidence.absence = NO_VERSION.format(creation.occurred_on)
            evidence.ignored = without_version(responses.get(creation.object_id, ()), creation.occurred_on)
            continue
        candidates = [
            (e, e.actor_id, _outside(e, creation, version.window_hours, kind))
            for e in responses.get(creation.object_id, ())
        ]
        _counted(evidence, candidates, version.threshold, _NOUNS[rule_code])
    for object_id, claims in case.claimed(kind).items():
        fault = case.why_not_creator(kind, object_id)
        units[object_id] = Evidence(ignored=[claim(e, fault) for e in claims], absence=fault)
    return units


def _outside(event: Event, creation: Event, window_hours: int | None, kind: str) -> tuple[str, str]:
    if event.occurred_at < creation.occurred_at:
        return f"dated before the creation of the {kind}", "before_creation"
    if window_hours is not None and event.occurred_at - creation.occurred_at > timedelta(hours=window_hours):
        return f"later than {window_hours} h after the creation", "after_window"
    return COUNTS
