"""teacher/<id>/: one teacher's own page."""

from dashboards.indicators import possible_data
from dashboards.shards import wrapped
from dashboards.teacher import teachers_data
from dashboards.writer import Writer


def write_teachers(writer: Writer) -> None:
    """Write every listed teacher's folder, and what they share."""
    found = writer.found
    writer.assets("teacher")
    writer.run("teacher/run.js")
    possible = possible_data(found.indices, list(found.files), found.rules)
    shared = {"spans": found.spans, "rules": found.rules, "possible": possible}
    shared |= {"indicators": found.indicators_data}
    folders = dict(found.city.teachers.select("id", "folder").iter_rows())
    for id_, told in teachers_data(found.con, shared, len(found.spans), found.rules):
        path = f"teacher/{folders[id_]}"
        writer.shell(path, "teacher")
        writer.site.put(f"{path}/data.js", wrapped("teacher", told))
