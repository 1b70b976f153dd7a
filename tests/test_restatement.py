"""What has moved since a period was frozen: a restatement, beside a bundle that never changes."""

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from frozen_city import faults_of, make_key, quiet
from warm import cockpit

from pipelines.errors import CockpitError
from pipelines.evidence.restate import restate
from pipelines.home import Home

pytestmark = pytest.mark.slow


def told_by(out: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each table of a restatement."""
    told = {}
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            told[path.stem] = list(csv.DictReader(file))
    return told


def test_a_restatement_is_the_difference_of_two_runs(place: Path, tmp_path: Path) -> None:
    """Late data leave a bundle as it is; who moves, by how much and by which record is told."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    shutil.copytree(place / "raw", raw)
    shutil.copytree(place / "home", home, symlinks=True)
    index = "select teacher_id, points, city_rank from marts.teacher_index where period_id = 'award-2022'"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        before = {row[0]: row[1:] for row in con.execute(index).fetchall()}
    # Whoever comes next after the line moves above it by so much.
    teacher = min((t for t in before if before[t][1] > 3), key=lambda t: (before[t][1], t))
    late = raw / "logins" / "dt=2022-06-02" / "late.jsonl"
    rows = [
        {"event_id": f"late-{day}", "teacher_id": teacher, "occurred_at": f"2022-04-{day:02} 08:00"}
        | {"channel": "web"}
        for day in range(1, 31)
    ]
    late.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = cockpit("run", "--raw", raw, "--home", home)
    assert done.returncode == 0, done.stderr
    other = make_key(tmp_path / "key.pem").with_name("public.pem")
    with pytest.raises(CockpitError, match="with another key"):
        restate(Home(home), place / "bundle", tmp_path / "out", quiet, other)
    restate(Home(home), place / "bundle", tmp_path / "out", quiet, place / "public.pem")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        now = {row[0]: row[1:] for row in con.execute(index).fetchall()}
    told = told_by(tmp_path / "out")
    moved = {
        row["teacher_id"]: tuple(int(row[f"{v}_now"]) for v in ("points", "city_rank"))
        for row in told["teachers"]
    }
    assert moved == {t: now[t] for t in now if now[t] != before[t]}
    (own,) = (row for row in told["teachers"] if row["teacher_id"] == teacher)
    assert int(own["points_change"]) == 30 + 23  # from the 8th day of a streak on two points
    assert own["line"] == "in"
    out = {row["teacher_id"] for row in told["teachers"] if row["line"] == "out"}
    assert out == {t for t in now if before[t][1] <= 3 < now[t][1]}
    assert [(row["event_id_now"], row["record_number"], row["why"]) for row in told["ledger"]] == [
        (f"late-{n}", str(n), "new") for n in range(1, 31)
    ]
    assert [(row["path"], row["what"]) for row in told["files"]] == [
        ("logins/dt=2022-06-02/late.jsonl", "came")
    ]
    assert faults_of(place / "bundle") == []


def test_a_restatement_names_what_went(place: Path, tmp_path: Path) -> None:
    """An entry whose event was voided names the decision; one whose drop was taken back is no new one."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    shutil.copytree(place / "raw", raw)
    shutil.copytree(place / "home", home, symlinks=True)
    login = "select teacher_id, unit_id, event_id from marts.points_ledger where rule_code = 'login' "
    login += "order by all"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        teacher, day, event = con.execute(login).fetchone()
    voids = raw / "decisions" / "dt=2022-06-02" / "voids.csv"
    voids.parent.mkdir(parents=True)
    voids.write_text(
        "decision_id,kind,target,reason,decided_by,decided_on\n"
        f"D1,void,logins:{event},代刷,区教育局,2022-06-01\n"
    )
    shutil.rmtree(raw / "activities" / "dt=2022-05-30")
    assert cockpit("run", "--raw", raw, "--home", home).returncode == 0
    restate(Home(home), place / "bundle", tmp_path / "out", quiet)
    told = told_by(tmp_path / "out")
    (voided,) = (row for row in told["ledger"] if row["why"] == "voided")
    assert (voided["teacher_id"], voided["unit_id"], voided["decision_id"]) == (teacher, day, "D1")
    withdrawn = {row["event_id_before"] for row in told["ledger"] if row["why"] == "withdrawn"}
    assert withdrawn
    assert {row["why"] for row in told["ledger"]} <= {"voided", "withdrawn", ""}
    with duckdb.connect(str(place / "home" / "warehouse.duckdb"), read_only=True) as con:
        dates = con.execute(
            "select distinct credited_on::varchar from marts.points_ledger "
            "where event_id in (select unnest(?))",
            [sorted(withdrawn)],
        ).fetchall()
    assert ("2022-05-30",) in dates


def test_a_restatement_needs_the_period_to_be_over(place: Path, tmp_path: Path) -> None:
    """Results as of a day within the period say nothing about a frozen one."""
    home = tmp_path / "home"
    shutil.copytree(place / "home", home, symlinks=True)
    with duckdb.connect(str((home / "warehouse.duckdb").resolve())) as con:
        con.execute("update ops.run set as_of = date '2022-05-28'")
    with pytest.raises(CockpitError, match="after the as-of day 2022-05-28: it is not over"):
        restate(Home(home), place / "bundle", tmp_path / "out", quiet)
    assert not (tmp_path / "out").exists()
