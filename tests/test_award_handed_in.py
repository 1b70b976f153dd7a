"""What is handed in, nominations, experts and score sheets, is taken whole or refused whole, and kept."""

import csv
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from award_city import School, Teacher, write_bundle
from award_hands import (
    DAY,
    GOOD,
    award,
    experts,
    fill_in,
    nominations,
    rows_of,
)
from openpyxl import load_workbook

from pipelines.award.journal import Journal
from pipelines.award.sheets import ENTITY, SCORE
from pipelines.award.state import State

FAULTY = {
    "best_space,t-p1-0,一街总支,2022-05-22,": "award 'best_space' is none of",
    "teacher_index,t-p1-0,一街总支,2022-05-22,": "award 'teacher_index' is none of",
    "teacher_space,nobody,一街总支,2022-05-22,": "'nobody' is no listed teacher",
    "teacher_space,t-x1-0,一街总支,2022-05-22,": "'t-x1-0' is no listed teacher",
    "teacher_space,t-p1-0,二街总支,2022-05-22,": "'二街总支' may not nominate",
    "teacher_space,t-p1-0,p1,2022-05-22,": "'p1' may not nominate",
    "teacher_space,t-p1-0,一街总支,2022-05-20,": "is not from 2022-05-21 to 2022-05-31",
    "teacher_space,t-p1-0,一街总支,5月22日,": "is no day such as",
    "teacher_space,,一街总支,2022-05-22,": "entity_id is blank",
    "teacher_space,t-p1-0,一街总支": "record 2",
}


@pytest.mark.parametrize("row", FAULTY)
def test_faulty_nominations_are_refused_whole_and_kept(
    opened: Path, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad row refuses the file with record and reason; nothing is nominated; file and reason are kept."""
    path = nominations(opened.parent, GOOD[0], row)
    assert award("nominate", opened, path, "--on", DAY) == 1
    said = capsys.readouterr().err
    assert "record 2" in said
    assert FAULTY[row] in said
    assert State.read(opened).nominations == []
    (refused,) = Journal.read(opened).aside("refused")
    assert FAULTY[row] in refused.told["why"]
    assert (opened / next(iter(refused.files))).read_bytes() == path.read_bytes()


def test_nominated_twice_is_refused(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same candidate twice for one award is a fault."""
    assert award("nominate", opened, nominations(opened.parent, GOOD[0], GOOD[0]), "--on", DAY) == 1
    assert "record 2: 't-p1-0' was nominated for teacher_space already" in capsys.readouterr().err


CELLS = {
    "missing": (None, "the score is missing"),
    "too many points": (10.5, "10.5 is more than the 10 points"),
    "below zero": (-1, "'-1' is no score"),
    "a word": ("优", "'优' is no score"),
    "too many decimals": (7.25, "7.25 has more than 1 decimals"),
    "a formula": ("=1+1", "a formula that was never computed"),
    "a truth": (True, "is no score"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_faulty_cell_refuses_the_sheet(
    given_out: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A score that cannot be is named by its cell; nothing of the sheet counts, and it is kept."""
    value, told = CELLS[name]
    path = given_out / "sheets" / "E2" / "teacher_space.xlsx"
    filled = fill_in(path, given_out.parent / "f.xlsx", {("t-p1-1", "布局设计"): value})
    assert award("score", given_out, filled, "--on", DAY) == 1
    said = capsys.readouterr().err
    assert "cell I9" in said
    assert told in said
    assert not State.read(given_out).returned
    assert Journal.read(given_out).aside("refused")[0].told["name"] == "f.xlsx"


def changed_part(source: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """A workbook of which one part was changed, or left out."""
    target = source.with_name(f"changed-{source.name}")
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(old.read(name)) if name == part else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return target


DAMAGE = {
    "a sheet cut short": ("xl/worksheets/sheet1.xml", lambda text: text[: len(text) // 2]),
    "no sheet": ("xl/worksheets/sheet1.xml", lambda text: None),
    "styles that are none": ("xl/styles.xml", lambda text: b"<x>"),
    "a sheet that unpacks to too much": ("xl/worksheets/sheet1.xml", lambda text: text + b" " * 100_000_000),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_workbook_is_refused_and_kept(
    given_out: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workbook no library can read ends in one line, and is kept as refused like any other."""
    good = fill_in(given_out / "sheets" / "E2" / "teacher_space.xlsx", given_out.parent / "f.xlsx", {})
    assert award("score", given_out, changed_part(good, *DAMAGE[name]), "--on", DAY) == 1
    assert capsys.readouterr().err.startswith(f"cockpit: {given_out.parent / 'changed-f.xlsx'}: is ")
    assert Journal.read(given_out).aside("refused")


def test_a_stray_cell_far_away_costs_nothing(given_out: Path) -> None:
    """A formatted cell in the last column of a sheet does not make millions of cells to be read."""
    good = fill_in(given_out / "sheets" / "E2" / "teacher_space.xlsx", given_out.parent / "f.xlsx", {})
    stray = b'<row r="20000"><c r="XFD20000"><v>1</v></c></row></sheetData>'
    far = changed_part(good, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", stray))
    began = time.monotonic()
    assert award("score", given_out, far, "--on", DAY) == 0
    assert time.monotonic() - began < 5


def test_a_percentage_is_no_score(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """90% typed for a score is stored as 0.9; it is refused as what it shows, not taken as 0.9 points."""
    good = fill_in(
        given_out / "sheets" / "E2" / "teacher_space.xlsx",
        given_out.parent / "f.xlsx",
        {("t-p1-1", "布局设计"): 0.9},
    )
    book = load_workbook(good)
    book.worksheets[0]["I9"].number_format = "0%"
    book.save(good)
    assert award("score", given_out, good, "--on", DAY) == 1
    assert "cell I9: '90%' is no score" in capsys.readouterr().err


def test_full_width_digits_and_text_are_scores(given_out: Path) -> None:
    """What WPS stores as text, in full width too, is read as the number it shows."""
    path = given_out / "sheets" / "E2" / "teacher_space.xlsx"
    filled = fill_in(
        path, given_out.parent / "f.xlsx", {("t-p1-1", "布局设计"): "８.５", ("t-p1-0", "布局设计"): " 9 "}
    )
    assert award("score", given_out, filled, "--on", DAY) == 0
    (sheet,) = State.read(given_out).returned.values()
    assert sheet.scores["t-p1-1", "layout"] == Fraction(17, 2)
    assert sheet.scores["t-p1-0", "layout"] == 9


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[:-1], "lacks the row of"),
        (lambda rows: [*rows, rows[-1]], "is there twice"),
        (lambda rows: [*rows, [*rows[-1][:1], "t-x1-0", *rows[-1][2:]]], "is no row of this sheet"),
        (lambda rows: [[*r[:-1], "F0"] for r in rows], "is that of no sheet that was given out"),
        (lambda rows: [], "is that of no sheet that was given out"),
        (
            lambda rows: [*rows[:-1], [*rows[-1][:-1], "F0"]],
            "is that of no sheet that was given out: record 1 表号 'F",
        ),
    ],
)
def test_changed_rows_refuse_the_sheet(
    given_out: Path, change, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row taken out, added, doubled or of another form is found; the same rows in another order are not."""
    header, *rows = rows_of(given_out / "sheets" / "E3" / "teacher_space.csv")
    rows = [[*row[:SCORE], "5", *row[SCORE + 1 :]] for row in rows]
    target = given_out.parent / "back.csv"

    def save(saved: Sequence[Sequence[str]]) -> None:
        with target.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([header, *saved])

    save(change(rows))
    assert award("score", given_out, target, "--on", DAY) == 1
    assert told in capsys.readouterr().err
    save([*rows[::-1], [""] * len(header)])
    assert award("score", given_out, target, "--on", DAY) == 0


def test_rows_of_two_sheets_are_told_apart(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows pasted from a colleague's sheet are named by their cell."""
    target = given_out.parent / "two.csv"
    one, other = (rows_of(given_out / "sheets" / e / "teacher_space.csv") for e in ("E2", "E3"))
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*one[:3], *other[3:]])
    assert award("score", given_out, target, "--on", DAY) == 1
    assert f"rows of more than one sheet: record 1 表号 '{one[1][-1]}', record 3 表号 '{other[1][-1]}'" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_ids_that_look_like_something_else_come_back(tmp_path: Path, suffix: str) -> None:
    """Leading zeros, signs, formulas and apostrophes of ids go out and come back as they are."""
    ids = ("00123", "'q", "=2", "-3", "1E5", "0012", "@x")
    schools = [School("0012"), School("s1", stage="senior", branch=None)]
    write_bundle(tmp_path / "bundle", schools, [Teacher(id_, "0012", 5) for id_ in ids])
    root = tmp_path / "A"
    assert award("open", root, "--bundle", tmp_path / "bundle", "--on", DAY) == 0
    named = nominations(tmp_path, *(f"teacher_space,{id_},一街总支,2022-05-21," for id_ in ids))
    assert award("nominate", root, named, "--on", DAY) == 0
    assert award("sheets", root, experts(tmp_path, "001,甲,", "=1,乙,", "E3,丙,"), "--on", DAY) == 0
    for path in sorted((root / "sheets").rglob(f"*.{suffix}")):
        target = tmp_path / f"{path.parent.name}.{suffix}"
        if suffix == "xlsx":
            fill_in(path, target, {})
        else:
            header, *rows = rows_of(path)
            with target.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *([*r[:SCORE], "5", *r[SCORE + 1 :]] for r in rows)])
        assert award("score", root, target, "--on", DAY) == 0
    assert {id_ for sheet in State.read(root).returned.values() for id_ in sheet.totals()} == set(ids)


def test_the_sheet_handed_in_last_counts(given_out: Path) -> None:
    """A sheet, another in its place, and the first one again: the first counts; once more changes nothing."""
    path = given_out / "sheets" / "E2" / "teacher_space.xlsx"
    first = fill_in(path, given_out.parent / "first.xlsx", {})
    second = fill_in(path, given_out.parent / "second.xlsx", {("t-p1-1", "布局设计"): 9})
    for handed_in in (first, second, first, first):
        assert award("score", given_out, handed_in, "--on", DAY) == 0
    state = State.read(given_out)
    (sheet,) = state.returned.values()
    assert sheet.scores["t-p1-1", "layout"] == 5
    assert len(state.journal.standing("score")) == 3


def test_one_unreadable_file_hides_no_fault_of_another(
    given_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of several files each fault is told and each good sheet taken, whatever comes before it."""
    path = given_out / "sheets" / "E2" / "teacher_space.xlsx"
    faulty = fill_in(path, given_out.parent / "faulty.xlsx", {("t-p1-1", "布局设计"): 11})
    good = fill_in(path, given_out.parent / "good.xlsx", {})
    assert award("score", given_out, faulty, given_out / "gone.xlsx", good, "--on", DAY) == 1
    said = capsys.readouterr().err
    assert "11 is more than the 10 points" in said
    assert "gone.xlsx: cannot be read" in said
    assert len(State.read(given_out).returned) == 1


def test_no_expert_is_given_their_own_school(given_out: Path) -> None:
    """The sheet of an expert holds all nominees who may win but those of their own school."""
    for expert, wanted in {"E1": {"t-s1-0"}, "E2": {"t-p1-0", "t-p1-1", "t-s1-0"}}.items():
        _, *rows = rows_of(given_out / "sheets" / expert / "teacher_space.csv")
        assert {row[ENTITY] for row in rows} == wanted


BAD_EXPERTS = {
    "t-p1-1,甲,": "record 1: 't-p1-1' is a teacher of 'p1' by the roster, not of ''",
    "t-p1-1,甲,p2": "record 1: 't-p1-1' is a teacher of 'p1' by the roster, not of 'p2'",
    "E1,甲,nowhere": "record 1: school_id 'nowhere' is no school of the roster",
    "../E1,甲,": "record 1: expert_id '../E1' can name no folder",
    '"E\n1",甲,': "record 1: expert_id 'E\\n1' can name no folder",
    f"{'E' * 101},甲,": "is longer than 100 bytes",
}


@pytest.mark.parametrize("row", BAD_EXPERTS)
def test_faulty_experts_are_refused_by_record(
    opened: Path, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A listed teacher who hides their school, an unknown school and an id that names no folder are found."""
    folder = opened.parent
    assert award("nominate", opened, nominations(folder, *GOOD), "--on", DAY) == 0
    assert award("sheets", opened, experts(folder, row, "E2,乙,", "E3,丙,"), "--on", DAY) == 1
    assert BAD_EXPERTS[row] in capsys.readouterr().err
    assert not (opened / "sheets").exists()
