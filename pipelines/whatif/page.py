"""The page of a what-if: one Chinese HTML file that needs no network, in the cockpit's look."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dashboards.assets import asset_files
from dashboards.catalogue import named
from pipelines import rendering
from pipelines.whatif.tables import CROSSING_WORDS, LEVEL_WORDS, SIDE_WORDS, TABLES

_LISTED = 50  # rows of a list on the page; the tables beside it hold all
_LOOK = ("site.css", "plotly.min.js")
_BEFORE, _AFTER = "#8a96a6", "#00609c"


def write_page(con: duckdb.DuckDBPyConnection, out: Path, name: str, about: Mapping[str, Any]) -> None:
    """Write out/`name` and the assets it needs, from the tables of `result` in `con`."""
    assets = asset_files({})
    (out / "assets").mkdir()
    for asset in _LOOK:
        (out / "assets" / asset).write_bytes(assets[asset])
    periods = _rows(con, "select * from result.periods order by period_id")
    content = {
        "about": about,
        "changes": _rows(con, "select * from result.rule_changes"),
        "periods": [_period(con, period) for period in periods],
        "tables": TABLES,
        "listed": _LISTED,
        "levels": LEVEL_WORDS,
        "sides": SIDE_WORDS,
        "crossings": CROSSING_WORDS,
        "named": named,
    }
    rendering.write_page(Path(__file__).with_name("page.html.j2"), content, out / name)


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[dict[str, Any]]:
    result = con.execute(query, list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _listed(
    con: duckdb.DuckDBPyConnection, table: str, period: str, condition: str, order: str
) -> list[dict[str, Any]]:
    query = f"select * from result.{table} where period_id = ? {condition} order by {order} limit {_LISTED}"
    return _rows(con, query, period)


def _period(con: duckdb.DuckDBPyConnection, period: dict[str, Any]) -> dict[str, Any]:
    """All that the page says of one period."""
    which = period["period_id"]
    counts = _rows(
        con,
        "select count(*) as teachers, count(*) filter (points_gain <> 0) as repriced, "
        "count(*) filter (city_rank_gain > 0) as risen, count(*) filter (city_rank_gain < 0) as fallen, "
        "cast(coalesce(sum(points_gain), 0) as bigint) as points_gain from result.teachers "
        "where period_id = ?",
        which,
    )[0]
    rules = _rows(
        con,
        """
        select rule_code, any_value(rule_name) as rule_name,
            cast(sum(points_before) as bigint) as points_before,
            cast(sum(points_after) as bigint) as points_after,
            cast(sum(units_before) filter (decision = 'awarded') as bigint) as awarded_before,
            cast(sum(units_after) filter (decision = 'awarded') as bigint) as awarded_after,
            cast(sum(units_before) filter (decision = 'over_cap') as bigint) as over_before,
            cast(sum(units_after) filter (decision = 'over_cap') as bigint) as over_after
        from result.ledger left join before.marts.indicators on rule_code = indicator
        where period_id = ? group by rule_code, sort_order order by sort_order nulls last, rule_code
        """,
        which,
    )
    districts = _listed(con, "districts", which, "", "city_rank_before, district_id")
    moved, most = "and (points_gain <> 0 or city_rank_gain <> 0)", "abs(city_rank_gain) desc"
    return period | {
        "counts": counts,
        "rules": rules,
        "districts": districts,
        "schools": _listed(con, "schools", which, moved, f"{most}, school_id"),
        "teachers": _listed(con, "teachers", which, moved, f"{most}, teacher_id"),
        "crossings": _listed(con, "crossings", which, "", "level, crossing desc, city_rank_after, id"),
        "crossing_counts": _rows(
            con,
            "select level, crossing, count(*) as count from result.crossings where period_id = ? "
            "group by all order by all desc",
            which,
        ),
        "figures": _figures(rules, districts),
    }


def _figures(rules: list[dict[str, Any]], districts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two figures as Plotly's data: points by rule, index by district, each before and after."""
    return [
        {
            "title": "各规则积分：现行与推演",
            "data": _bars([r["rule_name"] or r["rule_code"] for r in rules], rules, "points"),
        },
        {"title": "各区指数：现行与推演", "data": _bars([d["name"] for d in districts], districts, "index")},
    ]


def _bars(names: list[str], rows: list[dict[str, Any]], value: str) -> list[dict[str, Any]]:
    sides = (("before", "现行", _BEFORE), ("after", "推演", _AFTER))
    return [
        {
            "type": "bar",
            "name": word,
            "x": names,
            "y": [row[f"{value}_{side}"] for row in rows],
            "marker": {"color": colour},
        }
        for side, word, colour in sides
    ]
