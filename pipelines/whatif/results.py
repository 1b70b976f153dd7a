"""The results of a what-if: `before` (the release in force) and `after` (the scratch warehouse) side by side.

Every table is in the schema `result` of the scratch warehouse, ready for Parquet; codes and names of columns
are English there. `side` is where a rank lies: `inside` the award line, `outside`, or `tied`: in a tie that
begins inside and ends outside, so that the line alone does not decide.
"""

from collections.abc import Sequence

import duckdb

from pipelines.errors import CockpitError
from pipelines.scope.basis import RULE_COLUMNS
from pipelines.whatif.award_line import LEVELS, AwardLine

RANKS = {
    "district": ("city_rank",),
    "school": ("city_rank", "district_rank"),
    "teacher": ("city_rank", "district_rank", "school_rank"),
}
_PARENTS = {"district": (), "school": ("district_id",), "teacher": ("school_id", "district_id")}
_CONDITIONS = ("points", "cap", "cap_period", "threshold", "works_threshold", "window_hours", "streak_day",
               "streak_points")  # fmt: skip


def write_results(con: duckdb.DuckDBPyConnection, periods: Sequence[str], lines: Sequence[AwardLine]) -> None:
    """Make the tables of `result` for these periods, by default for all in which anybody has a point.

    `con` has the databases `before` and `after`, the latter current. Raises CockpitError for a period that
    is none.
    """
    con.execute("create schema result")
    _choose_periods(con, periods)
    _write_rule_changes(con)
    for level in LEVELS:
        _write_level(con, level, next((line for line in lines if line.level == level), None))
    _write_crossings(con)
    _write_ledger(con)


def _choose_periods(con: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> None:
    known = [p for (p,) in con.execute("select period_id from before.marts.periods order by 1").fetchall()]
    for period in wanted:
        if period not in known:
            raise CockpitError(f"period {period!r} is none of {', '.join(known)}")
    chosen = (
        "period_id in (select unnest(?))"
        if wanted
        else "len(?) = 0 and period_id in (select period_id from before.marts.teacher_rule_points "
        "union select period_id from after.marts.teacher_rule_points)"
    )
    con.execute(
        "create table result.periods as select period_id, period_name, starts_on, counted_on "
        f"from before.marts.periods where {chosen} order by period_id",
        [list(wanted)],
    )


def _write_rule_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Versions of rules that stand in one table only; a changed one stands there twice."""
    columns = ", ".join(RULE_COLUMNS)
    con.execute(
        f"""
        create table result.rule_changes as
        with changed as (
            select 'before' as side, * from (
                select {columns} from before.rulebook.rules except select {columns} from after.rulebook.rules)
            union all
            select 'after', * from (
                select {columns} from after.rulebook.rules except select {columns} from before.rulebook.rules)
        )
        select changed.rule_code, named.indicator_name as rule_name, changed.side,
            changed.valid_from, changed.valid_to, {", ".join(f"changed.{c}" for c in _CONDITIONS)}
        from changed
        left join ({_indicators()}) as named on changed.rule_code = named.indicator
        order by named.sort_order, rule_code, valid_from, side desc
        """
    )


def _indicators() -> str:
    """Names and order of rules of either table, those in force first."""
    return """
        select indicator, arg_min(indicator_name, side) as indicator_name,
            arg_min(sort_order, side) as sort_order
        from (
            select 0 as side, indicator, indicator_name, sort_order from before.marts.indicators
            union all
            select 1 as side, indicator, indicator_name, sort_order from after.marts.indicators
        )
        group by indicator"""


def _write_level(con: duckdb.DuckDBPyConnection, level: str, line: AwardLine | None) -> None:
    """Points, index and ranks of all of a level, before and after: listed are the same ones in both."""
    key = f"{level}_id"
    parents = "".join(f"b.{p}, " for p in _PARENTS[level])
    index = "" if level == "teacher" else "b.index_value as index_before, a.index_value as index_after,"
    teachers = "" if level == "teacher" else "b.teachers,"
    ranks = ", ".join(
        f"b.{r} as {r}_before, a.{r} as {r}_after, b.{r} - a.{r} as {r}_gain" for r in RANKS[level]
    )
    sides = (
        f"{side_sql('b', line)} as side_before, {side_sql('a', line)} as side_after"
        if line
        else "cast(null as varchar) as side_before, cast(null as varchar) as side_after"
    )
    order = "array_position(['outside', 'tied', 'inside'], {})"
    con.execute(
        f"""
        create table result.{level}s as
        with compared as (
            select b.period_id, {parents} b.{key}, {_name(level)} as name, {teachers}
                b.points as points_before, a.points as points_after, a.points - b.points as points_gain,
                {index} {ranks}, {sides}
            from before.marts.{level}_index as b
            inner join after.marts.{level}_index as a on b.period_id = a.period_id and b.{key} = a.{key}
            {_names(level)}
            where b.period_id in (select period_id from result.periods)
        )
        select *, case sign({order.format("side_after")} - {order.format("side_before")})
            when 1 then 'up' when -1 then 'down' end as crossing
        from compared
        order by period_id, city_rank_after nulls last, {key}
        """
    )
    ranked = con.execute(
        f"select count(*) from before.marts.{level}_index semi join result.periods using (period_id)"
    ).fetchone()
    if ranked != con.execute(f"select count(*) from result.{level}s").fetchone():
        raise CockpitError(f"the two warehouses have not the same {level}s; run `cockpit run` again")


def _name(level: str) -> str:
    return f"coalesce(n.{'teacher_name' if level == 'teacher' else 'entity_name'}, b.{level}_id)"


def _names(level: str) -> str:
    if level == "teacher":
        return """left join before.marts.teachers as n
            on b.period_id = n.period_id and b.teacher_id = n.teacher_id"""
    return f"""left join before.marts.entities as n
        on b.period_id = n.period_id and n.level = '{level}' and n.entity_id = b.{level}_id"""


def side_sql(alias: str, line: AwardLine) -> str:
    """Where a rank of `b` or `a` lies by its own side's ranking."""
    rank = f"{alias}.city_rank"
    places = line.places(f"count({rank}) over (partition by b.period_id)")
    tied = f"count(*) over (partition by b.period_id, {rank})"
    return (
        f"case when {rank} is null then null when {rank} > {places} then 'outside' "
        f"when {rank} + {tied} - 1 > {places} then 'tied' else 'inside' end"
    )


def _write_crossings(con: duckdb.DuckDBPyConnection) -> None:
    """Who crosses a line, of all levels."""
    parts = " union all ".join(
        f"select period_id, '{level}' as level, {level}_id as id, name, points_before, points_after, "
        f"city_rank_before, city_rank_after, side_before, side_after, crossing from result.{level}s"
        for level in LEVELS
    )
    con.execute(
        f"create table result.crossings as select * from ({parts}) where crossing is not null "
        "order by period_id, level, crossing desc, city_rank_after, id"
    )


def _write_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """The ledger by period, rule and decision; what has not come true has no day, so it lies in no period."""
    sides = {}
    for side in ("before", "after"):
        sides[side] = f"""
            select p.period_id, l.rule_code, l.decision, count(*) as units, sum(l.points) as points
            from {side}.marts.points_ledger as l
            inner join result.periods as p on l.credited_on between p.starts_on and p.counted_on
            group by all
            union all
            select null, rule_code, decision, count(*), sum(points)
            from {side}.marts.points_ledger where credited_on is null group by all"""
    con.execute(
        f"""
        create table result.ledger as
        select coalesce(b.period_id, a.period_id) as period_id,
            coalesce(b.rule_code, a.rule_code) as rule_code,
            named.indicator_name as rule_name, coalesce(b.decision, a.decision) as decision,
            coalesce(b.units, 0) as units_before, coalesce(a.units, 0) as units_after,
            coalesce(a.units, 0) - coalesce(b.units, 0) as units_gain,
            cast(coalesce(b.points, 0) as bigint) as points_before,
            cast(coalesce(a.points, 0) as bigint) as points_after,
            cast(coalesce(a.points, 0) - coalesce(b.points, 0) as bigint) as points_gain
        from ({sides["before"]}) as b
        full join ({sides["after"]}) as a
            on b.period_id is not distinct from a.period_id
            and b.rule_code = a.rule_code and b.decision = a.decision
        left join ({_indicators()}) as named on coalesce(b.rule_code, a.rule_code) = named.indicator
        order by 1 nulls last, named.sort_order, 2, 4
        """
    )
