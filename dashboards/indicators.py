"""What is ranked, and every index of every entity in the spans shown: one frame that many shards cut from."""

from typing import Any

import duckdb
import polars as pl

from dashboards.shards import iso

_RULE = (
    "points", "cap", "cap_period", "threshold", "works_threshold", "window_hours", "streak_day",
    "streak_points", "source",
)  # fmt: skip


def find_indicators(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Indicators in order: indicator, kind, indicator_name, category."""
    return con.sql(
        """
        select indicator, kind, indicator_name, category
        from marts.indicators order by sort_order, indicator
        """
    ).pl()


def find_versions(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The rule table, newest version of each rule first, and which is told: is_told.

    That in force on the as-of day; where none is, the last that was, else the first that will be.
    """
    return con.sql(
        """
        with placed as (
            select
                rules.*, row_number() over (
                    partition by rules.rule_code
                    order by
                        rules.valid_from > run.as_of,
                        case when rules.valid_from <= run.as_of then run.as_of - rules.valid_from
                             else rules.valid_from - run.as_of end
                ) = 1 as is_told
            from rulebook.rules as rules
            cross join ops.run as run
        )
        select * from placed order by rule_no, rule_code, valid_from desc
        """
    ).pl()


def indicators_data(indicators: pl.DataFrame, versions: pl.DataFrame) -> list[dict[str, Any]]:
    """[{code, kind, name, category, rule: {no, points, cap, …, valid_from, valid_to} or null}].

    A rule of several versions has all of them, newest first, in rule.versions.
    """
    by_code: dict[str, list[dict[str, Any]]] = {}
    for row in versions.to_dicts():
        by_code.setdefault(row["rule_code"], []).append(row)
    return [
        {"code": row["indicator"], "kind": row["kind"], "name": row["indicator_name"]}
        | {"category": row["category"]}
        | {"rule": _rule(by_code[row["indicator"]]) if row["kind"] == "rule" else None}
        for row in indicators.to_dicts()
    ]


def _rule(versions: list[dict[str, Any]]) -> dict[str, Any]:
    told = _version(next(v for v in versions if v["is_told"]))
    return told | ({"versions": [_version(v) for v in versions]} if len(versions) > 1 else {})


def _version(row: dict[str, Any]) -> dict[str, Any]:
    days = {"valid_from": iso(row["valid_from"]), "valid_to": iso(row["valid_to"])}
    return {"no": row["rule_no"]} | {name: row[name] for name in _RULE} | days


def rule_codes(indicators: pl.DataFrame) -> list[str]:
    """The rules in the order of the pages."""
    return indicators.filter(pl.col("kind") == "rule")["indicator"].to_list()


def find_indices(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """marts.span_indicator_index of the spans shown; cap_share = credits / credits_possible.

    In order of span, indicator, level, city rank (none last) and id.
    """
    return con.sql(
        """
        select
            indices.span_id, indices.level, indices.entity_id, indices.district_id, indices.indicator,
            indices.teachers, indices.scoring_teachers, indices.points, indices.index_value,
            indices.district_rank, indices.city_rank, indices.points_before, indices.index_before,
            indices.district_rank_before, indices.city_rank_before, indices.points_last_year,
            indices.credits_possible,
            cast(indices.credits as double) / nullif(indices.credits_possible, 0) as cap_share
        from marts.span_indicator_index as indices
        inner join shown using (span_id)
        order by
            shown.place, indices.indicator, indices.level, indices.city_rank nulls last, indices.entity_id
        """
    ).pl()


def possible_data(indices: pl.DataFrame, spans: list[str], rules: list[str]) -> list[list[int | None]]:
    """How many credits the caps let one teacher earn, [per span [per rule]]; null where nobody is listed."""
    city = indices.filter(pl.col("level") == "city", pl.col("teachers") > 0)
    found = {
        (span, rule): possible // teachers
        for span, rule, possible, teachers in city.select(
            "span_id", "indicator", "credits_possible", "teachers"
        ).iter_rows()
        if possible is not None
    }
    return [[found.get((span, rule)) for rule in rules] for span in spans]
