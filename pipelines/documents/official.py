"""Word documents after GB/T 9704-2012, made by code: page, styles, page numbers, tables.

Styles have the Chinese names a clerk sees in WPS. What is left open are fields for docxtpl.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from pipelines.documents.word import settled_zip

TITLE_FONT, BODY_FONT, HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
SECOND_FONT, PLAIN_FONT = "楷体_GB2312", "宋体"
_SUBSTITUTES = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", SECOND_FONT: "楷体"}
LINE = 28  # pt, the pitch of lines
_WIDTH = 156  # mm, of the type area
_INDENT = 32  # pt, two characters of 16 pt
_RED = RGBColor(0xD7, 0x00, 0x0F)
# 28 characters of 16 pt in 156 mm, in 1/20 pt. Of a page's grid of characters every program makes another.
_CLOSER = "-5"


@dataclass(frozen=True)
class Style:
    """A paragraph style: sizes, pitches, spaces and indents in points."""

    name: str
    font: str
    size: float
    line: float = LINE
    indent: float = 0
    before: float = 0
    after: float = 0
    align: Any = WD_ALIGN_PARAGRAPH.LEFT
    bold: bool = False
    color: RGBColor | None = None
    keep: bool = False


_CENTER, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_STYLES = (
    Style("发文机关标志", TITLE_FONT, 36, 48, before=Mm(35).pt - 8, after=56, align=_CENTER, color=_RED),
    Style("发文字号", BODY_FONT, 16, align=_CENTER),
    Style("公文标题", TITLE_FONT, 22, 36, before=2 * LINE, after=LINE, align=_CENTER, keep=True),
    Style("公文主送", BODY_FONT, 16),
    Style("公文正文", BODY_FONT, 16, indent=_INDENT, align=_JUSTIFY),
    Style("公文一级标题", HEADING_FONT, 16, indent=_INDENT, keep=True),
    Style("公文二级标题", SECOND_FONT, 16, indent=_INDENT, keep=True),
    Style("公文附件说明", BODY_FONT, 16, indent=_INDENT),
    Style("公文附件标识", HEADING_FONT, 16, keep=True),
    Style("公文附件标题", TITLE_FONT, 22, 36, before=LINE / 2, after=LINE / 2, align=_CENTER, keep=True),
    Style("公文署名", BODY_FONT, 16, keep=True),
    Style("公文表头", HEADING_FONT, 12, 17, align=_CENTER),
    Style("公文表格", BODY_FONT, 12, 17, align=_CENTER),
    Style("公文表注", BODY_FONT, 12, 20, after=4),
    Style("公文依据", BODY_FONT, 10.5, 17),
)


@dataclass(frozen=True)
class Column:
    """A column of a table: header, field of a row, share of the width, whether texts stand at its left."""

    header: str
    field: str
    share: float
    left: bool = False


def new_document(title: str) -> Document:
    """An empty document: A4, type area 156 by 225 mm, the styles, page numbers at the outer foot."""
    document = docx.Document()
    core = document.core_properties
    core.author, core.title, core.comments, core.last_modified_by = "", title, "", ""
    core.created = core.modified = datetime(2000, 1, 1)  # no clock: the same bytes each time
    _set_page(document)
    _font(document.styles["Normal"], BODY_FONT, 16)
    _name_substitutes(document)
    for style in _STYLES:
        _add_style(document, style)
    return document


def saved(document: Document) -> bytes:
    """The document's bytes, the same each time."""
    content = io.BytesIO()
    document.save(content)
    return settled_zip(content.getvalue())


def add(document: Document, text: str, style: str) -> Paragraph:
    """A paragraph at the end."""
    return document.add_paragraph(text, style=style)


def add_red_line(paragraph: Paragraph) -> None:
    """The red line under the letterhead, 4 mm below the paragraph's text."""
    # A border stands below the line of text; the space between is at most 31 pt.
    _border(paragraph, "bottom", size=12, space=11, color=str(_RED))


def add_frame(paragraph: Paragraph) -> None:
    """Thin lines above and below, as around what is said at a document's end."""
    for side in ("top", "bottom"):
        _border(paragraph, side, size=6, space=4, color="000000")


def add_signature(document: Document, issuer: str, day: str) -> None:
    """Issuer and date, one below the other in the right half, below two lines free for a seal."""
    for text, before in ((issuer, 2 * LINE), (day, 0)):
        paragraph = add(document, text, "公文署名")
        paragraph.paragraph_format.left_indent = Pt(180)
        paragraph.paragraph_format.alignment = _CENTER
        paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.keep_with_next = False


def add_table(document: Document, columns: Sequence[Column], rows: str, row: str = "row") -> None:
    """A table whose header row stands on each page and whose rows are never cut, a row per item of `rows`.

    `rows` is what a template's loop goes over, `row` the name of one item there.
    """
    table = document.add_table(rows=4, cols=len(columns))
    table.style, table.autofit, table.alignment = "Table Grid", False, 1
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "80")  # 4 pt, as in the PDF
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")
    widths = [Mm(_WIDTH * column.share / sum(c.share for c in columns)) for column in columns]
    for at, column in enumerate(columns):
        for line in table.rows:
            line.cells[at].width = widths[at]
        table.columns[at].width = widths[at]
        _fill(table.cell(0, at), column.header, "公文表头")
        _fill(table.cell(2, at), f"{{{{ {row}.{column.field} }}}}", "公文表格", column.left)
    for at, loop in ((1, f"{{%tr for {row} in {rows} %}}"), (3, "{%tr endfor %}")):
        _fill(table.cell(at, 0).merge(table.cell(at, len(columns) - 1)), loop, "公文表格", left=True)
    for line in table.rows:
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(cell: Any, text: str, style: str, left: bool = False) -> None:
    cell.vertical_alignment = 1
    paragraph = cell.paragraphs[0]
    paragraph.text, paragraph.style = text, style
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    if left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # 7 mm below the type area stands the number, 14 pt high.
    section.footer_distance = Mm(35 - 7) - Pt(20)
    section.header_distance = Mm(15)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(footer: Any, align: Any) -> None:
    """— 1 —, one character in from the edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text
        field._r.append(part)
    paragraph.add_run(" —")
    for run in paragraph.runs:
        _font(run, PLAIN_FONT, 14)


def _name_substitutes(document: Document) -> None:
    """What stands in where a typeface of the standard is not installed."""
    part = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    table = parse_xml(part.blob)
    for name, substitute in _SUBSTITUTES.items():
        font, other = OxmlElement("w:font"), OxmlElement("w:altName")
        font.set(qn("w:name"), name)
        other.set(qn("w:val"), substitute)
        font.append(other)
        table.append(font)
    part._blob = serialize_part_xml(table)


def _add_style(document: Document, told: Style) -> None:
    style = document.styles.add_style(told.name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _font(style, told.font, told.size)
    if told.size == 16:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), _CLOSER)
        style.element.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    style.font.bold = told.bold
    if told.color is not None:
        style.font.color.rgb = told.color
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(told.line)
    form.space_before, form.space_after = Pt(told.before), Pt(told.after)
    form.first_line_indent, form.alignment = Pt(told.indent), told.align
    form.keep_with_next, form.widow_control = told.keep, False


def _font(styled: Any, name: str, size: float) -> None:
    """One font for Chinese and all else, of a style or a run."""
    styled.font.name, styled.font.size = name, Pt(size)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), name)


def _border(paragraph: Paragraph, side: str, *, size: int, space: int, color: str) -> None:
    """A line at one side of a paragraph: `size` in eighths of a point, `space` in points."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # The order of a paragraph's properties is fixed; a strict reader refuses others.
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", color)):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
