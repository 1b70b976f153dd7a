"""teacher/<id>/: one teacher's own page."""

from pathlib import Path

from dashboards.indicators import possible_data
from dashboards.shards import shard, wrapped
from dashboards.teacher import teachers_data
from dashboards.writer import Writer


def write_teachers(writer: Writer, before: Path | None = None) -> None:
    """Write every listed teacher's folder, and what they share.

    `before` is the warehouse that the site in force was made from: of whom it tells the same of the months
    before the as-of day's, the file about these is linked, not made.
    """
    found, site = writer.found, writer.site
    writer.assets("teacher")
    writer.run("teacher/run.js")
    possible = possible_data(found.indices, list(found.files), found.rules)
    shared = {"spans": found.spans, "rules": found.rules, "possible": possible}
    site.put("teacher/shared.js", shard("shared", shared | {"indicators": found.indicators_data}))
    folders = dict(found.city.teachers.select("id", "folder").iter_rows())
    earlier = {id_: f"teacher/{folder}/earlier.js" for id_, folder in folders.items()}
    unwritten = [id_ for id_, path in earlier.items() if not site.is_in_force(path)]
    for told in teachers_data(found.con, len(found.spans), found.rules, before, unwritten):
        path = f"teacher/{folders[told.id]}"
        writer.shell(path, "teacher")
        site.put(f"{path}/data.js", wrapped("teacher", told.teacher))
        if told.earlier is None:
            site.keep(earlier[told.id])
        else:
            site.put(earlier[told.id], wrapped("earlier", told.earlier))
