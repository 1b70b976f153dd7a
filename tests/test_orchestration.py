"""The Dagster code location: what starts a run, over which drop days, and what it must never publish."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from reference.hostile import write_city

from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.orchestration.definitions import DROP_DAYS, RANGE_END, RANGE_START, defs, requests
from pipelines.orchestration.workplace import Workplace
from pipelines.steps import SOURCES, Run, open_release, publish, take_in_source

NOW = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """RAW with a small hostile city and a HOME that does not exist yet, as the code location's own."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    write_city(raw, 8102, refused_rosters=False)
    monkeypatch.setenv("COCKPIT_RAW", str(raw))
    monkeypatch.setenv("COCKPIT_HOME", str(home))
    return raw, home


def apply(instance: dg.DagsterInstance, result: dg.SensorResult) -> None:
    """Do to the partitions what the daemon would."""
    for request in result.dynamic_partitions_requests or ():
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            instance.add_dynamic_partitions(DROP_DAYS.name, request.partition_keys)
        else:
            for day in request.partition_keys:
                instance.delete_dynamic_partition(DROP_DAYS.name, day)


def test_a_half_built_release_is_never_published(places: tuple[Path, Path]) -> None:
    """Publishing alone, over what a killed run left behind, is refused and leaves nothing in force."""
    raw, home = places
    run = Run(Home(home), raw)
    for source in SOURCES:
        take_in_source(run, source)
    open_release(run)
    with pytest.raises(CockpitError, match="nothing is published"):
        publish(run)
    assert not (home / "current").exists()


def test_another_runs_release_is_never_gone_on_with(places: tuple[Path, Path]) -> None:
    """A release that was begun from other drops is not published as this run's."""
    raw, home = places
    begun = Run(Home(home), raw)
    for source in SOURCES:
        take_in_source(begun, source)
    open_release(begun)
    shutil.rmtree(raw / "logins")
    with pytest.raises(CockpitError, match="is that of run"):
        publish(Run(Home(home), raw))


def test_a_run_is_asked_for_where_raw_changed(places: tuple[Path, Path]) -> None:
    """The request spans changed drop days and its key tells states of RAW, and hours, apart."""
    raw, _ = places
    with dg.DagsterInstance.ephemeral() as instance:
        first = requests(instance, NOW)
        apply(instance, first)
        days = sorted({p.name.removeprefix("dt=") for p in raw.glob("*/dt=????-??-??")})
        (request,) = first.run_requests
        assert request.tags[RANGE_START] in days
        assert request.tags[RANGE_END] in days
        assert requests(instance, NOW).run_requests[0].run_key == request.run_key
        assert requests(instance, NOW.replace(hour=7)).run_requests[0].run_key != request.run_key


def test_an_older_day_goes_in_before_known_ones(places: tuple[Path, Path]) -> None:
    """A drop day older than known ones keeps the partitions in the order of the days."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(DROP_DAYS.name, ["2031-01-01", "2031-01-02"])
        apply(instance, requests(instance, NOW))
        known = list(instance.get_dynamic_partitions(DROP_DAYS.name))
    assert known == sorted(known)
    assert known[-1] == "2031-01-02"


def test_no_drop_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty RAW is a reason to skip."""
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("COCKPIT_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path / "home"))
    with dg.DagsterInstance.ephemeral() as instance:
        assert not requests(instance, NOW).run_requests


@pytest.mark.slow
def test_the_job_publishes_and_then_rests(places: tuple[Path, Path]) -> None:
    """The job brings HOME up to date; afterwards nothing is asked for."""
    raw, home = places
    job = defs.resolve_job_def("daily_run")
    with dg.DagsterInstance.ephemeral() as instance:
        asked = requests(instance, NOW)
        apply(instance, asked)
        result = job.execute_in_process(
            instance=instance,
            tags=dict(asked.run_requests[0].tags),
            resources={"workplace": Workplace(raw=str(raw), home=str(home))},
        )
        assert result.success
        assert (home / "site" / "index.html").exists()
        made = {
            e.asset_key.path[1]
            for e in result.get_asset_materialization_events()
            if e.asset_key.path[0] == "site"
        }
        assert "school" in made
        assert not requests(instance, NOW).run_requests


def test_the_graph_reaches_from_raw_to_release() -> None:
    """Every raw source is upstream of every kind of page, every export and the release."""
    graph = defs.resolve_asset_graph()
    raw = {dg.AssetKey(["raw", source]) for source in SOURCES}
    ends = [k for k in graph.get_all_asset_keys() if k.path[0] in ("site", "exports", "release")]
    pages = {key.path[1] for key in ends if key.path[0] == "site"}
    assert pages == {"index", "public", "city", "district", "school", "teacher", "checks"}
    assert len(ends) > len(pages) + 1
    for key in ends:
        assert raw <= graph.get_ancestor_asset_keys(key)
