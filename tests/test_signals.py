"""`cockpit signals`: advice with evidence, found again in a city with planted cheats."""

import csv
import json
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from harness import BUILT_ON, scored, take_in_all
from signal_accuracy import accuracy
from voiding import void

from pipelines.cli import main
from pipelines.dbt_runner import SIGNALS_PROJECT
from pipelines.ingest.lake import Lake
from pipelines.synth import write_city
from pipelines.synth.cheats import CHEATS, truth_file


def _faked(raw: Path) -> list[str]:
    """A lesson of exactly a quarter of an hour of one who made up such, by the list of who did."""
    with truth_file(raw).open(encoding="utf-8", newline="") as file:
        cheats = {r["teacher_id"] for r in csv.DictReader(file) if r["signal"] == "exact_lessons"}
    for path in sorted((raw / "activities").rglob("*.jsonl")):
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if record["event_type"] == "lesson_session" and record["actor_id"] in cheats:
                began, ended = (
                    datetime.fromisoformat(record["attributes"][n]) for n in ("started_at", "ended_at")
                )
                if (ended - began).total_seconds() == 900:
                    return [record["event_id"]]
    raise AssertionError("there is no such lesson")


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a city, its HOME as a run leaves it, and the signals of its four weeks."""
    folder = tmp_path_factory.mktemp("signals")
    write_city(folder / "raw", 80, date(2022, 3, 1), date(2022, 3, 28), seed=3, fmt="jsonl", cheats=3)
    void(folder / "raw", "2022-03-28", *(f"activities:{event}" for event in _faked(folder / "raw")))
    home = folder / "home"
    home.mkdir()
    (home / ".lock").touch()
    marts = [*BUILT_ON, "teachers"]
    with scored(folder / "raw", lake=Lake(home / "lake"), warehouse=home / "warehouse.duckdb", marts=marts):
        pass
    before = {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}
    # In words of the folder one stands in, as the README has them: nothing may be left in the project's.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["signals", "--home", "home", "--out", "signals"]) == 0
    assert {p.name for p in SIGNALS_PROJECT.iterdir()} == {"dbt_project.yml", "models", "seeds"}
    assert {p: p.read_bytes() for p in home.rglob("*") if p.is_file()} == before
    return folder


@pytest.mark.slow
def test_planted_cheats_are_told(looked: Path) -> None:
    """Each kind of cheat is seen by its own signal, and hardly anybody else."""
    found = accuracy(truth_file(looked / "raw"), looked / "signals")
    assert found.keys() == CHEATS.keys()
    for planted, told, both in found.values():
        assert planted == 3
        assert both >= 2
        assert told - both <= 2


@pytest.mark.slow
def test_evidence_is_the_raw_record(looked: Path) -> None:
    """Each row of evidence names the file and record that hold its event; none that is counted is missing."""
    with duckdb.connect() as con:
        rows = con.sql(
            f"select path, record_number, event_id from '{looked / 'signals' / 'evidence.parquet'}'"
        ).fetchall()
        counted = con.sql(
            f"select s.signal, s.teacher_id from '{looked / 'signals' / 'signals.parquet'}' as s "
            f"left join '{looked / 'signals' / 'evidence.parquet'}' as e using (signal, teacher_id) "
            "group by all having count(e.event_id) <> any_value(s.evidence)"
        ).fetchall()
    assert rows
    assert counted == []
    lines = {path: (looked / "raw" / path).read_text(encoding="utf-8").splitlines() for path, _, _ in rows}
    for path, number, event_id in rows:
        assert json.loads(lines[path][number - 1])["event_id"] == event_id


@pytest.mark.slow
def test_void_events_are_no_evidence(looked: Path) -> None:
    """What a decision has voided is held against nobody, though others like it are."""
    (event,) = _faked(looked / "raw")
    with duckdb.connect() as con:
        rows = con.sql(f"select event_id from '{looked / 'signals' / 'evidence.parquet'}'").fetchall()
    assert rows
    assert (event,) not in rows


@pytest.mark.slow
def test_the_page_gives_no_verdict(looked: Path) -> None:
    """The page says that signals are no verdict, and loads nothing from a network."""
    page = (looked / "signals" / "index.html").read_text(encoding="utf-8")
    assert "提示，不作结论" in page
    assert "http" not in page
    assert (looked / "signals" / "assets" / "site.css").is_file()


def test_no_cheats_are_planted_unless_asked(tmp_path: Path) -> None:
    """Without cheats there is no list of them, and more of them than teachers are refused."""
    write_city(tmp_path / "raw", 5, date(2022, 3, 1), date(2022, 3, 1))
    assert not truth_file(tmp_path / "raw").exists()
    with pytest.raises(ValueError, match="are more than 5 teachers"):
        write_city(tmp_path / "other", 5, date(2022, 3, 1), date(2022, 3, 1), cheats=1)


@pytest.mark.slow
def test_a_lake_that_has_moved_on_is_refused(looked: Path, tmp_path: Path, capsys) -> None:
    """Drops taken in after the release are no matter of its points: one line says to run first."""
    home, raw = tmp_path / "home", tmp_path / "raw"
    shutil.copytree(looked / "home", home)
    shutil.copytree(looked / "raw", raw)
    shutil.rmtree(raw / "logins" / "dt=2022-03-28")
    take_in_all(Lake(home / "lake"), raw)
    assert main(["signals", "--home", str(home), "--out", str(tmp_path / "out")]) == 1
    assert "taken in since its release was made" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
