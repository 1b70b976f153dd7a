"""public/ and city/: the whole city, without and with teachers."""

from datetime import date
from typing import Any

import polars as pl

from dashboards import active, analysis, inputs, leaders, people, quality
from dashboards.assets import rendered
from dashboards.city import with_names
from dashboards.core import Scope
from dashboards.parts import Parts
from dashboards.ranking import hide, rank_shards
from dashboards.withheld import withheld
from dashboards.writer import Writer


def write_city(writer: Writer) -> None:
    """Write both folders."""
    found = writer.found
    for kind in ("public", "city"):
        writer.folder(kind, Scope(kind, name=found.city.name), found.city.all)
    hidden = withheld(found.indices.filter(pl.col("indicator") == "total"))
    below = found.indices.filter(pl.col("level") != "city")
    _write_indices(writer, "city", below)
    _write_indices(writer, "public", hide(below, hidden))
    _write_spread(writer)
    _write_active(writer, hidden)
    accounts = quality.find_quality(found.con)
    for kind in ("public", "city"):
        data = quality.quality_data(accounts, found.titles, is_public=kind == "public")
        writer.shard(kind, "quality", data)
    _write_teachers(writer)


def write_origins(writer: Writer, layers: list[dict[str, Any]]) -> None:
    """Write of what everything is made: the lineage to both, and the files that were read to the city's own.

    These pages stand for themselves, without scripts: an auditor keeps or prints one file.
    """
    run = writer.found.run
    for kind in ("public", "city"):
        page = rendered("lineage", run=run, layers=layers, is_city=kind == "city")
        writer.site.put(f"{kind}/lineage.html", page)
    files = inputs.find_inputs(writer.found.con)
    writer.site.put("city/inputs.html", rendered("inputs", run=run, files=files, sums=inputs.SUMS))
    writer.site.put(f"city/{inputs.SUMS}", inputs.sums(files))


def _write_indices(writer: Writer, kind: str, indices: pl.DataFrame) -> None:
    found = writer.found
    members = found.city.all
    for name, data in rank_shards(indices, members, found.files, found.codes):
        writer.shard(kind, name, data)
    of_districts = indices.filter(pl.col("level") == "district")
    for span, file in found.files.items():
        rows = of_districts.filter(pl.col("span_id") == span)
        writer.shard(kind, f"heat.{file}", analysis.heat_data(rows, members.district_at, found.rules))


def _write_spread(writer: Writer) -> None:
    """For the city alone: least, most and, in a small school, quartiles are single teachers' points."""
    found = writer.found
    at = found.city.all.school_at
    parts = Parts(found.spread, "span_id")
    for span, file in found.files.items():
        writer.shard("city", f"spread.{file}", analysis.spread_data(parts[span], at))


def _write_active(writer: Writer, hidden: pl.DataFrame) -> None:
    found = writer.found
    activity = active.find_activity(found.con, "city")["city"]
    data = active.active_data(activity, date.fromisoformat(found.run["as_of"]), found.categories)
    now = found.shown.head(1).join(hidden.filter(pl.col("level") == "school"), on="span_id")
    open_ = found.quiet.join(
        now, left_on="school_id", right_on="entity_id", how="anti", maintain_order="left"
    )
    for kind, rows in (("public", open_), ("city", found.quiet)):
        writer.shard(kind, "active", data | {"quiet": active.quiet_data(rows, found.city.all.school_at)})


def _write_teachers(writer: Writer) -> None:
    """The shards of city/ that name teachers."""
    found = writer.found
    at, teachers = found.city.all.school_at, found.city.teachers
    for place, (span, file) in enumerate(found.files.items()):
        lead = with_names(leaders.find_leaders(found.con, span, by_district=False), teachers)
        parts = Parts(lead, "indicator")
        listed = found.teachers("city", "city", place)
        for indicator in found.codes:
            data = leaders.top_data(parts[indicator], at, listed)
            writer.shard("city", f"top.{file}.{indicator}", data)
    parts = Parts(found.listed, "district_id")
    for district, folder in found.city.districts.select("id", "folder").iter_rows():
        data = people.people_data(parts[district], at)
        writer.shard("city", f"people.{folder}", data)
