"""A bulletin as PDF and DOCX, laid out as the campaign's documents are."""

from pathlib import Path
from typing import Any

from docx.shared import Pt

from pipelines.bulletin.content import Content
from pipelines.bulletin.figures import Figures
from pipelines.bulletin.words import Block, long_day
from pipelines.documents.fonts import Typefaces
from pipelines.documents.official import add, add_frame, add_table, new_document, saved
from pipelines.documents.typesetting import typeset
from pipelines.documents.word import fill_docx

TYPST = Path(__file__).with_name("bulletin.typ")
_STYLES = {
    "heading": "公文一级标题", "subheading": "公文二级标题", "text": "公文正文", "note": "公文表注",
}  # fmt: skip
_AIR = Pt(6)  # around a table


def bulletin_pdf(figures: Figures, content: Content, fonts: Typefaces) -> bytes:
    """The bulletin as PDF."""
    blocks = [
        {
            "kind": block.kind,
            "text": block.text,
            "columns": [
                {"header": c.header, "share": c.share, "align": "left" if c.left else "center"}
                for c in block.columns
            ],
            "rows": [list(row) for row in block.rows],
        }
        for block in content.blocks
    ]
    return typeset(TYPST, _told(figures, content) | {"issuer": "", "blocks": blocks}, fonts)


def bulletin_docx(figures: Figures, content: Content) -> bytes:
    """The bulletin as DOCX. Texts are filled into fields, so nothing in a name is taken for one."""
    document = new_document("巡查通报")
    add(document, "{{ title }}", "公文标题").paragraph_format.space_before = 0
    add(document, "{{ subtitle }}", "发文字号").paragraph_format.space_after = _AIR
    last = len(content.blocks) - 1
    for at, block in enumerate(content.blocks):
        if block.kind == "sheet":
            add_table(document, block.columns, f"sheets[{at}]")
        else:
            paragraph = add(document, f"{{{{ texts[{at}] }}}}", _STYLES[block.kind])
            is_before, is_after = (
                neighbour.kind == "sheet"
                for neighbour in (content.blocks[max(at - 1, 0)], content.blocks[min(at + 1, last)])
            )
            if is_before:
                paragraph.paragraph_format.space_before = _AIR
            if is_after:
                paragraph.paragraph_format.space_after = _AIR
    add(document, "", "公文依据")
    add_frame(add(document, "数据截至：{{ as_of }}　运行编号：{{ run_id }}", "公文依据"))
    return fill_docx(saved(document), _told(figures, content) | _fields(content.blocks))


def _told(figures: Figures, content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "subtitle": content.subtitle,
        "as_of": long_day(figures.as_of),
        "run_id": figures.run_id,
    }


def _fields(blocks: tuple[Block, ...]) -> dict[str, Any]:
    return {"texts": [block.text for block in blocks], "sheets": [list(block.rows) for block in blocks]}
