"""What all folders share: Plotly, the project's scripts and styles, texts, definitions; and their pages."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboards.catalogue import texts
from dashboards.shards import to_json

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
    shared = {"texts": texts()["zh"], "version": sha256(b"".join(files.values())).hexdigest()[:12]}
    environment = Environment(
        loader=PackageLoader("dashboards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder, teacher = (environment.get_template(f"{name}.html.j2") for name in ("folder", "teacher"))
    made = {kind: folder.render(kind=kind, **shared) for kind in FOLDER_KINDS}
    made["teacher"] = teacher.render(kind="teacher", **shared)
    made["door"] = environment.get_template("door.html.j2").render(run=run, **shared)
    return {name: text.encode() for name, text in made.items()}
