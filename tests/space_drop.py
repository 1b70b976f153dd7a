"""A hand-made drop of activities for the edges of the evidence, and the few tables that it is read with."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from harness import take_in_all

from pipelines.evidence.spaces import write_spaces
from pipelines.ingest.lake import Lake

Evidence = dict[tuple[str, str], tuple[float | None, int | None]]


class Drop:
    """Activities of one drop day, in the order they are added."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def add(
        self, event_type: str, at: str, actor: str, what: str, role: str = "teacher", **attributes: Any
    ) -> str:
        """Add an event of an instant such as 2022-03-14T08:00; its id."""
        event_id = f"e{len(self.records):03d}"
        self.records.append(
            {"event_id": event_id, "event_type": event_type, "occurred_at": at, "actor_id": actor,
             "actor_role": role, "object_id": what, "attributes": attributes}
        )  # fmt: skip
        return event_id

    def post(self, at: str, what: str, school: str = "s1", actor: str = "t1", **attributes: Any) -> str:
        """Add a post of a school's space."""
        told = {"school_id": school, "column": "公告", "column_kind": "system", "original": True}
        return self.add("school_post", at, actor, what, **(told | {"media": "none"} | attributes))


def evidence_of(drop: Drop, folder: Path, void: tuple[str, ...] = ()) -> Evidence:
    """(entity, measure) to (value, out of) of the period 2022-03-10 to 2022-05-31, as of 20 May.

    Teachers t1 (verified) and t2 are listed at s1, t3 (verified) at s2; nobody at s3. Interactive lessons
    have to last 15 minutes, 40 from 1 April; a photo post has to hold 2 photos.
    """
    day = folder / "raw" / "activities" / "dt=2022-06-30"
    day.mkdir(parents=True)
    lines = [json.dumps(record, ensure_ascii=False) for record in drop.records]
    (day / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    lake = Lake(folder / "lake")
    _, manifests = take_in_all(lake, folder / "raw")
    with duckdb.connect() as con:
        con.execute("create schema marts; create schema ops; create schema rulebook")
        rows: dict[str, list[tuple]] = {
            "marts.periods (period_id varchar, starts_on date, ends_on date)": [
                ("p", date(2022, 3, 10), date(2022, 5, 31))
            ],
            "ops.run (as_of date)": [(date(2022, 5, 20),)],
            "marts.teachers (period_id text, teacher_id text, school_id text, is_verified boolean)": [
                ("p", "t1", "s1", True), ("p", "t2", "s1", False), ("p", "t3", "s2", True)
            ],
            "marts.school_index (period_id varchar, school_id varchar, teachers bigint)": [
                ("p", "s1", 2), ("p", "s2", 1), ("p", "s3", 0)
            ],
            "rulebook.rules (rule_code varchar, valid_from date, valid_to date, threshold integer)": [
                ("interactive_lesson", date(1, 1, 1), date(2022, 3, 31), 15),
                ("interactive_lesson", date(2022, 4, 1), date(9999, 12, 31), 40),
                ("photo_record", date(1, 1, 1), date(9999, 12, 31), 2),
            ],
            "ops.decisions (source varchar, event_id varchar, is_effective boolean)": [
                *(("activities", event, True) for event in void), ("activities", "e000", False)
            ],
        }  # fmt: skip
        for table, values in rows.items():
            con.execute(f"create table {table}")
            marks = ", ".join("?" * len(values[0]))
            con.executemany(f"insert into {table.split(' ')[0]} values ({marks})", values)
        write_spaces(con, lake, manifests, "p")
        found = con.execute("select entity_id, measure, value, out_of from space_evidence").fetchall()
    return {(entity, measure): (value, out_of) for entity, measure, value, out_of in found}
