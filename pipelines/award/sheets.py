"""Score sheets: what an expert fills in, as XLSX and CSV, with the evidence beside each criterion.

A row for each candidate and criterion. The form's number, in every row, tells whose sheet it is, of which
award and on which bundle; a sheet whose rows or form were changed is refused when it comes back.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from pipelines.award.campaign import Award, Criterion
from pipelines.award.candidates import Candidate
from pipelines.award.experts import Expert
from pipelines.exports import harmless

HEADERS = (
    "序号",
    "编号",
    "姓名或校名",
    "单位",
    "评价指标",
    "满分",
    "评价要点",
    "数据佐证",
    "得分",
    "意见",
    "表号",
)
ENTITY, CRITERION, SCORE, COMMENT, FORM = 1, 4, 8, 9, 10
"""Places of columns in HEADERS."""
HEADER_ROW = 3
"""Of a workbook, from 0: a title, whose it is and an empty row stand above."""
_WIDTHS = (6, 16, 18, 24, 12, 6, 42, 46, 8, 24, 14)
_LINE = 17
"""Height of a line, points."""
_CELL = {"border": 1, "valign": "top"}
_LOOKS = {
    "title": {"bold": True, "font_size": 16},
    "head": {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#E7EEF7", "valign": "vcenter"},
    "text": _CELL | {"text_wrap": True, "num_format": "@"},
    "number": _CELL | {"num_format": "0"},
    "score": _CELL | {"bg_color": "#FFF8DC", "locked": False},
    "comment": _CELL | {"text_wrap": True, "num_format": "@", "locked": False},
}


@dataclass(frozen=True)
class Sheet:
    """A sheet of one expert and award: `rows` are (candidate, criterion) in order."""

    expert: Expert
    award: Award
    rows: tuple[tuple[Candidate, Criterion], ...]
    form: str


def sheet_for(expert: Expert, award: Award, nominees: list[Candidate], bundle_id: str) -> Sheet:
    """The sheet of an expert: all nominees but those of their own school."""
    scoring = award.scoring
    assert scoring is not None
    rows = tuple(
        (nominee, criterion)
        for nominee in nominees
        if not expert.is_partial_to(nominee)
        for criterion in scoring.criteria
    )
    asked = [bundle_id, expert.expert_id, award.award, [(c.entity_id, k.criterion_id) for c, k in rows]]
    form = "F" + hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:12]
    return Sheet(expert, award, rows, form)


def _cells(sheet: Sheet, evidence: Mapping[tuple[str, str], str]) -> list[tuple[str | int, ...]]:
    return [
        (
            number, nominee.entity_id, nominee.name, nominee.school_name, criterion.name, criterion.points,
            "\n".join(f"{n}. {element.text}" for n, element in enumerate(criterion.elements, 1)),
            evidence.get((nominee.entity_id, criterion.criterion_id), ""), "", "", sheet.form,
        )
        for number, (nominee, criterion) in enumerate(sheet.rows, 1)
    ]  # fmt: skip


def _lines(cell: str | int, width: int) -> int:
    """Lines a cell takes in a column so many digits wide, a Chinese character being two."""
    return sum(
        1 + (sum(1 + (ord(c) > 0x2E7F) for c in line) - 1) // width if line else 1
        for line in str(cell).split("\n")
    )


def as_csv(sheet: Sheet, evidence: Mapping[tuple[str, str], str]) -> bytes:
    """The sheet as CSV (UTF-8 with a byte-order mark); `evidence` by (entity, criterion)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    writer.writerows(
        [harmless(c) if isinstance(c, str) else c for c in row] for row in _cells(sheet, evidence)
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_workbook(sheet: Sheet, evidence: Mapping[tuple[str, str], str], made_on: datetime) -> bytes:
    """The sheet as a workbook, in which score and comment alone can be changed; no clock, same bytes."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"{sheet.award.name}评审表", "created": made_on})
        page = book.add_worksheet("评审表")
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        _write_head(page, sheet, looks)
        for row, cells in enumerate(_cells(sheet, evidence), HEADER_ROW + 1):
            _write_row(page, row, cells, looks)
            _limit_score(page, row, sheet.rows[row - HEADER_ROW - 1][1].points)
        page.freeze_panes(HEADER_ROW + 1, 3)
        page.repeat_rows(HEADER_ROW)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.protect("", {"format_rows": True, "format_columns": True})
    return out.getvalue()


def _write_head(page: Any, sheet: Sheet, looks: Mapping[str, Any]) -> None:
    whose = f"专家：{sheet.expert.name}（{sheet.expert.expert_id}）　　只填“得分”“意见”两栏，其余请勿改动"
    page.write_string(0, 0, f"{sheet.award.name}评审表", looks["title"])
    page.write_string(1, 0, whose)
    for column, (header, width) in enumerate(zip(HEADERS, _WIDTHS, strict=True)):
        page.set_column(column, column, width, None, {"hidden": column == FORM})
        page.write_string(HEADER_ROW, column, header, looks["head"])


def _write_row(page: Any, row: int, cells: tuple[str | int, ...], looks: Mapping[str, Any]) -> None:
    for column, cell in enumerate(cells):
        if column in (SCORE, COMMENT):
            page.write_blank(row, column, None, looks["score" if column == SCORE else "comment"])
        elif isinstance(cell, int):
            page.write_number(row, column, cell, looks["number"])
        else:
            page.write_string(row, column, cell, looks["text"])
    page.set_row(row, _LINE * max(map(_lines, cells, _WIDTHS)))


def _limit_score(page: Any, row: int, most: int) -> None:
    """Let a spreadsheet refuse what is out of range while it is typed."""
    page.data_validation(
        row, SCORE, row, SCORE,
        {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": most,
         "error_title": "得分", "error_message": f"0 到 {most} 分"},
    )  # fmt: skip
