"""Accepted ids that occur twice in a source, found without holding a city's ids at once."""

from collections.abc import Iterator
from itertools import pairwise

import duckdb

from pipelines.ingest.lake import parquet

IDS_AT_ONCE = 20_000_000
"""Ids of new data files that are held against each other and all others at a time: less than 1 GB."""


def repeated_ids(
    con: duckdb.DuckDBPyConnection, new: list[str], others: list[str], rows: int, at_once: int = IDS_AT_ONCE
) -> int:
    """How many accepted records repeat an id that another has.

    `new` are data files with `rows` rows in all; `others` are known to hold no id twice among them. What may
    be a repeat is told by `id_key`, the hash of the id, and decided by the ids themselves.
    """
    if not new:
        return 0
    con.execute("create or replace temp table shared_keys (id_key ubigint)")
    for part in _parts(max(1, -(-rows // at_once))):
        keys = f"(select id_key from {parquet(new)} where {part})"
        con.execute(f"insert into shared_keys select id_key from {keys} group by id_key having count(*) > 1")
        if others:
            con.execute(
                f"insert into shared_keys select id_key from {parquet(others)} where {part} "
                f"and id_key in {keys}"
            )
    if con.execute("select count(*) from shared_keys").fetchone() == (0,):
        return 0
    (count,) = con.execute(
        f"select count(event_id) - count(distinct event_id) from {parquet([*new, *others])} "
        "where id_key in (select id_key from shared_keys)"
    ).fetchone()
    return count


def _parts(count: int) -> Iterator[str]:
    """Conditions on `id_key`, of which every key fulfils just one."""
    if count == 1:
        yield "true"
        return
    bounds = [(1 << 64) * number // count for number in range(count + 1)]
    for first, end in pairwise(bounds):
        yield f"id_key between {first}::ubigint and {end - 1}::ubigint"
