"""A small made-up city for the tests of pages, with every name and id that pages have to stand."""

import csv
from datetime import date
from pathlib import Path

from tiny_warehouse import LONG, SCRIPT
from voiding import records

from pipelines.synth import write_city

FORMULA = "=cmd|' /C calc'!A0"
NAMES = (SCRIPT, FORMULA, "+SUM(1)", "-2+3", "@王老师", LONG, "曾单\u3000乐", 'O\'Brien "Q" & <b>', "𠮷田")
STRANGE_ID = "t ../中%2F\"'<&"
_DISTRICTS = 3


def write_page_city(raw: Path) -> None:
    """Eighty teachers in three districts and sixteen schools, five weeks; names of all kinds.

    Besides: a district without schools, a school without teachers and one with a single teacher; decisions to
    void an event that there is and one that there is not.
    """
    write_city(raw, 80, date(2022, 3, 1), date(2022, 4, 6), seed=5, dirty=0.02)
    for drop in (raw / "roster").iterdir():
        _rewrite(drop / "districts.csv", _districts)
        _rewrite(drop / "schools.csv", _schools)
        _rewrite(drop / "teachers.csv", _teachers)
    _void(raw)


def _void(raw: Path) -> None:
    event = next(r["event_id"] for r in records(raw, "activities") if r.get("event_id"))
    folder = raw / "decisions" / "dt=2022-04-06"
    folder.mkdir(parents=True)
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["decision_id", "kind", "target", "reason", "decided_by", "decided_on"])
        writer.writerow(["V1", "void", f"activities:{event}", SCRIPT, LONG, "2022-04-05"])
        writer.writerow(["V2", "void", "logins:nowhere", "代刷", "区教育局", "2022-04-06"])


def _rewrite(path: Path, change) -> None:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    rows = list(csv.DictReader(text.splitlines()))
    columns = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def _districts(rows: list[dict]) -> list[dict]:
    named = [{**rows[1], "name": SCRIPT}, rows[2], {**rows[3], "name": "空区"}]
    return [rows[0], *named]


def _schools(rows: list[dict]) -> list[dict]:
    districts = sorted({row["district_id"] for row in rows})[:_DISTRICTS]
    for i, row in enumerate(rows):
        row["district_id"] = districts[i % _DISTRICTS]
    for row, name in zip(rows, (LONG, FORMULA, "A & B <b>校</b>"), strict=False):
        row["name"] = name
    return [*rows, {**rows[0], "school_id": "x 空/..%", "name": "无师学校" + SCRIPT}]


def _teachers(rows: list[dict]) -> list[dict]:
    for row, name in zip(rows, NAMES, strict=False):
        row["name"] = name
    alone = {**rows[-1], "teacher_id": STRANGE_ID, "name": "独一人"}
    same = [row for row in rows if row["school_id"] == rows[-1]["school_id"]]
    for row in same:  # all but one leave the last school
        row["school_id"] = rows[0]["school_id"]
    return [*rows, alone]
