"""What an explanation is made of. `Explanation.to_json` holds all of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """An accepted event with the place of its record. `attributes` lacks what the record does not have."""

    source: str
    event_id: str
    event_type: str
    occurred_at: datetime
    actor_id: str
    object_id: str
    path: str
    record_number: int
    sha256: str
    attributes: dict[str, Any]

    @property
    def occurred_on(self) -> date:
        """Local day of the event."""
        return self.occurred_at.date()

    @property
    def order(self) -> tuple[datetime, str]:
        """Events are ordered by instant, then id; code points sort as their UTF-8 bytes do."""
        return self.occurred_at, self.event_id


@dataclass(frozen=True)
class Mark:
    """An event and what it did for a unit, or why it did nothing.

    `reason` groups events passed over for the same cause; `note` says it of this one. `fate` is the code in
    `fates` of an event passed over; what becomes of one that counted is told by its unit.
    """

    event: Event
    note: str
    reason: str = ""
    comes_late: bool = False
    fate: str = ""


@dataclass
class Evidence:
    """What the events say of one unit: found anew from the lake, to be held against the ledger.

    `absence` says why the ledger is right not to have the unit at all. `dated` is a day the unit concerns
    even where no event of it has one. `voided` belonged to the unit, and count nowhere. `shaping` are events
    of other days that had their part in it and that no reader of the unit wants listed.
    """

    counted: list[Mark] = field(default_factory=list)
    ignored: list[Mark] = field(default_factory=list)
    decisive: Event | None = None
    credited_at: datetime | None = None
    shortfall: str = ""
    absence: str = ""
    dated: date | None = None
    voided: list[Mark] = field(default_factory=list)
    shaping: list[Mark] = field(default_factory=list)

    def days(self) -> Iterable[date]:
        """Local days of all events that concern the unit."""
        days = [mark.event.occurred_on for mark in (*self.counted, *self.ignored, *self.voided)]
        return [*days, self.dated] if self.dated else days


@dataclass
class RawRecord:
    """One record behind a unit, read again from the drop file. `fault` stands where `text` cannot.

    `fate` is a code of `fates`: what became of the record in this unit.
    """

    note: str
    event_id: str
    event_type: str
    occurred_at: datetime
    actor_id: str
    path: str
    record_number: int
    sha256: str
    text: str | None = None
    fault: str = ""
    fate: str = ""


@dataclass
class UnitExplanation:
    """A row of the ledger, or (decision `not_in_ledger`) a unit that never came to be one.

    `ignored` lists at most a few of the events passed over; `ignored_counts` counts all of them by reason.
    `voided` lists the events that a decision made void.
    """

    unit_id: str
    decision: str
    points: int
    why: str
    credited_at: datetime | None = None
    credited_on: date | None = None
    cap_start: date | None = None
    cap_rank: int | None = None
    cap: int | None = None
    progress: int | None = None
    threshold: int | None = None
    event_id: str | None = None
    records: list[RawRecord] = field(default_factory=list)
    ignored: list[RawRecord] = field(default_factory=list)
    ignored_counts: dict[str, int] = field(default_factory=dict)
    voided: list[RawRecord] = field(default_factory=list)

    def all_records(self) -> Iterable[RawRecord]:
        """Every record listed."""
        return (*self.records, *self.ignored, *self.voided)


@dataclass
class RuleExplanation:
    """One rule: its text, what it brought, unit by unit."""

    rule_code: str
    rule_name: str
    category_name: str
    texts: list[str]
    points: int
    awarded: int
    over_cap: int
    not_met: int
    units: list[UnitExplanation]
    texts_chinese: list[str] = field(default_factory=list)


@dataclass
class PeriodResult:
    """The teacher's place in one period. Ranks and index are null where the teacher is not listed."""

    period_id: str
    period_name: str
    starts_on: date
    ends_on: date
    counted_on: date
    points: int
    roster_on: date | None = None
    not_listed: str = ""
    teacher_name: str | None = None
    school_id: str | None = None
    school_name: str | None = None
    district_id: str | None = None
    district_name: str | None = None
    index: int | None = None
    school_rank: int | None = None
    school_of: int | None = None
    district_rank: int | None = None
    district_of: int | None = None
    city_rank: int | None = None
    city_of: int | None = None


@dataclass
class UnusedRecord:
    """A record that never came to be scored: refused (reason, detail, text) or a duplicate (of which)."""

    path: str
    record_number: int
    reason: str
    detail: str
    event_id: str = ""
    text: str | None = None


@dataclass
class Explanation:
    """All about one teacher. `doubts` are lines to act on: what does not fit together. `made_from` are the
    digests of what the results were made from.

    `unused` are the teacher's records that no rule ever saw; none are sought where one rule or unit is asked
    for, because such a record belongs to none.
    """

    teacher_id: str
    as_of: date
    run_id: str
    raw: str
    period: str | None
    rule: str | None
    periods: list[PeriodResult]
    rules: list[RuleExplanation]
    doubts: list[str]
    unit: str | None = None
    unused: list[UnusedRecord] = field(default_factory=list)
    made_from: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """Points of the ledger rows shown."""
        return sum(rule.points for rule in self.rules)

    def all_records(self) -> Iterable[RawRecord]:
        """Every record listed."""
        return (r for rule in self.rules for unit in rule.units for r in unit.all_records())

    def to_json(self) -> str:
        """The whole explanation as JSON; instants in ISO form."""

        def plain(value: object) -> object:
            return value.isoformat() if isinstance(value, date) else str(value)

        whole = asdict(self) | {"points": self.points}
        return json.dumps(whole, ensure_ascii=False, indent=1, default=plain)
