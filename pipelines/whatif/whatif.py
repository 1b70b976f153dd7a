"""One what-if: from HOME's release and a rule file to a folder of tables and a page.

HOME is only read, under its lock: a run beside it would sweep the files that the release in force is made of.
What is scored lies in a scratch folder beside the result and is gone at the end.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import duckdb

from pipelines import dbt_runner, warehouse
from pipelines.errors import CockpitError
from pipelines.exports import write_csv, write_workbook
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.inventory import Inventory, sha256_of
from pipelines.ingest.lake import Manifest, quoted
from pipelines.project import scorer_sha256
from pipelines.whatif.award_line import AwardLine
from pipelines.whatif.page import write_page
from pipelines.whatif.results import write_results
from pipelines.whatif.rules_file import Row, RulesInForce, as_rules, read_rules
from pipelines.whatif.tables import TABLES

MARTS = ("points_ledger", "teacher_rule_points", "teacher_index", "school_index", "district_index")
WORKBOOK, MANIFEST, PAGE = "whatif.xlsx", "manifest.json", "index.html"


class FaultyRulesError(CockpitError):
    """A rule table that cannot be scored; `faults`, a line each."""

    def __init__(self, faults: Sequence[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class WhatIf:
    """What is asked: another rule table, the periods (none: all with a point) and the lines to look at."""

    home: Home
    rules: Path
    out: Path
    periods: Sequence[str] = ()
    lines: Sequence[AwardLine] = ()
    say: Callable[[str], None] = lambda line: None

    def run(self) -> Path:
        """Score and write everything; the page's path. Raises FaultyRulesError, CockpitError."""
        if self.out.resolve().is_relative_to(self.home.root.resolve()):
            raise CockpitError(f"{self.out}: lies in HOME, where a what-if writes nothing")
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise CockpitError(f"{self.out}: is not an empty folder; say another one with --out")
        if not self.home.warehouse.is_file():
            raise CockpitError(f"{self.home.root}: holds no release to compare with; run `cockpit run` first")
        with self.home.lock():
            rows = self._read_rules()
            self.out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{self.out.name}.", dir=self.out.parent) as name:
                made = Path(name) / "made"
                made.mkdir()
                self._score(rows, Path(name))
                self._write(Path(name), made)
                if self.out.exists():
                    self.out.rmdir()
                shutil.move(made, self.out)
        return self.out / PAGE

    def _read_rules(self) -> list[Row]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as con:
            (scorer,) = con.execute("select scorer_sha256 from ops.run").fetchone()
            if scorer != scorer_sha256():
                raise CockpitError(
                    f"{self.home.root}: its release was scored by another version of this program, so a "
                    "difference would not be the rules' alone; run `cockpit run` first"
                )
            columns = tuple(c for c, *_ in con.execute("describe rulebook.rules").fetchall())
            texts = ", ".join(f"coalesce(cast({c} as varchar), '')" for c in columns)
            held = con.execute(f"select {texts} from rulebook.rules").fetchall()
            categories = {c for (c,) in con.execute("select category from rulebook.categories").fetchall()}
        in_force = [dict(zip(columns, row, strict=True)) for row in held]
        rows, faults = read_rules(self.rules, RulesInForce.of(columns, categories, in_force))
        if faults:
            raise FaultyRulesError(faults)
        return rows

    def _manifests(self, con: duckdb.DuckDBPyConnection, known_at: str | None) -> dict[str, Manifest]:
        """The lake as the release in force was made of it. Raises CockpitError where it has moved on."""
        sources = SOURCES
        manifests = {s: self.home.lake.load(s).handed_over_by(known_at) for s in sources}
        warehouse.refuse_stale(con, manifests, self.home.root)
        return manifests

    def _score(self, rows: list[Row], scratch: Path) -> None:
        self.say("scoring by the other rules, on what the release in force holds")
        after, work = scratch / "warehouse.duckdb", scratch / "work.duckdb"
        asked = ("run_id", "as_of", "known_at", "input_sha256", "code_sha256")
        with duckdb.connect(str(self.home.warehouse), read_only=True) as con:
            texts = ", ".join(f"cast({c} as varchar)" for c in asked)
            run = dict(zip(asked, con.execute(f"select {texts} from ops.run").fetchone(), strict=True))
            manifests = self._manifests(con, run["known_at"])
        warehouse.prepare(
            after, work, self.home.lake, manifests, Inventory((), ()), run, self.home.warehouse,
            rules=as_rules(rows),
        )  # fmt: skip
        self._write_rulebook(rows, after)
        results = dbt_runner.build(after, work, scratch, MARTS)
        failed = [f"{r.unique_id}: {' '.join(r.message.split())}" for r in results if not r.is_success]
        if failed:
            raise CockpitError("the other rules could not be scored; " + " | ".join(failed[:5]))

    def _write_rulebook(self, rows: list[Row], after: Path) -> None:
        """The rule book that dbt reads: the other rules, all else as the release in force has it."""
        with duckdb.connect(str(after)) as con:
            con.execute(f"attach '{quoted(self.home.warehouse)}' as before (read_only)")
            con.execute("create schema if not exists rulebook")
            for name in ("named_periods", "categories"):
                con.execute(f"create table rulebook.{name} as from before.rulebook.{name}")
            con.execute("create table rulebook.rules as from before.rulebook.rules limit 0")
            columns = list(rows[0])
            con.executemany(
                f"insert into rulebook.rules ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
                [[row[c] or None for c in columns] for row in rows],
            )

    def _write(self, scratch: Path, made: Path) -> None:
        self.say("comparing")
        limits = {"memory_limit": "2GB", "temp_directory": str(scratch / "spill")}
        # A database is called by its file: two warehouses need two names.
        after = (scratch / "warehouse.duckdb").rename(scratch / "after.duckdb")
        with duckdb.connect(str(after), config=limits) as con:
            con.execute(f"attach '{quoted(self.home.warehouse)}' as before (read_only)")
            write_results(con, self.periods, self.lines)
            run_id, as_of = con.execute("select run_id, as_of from before.ops.run").fetchone()
            counts = {table.name: write_csv(con, table, made).rows for table in TABLES}
            for table in TABLES:
                path = quoted(made / f"{table.name}.parquet")
                con.execute(f"copy (from result.{table.name}) to '{path}' (format parquet)")
            # No clock: the bytes depend on the data alone.
            created = datetime.combine(as_of, time())
            write_workbook(con, TABLES, made / WORKBOOK, created, sum(counts.values()))
            about = {
                "run_id": run_id,
                "as_of": as_of.isoformat(),
                "rules_file": self.rules.name,
                "rules_sha256": sha256_of(self.rules),
                "award_lines": [line.words() for line in self.lines],
            }
            write_page(con, made, PAGE, about)
        files = [{"file": p.name, "sha256": sha256_of(p)} for p in sorted(made.iterdir()) if p.is_file()]
        write_json(made / MANIFEST, about | {"rows": counts, "files": files})
