"""What a school's or district's index is made of, and what lies between a rank and its neighbours."""

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.explain import checked
from pipelines.explain.neighbours import Index, Ranking, indices
from pipelines.explain.results import results_in_force
from pipelines.explain.rulebook import Rulebook
from pipelines.explain.standingmodel import (
    IndicatorLine,
    LeftOut,
    Member,
    StandingExplanation,
    StandingInPeriod,
)
from pipelines.explain.who import Rosters, roster_days, roster_in_force
from pipelines.home import Home
from pipelines.ingest.contract import ROSTER
from pipelines.ingest.lake import Lake, parquet

_PERIODS = """
    select period_id, period_name, starts_on, ends_on, counted_on from marts.periods
    where $period is null or period_id = $period
    order by case kind when 'year' then 0 else 1 end, starts_on, period_id
"""


def explain_standing(
    home: Home,
    level: str,
    entity_id: str,
    period: str | None = None,
    rule: str | None = None,
    with_neighbours: bool = False,
) -> StandingExplanation:
    """The index of a teacher, school or district, in total or by one rule, in each period or in one.

    With neighbours, who stands at the next better and lower rank and what makes the difference; without,
    what a school's or district's index is made of. Raises CockpitError where HOME has no finished run, or
    the period, the rule or the entity is unknown.
    """
    with results_in_force(home) as results:
        con, lake = results.con, results.lake
        rulebook = Rulebook.load(con)
        checked(con, rulebook, period, rule)
        as_of, run_id = con.execute("select as_of, run_id from ops.run").fetchone()
        found = StandingExplanation(level, entity_id, as_of, run_id, rule or "total", [], results.staleness())
        days = roster_days(lake)
        for row in con.execute(_PERIODS, {"period": period}).fetchall():
            standing = StandingInPeriod(*row, roster_on=roster_in_force(days, row[-1]))
            _fill(con, lake, rulebook, found, standing, with_neighbours)
            found.periods.append(standing)
        found.made_from = results.made_from()
    if not any(standing.name for standing in found.periods) and level != "teacher":
        raise CockpitError(f"unknown {level} {entity_id!r}: on no roster a period is counted by")
    return found


def _fill(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    rulebook: Rulebook,
    found: StandingExplanation,
    standing: StandingInPeriod,
    with_neighbours: bool,
) -> None:
    names = _names(con, found.level, standing.period_id)
    rules = {code: rulebook.of(code)[-1].rule_name for code in rulebook.codes()}
    ranking = Ranking(con, found.level, standing.period_id, found.indicator, rules)
    me = ranking.find(found.entity_id)
    if me is not None:
        standing.name = names.get(me.entity_id, "")
        for column in ("school_id", "district_id", "teachers", "points", "value"):
            setattr(standing, column, getattr(me, column))
    if me is None or me.value is None:
        standing.not_ranked = _absence(lake, found, standing, me)
    else:
        standing.ranks = ranking.around(me, names, with_neighbours)
    if me is not None and found.level != "teacher" and not with_neighbours:
        codes = rules if found.indicator == "total" else [found.indicator]
        standing.made_of = _made_of(con, found, standing, {code: rules[code] for code in codes})
        standing.members = _members(con, found, standing)
        standing.left_out = _left_out(con, lake, found, standing)


def _absence(lake: Lake, found: StandingExplanation, standing: StandingInPeriod, me: Index | None) -> str:
    if found.level == "teacher":
        return Rosters(lake, found.entity_id).why_not_listed(standing.counted_on)
    if me is None:
        return f"on no roster; the one that counts is of {standing.roster_on}"
    return f"no listed teacher by the roster of {standing.roster_on}"


def _names(con: duckdb.DuckDBPyConnection, level: str, period: str) -> dict[str, str]:
    if level == "teacher":
        query = "select teacher_id, teacher_name from marts.teachers where period_id = ?"
        return dict(con.execute(query, [period]).fetchall())
    query = "select entity_id, entity_name from marts.entities where period_id = ? and level = ?"
    return dict(con.execute(query, [period, level]).fetchall())


def _made_of(
    con: duckdb.DuckDBPyConnection,
    found: StandingExplanation,
    standing: StandingInPeriod,
    rules: dict[str, str],
) -> list[IndicatorLine]:
    rows = con.execute(
        "select indicator, points, index_value, city_rank from marts.indicator_index "
        "where period_id = ? and level = ? and entity_id = ?",
        [standing.period_id, found.level, found.entity_id],
    ).fetchall()
    held = {indicator: rest for indicator, *rest in rows}
    return [IndicatorLine(code, name, *held[code]) for code, name in rules.items() if code in held]


def _members(
    con: duckdb.DuckDBPyConnection, found: StandingExplanation, standing: StandingInPeriod
) -> list[Member]:
    """The listed teachers of a school, or the schools of a district, the best first."""
    level = "teacher" if found.level == "school" else "school"
    names = _names(con, level, standing.period_id)
    where = f"period_id = $period and indicator = $indicator and {found.level}_id = $group"
    asked = {"period": standing.period_id, "indicator": found.indicator, "group": found.entity_id}
    rows = indices(con, level, where, asked)
    members = [Member(r.entity_id, names.get(r.entity_id, ""), r.teachers, r.points, r.value) for r in rows]
    return sorted(members, key=lambda m: (m.value is None, -(m.value or 0), m.entity_id))


def _left_out(
    con: duckdb.DuckDBPyConnection, lake: Lake, found: StandingExplanation, standing: StandingInPeriod
) -> list[LeftOut]:
    manifest = lake.load(ROSTER)
    teachers, schools = (
        parquet(lake.data_files(manifest, kind, {standing.roster_on})) for kind in ("teachers", "schools")
    )
    rows = con.execute(
        f"""
        select t.teacher_id, t.name, school_id, status, coalesce(sum(p.points), 0)
        from {teachers} as t join {schools} as s using (school_id)
        left join marts.teacher_rule_points as p
            on t.teacher_id = p.teacher_id and p.period_id = $period
            and $indicator in ('total', p.rule_code)
        where status <> 'active' and s.{found.level}_id = $entity
        group by all order by all
        """,
        {"entity": found.entity_id, "period": standing.period_id, "indicator": found.indicator},
    ).fetchall()
    return [LeftOut(*row[:-1], points=int(row[-1])) for row in rows]
