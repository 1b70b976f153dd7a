"""Traps of the first reading, which accepts by quick checks what the full checks would accept, no more."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.contract import ACTIVITIES
from pipelines.ingest.inventory import take_inventory
from pipelines.ingest.lake import Lake, Manifest
from pipelines.ingest.takein import take_in

DAY = "2022-03-10"
GOOD = (
    '{"event_id":"e","event_type":"article_share","occurred_at":"2022-03-10 05:00:00","actor_id":"T1",'
    '"actor_role":"teacher","object_id":"o"}'
)
LESSON = (
    '{"event_id":"e","event_type":"lesson_session","occurred_at":"2022-03-10 05:00:00","actor_id":"T1",'
    '"actor_role":"teacher","object_id":"o",'
    '"attributes":{"started_at":"2022-03-10 23:00:00","ended_at":"2022-03-11 00:00:00"}}'
)


def write_lines(tmp_path: Path, lines: Iterable[str | bytes], day: str = DAY) -> None:
    """One activities drop of these lines."""
    folder = tmp_path / "raw" / "activities" / f"dt={day}"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(b"\n".join(s.encode() if isinstance(s, str) else s for s in lines))


def taken(tmp_path: Path) -> tuple[Lake, Manifest]:
    """The lake after taking in the activities, and its manifest."""
    lake = Lake(tmp_path / "lake")
    present = take_inventory(tmp_path / "raw").by_drop_day(ACTIVITIES.name)
    return lake, take_in(lake, ACTIVITIES, present, lambda line: None).manifest


def rows(lake: Lake, manifest: Manifest, kind: str, columns: str) -> list[tuple]:
    """Columns of one kind of rows, in the order of their days and numbers."""
    files = lake.data_files(manifest, kind)
    if not files:
        return []
    return duckdb.sql(f"select {columns} from read_parquet({files}) order by path, record_number").fetchall()


def reasons(tmp_path: Path, lines: list[str]) -> list[str]:
    """The reason each line is refused for, or `accepted`."""
    write_lines(tmp_path, lines)
    lake, manifest = taken(tmp_path)
    refused = dict(rows(lake, manifest, "quarantine", "record_number, reason"))
    assert len(refused) + len(rows(lake, manifest, "accepted", "event_id")) == len(lines)
    return [refused.get(n, "accepted") for n in range(1, len(lines) + 1)]


NEARLY_PLAIN = (
    ("", "", "accepted"),
    ('"event_id":"e"', '"event_id":7  ', "invalid_value"),
    ('"actor_id":"T1"', '"actor_id":true', "invalid_value"),
    ('"object_id":"o"', '"object_id":"7"', "accepted"),
    ('"object_id":"o"', '"object_id":"true"', "accepted"),
    ('"object_id":"o"}', '"object_id":"o",}', "malformed"),
    ('"object_id":"o"}', '"object_id":"o","object_id":7}', "invalid_value"),
    ('"object_id":"o"}', '"object_id":"o","x":NaN}', "malformed"),
    ('"object_id":"o"}', '"object_id":"o","x":"\\ud800"}', "malformed"),
    ('"object_id":"o"', '"object_id":"\\u3000"', "missing_field"),
    ('"object_id":"o"}', '"object_id":"o","attributes":null}', "accepted"),
    ('"object_id":"o"}', '"object_id":"o","attributes":[]}', "invalid_value"),
    ('"object_id":"o"}', '"object_id":"o","attributes":{"x":NaN}}', "malformed"),
    ('"object_id":"o"}', '"object_id":"o","attributes":{"x":[1,]}}', "malformed"),
    ('"object_id":"o"}', '"object_id":"o","attributes":{"visibility":7}}', "accepted"),
    ("article_share", "resource_upload", "missing_field"),
    ("2022-03-10 05:00:00", "infinity", "bad_timestamp"),
    ("2022-03-10 05:00:00", "0044-03-15 (BC) 05:00:00", "bad_timestamp"),
    ("2022-03-10 05:00:00", "0000-03-15 05:00:00", "bad_timestamp"),
    ("2022-03-10 05:00:00", "2022-03-10  5:00:00", "bad_timestamp"),
    ("2022-03-10 05:00:00", " 2022-03-10 5:00:00", "bad_timestamp"),
    ("2022-03-10 05:00:00", "2022-03-10 24:00:00", "bad_timestamp"),
    ("2022-03-10 05:00:00", "\u30002022-03-10T05:00:00 ", "accepted"),
    ("2022-03-10 05:00:00", "2022-03-10T16:00:00Z", "future_timestamp"),
)


def test_lines_that_look_plain(tmp_path: Path) -> None:
    """A line as plain as can be but for one thing is accepted or refused for what that thing is."""
    assert all(old in GOOD for old, _, _ in NEARLY_PLAIN)
    changed = [GOOD.replace(old, new, 1) for old, new, _ in NEARLY_PLAIN]
    lines = [line.replace('"event_id":"e"', f'"event_id":"e{n}"') for n, line in enumerate(changed)]
    found = reasons(tmp_path, lines)
    assert dict(zip(lines, found, strict=True)) == {
        line: reason for line, (_, _, reason) in zip(lines, NEARLY_PLAIN, strict=True)
    }


def test_a_second_key_in_the_room_of_a_longer_number(tmp_path: Path) -> None:
    """A number that is written longer than it stood hides no second key: the last of two keys counts."""
    second, lines = '"object_id":7,', []
    for digits in range(9, 20):
        line = GOOD.replace('"e"', f'"{digits}"').replace('"}', f'","attributes":{{"x":1e{digits}}}}}')
        lines.append(line.replace('"attributes"', second + '"attributes"'))
        lines.append(line.replace(f'"{digits}"', f'"a{digits}"').replace("{", "{" + second, 1))
    assert reasons(tmp_path, lines) == ["invalid_value", "accepted"] * 11


def test_one_text_of_attributes_in_two_drops(tmp_path: Path) -> None:
    """Equal attributes are checked against the day of each record's own drop."""
    write_lines(tmp_path, [LESSON], DAY)
    write_lines(tmp_path, [LESSON.replace('"e"', '"f"')], "2022-03-11")
    lake, manifest = taken(tmp_path)
    assert rows(lake, manifest, "quarantine", "dt::varchar, reason") == [(DAY, "future_timestamp")]
    assert rows(lake, manifest, "accepted", "event_id, ended_at") == [("f", datetime(2022, 3, 11))]


def test_one_text_of_attributes_in_two_types(tmp_path: Path) -> None:
    """Equal attributes mean to each type what that type lists."""
    shared = GOOD.replace('"}', '","attributes":{"visibility":"public","kind":"quiz","student_id":" "}}')
    kinds = ("article_share", "resource_upload", "assignment_create", "assignment_review")
    write_lines(
        tmp_path, [shared.replace("article_share", k).replace('"e"', f'"{i}"') for i, k in enumerate(kinds)]
    )
    lake, manifest = taken(tmp_path)
    assert rows(lake, manifest, "accepted", "visibility, assignment_kind, student_id") == [
        (None, None, None),
        ("public", None, None),
        (None, "quiz", None),
    ]
    assert rows(lake, manifest, "quarantine", "record_number, reason") == [(4, "missing_field")]


def test_bytes_that_are_no_text_between_good_lines(tmp_path: Path) -> None:
    """A line that is not UTF-8 stands as it is, and its neighbours are read as ever."""
    lines = [GOOD.replace('"e"', f'"{i}"').encode() for i in range(9)]
    lines[0] = lines[0].replace(b'"o"', b'"\xff"')
    lines[7] = lines[7].replace(b'"o"', b'"\xe4\xb8"')
    write_lines(tmp_path, lines)
    lake, manifest = taken(tmp_path)
    refused = rows(lake, manifest, "quarantine", "record_number, reason, raw_text")
    assert [r[:2] for r in refused] == [(1, "malformed"), (8, "malformed")]
    assert ('"\\xff"' in refused[0][2], '"\\xe4\\xb8"' in refused[1][2]) == (True, True)
    assert len(rows(lake, manifest, "accepted", "event_id")) == 7


def test_a_drop_without_records(tmp_path: Path) -> None:
    """Blank lines are no records, also where a drop holds nothing else."""
    write_lines(tmp_path, ["", " ", "\u3000"])
    (file,) = taken(tmp_path)[1].days[DAY].files
    assert (file.fault, file.records) == ("", 0)


def test_good_lines_beside_a_bad_row(tmp_path: Path) -> None:
    """Lines without a fault and rows with one are taken in together."""
    write_lines(tmp_path, [GOOD])
    row = {"event_id": "f", "event_type": "no_such", "occurred_at": "2022-03-10 05:00", "actor_id": "T1"}
    table = pa.Table.from_pylist([row | {"actor_role": "teacher", "object_id": "o"}])
    pq.write_table(table, tmp_path / "raw" / "activities" / f"dt={DAY}" / "b.parquet")
    lake, manifest = taken(tmp_path)
    assert rows(lake, manifest, "accepted", "event_id") == [("e",)]
    assert rows(lake, manifest, "quarantine", "reason") == [("unknown_type",)]


def test_native_timestamps(tmp_path: Path) -> None:
    """A Parquet timestamp with a zone is an instant, one without is local time, to the microsecond."""
    folder = tmp_path / "raw" / "activities" / f"dt={DAY}"
    folder.mkdir(parents=True)
    cases = [
        (None, "2022-03-10 05:00:00.000001", datetime(2022, 3, 10, 5, 0, 0, 1)),
        ("UTC", "2022-03-09 21:00:00", datetime(2022, 3, 10, 5)),
        ("America/New_York", "1988-07-01 00:00:00", datetime(1988, 7, 1, 9)),
        (None, "0001-01-01 00:00:00", datetime(1, 1, 1)),
    ]
    texts = {"event_type": "article_share", "actor_id": "T1", "actor_role": "teacher", "object_id": "o"}
    for n, (zone, instant, _) in enumerate(cases):
        at = pa.array([datetime.fromisoformat(instant)], pa.timestamp("us")).cast(pa.timestamp("us", zone))
        columns = {name: pa.array([text]) for name, text in texts.items()}
        table = pa.table(columns | {"event_id": pa.array([f"e{n}"]), "occurred_at": at})
        pq.write_table(table, folder / f"{n}.parquet")
    lake, manifest = taken(tmp_path)
    assert rows(lake, manifest, "accepted", "occurred_at") == [(expected,) for _, _, expected in cases]
