"""The notice, the publicity list, the clerk's tables: every field, the standard's layout, own templates."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.shared import Length
from paper import BUNDLE, ISSUER, LONG, MARKUP, RARE, RUN, SCHOOL, awards, notice, publicity
from pdf_text import pages_of, text_of

from pipelines.award.documents.content import Paragraph
from pipelines.award.documents.notice import notice_docx, notice_pdf, notice_template, write_template
from pipelines.award.documents.publicity import publicity_docx, publicity_pdf, publicity_template
from pipelines.award.documents.winners import write_winners
from pipelines.documents.fonts import Typefaces
from pipelines.documents.word import fill_docx
from pipelines.errors import CockpitError

_COMMON = (
    ISSUER, "一、评选情况", "（一）指数评选", "附件：1.优秀学校空间名单", "2.深度应用优秀个人名单", "附件1",
    "附件2", "2022年6月20日", "某区第一小学", "东街教育总支", LONG, RARE, MARKUP, SCHOOL, BUNDLE, RUN,
)  # fmt: skip
_NOTICE = (
    *_COMMON, f"{ISSUER}文件", "某教函〔2022〕15号", "关于公布评选结果的通报", "各街镇教育总支：",
    "现将结果予以公布。", "2022-SI-0001", "2022-TI-0062", "证书编号", "所属单位", "所在学校",
)  # fmt: skip
_PUBLICITY = (
    ISSUER, "拟表彰名单公示", "现将名单予以公示。", "公示时间：2022年6月11日至2022年6月17日。",
    "受理部门：电教站", "联系电话：027-00000000", "2022年6月10日", LONG, RARE, MARKUP, BUNDLE, RUN,
    "小学组：名额62个，入围63个，入围线（指数）838.50；线上并列2个，按规定均入围。",
    "入围线（评审均分）812.25；线上无并列。", "900.50", "线上并列",
)  # fmt: skip


def _text(made: bytes) -> str:
    """A DOCX's text without white space, tables after paragraphs."""
    document = docx.Document(io.BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s", "", "".join([*(p.text for p in document.paragraphs), *cells]))


@pytest.mark.parametrize(
    ("make", "wanted"),
    [(lambda: notice_docx(notice()), _NOTICE), (lambda: publicity_docx(publicity()), _PUBLICITY)],
)
def test_a_docx_says_all(make: Any, wanted: tuple[str, ...]) -> None:
    """Every field is in the document, whatever characters it holds, and no field of the template is left."""
    told = _text(make())
    assert [text for text in wanted if text not in told] == []
    assert "{%" not in told
    assert told.count("{{") == MARKUP.count("{{")
    assert "：：" not in told


def test_a_pdf_says_all(fonts: Typefaces) -> None:
    """The PDF says what the DOCX does."""
    for made, wanted in (
        (notice_pdf(notice(), fonts), _NOTICE),
        (publicity_pdf(publicity(), fonts), _PUBLICITY),
    ):
        told = text_of(made)
        # In a table's cell a long name is broken over lines, which stand one after the other.
        assert [text for text in wanted if text not in told] == []


def test_the_same_notice_is_the_same_bytes(fonts: Typefaces) -> None:
    """Made again, DOCX, PDF and templates are byte-identical, and no time of making is in them."""
    assert notice_docx(notice()) == notice_docx(notice())
    assert publicity_docx(publicity()) == publicity_docx(publicity())
    assert notice_template() == notice_template()
    made = notice_pdf(notice(), fonts)
    assert made == notice_pdf(notice(), fonts)
    assert not re.search(rb"(Creation|Create|Mod|Modify)Date", made)
    with zipfile.ZipFile(io.BytesIO(notice_docx(notice()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_docx_has_the_standards_page() -> None:
    """GB/T 9704: A4, 37 mm above, 28 mm left, a type area of 156 by 225 mm, 28 pt a line, 16 pt 仿宋."""
    document = docx.Document(io.BytesIO(notice_docx(notice())))
    section = document.sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height)] == [210, 297]
    assert [round(x.mm) for x in (section.top_margin, section.left_margin)] == [37, 28]
    across = section.page_width - section.left_margin - section.right_margin
    down = section.page_height - section.top_margin - section.bottom_margin
    assert [round(Length(x).mm) for x in (across, down)] == [156, 225]
    body = document.styles["公文正文"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt, body.font.name) == (
        16,
        28,
        "仿宋_GB2312",
    )
    assert (document.styles["公文标题"].font.size.pt, document.styles["公文标题"].font.name) == (
        22,
        "方正小标宋简体",
    )
    levels = {p.text: p.style.name for p in document.paragraphs}
    assert (levels["一、评选情况"], levels["（一）指数评选"]) == ("公文一级标题", "公文二级标题")
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer._element.xml
        assert all(text in xml for text in ("— ", "PAGE", " —", f'<w:jc w:val="{side}"/>', 'w:sz w:val="28"'))


def test_a_docx_repeats_headers_and_cuts_no_row() -> None:
    """A table's header row stands on each page; no row is cut by a page's end; each award begins a page."""
    document = docx.Document(io.BytesIO(notice_docx(notice())))
    assert [len(table.rows) for table in document.tables] == [2, 64]
    for table in document.tables:
        assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows][:2] == [True, False]
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    marks = [p for p in document.paragraphs if p.text in ("附件1", "附件2")]
    assert [p.paragraph_format.page_break_before for p in marks] == [True, True]


def test_a_pdf_repeats_headers_and_numbers_pages(fonts: Typefaces) -> None:
    """Each page of a table has the header row, each winner one page; pages are numbered at the outer foot."""
    pages = pages_of(notice_pdf(notice(), fonts))
    tables = [page for page in pages if any("2022-TI-" in run.text for run in page)]
    assert len(tables) > 2
    assert all([run.text for run in page].count("证书编号") == 1 for page in tables)
    numbers = [run.text for page in tables for run in page if run.text.startswith("2022-TI-")]
    assert numbers == [f"2022-TI-{at:04d}" for at in range(63)]
    for number, page in enumerate(pages, 1):
        (foot,) = [run for run in page if run.text == f"— {number} —"]
        assert (foot.size, foot.x > 300, foot.y < 35 * 72 / 25.4) == (14, number % 2 == 1, True)
        assert min(run.x for run in page) > 28 * 72 / 25.4 - 1
        assert max(run.right for run in page) < (210 - 26) * 72 / 25.4 + 16


def test_body_lines_stand_28_points_apart(fonts: Typefaces) -> None:
    """A line is 28 pt and holds 28 characters, rare ones too."""
    told = notice()
    text = (Paragraph(RARE + "字" * 120),)
    lines = [
        run
        for run in pages_of(notice_pdf(replace(told, paragraphs=text), fonts))[0]
        if run.size == 16 and "字字" in run.text
    ]
    assert [len(run.text) for run in lines][1:4] == [28, 28, 28]
    gaps = {round(above.y - below.y, 2) for above, below in pairwise(lines)}
    assert gaps == {28}


def test_a_clerks_template_is_used(tmp_path: Path) -> None:
    """What a clerk changes in the template is in the notice."""
    path = tmp_path / "通报.docx"
    write_template(path, notice_template())
    document = docx.Document(path)
    document.add_paragraph("抄送：{{ addressees }}。共{{ awards|length }}项。")
    document.save(path)
    assert "抄送：各街镇教育总支。共2项。" in _text(notice_docx(notice(), path))
    with pytest.raises(CockpitError, match=r"通报\.docx: is there already"):
        write_template(path, notice_template())


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("{{ adressees }}", "unknown field adressees; known are addressees, awards, "),
        ("{% for a in awards %}{{ a.winer }}{% endfor %}", "unknown field: .*'winer'"),
        ("{{ title", "a field is not written as it should be"),
        ("{%p for a in awards %}", "a field is not written as it should be"),
        ("{{ title.__class__.__mro__ }}", "cannot be filled: .*unsafe"),
        ("{{ 1 // 0 }}", "cannot be filled: .*zero"),
    ],
)
def test_a_faulty_template_is_refused(tmp_path: Path, field: str, told: str) -> None:
    """One line names the file and what is wrong with its field; a template can do nothing but print."""
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph(field)
    document.save(path)
    with pytest.raises(CockpitError, match=rf"^{re.escape(str(path))}: {told}") as refused:
        notice_docx(notice(), path)
    assert "\n" not in str(refused.value)


def test_what_is_no_docx_is_refused(tmp_path: Path) -> None:
    """A missing file, a text, a zip, a workbook: none is a template."""
    (tmp_path / "text.docx").write_text("x", encoding="utf-8")
    zipfile.ZipFile(tmp_path / "zip.docx", "w").close()
    openpyxl.Workbook().save(tmp_path / "sheet.docx")
    for name in ("text", "zip", "sheet"):
        with pytest.raises(CockpitError, match=rf"{name}\.docx: is no DOCX"):
            notice_docx(notice(), tmp_path / f"{name}.docx")
    with pytest.raises(CockpitError, match=r"none\.docx: cannot be read"):
        notice_docx(notice(), tmp_path / "none.docx")


def test_what_xml_cannot_hold_is_refused() -> None:
    """A control character in a name is told, not written into a file no program opens."""
    with pytest.raises(CockpitError, match=r"「王\?」 cannot stand in a DOCX: it holds U\+0001"):
        fill_docx(publicity_template(), {"name": "王\x01"})


def test_the_clerks_tables(tmp_path: Path) -> None:
    """CSV for Excel (mark, CRLF, no formula) and XLSX with numbers as numbers; the same bytes again."""
    a, b = tmp_path / "a", tmp_path / "b"
    for folder in (a, b):
        folder.mkdir()
        write_winners(awards(), folder, datetime(2022, 6, 20), BUNDLE, RUN)
    assert [
        (a / name).read_bytes() == (b / name).read_bytes() for name in ("winners.csv", "winners.xlsx")
    ] == [True] * 2
    content = (a / "winners.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 65
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert (rows[1]["姓名或校名"], rows[1]["证书编号"], rows[1]["指数或评审均分"]) == (
        LONG,
        "2022-TI-0000",
        "900.50",
    )
    assert {row["证据包编号"] for row in rows} == {BUNDLE}
    sheet = openpyxl.load_workbook(a / "winners.xlsx").active
    first = [cell.value for cell in sheet[2]]
    assert first == [
        "优秀学校空间",
        1,
        "某区第一小学",
        "东街教育总支",
        "小学组",
        1,
        812.25,
        "否",
        "2022-SI-0001",
        BUNDLE,
        RUN,
    ]


def test_no_winner_no_fault(fonts: Typefaces, tmp_path: Path) -> None:
    """An award nobody won has an empty list, in all documents."""
    empty = tuple(replace(award, winners=()) for award in awards())
    told = replace(notice(), awards=empty)
    assert "优秀学校空间名单" in _text(notice_docx(told))
    assert "优秀学校空间名单" in text_of(notice_pdf(told, fonts))
    write_winners((), tmp_path, datetime(2022, 6, 20), BUNDLE, RUN)
    assert len((tmp_path / "winners.csv").read_text(encoding="utf-8-sig").splitlines()) == 1
