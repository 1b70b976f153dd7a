"""district/<id>/: what is a district's own, and nothing of another."""

from datetime import date

import polars as pl

from dashboards import active, analysis, leaders, people
from dashboards.city import with_names
from dashboards.core import Scope
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
    schools = found.indices.filter(pl.col("level") == "school")
    spread = analysis.find_spread(found.con)
    for district, path in paths.items():
        members = found.city.by_district[district]
        own = schools.filter(pl.col("district_id") == district)
        for name, data in rank_shards(own, members, found.files, in_district=True):
            writer.shard(path, name, data)
        lie = spread.filter(pl.col("district_id") == district)
        for span, file in found.files.items():
            now = pl.col("span_id") == span
            at = members.school_at
            writer.shard(path, f"heat.{file}", analysis.heat_data(own.filter(now), at, found.rules))
            writer.shard(path, f"spread.{file}", analysis.spread_data(lie.filter(now), at))


def _write_active(writer: Writer, paths: dict[str, str]) -> None:
    found = writer.found
    as_of = date.fromisoformat(found.run["as_of"])
    activity, quiet = active.find_activity(found.con, "district"), active.find_quiet(found.con)
    for district, path in paths.items():
        rows = quiet.filter(pl.col("district_id") == district)
        data = active.active_data(activity[district], as_of, found.categories)
        data["quiet"] = active.quiet_data(rows, found.city.by_district[district].school_at)
        writer.shard(path, "active", data)


def _write_teachers(writer: Writer, paths: dict[str, str]) -> None:
    """The shards that name the district's teachers."""
    found = writer.found
    for place, (span, file) in enumerate(found.files.items()):
        lead = with_names(leaders.find_leaders(found.con, span, True), found.city.teachers)
        parts = lead.partition_by("scope", "indicator", as_dict=True)
        none = lead.clear()
        for district, path in paths.items():
            at = found.city.by_district[district].school_at
            listed = found.teachers("district", district, place)
            for indicator in found.indicators["indicator"]:
                data = leaders.top_data(parts.get((district, indicator), none), at, listed)
                writer.shard(path, f"top.{file}.{indicator}", data)
    listed = with_names(people.find_listed(found.con), found.city.teachers)
    parts = listed.partition_by("district_id", as_dict=True)
    for district, path in paths.items():
        own = parts.get((district,), listed.clear())
        writer.shard(path, "people", people.people_data(own, found.city.by_district[district].school_at))
