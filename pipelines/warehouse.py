"""The warehouse of one release: what the lake holds becomes sources, dbt makes the tables."""

import hashlib
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.ingest.contract import EVENT_SOURCES, ROSTER, ROSTER_FILES, Source
from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest, parquet, quoted

_ORIGIN = {"dt": "date", "path": "varchar", "sha256": "varchar", "record_number": "bigint"}
_QUARANTINE = {
    "dt": "date", "path": "varchar", "record_number": "bigint", "reason": "varchar", "detail": "varchar",
    "raw_text": "varchar",
}  # fmt: skip


def input_sha256(inventory: Inventory) -> str:
    """One digest of all that lies in RAW: paths and the sha256 of each file."""
    listing = "".join(f"{f.path}\0{f.sha256}\0{f.fault}\n" for f in inventory.files)
    return hashlib.sha256((listing + "\n".join(inventory.strays)).encode()).hexdigest()


def _relation(files: list[str], columns: dict[str, str]) -> str:
    if files:
        return f"select {', '.join(columns)} from {parquet(files)}"
    return "select " + ", ".join(f"cast(null as {t}) as {c}" for c, t in columns.items()) + " where false"


def _event_columns(source: Source) -> dict[str, str]:
    kept = {"attributes": "varchar"} if source.optional else {}
    return _ORIGIN | source.typed_columns | kept


def _write_lake_views(con: duckdb.DuckDBPyConnection, lake: Lake, manifests: dict[str, Manifest]) -> None:
    con.execute("create schema work.lake")
    for name, source in EVENT_SOURCES.items():
        files = lake.data_files(manifests[name], "accepted")
        con.execute(f"create view work.lake.{name} as {_relation(files, _event_columns(source))}")
    good = [day for day, entry in sorted(manifests[ROSTER].days.items()) if not entry.faults]
    con.execute("create table work.lake.roster_snapshots (dt date)")
    con.execute("insert into work.lake.roster_snapshots select cast(unnest(?) as date)", [good])
    for name, columns in ROSTER_FILES.items():
        kind = name.removesuffix(".csv")
        files = lake.data_files(manifests[ROSTER], kind)
        typed = {"dt": "date"} | dict.fromkeys(columns, "varchar")
        con.execute(f"create table work.lake.roster_{kind} as {_relation(files, typed)}")


def _files_table(manifests: dict[str, Manifest]) -> pa.Table:
    rows = [
        {"source": source, "dt": day, **vars(file)}
        for source, manifest in sorted(manifests.items())
        for day, entry in sorted(manifest.days.items())
        for file in entry.files
    ]
    names = ["source", "dt", "path", "sha256", "fault"]
    counts = ["records", "accepted", "duplicates", "quarantined"]
    return pa.table(
        {n: pa.array([r[n] for r in rows], pa.string()) for n in names}
        | {n: pa.array([r[n] for r in rows], pa.int64()) for n in counts}
    )


def _write_ops(
    con: duckdb.DuckDBPyConnection, lake: Lake, manifests: dict[str, Manifest], inventory: Inventory
) -> None:
    con.register("taken", _files_table(manifests))
    con.execute(
        """
        create table ops.files as
            select source, cast(dt as date) as dt, path, sha256, records, accepted, duplicates, quarantined
            from taken where fault = '';
        create table ops.refused_files as
            select source, cast(dt as date) as dt, path, fault from taken where fault <> '';
        """
    )
    con.unregister("taken")
    con.execute("create table ops.strays (path varchar)")
    con.executemany("insert into ops.strays values (?)", [(s,) for s in inventory.strays] or [(None,)])
    con.execute("delete from ops.strays where path is null")
    parts = " union all ".join(
        f"select '{source}' as source, * from ({_relation(lake.data_files(m, 'quarantine'), _QUARANTINE)})"
        for source, m in manifests.items()
    )
    con.execute(
        f"create table ops.quarantine as select * from ({parts}) order by source, path, record_number"
    )


def write_sources(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifests: dict[str, Manifest],
    inventory: Inventory,
    run: dict[str, str],
) -> None:
    """Fill the schema `ops` of the current database and the schema `lake` of the attached `work`, both new.

    `run` holds the one row of ops.run: run_id, as_of (ISO day), input_sha256, code_sha256.
    """
    con.execute("create schema ops")
    con.execute(
        "create table ops.run (run_id varchar, as_of date, input_sha256 varchar, code_sha256 varchar)"
    )
    con.execute(
        "insert into ops.run values (?, ?, ?, ?)",
        [run["run_id"], run["as_of"], run["input_sha256"], run["code_sha256"]],
    )
    _write_lake_views(con, lake, manifests)
    _write_ops(con, lake, manifests, inventory)


def prepare(
    warehouse: Path,
    work: Path,
    lake: Lake,
    manifests: dict[str, Manifest],
    inventory: Inventory,
    run: dict[str, str],
) -> None:
    """Create the files `warehouse` and `work` with the sources that dbt reads."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"attach '{quoted(work)}' as work")
        write_sources(con, lake, manifests, inventory, run)
