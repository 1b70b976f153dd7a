"""school/<id>/: a school's own report, every teacher by every rule."""

from datetime import date

from dashboards import active, analysis, people
from dashboards.city import with_names
from dashboards.core import Scope
from dashboards.parts import Parts
from dashboards.writer import Writer


def write_schools(writer: Writer) -> None:
    """Write every school's folder."""
    found = writer.found
    paths = {row["id"]: f"school/{row['folder']}" for row in found.city.schools.to_dicts()}
    _write_cores(writer, paths)
    _write_spread(writer, paths)
    _write_reports(writer, paths)


def _write_cores(writer: Writer, paths: dict[str, str]) -> None:
    found = writer.found
    districts = dict(found.city.districts.select("id", "name").iter_rows())
    as_of = date.fromisoformat(found.run["as_of"])
    activity = active.find_activity(found.con, "school")
    for row in found.city.schools.to_dicts():
        district, path = row["district_id"], paths[row["id"]]
        scope = Scope("school", row["id"], row["name"], district, districts[district])
        writer.folder(path, scope, found.city.by_school[row["id"]])
        writer.shard(path, "active", active.active_data(activity[row["id"]], as_of, found.categories))


def _write_spread(writer: Writer, paths: dict[str, str]) -> None:
    found = writer.found
    spread = Parts(found.spread, "entity_id", "span_id")
    for school, path in paths.items():
        for span, file in found.files.items():
            data = analysis.spread_data(spread[school, span], {school: 0}, level="self")
            writer.shard(path, f"spread.{file}", data)


def _write_reports(writer: Writer, paths: dict[str, str]) -> None:
    found = writer.found
    for row in found.shown.to_dicts():
        span, has_before = row["span_id"], row["before_to"] is not None
        name = f"teachers.{found.files[span]}"
        reports = with_names(people.find_reports(found.con, span), found.city.teachers)
        points = people.find_points(found.con, span)
        rest = dict(paths)
        for school, data in people.reports_data(reports, points, found.rules, has_before):
            writer.shard(rest.pop(school), name, data)
        for path in rest.values():
            writer.shard(path, name, people.nobody(reports, found.rules, has_before))
