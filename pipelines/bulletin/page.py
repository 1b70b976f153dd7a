"""The page of a bulletin: one file with its styles inside, to be mailed or put on a web server as it is."""

from pathlib import Path
from typing import Any

from dashboards.assets import asset_files
from pipelines import rendering
from pipelines.bulletin.content import Content
from pipelines.bulletin.figures import Figures
from pipelines.bulletin.tables import tables_of

TEMPLATE = Path(__file__).with_name("page.html.j2")


def write_page(figures: Figures, content: Content, page: Path) -> None:
    """Write the page; it names the files beside it."""
    rendering.write_page(
        TEMPLATE,
        {
            "styles": asset_files({})["site.css"].decode(),
            "figures": figures,
            "content": content,
            "sections": _sections(content),
            "most": max(max(d.active, d.active_before or 0) for d in figures.days) or 1,
            "tables": tables_of(figures),
        },
        page,
    )


def _sections(content: Content) -> list[dict[str, Any]]:
    """The blocks below each heading."""
    sections: list[dict[str, Any]] = []
    for block in content.blocks:
        if block.kind == "heading":
            sections.append({"heading": block.text, "blocks": []})
        else:
            sections[-1]["blocks"].append(block)
    return sections
