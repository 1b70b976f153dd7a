"""A HOME with the tables of a hostile city, made once for the tests that read one."""

from pathlib import Path

import duckdb
import pytest
from fates import CityFates, fates_of
from harness import scored
from once import made_once
from reference.hostile import write_city

from pipelines.files import write_json
from pipelines.home import Home

MARTS = (
    "points_ledger", "periods", "teacher_rule_points", "teacher_index", "school_index", "district_index",
    "indicator_index", "teacher_indicator_index", "teachers", "entities", "drop_days", "voided_events",
    "voided_units",
)  # fmt: skip


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The HOME; its RAW, with a few files that were refused whole, lies beside it."""
    return Home(made_once(tmp_path_factory, "hostile", _make) / "home")


def _make(root: Path) -> None:
    made = Home(root / "home")
    made.root.mkdir()
    as_of = write_city(root / "raw", 5007, refused_rosters=False, refused_files=True)
    day = as_of.isoformat() if as_of else None
    with scored(root / "raw", day, lake=made.lake, warehouse=made.warehouse, marts=MARTS):
        pass
    write_json(made.root / "run.json", {"raw": str(root / "raw"), "run_id": "test"})


@pytest.fixture(scope="session")
def city(home: Home) -> CityFates:
    """The fates of that city's records, found all at once."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return fates_of(con, home.lake)


def raw_of(home: Home) -> Path:
    """Where the RAW of a HOME lies."""
    return Path(home.last_run()["raw"])
