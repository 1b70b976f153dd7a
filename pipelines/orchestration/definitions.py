"""The code location: `dagster dev` loads `defs`; `cockpit run` materialises the same in one process."""

import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipelines.home import Home
from pipelines.orchestration.assets import (
    DROP_DAYS,
    EVENTS,
    RAW,
    boundary_checks,
    decisions,
    open_release,
    publishing_assets,
    roster_snapshots,
    tables_asset,
)
from pipelines.orchestration.workplace import Workplace, default_home, default_raw
from pipelines.steps import Run

ASSETS = [
    *EVENTS, roster_snapshots, decisions, open_release, boundary_checks, tables_asset(), *publishing_assets()
]  # fmt: skip
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


def _in_order(
    known: list[str], days: list[str]
) -> list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest]:
    """What makes `days` known partitions, all of them in the order of the days.

    Dagster keeps dynamic partitions in the order they were added and cuts ranges from that order, so a day
    older than known ones goes in before them.
    """
    fresh = [d for d in days if d not in known]
    if not fresh:
        return []
    later = [d for d in known if d > fresh[0]]
    removed = [DROP_DAYS.build_delete_request(later)] if later else []
    return [*removed, DROP_DAYS.build_add_request(sorted({*fresh, *later}))]


def requests(instance: dg.DagsterInstance, now: datetime) -> dg.SensorResult:
    """A run over the drop days that changed since the last finished run, or why there is none.

    The run key is what would be read, the release it would replace and the hour: one state of RAW is run
    once, again after another state lay between, and again an hour after a run that failed.
    """
    run = Run(Home(Path(default_home())), Path(default_raw()))
    if run.inventory.newest_drop_day() is None:
        return dg.SensorResult(skip_reason=f"{run.raw} holds no drop")
    if run.is_up_to_date():
        return dg.SensorResult(skip_reason="nothing has changed since the last run")
    days = drop_days_to_run(run)
    key = run.asked_for() | {
        "replaces": (run.home.last_run() or {}).get("run_id"),
        "hour": f"{now:%Y-%m-%dT%H}",
    }
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=json.dumps(key, sort_keys=True),
                tags={RANGE_START: days[0], RANGE_END: days[-1]},
            )
        ],
        dynamic_partitions_requests=_in_order(list(instance.get_dynamic_partitions(DROP_DAYS.name)), days),
    )


@dg.sensor(
    target=daily_run,
    minimum_interval_seconds=60,
    description="Runs when RAW has changed.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def raw_has_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for a run as soon as RAW differs from what the release in force was made from."""
    return requests(context.instance, datetime.now(UTC))


@dg.schedule(
    target=daily_run,
    cron_schedule="30 5 * * *",
    execution_timezone="Asia/Shanghai",
    description="Every morning before school, for whatever the night's drops brought.",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_morning(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for a run even where the sensor is switched off."""
    result = requests(context.instance, context.scheduled_execution_time)
    for request in result.dynamic_partitions_requests or ():
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            context.instance.add_dynamic_partitions(DROP_DAYS.name, request.partition_keys)
        else:
            for day in request.partition_keys:
                context.instance.delete_dynamic_partition(DROP_DAYS.name, day)
    return result.run_requests or result.skip_reason


defs = dg.Definitions(
    assets=[*RAW, *ASSETS],
    jobs=[daily_run],
    schedules=[every_morning],
    sensors=[raw_has_changed],
    resources={"workplace": Workplace(raw=default_raw(), home=default_home())},
    executor=dg.in_process_executor,
)
