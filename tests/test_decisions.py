"""Decisions that void events or restore them: good as a whole or refused as a whole, whatever their order."""

import shutil
from pathlib import Path

import duckdb
import pytest
from harness import scored, take_in_all

from pipelines.ingest.contract import DECISIONS
from pipelines.ingest.lake import DropDay, Lake

HEAD = "decision_id,kind,target,reason,decided_by,decided_on\n"
ROW = "D1,void,logins:e1,代刷,区教育局,2022-03-01\n"


def hand_over(raw: Path, day: str, text: str | bytes, name: str = "a.csv") -> None:
    """Write a file of decisions."""
    folder = raw / "decisions" / f"dt={day}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def taken(raw: Path, lake: Path) -> dict[str, DropDay]:
    """Drop days of decisions as they are taken in."""
    return take_in_all(Lake(lake), raw)[1][DECISIONS].days


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("D2,void,logins:e2,代刷,区教育局\n", "5 fields where the header has 6"),
        ("D2,void,logins:e2, ,区教育局,2022-03-01\n", "reason is blank"),
        ("D2,undo,logins:e2,代刷,区教育局,2022-03-01\n", "kind 'undo' is not in its set"),
        ("D2,void,e2,代刷,区教育局,2022-03-01\n", "target 'e2' names no event, such as logins:<event_id>"),
        ("D2,void,roster:e2,代刷,区教育局,2022-03-01\n",
         "target 'roster:e2' names no event, such as logins:<event_id>"),
        ("D2,void,logins:e2,代刷,区教育局,3月1日\n", "decided_on '3月1日' is no day such as 2022-03-10"),
        ("D2,void,logins:e2,代刷,区教育局,2022-03-11\n",
         "decided_on 2022-03-11 is later than its drop day 2022-03-10"),
        ("D1,void,logins:e2,代刷,区教育局,2022-03-01\n", "decision_id 'D1' is repeated"),
        ("D2,void,logins: e1,代刷,区教育局,2022-03-01\n",
         "logins:e1 was given 'void' by decision 'D1' already"),
        ("D2,restore,logins:e2,误报,区教育局,2022-03-01\n",
         "logins:e2 is not void, so there is nothing to restore"),
    ],
)  # fmt: skip
def test_a_bad_decision_has_its_drop_refused(tmp_path: Path, row: str, fault: str) -> None:
    """A malformed or contradicting decision is named with file, record and reason; none of its drop holds."""
    raw = tmp_path / "raw"
    hand_over(raw, "2022-03-10", HEAD + ROW)
    hand_over(raw, "2022-03-10", HEAD + row, "b.csv")
    day = taken(raw, tmp_path / "lake")["2022-03-10"]
    assert day.faults == [f"decisions/dt=2022-03-10/b.csv record 1: {fault}"]
    assert [(f.records, f.accepted, f.quarantined) for f in day.files] == [(1, 0, 1), (1, 0, 1)]
    rows = duckdb.sql(
        f"select path, reason, raw_text from '{tmp_path}/lake/{day.data['quarantine']}'"
    ).fetchall()
    assert rows == [
        ("decisions/dt=2022-03-10/a.csv", "refused_decisions", ROW.strip()),
        ("decisions/dt=2022-03-10/b.csv", "refused_decisions", row.strip()),
    ]


def test_a_header_that_lacks_a_column_has_its_drop_refused(tmp_path: Path) -> None:
    """A file without a column, an empty one among them, is no decision file."""
    raw = tmp_path / "raw"
    hand_over(raw, "2022-03-10", HEAD.replace("reason", "why") + ROW)
    hand_over(raw, "2022-03-11", "")
    days = taken(raw, tmp_path / "lake")
    assert days["2022-03-10"].faults == ["decisions/dt=2022-03-10/a.csv: the header lacks reason"]
    assert (
        days["2022-03-11"].faults[0].startswith("decisions/dt=2022-03-11/a.csv: the header lacks decision_id")
    )


def test_a_late_drop_changes_which_later_one_contradicts(tmp_path: Path) -> None:
    """What contradicts what is told by the drops' days, not by the order in which they came."""
    raw, lake = tmp_path / "raw", tmp_path / "lake"
    hand_over(raw, "2022-03-12", HEAD + "D9,void,logins:e1,代刷,区教育局,2022-03-12\n")
    assert taken(raw, lake)["2022-03-12"].faults == []
    hand_over(raw, "2022-03-10", HEAD + ROW)
    days = taken(raw, lake)
    assert days["2022-03-10"].faults == []
    assert days["2022-03-12"].faults == [
        "decisions/dt=2022-03-12/a.csv record 1: logins:e1 was given 'void' by decision 'D1' already"
    ]
    hand_over(raw, "2022-03-11", HEAD + "D2,restore,logins:e1,误报,区教育局,2022/3/11\n")
    assert all(not day.faults for day in taken(raw, lake).values())
    shutil.rmtree(raw / "decisions" / "dt=2022-03-10")
    refused = {name for name, day in taken(raw, lake).items() if day.faults}
    assert refused == {"2022-03-11"}


def test_decisions_and_their_effect_are_shown(tmp_path: Path) -> None:
    """Every decision says whether it is in force and has an effect; a file's accounts keep the void event."""
    raw = tmp_path / "raw"
    (raw / "logins/dt=2022-03-10").mkdir(parents=True)
    (raw / "logins/dt=2022-03-10/a.csv").write_text(
        "event_id,teacher_id,occurred_at,channel\n"
        "e1,T1,2022-03-10 08:00,web\ne2,T1,2022-03-11 08:00,web\ne3,T1,2022-03-10 09:00,web\n"
        "e4,T1,2022-03-09 09:00,web\n",
        encoding="utf-8",
    )
    rows = (
        "D1,void,logins:e1,代刷,区教育局,2022-03-10\nD2,void,logins:e4,代刷,区教育局,2022-03-10\n"
        "D3,restore,logins:e4,误报,市局,2022-03-10\nD4,void,logins:e9,代刷,区教育局,2022-03-10\n"
    )
    hand_over(raw, "2022-03-11", (HEAD + rows).encode("gb18030"))
    with scored(raw, marts=["voided_units"]) as con:
        said = con.execute("select decision_id, is_in_force, is_effective from ops.decisions").fetchall()
        ledger = con.execute("select unit_id, event_id from marts.points_ledger order by all").fetchall()
        files = con.execute("select path, accepted, quarantined from ops.files order by path").fetchall()
        units = con.execute("select * exclude (source) from marts.voided_units").fetchall()
    assert said == [("D1", True, True), ("D2", False, False), ("D3", True, False), ("D4", True, False)]
    assert ledger == [("2022-03-09", "e4"), ("2022-03-10", "e3")]
    assert files == [("decisions/dt=2022-03-11/a.csv", 4, 0), ("logins/dt=2022-03-10/a.csv", 3, 1)]
    assert units == [("e1", "D1", "T1", "login", "2022-03-10", "awarded", 1)]
