"""dbt's unit tests pass, name every rule, and the project describes all that it holds."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.dbt_runner import invoke, load_manifest, pointed_at
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest
from pipelines.project import DBT_PROJECT
from pipelines.warehouse import begin_pass, prepare

RUN = {"run_id": "unit-tests", "as_of": "2022-05-31", "known_at": None, "input_sha256": "", "code_sha256": ""}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The parsed project."""
    return load_manifest()


def own(manifest: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The project's own models or seeds."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def described(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that has columns: models, seeds, sources."""
    return [*own(manifest, "model"), *own(manifest, "seed"), *manifest["sources"].values()]


def test_every_rule_is_named_in_a_unit_test(manifest: dict[str, Any]):
    """Each rule_code of the seed stands in the name of a unit test: one search finds rule and tests."""
    with (DBT_PROJECT / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["rule_code"] for row in csv.DictReader(file)}
    names = [test["name"] for test in manifest["unit_tests"].values()]
    assert {code for code in codes if not any(code in name for name in names)} == set()


def test_every_unit_test_states_its_requirement(manifest: dict[str, Any]):
    """Each unit test has a description and a name no other has."""
    tests = list(manifest["unit_tests"].values())
    assert [test["name"] for test in tests if not test["description"]] == []
    assert len({test["name"] for test in tests}) == len(tests)


def test_everything_is_described(manifest: dict[str, Any]):
    """Each model, seed and source, and each of their columns, has a description in the YAML beside it."""
    nodes = described(manifest)
    bare = [node["unique_id"] for node in nodes if not node["description"]]
    bare += [
        f"{node['unique_id']}.{column['name']}"
        for node in nodes
        for column in node["columns"].values()
        if not column["description"]
    ]
    bare += [node["unique_id"] for node in nodes if not node["columns"]]
    assert bare == []


def test_every_mart_has_an_enforced_contract(manifest: dict[str, Any]):
    """Readers rely on the marts: dbt refuses a mart whose columns or types are not those of its YAML."""
    marts = [node for node in own(manifest, "model") if node["schema"] == "marts"]
    assert marts
    assert [node["name"] for node in marts if not node["contract"]["enforced"]] == []


def test_every_mart_has_its_definition_in_chinese(manifest: dict[str, Any]):
    """Pages print a mart's `zh` beside its numbers: each mart and each of its columns has one."""
    marts = [node for node in own(manifest, "model") if node["schema"] == "marts"]
    bare = [node["name"] for node in marts if not node["config"]["meta"].get("zh")]
    bare += [
        f"{node['name']}.{column['name']}"
        for node in marts
        for column in node["columns"].values()
        if not column["config"]["meta"].get("zh")
    ]
    assert bare == []


def test_where_to_spill_is_told_once():
    """dbt says `settings` anew in each thread, and DuckDB fails a build that says so after it has spilled."""
    profiles = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    target = profiles["cockpit"]["outputs"]["warehouse"]
    assert "temp_directory" in target["config_options"]
    assert set(target["settings"]) == {"TimeZone"}


def run_dbt(arguments: list[str], target: Path) -> dict[str, str]:
    """Run dbt in this process; how each node that did not succeed ended."""
    outcome = invoke(arguments, target)
    assert outcome.exception is None, outcome.exception
    assert outcome.result.results
    return {r.node.name: r.message for r in outcome.result.results if r.status not in ("success", "pass")}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory):
    """A folder with a warehouse in which nothing has happened, and dbt's variables pointing to it."""
    folder = tmp_path_factory.mktemp("units")
    warehouse, work = folder / "warehouse.duckdb", folder / "work.duckdb"
    manifests = {name: Manifest() for name in SOURCES}
    prepare(warehouse, work, Lake(folder / "lake"), manifests, Inventory((), ()), RUN)
    begin_pass(warehouse, work, 0)
    with pointed_at(warehouse, work, folder):
        assert run_dbt(["build", "--exclude-resource-type", "unit_test", "test"], folder / "target") == {}
        yield folder


@pytest.mark.slow
def test_every_unit_test_passes(scratch: Path):
    """Each requirement that a unit test states holds: what failed is listed with dbt's difference."""
    assert run_dbt(["test", "--select", "test_type:unit"], scratch / "target") == {}


@pytest.mark.slow
def test_every_column_is_listed(scratch: Path, manifest: dict[str, Any]):
    """The YAML lists just the columns that each table has: none is left out, none is of the past."""
    with duckdb.connect() as con:
        con.execute(f"attach '{scratch / 'warehouse.duckdb'}' as warehouse (read_only)")
        con.execute(f"attach '{scratch / 'work.duckdb'}' as work (read_only)")
        rows = con.execute("select schema_name, table_name, column_name from duckdb_columns()").fetchall()
    held: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in rows:
        held.setdefault((schema, table), set()).add(column)
    nodes = described(manifest)
    # ops.checks is written by the checks of a run, not by `prepare`.
    nodes = [node for node in nodes if (node["schema"], node["name"]) != ("ops", "checks")]
    differing = {
        node["name"]: sorted(set(node["columns"]) ^ held.get((node["schema"], node["name"]), set()))
        for node in nodes
    }
    assert {name: columns for name, columns in differing.items() if columns} == {}
