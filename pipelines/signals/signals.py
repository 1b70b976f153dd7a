"""One look at a window: from HOME's lake to a folder of tables and a page.

HOME is only read, under its lock: a run beside it would sweep the lake's files. What is computed lies in a
scratch folder beside the result and is gone at the end.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from pipelines import dbt_runner
from pipelines.errors import CockpitError
from pipelines.exports import write_csv, write_workbook
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.ingest.contract import EVENT_SOURCES, SOURCES
from pipelines.ingest.inventory import sha256_of
from pipelines.ingest.lake import quoted
from pipelines.scope.basis import Drops, drops_of
from pipelines.scope.views import relation
from pipelines.signals.page import write_page
from pipelines.signals.tables import TABLES
from pipelines.warehouse import refuse_stale

DEFAULT_DAYS = 28
WORKBOOK, MANIFEST, PAGE = "signals.xlsx", "manifest.json", "index.html"
_LOGINS = {
    "source": "'logins'", "path": "path", "record_number": "record_number", "sha256": "sha256",
    "event_id": "event_id", "event_type": "'login'", "occurred_at": "occurred_at", "actor_id": "teacher_id",
    "actor_role": "'teacher'", "teacher_id": "teacher_id", "object_id": "cast(null as varchar)",
    "started_at": "cast(null as timestamp)", "ended_at": "cast(null as timestamp)",
}  # fmt: skip
_ACTIVITIES = {name: name for name in _LOGINS} | {
    "source": "'activities'",
    "teacher_id": "case when actor_role = 'teacher' then actor_id end",
}


@dataclass(frozen=True)
class Signals:
    """What is asked: the days from `first` to `last` (by default the last four weeks up to the as-of day)."""

    home: Home
    out: Path
    first: date | None = None
    last: date | None = None
    say: Callable[[str], None] = lambda line: None

    def run(self) -> Path:
        """Compute and write everything; the page's path. Raises CockpitError."""
        if self.out.resolve().is_relative_to(self.home.root.resolve()):
            raise CockpitError(f"{self.out}: lies in HOME, where signals write nothing")
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise CockpitError(f"{self.out}: is not an empty folder; say another one with --out")
        if not self.home.warehouse.is_file():
            raise CockpitError(f"{self.home.root}: holds no release; run `cockpit run` first")
        with self.home.lock():
            self.out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{self.out.name}.", dir=self.out.parent) as name:
                scratch, made = Path(name), Path(name) / "made"
                made.mkdir()
                self._compute(scratch)
                self._write(scratch, made)
                if self.out.exists():
                    self.out.rmdir()
                shutil.move(made, self.out)
        return self.out / PAGE

    def _window(self) -> tuple[date, date, Drops]:
        """(first day, last day, drops) of what is looked at. Raises CockpitError where drops came since."""
        with duckdb.connect(str(self.home.warehouse), read_only=True) as con:
            as_of, known_at = con.execute("select as_of, cast(known_at as varchar) from ops.run").fetchone()
            manifests = {s: self.home.lake.load(s).handed_over_by(known_at) for s in SOURCES}
            refuse_stale(con, manifests, self.home.root)
        last = min(self.last or as_of, as_of)
        first = self.first or last - timedelta(DEFAULT_DAYS - 1)
        if first > last:
            raise CockpitError(f"from {first} to {last}: no day; the release in force is as of {as_of}")
        return first, last, drops_of(manifests)

    def _compute(self, scratch: Path) -> None:
        first, last, drops = self._window()
        self.say(f"looking at {first} to {last}")
        lake = self.home.lake
        days = f"occurred_at >= date '{first}' and occurred_at < date '{last + timedelta(1)}'"
        parts = []
        for source, columns in (("logins", _LOGINS), ("activities", _ACTIVITIES)):
            held = {"path": "varchar", "sha256": "varchar", "record_number": "bigint"}
            # No event is later than its drop: earlier drops hold nothing of the window.
            files = [
                str(lake.root / name) for day, name in sorted(drops[source].items()) if day >= str(first)
            ]
            events = relation(
                files, held | EVENT_SOURCES[source].typed_columns, f"where {days}" if files else ""
            )
            picked = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
            # What is void has been decided about.
            void = f"select event_id from release.ops.decisions where is_effective and source = '{source}'"
            parts.append(f"select {picked} from ({events}) where event_id not in ({void})")
        warehouse, work = scratch / "warehouse.duckdb", scratch / "work.duckdb"
        with duckdb.connect(str(work)) as con:
            con.execute(f"attach '{quoted(self.home.warehouse)}' as release (read_only)")
            con.execute("create schema lake")
            con.execute(
                f"create table lake.asked as select date '{first}' as first_on, date '{last}' as last_on"
            )
            con.execute(f"create table lake.events as {' union all '.join(parts)}")
        results = dbt_runner.build_signals(warehouse, work, scratch)
        failed = [f"{r.unique_id}: {' '.join(r.message.split())}" for r in results if not r.is_success]
        if failed:
            raise CockpitError("the signals could not be computed; " + " | ".join(failed[:5]))

    def _write(self, scratch: Path, made: Path) -> None:
        with duckdb.connect(str(scratch / "warehouse.duckdb")) as con:
            con.execute(f"attach '{quoted(self.home.warehouse)}' as release (read_only)")
            con.execute(f"attach '{quoted(scratch / 'work.duckdb')}' as work (read_only)")
            run_id, as_of = con.execute("select run_id, as_of from release.ops.run").fetchone()
            con.execute(
                "create table marts.names as select teacher_id, "
                "arg_max(teacher_name, period_id) as teacher_name, "
                "arg_max(school_id, period_id) as school_id "
                "from release.marts.teachers group by teacher_id"
            )
            counts = {table.name: write_csv(con, table, made).rows for table in TABLES}
            for table in TABLES:
                path = quoted(made / f"{table.name}.parquet")
                con.execute(f"copy (from marts.{table.name} order by all) to '{path}' (format parquet)")
            # No clock: the bytes depend on the data alone.
            write_workbook(
                con, TABLES, made / WORKBOOK, datetime.combine(as_of, time()), sum(counts.values())
            )
            write_page(con, made, PAGE, {"run_id": run_id, "as_of": as_of.isoformat()})
        files = [{"file": p.name, "sha256": sha256_of(p)} for p in sorted(made.iterdir()) if p.is_file()]
        write_json(
            made / MANIFEST, {"run_id": run_id, "as_of": as_of.isoformat(), "rows": counts, "files": files}
        )
