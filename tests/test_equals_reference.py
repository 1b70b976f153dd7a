"""The project's tables equal those of the independent reference scorer, whatever the city and delivery."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from comparing import differences
from harness import BUILT_ON, score, scored
from reference import scorer
from reference.hostile import random_periods, random_rules, write_city

from pipelines.ingest.lake import Lake


def _day(as_of: date | None) -> str | None:
    return as_of.isoformat() if as_of else None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5000, 5024))
def test_a_hostile_city(tmp_path: Path, seed: int) -> None:
    """A hostile city is scored exactly as the reference scores it, on a random as-of day."""
    odd = {"refused_files": seed % 4 == 0, "exotic": seed % 5 == 0, "decisions": seed % 2 == 0}
    as_of = write_city(tmp_path / "raw", seed, **odd)
    assert not differences(score(tmp_path / "raw", _day(as_of)), scorer.score(tmp_path / "raw", as_of))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6000, 6012))
def test_changing_rules(tmp_path: Path, seed: int) -> None:
    """Where rules change within the period, each credit is scored by the version that binds it."""
    as_of = write_city(tmp_path / "raw", seed)
    rules, periods = random_rules(seed), random_periods(seed)
    ours = score(tmp_path / "raw", _day(as_of), rules=rules, periods=periods)
    assert not differences(ours, scorer.score(tmp_path / "raw", as_of, rules, periods))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7100, 7101])
def test_known_at(tmp_path: Path, seed: int) -> None:
    """With the drops handed over by a day, back and forth on one lake, all is as in that day's folder."""
    as_of = write_city(tmp_path / "raw", seed, refused_files=True, decisions=True)
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    folders = sorted((tmp_path / "raw").glob("*/dt=*"), key=lambda p: p.name)
    days = [folders[len(folders) * share // 4].name.removeprefix("dt=") for share in (2, 1, 3)]
    for day in days:
        known = score(tmp_path / "raw", _day(as_of), lake=lake, warehouse=warehouse, known_at=day)
        then = tmp_path / day
        shutil.copytree(tmp_path / "raw", then)
        for folder in then.glob("*/dt=*"):
            if folder.name > f"dt={day}":
                shutil.rmtree(folder)
        assert not differences(known, scorer.score(then, as_of))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(7000, 7004))
def test_any_order_of_delivery(tmp_path: Path, seed: int) -> None:
    """Drops in random order, some taken back or changed, run upon run, end in the tables of all at once."""
    as_of = write_city(tmp_path / "whole", seed, decisions=True)
    luck = random.Random(seed)
    whole = sorted(p for p in (tmp_path / "whole").rglob("*") if p.is_file())
    luck.shuffle(whole)
    raw, lake, warehouse = tmp_path / "raw", Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    raw.mkdir()
    batches = [whole[i::6] for i in range(6)]
    for batch in batches:
        for path in batch:
            target = raw / path.relative_to(tmp_path / "whole")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        wrong = luck.choice(batch)
        changed = raw / wrong.relative_to(tmp_path / "whole")
        changed.write_bytes(wrong.read_bytes()[: wrong.stat().st_size // 2])
        gone = raw / luck.choice(batch).relative_to(tmp_path / "whole")
        gone.unlink()
        with scored(raw, _day(as_of), lake=lake, warehouse=warehouse, marts=BUILT_ON):
            pass
        for path in batch:
            shutil.copy(path, raw / path.relative_to(tmp_path / "whole"))
    ours = score(raw, _day(as_of), lake=lake, warehouse=warehouse)
    assert not differences(ours, score(tmp_path / "whole", _day(as_of)))
