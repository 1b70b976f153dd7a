"""`cockpit docs`: dbt's own documentation of all models as one page that needs no network.

Of what the release in force keeps, the page has the columns' types too. dbt notes when, where and in which
invocation it was written; that is taken out, so that the same project gives the same bytes.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from dashboards.shards import safe
from pipelines import dbt_runner
from pipelines.errors import CockpitError
from pipelines.explain.results import results_in_force
from pipelines.files import write_text
from pipelines.home import Home

PAGE = "index.html"
_OF_THIS_INVOCATION = ("invocation_id", "invocation_started_at", "run_started_at", "created_at", "root_path")


def main(args: argparse.Namespace) -> int:
    """Write the page and print where it is."""
    print(f"page to open: {write_docs(Home(args.home), args.out)}")
    return 0


def write_docs(home: Home, out: Path) -> Path:
    """Write out/index.html; `out` is made where it is missing. Returns the page.

    Raises CockpitError where HOME has no finished run or dbt cannot document the project.
    """
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        warehouse, target = scratch / "warehouse.duckdb", scratch / "target"
        as_of = _write_empty_copy(home, warehouse)
        with dbt_runner.pointed_at(warehouse, scratch / "work.duckdb", scratch):
            outcome = dbt_runner.invoke(["docs", "generate", "--static"], target, dbt_runner.parsed_project())
        if not outcome.success:
            raise CockpitError(f"dbt cannot document {dbt_runner.DBT_PROJECT}: {outcome.exception}")
        text = (target / "static_index.html").read_text(encoding="utf-8")
        for artefact in ("manifest", "catalog"):
            told = (target / f"{artefact}.json").read_text(encoding="utf-8")
            if text.count(told) != 1:
                raise CockpitError(f"dbt's static page does not hold its {artefact} as it stands")
            text = text.replace(told, _settled(json.loads(told), as_of, str(target)))
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / PAGE, text)
    return out / PAGE


def _write_empty_copy(home: Home, warehouse: Path) -> str:
    """Make a warehouse with all tables of the release in force and no row. Returns its as-of day (ISO)."""
    with results_in_force(home) as results, duckdb.connect(str(warehouse)) as copy:
        tables = results.con.execute(
            "select schema_name, table_name, sql from duckdb_tables() where not temporary order by all"
        ).fetchall()
        for schema in sorted({schema for schema, _, _ in tables}):
            copy.execute(f'create schema if not exists "{schema}"')
        for _, _, sql in tables:
            copy.execute(sql)
        return str(results.con.execute("select as_of from ops.run").fetchone()[0])


def _settled(artefact: dict[str, Any], as_of: str, target: str) -> str:
    """The JSON of an artefact without traces of when and where it was written, safe inside a script."""
    artefact["metadata"]["generated_at"] = f"{as_of}T00:00:00Z"
    text = json.dumps(_without_traces(artefact), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return safe(text.replace(json.dumps(target)[1:-1], "target"))


def _without_traces(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "" if k in _OF_THIS_INVOCATION else _without_traces(v) for k, v in value.items()}
    return [_without_traces(item) for item in value] if isinstance(value, list) else value
