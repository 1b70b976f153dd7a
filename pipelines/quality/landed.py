"""What is counted of the lake's data files: each is read once, and what was found in it kept.

A data file never changes and its name never comes back, so what was counted of it holds for as long as a
manifest names it. The sum over the files is the same whichever run read which of them. Kept are, in schema
`state` of a release's warehouse:

landed_files    which data files were counted: their stamps, and the digest of the code that counted them
landed_counts   numbers by data file and drop file (`path`), each named by its `measure`; none that is 0
landed_values   how many accepted events have which type and role, or channel
landed_samples  some accepted events of each data file, by teachers in `teacher`
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pipelines.ingest.contract import ATTRIBUTES, EVENT_SOURCES, EVENT_TYPES, Source
from pipelines.ingest.lake import Lake, Manifest, parquet
from pipelines.project import checker_sha256

SAMPLE_EVENTS = 50
"""Events of each data file in the sample: those with the smallest hash of their id, the same in every run."""

TABLES: dict[str, dict[str, str]] = {
    "landed_files": {"data_file": "varchar", "stamp": "varchar", "counted_by": "varchar"},
    "landed_counts": {
        "data_file": "varchar", "source": "varchar", "path": "varchar", "measure": "varchar",
        "counted": "bigint",
    },
    "landed_values": {
        "data_file": "varchar", "source": "varchar", "event_type": "varchar", "actor_role": "varchar",
        "channel": "varchar", "events": "bigint",
    },
    "landed_samples": {
        "data_file": "varchar", "source": "varchar", "nth": "bigint", "path": "varchar",
        "record_number": "bigint", "event_id": "varchar", "dt": "date", "occurred_at": "timestamp",
        "teacher": "varchar",
    },
}  # fmt: skip
"""The tables by name, with their columns; the first says what the others hold."""

Kept = Mapping[str, pa.Table]
"""What earlier runs counted, by table of TABLES; empty where there is none."""

_ROWS = {
    "accepted": ("accepted", "true"),
    "superseded": ("duplicates", "verdict = 'duplicate'"),
    "quarantine": ("quarantined", "true"),
}
"""Kind of data file to the measure of its rows, and which of them it counts."""


@dataclass(frozen=True)
class DataFile:
    """A data file that a manifest names, relative to the lake, with a stamp that tells whether it changed."""

    source: str
    kind: str
    name: str
    stamp: str


def data_files(lake: Lake, manifests: Mapping[str, Manifest]) -> list[DataFile]:
    """Every data file that is counted."""
    return [
        DataFile(source, kind, entry.data[kind], _stamp(lake, entry.data[kind]))
        for source, manifest in sorted(manifests.items())
        for _, entry in sorted(manifest.days.items())
        for kind in _ROWS
        if kind in entry.data
    ]


def _stamp(lake: Lake, name: str) -> str:
    """Size and time: nobody should change a data file, and a hand that does is noticed."""
    try:
        status = (lake.root / name).stat()
    except OSError:
        return ""  # reading it will say why
    return f"{status.st_size}:{status.st_mtime_ns}"


def read_kept(con: duckdb.DuckDBPyConnection) -> Kept:
    """What the current database keeps of earlier runs, if this very code counted it."""
    held = con.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = current_database() and table_schema = 'state'"
    ).fetchall()
    if not TABLES.keys() <= {name for (name,) in held}:
        return {}
    counted_by = con.execute("select distinct counted_by from state.landed_files").fetchall()
    if counted_by != [(checker_sha256(),)]:
        return {}
    return {name: con.sql(f"from state.{name}").to_arrow_table() for name in TABLES}


def write_kept(con: duckdb.DuckDBPyConnection, kept: Kept) -> None:
    """Keep this in the current database, in place of what was kept."""
    con.execute("create schema if not exists state")
    for name, table in kept.items():
        con.register("handed", table)
        con.execute(f"create or replace table state.{name} as select * from handed")
        con.unregister("handed")


def count_landed(
    con: duckdb.DuckDBPyConnection, lake: Lake, manifests: Mapping[str, Manifest], kept: Kept
) -> list[DataFile]:
    """Make TABLES in `con` for the files that `manifests` name; returns those that `kept` did not hold.

    Raises duckdb.Error where one of these cannot be read.
    """
    files = data_files(lake, manifests)
    _take_over(con, lake, files, kept)
    counted = {name for (name,) in con.execute("select data_file from landed_files").fetchall()}
    new = [file for file in files if file.name not in counted]
    con.register("new_files", _listing(lake, new))
    for source, kind in sorted({(file.source, file.kind) for file in new}):
        paths = [str(lake.root / f.name) for f in new if (f.source, f.kind) == (source, kind)]
        relation = f"{parquet(paths)} join new_files using (filename)"
        _count_rows(con, source, kind, relation)
        if kind == "accepted":
            _count_values(con, EVENT_SOURCES[source], relation)
            _draw_sample(con, EVENT_SOURCES[source], relation)
    con.execute(
        f"insert into landed_files select data_file, stamp, '{checker_sha256()}' as counted_by from new_files"
    )
    con.unregister("new_files")
    return new


def _listing(lake: Lake, files: list[DataFile]) -> pa.Table:
    rows = [(f.name, f.stamp, str(lake.root / f.name)) for f in files]
    columns = ("data_file", "stamp", "filename")
    return pa.table({c: pa.array([row[n] for row in rows], pa.string()) for n, c in enumerate(columns)})


def _take_over(con: duckdb.DuckDBPyConnection, lake: Lake, files: list[DataFile], kept: Kept) -> None:
    """Make TABLES with what is kept of `files`, where they lie as they lay."""
    con.register("named", _listing(lake, files))
    still = dict.fromkeys(TABLES, "landed_files using (data_file)")
    still["landed_files"] = "named using (data_file, stamp)"
    for name, columns in TABLES.items():
        con.execute(f"create table {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
        if name in kept:
            con.register("handed", kept[name])
            con.execute(f"insert into {name} select handed.* from handed semi join {still[name]}")
            con.unregister("handed")
    con.unregister("named")


def _count_rows(con: duckdb.DuckDBPyConnection, source: str, kind: str, relation: str) -> None:
    name, condition = _ROWS[kind]
    measures = {name: condition}
    if kind == "accepted":
        measures |= dict(_measures(EVENT_SOURCES[source]))
    counts = ", ".join(f'count(*) filter (where {c}) as "{m}"' for m, c in measures.items())
    con.execute(
        f"""
        insert into landed_counts
        select data_file, '{source}', path, measure, counted
        from (unpivot (select data_file, path, {counts} from {relation} group by all)
              on columns(* exclude (data_file, path)) into name measure value counted)
        where counted > 0"""
    )


def _count_values(con: duckdb.DuckDBPyConnection, source: Source, relation: str) -> None:
    columns = "event_type, actor_role" if source.attributes else "channel"
    con.execute(
        f"insert into landed_values by name select data_file, '{source.name}' as source, {columns}, "
        f"count(*) as events from {relation} group by all"
    )


def _draw_sample(con: duckdb.DuckDBPyConnection, source: Source, relation: str) -> None:
    con.execute(
        f"""
        create or replace temp table drawn as
        select data_file, unnest(min(id_key, {SAMPLE_EVENTS})) as id_key from {relation} group by data_file"""
    )
    (bound,) = con.execute("select coalesce(max(id_key), 0) from drawn").fetchone()
    teacher = "case when actor_role = 'teacher' then actor_id end" if source.attributes else "teacher_id"
    # The bound, as a literal, spares DuckDB all other columns of nearly all rows.
    con.execute(
        f"""
        insert into landed_samples by name
        select data_file, '{source.name}' as source,
            row_number() over (
                partition by data_file order by id_key, event_id, path, record_number
            ) as nth,
            path, record_number, event_id, dt, occurred_at, {teacher} as teacher
        from {relation} where id_key <= {bound}::ubigint and (data_file, id_key) in (from drawn)
        qualify nth <= {SAMPLE_EVENTS}"""
    )


def _measures(source: Source) -> Iterator[tuple[str, str]]:
    """(measure, condition on an accepted event that it counts), but for the number of all."""
    attributes = [ATTRIBUTES[name] for name in source.attributes]
    times = ", ".join(("occurred_at", *(a.column for a in attributes if a.kind == "timestamp")))
    yield "after_drop", f"cast(greatest({times}) as date) > dt"
    # Ids are held against each other by their keys.
    yield "wrong_keys", "id_key is distinct from hash(event_id)"
    for column, condition in empty_values(source).items():
        yield f"empty {column}", condition
    profile = [a.column for a in attributes if a.kind == "profile"]
    if profile:
        yield "updates", "event_type = 'profile_update'"
    for column in profile:
        yield f"named {column}", f"{column} is not null"


def empty_values(source: Source) -> dict[str, str]:
    """Required column to the condition under which it is empty in an accepted event."""
    times = ("occurred_at", "record_number")
    named = ("path", "sha256", "record_number", *source.columns)
    empty = {c: f"{c} is null" if c in times else f"({c} is null or {c} = '')" for c in named}
    for name in source.attributes:
        if ATTRIBUTES[name].kind != "profile":
            types = ", ".join(f"'{t}'" for t, event in EVENT_TYPES.items() if name in event.attributes)
            column = ATTRIBUTES[name].column
            empty[column] = f"(({empty[column]}) or " if column in empty else "("
            empty[column] += f"(event_type in ({types}) and {column} is null))"
    return empty
