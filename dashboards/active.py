"""The shard `active`: who uses the platform, when, and who no longer does."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from dashboards.shards import columns, iso, values

# How far back the shards go from the as-of day: one event of the year 1 must not make them huge.
_DAYS, _WEEKS, _MONTHS = 400, 106, 36
_QUIET_DAYS = 7
_BUCKETS = {"0": 0, "1-7": 1, "8-14": 8, "15-30": 15, "31+": 31}  # each from its first day on

_SCOPES = {"city": "'city'", "district": "district_id", "school": "school_id"}


@dataclass(frozen=True)
class Activity:
    """What the shard of one folder is made of, each a frame in order."""

    daily: pl.DataFrame  # day, active, logins, points
    weekly: pl.DataFrame  # starts_on, active, new, lost
    monthly: pl.DataFrame  # the same
    hours: pl.DataFrame  # weekday (1 = Monday), hour, acts, counted_from
    streaks: pl.DataFrame  # current_streak, teachers
    categories: pl.DataFrame  # week, category, points


def find_activity(con: duckdb.DuckDBPyConnection, level: str) -> Mapping[str, Activity]:
    """Every entity's activity by id (the city's is 'city'); empty frames for one without a listed teacher."""
    scope = _SCOPES[level]
    queries = {
        "daily": f"""
            select {scope} as scope, day, cast(sum(active_teachers) as bigint) as active,
                cast(sum(logins) as bigint) as logins, cast(sum(points) as bigint) as points
            from marts.activity_daily cross join ops.run as run
            where day > run.as_of - {_DAYS}
            group by scope, day order by scope, day
            """,
        "weekly": _spans(scope, "week", f"run.as_of - {7 * _WEEKS}"),
        "monthly": _spans(scope, "month", f"run.as_of - to_months({_MONTHS})"),
        "hours": f"""
            select {scope} as scope, weekday, hour, cast(sum(acts) as bigint) as acts,
                min(counted_from) as counted_from
            from marts.activity_hours group by scope, weekday, hour order by scope, weekday, hour
            """,
        "streaks": f"""
            select {scope} as scope, current_streak, cast(count(*) as bigint) as teachers
            from marts.teacher_streaks group by scope, current_streak order by scope, current_streak
            """,
        "categories": f"""
            select {scope} as scope, week_start as week, category, cast(sum(points) as bigint) as points
            from marts.category_weekly cross join ops.run as run
            where week_start > run.as_of - {7 * _WEEKS}
            group by scope, week_start, category order by scope, week, category
            """,
    }
    frames = {name: con.sql(query).pl() for name, query in queries.items()}
    parts = {
        name: {key[0]: part for key, part in f.partition_by("scope", as_dict=True, include_key=False).items()}
        for name, f in frames.items()
    }
    nothing = {name: frame.drop("scope").clear() for name, frame in frames.items()}
    keys = {key for by_key in parts.values() for key in by_key}
    found = {k: Activity(**{n: by_key.get(k, nothing[n]) for n, by_key in parts.items()}) for k in keys}
    return defaultdict(lambda: Activity(**nothing), found)


def _spans(scope: str, kind: str, after: str) -> str:
    return f"""
        select {scope} as scope, starts_on, cast(sum(active_teachers) as bigint) as active,
            cast(sum(new_teachers) as bigint) as new, cast(sum(lost_teachers) as bigint) as lost
        from marts.activity_spans cross join ops.run as run
        where kind = '{kind}' and starts_on > {after}
        group by scope, starts_on order by scope, starts_on
        """


def find_quiet(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Schools with listed teachers of whom none has been active for 7 days, the longest quiet first.

    school_id, district_id, last_active_on, days (both null: never).
    """
    return con.sql(
        f"""
        with schools as (
            select school_id, district_id, max(last_active_on) as last_active_on
            from marts.teacher_streaks group by school_id, district_id
        )
        select school_id, district_id, last_active_on, cast(run.as_of - last_active_on as integer) as days
        from schools cross join ops.run as run
        where last_active_on is null or run.as_of - last_active_on >= {_QUIET_DAYS}
        order by days desc nulls first, school_id
        """
    ).pl()


def active_data(activity: Activity, as_of: date, categories: list[str]) -> dict[str, Any]:
    """The shard but for `quiet`: {daily: {day, active, logins, points}, teachers: how many are listed,

    quiet_days: from how many on a school is quiet, weekly: {starts_on, active, new, lost}, monthly: the same,
    hours: [7 days from Monday of [24 counts]], hours_from (null without an act), hours_to,
    streaks: {bucket, teachers}, categories: {week, a column per category}}.
    """
    hours = [[0] * 24 for _ in range(7)]
    for weekday, hour, acts in activity.hours.select("weekday", "hour", "acts").iter_rows():
        hours[weekday - 1][hour] = acts
    teachers = dict.fromkeys(_BUCKETS, 0)
    for streak, count in activity.streaks.select("current_streak", "teachers").iter_rows():
        teachers[max((b for b in _BUCKETS if _BUCKETS[b] <= streak), key=_BUCKETS.__getitem__)] += count
    return {
        "daily": columns(activity.daily, "day", "active", "logins", "points"),
        "teachers": sum(teachers.values()),
        "quiet_days": _QUIET_DAYS,
        "weekly": columns(activity.weekly, "starts_on", "active", "new", "lost"),
        "monthly": columns(activity.monthly, "starts_on", "active", "new", "lost"),
        "hours": hours,
        "hours_from": iso(activity.hours["counted_from"].min()),
        "hours_to": iso(as_of),
        "streaks": {"bucket": list(teachers), "teachers": list(teachers.values())},
        "categories": _categories(activity, categories),
    }


def _categories(activity: Activity, categories: list[str]) -> dict[str, list]:
    """Points by week and category; every week of `weekly`, 0 where a category has none."""
    rows = activity.categories.select("week", "category", "points").iter_rows()
    found = {(week, category): points for week, category, points in rows}
    weeks = sorted({week for week, _ in found} | set(activity.weekly["starts_on"].to_list()))
    points = {c: [found.get((week, c), 0) for week in weeks] for c in categories}
    return {"week": [iso(week) for week in weeks]} | points


def quiet_data(quiet: pl.DataFrame, at: dict[str, int]) -> dict[str, list]:
    """find_quiet of a folder's schools -> {school: [position], last_active_on, days}."""
    return {
        "school": [at[id_] for id_ in quiet["school_id"]],
        "last_active_on": values(quiet["last_active_on"]),
        "days": values(quiet["days"]),
    }
