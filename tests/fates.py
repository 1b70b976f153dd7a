"""The fate of every accepted record of a scored city, found as `cockpit trace` finds that of one."""

from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.explain.events import (
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
