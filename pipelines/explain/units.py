"""One unit: its ledger row, the evidence for it, and what does not fit between the two."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from pipelines.explain.case import Case
from pipelines.explain.events import LOGIN_RULE
from pipelines.explain.model import Event, Evidence, Mark, RawRecord, UnitExplanation
from pipelines.explain.words import ordinal, span

IGNORED_LISTED = 5
"""So many events that did not count are listed for each of many units; all are counted by reason."""

LEDGER_COLUMNS = (
    "rule_code", "unit_id", "decision", "points", "credited_at", "credited_on", "cap_start", "cap_rank",
    "progress", "threshold", "event_id",
)  # fmt: skip
LedgerRow = dict[str, Any]
"""LEDGER_COLUMNS by name."""
_MISSING = "should be in the ledger, and is not"


def explain_unit(
    case: Case, row: LedgerRow, evidence: Evidence | None, limit: int | None
) -> tuple[UnitExplanation, list[str]]:
    """(a ledger row with its evidence, what does not fit); `limit` events that did not count are listed."""
    version = case.version(row["rule_code"], row["credited_on"]) if row["credited_on"] else None
    unit = UnitExplanation(
        why="", cap=version.cap if version else None, **{k: v for k, v in row.items() if k != "rule_code"}
    )
    unit.why = _why(case, row, unit, evidence)
    _attach(case, row["rule_code"], unit, row, evidence, limit)
    return unit, doubts_of(case, row["rule_code"], row["unit_id"], row, evidence)


def left_out(
    case: Case, rule_code: str, unit_id: str, evidence: Evidence, limit: int | None
) -> tuple[UnitExplanation, list[str]]:
    """(a unit the ledger does not have, with why; what does not fit)."""
    unit = UnitExplanation(unit_id, "not_in_ledger", 0, _absence(case, rule_code, evidence) or _MISSING)
    _attach(case, rule_code, unit, None, evidence, limit)
    return unit, doubts_of(case, rule_code, unit_id, None, evidence)


def _absence(case: Case, rule_code: str, evidence: Evidence) -> str:
    """Why the ledger is right not to have a unit; empty where it is not."""
    if evidence.absence or evidence.credited_at is None:
        return evidence.absence
    return case.why_no_credit(rule_code, evidence.credited_at)


def doubts_of(
    case: Case, rule_code: str, unit_id: str, row: LedgerRow | None, evidence: Evidence | None
) -> list[str]:
    """What the ledger's row of a unit, or its want of one, and the lake tell differently; at most a line."""
    doubt = _doubt(row, evidence) if row else "" if _absence(case, rule_code, evidence) else _MISSING
    return [f"{rule_code} {unit_id}: {doubt}"] if doubt else []


def fate_in(case: Case, rule_code: str, mark: Mark, evidence: Evidence, row: LedgerRow | None) -> str:
    """What became of an event in one unit, whose ledger row is `row`: a code of `fates`."""
    if mark.fate:
        return mark.fate
    if row is None:
        if evidence.credited_at is not None:
            return "credit_after_as_of" if evidence.credited_at.date() > case.as_of else "no_version"
        has_version = case.version(rule_code, mark.event.occurred_on) is not None
        return "idle_object" if has_version else "no_version"
    if row["decision"] == "not_met":
        return "unit_not_met"
    role = "decided" if mark.event.event_id == row["event_id"] else "counted_to"
    return f"{role}_{'credit' if row['decision'] == 'awarded' else 'over_cap'}"


def _attach(
    case: Case,
    rule_code: str,
    unit: UnitExplanation,
    row: LedgerRow | None,
    evidence: Evidence | None,
    limit: int | None,
) -> None:
    if evidence is None:
        return

    def _record(mark: Mark) -> RawRecord:
        return record_of(mark.event, mark.note, fate_in(case, rule_code, mark, evidence, row))

    unit.records = [_record(mark) for mark in evidence.counted]
    unit.voided = [_record(mark) for mark in evidence.voided]
    unit.ignored_counts = dict(Counter(mark.reason for mark in evidence.ignored))
    # What came after the credit explains the least, so it is listed last.
    telling = sorted(evidence.ignored, key=lambda m: (m.comes_late, m.event.order))
    unit.ignored = [_record(mark) for mark in telling[:limit]]


def record_of(event: Event, note: str, fate: str) -> RawRecord:
    """An event's record, its text still to be read."""
    return RawRecord(
        note=note, fate=fate,
        event_id=event.event_id, event_type=event.event_type, occurred_at=event.occurred_at,
        actor_id=event.actor_id, path=event.path, record_number=event.record_number, sha256=event.sha256,
    )  # fmt: skip


def _why(case: Case, row: LedgerRow, unit: UnitExplanation, evidence: Evidence | None) -> str:
    if row["decision"] == "not_met":
        return evidence.shortfall if evidence else f"{row['progress']} of {row['threshold']}"
    version = case.version(row["rule_code"], row["credited_on"])
    cap_period = version.cap_period if version else "day"
    said = [f"{ordinal(unit.cap_rank)} of {unit.cap} {span(cap_period, unit.cap_start)}"]
    if row["decision"] == "over_cap":
        said.append("earned 0")
    if row["rule_code"] == LOGIN_RULE:
        began = row["credited_on"] - timedelta(days=row["progress"] - 1)
        said.append(f"day {row['progress']} of a streak from {began}")
    if evidence and evidence.decisive and _is_carried_over(evidence):
        said.append(f"complete already, by event {evidence.decisive.event_id}")
    return ", ".join(said)


def _is_carried_over(evidence: Evidence) -> bool:
    event, at = evidence.decisive, evidence.credited_at
    return event.event_type == "profile_update" and event.occurred_at != at


def _doubt(row: LedgerRow, evidence: Evidence | None) -> str:
    """What the ledger and the lake tell differently; empty where they agree."""
    if evidence is None:
        return "the lake has no event for it"
    event_id = evidence.decisive.event_id if evidence.decisive else None
    if (event_id, evidence.credited_at) != (row["event_id"], row["credited_at"]):
        ledger = f"event {row['event_id']} at {row['credited_at']}"
        return f"the ledger has {ledger}, the lake {event_id} at {evidence.credited_at}"
    progress = f"{row['progress']} of {row['threshold']}"
    if row["decision"] == "not_met" and not evidence.shortfall.startswith(f"{progress} "):
        return f"the ledger has {progress}, the lake {evidence.shortfall}"
    return ""


def concerns(row: LedgerRow | None, evidence: Evidence | None, starts_on: date, ends_on: date) -> bool:
    """Whether a unit belongs to a period: by its credit's day, or without one by any of its events."""
    if row is not None and row["credited_on"] is not None:
        return starts_on <= row["credited_on"] <= ends_on
    return evidence is None or any(starts_on <= day <= ends_on for day in evidence.days())
