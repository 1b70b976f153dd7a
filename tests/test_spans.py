"""What the cockpit shows for a span, now and before, recounted in plain Python from the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from statistics import quantiles
from typing import Any

import pytest
from harness import read_seed, score
from reference.hostile import random_periods, random_rules, write_city

Row = dict[str, Any]
MARTS = (
    "indicators", "points_ledger", "span_indicator_index", "span_spread", "span_teacher_index",
    "span_teacher_points", "spans", "teacher_index",
)  # fmt: skip
TABLES = {name: f"marts.{name}" for name in MARTS} | {"run": "ops.run"}
LEVELS = ("school", "district", "city")


@pytest.fixture(scope="module", params=range(8000, 8006))
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A hostile city as the project scored it, with its rules changing underway in every second one."""
    seed, raw = request.param, tmp_path_factory.mktemp("city") / "raw"
    day, rules = write_city(raw, seed), random_rules(seed) if seed % 2 else read_seed("rules")
    as_of, periods = day.isoformat() if day else None, random_periods(seed)
    found: dict[str, Any] = score(raw, as_of, rules=rules, periods=periods, tables=TABLES)
    return found | {"rules": rules, "as_of": found["run"][0]["as_of"]}


def places(values: dict[str, Any]) -> dict[str, int]:
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


def entities(city: dict[str, Any], span: Row, level: str) -> dict[str, list[str]]:
    """The listed teachers of each entity of a level that has any, as the span counts them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in city["teacher_index"]:
        if row["period_id"] == span["roster_period_id"]:
            groups[row.get(f"{level}_id", "city")].append(row["teacher_id"])
    return groups


@pytest.mark.slow
def test_what_a_span_is_compared_with(city: dict[str, Any]) -> None:
    """A running year or window with itself a week ago, the month and the week with the one before."""
    assert {"week", "month"} < {span["span_id"] for span in city["spans"]}
    for span in city["spans"]:
        assert (span["before_from"], span["before_to"]) == compared_with(span, city["as_of"])


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_teachers_of_a_span(city: dict[str, Any], level: str) -> None:
    """Points and rank of each listed teacher, now and before; nobody else has a row."""
    for span in city["spans"]:
        now = sums(city["points_ledger"], span["starts_on"], min(span["ends_on"], city["as_of"])) or {}
        before = sums(city["points_ledger"], span["before_from"], span["before_to"])
        rows = [row for row in city["span_teacher_index"] if row["span_id"] == span["span_id"]]
        told = {
            row["teacher_id"]: (
                row["points"],
                row[f"{level}_rank"],
                row["points_before"],
                row[f"{level}_rank_before"],
            )
            for row in rows
        }
        expected = {}
        for ids in entities(city, span, level).values():
            ranks = places({t: now.get(t, 0) for t in ids})
            held = places({t: before.get(t, 0) for t in ids}) if before is not None else {}
            for t in ids:
                points_before = before.get(t, 0) if before is not None else None
                expected[t] = now.get(t, 0), ranks[t], points_before, held.get(t)
        assert told == expected


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_indices_of_a_span(city: dict[str, Any], level: str) -> None:
    """Each indicator's points, index and rank, now, before and a year ago, come from its own rules' rows."""
    rules_of: dict[str, set[str]] = defaultdict(set)
    for row in city["indicators"]:
        if row["kind"] == "rule":
            for indicator in ("total", row["category"], row["indicator"]):
                rules_of[indicator].add(row["indicator"])
    index_rows = {
        (r["span_id"], r["indicator"], r["entity_id"]): r
        for r in city["span_indicator_index"]
        if r["level"] == level
    }
    for span in city["spans"]:
        groups = entities(city, span, level)
        for indicator, rules in rules_of.items():
            ledger = [row for row in city["points_ledger"] if row["rule_code"] in rules]
            now = sums(ledger, span["starts_on"], min(span["ends_on"], city["as_of"])) or {}
            before = sums(ledger, span["before_from"], span["before_to"])
            last_year = sums(ledger, span["last_year_from"], span["last_year_to"])
            index, index_before = (
                {e: Fraction(sum(points.get(t, 0) for t in ids), len(ids)) for e, ids in groups.items()}
                for points in (now, before or {})
            )
            for entity, ids in groups.items():
                row = index_rows[span["span_id"], indicator, entity]
                assert row["teachers"] == len(ids)
                assert row["points"] == sum(now.get(t, 0) for t in ids)
                assert row["scoring_teachers"] == sum(now.get(t, 0) > 0 for t in ids)
                assert row["index_value"] == float(index[entity])
                assert row["points_last_year"] == (
                    sum(last_year.get(t, 0) for t in ids) if last_year is not None else None
                )
                assert row["index_before"] == (float(index_before[entity]) if before is not None else None)
                if level != "city":
                    assert row["city_rank"] == places(index)[entity]
                    held = places(index_before)[entity] if before is not None else None
                    assert row["city_rank_before"] == held


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_spread_of_a_span(city: dict[str, Any], level: str) -> None:
    """Quartiles lie on the line between neighbours; each entity with a listed teacher has a row."""
    told = ("teachers", "zero_teachers", "least", "lower_quartile", "median", "upper_quartile", "most")
    for span in city["spans"]:
        points = {
            r["teacher_id"]: r["points"]
            for r in city["span_teacher_index"]
            if r["span_id"] == span["span_id"]
        }
        expected = {}
        for entity, ids in entities(city, span, level).items():
            own = sorted(points[t] for t in ids)
            quarters = quantiles(own, n=4, method="inclusive") if len(own) > 1 else own * 3
            expected[entity] = len(own), own.count(0), own[0], *quarters, own[-1]
        rows = [r for r in city["span_spread"] if (r["span_id"], r["level"]) == (span["span_id"], level)]
        assert {r["entity_id"]: tuple(r[c] for c in told) for r in rows} == expected


def allowed(versions: list[dict[str, str]], first: date, last: date) -> int:
    """Credits one teacher may be awarded from `first` to `last`: each day, week or year has its cap once."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ends = {
        "day": days,
        "week": [day for day in days if day.isoweekday() == 7 or day == last],
        "year": [day for day in days if (day.month, day.day) == (12, 31) or day == last],
    }
    return sum(
        int(version["cap"])
        for version in versions
        for end in ends[version["cap_period"]]
        if version["valid_from"] <= end.isoformat() <= version["valid_to"]
    )


@pytest.mark.slow
def test_share_of_the_cap(city: dict[str, Any]) -> None:
    """Credits are the awarded rows of the listed; possible are as many as the caps of its days allow."""
    spans = {span["span_id"]: span for span in city["spans"]}
    codes = {rule["rule_code"] for rule in city["rules"]}
    for row in city["span_indicator_index"]:
        if row["level"] != "city":
            continue
        if row["indicator"] not in codes:
            assert row["credits"] is row["credits_possible"] is None
            continue
        span = spans[row["span_id"]]
        first, last = span["starts_on"], min(span["ends_on"], city["as_of"])
        listed = entities(city, span, "city").get("city", [])
        versions = [rule for rule in city["rules"] if rule["rule_code"] == row["indicator"]]
        assert row["credits_possible"] == len(listed) * allowed(versions, first, last)
        assert row["credits"] == sum(
            credit["teacher_id"] in listed and first <= credit["credited_on"] <= last
            for credit in city["points_ledger"]
            if credit["rule_code"] == row["indicator"] and credit["decision"] == "awarded"
        )
