"""dbt in this very process: starting another costs seconds, and a killed parent would leave it behind."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import CockpitError
from pipelines.project import DBT_PROJECT

TARGET = DBT_PROJECT / "target"


@dataclass(frozen=True)
class NodeResult:
    """How one model, seed or test ended."""

    unique_id: str
    is_success: bool
    seconds: float
    message: str


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
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


def _invoke(arguments: list[str], target: Path) -> Any:
    from dbt.cli.main import dbtRunner

    paths = [
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target),
    ]
    quiet = ["--quiet", "--log-level-file", "none", "--no-use-colors", "--no-version-check"]
    return dbtRunner().invoke([*quiet, *arguments, *paths])


def load_manifest() -> dict[str, Any]:
    """The project's manifest, parsed anew only where the project is newer than it. Raises CockpitError."""
    path = TARGET / "manifest.json"
    sources = [p for p in DBT_PROJECT.rglob("*") if p.is_file() and TARGET not in p.parents]
    if not path.exists() or path.stat().st_mtime < max(p.stat().st_mtime for p in sources):
        outcome = _invoke(["parse"], TARGET)
        if not outcome.success:
            raise CockpitError(f"dbt cannot parse {DBT_PROJECT}: {outcome.exception}")
    return json.loads(path.read_text(encoding="utf-8"))


def build(warehouse: Path, work: Path, scratch: Path) -> list[NodeResult]:
    """Run seeds, models and data tests into `warehouse` (with the scratch database `work`).

    Returns every node's result, failures included. Raises CockpitError where dbt itself could not run.
    """
    target = scratch / "target"
    target.mkdir(parents=True, exist_ok=True)
    if (parsed := TARGET / "partial_parse.msgpack").exists():
        shutil.copy(parsed, target)
    settings = {
        "COCKPIT_WAREHOUSE": str(warehouse),
        "COCKPIT_WORK": str(work),
        "COCKPIT_SPILL": str(scratch / "spill"),
    }
    with _environment(settings):
        outcome = _invoke(["build", "--exclude-resource-type", "unit_test"], target)
        _let_go()
    if outcome.exception is not None:
        raise CockpitError(f"dbt could not run: {outcome.exception}")
    return [
        NodeResult(r.node.unique_id, str(r.status) in ("success", "pass"), r.execution_time, r.message or "")
        for r in outcome.result.results
    ]


@dataclass(frozen=True)
class CompiledModel:
    """A model's SQL as it would run: its relation, `table` or `view`, and the select."""

    relation: str
    materialized: str
    sql: str


def compiled_models(scratch: Path) -> list[CompiledModel]:
    """Every model, each after those it reads. Raises CockpitError where the project does not compile."""
    settings = {
        "COCKPIT_WAREHOUSE": str(scratch / "warehouse.duckdb"),
        "COCKPIT_WORK": str(scratch / "work.duckdb"),
        "COCKPIT_SPILL": str(scratch / "spill"),
    }
    with _environment(settings):
        outcome = _invoke(["compile", "--select", "resource_type:model"], scratch / "target")
        _let_go()
    if not outcome.success:
        raise CockpitError(f"dbt cannot compile {DBT_PROJECT}: {outcome.exception}")
    models = (r.node for r in outcome.result.results if r.node.resource_type == "model")
    nodes = {node.unique_id: node for node in models}
    ordered: list[CompiledModel] = []
    done: set[str] = set()
    while len(done) < len(nodes):
        for uid, node in nodes.items():
            if uid not in done and not (set(node.depends_on.nodes) & nodes.keys()) - done:
                done.add(uid)
                ordered.append(
                    CompiledModel(node.relation_name, node.config.materialized, node.compiled_code)
                )
    return ordered


def seed_types(name: str) -> dict[str, str]:
    """The column types the project declares for a seed, by column."""
    manifest = load_manifest()
    node = next(n for n in manifest["nodes"].values() if n["resource_type"] == "seed" and n["name"] == name)
    return dict(node["config"]["column_types"])


def _let_go() -> None:
    """Close dbt's connection, which would keep others in this process from opening the warehouse."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


if __name__ == "__main__":
    load_manifest()
