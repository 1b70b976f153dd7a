"""The project's own scoring of a RAW folder without dbt's or Dagster's overhead, for tests on many cities.

dbt compiles the models once; each city then runs their SQL in memory, in the order of the graph.
"""

import csv
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import dbt_runner
from pipelines.ingest.contract import DECISIONS, EVENT_SOURCES, ROSTER, SOURCES
from pipelines.ingest.decisions import take_in_decisions
from pipelines.ingest.inventory import Inventory, take_inventory
from pipelines.ingest.lake import Lake, Manifest
from pipelines.ingest.roster import take_in_rosters
from pipelines.ingest.takein import take_in
from pipelines.project import DBT_PROJECT
from pipelines.scope.basis import CARRIED, RULE_COLUMNS, Rules
from pipelines.scope.views import EVENTS_PER_PASS, show_pass
from pipelines.warehouse import write_sources

SEEDS = DBT_PROJECT / "seeds"
BUILT_ON = [name for _, name in CARRIED]
"""What a later call has to find in its warehouse to build on it."""
TABLES = {
    "points_ledger": "marts.points_ledger",
    "teacher_rule_points": "marts.teacher_rule_points",
    "teacher_index": "marts.teacher_index",
    "school_index": "marts.school_index",
    "district_index": "marts.district_index",
    "indicator_index": "marts.indicator_index",
    "activity_daily": "marts.activity_daily",
    "voided_events": "marts.voided_events",
    "files": "ops.files",
    "quarantine": "ops.quarantine",
}


@cache
def _compiled() -> list[Any]:
    """Every model and every test of a file of its own, compiled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with dbt_runner.pointed_at(folder / "warehouse.duckdb", folder / "work.duckdb", folder):
            outcome = dbt_runner.invoke(
                ["compile", "--select", "resource_type:model", "test_type:singular"], folder / "target"
            )
    assert outcome.success, outcome.exception
    return [r.node for r in outcome.result.results]


@cache
def models() -> dict[str, Any]:
    """Every model by its id, each after those it reads."""
    nodes = {node.unique_id: node for node in _compiled() if node.resource_type == "model"}
    ordered: dict[str, Any] = {}
    while len(ordered) < len(nodes):
        for uid, node in nodes.items():
            if uid not in ordered and not (set(node.depends_on.nodes) & nodes.keys()) - ordered.keys():
                ordered[uid] = node
    return ordered


def _needed(marts: Collection[str] | None) -> dict[str, Any]:
    """The models behind these marts, or all."""
    if marts is None:
        return models()
    wanted = {uid for uid, node in models().items() if node.name in marts}
    for uid, node in reversed(models().items()):
        if uid in wanted:
            wanted |= set(node.depends_on.nodes)
    return {uid: node for uid, node in models().items() if uid in wanted}


def _make(con: duckdb.DuckDBPyConnection, node: Any) -> None:
    """Make one model as dbt would: one that is brought up to date first forgets what it replaces."""
    kind = node.config.materialized
    schema, name = (f"'{node.schema}'", f"'{node.name}'")
    is_there = con.execute(
        f"select 1 from duckdb_tables() where database_name = '{node.database}' "
        f"and schema_name = {schema} and table_name = {name}"
    ).fetchone()
    if kind != "incremental" or not is_there:
        made = "table" if kind == "incremental" else kind
        con.execute(f"create or replace {made} {node.relation_name} as {node.compiled_code}")
        return
    if replaces := node.config.meta.get("replaces"):
        key = ", ".join(replaces["key"])
        by = next(n.relation_name for n in models().values() if n.name == replaces["by"])
        con.execute(f"delete from {node.relation_name} where ({key}) in (select ({key}) from {by})")
    con.execute(f"insert into {node.relation_name} by name {node.compiled_code}")


def data_test(name: str) -> str:
    """The SQL of a singular test: its rows are what is wrong."""
    return next(node.compiled_code for node in _compiled() if node.name == name)


def _build(con: duckdb.DuckDBPyConnection, marts: Collection[str] | None) -> None:
    """Make the models behind these marts, or all; every singular test that reads no other has to hold."""
    built = _needed(marts)
    passes = con.execute("select distinct pass_no from work.scope.passes order by 1").fetchall()
    for (number,) in passes:
        show_pass(con, number)
        is_last = (number,) == passes[-1]
        for node in (built if is_last else _needed(["int_scored_units"])).values():
            _make(con, node)
    tests = [node for node in _compiled() if node.resource_type == "test"]
    told = {node.name for node in tests if not set(node.depends_on.nodes) & (models().keys() - built.keys())}
    assert told
    failed = {
        node.name: rows
        for node in tests
        if node.name in told and (rows := con.sql(node.compiled_code).fetchall())
    }
    assert not failed, failed


@cache
def seed_types(name: str) -> dict[str, str]:
    """The column types the project declares for a seed, by column."""
    nodes = dbt_runner.load_manifest()["nodes"].values()
    node = next(n for n in nodes if n["resource_type"] == "seed" and n["name"] == name)
    return dict(node["config"]["column_types"])


def read_seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed as text."""
    with open(SEEDS / f"{name}.csv", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def _write_seed(con: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    header = list(read_seed(name)[0])
    types = dict.fromkeys(header, "varchar") | seed_types(name)
    columns = {
        c: pa.array([None if r[c] in ("", None) else str(r[c]) for r in rows], pa.string()) for c in header
    }
    con.register("seed_rows", pa.table(columns))
    casts = ", ".join(f"cast({c} as {t}) as {c}" for c, t in types.items())
    con.execute(f"create table warehouse.rulebook.{name} as select {casts} from seed_rows")
    con.unregister("seed_rows")


def _as_text(rules: list[dict[str, Any]]) -> Rules:
    return frozenset(tuple("" if r[c] in ("", None) else str(r[c]) for c in RULE_COLUMNS) for r in rules)


def take_in_all(lake: Lake, raw: Path) -> tuple[Inventory, dict[str, Manifest]]:
    """Bring `lake` up to `raw`."""
    known: dict[str, dict] = {}
    for source in SOURCES:
        known |= lake.load(source).known()
    inventory = take_inventory(raw, known)

    def quiet(line: str) -> None:
        pass

    for name, source in EVENT_SOURCES.items():
        take_in(lake, source, inventory.by_drop_day(name), quiet)
    take_in_rosters(lake, inventory.by_drop_day(ROSTER), quiet)
    take_in_decisions(lake, inventory.by_drop_day(DECISIONS), quiet)
    return inventory, {s: lake.load(s) for s in SOURCES}


@contextmanager
def scored(
    raw: Path,
    as_of: str | None = None,
    lake: Lake | None = None,
    rules: list[dict] | None = None,
    periods: list[dict] | None = None,
    warehouse: Path | str = ":memory:",
    marts: Collection[str] | None = None,
    events_per_pass: int = EVENTS_PER_PASS,
    known_at: str | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the scored `warehouse`, for RAW as it lies now; `lake` keeps what was taken in before.

    A `warehouse` that holds an earlier call's tables, of the same `lake`, is built on as a run would.

    `marts`: what is built, with all behind it; everything by default. The dbt project's singular tests of
    what is built have to hold. `known_at`: the day by which drops have to be handed over to be scored.
    """
    with tempfile.TemporaryDirectory() as folder:
        lake = lake or Lake(Path(folder) / "lake")
        inventory, manifests = take_in_all(lake, raw)
        inventory = inventory.handed_over_by(known_at)
        manifests = {source: manifest.handed_over_by(known_at) for source, manifest in manifests.items()}
        with duckdb.connect() as con:
            con.execute(f"attach '{warehouse}' as warehouse; attach ':memory:' as work; use warehouse")
            con.execute("set timezone = 'Asia/Shanghai'")
            run = {
                "run_id": "test",
                "as_of": as_of or inventory.newest_drop_day(),
                "known_at": known_at,
                "input_sha256": "",
                "code_sha256": "",
            }
            rule_rows = rules if rules is not None else read_seed("rules")
            write_sources(con, lake, manifests, inventory, run, _as_text(rule_rows), events_per_pass)
            con.execute("create schema if not exists warehouse.rulebook")
            _write_seed(con, "rules", rule_rows)
            _write_seed(con, "named_periods", periods if periods is not None else read_seed("named_periods"))
            _write_seed(con, "categories", read_seed("categories"))
            for schema in ("work.staging", "work.intermediate", "warehouse.marts", "warehouse.state"):
                con.execute(f"create schema if not exists {schema}")
            _build(con, marts)
            yield con


def score(
    raw: Path,
    as_of: str | None = None,
    lake: Lake | None = None,
    rules: list[dict] | None = None,
    periods: list[dict] | None = None,
    tables: Mapping[str, str] = TABLES,
    **how: Any,
) -> dict[str, list[dict[str, Any]]]:
    """`tables` as rows, of `scored`."""
    with scored(raw, as_of, lake, rules, periods, marts=tables.keys(), **how) as con:
        return {name: _rows(con, table) for name, table in tables.items()}


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    result = con.execute(f"select * from {table}")
    names = [d[0] for d in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
