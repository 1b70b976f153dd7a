"""Lineage: every column down to the drops, and what each run read and wrote."""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import lineage_schema
import pytest
from harness import models

from pipelines import cli
from pipelines.dbt_runner import load_lineage, load_manifest
from pipelines.home import Home
from pipelines.lineage.columns import lineage_of, origins, read_tables, write_tables
from pipelines.lineage.events import write_events
from pipelines.lineage.products import exports, site
from pipelines.steps import Run


@pytest.fixture(scope="module")
def tables():
    """Every table of the project."""
    return load_lineage()


def test_every_column_is_made_of_known_things(tables):
    """No column of a model or an export is without origin, and no origin is unknown."""
    for table in (*tables.values(), *exports(tables)):
        if table.kind not in ("model", "export"):
            continue
        assert table.made.keys() == table.columns.keys(), table.name
        for column, made in table.made.items():
            assert made.columns or made.rows_of or made.constants, (table.name, column)
            for above, part in made.columns:
                assert part in tables[above].columns, (table.name, column)
            assert set(made.rows_of) <= tables.keys()


def test_every_mart_is_among_them(tables):
    """All marts with their contracts' columns have lineage; none is left out."""
    nodes = (n for n in load_manifest()["nodes"].values() if n["resource_type"] == "model")
    marts = {f"marts.{n['name']}": list(n["columns"]) for n in nodes if n["schema"] == "marts"}
    assert marts
    assert {name: list(t.columns) for name, t in tables.items() if name.startswith("marts.")} == marts


@pytest.mark.parametrize(
    ("table", "column", "raw"),
    [
        ("marts.points_ledger", "event_id", {"raw.logins.event_id", "raw.activities.event_id"}),
        ("marts.points_ledger", "unit_id", {"raw.logins.occurred_at", "raw.activities.object_id"}),
        ("marts.activity_daily", "school_id", {"raw.roster/teachers.csv.school_id"}),
        ("marts.teacher_index", "points", {"raw.activities.occurred_at", "raw.logins.occurred_at"}),
        ("marts.voided_events", "reason", {"raw.decisions.reason"}),
        ("marts.voided_units", "teacher_id", {"raw.activities.actor_id", "raw.logins.teacher_id"}),
        ("exports.teacher_ranking", "姓名", {"raw.roster/teachers.csv.name"}),
    ],
)
def test_columns_lead_down_to_the_drops(tables, table, column, raw):
    """What is shown is followed to the columns and attributes of the records handed over."""
    known = tables | {t.name: t for t in exports(tables)}
    reached = {f"{name}.{part}" for name, part in origins(known, table, column) if name.startswith("raw.")}
    assert raw <= reached


def test_counted_rows_are_told_from_columns(tables):
    """A number of rows has no column above it, but the tables whose rows were counted."""
    made = tables["marts.activity_daily"].made["teachers"]
    assert (made.columns, made.rows_of) == ((), ("intermediate.int_listed_today",))


def test_a_model_that_differs_from_its_description_is_found():
    """SQL that gives another column than the description lists is an error that names the model."""
    compiled = {uid: node.compiled_code for uid, node in models().items()}
    (uid,) = (uid for uid in compiled if uid.endswith(".periods"))
    compiled[uid] = f"select *, 1 as more from ({compiled[uid]})"
    with pytest.raises(ValueError, match=r"model\.cockpit\.periods.*more"):
        lineage_of(load_manifest(), compiled)


def test_tables_are_kept_as_they_are(tables):
    """What is written of lineage is read back the same; anything else is refused."""
    assert read_tables(write_tables(tables)) == tables
    for broken in ("", "[{}]", '[{"made": 3}]'):
        with pytest.raises(ValueError, match=r".+"):
            read_tables(broken)


def test_the_site_reads_what_its_code_names(tables):
    """Pages are made of the marts their code reads, the ledger among them."""
    assert {"marts.points_ledger", "rulebook.rules", "ops.run"} <= set(site(tables).made["data"].rows_of)


def _events(tmp_path: Path, tables, failing: str = "", failure: str = "") -> list[dict]:
    (tmp_path / "raw").mkdir()
    run = Run(Home(tmp_path / "home"), tmp_path / "raw", datetime(2022, 3, 31, tzinfo=UTC).date())
    run.home.root.mkdir()
    run.made = {"marts.teacher_index", "rulebook.rules"}
    for job in ("take_in logins", "tables", "pages"):
        with suppress(KeyError), run.doing(job):
            if job == failing:
                raise KeyError
        if job == failing:
            break
    write_events(run, tables, failure.format(run=run))
    (path,) = (run.home.root / "lineage").iterdir()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_tells_what_it_read_and_wrote(tmp_path, tables):
    """One run, its jobs below it, each with inputs, outputs, schema and column lineage."""
    first, *jobs, last = _events(tmp_path, tables)
    assert (first["eventType"], last["eventType"]) == ("START", "COMPLETE")
    assert first["run"]["runId"] == last["run"]["runId"]
    tags = {tag["key"]: tag["value"] for tag in first["run"]["facets"]["tags"]["tags"]}
    assert tags["as_of"] == "2022-03-31"
    assert {j["run"]["facets"]["parent"]["run"]["runId"] for j in jobs} == {first["run"]["runId"]}
    assert [j["eventType"] for j in jobs] == ["START", "COMPLETE"] * (len(jobs) // 2)
    done = {j["job"]["name"]: j for j in jobs if j["eventType"] == "COMPLETE"}
    assert {"dbt.marts.teacher_index", "exports.teacher_ranking", "site.pages"} <= done.keys()
    assert "dbt.marts.school_index" not in done  # was not made
    taken = done["take_in.logins"]
    assert [i["name"] for i in taken["inputs"]] == ["raw.logins"]
    assert "lake.logins" in {o["name"] for o in taken["outputs"]}
    (index,) = done["dbt.marts.teacher_index"]["outputs"]
    assert [i["name"] for i in done["dbt.marts.teacher_index"]["inputs"]] == ["marts.teacher_indicator_index"]
    fields = index["facets"]["columnLineage"]["fields"]
    assert {f["name"] for f in index["facets"]["schema"]["fields"]} == fields.keys()
    assert fields["points"]["inputFields"][0]["field"] == "points"


def test_events_are_held_against_a_specification(tmp_path, tables, monkeypatch, capsys):
    """What does not fit the schema of events, or that of a facet, is named; so is a schema missing."""
    events = _events(tmp_path, tables)
    dialect = "https://json-schema.org/draft/2020-12/schema"
    (tmp_path / "spec" / "facets").mkdir(parents=True)

    def specify(name, url, **schema):
        (tmp_path / "spec" / name).write_text(
            json.dumps({"$schema": dialect, "$id": url, **schema}), encoding="utf-8"
        )

    def told():
        monkeypatch.setattr(
            sys, "argv", ["lineage_schema.py", str(tmp_path / "spec"), str(tmp_path / "home")]
        )
        code = lineage_schema.main()
        return code, capsys.readouterr().out.splitlines()

    named = sorted({facet["_schemaURL"] for event in events for facet in lineage_schema.facets(event)})
    assert len(named) >= 4
    specify("OpenLineage.json", "https://example.org/events", required=["eventTime", "run", "job"])
    assert told()[0] == 1  # no schema of a facet is there
    for n, url in enumerate(named):
        base, _, name = url.partition("#/$defs/")
        specify(f"facets/{n}.json", base, **{"$defs": {name: {"required": ["_producer"]}}})
    assert told() == (0, [f"{len(events)} events, 0 misfits"])
    specify("OpenLineage.json", "https://example.org/events", required=["dataset"])
    assert told()[1][-1] == f"{len(events)} events, {len(events)} misfits"


@pytest.mark.parametrize("failing", ["take_in logins", "tables", "pages"])
def test_a_failed_run_tells_where_and_why(tmp_path, tables, failing):
    """The step that failed ends with FAIL, and so does the run, in words without this machine's folders."""
    events = _events(tmp_path, tables, failing, failure="{run.raw}/x: broken, in {run.home.root}")
    *_, step, last = events
    assert (step["eventType"], last["eventType"]) == ("FAIL", "FAIL")
    assert step["job"]["name"] == {"take_in logins": "take_in.logins", "tables": "dbt"}.get(failing, failing)
    assert step["outputs"] == []
    assert last["run"]["facets"]["errorMessage"]["message"] == "RAW/x: broken, in HOME"
    assert str(tmp_path) not in json.dumps(events)


def test_the_command_prints_the_way_down(capsys):
    """`cockpit lineage TABLE.COLUMN` names every step; an unknown name is one line and exit 1."""
    assert cli.main(["lineage", "marts.teacher_index.points"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("marts.teacher_index.points")
    assert any(line.strip().startswith("raw.activities.occurred_at") for line in said)
    assert cli.main(["lineage", "marts.nothing.points"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
