"""A small campaign in the hands of the tests of awards: files, steps, AWARD so far. A pytest plugin."""

import csv
import shutil
from pathlib import Path

import pytest
from award_city import School, Teacher, write_bundle
from openpyxl import load_workbook

from pipelines import cli
from pipelines.award.sheets import COMMENT, CRITERION, ENTITY, HEADER_ROW, SCORE

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


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
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


def rows_of(path: Path) -> list[list[str]]:
    """The cells of a sheet as CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
