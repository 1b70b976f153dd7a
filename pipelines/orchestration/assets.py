"""Every asset of the code location. Each reads, calls one step, and reports what it made."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, build_dbt_asset_specs

from pipelines import steps
from pipelines.dbt_runner import load_manifest
from pipelines.exports import EXPORTS
from pipelines.ingest.contract import DECISIONS, EVENT_SOURCES, ROSTER, ROSTER_FILES
from pipelines.ingest.lake import Manifest
from pipelines.orchestration.workplace import step
from pipelines.quality.expectations import CHECKS
from pipelines.steps import Run

OWNERS = ["team:data-platform"]
DROP_DAYS = dg.DynamicPartitionsDefinition(name="drop_day")
RETRY = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
ROSTER_TABLES = {"roster_snapshots": {"dt": "date"}} | {
    f"roster_{name.removesuffix('.csv')}": {"dt": "date"} | dict.fromkeys(columns, "varchar")
    for name, columns in ROSTER_FILES.items()
}
OPS_TABLES = ("run", "files", "refused_files", "strays", "quarantine", "decisions")


def _raw_spec(source: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["raw", source],
        group_name="raw",
        description=f"Drop files of {source} as the platform hands them over, one folder per drop day.",
        partitions_def=DROP_DAYS,
        owners=OWNERS,
        kinds={"file"},
    )


RAW = [_raw_spec(source) for source in steps.SOURCES]


def _taken_metadata(manifest: Manifest, days: list[str]) -> dict[str, Any]:
    files = [f for d in days if d in manifest.days for f in manifest.days[d].files]
    sums = {
        n: sum(getattr(f, n) for f in files) for n in ("records", "accepted", "duplicates", "quarantined")
    }
    return {"drop_days": len(days), "files": len(files), **sums, "dagster/row_count": sums["accepted"]}


def _columns(types: Mapping[str, str]) -> dg.TableSchema:
    return dg.TableSchema(columns=[dg.TableColumn(name=n, type=t) for n, t in types.items()])


def _event_asset(source: str) -> dg.AssetsDefinition:
    columns = {"path": "varchar", "sha256": "varchar", "record_number": "bigint"} | EVENT_SOURCES[
        source
    ].typed_columns

    @dg.asset(
        key=["lake", source],
        deps=[["raw", source]],
        group_name="lake",
        description=f"Accepted {source} by drop day: one row per event, with file, record number and sha256.",
        partitions_def=DROP_DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=RETRY,
        pool="home",
        owners=OWNERS,
        kinds={"parquet", "duckdb"},
        metadata={"dagster/column_schema": _columns(columns)},
    )
    def taken_in(workplace: dg.ResourceParam[Run]) -> dg.MaterializeResult:
        taken = step(steps.take_in_source)(workplace, source)
        return dg.MaterializeResult(metadata=_taken_metadata(taken.manifest, taken.days))

    return taken_in


EVENTS = [_event_asset(source) for source in EVENT_SOURCES]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["lake", table],
            deps=[["raw", ROSTER]],
            group_name="lake",
            description=f"{table.removeprefix('roster_').capitalize()} of the good roster drops.",
            partitions_def=DROP_DAYS,
            owners=OWNERS,
            kinds={"parquet"},
            metadata={"dagster/column_schema": _columns(columns)},
        )
        for table, columns in ROSTER_TABLES.items()
    ],
    name="roster_snapshots",
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=RETRY,
    pool="home",
)
def roster_snapshots(workplace: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult]:
    """Take in roster snapshots, each good or refused as a whole."""
    taken = step(steps.take_in_source)(workplace, ROSTER)
    metadata = _taken_metadata(taken.manifest, taken.days)
    for table in ROSTER_TABLES:
        yield dg.MaterializeResult(["lake", table], metadata=metadata)


@dg.asset(
    key=["lake", DECISIONS],
    deps=[["raw", DECISIONS]],
    group_name="lake",
    description="Decisions that void events or restore them, of the good drops: one row per decision.",
    partitions_def=DROP_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=RETRY,
    pool="home",
    owners=OWNERS,
    kinds={"parquet"},
)
def decisions(workplace: dg.ResourceParam[Run]) -> dg.MaterializeResult:
    """Take in decisions, those of a drop good or refused as a whole."""
    taken = step(steps.take_in_source)(workplace, DECISIONS)
    return dg.MaterializeResult(metadata=_taken_metadata(taken.manifest, taken.days))


LAKE_KEYS = [dg.AssetKey(["lake", n]) for n in (*EVENT_SOURCES, *ROSTER_TABLES, DECISIONS)]


def _table_metadata(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    columns = con.execute(f"describe {table}").fetchall()
    count = con.execute(f"select count(*) from {table}").fetchone()[0]
    return {"dagster/row_count": count, "dagster/column_schema": _columns({c[0]: c[1] for c in columns})}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["ops", table],
            deps=LAKE_KEYS,
            group_name="ops",
            description=f"The accounts of the run: ops.{table}.",
            owners=OWNERS,
            kinds={"duckdb"},
        )
        for table in OPS_TABLES
    ],
    name="open_release",
    pool="home",
)
def open_release(workplace: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult]:
    """Begin a release: its warehouse sees the lake and holds the accounts of what was taken in."""
    step(steps.open_release)(workplace)
    with duckdb.connect(str(workplace.warehouse), read_only=True) as con:
        for table in OPS_TABLES:
            yield dg.MaterializeResult(["ops", table], metadata=_table_metadata(con, f"ops.{table}"))


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["ops", "checks"],
            deps=[["ops", table] for table in OPS_TABLES],
            group_name="ops",
            description="What was expected of the data at the boundary, and what was found.",
            owners=OWNERS,
            kinds={"greatexpectations"},
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            check.name, asset=["ops", "checks"], blocking=check.is_blocking, description=check.meaning
        )
        for check in CHECKS
    ],
    name="boundary_checks",
    pool="home",
)
def boundary_checks(workplace: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult]:
    """Great Expectations at the boundary. A failed blocking check keeps the tables from being built."""
    results = step(steps.check_boundary)(workplace)
    found: dict[str, list[Any]] = {check.name: [] for check in CHECKS}
    for result in results:
        found[result.name].append(result)
    yield dg.MaterializeResult(
        ["ops", "checks"],
        metadata={"dagster/row_count": len(results)},
        check_results=[
            dg.AssetCheckResult(
                check_name=check.name,
                passed=all(r.is_passed for r in found[check.name]),
                severity=dg.AssetCheckSeverity.ERROR if check.is_blocking else dg.AssetCheckSeverity.WARN,
                metadata={"observed": "; ".join(r.observed for r in found[check.name])},
            )
            for check in CHECKS
        ],
    )


class _Translator(DagsterDbtTranslator):
    """Groups by layer; owners and column schemas from the dbt project."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "rulebook" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


def _tested_asset(
    manifest: Mapping[str, Any], test: Mapping[str, Any], keys: Mapping[str, dg.AssetKey]
) -> dg.AssetKey:
    """The asset a dbt test speaks of: the model it is attached to, or the last one it reads."""
    nodes = [test.get("attached_node"), *reversed(test["depends_on"]["nodes"])]
    return next((keys[n] for n in nodes if n in keys), dg.AssetKey(["marts", "points_ledger"]))


def tables_asset() -> dg.AssetsDefinition:
    """All seeds and models of the dbt project as one step, its data tests as checks."""
    manifest = load_manifest()
    specs = [
        spec.replace_attributes(deps=[*spec.deps, dg.AssetDep(["ops", "checks"])])
        for spec in build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=_Translator())
    ]
    keys = {spec.metadata["dagster_dbt/unique_id"]: spec.key for spec in specs}
    tests = {
        uid: dg.AssetCheckSpec(
            node["name"],
            asset=_tested_asset(manifest, node, keys),
            description=node.get("description") or None,
        )
        for uid, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
    }

    @dg.multi_asset(specs=specs, check_specs=list(tests.values()), name="tables", pool="home")
    def tables(workplace: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Score in SQL: rules, caps, streaks, indices and ranks."""
        results = step(steps.build_tables)(workplace)
        with duckdb.connect(str(workplace.warehouse), read_only=True) as con:
            present = {f"{s}.{t}" for s, t in con.execute(
                "select table_schema, table_name from information_schema.tables").fetchall()}  # fmt: skip
            for result in results:
                if key := keys.get(result.unique_id):
                    table = ".".join(key.path[-2:])
                    metadata = _table_metadata(con, table) if table in present else {}
                    yield dg.MaterializeResult(key, metadata={**metadata, "seconds": result.seconds})
                elif spec := tests.get(result.unique_id):
                    yield dg.AssetCheckResult(
                        asset_key=spec.asset_key, check_name=spec.name, passed=result.is_success
                    )

    return tables


def _mart_keys(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    return [
        dg.AssetKey(["marts", node["name"]])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]


_PAGES = {
    "index": "The way in.",
    "public": "Districts and schools ranked, for everybody; nothing of a single teacher.",
    "city": "The bureau's cockpit: rankings, activity, strengths, spread, data quality.",
    "district": "A folder for each district, of its own schools and teachers alone.",
    "school": "A folder for each school: its own teachers by every rule.",
    "teacher": "A folder for each listed teacher: the own points, why and why not.",
    "checks": "What was checked at the boundary, and what was found.",
}


def publishing_assets() -> list[dg.AssetsDefinition]:
    """Pages, exports, and the release that puts them in force."""
    marts = _mart_keys(load_manifest())

    @dg.multi_asset(
        specs=[
            *(
                dg.AssetSpec(["site", name], deps=[*marts, ["ops", "checks"]], group_name="site",
                             owners=OWNERS, kinds={"html", "plotly"}, description=text)
                for name, text in _PAGES.items()
            ),
            *(
                dg.AssetSpec(["exports", Path(name).stem], deps=marts, group_name="exports", owners=OWNERS,
                             kinds={Path(name).suffix.removeprefix(".")}, description=text)
                for name, text in EXPORTS.items()
            ),
        ],
        name="pages_and_exports",
        pool="home",
    )  # fmt: skip
    def pages_and_exports(workplace: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult]:
        """Write the pages and the exports, side by side."""
        made, exported = step(steps.make_pages_and_exports)(workplace)
        pages = {page.stem: page for page in made}
        for name in _PAGES:
            metadata = _file_metadata(pages[name]) if name in pages else _folder_metadata(workplace, name)
            yield dg.MaterializeResult(["site", name], metadata=metadata)
        for path in exported:
            if path.name in EXPORTS:
                yield dg.MaterializeResult(["exports", path.stem], metadata=_file_metadata(path))

    @dg.asset(
        key=["release"],
        deps=[*(["site", name] for name in _PAGES), *(["exports", Path(n).stem] for n in EXPORTS)],
        group_name="release",
        description="Warehouse, pages and exports of one run, put in force together.",
        owners=OWNERS,
        pool="home",
        kinds={"file"},
    )
    def release(workplace: dg.ResourceParam[Run]) -> dg.MaterializeResult:
        path = step(steps.publish)(workplace)
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(str(path)), "run_id": workplace.run_id}
        )

    return [pages_and_exports, release]


def _folder_metadata(workplace: Run, kind: str) -> dict[str, Any]:
    """Where the pages of a kind are, and how many entries that folder has: none where there is nobody."""
    folder = workplace.release / "site" / kind
    entries = len(os.listdir(folder)) if folder.is_dir() else 0
    return {"path": dg.MetadataValue.path(str(folder)), "entries": entries}


def _file_metadata(path: Path) -> dict[str, Any]:
    from pipelines.ingest.inventory import sha256_of

    return {"path": dg.MetadataValue.path(str(path)), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
