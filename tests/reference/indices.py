"""The ledger summed up: points per teacher and rule, the indices and their ranks, and the days."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .roster import Roster
from .rulebook import NamedPeriod, RuleBook
from .world import World

Row = dict[str, Any]


def periods_of(world: World, named: list[NamedPeriod]) -> list[NamedPeriod]:
    """Every calendar year from the first event's to D's, and the named windows that D has reached."""
    days = [event.day for event in world.logins + world.activities]
    years = range(min(days).year, world.as_of.year + 1) if days else []
    spans = [NamedPeriod(f"{year:04}", date(year, 1, 1), date(year, 12, 31)) for year in years]
    return spans + [period for period in named if period.starts_on <= world.as_of]


def teacher_rule_points(ledger: list[Row], periods: list[NamedPeriod]) -> list[Row]:
    """Per period, teacher and rule with a credit in it; a credit over the cap is one too, worth nothing.

    Teachers on no roster are here as well.
    """
    rows = []
    for period in periods:
        points: Counter[tuple[str, str]] = Counter()
        awarded: Counter[tuple[str, str]] = Counter()
        for row in ledger:
            if row["credited_on"] is not None and period.starts_on <= row["credited_on"] <= period.ends_on:
                key = row["teacher_id"], row["rule_code"]
                points[key] += row["points"]
                awarded[key] += row["decision"] == "awarded"
        rows += [
            {
                "period_id": period.period_id,
                "teacher_id": teacher,
                "rule_code": rule_code,
                "points": points[teacher, rule_code],
                "credits": awarded[teacher, rule_code],
            }
            for teacher, rule_code in points
        ]
    return rows


def ranks(values: dict[str, Any]) -> dict[str, int | None]:
    """Standard competition ranks on the exact values, highest first; no value, no rank."""
    held = [value for value in values.values() if value is not None]
    return {
        key: None if value is None else 1 + sum(other > value for other in held)
        for key, value in values.items()
    }


def ranks_within(values: dict[str, Any], group_of: dict[str, str]) -> dict[str, int | None]:
    """Ranks among those of the same group."""
    result: dict[str, int | None] = {}
    for group in set(group_of.values()):
        result |= ranks({key: value for key, value in values.items() if group_of[key] == group})
    return result


def points_by_teacher(roster: Roster, credits: list[Row]) -> dict[str, int]:
    """Points of every listed teacher, zero included."""
    points: Counter[str] = Counter()
    for row in credits:
        points[row["teacher_id"]] += row["points"]
    return {teacher: points[teacher] for teacher in roster.listed}


def teacher_index(period: NamedPeriod, roster: Roster, credits: list[Row]) -> list[Row]:
    """One row per listed teacher, at the school of the roster's day."""
    school_of = roster.listed
    district_of = {teacher: roster.district_of[school] for teacher, school in school_of.items()}
    points = points_by_teacher(roster, credits)
    in_school, in_district = ranks_within(points, school_of), ranks_within(points, district_of)
    in_city = ranks(points)
    return [
        {
            "period_id": period.period_id,
            "teacher_id": teacher,
            "school_id": school,
            "district_id": district_of[teacher],
            "points": points[teacher],
            "school_rank": in_school[teacher],
            "district_rank": in_district[teacher],
            "city_rank": in_city[teacher],
        }
        for teacher, school in school_of.items()
    ]


def sums(entities: list[str], entity_of: dict[str, str], points: dict[str, int]) -> dict[str, Row]:
    """Per entity: its listed teachers, their points, and the mean, which is exact, or None without any."""
    result = {}
    for entity in entities:
        own = [points[teacher] for teacher, its in entity_of.items() if its == entity]
        mean = Fraction(sum(own), len(own)) if own else None
        result[entity] = {"teachers": len(own), "points": sum(own), "index_value": mean}
    return result


def school_sums(roster: Roster, credits: list[Row]) -> dict[str, Row]:
    """The sums of every school of the roster."""
    schools = [school["school_id"] for school in roster.schools]
    return sums(schools, roster.listed, points_by_teacher(roster, credits))


def district_sums(roster: Roster, credits: list[Row]) -> dict[str, Row]:
    """The sums of every district of the roster, weighted by teacher."""
    districts = [district["district_id"] for district in roster.districts]
    district_of = {teacher: roster.district_of[school] for teacher, school in roster.listed.items()}
    return sums(districts, district_of, points_by_teacher(roster, credits))


def city_sums(roster: Roster, credits: list[Row]) -> dict[str, Row]:
    """The sums of the city."""
    return sums(["city"], dict.fromkeys(roster.listed, "city"), points_by_teacher(roster, credits))


def index_values(by_entity: dict[str, Row]) -> dict[str, Fraction | None]:
    """Entity to index."""
    return {entity: row["index_value"] for entity, row in by_entity.items()}


def school_index(period: NamedPeriod, roster: Roster, credits: list[Row]) -> list[Row]:
    """One row per school of the roster."""
    by_school = school_sums(roster, credits)
    in_district = ranks_within(index_values(by_school), roster.district_of)
    in_city = ranks(index_values(by_school))
    return [
        {
            "period_id": period.period_id,
            "school_id": school,
            "district_id": roster.district_of[school],
            **row,
            "district_rank": in_district[school],
            "city_rank": in_city[school],
        }
        for school, row in by_school.items()
    ]


def district_index(period: NamedPeriod, roster: Roster, credits: list[Row]) -> list[Row]:
    """One row per district of the roster, also one without listed teachers."""
    by_district = district_sums(roster, credits)
    in_city = ranks(index_values(by_district))
    return [
        {"period_id": period.period_id, "district_id": district, **row, "city_rank": in_city[district]}
        for district, row in by_district.items()
    ]


def indicator_index(period: NamedPeriod, roster: Roster, credits: list[Row], book: RuleBook) -> list[Row]:
    """Each index of city, districts and schools again: in total, per category and per rule."""
    rows = []
    rules_of = {"total": set(book.codes)}
    for code in book.codes:
        rules_of.setdefault(book.category[code], set()).add(code)
        rules_of[code] = {code}
    for indicator, codes in rules_of.items():
        own = [row for row in credits if row["rule_code"] in codes]
        for level, summed in (("city", city_sums), ("district", district_sums), ("school", school_sums)):
            by_entity = summed(roster, own)
            in_city = ranks(index_values(by_entity))
            rows += [
                {
                    "period_id": period.period_id,
                    "level": level,
                    "entity_id": entity,
                    "indicator": indicator,
                    **row,
                    "city_rank": None if level == "city" else in_city[entity],
                }
                for entity, row in by_entity.items()
            ]
    return rows


def activity_daily(world: World, ledger: list[Row], roster: Roster | None) -> list[Row]:
    """Every day from the first to the last event, per school with a listed teacher."""
    days = [event.day for event in world.logins + world.activities]
    if roster is None or not days:
        return []
    school_of = roster.listed
    logins: Counter[tuple[date, str]] = Counter()
    active: dict[tuple[date, str], set[str]] = {}
    points: Counter[tuple[date, str]] = Counter()
    for event in world.logins + world.activities:
        if event.actor_role == "teacher" and event.actor_id in school_of:
            key = event.day, school_of[event.actor_id]
            active.setdefault(key, set()).add(event.actor_id)
            logins[key] += event.event_type == "login"
    for row in ledger:
        if row["credited_on"] is not None and row["teacher_id"] in school_of:
            points[row["credited_on"], school_of[row["teacher_id"]]] += row["points"]
    teachers = Counter(school_of.values())
    return [
        {
            "day": day,
            "district_id": roster.district_of[school],
            "school_id": school,
            "teachers": teachers[school],
            "active_teachers": len(active.get((day, school), ())),
            "logins": logins[day, school],
            "points": points[day, school],
        }
        for day in (min(days) + timedelta(days=n) for n in range((max(days) - min(days)).days + 1))
        for school in sorted(teachers)
    ]
