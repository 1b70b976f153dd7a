"""Teachers' own data, in batches: what is new of each, and the months before. No one else's name is among it.

The shard `teacher`: {id, name, school_name, district_name, subject, verified, ranks, streak, longest_streak,
last_login_on, login_next, allowance} of teacher_standing, {days, near, over, ledger, days_logged} of
teacher_ledger, and {points, credits, over_cap: [per span [per rule]]}. The shard `earlier`: {days, ledger,
days_logged} of the months of the year before the as-of day's.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from dashboards import teacher_ledger, teacher_standing
from dashboards.shards import safe, to_json
from pipelines.ingest.lake import quoted

_BATCH = 10_000  # teachers in memory at once
_BY_RULE = ("points", "credits", "over_cap")

# What no part of the page tells is left out: a year holds hundreds of awarded rows of each teacher.
_WHO = f"""
create or replace temp table who as select * from people order by id limit $limit offset $offset;
create or replace temp table own as
    select
        ledger.*,
        case
            when ledger.credited_on >= date_trunc('month', run.as_of) then '{teacher_ledger.MONTH}'
            when ledger.credited_on >= date_trunc('year', run.as_of) then '{teacher_ledger.EARLIER}'
        end as part
    from marts.points_ledger as ledger
    inner join who on ledger.teacher_id = who.id
    cross join ops.run as run
    where
        ledger.credited_on >= date_trunc('month', run.as_of)
        or ledger.decision <> 'awarded'
        or ledger.cap_start in (select cap_start from allowances)
        or ledger.teacher_id in (select id from stale)
"""

# Whose rows of the months before are not what they were: their number and their digests' sum tell.
_STALE = """
create or replace temp table stale as
    with rows_of as (
        select 'now' as release, ledger.* from marts.points_ledger as ledger
        union all
        select 'before' as release, ledger.* from before.marts.points_ledger as ledger
    ),
    digests as (
        select
            teacher_id, release,
            struct_pack(rows := count(*), digest := sum(hash(
                rule_code, unit_id, decision, points, credited_at, progress, threshold
            ))) as told
        from rows_of
        cross join ops.run as run
        where credited_on >= date_trunc('year', run.as_of) and credited_on < date_trunc('month', run.as_of)
        group by teacher_id, release
    )
    select people.id
    from people
    left join digests as now on people.id = now.teacher_id and now.release = 'now'
    left join digests as before on people.id = before.teacher_id and before.release = 'before'
    where now.told is distinct from before.told or people.id in (select unnest($unwritten))
"""

# Whether the release in force told of the same months, by the same code.
_IS_COMPARABLE = """
select count(*) = 1
from before.ops.run as before
inner join ops.run as run
    on before.code_sha256 = run.code_sha256
    and date_trunc('month', before.as_of) = date_trunc('month', run.as_of)
"""

_POINTS = """
select who.id, shown.place, earned.rule_code, earned.points, earned.credits, earned.over_cap
from marts.span_teacher_points as earned
inner join who on earned.teacher_id = who.id
inner join shown on earned.span_id = shown.span_id
"""


@dataclass(frozen=True)
class Told:
    """A teacher's shards as JSON; `earlier` is None where that of the release in force holds."""

    id: str
    teacher: str
    earlier: str | None


def teachers_data(
    con: duckdb.DuckDBPyConnection,
    spans: int,
    rules: list[str],
    before: Path | None = None,
    unwritten: Collection[str] = (),
) -> Iterator[Told]:
    """What is told of each of city.find_city's `people`, in order of id.

    `before` is the warehouse of the release in force. `unwritten`: whose earlier months it has no file of.
    """
    _execute(con, teacher_standing.PREPARE, {})
    _find_stale(con, before, list(unwritten))
    count = con.execute("select count(*) from people").fetchone()[0]
    for offset in range(0, count, _BATCH):
        _execute(con, _WHO, {"limit": _BATCH, "offset": offset})
        ids = [id_ for (id_,) in con.execute("select id from who order by id").fetchall()]
        standing = con.execute(teacher_standing.COMPOSE).fetchall()
        ledger = con.execute(teacher_ledger.COMPOSE).fetchall()
        earlier = dict(con.execute(teacher_ledger.COMPOSE_EARLIER).fetchall())
        points = points_json(con.sql(_POINTS).pl(), ids, spans, rules)
        for id_, (first,), (second,), third in zip(ids, standing, ledger, points, strict=True):
            told = earlier.get(id_)
            yield Told(id_, f"{safe(first)[:-1]},{safe(second)[1:-1]},{third}}}", told and safe(told))


def _find_stale(con: duckdb.DuckDBPyConnection, before: Path | None, unwritten: list[str]) -> None:
    """Make the temporary table `stale`: the ids whose earlier months have to be told anew."""
    if before is not None:
        try:
            con.execute(f"attach '{quoted(before)}' as before (read_only)")
        except duckdb.Error:  # decayed or gone: all is told anew
            before = None
    try:
        if before is not None and con.execute(_IS_COMPARABLE).fetchone() == (True,):
            con.execute(_STALE, {"unwritten": unwritten})
        else:
            con.execute("create or replace temp table stale as select id from people")
    finally:
        if before is not None:
            con.execute("detach before")


def points_json(earned: pl.DataFrame, ids: list[str], spans: int, rules: list[str]) -> Iterator[str]:
    """Rows of id, place, rule_code, points, credits, over_cap -> for each of `ids` the members of an object

    "points":[per span [per rule]],"credits":…,"over_cap":…, zeros where there is no row.
    """
    teacher_at = pl.DataFrame({"id": ids}).with_row_index("teacher")
    rule_at = pl.DataFrame({"rule_code": rules}, schema={"rule_code": pl.String}).with_row_index("rule")
    placed = earned.join(teacher_at, on="id").join(rule_at, on="rule_code")
    where = tuple(placed[name].to_numpy() for name in ("teacher", "place", "rule"))
    tables = []
    for name in _BY_RULE:
        table = np.zeros((len(ids), spans, len(rules)), dtype=np.int64)
        table[where] = placed[name].to_numpy()
        tables.append(table.tolist())
    for told in zip(*tables, strict=True):
        yield to_json(dict(zip(_BY_RULE, told, strict=True)))[1:-1]


def _execute(con: duckdb.DuckDBPyConnection, script: str, wanted: dict[str, Any]) -> None:
    """Run several statements, each with the parameters it names."""
    for statement in con.extract_statements(script):
        con.execute(statement, {name: wanted[name] for name in statement.named_parameters})
