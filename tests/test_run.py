"""`cockpit run` as a user meets it: processes, kills, faults, exit codes. One process start costs seconds."""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from once import made_once
from reference.hostile import write_city
from warm import cockpit, start

from pipelines.home import Home

COCKPIT = [sys.executable, "-m", "pipelines"]
MARTS = (
    "marts.points_ledger",
    "marts.teacher_rule_points",
    "marts.teacher_index",
    "marts.school_index",
    "marts.district_index",
    "marts.indicator_index",
    "marts.teacher_indicator_index",
    "marts.activity_daily",
    "ops.files",
    "ops.quarantine",
)

pytestmark = pytest.mark.slow


def started_anew(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, as a user does: from nothing."""
    return subprocess.run(
        [*COCKPIT, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


def tables(home: Path) -> dict[str, list[tuple]]:
    """Every published table, rows sorted."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return {t: con.execute(f"select * from {t} order by all").fetchall() for t in MARTS}


def published(home: Path) -> dict[Path, bytes]:
    """Every page and export, byte for byte."""
    return {
        p.relative_to(home / "current"): p.read_bytes()
        for folder in ("site", "exports")
        for p in (home / "current" / folder).rglob("*")
        if p.is_file()
    }


def killed_runs(
    raw: Path, home: Path, luck: random.Random, count: int, seconds: tuple[float, float]
) -> Iterator[None]:
    """So many runs, each ended by kill -9 in its own part of `seconds`, in random order."""
    first, last = seconds
    part = (last - first) / count
    for number in luck.sample(range(count), count):
        process = start("run", "--raw", raw, "--home", home, out=Path(os.devnull), err=Path(os.devnull))
        time.sleep(first + part * (number + luck.random()))
        process.kill()
        process.join()
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city's RAW and a HOME after a clean run on it, made once for all test processes and never changed."""

    def make(folder: Path) -> None:
        write_city(folder / "raw", 8101, refused_rosters=False)
        done = started_anew("run", "--raw", folder / "raw", "--home", folder / "home")
        assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "a-city-and-its-home", make)


@pytest.fixture(scope="module")
def city(made: Path) -> Path:
    """A small hostile city without refused files or rosters."""
    return made / "raw"


@pytest.fixture(scope="module")
def finished(made: Path) -> Path:
    """A HOME after one clean run on the city."""
    return made / "home"


def test_a_run_leaves_all_that_readers_expect(finished: Path) -> None:
    """After a run HOME holds warehouse, pages and exports, and nothing of the making of them."""
    assert (finished / "site" / "index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (finished / "site" / "checks.html").exists()
    assert (finished / "exports" / "rankings.xlsx").exists()
    assert not (finished / "scratch").exists()
    (told,) = (finished / "lineage").iterdir()
    assert json.loads(told.read_text(encoding="utf-8").splitlines()[-1])["eventType"] == "COMPLETE"
    assert [p.name for p in (finished / "releases").iterdir()] == [(finished / "current").resolve().name]


def test_a_second_run_finds_nothing_to_do(city: Path, finished: Path, tmp_path: Path) -> None:
    """With nothing new a run changes nothing, says so, and starts neither Dagster nor dbt."""
    home = tmp_path / "home"
    shutil.copytree(finished, home, symlinks=True)
    before = (home / "current").resolve()
    time.sleep(2.1)  # until the drop files are old enough for their stamps to be trusted
    done = started_anew("run", "--raw", city, "--home", home)
    assert done.returncode == 0, done.stderr
    assert "nothing has changed" in done.stdout
    assert (home / "current").resolve() == before


def test_kills_at_any_moment_change_nothing(city: Path, finished: Path, tmp_path: Path) -> None:
    """Six kill -9 and one run to the end: tables, pages and exports are those of a clean run, to the byte."""
    home = tmp_path / "home"
    for _ in killed_runs(city, home, random.Random(3), 6, (0.3, 9)):
        if (home / "warehouse.duckdb").exists():
            assert tables(home) == tables(finished)
            shutil.rmtree(home)
    done = cockpit("run", "--raw", city, "--home", home)
    assert done.returncode == 0, done.stderr
    assert tables(home) == tables(finished)
    assert published(home) == published(finished)


def test_an_update_killed_at_any_moment_ends_in_the_same_tables(
    city: Path, finished: Path, tmp_path: Path
) -> None:
    """Release upon release, files taken back and brought, kill -9 on the way: all as after a clean run."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    shutil.copytree(city, raw)
    shutil.copytree(finished, home, symlinks=True)
    events = sorted(p for s in ("logins", "activities") for p in (raw / s).rglob("*") if p.is_file())
    for path in events[::3]:
        path.unlink()
    wrong = raw / "logins" / "dt=2031-01-01" / "wrong.csv"
    wrong.parent.mkdir()
    wrong.write_text(
        "event_id,teacher_id,occurred_at,channel\nwrong-1,T00,2030-12-31 08:00,web\n", encoding="utf-8"
    )
    assert cockpit("run", "--raw", raw, "--home", home).returncode == 0
    before = tables(home)
    assert before != tables(finished)
    shutil.rmtree(raw)
    shutil.copytree(city, raw)
    for _ in killed_runs(raw, home, random.Random(4), 3, (0.5, 7)):
        assert tables(home) in (before, tables(finished))
    assert cockpit("run", "--raw", raw, "--home", home).returncode == 0
    assert tables(home) == tables(finished)
    assert published(home) == published(finished)


def test_known_at_shows_what_was_known_then(city: Path, finished: Path, tmp_path: Path) -> None:
    """`--known-at T` gives the tables of a run on the folder as it was on day T, and says so."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    shutil.copytree(city, raw)
    shutil.copytree(finished, home, symlinks=True)
    folders = sorted(raw.glob("*/dt=*"), key=lambda p: p.name)
    day = folders[len(folders) // 2].name.removeprefix("dt=")
    at = ("--as-of", folders[-1].name.removeprefix("dt="))
    done = cockpit("run", "--raw", raw, "--home", home, *at, "--known-at", day)
    assert done.returncode == 0, done.stderr
    known = tables(home)
    assert known != tables(finished)
    assert day in json.loads((home / "exports" / "manifest.json").read_text(encoding="utf-8"))["known_at"]
    for folder in folders:
        if folder.name > f"dt={day}":
            shutil.rmtree(folder)
    assert cockpit("run", "--raw", raw, "--home", home, *at).returncode == 0
    assert tables(home) == known


def test_forgetting_names_nothing_that_is_gone(tmp_path: Path) -> None:
    """A full refresh that is killed while it forgets leaves no manifest that names removed files."""
    home = Home(tmp_path / "home")
    data = home.lake.root / "logins" / "dt=2022-03-10"
    data.mkdir(parents=True)
    for path in (data / "g.accepted.parquet", home.lake.root / "logins.json"):
        path.touch()
    removed: list[str] = []
    watch = pytest.MonkeyPatch()
    with watch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path, **_: removed.extend(p.name for p in path.glob("*.json")))
        home.forget()
    assert removed == []
    assert data.exists()
    assert not (home.lake.root / "logins.json").exists()


def test_a_file_that_cannot_be_read_whole(city: Path, tmp_path: Path) -> None:
    """Cut files, a faulty roster, faulty decisions are named, all else is brought up to date, exit 1."""
    raw = tmp_path / "raw"
    shutil.copytree(city, raw)
    day = next(p for p in sorted((raw / "activities").iterdir()) if p.is_dir())
    cut = gzip.compress(b'{"event_id": "x"}\n' * 5000)
    (day / "zz-cut.jsonl.gz").write_bytes(cut[: len(cut) // 2])
    (day / "zz-broken.parquet").write_bytes(b"PAR1 this is no Parquet PAR1")
    (day / "zz-line.jsonl").write_bytes(b"[" * (50 << 20) + b"\n")
    roster = raw / "roster" / "dt=2031-01-01"
    roster.mkdir()
    (roster / "districts.csv").write_text("district_id,name\n420106,武昌区\n", encoding="utf-8")
    (roster / "schools.csv").write_text(
        "school_id,name,district_id,branch,stage\n"
        + "".join(f"S{n},学校{n},999999,,junior\n" for n in range(30)),
        encoding="utf-8",
    )
    for day, targets in (("2031-01-01", "ab"), ("2031-01-02", "bc")):
        (raw / "decisions" / f"dt={day}").mkdir(parents=True)
        (raw / "decisions" / f"dt={day}" / "x.csv").write_text(
            "decision_id,kind,target,reason,decided_by,decided_on\n"
            + "".join(f"{day}{t},void,logins:{t},代刷,区教育局,2030-12-31\n" for t in targets),
            encoding="utf-8",
        )
    done = cockpit("run", "--raw", raw, "--home", tmp_path / "home")
    assert done.returncode == 1
    refused = [line for line in done.stderr.splitlines() if line.startswith("cockpit: refused: ")]
    assert sum("zz-cut.jsonl.gz" in line for line in refused) == 1
    assert sum("zz-broken.parquet" in line for line in refused) == 1
    assert sum("schools.csv record" in line for line in refused) == 30
    assert sum("teachers.csv: missing" in line for line in refused) == 1
    contradicting = (
        "cockpit: refused: decisions refused: decisions/dt=2031-01-02/x.csv record 1: logins:b was given"
    )
    assert sum(line.startswith(contradicting) for line in refused) == 1
    assert sum("decisions" in line for line in refused) == 1
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as con:
        reason, size = con.execute(
            "select reason, length(raw_text) from ops.quarantine where path like '%zz-line.jsonl'"
        ).fetchone()
        decided = con.execute("select event_id from ops.decisions order by 1").fetchall()
    assert (reason, size) == ("malformed", 50 << 20)
    assert decided == [("a",), ("b",)]
    assert Home(tmp_path / "home").last_run()["faults"]


def test_a_disk_that_fills_up(city: Path, finished: Path, tmp_path: Path) -> None:
    """Where the disk is full a run says so in one line, exits 1, and the last good release stays."""
    home = tmp_path / "home"
    shutil.copytree(finished, home, symlinks=True)
    before = tables(home)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
    program = limited + "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    program += "from pipelines.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, "run", "--raw", str(city), "--home", str(home), "--full-refresh"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if line.startswith("cockpit: ")]) == 1, done.stderr
    assert tables(home) == before


def test_a_damaged_home_is_made_again(city: Path, finished: Path, tmp_path: Path) -> None:
    """A warehouse cut short or a page that is gone is noticed although RAW is unchanged, and made again."""
    home = tmp_path / "home"
    shutil.copytree(finished, home, symlinks=True)
    warehouse = (home / "warehouse.duckdb").resolve()
    warehouse.write_bytes(warehouse.read_bytes()[:5000])
    (home / "site" / "index.html").unlink()
    done = cockpit("run", "--raw", city, "--home", home)
    assert done.returncode == 0, done.stderr
    assert tables(home) == tables(finished)
    assert (home / "site" / "index.html").read_bytes() == (finished / "site" / "index.html").read_bytes()


def test_two_runs_on_one_home(city: Path, tmp_path: Path) -> None:
    """While one run holds HOME a second is refused at once with one line, and exits 1."""
    with Home(tmp_path / "home").lock():
        done = cockpit("run", "--raw", city, "--home", tmp_path / "home")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "another run is at work here" in done.stderr


def test_usage_and_places(tmp_path: Path, city: Path) -> None:
    """An unknown option or day exits 2; no RAW, or a HOME that cannot be written, exits 1 with one line."""
    for wrong in (["--colour"], ["--as-of", "2022-02-30"], ["--as-of", "20220301"]):
        refused = cockpit("run", "--raw", city, "--home", tmp_path, *wrong)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    missing = cockpit("run", "--raw", tmp_path / "nowhere", "--home", tmp_path / "h")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    (tmp_path / "file").write_text("no folder")
    blocked = cockpit("run", "--raw", city, "--home", tmp_path / "file" / "home")
    assert (blocked.returncode, blocked.stderr.count("\n")) == (1, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_permissions(tmp_path: Path, city: Path) -> None:
    """A HOME on a read-only path is refused in one line, exit 1."""
    tmp_path.chmod(0o500)
    done = cockpit("run", "--raw", city, "--home", tmp_path / "home")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
