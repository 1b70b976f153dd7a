"""The shards `rank.<level>.<span>.<indicator>`: who stands where, and who stood where before."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import polars as pl

from dashboards.city import Members
from dashboards.parts import Parts
from dashboards.shards import values

_SHOWN = {
    "points": "points", "teachers": "teachers", "index_value": "index", "index_before": "index_before",
    "scoring_teachers": "scoring", "cap_share": "cap_share",
}  # fmt: skip
_WITHHELD = (
    "points", "index_value", "index_before", "scoring_teachers", "cap_share", "city_rank", "city_rank_before",
    "district_rank", "district_rank_before",
)  # fmt: skip


def hide(indices: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """The indices with nothing but the name and the number of teachers of `hidden`, and a column `hidden`.

    They come last, in order of id: a place among the others would tell.
    """
    marked = indices.join(
        hidden.with_columns(hidden=pl.lit(True)),
        on=["span_id", "level", "entity_id"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("hidden").fill_null(False))
    blank = [pl.when(~pl.col("hidden")).then(pl.col(c)).alias(c) for c in _WITHHELD]
    shown = marked.filter(~pl.col("hidden"))
    return pl.concat([shown, marked.filter("hidden").with_columns(blank).sort("entity_id")])


def rank_shards(
    indices: pl.DataFrame,
    members: Members,
    files: dict[str, str],
    indicators: Sequence[str],
    in_district: bool = False,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, data) of each ranking a folder has, from its find_indices, whose order is kept.

    `files`: each span's name in file names. A district ranks its schools, the city also its districts.
    """
    parts = Parts(indices, "level", "span_id", "indicator")
    levels = ("school",) if in_district else ("district", "school")
    for level, (span, file), indicator in product(levels, files.items(), indicators):
        data = rank_data(parts[level, span, indicator], members.at(level), in_district)
        yield f"rank.{level}.{file}.{indicator}", data


def rank_data(rows: pl.DataFrame, at: dict[str, int], in_district: bool = False) -> dict[str, list]:
    """Rows of find_indices of one level, span and indicator, in their order ->

    {entity: [position], rank, before, points, teachers, index, index_before, scoring, cap_share}; `hidden`
    where the frame has it and it holds of any, `city_rank` in a district.
    """
    scope = "district" if in_district else "city"
    data = {
        "entity": [at[id_] for id_ in rows["entity_id"]],
        "rank": values(rows[f"{scope}_rank"]),
        "before": values(rows[f"{scope}_rank_before"]),
    }
    data |= {name: values(rows[column]) for column, name in _SHOWN.items()}
    if in_district:
        data["city_rank"] = values(rows["city_rank"])
    if "hidden" in rows.columns and rows["hidden"].any():
        data["hidden"] = values(rows["hidden"])
    return data
