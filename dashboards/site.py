"""The site: what the warehouse holds becomes pages in a folder that opens from a file, without any network.

OUT/index.html              rankings of districts, schools and teachers
OUT/assets/plotly.min.js    Plotly, as the Python package ships it; shared by all pages
OUT/assets/site.css, site.js
"""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboards import overview, queries
from dashboards.figures import CONFIG
from dashboards.texts import ZH

_OWN_ASSETS = ("site.css", "site.js")


def build_site(warehouse: duckdb.DuckDBPyConnection, out: Path) -> list[Path]:
    """Write the pages and what they share into `out`; the same warehouse gives the same bytes.

    Only reads `warehouse`. Returns every file written.
    """
    out.mkdir(parents=True, exist_ok=True)
    assets = _write_assets(out / "assets")
    index = out / "index.html"
    values = overview.overview(_frames(warehouse))
    index.write_text(_render("index.html.j2", values), encoding="utf-8", newline="\n")
    return [index, *assets]


def _frames(con: duckdb.DuckDBPyConnection) -> overview.Frames:
    return overview.Frames(
        run=queries.run(con),
        periods=queries.periods(con),
        districts=queries.entities(con, "district"),
        schools=queries.entities(con, "school"),
        teachers=queries.leading_teachers(con, overview.TOP_TEACHERS),
        totals=queries.totals(con),
        accounts=queries.accounts(con),
        quarantine=queries.quarantine(con),
        refused_files=queries.refused_files(con),
        strays=queries.strays(con),
    )


def _render(template: str, values: dict) -> str:
    environment = Environment(
        loader=PackageLoader("dashboards"),
        autoescape=True,  # names come from rosters and may hold anything
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(texts=ZH, plotly_config=dict(CONFIG), **values)


def _write_assets(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for package, path in [
        ("plotly", "package_data/plotly.min.js"),
        *(("dashboards", f"assets/{name}") for name in _OWN_ASSETS),
    ]:
        with as_file(files(package).joinpath(path)) as source:
            written.append(Path(shutil.copyfile(source, folder / source.name)))
    return written
