"""`score`: a RAW folder to every table of the contract."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from . import simple_rules, threshold_rules
from .indices import (
    activity_daily,
    district_index,
    indicator_index,
    periods_of,
    school_index,
    teacher_index,
    teacher_rule_points,
)
from .reader import read
from .roster import Roster
from .rulebook import NamedPeriod, RuleBook, Version, first_day, period_of, read_seed
from .world import Credit, Shortfall, World, grouped, seen

RULES = {
    "login": simple_rules.login,
    "profile_complete": simple_rules.profile_complete,
    "resource_share": simple_rules.resource_share,
    "photo_record": simple_rules.photo_record,
    "teaching_article": simple_rules.teaching_article,
    "result_spread": simple_rules.result_spread,
    "interactive_lesson": threshold_rules.interactive_lesson,
    "assignment_reach": threshold_rules.assignment_reach,
    "assignment_review": threshold_rules.assignment_review,
    "material_search": threshold_rules.material_search,
    "courseware": simple_rules.courseware,
    "class_formation": threshold_rules.class_formation,
    "class_notice": threshold_rules.class_notice,
    "class_activity": threshold_rules.class_activity,
    "habit_checkin": threshold_rules.habit_checkin,
    "research_activity": simple_rules.research_activity,
    "campus_office": simple_rules.campus_office,
}
TABLES = (
    "files",
    "quarantine",
    "points_ledger",
    "teacher_rule_points",
    "teacher_index",
    "school_index",
    "district_index",
    "indicator_index",
    "activity_daily",
    "voided_events",
)


def score(
    raw: Path,
    as_of: date | None = None,
    rules: list[dict[str, Any]] | None = None,
    periods: list[dict[str, Any]] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Every table of the contract for a RAW folder as of a day (by default the newest dt).

    `rules` and `periods` are rows like those of the seeds; by default they are the seeds.
    """
    held = read(raw)
    book = RuleBook(read_seed("rules") if rules is None else rules)
    named = [period_of(row) for row in (read_seed("named_periods") if periods is None else periods)]
    as_of = as_of or held.newest_dt
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    tables |= {"files": held.files, "quarantine": held.quarantine}
    if as_of is None:  # an empty RAW and no day asked for
        return tables

    world = World(as_of, seen(held.logins, as_of), seen(held.activities, as_of), book)
    tables["voided_events"] = [event for event in held.voided if event["day"] <= as_of]
    tables["points_ledger"] = ledger = points_ledger(world)
    spans = periods_of(world, named)
    tables["teacher_rule_points"] = teacher_rule_points(ledger, spans)
    tables["activity_daily"] = activity_daily(world, ledger, roster_on(held.rosters, as_of))
    for period in spans:
        roster = roster_on(held.rosters, min(period.ends_on, as_of))
        if roster is None:
            continue
        inside = in_period(ledger, period)
        tables["teacher_index"] += teacher_index(period, roster, inside)
        tables["school_index"] += school_index(period, roster, inside)
        tables["district_index"] += district_index(period, roster, inside)
        tables["indicator_index"] += indicator_index(period, roster, inside, book)
    return tables


def roster_on(rosters: list[Roster], day: date) -> Roster | None:
    """The newest good snapshot dated on or before a day, or the oldest one where none is."""
    by_day = sorted(rosters, key=lambda roster: roster.dt)
    earlier = [roster for roster in by_day if roster.dt <= day]
    return (earlier[-1:] or by_day[:1] or [None])[0]


def in_period(ledger: list[dict[str, Any]], period: NamedPeriod) -> list[dict[str, Any]]:
    """The credits of the ledger dated inside a period."""
    return [
        row
        for row in ledger
        if row["credited_on"] is not None and period.starts_on <= row["credited_on"] <= period.ends_on
    ]


def points_ledger(world: World) -> list[dict[str, Any]]:
    """One row per teacher, rule and unit: awarded, over the cap, or short of the threshold so far."""
    rows = []
    for rule_code, find in RULES.items():
        if rule_code not in world.book.codes:
            continue
        found = list(find(world))
        rows += [shortfall_row(unit) for unit in found if isinstance(unit, Shortfall)]
        rows += credit_rows([unit for unit in found if isinstance(unit, Credit)], world.book)
    return rows


def shortfall_row(unit: Shortfall) -> dict[str, Any]:
    """The ledger row of a unit that falls short: no points, no instant, no cap."""
    return {
        "teacher_id": unit.teacher_id,
        "rule_code": unit.rule_code,
        "unit_id": unit.unit_id,
        "decision": "not_met",
        "points": 0,
        "credited_at": None,
        "credited_on": None,
        "cap_start": None,
        "cap_rank": None,
        "progress": unit.progress,
        "threshold": unit.threshold,
        "event_id": None,
    }


def credit_rows(credits: list[Credit], book: RuleBook) -> Iterator[dict[str, Any]]:
    """The ledger rows of one rule's credits, each by the version in force on its own day.

    A day without a version has no row, and its credits take no place in a cap.
    """
    versions = [(credit, book.on(credit.rule_code, credit.at.date())) for credit in credits]
    counting = [credit for credit, version in versions if version is not None]
    spans = {period: by_span(counting, period) for period in {v.cap_period for _, v in versions if v}}
    for credit, version in versions:
        if version is None:
            continue
        # The span is that of the version in force on the credit's day; every credit inside it has a place,
        # also one that was itself dated under another version.
        start = first_day(version.cap_period, credit.at.date())
        rank = cap_rank(credit, spans[version.cap_period][credit.teacher_id, start])
        awarded = rank <= version.cap
        yield {
            "teacher_id": credit.teacher_id,
            "rule_code": credit.rule_code,
            "unit_id": credit.unit_id,
            "decision": "awarded" if awarded else "over_cap",
            "points": points_of(credit, version) if awarded else 0,
            "credited_at": credit.at,
            "credited_on": credit.at.date(),
            "cap_start": start,
            "cap_rank": rank,
            "progress": credit.progress,
            "threshold": credit.threshold,
            "event_id": credit.event_id,
        }


def by_span(credits: list[Credit], cap_period: str) -> dict[tuple[str, date], list[Credit]]:
    """Credits by teacher and first day of their day, week or year."""
    return grouped(credits, lambda credit: (credit.teacher_id, first_day(cap_period, credit.at.date())))


def cap_rank(credit: Credit, others: list[Credit]) -> int:
    """The credit's place among the teacher's credits of its cap's span, itself included."""
    return sum((other.at, other.unit_id.encode()) <= (credit.at, credit.unit_id.encode()) for other in others)


def points_of(credit: Credit, version: Version) -> int:
    """The points of one awarded credit; a login's progress is its day of the streak."""
    if (
        version.streak_day is not None
        and credit.progress is not None
        and credit.progress >= version.streak_day
    ):
        return version.streak_points
    return version.points
