"""The code location: `dagster dev` loads `defs`; `cockpit run` materialises the same in one process."""

import json
from pathlib import Path

import dagster as dg

from pipelines.home import Home
from pipelines.orchestration.assets import (
    DROP_DAYS,
    EVENTS,
    RAW,
    boundary_checks,
    open_release,
    publishing_assets,
    roster_snapshots,
    tables_asset,
)
from pipelines.orchestration.workplace import Workplace, default_home, default_raw
from pipelines.steps import Run

ASSETS = [*EVENTS, roster_snapshots, open_release, boundary_checks, tables_asset(), *publishing_assets()]
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

daily_run = dg.define_asset_job(
    "daily_run",
    selection=dg.AssetSelection.assets(*[key for asset in ASSETS for key in asset.keys]),
    description="Take in the drop days that changed and bring every table, page and export up to date.",
    executor_def=dg.in_process_executor,
)


def drop_days_to_run(run: Run) -> list[str]:
    """The drop days a run materialises: those that changed, or the as-of day's where only all else did."""
    return run.changed_days() or [run.effective_as_of]


def requests(instance: dg.DagsterInstance) -> dg.SensorResult:
    """A run over the drop days that changed since the last finished run, or why there is none.

    The run key is what the run would read, so that one state of RAW is never run twice.
    """
    run = Run(Home(Path(default_home())), Path(default_raw()))
    if run.inventory.newest_drop_day() is None:
        return dg.SensorResult(skip_reason=f"{run.raw} holds no drop")
    if run.is_up_to_date():
        return dg.SensorResult(skip_reason="nothing has changed since the last run")
    days = drop_days_to_run(run)
    known = set(instance.get_dynamic_partitions(DROP_DAYS.name))
    fresh = [d for d in days if d not in known]
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=json.dumps(run.asked_for(), sort_keys=True),
                tags={RANGE_START: days[0], RANGE_END: days[-1]},
            )
        ],
        dynamic_partitions_requests=[DROP_DAYS.build_add_request(fresh)] if fresh else [],
    )


@dg.sensor(
    target=daily_run,
    minimum_interval_seconds=60,
    description="Runs when RAW has changed.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def raw_has_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for a run as soon as RAW differs from what the release in force was made from."""
    return requests(context.instance)


@dg.schedule(
    target=daily_run,
    cron_schedule="30 5 * * *",
    execution_timezone="Asia/Shanghai",
    description="Every morning before school, for whatever the night's drops brought.",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_morning(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for a run even where the sensor is switched off."""
    result = requests(context.instance)
    for request in result.dynamic_partitions_requests or ():
        context.instance.add_dynamic_partitions(DROP_DAYS.name, request.partition_keys)
    return result.run_requests or result.skip_reason


defs = dg.Definitions(
    assets=[*RAW, *ASSETS],
    jobs=[daily_run],
    schedules=[every_morning],
    sensors=[raw_has_changed],
    resources={"workplace": Workplace(raw=default_raw(), home=default_home())},
    executor=dg.in_process_executor,
)
