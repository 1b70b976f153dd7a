"""PDF from a typst template and data: no clock, no network, the same input gives the same bytes."""

import json
from pathlib import Path
from typing import Any

import typst

from pipelines.documents.fonts import Typefaces

_PACKAGE = Path(__file__).resolve().parents[1]


class Typesetter:
    """One template, ready to be filled again and again: the first document costs the most by far."""

    def __init__(self, template: Path, fonts: Typefaces):
        """`template` is a .typ file; it may import what lies below `pipelines/` or, kept elsewhere, beside
        it.

        It finds its data at `json(bytes(sys.inputs.data))` and the families by role at
        `json(bytes(sys.inputs.fonts))`: names come from the drops, so they never become markup.
        """
        template = template.resolve()
        self._fonts = fonts
        self._families = json.dumps(fonts.roles, ensure_ascii=False)
        self._compiler = typst.Compiler(
            str(template),
            root=str(_PACKAGE if template.is_relative_to(_PACKAGE) else template.parent),
            font_paths=fonts.loaded,
            ignore_system_fonts=True,  # `fonts.loaded` has what is wanted of them
        )

    def pdf(self, data: dict[str, Any]) -> bytes:
        """One document. `data` holds what JSON can; a text with a character no font has is a CockpitError."""
        return self._compile(data, format="pdf")

    def pictures(self, data: dict[str, Any], pixels_per_inch: float = 100) -> list[bytes]:
        """The same document as PNG, one picture a page: to look at, and for a README."""
        pages = self._compile(data, format="png", ppi=pixels_per_inch)
        return pages if isinstance(pages, list) else [pages]

    def _compile(self, data: dict[str, Any], **options: Any) -> Any:
        self._fonts.refuse_missing(data)
        inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": self._families}
        return self._compiler.compile(sys_inputs=inputs, timestamp=0, **options)


def typeset(template: Path, data: dict[str, Any], fonts: Typefaces) -> bytes:
    """One PDF of a template; for many of the same, keep a Typesetter."""
    return Typesetter(template, fonts).pdf(data)
