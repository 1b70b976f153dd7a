"""What a trace is made of. `Trace.to_json` holds all of it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass
class Standing:
    """A teacher, school or district in one period: as it stands, and without the points traced, all else
    being equal. `value` is the index. Ranks are null where the level has none."""

    level: str
    entity_id: str
    value: float
    value_without: float
    school_rank: int | None = None
    school_rank_without: int | None = None
    district_rank: int | None = None
    district_rank_without: int | None = None
    city_rank: int | None = None
    city_rank_without: int | None = None

    def is_moved(self) -> bool:
        """Whether a rank would be another one without the points."""
        names = ("school_rank", "district_rank", "city_rank")
        return any(getattr(self, n) != getattr(self, f"{n}_without") for n in names)


@dataclass
class PeriodEffect:
    """What the credits that the record stands behind brought in one period.

    `not_listed` says why that is in no index.
    """

    period_id: str
    period_name: str
    points: int
    not_listed: str = ""
    standings: list[Standing] = field(default_factory=list)


@dataclass
class TracedUnit:
    """A unit the record has a part in, with its row of the ledger (decision `not_in_ledger` without one).

    `fate` is the record's in this unit.
    """

    teacher_id: str
    rule_code: str
    unit_id: str
    fate: str
    decision: str
    points: int = 0
    credited_at: datetime | None = None
    credited_on: date | None = None
    cap_start: date | None = None
    cap_rank: int | None = None
    progress: int | None = None
    threshold: int | None = None
    event_id: str | None = None


@dataclass
class Trace:
    """What became of one record.

    `status`: accepted, duplicate, quarantined, roster (a row of a snapshot) or decision. `fate` (a code of
    `fates`, with its wording) is an accepted record's; `held` is the trace of the record that a duplicate
    repeats or conflicts with. `text` is the record as it stands in the file; `fault` says why it cannot be
    had. `doubts` are lines to act on. `made_from` are the digests of what the results were made from.
    """

    path: str
    record_number: int
    sha256: str
    as_of: date
    run_id: str
    status: str
    text: str | None = None
    fault: str = ""
    reason: str = ""
    detail: str = ""
    event_id: str = ""
    event_type: str = ""
    occurred_at: datetime | None = None
    actor_id: str = ""
    object_id: str = ""
    rule_code: str = ""
    rule_name: str = ""
    fate: str = ""
    fate_english: str = ""
    fate_chinese: str = ""
    note: str = ""
    units: list[TracedUnit] = field(default_factory=list)
    periods: list[PeriodEffect] = field(default_factory=list)
    held: "Trace | None" = None
    doubts: list[str] = field(default_factory=list)
    made_from: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The whole trace as JSON; instants in ISO form."""

        def plain(value: Any) -> Any:
            return value.isoformat() if isinstance(value, date) else str(value)

        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=plain)
