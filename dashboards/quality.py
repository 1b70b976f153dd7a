"""The shard `quality`: what became of every record, what came late, and which checks failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from dashboards.shards import columns

_FILES, _DROP_DAYS = 200, 400  # listed at most, files or decisions


@dataclass(frozen=True)
class Quality:
    """What the warehouse's accounts say, each a frame in order."""

    sources: pl.DataFrame  # source, files, records, accepted, duplicates, quarantined, last_dt
    reasons: pl.DataFrame  # reason, records
    files: pl.DataFrame  # path, source, records, accepted, duplicates, quarantined: the 200 with most refused
    file_reasons: pl.DataFrame  # path, reason, records: of those
    arrivals: pl.DataFrame  # source, dt, events, late, longest_delay_days: the last 400 drop days
    refused: pl.DataFrame  # path, fault
    strays: pl.DataFrame  # path
    decisions: pl.DataFrame  # all that _DECISIONS gives, the newest first
    checks: pl.DataFrame  # suite, check_name, column_name, is_blocking, is_passed, observed


def find_quality(con: duckdb.DuckDBPyConnection) -> Quality:
    """Read ops.* and marts.arrivals."""
    return Quality(**{name: con.sql(query).pl() for name, query in _QUERIES.items()})


_WORST = f"""
    select path, source, records, accepted, duplicates, quarantined from ops.files
    where quarantined > 0 order by quarantined desc, path limit {_FILES}
"""
# standing: void, restored, overtaken (by a later decision) or unmatched (no such event was accepted). units:
# what the void event belonged to; gone: those of them of which the ledger has nothing left.
_DECISIONS = """
    with units as (
        select decision_id, count(*) as units, count(*) filter (decision is null) as gone
        from marts.voided_units group by decision_id
    )
    select
        said.decision_id, said.kind, said.source, said.event_id,
        said.reason, said.decided_by, said.decided_on,
        case
            when not said.is_in_force then 'overtaken'
            when said.kind <> 'void' then 'restored'
            when said.is_effective then 'void'
            else 'unmatched'
        end as standing,
        events.event_type, strftime(events.occurred_at, '%Y-%m-%d %H:%M:%S') as occurred_at, events.actor_id,
        coalesce(units.units, 0) as units, coalesce(units.gone, 0) as gone, said.path, said.record_number
    from ops.decisions as said
    left join marts.voided_events as events using (decision_id)
    left join units using (decision_id)
    order by said.decided_on desc, said.decision_id
"""
_QUERIES = {
    "decisions": _DECISIONS,
    "sources": """
        select
            source, count(*) as files, cast(sum(records) as bigint) as records,
            cast(sum(accepted) as bigint) as accepted, cast(sum(duplicates) as bigint) as duplicates,
            cast(sum(quarantined) as bigint) as quarantined, max(dt) as last_dt
        from ops.files group by source order by source
    """,
    "reasons": """
        select reason, count(*) as records from ops.quarantine group by reason order by records desc, reason
    """,
    "files": _WORST,
    "file_reasons": f"""
        with worst as ({_WORST})
        select path, reason, count(*) as records
        from ops.quarantine inner join worst using (path)
        group by path, reason order by path, records desc, reason
    """,
    "arrivals": f"""
        select arrivals.source, arrivals.dt, arrivals.events, late_events as late, longest_delay_days
        from marts.arrivals as arrivals
        where dt in (select distinct dt from marts.arrivals order by dt desc limit {_DROP_DAYS})
        order by source, dt
    """,
    "refused": "select path, fault from ops.refused_files order by path, fault",
    "strays": "select path from ops.strays order by path",
    "checks": """
        select suite, check_name, column_name, is_blocking, is_passed, observed
        from ops.checks order by is_passed, not is_blocking, suite, check_name
    """,
}


def quality_data(found: Quality, titles: Mapping[str, str], is_public: bool) -> dict[str, Any]:
    """{sources: [{…}], reasons: [{reason, records}], files: [{path, …, reasons: {reason: records}}],

    arrivals: {source, dt, events, late, longest_delay_days}, refused: [{path, fault}], refused_count,
    strays: [path], strays_count, decisions: [{decision_id, …}],
    decisions_count, void_count, checks: [{id, suite, title, column, blocking, passed, observed}]}.
    `titles`: what checks are called. In public files, refused and strays are empty, and nothing is observed:
    they tell paths; and so are decisions, which tell of single teachers.
    """
    sources = found.sources.with_columns(pl.col("last_dt").dt.to_string("iso"))
    data = {
        "sources": sources.to_dicts(),
        "reasons": found.reasons.to_dicts(),
        "files": [],
        "arrivals": columns(found.arrivals),
        "refused": [],
        "refused_count": found.refused.height,
        "strays": [],
        "strays_count": found.strays.height,
        "decisions": [],
        "decisions_count": found.decisions.height,
        "void_count": found.decisions.filter(pl.col("standing") == "void").height,
        "checks": [
            {"id": row["check_name"], "suite": row["suite"], "column": row["column_name"]}
            | {"title": titles.get(row["check_name"], row["check_name"])}
            | {"blocking": row["is_blocking"], "passed": row["is_passed"]}
            | ({} if is_public else {"observed": row["observed"]})
            for row in found.checks.to_dicts()
        ],
    }
    if not is_public:
        reasons: dict[str, dict[str, int]] = {}
        for path, reason, records in found.file_reasons.iter_rows():
            reasons.setdefault(path, {})[reason] = records
        data["files"] = [row | {"reasons": reasons.get(row["path"], {})} for row in found.files.to_dicts()]
        data["refused"] = found.refused.head(_FILES).to_dicts()
        listed = found.decisions.head(_FILES).with_columns(pl.col("decided_on").dt.to_string("iso"))
        data["decisions"] = listed.to_dicts()
        data["strays"] = found.strays["path"].head(_FILES).to_list()
    return data
