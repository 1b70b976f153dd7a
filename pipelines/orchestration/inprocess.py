"""Materialise the assets in this process, for a run the command line holds."""

from pathlib import Path

import dagster as dg

from pipelines.errors import CockpitError
from pipelines.orchestration.definitions import ASSETS, DROP_DAYS, RANGE_END, RANGE_START, RAW, drop_days_present
from pipelines.orchestration.workplace import CurrentRun, under_way
from pipelines.steps import Run

_INSTANCE = """\
# One run at a time: a HOME has one writer. The lock of HOME refuses a second one in any case.
concurrency:
  runs:
    max_concurrent_runs: 1
telemetry:
  enabled: false
"""


def instance(home: Path) -> dg.DagsterInstance:
    """The run history of HOME, which `dagster dev` shows when DAGSTER_HOME names the same folder."""
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        settings.write_text(_INSTANCE, encoding="utf-8")
    return dg.DagsterInstance.from_config(str(folder))


def materialize(run: Run) -> None:
    """Run every asset. Raises CockpitError with the first failure's own words."""
    with under_way(run), instance(run.home.root) as history:
        days = drop_days_present(run)
        history.add_dynamic_partitions(DROP_DAYS.name, days or [run.effective_as_of])
        days = days or [run.effective_as_of]
        result = dg.materialize(
            [*RAW, *ASSETS],
            instance=history,
            resources={"workplace": CurrentRun()},
            tags={RANGE_START: days[0], RANGE_END: days[-1]},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        if not result.success:
            raise CockpitError(_why(result))


def _why(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return data.user_failure_data.description
            error = data.error.cause or data.error
            return " ".join(f"{error.cls_name}: {error.message}".split())
    failed = [e.asset_check_name for e in result.get_asset_check_evaluations() if not e.passed and e.blocking]
    return f"checks at the boundary failed: {', '.join(failed)}" if failed else "the run failed"
