"""Brought up to date is the same as made anew: row for row, whatever changed on the way."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from harness import BUILT_ON, read_seed, scored, take_in_all
from reference.hostile import random_rules, write_city
from reference.hostile_city import first_day_of

from pipelines import dbt_runner
from pipelines.ingest.lake import Lake
from pipelines.scope.basis import COPIED
from pipelines.warehouse import passes_of, prepare


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """Every table of a release that was made, rows sorted."""
    made = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'warehouse'"
    )
    return {
        name: con.execute(f"select * from warehouse.{schema}.{name} order by all").fetchall()
        for schema, name in made.fetchall()
        if schema in ("marts", "state") or (schema, name) in COPIED
    }


class History:
    """A RAW folder that changes step by step: files come, go, are cut and come back; rules and days move."""

    def __init__(self, folder: Path, seed: int):
        self.luck = random.Random(f"history {seed}")
        self.whole, self.raw = folder / "whole", folder / "raw"
        write_city(self.whole, seed, decisions=True)
        self.files = sorted(p.relative_to(self.whole) for p in self.whole.rglob("*") if p.is_file())
        self.rule_tables = [read_seed("rules"), random_rules(seed), random_rules(seed + 1)]
        self.first = first_day_of(seed)
        self.rules = self.rule_tables[self.luck.randrange(3)]
        self.as_of = self.first + timedelta(days=self.luck.randint(5, 25))
        for path in self.luck.sample(self.files, len(self.files) * 2 // 3):
            self._bring(path)

    def _bring(self, path: Path) -> None:
        target = self.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.whole / path, target)

    def _lying(self) -> list[Path]:
        return [p for p in self.files if (self.raw / p).exists()]

    def step(self) -> None:
        """Something happens, or two things."""
        for change in self.luck.sample(
            [self._more, self._more, self._fewer, self._cut, self._rules, self._forward, self._back], 2
        ):
            change()

    def _more(self) -> None:
        missing = [p for p in self.files if not (self.raw / p).exists()]
        for path in self.luck.sample(missing, min(len(missing), self.luck.choice((1, 3, 9)))):
            self._bring(path)

    def _fewer(self) -> None:
        for path in self.luck.sample(self._lying(), self.luck.choice((1, 2, 5))):
            (self.raw / path).unlink()

    def _cut(self) -> None:
        plain = [p for p in self._lying() if p.suffix in (".csv", ".jsonl")]
        path = self.raw / self.luck.choice(plain)
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:1] + self.luck.sample(lines[1:], len(lines) // 2)))

    def _rules(self) -> None:
        self.rules = self.luck.choice(self.rule_tables)

    def _forward(self) -> None:
        self.as_of += timedelta(days=self.luck.choice((1, 1, 7, 20)))

    def _back(self) -> None:
        self.as_of -= timedelta(days=self.luck.choice((1, 1, 7)))

    def asked_for(self) -> dict[str, Any]:
        """What the next scoring is asked for."""
        return {"as_of": self.as_of.isoformat(), "rules": self.rules}


def _steps(folder: Path, seed: int, count: int) -> Iterator[tuple[dict[str, list], dict[str, list]]]:
    """(brought up to date, made anew in several passes) after each step of a history.

    At the last step all tables; before it those that are brought up to date and what is counted of recent
    events, for all others are made of these anew in each run.
    """
    history, lake = History(folder, seed), Lake(folder / "lake")
    warehouse = folder / "warehouse.duckdb"
    for number in range(count):
        if number:
            history.step()
        marts = None if number == count - 1 else [*BUILT_ON, "activity_hours"]
        how = {"lake": lake, "marts": marts, **history.asked_for()}
        with scored(history.raw, warehouse=warehouse, events_per_pass=1500, **how) as con:
            updated = _tables(con)
        with scored(history.raw, events_per_pass=400, **how) as con:
            yield updated, _tables(con)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9000, 9003))
def test_any_history(tmp_path: Path, seed: int) -> None:
    """Files and decisions come, go and change, rules and days move: the same tables as made anew from all."""
    for number, (updated, anew) in enumerate(_steps(tmp_path, seed, 6)):
        assert updated.keys() == anew.keys()
        differing = {
            name: (
                [row for row in rows if row not in anew[name]][:5],
                [row for row in anew[name] if row not in rows][:5],
            )
            for name, rows in updated.items()
            if rows != anew[name]
        }
        assert not differing, (number, differing)


@pytest.mark.slow
def test_passes_under_dbt(tmp_path: Path) -> None:
    """dbt itself, scoring in several passes, makes the ledger that one pass makes."""
    raw, lake = tmp_path / "raw", Lake(tmp_path / "lake")
    write_city(raw, 9400)
    inventory, manifests = take_in_all(lake, raw)
    run = {
        "run_id": "r",
        "as_of": str(inventory.newest_drop_day()),
        "known_at": None,
        "input_sha256": "",
        "code_sha256": "",
    }
    warehouse, work = tmp_path / "warehouse.duckdb", tmp_path / "work.duckdb"
    prepare(warehouse, work, lake, manifests, inventory, run, events_per_pass=400)
    assert len(passes_of(work)) > 2
    results = dbt_runner.build(warehouse, work, tmp_path)
    assert [r for r in results if not r.is_success] == []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        in_passes = con.execute("select * from marts.points_ledger order by all").fetchall()
    with scored(raw, lake=lake, marts=["points_ledger"]) as con:
        assert in_passes == con.execute("select * from marts.points_ledger order by all").fetchall()
