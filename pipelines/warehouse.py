"""The warehouse of one release: what the lake holds becomes sources, dbt makes the tables."""

import csv
import hashlib
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.errors import CockpitError
from pipelines.ingest.contract import DECISIONS, ROSTER, ROSTER_FILES
from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest, quoted
from pipelines.project import DBT_PROJECT, scorer_sha256
from pipelines.scope.basis import RULE_COLUMNS, Rules, carry_over, drops_of, rules_of, write_basis
from pipelines.scope.copies import bring_up_copies
from pipelines.scope.views import EVENTS_PER_PASS, Views, relation, show_pass
from pipelines.scope.voids import write_decisions

SEED = DBT_PROJECT / "seeds" / "rules.csv"


def input_sha256(inventory: Inventory) -> str:
    """One digest of all that lies in RAW: paths and the sha256 of each file."""
    listing = "".join(f"{f.path}\0{f.sha256}\0{f.fault}\n" for f in inventory.files)
    return hashlib.sha256((listing + "\n".join(inventory.strays)).encode()).hexdigest()


def _write_rosters(con: duckdb.DuckDBPyConnection, lake: Lake, manifest: Manifest) -> None:
    good = [day for day, entry in sorted(manifest.days.items()) if not entry.faults]
    con.execute("create table work.lake.roster_snapshots (dt date)")
    con.execute("insert into work.lake.roster_snapshots select cast(unnest(?) as date)", [good])
    for name, columns in ROSTER_FILES.items():
        kind = name.removesuffix(".csv")
        files = lake.data_files(manifest, kind)
        typed = {"dt": "date"} | dict.fromkeys(columns, "varchar")
        con.execute(f"create table work.lake.roster_{kind} as {relation(files, typed)}")


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


def _write_ops(con: duckdb.DuckDBPyConnection, manifests: dict[str, Manifest], inventory: Inventory) -> None:
    con.register("taken", _files_table(manifests))
    con.execute(
        """
        create table ops.files as
            select source, cast(dt as date) as dt, path, sha256, records, accepted, duplicates, quarantined
            from taken where fault = '';
        create table ops.refused_files as
            select source, cast(dt as date) as dt, path, sha256, fault from taken where fault <> '';
        """
    )
    con.unregister("taken")
    con.execute("create table ops.strays (path varchar)")
    con.executemany("insert into ops.strays values (?)", [(s,) for s in inventory.strays] or [(None,)])
    con.execute("delete from ops.strays where path is null")


def seed_rules() -> Rules:
    """The rule table in force, as the project's seed has it."""
    with open(SEED, encoding="utf-8", newline="") as file:
        return frozenset(tuple(row[c] for c in RULE_COLUMNS) for row in csv.DictReader(file))


def write_sources(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    manifests: dict[str, Manifest],
    inventory: Inventory,
    run: dict[str, str | None],
    rules: Rules,
    events_per_pass: int = EVENTS_PER_PASS,
) -> None:
    """Make the sources of dbt in the current database `warehouse` and in the attached, new one `work`.

    What `warehouse` holds of an earlier run of this scorer is built on, all else in it goes. `run` holds the
    run's row of ops.run: run_id, as_of and known_at (ISO days), input_sha256, code_sha256. A pass scores
    about `events_per_pass` events.
    """
    basis = carry_over(con, lake)
    drops = drops_of(manifests)
    decisions = lake.data_files(manifests[DECISIONS], DECISIONS)
    views = Views(con, lake, drops, decisions, run["as_of"], basis, rules)
    con.execute("create schema if not exists ops")
    bring_up_copies(con, lake, manifests)  # by which the views find what drops tell of an object
    views.write(events_per_pass)
    _write_rosters(con, lake, manifests[ROSTER])
    con.execute(
        "create table ops.run (run_id varchar, as_of date, known_at date, input_sha256 varchar, "
        "code_sha256 varchar, scorer_sha256 varchar)"
    )
    con.execute(
        "insert into ops.run values (?, ?, ?, ?, ?, ?)",
        [run[c] for c in ("run_id", "as_of", "known_at", "input_sha256", "code_sha256")] + [scorer_sha256()],
    )
    write_basis(con, drops, rules)
    write_decisions(con)
    _write_ops(con, manifests, inventory)


def prepare(
    warehouse: Path,
    work: Path,
    lake: Lake,
    manifests: dict[str, Manifest],
    inventory: Inventory,
    run: dict[str, str | None],
    previous: Path | None = None,
    events_per_pass: int = EVENTS_PER_PASS,
    rules: Rules | None = None,
) -> None:
    """Create the files `warehouse` and `work` with the sources that dbt reads.

    `previous` is the warehouse of the release in force, which is copied and built on; None to score all.
    `rules` is the rule table that dbt will read, by default the project's seed.
    """
    if previous is not None:
        shutil.copyfile(previous, warehouse)
    with duckdb.connect(str(warehouse), config={"memory_limit": "2GB"}) as con:
        con.execute(f"attach '{quoted(work)}' as work")
        write_sources(con, lake, manifests, inventory, run, rules or seed_rules(), events_per_pass)


def changes_since(con: duckdb.DuckDBPyConnection, manifests: dict[str, Manifest]) -> int:
    """Drop files that manifests hold otherwise than the warehouse `con` does: taken in after its run."""
    held = {
        (source, file.path, file.sha256)
        for source, manifest in manifests.items()
        for day in manifest.days.values()
        for file in day.files
        if not file.fault
    }
    scored = con.execute("select source, path, sha256 from ops.files").fetchall()
    return len({path for _, path, _ in held.symmetric_difference(scored)})


def refuse_stale(con: duckdb.DuckDBPyConnection, manifests: dict[str, Manifest], home: Path) -> None:
    """Raise CockpitError where drops were taken in after the run that made the warehouse `con`."""
    if changes_since(con, manifests):
        raise CockpitError(f"{home}: drops have been taken in since its release was made; run `cockpit run`")


def rules_differ(warehouse: Path) -> bool:
    """Whether dbt read another rule table than the one by which it was found what to score."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return rules_of(con, "ops.rules") != rules_of(con, "rulebook.rules")


def begin_pass(warehouse: Path, work: Path, number: int) -> None:
    """Let the models see the events of a pass, and forget at the first what an earlier attempt scored."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"attach '{quoted(work)}' as work")
        show_pass(con, number)
        if number == 0:
            con.execute("drop table if exists work.intermediate.int_scored_units")


def passes_of(work: Path) -> list[int]:
    """The passes in which a prepared release is scored, in order."""
    with duckdb.connect(str(work), read_only=True) as con:
        return [n for (n,) in con.execute("select distinct pass_no from scope.passes order by 1").fetchall()]
