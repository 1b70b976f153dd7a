"""The shards `heat.<span>` (who is good at what) and `spread.<span>` (how points lie within a school)."""

from typing import Any

import duckdb
import polars as pl

from dashboards.shards import values

_QUANTILES = {
    "teachers": "teachers", "zero_share": "zero_share", "least": "least", "lower_quartile": "q1",
    "median": "median", "upper_quartile": "q3", "most": "most",
}  # fmt: skip


def heat_data(rows: pl.DataFrame, at: dict[str, int], rules: list[str]) -> dict[str, Any]:
    """Rows of find_indices of one level and span ->

    {rows: [position], rules, index: [per row [per rule]], cap_share: the same}; rows in order of position.
    """
    wanted = rows.filter(pl.col("indicator").is_in(rules))
    found = {
        (entity, rule): (index, share)
        for entity, rule, index, share in wanted.select(
            "entity_id", "indicator", "index_value", "cap_share"
        ).iter_rows()
    }
    ids = sorted({entity for entity, _ in found}, key=at.__getitem__)
    none = (None, None)
    return {
        "rows": [at[id_] for id_ in ids],
        "rules": rules,
        "index": [[found.get((id_, rule), none)[0] for rule in rules] for id_ in ids],
        "cap_share": [[found.get((id_, rule), none)[1] for rule in rules] for id_ in ids],
    }


def find_spread(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Schools' spread by span shown: span_id, entity_id, district_id, teachers, zero_share, least, …"""
    return con.sql(
        """
        with schools as (
            select span_id, entity_id, district_id from marts.span_indicator_index
            where level = 'school' and indicator = 'total'
        )
        select
            spread.span_id, spread.entity_id, schools.district_id, spread.teachers,
            cast(spread.zero_teachers as double) / nullif(spread.teachers, 0) as zero_share,
            spread.least, spread.lower_quartile, spread.median, spread.upper_quartile, spread.most
        from marts.span_spread as spread
        inner join shown using (span_id)
        inner join schools using (span_id, entity_id)
        where spread.level = 'school' and spread.teachers > 0
        order by shown.place, spread.entity_id
        """
    ).pl()


def spread_data(rows: pl.DataFrame, at: dict[str, int], level: str = "school") -> dict[str, Any]:
    """find_spread of one span -> {level, entity: [position], teachers, zero_share, least, q1, …, most}."""
    data: dict[str, Any] = {"level": level, "entity": [at[id_] for id_ in rows["entity_id"]]}
    return data | {name: values(rows[column]) for column, name in _QUANTILES.items()}
