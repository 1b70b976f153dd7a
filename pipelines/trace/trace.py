"""What became of a line: from a record of a drop file to its fate, its units, and the ranks these moved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.bykey import events_at, place_of_event
from pipelines.explain.events import EVENT_TYPES_OF, LOGIN_RULE, RULE_OF
from pipelines.explain.fates import FATES
from pipelines.explain.model import Event
from pipelines.explain.rawrecords import read_text
from pipelines.explain.results import results_in_force
from pipelines.explain.rulebook import Rulebook
from pipelines.explain.units import LEDGER_COLUMNS, LedgerRow
from pipelines.explain.voids import why_void
from pipelines.home import Home
from pipelines.ingest.lake import Lake
from pipelines.trace.lakerecord import LakeRecord, find_record
from pipelines.trace.model import Trace, TracedUnit
from pipelines.trace.parts import Outcome, Part, UnitKey, outcome, parts_of
from pipelines.trace.upward import effects, periods_counted_by


def trace_record(home: Home, path: str, number: int, raw: Path | None = None) -> Trace:
    """The trace of a record: its file's path relative to RAW, its 1-based number.

    `raw` is where RAW lies now; by default where the last run found it. Raises CockpitError where HOME has
    no finished run or has taken in no such record.
    """
    with results_in_force(home) as results:
        con, lake = results.con, results.lake
        record = find_record(con, lake, path, number)
        trace = _trace_with_text(con, lake, record, raw or results.raw)
        if record.held_path:
            held = find_record(con, lake, record.held_path, record.held_number)
            trace.held = _trace_with_text(con, lake, held, raw or results.raw)
        trace.doubts += results.staleness()
        trace.made_from = results.made_from()
    return trace


def rule_of(event: Event) -> str:
    """The rule that looks at an event; empty where none does."""
    return LOGIN_RULE if event.source == "logins" else RULE_OF.get(event.event_type, "")


def outcome_of_event(event: Event, as_of: date) -> Outcome | None:
    """The outcome of an event that no rule looks at, or not yet; None for any other."""
    if not rule_of(event):
        return Outcome("no_rule", f"no rule looks at {event.event_type}", [], [])
    if event.occurred_on > as_of:
        return Outcome("after_as_of", f"dated {event.occurred_on}, after {as_of}", [], [])
    return None


def _trace_with_text(con: duckdb.DuckDBPyConnection, lake: Lake, record: LakeRecord, raw: Path) -> Trace:
    # Reading a day's file and its digest takes as long as all else; none of it holds Python's lock.
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read_text, raw, record)
        trace = _trace(con, lake, record)
        text, trace.fault = reading.result()
    trace.text = trace.text if text is None else text
    return trace


def _read_text(raw: Path, record: LakeRecord) -> tuple[str | None, str]:
    """(the record's text, read again from its file; what kept it from being read)."""
    if not raw.is_dir():
        return None, f"the raw folder {raw} is not at hand"
    return read_text(raw, record.path, record.sha256, record.record_number)


def _trace(con: duckdb.DuckDBPyConnection, lake: Lake, record: LakeRecord) -> Trace:
    as_of, run_id = con.execute("select as_of, run_id from ops.run").fetchone()
    trace = Trace(record.path, record.record_number, record.sha256, as_of, run_id, record.status)
    if record.status == "roster":
        day = record.path.split("/")[1].removeprefix("dt=")
        periods = ", ".join(periods_counted_by(con, lake, day)) or "none"
        trace.detail = f"a row of the snapshot of {day}, by which these periods are counted: {periods}"
        return trace
    if record.status == "decision":
        trace.detail = _said(con, path=record.path, number=record.record_number)
        return trace
    if record.event is None:
        trace.reason, trace.detail, trace.text = record.reason, record.detail, record.raw_text
        return trace
    event = record.event
    for name in ("event_id", "event_type", "occurred_at", "actor_id", "object_id"):
        setattr(trace, name, getattr(event, name))
    if record.status == "duplicate":
        trace.detail = f"the same content as {record.held_path} record {record.held_number}"
        return trace
    rulebook = Rulebook.load(con)
    trace.rule_code = rule_of(event)
    if versions := rulebook.of(trace.rule_code):
        trace.rule_name = versions[-1].rule_name
    found = (
        _outcome_of_void(con, event)
        or outcome_of_event(event, as_of)
        or _outcome(con, lake, record, rulebook, as_of)
    )
    trace.fate, trace.note, trace.doubts = found.fate, found.note, found.doubts
    trace.fate_english, trace.fate_chinese = FATES[found.fate].english, FATES[found.fate].chinese
    trace.units = [_unit(trace.rule_code, *unit) for unit in found.units]
    trace.periods = effects(con, lake, trace.units)
    return trace


def _said(con: duckdb.DuckDBPyConnection, path: str, number: int) -> str:
    """What a row of a decision file decides, and whether it has an effect."""
    decision_id, kind, source, event_id, is_in_force, is_effective = con.execute(
        "select decision_id, kind, source, event_id, is_in_force, is_effective from ops.decisions "
        "where path = ? and record_number = ?",
        [path, number],
    ).fetchone()
    effect = "in force" if is_in_force else "overtaken by a later decision"
    if is_in_force and kind == "void" and not is_effective:
        effect = "without effect: no such event is accepted"
    return f"decision {decision_id}: {kind} {source}:{event_id}, {effect}"


def _outcome_of_void(con: duckdb.DuckDBPyConnection, event: Event) -> Outcome | None:
    why = why_void(con, event)
    return Outcome("void", why, [], []) if why else None


def _outcome(
    con: duckdb.DuckDBPyConnection, lake: Lake, record: LakeRecord, rulebook: Rulebook, as_of: date
) -> Outcome:
    rule = rule_of(record.event)
    events = events_at(con, lake, place_of_event(record.event, record.scope_key), as_of)
    if record.source != "logins":
        events = [e for e in events if e.event_type in EVENT_TYPES_OF[rule]]
    parts = parts_of(rule, events, rulebook, as_of).get(record.event.event_id)
    if parts is None:
        raise CockpitError(f"{record.path}: was taken in after these results; do `cockpit run` again")
    try:
        return outcome(rule, parts, _ledger(con, rule, parts))
    except ValueError as error:
        raise CockpitError(f"{record.path} record {record.record_number}: {error}; this is a bug") from error


def _ledger(con: duckdb.DuckDBPyConnection, rule: str, parts: list[Part]) -> dict[UnitKey, LedgerRow]:
    """The ledger's rows of these parts' units, all of one teacher."""
    keys = {part.key for part in parts if part.key}
    if not keys:
        return {}
    teacher_id = min(keys)[0]
    rows = con.execute(
        f"select {', '.join(LEDGER_COLUMNS)} from marts.points_ledger "
        "where teacher_id = ? and rule_code = ? and unit_id in (select unnest(?))",
        [teacher_id, rule, sorted(unit_id for _, unit_id in keys)],
    ).fetchall()
    named = [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in rows]
    return {(teacher_id, row["unit_id"]): row for row in named}


def _unit(rule: str, key: UnitKey, fate: str, row: LedgerRow | None) -> TracedUnit:
    teacher_id, unit_id = key
    kept = {k: v for k, v in row.items() if k not in ("rule_code", "unit_id")} if row else {}
    return TracedUnit(teacher_id, rule, unit_id, fate, **({"decision": "not_in_ledger"} | kept))
