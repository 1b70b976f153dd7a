"""From ledger rows to the indices and ranks they are part of, with and without their points."""

from collections.abc import Iterable

import duckdb

from pipelines.explain.fates import EARNING
from pipelines.explain.who import Rosters, roster_days, roster_in_force
from pipelines.ingest.lake import Lake
from pipelines.trace.model import PeriodEffect, Standing, TracedUnit

_PERIODS = """
    select period_id, period_name, starts_on, ends_on, counted_on from marts.periods
    where exists (select 1 from unnest(?::date[]) as d(day) where day between starts_on and ends_on)
    order by case kind when 'year' then 0 else 1 end, starts_on, period_id
"""
_TEACHER = """
    with me as (select * from marts.teacher_index where period_id = $period and teacher_id = $entity)
    select
        me.points, me.school_id, me.district_id, me.school_rank, me.district_rank, me.city_rank,
        1 + count(*) filter (where o.points > me.points - $points and o.school_id = me.school_id),
        1 + count(*) filter (where o.points > me.points - $points and o.district_id = me.district_id),
        1 + count(*) filter (where o.points > me.points - $points)
    from me
    left join marts.teacher_index as o on o.period_id = me.period_id and o.teacher_id <> me.teacher_id
    group by all
"""
_SCHOOL = """
    with me as (
        select *, cast(points - $points as double) / teachers as less
        from marts.school_index where period_id = $period and school_id = $entity
    )
    select
        me.index_value, me.less, me.district_rank, me.city_rank,
        1 + count(*) filter (where o.index_value > me.less and o.district_id = me.district_id),
        1 + count(*) filter (where o.index_value > me.less)
    from me left join marts.school_index as o on o.period_id = me.period_id and o.school_id <> me.school_id
    group by all
"""
_DISTRICT = """
    with me as (
        select *, cast(points - $points as double) / teachers as less
        from marts.district_index where period_id = $period and district_id = $entity
    )
    select me.index_value, me.less, me.city_rank, 1 + count(*) filter (where o.index_value > me.less)
    from me
    left join marts.district_index as o on o.period_id = me.period_id and o.district_id <> me.district_id
    group by all
"""


def effects(con: duckdb.DuckDBPyConnection, lake: Lake, units: Iterable[TracedUnit]) -> list[PeriodEffect]:
    """What these units, of one teacher, brought in each period one of them is credited in.

    Units that the record only came to, without a part in their credit, are named with 0 points.
    """
    credited = [u for u in units if u.credited_on is not None]
    if not credited:
        return []
    teacher_id = credited[0].teacher_id
    found = []
    rosters: Rosters | None = None
    rows = con.execute(_PERIODS, [sorted({u.credited_on for u in credited})]).fetchall()
    for period_id, name, starts_on, ends_on, counted_on in rows:
        points = sum(
            u.points for u in credited if u.fate in EARNING and starts_on <= u.credited_on <= ends_on
        )
        effect = PeriodEffect(period_id, name, points)
        effect.standings = _standings(con, period_id, teacher_id, points)
        if not effect.standings:
            # All snapshots are read for it, so only where it is needed.
            rosters = rosters or Rosters(lake, teacher_id)
            effect.not_listed = rosters.why_not_listed(counted_on)
        found.append(effect)
    return found


def periods_counted_by(con: duckdb.DuckDBPyConnection, lake: Lake, day: str) -> list[str]:
    """The periods whose listed teachers are those of the roster handed over on a day (ISO)."""
    days = roster_days(lake)
    rows = con.execute("select period_id, counted_on from marts.periods order by all").fetchall()
    return [period for period, counted_on in rows if roster_in_force(days, counted_on) == day]


def _standings(con: duckdb.DuckDBPyConnection, period: str, teacher_id: str, points: int) -> list[Standing]:
    def row(query: str, entity: str) -> tuple | None:
        return con.execute(query, {"period": period, "entity": entity, "points": points}).fetchone()

    if not (me := row(_TEACHER, teacher_id)):
        return []
    total, school_id, district_id, *ranks = me
    teacher = Standing("teacher", teacher_id, total, total - points)
    teacher.school_rank, teacher.district_rank, teacher.city_rank = ranks[:3]
    teacher.school_rank_without, teacher.district_rank_without, teacher.city_rank_without = ranks[3:]
    value, less, in_district, in_city, in_district_without, in_city_without = row(_SCHOOL, school_id)
    school = Standing(
        "school", school_id, value, less, district_rank=in_district, city_rank=in_city,
        district_rank_without=in_district_without, city_rank_without=in_city_without,
    )  # fmt: skip
    value, less, in_city, in_city_without = row(_DISTRICT, district_id)
    district = Standing(
        "district", district_id, value, less, city_rank=in_city, city_rank_without=in_city_without
    )
    return [teacher, school, district]
