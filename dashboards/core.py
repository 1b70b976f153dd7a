"""The shard `core`: what a folder is of, what it can show, and whether its levels add up."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

_TOTALS = (
    "points", "teachers", "index_value", "scoring_teachers", "points_before", "index_before",
    "points_last_year", "active_teachers", "active_before", "city_rank", "city_rank_before", "city_count",
    "district_rank", "district_rank_before", "district_count",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What a folder is of. kind: public, city, district or school; city's id is `city`."""

    kind: str
    id: str = "city"
    name: str | None = None
    district_id: str | None = None
    district_name: str | None = None

    @property
    def level(self) -> str:
        """The level of its entity: city, district or school."""
        return "city" if self.kind == "public" else self.kind


def find_totals(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Per level, entity and span shown, in the spans' order: level, entity_id, place, and core's `totals`.

    *_count: how many are ranked there. active_teachers: of this month and this week, beside those of the
    month and the week before where that is what the span is compared with.
    """
    return con.sql(
        f"""
        with active as (
            select kind, starts_on, 'city' as level, 'city' as entity_id, active_teachers
            from marts.activity_spans
            union all
            select kind, starts_on, 'district' as level, district_id as entity_id, active_teachers
            from marts.activity_spans
            union all
            select kind, starts_on, 'school' as level, school_id as entity_id, active_teachers
            from marts.activity_spans
        ),
        active_in as (
            select kind, starts_on, level, entity_id, cast(sum(active_teachers) as bigint) as active_teachers
            from active
            group by kind, starts_on, level, entity_id
        ),
        totals as (
            select
                indices.*, shown.place, shown.kind, shown.starts_on, shown.before_from,
                shown.before_to = shown.starts_on - 1 as is_whole,
                count(indices.city_rank) over (partition by indices.span_id, indices.level) as city_count,
                count(indices.district_rank) over (
                    partition by indices.span_id, indices.level, indices.district_id
                ) as district_count
            from marts.span_indicator_index as indices
            inner join shown using (span_id)
            where indices.indicator = 'total'
        ),
        told as (
            select
                totals.* exclude (city_count, district_count), now.active_teachers,
                case when totals.is_whole then before.active_teachers end as active_before,
                case when totals.level <> 'city' then totals.city_count end as city_count,
                case when totals.level = 'school' then totals.district_count end as district_count
            from totals
            left join active_in as now
                on totals.kind = now.kind and totals.starts_on = now.starts_on
                and totals.level = now.level and totals.entity_id = now.entity_id
            left join active_in as before
                on totals.kind = before.kind and totals.before_from = before.starts_on
                and totals.level = before.level and totals.entity_id = before.entity_id
        )
        select level, entity_id, place, {", ".join(_TOTALS)} from told order by level, entity_id, place
        """
    ).pl()


def totals_data(totals: pl.DataFrame, spans: int) -> list[dict[str, Any]]:
    """find_totals of one entity -> per span {points, teachers, …}; a span it is not in is all null."""
    found = {row.pop("place"): row for row in totals.select("place", *_TOTALS).to_dicts()}
    return [found.get(place) or dict.fromkeys(_TOTALS) for place in range(spans)]


def core_data(
    scope: Scope,
    spans: list[dict[str, Any]],
    indicators: list[dict[str, Any]],
    members: dict[str, Any],
    totals: list[dict[str, Any]],
    reconciliation: list[dict[str, Any]],
) -> dict[str, Any]:
    """The shard: {scope, spans, indicators, districts, schools, totals, reconciliation}."""
    told = {"kind": scope.kind, "id": scope.id, "name": scope.name}
    told |= {"district_id": scope.district_id, "district_name": scope.district_name}
    return (
        {"scope": told, "spans": spans, "indicators": indicators}
        | members
        | {"totals": totals, "reconciliation": reconciliation}
    )
