"""The site: what the warehouse holds becomes folders of pages that open from a file, without any network.

OUT/index.html                    leads to public/ and city/
OUT/assets/                       scripts and styles; links to them in every folder below
OUT/public/  city/  district/<id>/  school/<id>/
    index.html, assets/, data/    each a boundary of access: copied alone it works, and holds its own alone
OUT/teacher/assets/, run.js       what teachers' pages share
OUT/teacher/<id>/                 index.html, data.js
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dashboards import assets
from dashboards.city_folders import write_city
from dashboards.district_folders import write_districts
from dashboards.found import find
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
) -> Path:
    """Write the site into `out`, a new or empty folder; the same warehouse gives the same bytes.

    Files equal to those of `previous`, the site in force, become links to them. `manifest` is dbt's, for the
    definitions of columns; `titles` says what checks are called. Only reads `warehouse`. Returns its first
    page.
    """
    site = Site(out, previous)
    with warehouse.cursor() as con:  # a connection of its own, for temporary tables
        decisions = decisions_data(DECISIONS.read_text(encoding="utf-8"))
        found = find(con, titles or {}, decisions)
        files = assets.asset_files(definitions_data(manifest or {"nodes": {}}))
        for name, content in files.items():
            site.share(f"assets/{name}", content)
        pages = assets.pages(files, found.run)
        writer = Writer(site, found, files, pages)
        write_city(writer)
        write_districts(writer)
        write_schools(writer)
        write_teachers(writer)
        site.put("index.html", pages["door"])  # last: where it is, all it leads to is
    return out / "index.html"
