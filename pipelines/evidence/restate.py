"""`cockpit restate`: what has moved since a period was frozen, by how much, and what brought it.

OUT/teachers.csv   who has other points, another rank or another school now, and who crosses the award line
OUT/schools.csv, districts.csv
OUT/ledger.csv     every entry that differs, and what is known of why (_LEDGER)
OUT/files.csv      drop files that came, changed or went
"""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.errors import CockpitError
from pipelines.evidence.bundle import read_bundle, said_of
from pipelines.evidence.signing import read_public_key
from pipelines.evidence.tables import frozen, refuse_unfinished, relation
from pipelines.exports import harmless
from pipelines.home import Home
from pipelines.ingest.contract import EVENT_SOURCES
from pipelines.ingest.lake import parquet

_KEYS = {"teacher": "teacher_id", "school": "school_id", "district": "district_id"}
_VALUES = {
    "teacher": ("school_id", "points", "school_rank", "district_rank", "city_rank"),
    "school": ("district_id", "teachers", "points", "index_value", "district_rank", "city_rank"),
    "district": ("teachers", "points", "index_value", "city_rank"),
}
_FILES = {"teacher": "teachers.csv", "school": "schools.csv", "district": "districts.csv"}


def restate(
    home: Home, root: Path, out: Path, say: Callable[[str], None], public_key_file: Path | None = None
) -> dict[str, int]:
    """Write into `out`, which must not be there yet, how HOME's results differ from the frozen ones.

    `public_key_file` (PEM) is the key the bundle has to be signed with, where it matters whose it is.

    Returns the rows of each file. The bundle stays as it is. Raises CockpitError where it is not whole, or
    HOME has no results of its period, or none in which it is over.
    """
    bundle = read_bundle(root, read_public_key(public_key_file) if public_key_file else None)
    if bundle.faults:
        raise CockpitError(f"{root}: is not whole: {bundle.faults[0]}")
    say(said_of(bundle, public_key_file))
    if os.path.lexists(out):
        raise CockpitError(f"{out}: is there already")
    if not home.warehouse.exists():
        raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
    period, line = bundle.told["period"], bundle.told["candidates"]
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    counts: dict[str, int] = {}
    try:
        part.mkdir(parents=True)
        with home.lock(), duckdb.connect(str(home.warehouse), read_only=True) as con:
            refuse_unfinished(con, home, period)
            for level in _KEYS:
                query = _moved(level, period, root, line if level == "teacher" else None)
                counts[_FILES[level]] = _write(con, query, part / _FILES[level])
            _find_entries(con, period, root)
            _find_origins(con, home)
            counts["ledger.csv"] = _write(con, _LEDGER, part / "ledger.csv")
            counts["files.csv"] = _write(con, _files(root), part / "files.csv")
        part.rename(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for name, rows in counts.items():
        say(f"{name}: {rows:,} rows")
    return counts


def _moved(level: str, period: str, root: Path, line: int | None) -> str:
    """Entities whose row of the index differs, with all its values before and now."""
    key, table = _KEYS[level], f"{level}_index"
    values = [f"b.{v} as {v}_before, n.{v} as {v}_now" for v in _VALUES[level]]
    values.append("coalesce(n.points, 0) - coalesce(b.points, 0) as points_change")
    if line is not None:
        was, now = (f"coalesce({side}.city_rank <= {line}, false)" for side in "bn")
        values.append(
            f"case when {was} and not {now} then 'out' when {now} and not {was} then 'in' end as line"
        )
    differ = " or ".join(f"b.{v} is distinct from n.{v}" for v in _VALUES[level])
    return f"""
        select {key}, {", ".join(values)}
        from ({frozen(root, table)}) as b full outer join ({relation(table, period)}) as n using ({key})
        where {differ} order by {key}
        """


def _find_entries(con: duckdb.DuckDBPyConnection, period: str, root: Path) -> None:
    """Make the temporary table `entries`: ledger entries only the bundle or only HOME has, side by side."""
    now, before = relation("points_ledger", period), frozen(root, "points_ledger")
    names = [c[0] for c in con.execute(f"describe {before}").fetchall()]
    listed = ", ".join(names)
    told = ("decision", "points", "credited_at", "cap_rank", "progress", "event_id")
    con.execute(
        f"""
        create or replace temp table gone as
            select {listed} from ({before}) except all select {listed} from ({now});
        create or replace temp table come as
            select {listed} from ({now}) except all select {listed} from ({before});
        create or replace temp table entries as
            select teacher_id, rule_code, unit_id,
                {", ".join(f"gone.{c} as {c}_before, come.{c} as {c}_now" for c in told)}
            from gone full outer join come using (teacher_id, rule_code, unit_id);
        create or replace temp table known as {frozen(root, "files")}
        """
    )


def _find_origins(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make the temporary table `origins`: where the deciding events, then and now, are in the lake today."""
    con.execute(
        "create or replace temp table origins "
        "(source varchar, event_id varchar, dt date, path varchar, record_number bigint, sha256 varchar)"
    )
    (known_at,) = con.execute("select cast(known_at as varchar) from ops.run").fetchone()
    for source in EVENT_SOURCES:
        wanted = (
            "(select unnest([event_id_before, event_id_now]) as event_id from entries "
            f"where (rule_code = 'login') = ('{source}' = 'logins'))"
        )
        manifest = home.lake.load(source).handed_over_by(known_at)
        if files := home.lake.data_files(manifest, "accepted"):
            con.execute(
                f"insert into origins select '{source}', event_id, dt, path, record_number, sha256 "
                f"from {parquet(files)} "
                f"where id_key in (select hash(event_id) from {wanted}) and event_id in {wanted}"
            )


# why: `voided` by a decision; `withdrawn`, the event that decided is not accepted any more; `new`, the event
# that decides came in a drop the bundle has not; empty where what decides was known, and other entries, the
# roster or the rules moved it. Drop and record are those of the event that decides now.
_LEDGER = """
    with told as (
        select entries.*, case when rule_code = 'login' then 'logins' else 'activities' end as source
        from entries
    )
    select
        told.* exclude (source),
        case
            when voided.event_id is not null then 'voided'
            when told.event_id_before is not null and before.event_id is null then 'withdrawn'
            when now.event_id is not null and known.path is null then 'new'
        end as why,
        voided.decision_id, now.dt as drop_day, now.path, now.record_number, now.sha256
    from told
    left join origins as now on told.source = now.source and told.event_id_now = now.event_id
    left join origins as before on told.source = before.source and told.event_id_before = before.event_id
    left join known on now.path = known.path and now.sha256 = known.sha256
    left join marts.voided_events as voided
        on told.source = voided.source and told.event_id_before = voided.event_id
    order by teacher_id, rule_code, unit_id
    """


def _files(root: Path) -> str:
    return f"""
        select path,
            case when b.path is null then 'came' when n.path is null then 'went' else 'changed' end as what,
            b.sha256 as sha256_before, n.sha256 as sha256_now, b.accepted as accepted_before,
            n.accepted as accepted_now
        from ({frozen(root, "files")}) as b full outer join (from ops.files) as n using (path)
        where b.sha256 is distinct from n.sha256 order by path
        """


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write a query's rows as CSV that a spreadsheet opens; their number."""
    found = con.execute(query)
    rows = found.fetchall()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column[0] for column in found.description])
        writer.writerows([harmless(v) if isinstance(v, str) else v for v in row] for row in rows)
    return len(rows)
