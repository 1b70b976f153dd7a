"""Sheets that experts filled in, read back cell by cell: good as a whole, or every fault by its cell."""

import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.award.sheets import COMMENT, CRITERION, ENTITY, FORM, HEADERS, SCORE, Sheet
from pipelines.errors import CockpitError
from pipelines.ingest.csvfile import read_csv

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")
_LARGEST = 20_000_000
_LARGEST_UNPACKED = 100_000_000
_FURTHEST_HEADER = 20


@dataclass
class Returned:
    """A sheet that came back: scores and comments by (entity, criterion)."""

    sheet: Sheet
    scores: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    comments: dict[tuple[str, str], str] = field(default_factory=dict)

    def totals(self) -> dict[str, Fraction]:
        """The sum over the criteria by candidate."""
        found: dict[str, Fraction] = {}
        for (entity, _), score in self.scores.items():
            found[entity] = found.get(entity, Fraction(0)) + score
        return found


@dataclass(frozen=True)
class _Line:
    """A row of the file: its cells by place in HEADERS, and where a cell is."""

    cells: tuple[object, ...]
    where: str

    def at(self, place: int) -> str:
        """What a fault calls a cell."""
        return self.where.format(column=get_column_letter(place + 1), header=HEADERS[place])


def read_returned(path: Path, content: bytes, sheets: Mapping[str, Sheet]) -> Returned:
    """The sheet in a file; `sheets` are those given out, by form number.

    Raises CockpitError that lists every fault by cell: a form of nobody, a row missing, added or twice, a
    score missing, no number, out of range or with too many decimals.
    """
    lines = list(_lines(path, content))
    forms = {_text(line.cells[FORM]): line.at(FORM) for line in reversed(lines)}
    where = ", ".join(f"{place} {form!r}" for form, place in reversed(forms.items()))
    if not forms or forms.keys() - sheets.keys():
        raise CockpitError(f"{path}: a form number (表号) is that of no sheet that was given out: {where}")
    if len(forms) > 1:
        raise CockpitError(f"{path}: has rows of more than one sheet: {where}")
    returned = Returned(sheets[next(iter(forms))])
    faults = _read_rows(returned, lines)
    if faults:
        raise CockpitError(f"{path}: {'; '.join(faults)}")
    return returned


def _read_rows(returned: Returned, lines: list[_Line]) -> list[str]:
    scoring = returned.sheet.award.scoring
    assert scoring is not None
    wanted = {(c.entity_id, k.name): (c.entity_id, k.criterion_id, k.points) for c, k in returned.sheet.rows}
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    for line in lines:
        entity, criterion = _text(line.cells[ENTITY]), _text(line.cells[CRITERION])
        if (entity, criterion) not in wanted:
            entity = entity.removeprefix("'")  # which keeps a CSV's id from being taken for a formula
        shown = (entity, criterion)
        if shown not in wanted:
            faults.append(f"{line.at(ENTITY)}: {shown[0]!r} with {shown[1]!r} is no row of this sheet")
        elif shown in seen:
            faults.append(f"{line.at(ENTITY)}: {shown[0]!r} with {shown[1]!r} is there twice")
        else:
            entity, criterion, most = wanted[shown]
            score = _score(line.cells[SCORE], most, scoring.decimals)
            if isinstance(score, str):
                faults.append(f"{line.at(SCORE)}: {score} ({shown[0]}, {shown[1]})")
            else:
                returned.scores[entity, criterion] = score
            if comment := _text(line.cells[COMMENT]):
                returned.comments[entity, criterion] = comment
        seen.add(shown)
    return faults + [f"lacks the row of {e!r} with {c!r}" for e, c in wanted.keys() - seen]


def _score(cell: object, most: int, decimals: int) -> Fraction | str:
    """A score, or what is wrong with it."""
    if isinstance(cell, bool):
        return f"{cell!r} is no score"
    text = unicodedata.normalize("NFKC", _text(cell))
    if not text:
        return "the score is missing"
    if text.startswith("="):
        return "a formula that was never computed stands for the score; save the file once more"
    if not _NUMBER.fullmatch(text):
        return f"{text[:40]!r} is no score"
    score = Fraction(text)
    if score > most:
        return f"{text} is more than the {most} points there are"
    if (score * 10**decimals).denominator != 1:
        return f"{text} has more than {decimals} decimals"
    return score


def _text(cell: object) -> str:
    """What a cell shows; a whole number without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{int(cell)}" if cell.is_integer() else repr(cell)
    return str(cell).strip()


def _lines(path: Path, content: bytes) -> Iterator[_Line]:
    if len(content) > _LARGEST:
        raise CockpitError(f"{path}: is too large for a score sheet, {len(content):,} bytes")
    if path.suffix.lower() == ".csv":
        yield from _csv_lines(path, content)
    elif path.suffix.lower() == ".xlsx":
        yield from _workbook_lines(path, content)
    else:
        raise CockpitError(f"{path}: is neither .xlsx nor .csv; save it as one of the two")


def _csv_lines(path: Path, content: bytes) -> Iterator[_Line]:
    header, records = read_csv(content)
    if list(header) != list(HEADERS):
        raise CockpitError(f"{path}: its header is not that of a score sheet, {'、'.join(HEADERS)}")
    for number, record in enumerate(records, 1):
        if record.fields is None:
            raise CockpitError(f"{path} record {number}: {record.fault or 'malformed'}")
        if any(record.fields):
            yield _Line(tuple(record.fields), f"record {number} {{header}}")


def _workbook_lines(path: Path, content: bytes) -> Iterator[_Line]:
    shown, typed = _page(path, content, True), _page(path, content, False)
    rows = list(zip(_rows(shown), _rows(typed), strict=True))
    at = next((n for n, (row, _) in enumerate(rows[:_FURTHEST_HEADER]) if _is_header(row)), None)
    if at is None:
        raise CockpitError(f"{path}: has no header row of a score sheet, {'、'.join(HEADERS)}")
    for number, (row, formulas) in enumerate(rows[at + 1 :], at + 2):
        cells = [v if v is not None else f for v, f in zip(row, formulas, strict=True)]
        if any(_text(cell) for cell in cells):
            if isinstance(cells[SCORE], int | float) and "%" in shown.cell(number, SCORE + 1).number_format:
                cells[SCORE] = f"{cells[SCORE] * 100:g}%"  # 0.9 that shows as 90% was meant as something else
            yield _Line(tuple(cells), f"cell {{column}}{number}")


def _is_header(row: tuple[object, ...]) -> bool:
    return [_text(cell) for cell in row] == list(HEADERS)


def _rows(page: Worksheet) -> Iterator[tuple[object, ...]]:
    """Rows as wide as HEADERS, however far to the right a stray cell may lie."""
    return page.iter_rows(max_col=len(HEADERS), values_only=True)


def _page(path: Path, content: bytes, is_computed: bool) -> Worksheet:
    """The first sheet of a workbook, with what formulas came to or the formulas themselves."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST_UNPACKED:
                raise CockpitError(f"{path}: is too large for a score sheet once it is unpacked")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that only Excel or WPS knows, such as its own styles
            return load_workbook(BytesIO(content), data_only=is_computed).worksheets[0]
    except CockpitError:
        raise
    except Exception as error:  # a damaged part can end in almost any exception of zipfile, lxml or openpyxl
        raise CockpitError(f"{path}: is no workbook that can be read: {error}") from error
