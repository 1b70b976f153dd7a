"""The steps of a run, in order, over one shared state. Dagster's assets and `cockpit run` call these.

take in -> open the release -> check the boundary -> build the tables -> pages and exports -> publish
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from dashboards.glossary import glossary
from dashboards.lineage import lineage_data
from dashboards.site import open_writer, write_reports
from dashboards.teacher_folders import write_teachers
from dashboards.writer import Writer
from pipelines import dbt_runner, warehouse
from pipelines.aside import aside
from pipelines.award.showcase_page import take_over
from pipelines.errors import CockpitError
from pipelines.exports import write_exports
from pipelines.home import Home
from pipelines.ingest.contract import DECISIONS, EVENT_SOURCES, ROSTER, SOURCES
from pipelines.ingest.decisions import take_in_decisions
from pipelines.ingest.inventory import Inventory, take_inventory
from pipelines.ingest.lake import Manifest
from pipelines.ingest.roster import take_in_rosters
from pipelines.ingest.takein import TakenIn, changed_days, take_in
from pipelines.lineage.products import with_products
from pipelines.project import code_sha256
from pipelines.quality.boundary import Boundary
from pipelines.quality.expectations import CHECKS
from pipelines.quality.landed import read_kept, write_kept
from pipelines.quality.page import write_checks_page
from pipelines.quality.run import CheckResult, check_all, results_table

# Each is the last of its kind to be written: where they are, all is.
LAST_WRITTEN = (Path("site") / "index.html", Path("site") / "checks.html", Path("exports") / "manifest.json")


def run_id_of(as_of: str, input_sha256: str, code: str) -> str:
    """The id of a run as of a day (ISO) on drops and by code of these digests."""
    told = "\0".join((as_of, input_sha256, code))
    return f"{as_of}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Times:
    """When a job was begun and ended, and whether it was done."""

    began: datetime
    ended: datetime
    is_done: bool


@dataclass
class Run:
    """One run: what it was asked for, what it found, what it has made so far and when.

    `as_of` None means the newest drop day of any source. `known_at` is the day of which only the drops handed
    over by then are scored, None for all. A full refresh builds on no earlier release.
    """

    home: Home
    raw: Path
    as_of: date | None = None
    known_at: date | None = None
    is_full_refresh: bool = False
    say: Callable[[str], None] = lambda line: None
    checks: list[CheckResult] = field(default_factory=list)
    begun_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    times: dict[str, "Times"] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    @contextmanager
    def doing(self, job: str) -> Iterator[None]:
        """Note in `times` when a job of this run was begun, and how and when it ended."""
        began = datetime.now(UTC)
        is_done = False
        try:
            yield
            is_done = True
        finally:
            self.times[job] = Times(began, datetime.now(UTC), is_done)

    @cached_property
    def inventory(self) -> Inventory:
        """What lies in RAW, listed once for the whole run."""
        known: dict[str, dict] = {}
        for source in SOURCES:
            known |= self.home.lake.load(source).known()
        return take_inventory(self.raw, known)

    @property
    def known_by(self) -> str | None:
        """`known_at` as ISO text."""
        return self.known_at.isoformat() if self.known_at else None

    @cached_property
    def known(self) -> Inventory:
        """What of the inventory is scored."""
        return self.inventory.handed_over_by(self.known_by)

    @cached_property
    def input_sha256(self) -> str:
        """Digest of all that is scored."""
        return warehouse.input_sha256(self.known)

    @cached_property
    def effective_as_of(self) -> str:
        """The as-of day as ISO text."""
        if self.as_of is not None:
            return self.as_of.isoformat()
        newest = self.known.newest_drop_day()
        if newest is None:
            by = f" handed over by {self.known_by}" if self.known_by else ""
            raise CockpitError(
                f"{self.raw}: holds no drop{by}, so there is no newest day; say which with --as-of"
            )
        return newest

    @cached_property
    def run_id(self) -> str:
        """What the run read, by what code, as of which day: the same work has the same id."""
        return run_id_of(self.effective_as_of, self.input_sha256, code_sha256())

    @property
    def release(self) -> Path:
        """The folder of the release being built."""
        return self.home.building

    @property
    def warehouse(self) -> Path:
        """The warehouse being built."""
        return self.release / "warehouse.duckdb"

    def manifests(self) -> dict[str, Manifest]:
        """What of the lake is scored, by source."""
        return {source: self.home.lake.load(source).handed_over_by(self.known_by) for source in SOURCES}

    def changed_days(self) -> list[str]:
        """Drop days whose files are not what was taken in, of any source, in order."""
        changed: set[str] = set()
        for source in SOURCES:
            manifest = self.home.lake.load(source)
            changed |= set(changed_days(manifest, self.inventory.by_drop_day(source)))
        return sorted(changed)

    def asked_for(self) -> dict[str, Any]:
        """What decides the result: equal to the last run's, there is nothing to do."""
        return {
            "raw": str(self.raw.absolute()),
            "as_of": self.effective_as_of,
            "known_at": self.known_by,
            "input_sha256": self.input_sha256,
            "code_sha256": code_sha256(),
        }

    def is_up_to_date(self) -> bool:
        """Whether the release in force was made from just this, and can be read."""
        last = self.home.last_run()
        wanted = self.asked_for()
        return (
            last is not None
            and wanted == {k: last.get(k) for k in wanted}
            and not self.changed_days()
            and self._is_readable()
        )

    def _is_readable(self) -> bool:
        return all((self.home.root / path).is_file() for path in LAST_WRITTEN) and _can_be_read(
            self.home.warehouse
        )


def _can_be_read(warehouse_file: Path) -> bool:
    """Whether a warehouse is there and whole enough to tell of its run."""
    if not warehouse_file.is_file():
        return False
    try:
        with duckdb.connect(str(warehouse_file), read_only=True) as con:
            return con.execute("select count(*) from ops.run").fetchone() == (1,)
    except duckdb.Error:
        return False


def take_in_source(run: Run, source: str) -> TakenIn:
    """Bring the lake's `source` up to RAW."""
    present = run.inventory.by_drop_day(source)
    with run.doing(f"take_in {source}"):
        if source == ROSTER:
            return take_in_rosters(run.home.lake, present, run.say)
        if source == DECISIONS:
            return take_in_decisions(run.home.lake, present, run.say)
        return take_in(run.home.lake, EVENT_SOURCES[source], present, run.say)


def open_release(run: Run) -> None:
    """Start a release whose warehouse sees the lake and holds the accounts of this run.

    It is built on the release in force, unless that cannot be read or everything is to be made anew.
    """
    run.home.begin_release()
    row = run.asked_for() | {"run_id": run.run_id}
    previous = run.home.warehouse if _can_be_read(run.home.warehouse) and not run.is_full_refresh else None
    try:
        _prepare(run, row, previous)
    except (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException) as error:
        if previous is None:
            raise
        why = " ".join(str(error).split())
        run.say(f"the release in force cannot be built on, so all is scored anew: {why}")
        run.home.begin_release()
        _prepare(run, row, None)


def _prepare(run: Run, row: dict[str, Any], previous: Path | None) -> None:
    work = run.home.scratch / "work.duckdb"
    warehouse.prepare(run.warehouse, work, run.home.lake, run.manifests(), run.known, row, previous)


def _refuse_another_runs_release(run: Run) -> None:
    """Raise CockpitError unless the release being built is this run's own.

    Dagster lets a user materialise one asset alone, or go on where another run failed; what lies in the
    building folder then belongs to that other run, and may be half of a release.
    """
    hint = "materialise the whole job `daily_run` instead"
    if not run.warehouse.exists():
        raise CockpitError(f"this run has not opened a release of its own; {hint}")
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        found = con.execute("select run_id from ops.run").fetchone()
    if found != (run.run_id,):
        raise CockpitError(f"the release being built is that of run {found[0]}; {hint}")


def _refuse_unfinished_release(run: Run) -> None:
    """Raise CockpitError unless all that readers expect is there and no blocking check failed."""
    _refuse_another_runs_release(run)
    marts = {
        node["name"]
        for node in dbt_runner.load_manifest()["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        schemas = con.execute("select table_schema, table_name from information_schema.tables").fetchall()
        missing = sorted(marts - {name for schema, name in schemas if schema == "marts"})
        if ("ops", "checks") not in schemas:
            missing.append("ops.checks")
        elif con.execute("select count(*) from ops.checks where is_blocking and not is_passed").fetchone()[0]:
            raise CockpitError("a blocking check at the boundary failed; nothing is published")
    missing += [str(p) for p in LAST_WRITTEN if not (run.release / p).is_file()]
    if missing:
        raise CockpitError(
            f"the release is not finished, it lacks {', '.join(missing)}; nothing is published"
        )


def check_boundary(run: Run) -> list[CheckResult]:
    """Run the checks on what was taken in and keep their results in ops.checks.

    What is counted of a data file is kept in the warehouse for later runs, which need not read it again.
    """
    run.say("checking what was taken in")
    _refuse_another_runs_release(run)
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        kept = read_kept(con)
    with Boundary(run.home.lake, run.manifests(), run.known, kept) as boundary:
        run.checks = check_all(boundary)
        # Of files that failed nothing is kept: a second attempt has to find the same.
        if all(r.is_passed for r in run.checks if r.is_blocking):
            kept = boundary.kept()
    with duckdb.connect(str(run.warehouse)) as con:
        write_kept(con, kept)
        con.register("results", results_table(run.checks))
        con.execute("create or replace table ops.checks as select * from results")
    return run.checks


def build_tables(run: Run) -> list[dbt_runner.NodeResult]:
    """Score: run dbt. Raises CockpitError naming every model or test that failed."""
    run.say("scoring")
    _refuse_another_runs_release(run)
    with run.doing("tables"):
        results = dbt_runner.build(run.warehouse, run.home.scratch / "work.duckdb", run.home.scratch)
        run.made = {r.table for r in results if r.is_success and r.table}
        failed = [f"{r.unique_id}: {' '.join(r.message.split())}" for r in results if not r.is_success]
        if failed:
            raise CockpitError("the tables could not be built; " + " | ".join(failed[:5]))
    if warehouse.rules_differ(run.warehouse):
        raise CockpitError(f"{warehouse.SEED}: changed while the run was at work; run again")
    return results


def make_pages_and_exports(run: Run) -> tuple[list[Path], list[Path]]:
    """Write site and exports. Returns the pages at the site's top, and the exports.

    Half of the work in a large city is teachers' own pages; they are written beside all else.
    """
    run.say("writing pages and exports")
    _refuse_another_runs_release(run)
    site, in_force = run.release / "site", (run.home.root / "site").resolve()
    before = run.home.warehouse.resolve()
    shutil.rmtree(site, ignore_errors=True)  # of an attempt before this one
    spill = run.home.scratch / "spill"
    with (
        run.doing("pages"),
        aside(_make_teacher_pages, run.warehouse, site, in_force, before, spill / "teachers") as teachers,
        _reading(run.warehouse, spill / "reports") as con,
        _site_writer(con, site, in_force) as writer,
    ):
        write_reports(writer, _layers())
        exports = write_exports(con, run.release / "exports")
        teachers.result()
        take_over(run.home, site)
        index = writer.door()
    return [index, write_checks_page(run.checks, site, run.effective_as_of, run.run_id)], exports


def _layers() -> list[dict[str, Any]]:
    """The lineage as its page shows it, from what `cockpit lineage` tells."""
    tables = with_products(dbt_runner.load_lineage())
    return lineage_data([asdict(table) for table in tables.values()], glossary(dbt_runner.load_manifest()))


def _reading(warehouse_file: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    spill.parent.mkdir(parents=True, exist_ok=True)  # DuckDB itself makes but the last folder of a path
    limits = {"memory_limit": "2GB", "temp_directory": str(spill)}
    return duckdb.connect(str(warehouse_file), read_only=True, config=limits)


def _site_writer(
    con: duckdb.DuckDBPyConnection, site: Path, in_force: Path
) -> AbstractContextManager[Writer]:
    titles = {check.name: check.label for check in CHECKS}
    return open_writer(con, site, in_force, dbt_runner.load_manifest(), titles)


def _make_teacher_pages(warehouse_file: Path, site: Path, in_force: Path, before: Path, spill: Path) -> None:
    with _reading(warehouse_file, spill) as con, _site_writer(con, site, in_force) as writer:
        write_teachers(writer, before)


def publish(run: Run) -> Path:
    """Put the release in force and remember what it was made from."""
    _refuse_unfinished_release(run)
    counts, faults = _accounts(run)
    told = run.asked_for() | {"run_id": run.run_id, "counts": counts, "faults": faults}
    release = run.home.publish(run.run_id, told)
    for source in SOURCES:
        run.home.lake.sweep(source)
    try:
        note_lineage(run)
    except OSError as error:  # the release is in force all the same
        run.say(f"lineage could not be written: {error}")
    run.say(f"published {run.run_id}")
    return release


def note_lineage(run: Run, failure: str = "") -> None:
    """Write what the run read and wrote, and `failure` where it did not end well."""
    from pipelines.lineage.events import write_events

    write_events(run, dbt_runner.load_lineage(), failure)


def _accounts(run: Run) -> tuple[dict[str, int], list[str]]:
    """(records accepted, duplicate and quarantined; what was refused whole, a line each)."""
    counts = {"accepted": 0, "duplicates": 0, "quarantined": 0}
    faults: list[str] = []
    for source, manifest in run.manifests().items():
        for day in manifest.days.values():
            for file in day.files:
                for name in counts:
                    counts[name] += getattr(file, name)
                if file.fault and source in EVENT_SOURCES:
                    faults.append(f"{file.path}: {file.fault}")
            faults += [f"{source} refused: {fault}" for fault in day.faults]
    return counts, faults
