"""Small frames for the checks, selected by DuckDB from what was counted of the lake and from the manifests.

What must hold of every event (ids, empty values, sets, counts) is counted over all of them, a data file at a
time and each once, and handed on as a row per file, column or value, so that a check of the frame is a check
of the whole. Only `sample` holds events themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.ingest.contract import ATTRIBUTES, DECISIONS, EVENT_SOURCES, ROSTER, ROSTER_FILES
from pipelines.quality.boundary import COUNTS, Boundary

if TYPE_CHECKING:
    import pandas as pd

USUAL_DROP_DAYS = 10
"""The usual volume of a day is the median of so many drop days of its kind before it."""
MAX_ROWS = 100_000
"""Rows of a frame. What is wrong comes first, so a longer frame loses only rows that are right."""


def _volumes(_: Boundary) -> str:
    return f"""
        with days as (
            select source, dt, cast(dt as date) as day_on,
                case when isodow(cast(dt as date)) <= 5 then 'school_day' else 'weekend' end as day_kind,
                {", ".join(f"cast(sum({c}) as bigint) as {c}" for c in COUNTS)}
            from taken where source not in ('{ROSTER}', '{DECISIONS}') and fault = '' group by all
        ), held as (
            select *, day_on - lag(day_on) over (partition by source order by day_on) as gap_days,
                median(records) over before as usual_records, count(*) over before as days_before
            from days
            window before as (partition by source, day_kind order by day_on
                              rows between {USUAL_DROP_DAYS} preceding and 1 preceding)
        )
        select * exclude (day_on),
            case when usual_records > 0 then records / usual_records end as share_of_usual,
            case when records > 0 then quarantined / records end as quarantined_share,
            case when records > 0 then duplicates / records end as duplicate_share
        from held order by source, dt"""


def _files(_: Boundary) -> str:
    return """
        select source, dt, path, fault, records, accepted, duplicates, quarantined,
            accepted + duplicates + quarantined as accounted
        from taken order by records = accounted, fault = '', source, dt, path"""


def _landed_parts(boundary: Boundary) -> str:
    """Rows of the lake's Parquet by file, as `kind` of verdict."""
    kinds = ", ".join(f"'{c}'" for c in COUNTS if c != "records")
    parts = [
        "select source, path, measure as kind, counted as landed "
        f"from {boundary.counted('landed_counts')} where measure in ({kinds})"
    ]
    for name in ROSTER_FILES:
        relation = boundary.rows(ROSTER, name.removesuffix(".csv"), {"dt": "date"})
        path = f"'{ROSTER}/dt=' || dt || '/{name}'"
        parts.append(f"select '{ROSTER}', {path}, 'accepted', count(*) from {relation} group by dt")
    decided = boundary.rows(DECISIONS, DECISIONS, {"path": "varchar"})
    parts.append(f"select '{DECISIONS}', path, 'accepted', count(*) from {decided} group by path")
    return " union all ".join(parts)


def _landed(boundary: Boundary) -> str:
    return f"""
        with noted as (
            select source, path, kind, sum(rows_noted) as noted
            from (unpivot (select source, path, accepted, duplicates, quarantined from taken)
                  on accepted, duplicates, quarantined into name kind value rows_noted)
            group by all
        ), landed as (
            select source, path, kind, sum(landed) as landed from ({_landed_parts(boundary)}) group by all
        )
        select * from (
            select source, path, kind, cast(coalesce(n.noted, 0) as bigint) as noted,
                cast(coalesce(l.landed, 0) as bigint) as landed
            from noted as n full join landed as l using (source, path, kind)
        ) order by noted = landed, source, path, kind"""


def _raw_paths(_: Boundary) -> str:
    return """
        select coalesce(l.path, t.path) as path,
            case when t.path is null then 'raw_only' when l.path is null then 'lake_only'
                 else 'both' end as place
        from listed as l full join taken as t on l.path = t.path and l.sha256 = t.sha256
        union all select path, 'stray' from strays
        order by place = 'both', place, path"""


def _ids(boundary: Boundary) -> str:
    found = ", ".join(f"('{source}', {boundary.repeated_ids(source)})" for source in EVENT_SOURCES)
    return f"""
        select source, repeated_ids, cast(coalesce(sum(counted), 0) as bigint) as wrong_keys
        from (values {found}) as f (source, repeated_ids)
        left join (from {boundary.counted("landed_counts")} where measure = 'wrong_keys') using (source)
        group by all order by source"""


def _empties(boundary: Boundary) -> str:
    return f"""
        select k.source, column_name, cast(coalesce(sum(counted), 0) as bigint) as empty_count
        from known_columns as k left join {boundary.counted("landed_counts")} as c
            on c.source = k.source and c.measure = 'empty ' || column_name
        group by all order by empty_count = 0, k.source, column_name"""


def _after_drop(boundary: Boundary) -> str:
    return f"""
        select source, path,
            cast(coalesce(sum(counted) filter (where measure = 'after_drop'), 0) as bigint) as after_drop
        from {boundary.counted("landed_counts")} where measure in ('accepted', 'after_drop')
        group by all order by after_drop = 0, source, path"""


def _event_types(boundary: Boundary) -> str:
    return f"""
        select event_type, actor_role, cast(sum(events) as bigint) as events
        from {boundary.counted("landed_values")} where source = 'activities' group by all
        order by event_type, actor_role"""


def _channels(boundary: Boundary) -> str:
    return f"""
        select channel, cast(sum(events) as bigint) as events
        from {boundary.counted("landed_values")} where source = 'logins' group by all order by channel"""


def _profile_fields(boundary: Boundary) -> str:
    fields = ", ".join(
        f"('{name}', 'named {attribute.column}')"
        for name, attribute in ATTRIBUTES.items()
        if attribute.kind == "profile"
    )
    return f"""
        with updated as (
            select sum(counted) as updates from {boundary.counted("landed_counts")} where measure = 'updates'
        )
        select field, updates, 1 - coalesce(sum(counted), 0) / updates as absent_share
        from (values {fields}) as f (field, measure) cross join updated
        left join {boundary.counted("landed_counts")} using (measure)
        where updates > 0 group by field, updates order by field"""


def _sample(boundary: Boundary) -> str:
    listed = boundary.rows(ROSTER, "teachers", {"teacher_id": "varchar"})
    # By `nth` first, so that a frame that is cut has lost some events of each file, not all of some.
    return f"""
        with listed as (
            select distinct teacher_id from {listed} where teacher_id in (select teacher from landed_samples)
        ), roster as (select count(*) > 0 as is_there from (from {listed} limit 1))
        select source, path, record_number, event_id,
            date_diff('day', cast(occurred_at as date), dt) as delay_days,
            case when teacher is null or not is_there then null
                 when teacher in (select teacher_id from listed) then 'listed' else 'unlisted' end as standing
        from {boundary.counted("landed_samples")} cross join roster
        order by nth, source, path, record_number"""


def _freshness(_: Boundary) -> str:
    return """
        with delivered as (select source, dt from taken where fault = '' group by all),
        good as (from delivered semi join (from drop_days where faults = 0) using (source, dt))
        select source, max(dt) as newest_on,
            cast((select max(dt) from delivered) as date) - cast(max(dt) as date) as lag_days
        from sources left join good using (source) group by source order by source"""


def _snapshots(boundary: Boundary) -> str:
    kinds = [name.removesuffix(".csv") for name in ROSTER_FILES]
    columns = {"dt": "date", "status": "varchar"}
    parts = [
        f"select dt, '{k}' as kind, count(*) as held from {boundary.rows(ROSTER, k, columns)} group by dt"
        for k in kinds
    ]
    teachers = boundary.rows(ROSTER, "teachers", columns)
    parts.append(
        f"select dt, 'active', count(*) filter (where status = 'active') from {teachers} group by dt"
    )
    held = ", ".join(
        f"cast(coalesce(sum(held) filter (where kind = '{k}'), 0) as bigint) as {k}"
        for k in (*kinds, "active")
    )
    changes = ", ".join(
        f"{k} / nullif(lag({k}) over (order by dt), 0) - 1 as {k}_change" for k in (*kinds, "active")
    )
    return f"""
        with held as (select cast(dt as varchar) as dt, kind, held from ({" union all ".join(parts)})),
        snapshots as (
            select dt, {held}
            from (from drop_days where source = '{ROSTER}' and faults = 0) left join held using (dt)
            group by dt
        )
        select *, {changes} from snapshots order by dt"""


def _roster_drops(_: Boundary) -> str:
    return f"""
        select dt, case when faults > 0 then 'refused' else 'good' end as standing, first_fault, faults
        from drop_days where source = '{ROSTER}' order by standing desc, dt"""


@dataclass(frozen=True)
class Frame:
    """One frame: how to select it, and the columns that name a row in a report."""

    keys: tuple[str, ...]
    sql: Callable[[Boundary], str]


FRAMES: dict[str, Frame] = {
    "volumes": Frame(("source", "dt"), _volumes),
    "files": Frame(("path",), _files),
    "landed": Frame(("path", "kind"), _landed),
    "raw_paths": Frame(("path",), _raw_paths),
    "ids": Frame(("source",), _ids),
    "empties": Frame(("source", "column_name"), _empties),
    "after_drop": Frame(("path",), _after_drop),
    "event_types": Frame(("event_type", "actor_role"), _event_types),
    "channels": Frame(("channel",), _channels),
    "profile_fields": Frame(("field",), _profile_fields),
    "sample": Frame(("path", "record_number"), _sample),
    "freshness": Frame(("source",), _freshness),
    "snapshots": Frame(("dt",), _snapshots),
    "roster_drops": Frame(("dt",), _roster_drops),
}


def frame(boundary: Boundary, name: str) -> "pd.DataFrame":
    """The frame `name` of FRAMES. Raises duckdb.Error where the lake cannot be read."""
    return boundary.con.execute(f"{FRAMES[name].sql(boundary)} limit {MAX_ROWS}").df()
