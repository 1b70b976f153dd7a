"""The publicity list (公示名单): DOCX from a template made by code, PDF in the same layout."""

from pathlib import Path
from typing import Any

from pipelines.award.documents.content import Contact, PublicityList, awards_data, day
from pipelines.award.documents.notice import (
    add_attachment_names,
    add_attachments,
    add_paragraphs,
    add_traces,
    for_typst,
)
from pipelines.documents.fonts import Typefaces
from pipelines.documents.official import Column, add, add_signature, new_document, saved
from pipelines.documents.typesetting import typeset
from pipelines.documents.word import fill_docx

TYPST = Path(__file__).with_name("publicity.typ")

COLUMNS = (
    Column("序号", "order", 12),
    Column("{{ award.name_header }}", "name", 30),
    Column("{{ award.unit_header }}", "unit", 36, left=True),
    Column("组别", "group", 26),
    Column("名次", "rank", 12),
    Column("{{ award.value_header }}", "value", 20),
    Column("备注", "remark", 20),
)


def publicity_data(listed: PublicityList) -> dict[str, Any]:
    """The fields of the publicity list's templates."""
    return {
        "issuer": listed.issuer,
        "title": listed.title,
        "paragraphs": [{"text": p.text, "level": p.level} for p in listed.paragraphs],
        "awards": awards_data(listed.awards),
        "starts_on": day(listed.starts_on),
        "ends_on": day(listed.ends_on),
        "contact": contact_lines(listed.contact),
        "issued_on": day(listed.issued_on),
        "bundle_id": listed.bundle_id,
        "run_id": listed.run_id,
    }


def contact_lines(contact: Contact) -> list[str]:
    """To whom objections go, a line each for what is known."""
    told = {
        "受理部门": contact.department,
        "联系电话": contact.phone,
        "电子邮箱": contact.email,
        "联系地址": contact.address,
    }
    return [f"{name}：{value}" for name, value in told.items() if value]


def publicity_docx(listed: PublicityList) -> bytes:
    """The list as DOCX."""
    return fill_docx(publicity_template(), publicity_data(listed))


def publicity_pdf(listed: PublicityList, fonts: Typefaces) -> bytes:
    """The list as PDF."""
    return typeset(TYPST, for_typst(publicity_data(listed), COLUMNS), fonts)


def publicity_template() -> bytes:
    """The default template, its fields between `{{ }}`."""
    document = new_document("公示模板")
    add(document, "{{ title }}", "公文标题").paragraph_format.space_before = 0
    add_paragraphs(document)
    add(document, "公示时间：{{ starts_on }}至{{ ends_on }}。", "公文正文")
    add(document, "{%p for line in contact %}", "公文正文")
    add(document, "{{ line }}", "公文正文")
    add(document, "{%p endfor %}", "公文正文")
    add_attachment_names(document)
    add_signature(document, "{{ issuer }}", "{{ issued_on }}")
    add_attachments(document, COLUMNS, with_notes=True)
    add_traces(document)
    return saved(document)
