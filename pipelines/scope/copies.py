"""Copies of the lake's data files in the warehouse, brought up to date file by file.

ops.quarantine     every refused record
ops.object_drops   which drops tell of an object whose unit has no day of its own, or of its creation
ops.copied_files   of which data files these were made

A data file is written once and never changed, so its name tells whether it has been copied.
"""

import duckdb

from pipelines.ingest.contract import ACTIVITIES
from pipelines.ingest.keys import object_key
from pipelines.ingest.lake import Lake, Manifest, parquet
from pipelines.scope.basis import write_listing
from pipelines.scope.voids import typed

QUARANTINE = {
    "source": "varchar", "dt": "date", "path": "varchar", "record_number": "bigint", "reason": "varchar",
    "detail": "varchar", "raw_text": "varchar",
}  # fmt: skip
OBJECT_DROPS = {"source": "varchar", "dt": "date", "scope_key": "ubigint"}
_LISTING = ("table_name", "source", "dt", "data_file")

Files = dict[tuple[str, str], str]
"""By source and drop day, a data file of the lake."""


def bring_up_copies(con: duckdb.DuckDBPyConnection, lake: Lake, manifests: dict[str, Manifest]) -> None:
    """Make the tables hold just what the files named by `manifests` do; only files that are new are read."""
    con.execute("create table if not exists ops.copied_files (table_name varchar, source varchar, dt date, "
                "data_file varchar)")  # fmt: skip
    refused = _files(manifests, "quarantine")
    activities = _files({ACTIVITIES.name: manifests[ACTIVITIES.name]}, "accepted")
    _copy_quarantine(con, lake, _make_room(con, "quarantine", QUARANTINE, refused))
    _copy_object_drops(con, lake, _make_room(con, "object_drops", OBJECT_DROPS, activities))
    named = {"quarantine": refused, "object_drops": activities}
    rows = [(table, *key, name) for table, files in named.items() for key, name in sorted(files.items())]
    write_listing(con, "ops.copied_files", _LISTING, rows)


def _files(manifests: dict[str, Manifest], kind: str) -> Files:
    return {
        (source, day): entry.data[kind]
        for source, manifest in manifests.items()
        for day, entry in manifest.days.items()
        if kind in entry.data
    }


def _make_room(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], named: Files) -> Files:
    """Take out what the table has of files other than `named`; those of `named` that it lacks."""
    con.execute(f"create table if not exists ops.{table} ({typed(columns)})")
    rows = con.execute(
        "select source, cast(dt as varchar), data_file from ops.copied_files where table_name = ?", [table]
    ).fetchall()
    held = {(source, day): name for source, day, name in rows}
    if gone := sorted(key for key, name in held.items() if named.get(key) != name):
        sources, days = zip(*gone, strict=True)
        con.execute(
            f"delete from ops.{table} where (source, dt) in (select unnest(?), cast(unnest(?) as date))",
            [list(sources), list(days)],
        )
    return {key: name for key, name in sorted(named.items()) if held.get(key) != name}


def _copy_quarantine(con: duckdb.DuckDBPyConnection, lake: Lake, new: Files) -> None:
    columns = ", ".join(c for c in QUARANTINE if c != "source")
    for source in sorted({source for source, _ in new}):
        files = parquet([str(lake.root / name) for (of, _), name in new.items() if of == source])
        con.execute(
            f"insert into ops.quarantine select '{source}', {columns} from {files} "
            "order by path, record_number"
        )


def _copy_object_drops(con: duckdb.DuckDBPyConnection, lake: Lake, new: Files) -> None:
    """In order of keys, by which one is found among a year's without reading all of them."""
    con.execute(f"create table work.scope.lying ({typed(OBJECT_DROPS)})")
    for (source, _), name in new.items():
        con.execute(
            f"insert into work.scope.lying select distinct '{source}', dt, scope_key "
            f"from {parquet([str(lake.root / name)])} "
            f"where scope_key <> 0 and scope_key = {object_key('scope_key')}"
        )
    con.execute("insert into ops.object_drops from work.scope.lying order by scope_key, dt")
