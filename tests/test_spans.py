"""What the cockpit shows for a span, now and before, recounted in plain Python from the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import SPAN_TABLES, score
from reference.hostile import random_periods, write_city

Row = dict[str, Any]


def places(values: dict[str, float]) -> dict[str, int]:
    """Standard competition rank of each key, the highest value first."""
    return {key: 1 + sum(other > value for other in values.values()) for key, value in values.items()}


def sums(ledger: Iterable[Row], first: date | None, last: date | None) -> dict[str, int] | None:
    """Each teacher's points credited from `first` to `last`; None without such days."""
    if first is None or last is None:
        return None
    points: dict[str, int] = defaultdict(int)
    for row in ledger:
        if row["credited_on"] is not None and first <= row["credited_on"] <= last:
            points[row["teacher_id"]] += row["points"]
    return points


def compared_with(span: Row, as_of: date) -> tuple[date | None, date | None]:
    """First and last day of what a span is held against."""
    if span["kind"] == "week":
        monday = as_of - timedelta(days=as_of.weekday())
        return monday - timedelta(days=7), as_of - timedelta(days=7)
    if span["kind"] == "month":
        end = as_of.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end.replace(day=min(as_of.day, end.day))
    week_ago = as_of - timedelta(days=7)
    if as_of <= span["ends_on"] and week_ago >= span["starts_on"]:
        return span["starts_on"], week_ago
    return None, None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8000, 8006))
def test_spans_equal_a_recount(tmp_path: Path, seed: int) -> None:
    """Points, ranks and indices of each teacher and entity, now and before, are those counted by hand."""
    as_of = write_city(tmp_path / "raw", seed)
    found = score(
        tmp_path / "raw",
        as_of.isoformat() if as_of else None,
        periods=random_periods(seed),
        tables=SPAN_TABLES,
    )
    assert {"week", "month"} < {span["span_id"] for span in found["spans"]}
    as_of = next(span["counted_on"] for span in found["spans"] if span["kind"] == "week")
    ledger = found["points_ledger"]
    for span in found["spans"]:
        before_days = compared_with(span, as_of)
        assert (span["before_from"], span["before_to"]) == before_days
        now = sums(ledger, span["starts_on"], min(span["ends_on"], as_of)) or {}
        before = sums(ledger, *before_days)
        listed = [t for t in found["teacher_index"] if t["period_id"] == span["roster_period_id"]]
        rows = {r["teacher_id"]: r for r in found["span_teacher_index"] if r["span_id"] == span["span_id"]}
        assert set(rows) == {t["teacher_id"] for t in listed}
        for level in ("school", "district", "city"):
            groups: dict[str, list[str]] = defaultdict(list)
            for teacher in listed:
                groups[teacher.get(f"{level}_id", "city")].append(teacher["teacher_id"])
            indices = {
                r["entity_id"]: r
                for r in found["span_indicator_index"]
                if (r["span_id"], r["level"], r["indicator"]) == (span["span_id"], level, "total")
            }
            for entity, ids in groups.items():
                ranks = places({t: now.get(t, 0) for t in ids})
                assert {t: rows[t][f"{level}_rank"] for t in ids} == ranks
                held = (
                    places({t: before.get(t, 0) for t in ids}) if before is not None else dict.fromkeys(ids)
                )
                assert {t: rows[t][f"{level}_rank_before"] for t in ids} == held
                total = sum(now.get(t, 0) for t in ids)
                assert indices[entity]["points"] == total
                assert indices[entity]["index_value"] == pytest.approx(total / len(ids), abs=0)
                assert indices[entity]["scoring_teachers"] == sum(now.get(t, 0) > 0 for t in ids)
                told = sum(before.get(t, 0) for t in ids) if before is not None else None
                assert indices[entity]["points_before"] == told
