"""Materialise the assets in this process, for a run the command line holds."""

import dagster as dg

from pipelines.errors import CockpitError
from pipelines.orchestration.definitions import (
    ASSETS,
    DROP_DAYS,
    RANGE_END,
    RANGE_START,
    RAW,
    drop_days_to_run,
)
from pipelines.orchestration.workplace import CurrentRun, under_way
from pipelines.steps import Run


def materialize(run: Run) -> None:
    """Run every asset. Raises CockpitError with the first failure's own words.

    The run's events stay in memory: written one by one to a run history on disk, those of a first load of a
    year would take longer than the load. What a run did is in ops.* and run.json.
    """
    with under_way(run), dg.DagsterInstance.ephemeral() as history:
        days = drop_days_to_run(run)
        history.add_dynamic_partitions(DROP_DAYS.name, days)
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
