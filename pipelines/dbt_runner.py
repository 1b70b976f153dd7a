"""dbt in this very process: starting another costs seconds, and a killed parent would leave it behind."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.errors import CockpitError
from pipelines.files import write_text
from pipelines.project import DBT_PROJECT, ROOT, dbt_sha256, lineage_sha256
from pipelines.warehouse import begin_pass, passes_of

if TYPE_CHECKING:
    from pipelines.lineage.columns import Table

TARGET = DBT_PROJECT / "target"
SIGNALS_PROJECT = ROOT / "pipelines" / "signals" / "dbt"
_LEAST_MEMORY = 4_000_000_000


@dataclass(frozen=True)
class NodeResult:
    """How one model, seed or test ended."""

    unique_id: str
    is_success: bool
    seconds: float
    message: str
    table: str = ""
    """`schema.name` of a model or seed, empty for a test."""


def memory_limit() -> str:
    """What DuckDB may take for the tables: COCKPIT_MEMORY, or a quarter of what the machine or container has.

    What does not fit is spilled to disk; the results are the same.
    """
    if told := os.environ.get("COCKPIT_MEMORY"):
        return told
    with duckdb.connect() as con:  # it knows a container's limits, and takes four fifths by default
        (most,) = con.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    return f"{max(_LEAST_MEMORY, most * 5 // 16)}B"


@contextmanager
def pointed_at(warehouse: Path, work: Path, scratch: Path) -> Iterator[None]:
    """Let dbt write to these: the profile reads them from the environment."""
    values = {
        "COCKPIT_WAREHOUSE": str(warehouse),
        "COCKPIT_WORK": str(work),
        "COCKPIT_SPILL": str(scratch / "spill"),
        "COCKPIT_MEMORY": memory_limit(),
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def invoke(arguments: list[str], target: Path, manifest: Any = None, project: Path = DBT_PROJECT) -> Any:
    """Run one dbt command quietly, its artefacts in `target`; dbt's own result, the database let go of.

    `manifest` is what `parsed_project` gives; without it dbt parses the project first.
    """
    from dbt.cli.main import dbtRunner

    paths = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target.absolute()),  # a relative one dbt takes from the project's folder
        "--log-path",
        str(target.absolute() / "logs"),
    ]
    quiet = ["--quiet", "--log-level-file", "none", "--no-use-colors", "--no-version-check"]
    outcome = dbtRunner(manifest=manifest).invoke([*quiet, *arguments, *paths])
    _let_go()
    return outcome


def _kept(suffix: str) -> Path:
    told = dbt_sha256() + version("dbt-core")
    return TARGET / f"manifest-{hashlib.sha256(told.encode()).hexdigest()[:16]}.{suffix}"


def load_manifest() -> dict[str, Any]:
    """The project's manifest, parsed anew only where the project has changed. Raises CockpitError.

    It is kept under a digest of the project and moved into place at once, so that a killed or a second
    process never leaves or sees half of one; where the project cannot be written it is parsed each time.
    """
    try:
        return json.loads(_kept("json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass
    with tempfile.TemporaryDirectory() as folder:
        outcome = invoke(["parse"], Path(folder))
        if not outcome.success:
            raise CockpitError(f"dbt cannot parse {DBT_PROJECT}: {outcome.exception}")
        parsed = (Path(folder) / "manifest.json").read_text(encoding="utf-8")
        with suppress(OSError):
            TARGET.mkdir(exist_ok=True)
            for older in TARGET.glob("manifest-*"):
                older.unlink(missing_ok=True)
            _move_in(Path(folder) / "partial_parse.msgpack", _kept("msgpack"))
            write_text(_kept("json"), parsed)
    return json.loads(parsed)


def parsed_project() -> Any:
    """The manifest as dbt's own object, read in a tenth of the time of parsing; None where none is kept.

    A new one for each command: dbt writes into it.
    """
    from dbt.contracts.graph.manifest import Manifest

    load_manifest()
    try:
        return Manifest.from_msgpack(_kept("msgpack").read_bytes())
    except OSError:
        return None


def load_lineage() -> dict[str, "Table"]:
    """Of what every column of every table is made; read from the SQL anew only where the project changed."""
    from pipelines.lineage.columns import lineage_of, read_tables, write_tables

    kept = _kept(f"{lineage_sha256()[:16]}.lineage.json")
    try:
        return read_tables(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with pointed_at(folder / "warehouse.duckdb", folder / "work.duckdb", folder):
            models = ["compile", "--select", "resource_type:model"]
            outcome = invoke(models, folder / "target", parsed_project())
    if not outcome.success:
        raise CockpitError(f"dbt cannot compile {DBT_PROJECT}: {outcome.exception}")
    nodes = [r.node for r in outcome.result.results]
    compiled = {n.unique_id: n.compiled_code for n in nodes if n.resource_type == "model"}
    tables = lineage_of(load_manifest(), compiled)
    with suppress(OSError):
        write_text(kept, write_tables(tables))
    return tables


def _move_in(source: Path, final: Path) -> None:
    part = final.with_name(f".{final.name}.{os.getpid()}")
    shutil.copy(source, part)
    os.replace(part, final)


def build(warehouse: Path, work: Path, scratch: Path, marts: Sequence[str] = ()) -> list[NodeResult]:
    """Run seeds, models and data tests into `warehouse` (with the scratch database `work`), pass by pass.

    `marts` builds only these and what is behind them, from the rule book that `warehouse` holds: no seeds.

    Returns every node's result, failures included: of a pass that failed alone, else of the last pass, which
    builds all. Raises CockpitError where dbt itself could not run.
    """
    target = scratch / "target"
    target.mkdir(parents=True, exist_ok=True)
    *earlier, last = passes_of(work)
    seedless = ["--exclude-resource-type", "seed"] if marts else []
    with pointed_at(warehouse, work, scratch):
        for number in earlier:
            # Cautious: no test that also reads what only the last pass makes; it tests what passes add up to.
            selection = [*_only(["int_scored_units"]), "--exclude", "int_scored_units+,resource_type:test"]
            results = _build_pass(warehouse, work, number, target, [*selection, *seedless])
            if not all(r.is_success for r in results):
                return results
        return _build_pass(warehouse, work, last, target, [*(_only(marts) if marts else []), *seedless])


def _only(models: Sequence[str]) -> list[str]:
    return ["--select", *(f"+{name}" for name in models), "--indirect-selection", "cautious"]


def _build_pass(
    warehouse: Path, work: Path, number: int, target: Path, selection: list[str]
) -> list[NodeResult]:
    begin_pass(warehouse, work, number)
    arguments = ["build", "--no-write-json", "--exclude-resource-type", "unit_test", *selection]
    outcome = invoke(arguments, target, parsed_project())
    return _results(outcome)


def build_signals(warehouse: Path, work: Path, scratch: Path) -> list[NodeResult]:
    """Run the project of signals into `warehouse`. Raises CockpitError where dbt itself could not run."""
    with pointed_at(warehouse, work, scratch):
        outcome = invoke(["build", "--no-write-json"], scratch / "target", project=SIGNALS_PROJECT)
    return _results(outcome)


def _results(outcome: Any) -> list[NodeResult]:
    if outcome.exception is not None:
        raise CockpitError(f"dbt could not run: {outcome.exception}")
    return [
        NodeResult(
            r.node.unique_id,
            str(r.status) in ("success", "pass"),
            r.execution_time,
            r.message or "",
            "" if r.node.resource_type == "test" else f"{r.node.schema}.{r.node.name}",
        )
        for r in outcome.result.results
    ]


def _let_go() -> None:
    """Close dbt's connection, which would keep others in this process from opening the warehouse."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


if __name__ == "__main__":
    load_manifest()
    load_lineage()
