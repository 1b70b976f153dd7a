"""What a run read and wrote, as OpenLineage events: one JSON object a line, for any receiver of these.

HOME/lineage/<when>-<run_id>.jsonl   a run's events; the newest runs are kept
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, RunEvent, RunState
from openlineage.client.event_v2 import Run as LineageRun
from openlineage.client.generated.column_lineage_dataset import (
    ColumnLineageDatasetFacet,
    Fields,
    InputField,
    Transformation,
)
from openlineage.client.generated.error_message_run import ErrorMessageRunFacet
from openlineage.client.generated.parent_run import Job as ParentJob
from openlineage.client.generated.parent_run import ParentRunFacet
from openlineage.client.generated.parent_run import Run as ParentRun
from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields
from openlineage.client.generated.tags_run import TagsRunFacet, TagsRunFacetFields
from openlineage.client.serde import Serde
from openlineage.client.uuid import generate_new_uuid

from pipelines.files import write_text
from pipelines.lineage.columns import Table
from pipelines.lineage.products import exports, site
from pipelines.project import ROOT

if TYPE_CHECKING:
    from pipelines.steps import Run, Times

NAMESPACE = "cockpit"
PRODUCER = "urn:cockpit"
_KEPT_RUNS = 30
_DIRECT, _INDIRECT = "DIRECT", "INDIRECT"


def write_events(run: "Run", tables: Mapping[str, Table], failure: str = "") -> None:
    """Write the events of a run that has ended, with `failure` where it did not end well."""
    folder = run.home.root / "lineage"
    folder.mkdir(exist_ok=True)
    lines = [Serde.to_json(event) for event in events_of(run, tables, failure)]
    write_text(folder / f"{run.begun_at:%Y%m%dT%H%M%S%f}-{run.run_id}.jsonl", "\n".join(lines) + "\n")
    for path in sorted(folder.glob("*.jsonl"))[:-_KEPT_RUNS]:
        path.unlink()


def events_of(run: "Run", tables: Mapping[str, Table], failure: str = "") -> Iterable[RunEvent]:
    """START of the run; START, then COMPLETE or FAIL of each job that was begun; the same of the run.

    `failure` is told without the folders of this machine.
    """
    whole = LineageRun(str(generate_new_uuid(run.begun_at)), {"tags": _tags(run)})
    job = Job(NAMESPACE, "run")
    yield _event(RunState.START, run.begun_at, whole, job)
    parent = ParentRunFacet(ParentRun(whole.runId), ParentJob(job.namespace, job.name), producer=PRODUCER)
    for name, times, inputs, outputs in _jobs(run, tables):
        part = LineageRun(str(generate_new_uuid(times.began)), {"parent": parent})
        read = [InputDataset(NAMESPACE, table) for table in inputs]
        written = [OutputDataset(NAMESPACE, table.name, facets=_facets(table)) for table in outputs]
        state = RunState.COMPLETE if times.is_done else RunState.FAIL
        yield _event(RunState.START, times.began, part, Job(NAMESPACE, name))
        yield _event(state, times.ended, part, Job(NAMESPACE, name), read, written)
    if failure:
        for folder, called in ((run.raw, "RAW"), (run.home.root, "HOME"), (ROOT, "PROJECT")):
            failure = failure.replace(str(folder), called)
        whole.facets["errorMessage"] = ErrorMessageRunFacet(failure, "Python", producer=PRODUCER)
    yield _event(RunState.FAIL if failure else RunState.COMPLETE, datetime.now(UTC), whole, job)


def _jobs(run: "Run", tables: Mapping[str, Table]) -> Iterable[tuple[str, "Times", list[str], list[Table]]]:
    """(name, times, names of what was read, what was written) of each job, or of the step that failed."""
    for step, times in run.times.items():
        kind, _, source = step.partition(" ")
        if kind == "take_in":
            made = [t for t in tables.values() if t.kind == "source" and _reads(t, f"raw.{source}")]
            read = [name for name in tables if name.startswith(f"raw.{source}")]
            yield f"take_in.{source}", times, read, made if times.is_done else []
        elif kind == "tables":
            for table in (t for t in tables.values() if t.kind == "model" and t.name in run.made):
                yield f"dbt.{table.name}", replace(times, is_done=True), _inputs(table), [table]
            if not times.is_done:
                yield "dbt", times, [], []
        elif times.is_done:
            for table in (*exports(tables), site(tables)):
                yield table.name, times, _inputs(table), [table]
        else:
            yield kind, times, [], []


def _reads(table: Table, raw: str) -> bool:
    return any(name.startswith(raw) for name in _inputs(table))


def _inputs(table: Table) -> list[str]:
    made = table.made.values()
    return sorted({name for m in made for name, _ in m.columns} | {name for m in made for name in m.rows_of})


def _facets(table: Table) -> dict[str, Any]:
    told = table.columns.items()
    fields = [SchemaDatasetFacetFields(name, description=text or None) for name, text in told]
    lineage = {
        name: Fields(
            [InputField(NAMESPACE, t, c, [Transformation(_DIRECT)]) for t, c in made.columns]
            + [
                InputField(NAMESPACE, t, "*", [Transformation(_INDIRECT, description="its rows are counted")])
                for t in made.rows_of
            ]
        )
        for name, made in table.made.items()
        if made.columns or made.rows_of
    }
    facets: dict[str, Any] = {"schema": SchemaDatasetFacet(fields, producer=PRODUCER)}
    if lineage:
        facets["columnLineage"] = ColumnLineageDatasetFacet(lineage, producer=PRODUCER)
    return facets


def _tags(run: "Run") -> TagsRunFacet:
    told = {name: value for name, value in run.asked_for().items() if value is not None and name != "raw"}
    told["run_id"] = run.run_id
    fields = [TagsRunFacetFields(name, str(value), "cockpit") for name, value in sorted(told.items())]
    return TagsRunFacet(fields, producer=PRODUCER)


def _event(
    state: RunState,
    at: datetime,
    run: LineageRun,
    job: Job,
    inputs: list[InputDataset] | None = None,
    outputs: list[OutputDataset] | None = None,
) -> RunEvent:
    return RunEvent(
        eventType=state,
        eventTime=at.isoformat(),
        run=run,
        job=job,
        inputs=inputs or [],
        outputs=outputs or [],
        producer=PRODUCER,
    )
