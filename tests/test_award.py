"""From nominations to shortlists: who wins equals a recount; what is handed in is kept, or refused whole."""

import csv
import os
import random
import shutil
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from award_city import School, Teacher, table, write_bundle
from openpyxl import load_workbook

from pipelines import cli
from pipelines.award.journal import JOURNAL, Journal
from pipelines.award.places import BELOW, TIED_OUT, WINNER, fill
from pipelines.award.results import rounded
from pipelines.award.sheets import COMMENT, CRITERION, ENTITY, HEADER_ROW, SCORE
from pipelines.award.state import State
from pipelines.errors import CockpitError
from pipelines.project import CAMPAIGN_TABLES

DAY = "2022-06-01"
HEAD = "award,entity_id,nominated_by,nominated_on,statement\n"


def award(*words: object) -> int:
    """Run `cockpit award`."""
    return cli.main(["award", *map(str, words)])


def city() -> tuple[list[School], list[Teacher]]:
    """Two districts with schools of every kind; points that tie, a teacher without a verified name."""
    schools = [
        School("p1"), School("p2"), School("p3"), School("j1", stage="junior"),
        School("s1", stage="senior", branch=None), School("v1", stage="vocational", branch=None),
        School("x1", district="d2"), School("e1", branch=None),
    ]  # fmt: skip
    points = {
        "p1": [9, 9, 7, 0],
        "p2": [9, 8, 7, 7],
        "p3": [8, 8],
        "j1": [5, 4, 4],
        "s1": [6, 1],
        "v1": [99],
        "x1": [50],
    }
    teachers = [
        Teacher(f"t-{school}-{n}", school, value, is_verified=(school, n) != ("p2", 0))
        for school, values in points.items()
        for n, value in enumerate(values)
    ]
    return schools, teachers


@pytest.fixture(scope="module")
def opened_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AWARD of district d1's campaign, just opened; not to be changed."""
    folder = tmp_path_factory.mktemp("opened")
    return open_campaign(folder)


def open_campaign(folder: Path) -> Path:
    """A bundle and AWARD on it in `folder`; AWARD."""
    write_bundle(folder / "bundle", *city())
    words = ("--bundle", folder / "bundle", "--district", "d1", "--on", DAY)
    assert award("open", folder / "A", *words) == 0
    return folder / "A"


@pytest.fixture
def opened(opened_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(opened_once, tmp_path / "A")


def nominations(folder: Path, *rows: str) -> Path:
    """A file of nominations."""
    path = folder / "nominations.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


GOOD = (
    "teacher_space,t-p1-0,一街总支,2022-05-21,好",
    "teacher_space,t-p1-1,一街总支,2022-05-31,",
    "teacher_space,t-p2-0,一街总支,2022/5/22,",
    "teacher_space,t-s1-0,s1,2022-05-22,",
    "school_space,p2,一街总支,2022-05-22,",
)


def experts(folder: Path, *rows: str) -> Path:
    """A file of experts."""
    path = folder / "experts.csv"
    path.write_text("expert_id,name,school_id\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def given_out_once(opened_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AWARD with four experts' sheets given out; E1 works at school p1. Not to be changed."""
    folder = tmp_path_factory.mktemp("given-out")
    root = shutil.copytree(opened_once, folder / "A")
    assert award("nominate", root, nominations(folder, *GOOD), "--on", DAY) == 0
    assert (
        award("sheets", root, experts(folder, "E1,甲,p1", "E2,乙,", "E3,丙,", "E4,丁,x1"), "--on", DAY) == 0
    )
    return root


@pytest.fixture
def given_out(given_out_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(given_out_once, tmp_path / "A")


def fill_in(path: Path, target: Path, scores: dict[tuple[str, str], object]) -> Path:
    """A sheet filled in, by (entity, criterion); 5 points where nothing else is said."""
    book = load_workbook(path)
    page = book.worksheets[0]
    for row in range(HEADER_ROW + 2, page.max_row + 1):
        key = (page.cell(row, ENTITY + 1).value, page.cell(row, CRITERION + 1).value)
        page.cell(row, SCORE + 1).value = scores.get(key, 5)
        page.cell(row, COMMENT + 1).value = "可"
    book.save(target)
    return target


def fill_all(root: Path, scores: dict[str, dict[tuple[str, str], object]] | None = None) -> list[Path]:
    """Every sheet that was given out, filled in; `scores` by expert."""
    done = []
    for path in sorted((root / "sheets").rglob("*.xlsx")):
        target = root.parent / f"{path.parent.name}-{path.name}"
        done.append(fill_in(path, target, (scores or {}).get(path.parent.name, {})))
    return done


def candidates(root: Path) -> dict[tuple[str, str], dict[str, str]]:
    """results/candidates.csv by award and id."""
    with (root / "results" / "candidates.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["奖项"], row["编号"]): row for row in rows}


@pytest.mark.parametrize("seed", range(20))
def test_places_equal_a_recount(seed: int) -> None:
    """One wins where fewer than the places are better; ties all win, or all lose where they are too many."""
    rng = random.Random(seed)
    values = {f"c{n}": Fraction(rng.randrange(0, 6), rng.choice((1, 3))) for n in range(rng.randrange(0, 9))}
    places, ties_win = rng.randrange(0, 5), rng.random() < 0.5
    found = fill(places, values, ties_win).by_id
    for id_, value in values.items():
        better = sum(v > value for v in values.values())
        as_good = sum(v >= value for v in values.values())
        wins = value > 0 and (better < places if ties_win else as_good <= places)
        assert (found[id_].status == WINNER) == wins
        assert found[id_].rank == better + 1
        assert (found[id_].status == TIED_OUT) == (not ties_win and value > 0 and better < places < as_good)
        assert found[id_].is_tied == (value > 0 and better < places < as_good)
    assert all(p.status in (WINNER, TIED_OUT, BELOW) for p in found.values())


def test_shortlists_by_index_follow_quota_ties_and_eligibility(given_out: Path) -> None:
    """By index: groups of stages, ties at the line in, the unverified, vocational and other districts out."""
    assert award("score", given_out, *fill_all(given_out), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    found = candidates(given_out)
    of = {id_: row for (name, id_), row in found.items() if name == "深度应用优秀个人"}
    assert {id_ for id_, row in of.items() if row["结果"] == "入围"} == {"t-p1-0", "t-p1-1", "t-s1-0"}
    assert of["t-p1-0"]["名额"] == "1"
    assert of["t-p1-0"]["线上并列"] == "是"
    assert (of["t-p2-0"]["结果"], of["t-p2-0"]["说明"]) == ("不符合条件", "未实名认证")
    assert (of["t-v1-0"]["结果"], of["t-v1-0"]["说明"]) == ("不符合条件", "学段不在评选范围")
    assert "t-x1-0" not in of
    assert of["t-p2-1"]["与入围线之差"] == "-1.00"
    schools = {id_: row for (name, id_), row in found.items() if name == "深度应用优秀学校"}
    assert {id_ for id_, row in schools.items() if row["结果"] == "入围"} == {"p2", "p3", "j1", "s1"}
    assert schools["p2"]["指数或评审均分"] == "7.75"
    assert schools["e1"]["说明"] == "无在册教师"


def test_experts_scores_equal_a_recount(given_out: Path) -> None:
    """By experts: own school not scored, extremes dropped, the exact mean, totals far apart flagged."""
    rng = random.Random(3)
    names = {"布局设计": 10, "综合应用": 50, "应用效果": 20, "特色创新": 20}
    scores = {
        e: {
            (t, n): rng.randrange(0, 2 * most + 1) / 2
            for t in ("t-p1-0", "t-p1-1", "t-s1-0")
            for n, most in names.items()
        }
        for e in ("E1", "E2", "E3", "E4")
    }
    assert award("score", given_out, *fill_all(given_out, scores), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    found = candidates(given_out)
    for teacher in ("t-p1-0", "t-p1-1", "t-s1-0"):
        judges = ("E2", "E3", "E4") if teacher != "t-s1-0" else ("E1", "E2", "E3", "E4")
        totals = sorted(sum(Fraction(scores[e][teacher, n]) for n in names) for e in judges)
        kept = totals[1:-1]
        row = found["优秀教师空间", teacher]
        assert row["指数或评审均分"] == f"{rounded(sum(kept) / len(kept)):.2f}"
        assert row["评分专家数"] == str(len(judges))
        assert (row["分差过大"] == "是") == (totals[-1] - totals[0] > 20)
    assert found["优秀教师空间", "t-p2-0"]["说明"] == "未实名认证"


def test_a_withdrawn_candidate_leaves_the_place_to_the_next(given_out: Path) -> None:
    """Who withdraws is named so, the next in line wins, and the decision has to be taken again."""
    assert award("score", given_out, *fill_all(given_out), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    before = candidates(given_out)
    for teacher in ("t-p1-0", "t-p1-1"):
        words = ("--of", "teacher_index", "--id", teacher, "--reason", "本人放弃", "--on", "2022-06-02")
        assert award("withdraw", given_out, *words) == 0
    assert Journal.read(given_out).last("decide") is None
    assert list((given_out / "superseded").glob("*-results"))
    assert award("decide", given_out, "--on", "2022-06-02") == 0
    after = candidates(given_out)
    assert before["深度应用优秀个人", "t-p2-1"]["结果"] == "未入围"
    assert after["深度应用优秀个人", "t-p2-1"]["结果"] == "入围"
    gone = after["深度应用优秀个人", "t-p1-0"]
    assert (gone["结果"], gone["说明"]) == ("已退出", "本人放弃")


def test_a_withdrawal_takes_no_place_of_a_percentage(tmp_path: Path) -> None:
    """5% of 40 eligible are 2 places, and stay 2 when one of the 40 withdraws."""
    schools = [School("p1"), School("s1", stage="senior", branch=None)]
    write_bundle(tmp_path / "bundle", schools, [Teacher(f"t{n:02}", "p1", 100 - n) for n in range(40)])
    root = tmp_path / "A"
    assert award("open", root, "--bundle", tmp_path / "bundle", "--on", DAY) == 0
    assert (
        award("nominate", root, nominations(tmp_path, "teacher_space,t00,一街总支,2022-05-21,"), "--on", DAY)
        == 0
    )
    assert award("sheets", root, experts(tmp_path, "E1,甲,", "E2,乙,", "E3,丙,"), "--on", DAY) == 0
    assert award("score", root, *fill_all(root), "--on", DAY) == 0
    words = ("--of", "teacher_index", "--id", "t00", "--reason", "本人放弃", "--on", DAY)
    assert award("withdraw", root, *words) == 0
    assert award("decide", root, "--on", DAY) == 0
    rows = candidates(root)
    won = [id_ for (name, id_), row in rows.items() if name == "深度应用优秀个人" and row["结果"] == "入围"]
    assert won == ["t01", "t02"]


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


def rows_of(path: Path) -> list[list[str]]:
    """The cells of a sheet as CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


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


def test_steps_want_their_order(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step whose forerunner is not done is refused by name, and leaves no trace."""
    before = (opened / JOURNAL).read_bytes()
    path = nominations(opened.parent, *GOOD)
    for words in (
        ["sheets", opened, path],
        ["score", opened, path],
        ["decide", opened],
        ["publicize", opened],
    ):
        assert award(*words, "--on", "2022-06-12") == 1
        assert "comes after `award" in capsys.readouterr().err
    assert (opened / JOURNAL).read_bytes() == before


def test_a_step_taken_again_changes_nothing_or_wants_a_reason(
    given_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same again is no step; another file undoes what came after it, which wants a reason and is kept."""
    journal = (given_out / JOURNAL).read_bytes()
    folder = given_out.parent
    assert award("nominate", given_out, nominations(folder, *GOOD), "--on", DAY) == 0
    assert (given_out / JOURNAL).read_bytes() == journal
    other = nominations(folder, *GOOD[:2], GOOD[4])
    assert award("nominate", given_out, other, "--on", DAY) == 1
    assert "undoes sheets; say why with --reason" in capsys.readouterr().err
    assert award("nominate", given_out, other, "--on", DAY, "--reason", "漏报更正") == 0
    assert Journal.read(given_out).last("sheets") is None
    assert list((given_out / "superseded").glob("*-sheets"))


def test_sheets_of_before_can_be_handed_in_again_after_the_decision(given_out: Path) -> None:
    """The same files once more are no step, whatever was done since, and want no reason."""
    back = fill_all(given_out)
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    journal = (given_out / JOURNAL).read_bytes()
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert (given_out / JOURNAL).read_bytes() == journal


def test_a_mistyped_folder_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step on a folder that is not there says so, and leaves none."""
    assert award("decide", tmp_path / "typo", "--on", DAY) == 1
    assert f"{tmp_path / 'typo'}: no campaign was opened here" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_decide_waits_for_every_sheet(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing sheet stops the decision; an expert may be left out by name and reason if enough remain."""
    back = [path for path in fill_all(given_out) if not path.name.startswith("E4")]
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 1
    assert "sheets are missing: E4" in capsys.readouterr().err
    assert award("decide", given_out, "--without", "E4", "--reason", "病假", "--on", DAY) == 1
    assert "too few experts scored t-p1-0 (teacher_space)" in capsys.readouterr().err


def test_a_changed_journal_or_file_is_found(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of the trail or a kept file that was changed stops every further step."""
    name = next(iter(Journal.read(given_out).last("nominate").files))
    content = (given_out / name).read_bytes()
    (given_out / name).write_bytes(content.replace(b"t-p1-1", b"t-p1-2"))
    with pytest.raises(CockpitError, match="sha256 differs"):
        _ = State.read(given_out).nominations
    (given_out / name).write_bytes(content)
    text = (given_out / JOURNAL).read_text(encoding="utf-8")
    (given_out / JOURNAL).write_text(text.replace('"nominations": 5', '"nominations": 6'), encoding="utf-8")
    assert award("status", given_out) == 1
    assert "does not follow the line before it" in capsys.readouterr().err


@pytest.mark.parametrize("reason", ["甲\u2028乙\x85丙", "一\n二", "\udcff"])
def test_any_reason_can_be_noted_and_read(opened: Path, reason: str) -> None:
    """Separators, line ends and what is no text at all, in a reason or a file's name, harm no journal."""
    words = ("--of", "teacher_index", "--id", "t-p1-0", "--reason", reason, "--on", DAY)
    assert award("withdraw", opened, *words) == 0
    assert State.read(opened).withdrawn == {("teacher_index", "t-p1-0"): reason}
    named = opened.parent / os.fsdecode(b"\xff.csv")
    named.write_text("x", encoding="utf-8")
    assert award("nominate", opened, named, "--on", DAY) == 1
    assert Journal.read(opened).aside("refused")[0].told["name"] == named.name


def test_a_journal_that_is_no_text_is_told(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are no UTF-8 end in one line that names file and line."""
    (opened / JOURNAL).write_bytes(b"\xff\n")
    assert award("status", opened) == 1
    assert f"{opened / JOURNAL} line 1: is no line of a journal" in capsys.readouterr().err


def test_a_bundle_that_changed_stops_the_campaign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A frozen table changed after `open` is found when it is read."""
    opened = open_campaign(tmp_path)
    path = tmp_path / "bundle" / "tables" / "teachers.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert award("nominate", opened, nominations(opened.parent, *GOOD), "--on", DAY) == 1
    assert "teachers.parquet: is not the file that was frozen" in capsys.readouterr().err


def test_a_bundle_that_was_moved_is_found_again(tmp_path: Path) -> None:
    """Opening anew on the same bundle in another place undoes nothing, and the next step finds it there."""
    folder, opened = tmp_path, open_campaign(tmp_path)
    (folder / "bundle").rename(folder / "elsewhere")
    path = nominations(folder, *GOOD)
    assert award("nominate", opened, path, "--on", DAY) == 1
    words = ("--bundle", folder / "elsewhere", "--district", "d1", "--on", DAY)
    assert award("open", opened, *words) == 0
    assert award("open", opened, *words) == 0
    assert award("nominate", opened, path, "--on", DAY) == 0
    assert [e.step for e in Journal.read(opened).entries] == ["open", "moved", "nominate"]


def test_opening_on_another_bundle_undoes_all_and_wants_a_reason(
    given_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bundle frozen anew starts the campaign again, where a reason is given; what was made is put away."""
    schools, teachers = city()
    other = write_bundle(given_out.parent / "other", schools, teachers[:-1])
    words = ("open", given_out, "--bundle", other, "--district", "d1", "--on", DAY)
    assert award(*words) == 1
    assert "`award open` undoes nominate, sheets; say why with --reason" in capsys.readouterr().err
    assert award(*words, "--reason", "名册更正") == 0
    assert State.read(given_out).nominations == []
    assert list((given_out / "superseded").glob("*-sheets"))


def test_status_names_whom_and_why(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was noted beside the steps is told with its file or candidate and the reason."""
    assert award("nominate", opened, nominations(opened.parent), "--on", DAY) == 1
    words = ("--of", "teacher_index", "--id", "t-p1-0", "--reason", "本人放弃", "--on", DAY)
    assert award("withdraw", opened, *words) == 0
    capsys.readouterr()
    assert award("status", opened) == 0
    said = capsys.readouterr().out
    assert f"{DAY} withdraw t-p1-0: 本人放弃" in said
    assert f"{DAY} refused nominations.csv: " in said
    assert "holds no nomination" in said


BAD_TABLES = {
    "quotas": (
        table(
            "quotas",
            "2022,teacher_index,*,a,甲,primary,1,,源",
            "2022,teacher_index,*,b,乙,primary|junior,1,,源",
        ),
        "two groups of teacher_index in * share a stage",
    ),
    "rubrics": (
        table("rubrics", "teacher-space-2022,1,layout,布局,10,源", "school-space-2022,1,layout,布局,100,源"),
        "the points of rubric 'teacher-space-2022' are not 100",
    ),
    "calendar": (table("calendar", "2022,1,review,评审,2022-06-02,2022-06-01,源"), "starts after it ends"),
    "quotas of one group": (
        table("quotas", "2022,teacher_index,*,a,甲,primary,1,,源", "2022,teacher_index,*,a,乙,junior,3,,源"),
        "teacher_index in * has group 'a' twice",
    ),
    "quotas of nowhere": (
        (CAMPAIGN_TABLES / "quotas.csv").read_text(encoding="utf-8")
        + "2022,teacher_index,d9,a,甲,primary,1,,源\n",
        "district_id d9 is no district of the roster",
    ),
    "quotas of some": (
        table("quotas", "2022,teacher_index,*,a,甲,primary,1,,源"),
        "has no place of teacher_space, school_space, school_index",
    ),
    "awards of one number": (
        (CAMPAIGN_TABLES / "awards.csv")
        .read_text(encoding="utf-8")
        .replace("school_index,3", "school_index,1"),
        "two awards have one award_no",
    ),
    "rubric_elements": (
        table("rubric_elements", "teacher-space-2022,layout,1,要点,likes,,,源"),
        "likes is no measure of space_evidence",
    ),
    "rubrics of one name": (
        (CAMPAIGN_TABLES / "rubrics.csv").read_text(encoding="utf-8").replace("综合应用", "布局设计"),
        "two criteria of rubric 'teacher-space-2022' have one name",
    ),
    "campaigns": (table("campaigns", "2023,另一年,award-2023,局,源"), "has 0 campaigns of award-2022"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_faulty_campaign_tables_are_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A campaign table that contradicts itself is refused by file and reason when the campaign is opened."""
    text, told = BAD_TABLES[name]
    name = name.split()[0]
    write_bundle(tmp_path / "bundle", *city(), tables={name: text})
    assert award("open", tmp_path / "A", "--bundle", tmp_path / "bundle", "--on", DAY) == 1
    said = capsys.readouterr().err
    assert f"{name}.csv" in said or "awards.csv" in said
    assert told in said
