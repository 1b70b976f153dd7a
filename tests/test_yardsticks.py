"""The yardsticks give each teacher's points exactly as the reference scorer does, by today's rules."""

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
from pipelines.yardsticks.__main__ import MODULES
from pipelines.yardsticks.inputs import Totals, lake_files

HOSTILE = range(8000, 8010)


@dataclass(frozen=True)
class Case:
    """Lake files of one city, and what its teachers have as of a day."""

    logins: list[str]
    activities: list[str]
    as_of: date
    expected: Totals


def case_of(raw: Path, folder: Path, as_of: date | None) -> Case:
    """The city in `raw`, taken in below `folder`."""
    lake = Lake(folder / "lake")
    inventory, _ = take_in_all(lake, raw)
    as_of = as_of or date.fromisoformat(inventory.newest_drop_day())
    points: Counter[str] = Counter()
    for row in scorer.score(raw, as_of)["points_ledger"]:
        points[row["teacher_id"]] += row["points"]
    return Case(*lake_files(lake), as_of, dict(+points))


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """A small made-up city, and hostile ones on random as-of days."""
    folder = tmp_path_factory.mktemp("yardsticks")
    write_city(folder / "made-up" / "raw", 12, date(2021, 12, 6), date(2022, 1, 16), seed=3)
    found = {"made-up": case_of(folder / "made-up" / "raw", folder / "made-up", None)}
    for seed in HOSTILE:
        as_of = write_hostile_city(folder / str(seed) / "raw", seed)
        found[str(seed)] = case_of(folder / str(seed) / "raw", folder / str(seed), as_of)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_equals_the_reference(cities: dict[str, Case], name: str) -> None:
    """The yardstick's totals are those of the reference scorer's ledger, for every city."""
    yardstick = import_module(f"pipelines.yardsticks.{MODULES[name]}")
    if reason := getattr(yardstick, "missing", lambda: None)():
        pytest.skip(reason)
    wrong = {}
    for city, case in cities.items():
        found = yardstick.totals(case.logins, case.activities, case.as_of)
        if found != case.expected:
            ids = found.keys() | case.expected.keys()
            wrong[city] = {
                t: (found.get(t), case.expected.get(t)) for t in ids if found.get(t) != case.expected.get(t)
            }
    assert not wrong
