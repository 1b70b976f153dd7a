"""The award notice: DOCX from a clerk's template or the default one, PDF in the same layout."""

import os
from pathlib import Path
from typing import Any

from pipelines.award.documents.content import Notice, awards_data, day
from pipelines.documents.fonts import Typefaces
from pipelines.documents.official import (
    Column,
    add,
    add_frame,
    add_red_line,
    add_signature,
    add_table,
    new_document,
    saved,
)
from pipelines.documents.typesetting import typeset
from pipelines.documents.word import fill_docx
from pipelines.errors import CockpitError
from pipelines.files import replace_durably

TYPST = Path(__file__).with_name("notice.typ")

COLUMNS = (
    Column("序号", "order", 13),
    Column("{{ award.name_header }}", "name", 33),
    Column("{{ award.unit_header }}", "unit", 48, left=True),
    Column("组别", "group", 27),
    Column("证书编号", "number", 35),
)


def notice_data(notice: Notice) -> dict[str, Any]:
    """The fields of the notice's templates."""
    return {
        "issuer": notice.issuer,
        "issuer_mark": f"{notice.issuer}文件",
        "document_number": notice.document_number,
        "title": notice.title,
        "addressees": notice.addressees.rstrip("：:"),  # the templates set one
        "paragraphs": [{"text": p.text, "level": p.level} for p in notice.paragraphs],
        "awards": awards_data(notice.awards),
        "issued_on": day(notice.issued_on),
        "bundle_id": notice.bundle_id,
        "run_id": notice.run_id,
    }


def notice_docx(notice: Notice, template: Path | None = None) -> bytes:
    """The notice as DOCX, from a clerk's template where one is given."""
    return fill_docx(template or notice_template(), notice_data(notice))


def notice_pdf(notice: Notice, fonts: Typefaces) -> bytes:
    """The notice as PDF."""
    return typeset(TYPST, for_typst(notice_data(notice), COLUMNS), fonts)


def for_typst(data: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    """The same fields, each award's winners as cells under `columns`."""
    awards = []
    for award in data["awards"]:
        heads = {f"{{{{ award.{key} }}}}": value for key, value in award.items() if isinstance(value, str)}
        told = [
            {
                "header": heads.get(c.header, c.header),
                "share": c.share,
                "align": "left" if c.left else "center",
            }
            for c in columns
        ]
        rows = [[winner[c.field] for c in columns] for winner in award["winners"]]
        awards.append(award | {"columns": told, "rows": rows})
    return data | {"awards": awards}


def notice_template() -> bytes:
    """The default template: GB/T 9704-2012, its fields between `{{ }}`."""
    document = new_document("表彰通报模板")
    add(document, "{{ issuer_mark }}", "发文机关标志")
    add_red_line(add(document, "{{ document_number }}", "发文字号"))
    add(document, "{{ title }}", "公文标题")
    add(document, "{%p if addressees %}", "公文主送")
    add(document, "{{ addressees }}：", "公文主送")
    add(document, "{%p endif %}", "公文主送")
    add_paragraphs(document)
    add_attachment_names(document)
    add_signature(document, "{{ issuer }}", "{{ issued_on }}")
    add_attachments(document, COLUMNS, with_notes=False)
    add_traces(document)
    return saved(document)


def add_paragraphs(document: Any) -> None:
    """The text: a loop over paragraphs by level."""
    add(document, "{%p for paragraph in paragraphs %}", "公文正文")
    for test, style in (
        ("if paragraph.level == 1", "公文一级标题"),
        ("elif paragraph.level == 2", "公文二级标题"),
        ("else", "公文正文"),
    ):
        add(document, f"{{%p {test} %}}", "公文正文")
        add(document, "{{ paragraph.text }}", style)
    add(document, "{%p endif %}", "公文正文")
    add(document, "{%p endfor %}", "公文正文")


def add_attachment_names(document: Any) -> None:
    """附件：1. …… 2. ……, one below the other."""
    add(document, "", "公文附件说明")
    add(document, "{%p for award in awards %}", "公文附件说明")
    add(document, "{{ award.listed_as }}", "公文附件说明").paragraph_format.keep_with_next = True
    add(document, "{%p endfor %}", "公文附件说明")


def add_attachments(document: Any, columns: tuple[Column, ...], *, with_notes: bool) -> None:
    """Each award's list on a page of its own."""
    add(document, "{%p for award in awards %}", "公文正文")
    mark = add(document, "{{ award.mark }}", "公文附件标识")
    mark.paragraph_format.page_break_before = True
    add(document, "{{ award.list_name }}", "公文附件标题")
    if with_notes:
        add(document, "{%p for note in award.notes %}", "公文表注")
        add(document, "{{ note }}", "公文表注")
        add(document, "{%p endfor %}", "公文表注")
    add_table(document, columns, "award.winners", "winner")
    add(document, "{%p endfor %}", "公文正文")


def add_traces(document: Any) -> None:
    """What the document was made of."""
    add(document, "", "公文依据")
    add_frame(add(document, "证据包编号：{{ bundle_id }}　运行编号：{{ run_id }}", "公文依据"))


def write_template(out: Path, content: bytes) -> None:
    """Write a template for a clerk to edit. Raises CockpitError rather than write over an edited one."""
    if os.path.lexists(out):
        raise CockpitError(f"{out}: is there already; a template is never written over")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    part.write_bytes(content)
    replace_durably(part, out)
