"""What the evidence of a rule is found from: the teacher's events, the objects' creators, the rule table."""

from dataclasses import dataclass, field
from datetime import date, datetime

from pipelines.explain.events import CREATES
from pipelines.explain.model import Event
from pipelines.explain.rulebook import Rulebook, Version

NO_VERSION = "no version of the rule is in force on {}"


@dataclass
class Case:
    """One teacher's events up to the as-of day, in order."""

    teacher_id: str
    as_of: date
    rulebook: Rulebook
    logins: list[Event]
    activities: list[Event]
    creations: dict[tuple[str, str], Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for event in self.activities:
            if event.event_type in CREATES:
                self.creations.setdefault((CREATES[event.event_type], event.object_id), event)

    def of(self, *event_types: str) -> list[Event]:
        """Activities of some types, in order."""
        return [e for e in self.activities if e.event_type in event_types]

    def own(self, *event_types: str) -> list[Event]:
        """The teacher's own activities of some types, in order."""
        return [e for e in self.of(*event_types) if e.actor_id == self.teacher_id]

    def created(self, kind: str) -> list[Event]:
        """The creations of objects whose creator the teacher is: the actor of the earliest creation."""
        return [e for (k, _), e in self.creations.items() if k == kind and e.actor_id == self.teacher_id]

    def why_not_creator(self, kind: str, object_id: str) -> str:
        """Why the teacher cannot earn with an object; empty where the teacher is its creator."""
        creation = self.creations.get((kind, object_id))
        if creation is None:
            return f"the {kind} has no creation event, so nobody earns"
        if creation.actor_id != self.teacher_id:
            return f"the {kind}'s creator is {creation.actor_id}, by its earliest creation"
        return ""

    def claimed(self, kind: str) -> dict[str, list[Event]]:
        """Objects the teacher also created, after somebody else had."""
        claims: dict[str, list[Event]] = {}
        for event in self.activities:
            is_claim = CREATES.get(event.event_type) == kind and event.actor_id == self.teacher_id
            if is_claim and self.why_not_creator(kind, event.object_id):
                claims.setdefault(event.object_id, []).append(event)
        return claims

    def version(self, rule_code: str, day: date) -> Version | None:
        """The version of a rule in force on a day."""
        return self.rulebook.in_force(rule_code, day)

    def why_no_credit(self, rule_code: str, credited_at: datetime) -> str:
        """Why what came true at an instant has no row in the ledger; empty if it must have one."""
        day = credited_at.date()
        if day > self.as_of:
            return f"comes true at {credited_at}, after the as-of day {self.as_of}"
        return "" if self.version(rule_code, day) else NO_VERSION.format(day)
