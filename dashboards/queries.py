"""What the pages ask of the warehouse. One function, one frame; every order has a unique tie-break."""

from collections.abc import Mapping

import duckdb
import polars as pl

_ENTITIES = """
select
    totals.period_id, totals.city_rank as rank, totals.entity_id,
    coalesce(entities.entity_name, totals.entity_id) as name,
    coalesce(districts.entity_name, totals.district_id) as district_name,
    totals.points, totals.teachers, totals.index_value,
    totals.city_rank is not null
        and count(*) over (partition by totals.period_id, totals.city_rank) > 1 as is_tied
from marts.indicator_index as totals
left join marts.entities as entities
    on totals.period_id = entities.period_id
    and totals.level = entities.level
    and totals.entity_id = entities.entity_id
left join marts.entities as districts
    on totals.period_id = districts.period_id
    and districts.level = 'district'
    and totals.district_id = districts.entity_id
where totals.level = $level and totals.indicator = 'total'
order by totals.period_id, rank nulls last, totals.entity_id
"""


def _frame(
    con: duckdb.DuckDBPyConnection, query: str, params: Mapping[str, object] | None = None
) -> pl.DataFrame:
    return con.sql(query, params=dict(params or {})).pl()


def run(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row: run_id, as_of, first_on and last_on (of accepted events), first_dt and last_dt (of drops)."""
    return _frame(
        con,
        """
        select run.run_id, run.as_of, days.first_on, days.last_on, drops.first_dt, drops.last_dt
        from ops.run as run
        cross join (select min(day) as first_on, max(day) as last_on from marts.activity_daily) as days
        cross join (select min(dt) as first_dt, max(dt) as last_dt from ops.files) as drops
        """,
    )


def periods(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Years, newest first, then named windows: period_id, period_name, starts_on, ends_on, counted_on."""
    return _frame(
        con,
        """
        select period_id, period_name, starts_on, ends_on, counted_on
        from marts.periods
        order by case kind when 'year' then 0 else 1 end, starts_on desc, period_id
        """,
    )


def entities(con: duckdb.DuckDBPyConnection, level: str) -> pl.DataFrame:
    """Ranking of all entities of a level ('district', 'school'), the unranked last.

    period_id, rank, entity_id, name, district_name, points, teachers, index_value, is_tied.
    """
    return _frame(con, _ENTITIES, {"level": level})


def leading_teachers(con: duckdb.DuckDBPyConnection, limit: int) -> pl.DataFrame:
    """The first `limit` listed teachers of each period.

    period_id, rank, name, school_name, district_name, points, is_tied, tied (how many share the rank).
    """
    return _frame(
        con,
        """
        with placed as (
            select
                *,
                count(*) over (partition by period_id, city_rank) as tied,
                row_number() over (partition by period_id order by city_rank, teacher_id) as place
            from marts.teacher_index
        )
        select
            placed.period_id, placed.city_rank as rank,
            coalesce(teachers.teacher_name, placed.teacher_id) as name,
            coalesce(schools.entity_name, placed.school_id) as school_name,
            coalesce(districts.entity_name, placed.district_id) as district_name,
            placed.points, placed.tied > 1 as is_tied, placed.tied
        from placed
        left join marts.teachers as teachers
            on placed.period_id = teachers.period_id and placed.teacher_id = teachers.teacher_id
        left join marts.entities as schools
            on placed.period_id = schools.period_id
            and schools.level = 'school'
            and placed.school_id = schools.entity_id
        left join marts.entities as districts
            on placed.period_id = districts.period_id
            and districts.level = 'district'
            and placed.district_id = districts.entity_id
        where placed.place <= $limit
        order by placed.period_id, placed.place
        """,
        {"limit": limit},
    )


def totals(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per period, each sum from its own table so that the page can compare them.

    {city,districts,schools,listed}_{points,teachers}; scoring_teachers (with a point); unlisted_points (of
    teachers in no index).
    """
    return _frame(
        con,
        """
        with city as (
            select period_id, points, teachers
            from marts.indicator_index
            where level = 'city' and indicator = 'total'
        ),
        districts as (
            select period_id, sum(points) as points, sum(teachers) as teachers
            from marts.district_index group by period_id
        ),
        schools as (
            select period_id, sum(points) as points, sum(teachers) as teachers
            from marts.school_index group by period_id
        ),
        listed as (
            select
                period_id, sum(points) as points, count(*) as teachers,
                count(*) filter (points > 0) as scoring
            from marts.teacher_index group by period_id
        ),
        everybody as (
            select period_id, sum(points) as points from marts.teacher_rule_points group by period_id
        )
        select
            periods.period_id,
            cast(coalesce(city.points, 0) as bigint) as city_points,
            cast(coalesce(city.teachers, 0) as bigint) as city_teachers,
            cast(coalesce(districts.points, 0) as bigint) as districts_points,
            cast(coalesce(districts.teachers, 0) as bigint) as districts_teachers,
            cast(coalesce(schools.points, 0) as bigint) as schools_points,
            cast(coalesce(schools.teachers, 0) as bigint) as schools_teachers,
            cast(coalesce(listed.points, 0) as bigint) as listed_points,
            cast(coalesce(listed.teachers, 0) as bigint) as listed_teachers,
            cast(coalesce(listed.scoring, 0) as bigint) as scoring_teachers,
            cast(coalesce(everybody.points, 0) - coalesce(listed.points, 0) as bigint) as unlisted_points
        from marts.periods as periods
        left join city on periods.period_id = city.period_id
        left join districts on periods.period_id = districts.period_id
        left join schools on periods.period_id = schools.period_id
        left join listed on periods.period_id = listed.period_id
        left join everybody on periods.period_id = everybody.period_id
        order by periods.period_id
        """,
    )


def accounts(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What became of the records: source, files, records, accepted, duplicates, quarantined."""
    return _frame(
        con,
        """
        select
            source,
            cast(count(*) as bigint) as files,
            cast(sum(records) as bigint) as records,
            cast(sum(accepted) as bigint) as accepted,
            cast(sum(duplicates) as bigint) as duplicates,
            cast(sum(quarantined) as bigint) as quarantined
        from ops.files
        group by source
        order by source
        """,
    )


def quarantine(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Refused records by reason, most frequent first: reason, records."""
    return _frame(
        con,
        """
        select reason, cast(count(*) as bigint) as records
        from ops.quarantine
        group by reason
        order by records desc, reason
        """,
    )


def refused_files(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Drop files refused whole: path, fault."""
    return _frame(con, "select path, fault from ops.refused_files order by path, fault")


def strays(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What lies in RAW and fits no pattern: path."""
    return _frame(con, "select path from ops.strays order by path")
