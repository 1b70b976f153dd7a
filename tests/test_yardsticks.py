"""The yardsticks give each teacher's points exactly as the reference scorer's ledger does, by today's rules."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from harness import take_in_all
from reference import scorer
from reference.hostile import write_city as write_hostile_city

from pipelines.ingest.lake import Lake
from pipelines.synth import write_city
from pipelines.yardsticks import with_postgres
from pipelines.yardsticks.__main__ import MODULES, main
from pipelines.yardsticks.inputs import Totals, end_of, lake_files

pytestmark = pytest.mark.slow

IN_PROCESS = [name for name in MODULES if name != "postgres"]


@dataclass(frozen=True)
class Case:
    """Lake files of one city, and what its teachers have as of a day."""

    logins: list[str]
    activities: list[str]
    as_of: date
    expected: Totals


def case_of(folder: Path, as_of: date | None) -> Case:
    """The city in the folder's `raw`, taken in beside it."""
    lake = Lake(folder / "lake")
    inventory, _ = take_in_all(lake, folder / "raw")
    as_of = as_of or date.fromisoformat(inventory.newest_drop_day())
    points: Counter[str] = Counter()
    for row in scorer.score(folder / "raw", as_of)["points_ledger"]:
        points[row["teacher_id"]] += row["points"]
    return Case(*lake_files(lake), as_of, dict(+points))


def hostile(folder: Path, seed: int) -> Case:
    """A hostile city under the standard rules, as of a random day."""
    as_of = write_hostile_city(folder / "raw", seed, refused_files=seed % 4 == 0, exotic=seed % 5 == 0)
    return case_of(folder, as_of)


def made_up(folder: Path) -> Case:
    """A small made-up city across New Year."""
    write_city(folder / "raw", 12, date(2021, 12, 6), date(2022, 1, 16), seed=3)
    return case_of(folder, None)


def differences(name: str, case: Case) -> dict[str, tuple[int | None, int | None]]:
    """By teacher, where they differ: what the yardstick finds, and what there is to find."""
    found = import_module(f"pipelines.yardsticks.{MODULES[name]}").totals(
        case.logins, case.activities, case.as_of
    )
    pairs = {t: (found.get(t), case.expected.get(t)) for t in found.keys() | case.expected.keys()}
    return {teacher: pair for teacher, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("seed", range(8000, 8010))
def test_a_hostile_city(tmp_path: Path, seed: int) -> None:
    """Lean, Polars and pandas equal the reference on a hostile city."""
    case = hostile(tmp_path, seed)
    assert {name: differences(name, case) for name in IN_PROCESS} == dict.fromkeys(IN_PROCESS, {})


def test_a_made_up_city(tmp_path: Path) -> None:
    """Likewise on a made-up city, all of whose rules have credits."""
    case = made_up(tmp_path)
    assert sum(case.expected.values()) > 500
    assert {name: differences(name, case) for name in IN_PROCESS} == dict.fromkeys(IN_PROCESS, {})


def test_postgres(tmp_path: Path) -> None:
    """PostgreSQL, where there is one, equals the reference on a hostile city."""
    if reason := with_postgres.missing():
        pytest.skip(reason)
    assert differences("postgres", hostile(tmp_path, 8001)) == {}
