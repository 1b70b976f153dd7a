"""What all folders share: Plotly, the project's scripts and styles, texts, definitions; and their pages."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.catalogue import texts
from dashboards.shards import to_json

TEMPLATES = Path(__file__).parent / "templates"
"""Where plain.html.j2 is, of which every page is made that stands alone, with nothing beside it."""
FOLDER_KINDS = ("public", "city", "district", "school")
# The one place Plotly comes from: the file the Python package ships, one for all pages.
_PLOTLY = files("plotly").joinpath("package_data/plotly.min.js")


def asset_files(definitions: dict[str, Any]) -> dict[str, bytes]:
    """Name -> bytes of every file of assets/."""
    own = {
        item.name: item.read_bytes()
        for item in files("dashboards").joinpath("assets").iterdir()
        if item.name.endswith((".js", ".css"))
    }
    made = {
        "plotly.min.js": _PLOTLY.read_bytes(),
        "texts.js": f"COCKPIT.texts={to_json(texts())};\n".encode(),
        "definitions.js": f"COCKPIT.definitions={to_json(definitions)};\n".encode(),
    }
    return dict(sorted((own | made).items()))


def pages(files: Mapping[str, bytes], run: Mapping[str, Any]) -> dict[str, bytes]:
    """The index.html of the site (`door`), and of each kind of folder: the same in all of a kind."""
    # A new version in addresses of assets: a web server's caches never mix two.
    version = sha256(b"".join(files.values())).hexdigest()[:12]
    made = {kind: rendered("folder", kind=kind, version=version) for kind in FOLDER_KINDS}
    made["teacher"] = rendered("teacher", kind="teacher", version=version)
    return made | {"door": rendered("door", run=run, version=version)}


def rendered(template: str, **content: Any) -> bytes:
    """One of templates/ with the Chinese words as `texts`; what it is filled with is escaped."""
    return _templates().get_template(f"{template}.html.j2").render(texts=texts()["zh"], **content).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
