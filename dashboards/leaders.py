"""The shards `top.<span>.<indicator>`: the teachers who lead, in the city and in each district."""

from typing import Any

import duckdb
import polars as pl

from dashboards.names import folders
from dashboards.shards import values

_FIRST, _AT_MOST = 200, 400

_LEADERS = f"""
with rules as (
    select teacher_id, school_id, district_id, rule_code as indicator, points, points_before
    from marts.span_teacher_points where span_id = $span
),
categories as (
    select
        rules.teacher_id, rules.school_id, rules.district_id, indicators.category as indicator,
        cast(sum(rules.points) as bigint) as points,
        cast(sum(rules.points_before) as bigint) as points_before
    from rules inner join marts.indicators as indicators using (indicator)
    group by rules.teacher_id, rules.school_id, rules.district_id, indicators.category
),
everything as materialized (
    select {{scope}} as scope, indicator, teacher_id, school_id, points, points_before from rules
    union all
    select {{scope}} as scope, indicator, teacher_id, school_id, points, points_before from categories
    union all
    select {{scope}} as scope, 'total' as indicator, teacher_id, school_id, points, points_before
    from marts.span_teacher_index where span_id = $span
),
-- Ranks of the few distinct values: to rank a hundred thousand rows by each indicator takes twenty times as
-- long. Who has no point comes after all who have, so a sparse table gives the ranks of the dense one.
now_counts as (
    select scope, indicator, points, count(*) as teachers
    from everything where points > 0 group by scope, indicator, points
),
now_ranks as (
    select
        *, sum(teachers) over (partition by scope, indicator) as scoring,
        1 + coalesce(sum(teachers) over (
            partition by scope, indicator order by points desc
            rows between unbounded preceding and 1 preceding
        ), 0) as rank
    from now_counts
),
before_counts as (
    select scope, indicator, points_before, count(*) as teachers
    from everything where points_before is not null group by scope, indicator, points_before
),
before_ranks as (
    select
        *, 1 + coalesce(sum(teachers) over (
            partition by scope, indicator order by points_before desc
            rows between unbounded preceding and 1 preceding
        ), 0) as before
    from before_counts
),
ranked as (
    select
        everything.*, cast(now_ranks.rank as bigint) as rank, cast(before_ranks.before as bigint) as before,
        cast(now_ranks.scoring as bigint) as scoring,
        row_number() over (
            partition by everything.scope, everything.indicator
            order by everything.points desc, everything.teacher_id
        ) as place
    from everything
    inner join now_ranks using (scope, indicator, points)
    left join before_ranks using (scope, indicator, points_before)
    where now_ranks.rank <= {_FIRST}
)
select * from ranked where place <= {_AT_MOST} order by scope, indicator, place
"""


def find_leaders(con: duckdb.DuckDBPyConnection, span: str, by_district: bool) -> pl.DataFrame:
    """A span's first 200 with a point, ties at the line kept up to 400, per scope and indicator, in order.

    scope ('city' or a district's id), indicator, teacher_id, school_id, points, points_before, rank, before,
    place, scoring (how many have a point).
    """
    scope = "district_id" if by_district else "'city'"
    return con.sql(_LEADERS.format(scope=scope), params={"span": span}).pl()


def top_data(leaders: pl.DataFrame, school_at: dict[str, int], listed: int) -> dict[str, Any]:
    """find_leaders of one scope and indicator with names, in their order ->

    {id, name, initials, school: [position], points, before_points, rank, before, listed, scoring, more: how
    many with a point are not shown, folder where it is not the id}.
    """
    scoring = leaders["scoring"][0] if leaders.height else 0
    ids = leaders["teacher_id"].to_list()
    return {
        "id": ids,
        "name": values(leaders["name"]),
        "initials": values(leaders["initials"]),
        "school": [school_at[id_] for id_ in leaders["school_id"]],
        "points": values(leaders["points"]),
        "before_points": values(leaders["points_before"]),
        "rank": values(leaders["rank"]),
        "before": values(leaders["before"]),
        "listed": listed,
        "scoring": scoring,
        "more": scoring - leaders.height,
    } | folders(ids, leaders["folder"].to_list())
