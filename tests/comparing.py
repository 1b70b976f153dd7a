"""Two scorings of one city, held against each other row for row."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS: dict[str, str] = {
    "points_ledger": "teacher_id rule_code unit_id decision points credited_at credited_on cap_start "
    "cap_rank progress threshold event_id",
    "teacher_rule_points": "period_id teacher_id rule_code points credits",
    "teacher_index": "period_id teacher_id school_id district_id points school_rank district_rank city_rank",
    "school_index": "period_id school_id district_id teachers points index_value district_rank city_rank",
    "district_index": "period_id district_id teachers points index_value city_rank",
    "indicator_index": "period_id level entity_id indicator teachers points index_value city_rank",
    "activity_daily": "day district_id school_id teachers active_teachers logins points",
    "voided_events": "source event_id decision_id",
    "files": "path records accepted duplicates quarantined",
    "quarantine": "path record_number reason",
}
_EVENTS_ONLY = {"files", "quarantine"}


def _text(column: str, value: Any) -> str:
    if value is None:
        return ""
    return f"{float(value):.9f}" if column == "index_value" else str(value)


def _counted(name: str, rows: Iterable[Mapping[str, Any]]) -> Counter:
    columns = COLUMNS[name].split()
    seen = (r for r in rows if name not in _EVENTS_ONLY or r["source"] != "roster")
    return Counter(tuple(_text(c, r[c]) for c in columns) for r in seen)


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, tuple[list, list]]:
    """Per table that differs: up to five rows only we have, up to five only they have."""
    found = {}
    for name in COLUMNS:
        a, b = _counted(name, ours[name]), _counted(name, theirs[name])
        if a != b:
            found[name] = (sorted((a - b).elements())[:5], sorted((b - a).elements())[:5])
    return found
