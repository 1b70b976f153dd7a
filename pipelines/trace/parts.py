"""What each event did for the units of the one rule that looks at it, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.explain.case import Case
from pipelines.explain.events import CREATES, EVENT_TYPES_OF, JUDGED_BY_CREATOR, LOGIN_RULE
from pipelines.explain.fates import FATES
from pipelines.explain.model import Event, Evidence, Mark
from pipelines.explain.rulebook import Rulebook
from pipelines.explain.shapes import SHAPES
from pipelines.explain.units import LedgerRow, doubts_of, fate_in

UnitKey = tuple[str, str]
"""(teacher id, unit id)."""


@dataclass(frozen=True)
class Part:
    """An event's part in one unit of one teacher; without a unit where nobody can earn by the event."""

    mark: Mark
    case: Case | None = None
    unit_id: str = ""
    evidence: Evidence | None = None

    @property
    def key(self) -> UnitKey | None:
        """The unit, or None."""
        return (self.case.teacher_id, self.unit_id) if self.case else None


@dataclass(frozen=True)
class Outcome:
    """What became of an event: its one fate, why, and the units it has a part in with their ledger rows."""

    fate: str
    note: str
    units: list[tuple[UnitKey, str, LedgerRow | None]]
    doubts: list[str]


def parts_of(
    rule_code: str, events: Iterable[Event], rulebook: Rulebook, as_of: date
) -> dict[str, list[Part]]:
    """Event id to its parts.

    `events`: in order, up to the as-of day, of the types the rule looks at, and with each all that decide
    its units: everything on the same object, or by the same teacher in the same day or week.
    """
    parts: dict[str, list[Part]] = {}
    earning: dict[str, list[Event]] = {}
    held = Case("", as_of, rulebook, [], list(events))
    for event in held.activities:
        parts[event.event_id] = []
        earner, mark = _earner(held, rule_code, event)
        if mark:
            parts[event.event_id].append(Part(mark))
        else:
            earning.setdefault(earner, []).append(event)
    for teacher_id, own in earning.items():
        logins, activities = (own, []) if rule_code == LOGIN_RULE else ([], own)
        case = Case(teacher_id, as_of, rulebook, logins, activities)
        for unit_id, evidence in SHAPES[rule_code](case, rule_code).items():
            for mark in (*evidence.counted, *evidence.ignored, *evidence.shaping):
                parts[mark.event.event_id].append(Part(mark, case, unit_id, evidence))
        for event in own:
            if not parts[event.event_id] and event.event_type in CREATES:
                parts[event.event_id].append(_idle(case, rule_code, event))
    return parts


def _earner(held: Case, rule_code: str, event: Event) -> tuple[str, Mark | None]:
    """(who earns by an event, or why nobody does)."""
    kinds = [CREATES[t] for t in EVENT_TYPES_OF[rule_code] if t in CREATES]
    if not kinds:
        return event.actor_id, None
    creation = held.creations.get((kinds[0], event.object_id))
    fate = ""
    if creation is None:
        fate, note = "no_creation", held.why_not_creator(kinds[0], event.object_id)
    elif event.event_type in CREATES and event is not creation:
        fate, note = "created_before", f"created before, by {creation.actor_id} at {creation.occurred_at}"
    elif event.event_type in JUDGED_BY_CREATOR and event.actor_id != creation.actor_id:
        fate, note = "not_creator", f"the {kinds[0]}'s creator is {creation.actor_id}"
    return ("", Mark(event, note, fate=fate)) if fate else (creation.actor_id, None)


def _idle(case: Case, rule_code: str, creation: Event) -> Part:
    has_version = case.version(rule_code, creation.occurred_on) is not None
    return Part(Mark(creation, "the creation", fate="idle_object" if has_version else "no_version"))


def outcome(rule_code: str, parts: Iterable[Part], ledger: Mapping[UnitKey, LedgerRow]) -> Outcome:
    """The one fate of an event, from its parts and the rows of its rule in the ledger.

    Raises ValueError where it has none, which is a fault of the program.
    """
    order = list(FATES)
    settled = []
    doubts: list[str] = []
    for part in parts:
        row = ledger.get(part.key) if part.key else None
        if part.case is None:
            fate = part.mark.fate
        else:
            fate = fate_in(part.case, rule_code, part.mark, part.evidence, row)
            doubts += doubts_of(part.case, rule_code, part.unit_id, row, part.evidence)
        settled.append((order.index(fate), fate, part.mark.note, part.key, row))
    if not settled:
        raise ValueError("an event without a fate")
    settled.sort(key=lambda s: s[0])
    units = [(key, fate, row) for _, fate, _, key, row in settled if key]
    return Outcome(settled[0][1], settled[0][2], units, list(dict.fromkeys(doubts)))
