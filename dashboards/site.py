"""The site: what the warehouse holds becomes folders of pages that open from a file, without any network.

OUT/index.html                    leads to public/ and city/
OUT/assets/                       scripts and styles; links to them in every folder below
OUT/public/  city/  district/<id>/  school/<id>/
    index.html, assets/, data/    each a boundary of access: copied alone it works, and holds its own alone
OUT/public/lineage.html  city/lineage.html  city/inputs.html  city/inputs.sha256
                                  of what everything is made, and every file that was read
OUT/teacher/assets/, run.js, shared.js
                                  what teachers' pages share
OUT/teacher/<id>/                 index.html; data.js, and earlier.js of the year's months before
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from dashboards import assets
from dashboards.city_folders import write_city, write_origins
from dashboards.district_folders import write_districts
from dashboards.found import find
from dashboards.glossary import glossary
from dashboards.lineage import Tables, lineage_data
from dashboards.method import DECISIONS, decisions_data, definitions_data
from dashboards.placing import Site
from dashboards.school_folders import write_schools
from dashboards.teacher_folders import write_teachers
from dashboards.writer import Writer


def build_site(
    warehouse: duckdb.DuckDBPyConnection,
    out: Path,
    previous: Path | None = None,
    manifest: Mapping[str, Any] | None = None,
    titles: Mapping[str, str] | None = None,
    before: Path | None = None,
    lineage: Tables = (),
) -> Path:
    """Write the site into `out`, a new or empty folder; the same warehouse gives the same bytes.

    Files equal to those of `previous`, the site in force, become links to them. `manifest` is dbt's, for the
    definitions of columns; `titles` says what checks are called. `before` is the warehouse `previous` was
    made from. `lineage` is every table with its columns and what they are made of. Only reads `warehouse`.
    Returns its first page.
    """
    with open_writer(warehouse, out, previous, manifest, titles) as writer:
        write_reports(writer, lineage_data(lineage, glossary(manifest or {"nodes": {}})))
        write_teachers(writer, before)
        return writer.door()


@contextmanager
def open_writer(
    warehouse: duckdb.DuckDBPyConnection,
    out: Path,
    previous: Path | None = None,
    manifest: Mapping[str, Any] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Iterator[Writer]:
    """What writes parts of the site of `build_site`, for as long as the block lasts.

    write_reports and dashboards.teacher_folders.write_teachers can do so side by side, in two processes;
    The writer's door comes after both.
    """
    site = Site(out, previous)
    with warehouse.cursor() as con:  # a connection of its own, for temporary tables
        decisions = decisions_data(DECISIONS.read_text(encoding="utf-8"))
        found = find(con, titles or {}, decisions)
        files = assets.asset_files(definitions_data(manifest or {"nodes": {}}))
        yield Writer(site, found, files, assets.pages(files, found.run))


def write_reports(writer: Writer, layers: list[dict[str, Any]]) -> None:
    """Write the folders of the city, the districts and the schools, and what the site's top shares.

    `layers` is dashboards.lineage.lineage_data.
    """
    writer.assets()
    write_city(writer)
    write_origins(writer, layers)
    write_districts(writer)
    write_schools(writer)
