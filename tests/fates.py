"""The fate of every accepted record of a scored city, found as `cockpit trace` finds that of one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
from reference import scorer
from reference.reader import Raw
from reference.rulebook import RuleBook, read_seed
from reference.world import World, seen

from pipelines.explain.events import (
    CREATES,
    EVENT_TYPES_OF,
    LOGIN_COLUMNS,
    activities_from,
    activity_columns,
    logins_from,
)
from pipelines.explain.model import Event
from pipelines.explain.rulebook import Rulebook
from pipelines.explain.units import LEDGER_COLUMNS, LedgerRow
from pipelines.ingest.contract import EVENT_TYPES
from pipelines.ingest.lake import Lake, parquet
from pipelines.trace.parts import Outcome, UnitKey, outcome, parts_of
from pipelines.trace.trace import outcome_of_event, rule_of

MOVES_NOTHING = {
    "after_decision", "later_login", "repeated", "no_change", "not_member_then", "after_window",
    "before_creation", "no_creation", "created_before", "not_creator", "not_public", "too_few_photos",
    "not_qualifying", "too_short", "no_rule", "after_as_of",
}  # fmt: skip
"""Fates of records without which the ledger is the same, as long as each rule has one version."""
_COUNTING = ("counted_to_credit", "counted_to_over_cap", "unit_not_met")
_NOT_IN_PROGRESS = ("activity_review", "class_join")
"""Of a unit not met the progress tells no works, and a class may have been as full at another time."""


@dataclass
class CityFates:
    """All accepted events with their outcomes, and the ledger by rule and unit."""

    as_of: date
    outcomes: list[tuple[Event, Outcome]]
    ledger: dict[str, dict[UnitKey, LedgerRow]]


def accepted_events(lake: Lake) -> list[Event]:
    """All accepted events of the lake."""
    columns = {"logins": list(LOGIN_COLUMNS), "activities": activity_columns(EVENT_TYPES)}
    with duckdb.connect() as con:
        logins, activities = (
            con.execute(
                f"select {', '.join(names)} from {parquet(lake.data_files(lake.load(source), 'accepted'))}"
            ).fetchall()
            for source, names in columns.items()
        )
    return [*logins_from(logins), *activities_from(columns["activities"], activities)]


def fates_of(con: duckdb.DuckDBPyConnection, lake: Lake) -> CityFates:
    """The fates of the city whose ledger `con` holds."""
    (as_of,) = con.execute("select as_of from ops.run").fetchone()
    rulebook = Rulebook.load(con)
    ledger: dict[str, dict[UnitKey, LedgerRow]] = {}
    names = ("teacher_id", *LEDGER_COLUMNS)
    for values in con.execute(f"select {', '.join(names)} from marts.points_ledger").fetchall():
        row = dict(zip(names, values, strict=True))
        ledger.setdefault(row["rule_code"], {})[row["teacher_id"], row["unit_id"]] = row
    told = [(event, outcome_of_event(event, as_of)) for event in accepted_events(lake)]
    outcomes = [(event, found) for event, found in told if found]
    for rule in EVENT_TYPES_OF:
        own = [event for event, found in told if found is None and rule_of(event) == rule]
        parts = parts_of(rule, own, rulebook, as_of)
        outcomes += [(e, outcome(rule, parts[e.event_id], ledger.get(rule, {}))) for e in own]
    return CityFates(as_of, outcomes, ledger)


def is_counting(fate: str, event_type: str) -> bool:
    """Whether the ledger differs without a record of this fate and all that may count in its place."""
    return fate in _COUNTING and not (fate == "unit_not_met" and event_type in _NOT_IN_PROGRESS)


def alike(event: Event, others: Iterable[Event]) -> set[str]:
    """Ids of the event and of all that may count in its place: of the same account, student or work, and any
    update of the same profile.

    Events may be those of `pipelines` or of the reference.
    """

    def counts_as(e: Event) -> tuple:
        if e.event_type == "profile_update":
            return e.event_type, e.actor_id
        told = (e.attributes.get(name) for name in ("student_id", "work_id"))
        return e.event_type in CREATES, e.actor_id, e.object_id, *told

    return {e.event_id for e in [event, *others] if counts_as(e) == counts_as(event)}


def ledger_without(
    held: Raw, as_of: date, source: str = "", left_out: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """The reference's ledger by the rules in force, in order, without some events of a source."""

    def kept(of: str) -> list:
        return [e for e in seen(getattr(held, of), as_of) if of != source or e.event_id not in left_out]

    world = World(as_of, kept("logins"), kept("activities"), RuleBook(read_seed("rules")))
    return sorted(tuple(map(str, row.values())) for row in scorer.points_ledger(world))
