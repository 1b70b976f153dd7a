"""Teachers' own data: the shard `teacher` of each, in batches. No one else's name or id is among it.

{id, name, school_name, district_name, subject, verified, ranks, streak, longest_streak, last_login_on,
login_next, allowance} of teacher_standing, {days, near, over, ledger, days_logged} of teacher_ledger,
{points, credits, over_cap: [per span [per rule]]}, and what all share: {spans, rules, indicators}.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import polars as pl

from dashboards import teacher_ledger, teacher_standing
from dashboards.shards import safe, to_json

_BATCH = 10_000  # teachers in memory at once
_BY_RULE = ("points", "credits", "over_cap")

_WHO = """
create or replace temp table who as select * from people order by id limit $limit offset $offset;
create or replace temp table own as
    select ledger.*, extract(year from ledger.credited_on) = extract(year from run.as_of) as is_this_year
    from marts.points_ledger as ledger
    inner join who on ledger.teacher_id = who.id
    cross join ops.run as run
"""

_POINTS = """
select who.id, shown.place, earned.rule_code, earned.points, earned.credits, earned.over_cap
from marts.span_teacher_points as earned
inner join who on earned.teacher_id = who.id
inner join shown on earned.span_id = shown.span_id
"""


def teachers_data(
    con: duckdb.DuckDBPyConnection, shared: dict[str, Any], spans: int, rules: list[str]
) -> Iterator[tuple[str, str]]:
    """(id, JSON of the shard) of each of city.find_city's `people`, in order of id.

    `shared` is {spans, rules, indicators}, the same for all.
    """
    _execute(con, teacher_standing.PREPARE, {})
    tail = "," + to_json(shared)[1:]
    count = con.execute("select count(*) from people").fetchone()[0]
    for offset in range(0, count, _BATCH):
        _execute(con, _WHO, {"limit": _BATCH, "offset": offset})
        ids = [id_ for (id_,) in con.execute("select id from who order by id").fetchall()]
        standing = con.execute(teacher_standing.COMPOSE).fetchall()
        ledger = con.execute(teacher_ledger.COMPOSE).fetchall()
        points = points_json(con.sql(_POINTS).pl(), ids, spans, rules)
        for id_, (first,), (second,), third in zip(ids, standing, ledger, points, strict=True):
            yield id_, f"{safe(first)[:-1]},{safe(second)[1:-1]},{third}{tail}"


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
