"""district/<id>/: what is a district's own, and nothing of another."""

from datetime import date

import polars as pl

from dashboards import active, analysis, leaders, people
from dashboards.city import with_names
from dashboards.core import Scope
from dashboards.parts import Parts
from dashboards.ranking import rank_shards
from dashboards.writer import Writer


def write_districts(writer: Writer) -> None:
    """Write every district's folder."""
    found = writer.found
    paths = {row["id"]: f"district/{row['folder']}" for row in found.city.districts.to_dicts()}
    for row in found.city.districts.to_dicts():
        scope = Scope("district", row["id"], row["name"], row["id"], row["name"])
        writer.folder(paths[row["id"]], scope, found.city.by_district[row["id"]])
    _write_indices(writer, paths)
    _write_active(writer, paths)
    _write_teachers(writer, paths)


def _write_indices(writer: Writer, paths: dict[str, str]) -> None:
    """Ranks, heat and spread of the district's schools."""
    found = writer.found
    indices, spread = (
        Parts(frame, "district_id")
        for frame in (found.indices.filter(pl.col("level") == "school"), found.spread)
    )
    for district, path in paths.items():
        members = found.city.by_district[district]
        for name, data in rank_shards(indices[district], members, found.files, found.codes, in_district=True):
            writer.shard(path, name, data)
        rows, lie = Parts(indices[district], "span_id"), Parts(spread[district], "span_id")
        for span, file in found.files.items():
            at = members.school_at
            writer.shard(path, f"heat.{file}", analysis.heat_data(rows[span], at, found.rules))
            writer.shard(path, f"spread.{file}", analysis.spread_data(lie[span], at))


def _write_active(writer: Writer, paths: dict[str, str]) -> None:
    found = writer.found
    as_of = date.fromisoformat(found.run["as_of"])
    activity = active.find_activity(found.con, "district")
    quiet = Parts(found.quiet, "district_id")
    for district, path in paths.items():
        data = active.active_data(activity[district], as_of, found.categories)
        data["quiet"] = active.quiet_data(quiet[district], found.city.by_district[district].school_at)
        writer.shard(path, "active", data)


def _write_teachers(writer: Writer, paths: dict[str, str]) -> None:
    """The shards that name the district's teachers."""
    found = writer.found
    for place, (span, file) in enumerate(found.files.items()):
        lead = with_names(leaders.find_leaders(found.con, span, True), found.city.teachers)
        parts = Parts(lead, "scope", "indicator")
        for district, path in paths.items():
            at = found.city.by_district[district].school_at
            listed = found.teachers("district", district, place)
            for indicator in found.codes:
                data = leaders.top_data(parts[district, indicator], at, listed)
                writer.shard(path, f"top.{file}.{indicator}", data)
    listed = Parts(found.listed, "district_id")
    for district, path in paths.items():
        at = found.city.by_district[district].school_at
        writer.shard(path, "people", people.people_data(listed[district], at))
