"""One bulletin: a folder with page, DOCX, PDF, tables and a manifest. The same release gives the same bytes.

OUT/index.html      one file, styles inside
OUT/bulletin.pdf    OUT/bulletin.docx
OUT/<table>.csv     see pipelines.bulletin.tables
OUT/manifest.json   run, week, district; sha256 of each file, rows of each table
"""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import duckdb

from pipelines.bulletin.content import write_content
from pipelines.bulletin.documents import bulletin_docx, bulletin_pdf
from pipelines.bulletin.figures import Figures, read_figures
from pipelines.bulletin.page import write_page
from pipelines.bulletin.tables import write_tables
from pipelines.documents.fonts import find_fonts
from pipelines.errors import CockpitError
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.ingest.inventory import sha256_of

PAGE, PDF, DOCX, MANIFEST = "index.html", "bulletin.pdf", "bulletin.docx", "manifest.json"


def write_bulletin(
    home: Home, week: date | None, district_id: str | None, out: Path, *, is_public: bool = False
) -> Figures:
    """Write the bulletin of the week that holds the day `week`, the last whole one by default, into `out`.

    For the public nothing is told of a single teacher, and no path of a drop.
    `out` is a new or empty folder; it is seen whole or not at all. None for `district_id` is the whole city.
    The caller holds HOME's lock: a run beside it would sweep files of the lake that are read. Returns what
    the bulletin tells. Raises CockpitError.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CockpitError(f"{out}: is not an empty folder; say another one")
    if not home.warehouse.is_file():
        raise CockpitError(f"{home.root}: holds no release; run `cockpit run` first")
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        figures = read_figures(con, home, week, district_id, is_public=is_public)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as name:
        made = Path(name) / "made"
        made.mkdir()
        _write(figures, made)
        if out.exists():
            out.rmdir()
        shutil.move(made, out)
    return figures


def _write(figures: Figures, out: Path) -> None:
    content = write_content(figures)
    (out / PDF).write_bytes(bulletin_pdf(figures, content, find_fonts()))
    (out / DOCX).write_bytes(bulletin_docx(figures, content))
    rows = write_tables(figures, out)
    write_page(figures, content, out / PAGE)
    files = [{"file": path.name, "sha256": sha256_of(path)} for path in sorted(out.iterdir())]
    manifest = {
        "run_id": figures.run_id,
        "as_of": figures.as_of.isoformat(),
        "known_at": figures.known_at and figures.known_at.isoformat(),
        "week_from": figures.week.starts_on.isoformat(),
        "week_to": figures.week.ends_on.isoformat(),
        "is_public": figures.is_public,
        "district_id": None if figures.is_city else figures.scope.total.id,
        "files": files,
        "rows": rows,
    }
    write_json(out / MANIFEST, manifest)
