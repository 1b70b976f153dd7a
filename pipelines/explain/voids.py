"""Void events: left out of the evidence as they are of the scores, and named at the units they belong to."""

from collections.abc import Iterable
from datetime import date

import duckdb

from pipelines.explain.model import Event, Evidence, Mark

Voids = dict[tuple[str, str], list[Mark]]
"""By rule_code and unit_id, the void events that belonged to a unit."""


def not_void(con: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> list[Event]:
    """The events that count, by the decisions of the results."""
    rows = con.execute("select source, event_id from ops.decisions where is_effective").fetchall()
    void = set(rows)
    return [event for event in events if (event.source, event.event_id) not in void]


def voids_of(con: duckdb.DuckDBPyConnection, teacher_id: str) -> Voids:
    """The void events that belonged to a teacher's units, each with the decision that says so."""
    rows = con.execute(
        """
        select
            units.rule_code, units.unit_id, source, event_id, events.event_type, events.occurred_at,
            events.actor_id, coalesce(events.object_id, ''), events.path, events.record_number, events.sha256,
            events.decision_id, events.decided_on, events.decided_by, events.reason
        from marts.voided_units as units join marts.voided_events as events using (source, event_id)
        where units.teacher_id = ?
        order by events.occurred_at, event_id
        """,
        [teacher_id],
    ).fetchall()
    voids: Voids = {}
    for rule_code, unit_id, *event, decision_id, decided_on, decided_by, reason in rows:
        note = _note(decision_id, decided_on, decided_by, reason)
        voids.setdefault((rule_code, unit_id), []).append(Mark(Event(*event, {}), note, fate="void"))
    return voids


def why_void(con: duckdb.DuckDBPyConnection, event: Event) -> str:
    """The decision by which an event is void, in words; empty where it is not."""
    said = con.execute(
        "select decision_id, decided_on, decided_by, reason from ops.decisions "
        "where is_effective and source = ? and event_id = ?",
        [event.source, event.event_id],
    ).fetchone()
    return _note(*said) if said else ""


def _note(decision_id: str, decided_on: date, decided_by: str, reason: str) -> str:
    return f"void by decision {decision_id} of {decided_on}, {decided_by}: {reason}"


def name_voids(evidence: dict[str, Evidence], voids: Voids, rule_code: str) -> None:
    """Add a rule's void events to the evidence of its units, those included of which nothing else is left."""
    for (code, unit_id), marks in voids.items():
        if code == rule_code:
            alone = Evidence(absence="void: nothing that could stand for it is left")
            evidence.setdefault(unit_id, alone).voided += marks
