"""Pages of one file, from a template beside the code that fills it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.assets import TEMPLATES
from pipelines.files import write_text


def write_page(template: Path, content: Mapping[str, Any], page: Path) -> None:
    """Fill a template and write the page at once.

    Names, ids and paths come from the drops: everything is escaped. What the template names has to be there.
    It may extend plain.html.j2 of the dashboards: a page that stands alone, with nothing beside it.
    """
    environment = Environment(
        loader=FileSystemLoader([template.parent, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    write_text(page, environment.get_template(template.name).render(content))
