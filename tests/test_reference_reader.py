"""The reference reader, held to hand-written drops: which record goes where, and why."""

import gzip
import io
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from reference.hostile import write_city
from reference.reader import Raw, read
from reference.validate import local_time

DAY = "2022-03-10"
HEAD = "event_id,teacher_id,occurred_at,channel\n"


def write(raw: Path, path: str, data: str | bytes) -> None:
    """Write one file of a drop."""
    target = raw / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data.encode() if isinstance(data, str) else data)


def reasons(held: Raw) -> list[tuple[int, str]]:
    """(record number, reason) of every quarantined record."""
    return [(row["record_number"], row["reason"]) for row in held.quarantine]


def login(event_id: str = "l1", at: str = f"{DAY} 08:00", **other: object) -> dict:
    """A login as a JSON object."""
    return {"event_id": event_id, "teacher_id": "T1", "occurred_at": at, "channel": "web"} | other


def act(event_type: str = "photo_post", attributes: object = None, **other: object) -> dict:
    """An activity as a JSON object."""
    return {
        "event_id": "a1",
        "event_type": event_type,
        "occurred_at": f"{DAY} 08:00",
        "actor_id": "T1",
        "actor_role": "teacher",
        "object_id": "o1",
        "attributes": attributes,
    } | other


def read_lines(raw: Path, source: str, *lines: str | dict) -> Raw:
    """Read one JSON lines file."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    write(raw, f"{source}/dt={DAY}/a.jsonl", text)
    return read(raw)


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2022-03-10T16:00:00Z", datetime(2022, 3, 11)),
        ("2022-03-10 23:30-0500", datetime(2022, 3, 11, 12, 30)),
        ("2022-03-10T08:05:09.1234569+08:00", datetime(2022, 3, 10, 8, 5, 9, 123456)),
        ("2022/3/10 8:05", datetime(2022, 3, 10, 8, 5)),
        ("2022/03/10 08:05:09", datetime(2022, 3, 10, 8, 5, 9)),
        (" 2022-03-10 08:05 ", datetime(2022, 3, 10, 8, 5)),
    ],
)
def test_timestamps_are_read_into_local_time(written: str, local: datetime) -> None:
    """A timestamp with an offset is converted; digits past the microsecond are cut, not rounded."""
    assert local_time(written) == local


@pytest.mark.parametrize(
    "written",
    ["2022-03-10", "2022-03-10 24:00", "2022-03-10 10:00:60", "2022-03-10T10:00+08", "2022-03-10t10:00", 1.5],
)
def test_other_timestamps_are_unreadable(written: object) -> None:
    """A bare date, 24:00, second 60, a bare +08, a small t and a number are unreadable."""
    with pytest.raises(ValueError, match=r"."):
        local_time(written)


def test_the_first_reason_that_applies_is_given(tmp_path: Path) -> None:
    """Reasons are given in the order of the contract, whatever else is wrong with the record."""
    faults = {
        "future_timestamp": {"occurred_at": "2022-03-11 00:00"},
        "invalid_value": {"object_id": 7},
        "invalid_role": {"actor_role": "admin"},
        "unknown_type": {"event_type": "robot_post"},
        "bad_timestamp": {"occurred_at": "never"},
        "missing_field": {"actor_id": " "},
    }
    record: dict = act("article_share")
    lines = []
    for fault in faults.values():
        record = record | fault
        lines.append(dict(record))
    held = read_lines(tmp_path, "activities", *lines)
    assert reasons(held) == list(enumerate(faults, 1))


def test_json_is_strict(tmp_path: Path) -> None:
    """NaN, Infinity, lone surrogates and non-objects are malformed; the last of two equal keys counts."""
    good = json.dumps(login())
    held = read_lines(
        tmp_path,
        "logins",
        '{"event_id": NaN}',
        good.replace("{", '{"n": [-Infinity], '),
        good.replace("l1", "\\ud800"),
        good.replace("{", '{"x": "\\udfff", "x": 1, '),
        "[1]",
        "",
        good.replace("{", '{"event_id": 7, '),
    )
    assert reasons(held) == [(number, "malformed") for number in range(1, 6)]
    assert [event.event_id for event in held.logins] == ["l1"]


def test_json_types_are_not_converted(tmp_path: Path) -> None:
    """3.0, "3" and true are no integers; attributes that are no object are invalid, whatever is missing."""
    photo = [act(attributes={"place": "album", "photo_count": n}) for n in (3.0, "3", True, -1)]
    held = read_lines(
        tmp_path,
        "activities",
        *photo,
        act(attributes=[]),
        act(attributes=""),
        act(attributes={"place": "album"}),
        act(),
    )
    assert [reason for _, reason in reasons(held)] == ["invalid_value"] * 6 + ["missing_field"] * 2


def test_an_unknown_type_needs_only_its_columns(tmp_path: Path) -> None:
    """Of an unknown type only the six columns are required, and its attributes are not looked at."""
    held = read_lines(tmp_path, "activities", act("robot", 7), act(7), act("robot", object_id=None))
    assert [reason for _, reason in reasons(held)] == ["unknown_type", "unknown_type", "missing_field"]


def test_duplicates_and_conflicts_are_told_apart_after_reading(tmp_path: Path) -> None:
    """The same instant in another zone is the same content; a refused record claims no id."""
    held = read_lines(
        tmp_path,
        "logins",
        login(at="2022-03-11 00:00"),  # future: refused, so the next one is the first
        login(),
        login(at="2022-03-10T00:00:00Z", unknown=1),
        login(at="2022-03-10 08:00:00.000001"),
    )
    assert reasons(held) == [(1, "future_timestamp"), (4, "conflicting_duplicate")]
    assert (held.files[0]["accepted"], held.files[0]["duplicates"]) == (1, 1)


def test_the_first_of_an_id_is_by_dt_then_path_bytes(tmp_path: Path) -> None:
    """Of two contents of one id the first by (dt, file path as bytes, record number) is kept."""
    write(tmp_path, "logins/dt=2022-03-11/B.jsonl", json.dumps(login(channel="web")))
    write(tmp_path, f"logins/dt={DAY}/a.jsonl", json.dumps(login(channel="mobile")))
    write(tmp_path, f"logins/dt={DAY}/B.jsonl", json.dumps(login(channel="teaching_app")))
    held = read(tmp_path)
    assert held.logins[0].attributes == {"channel": "teaching_app"}
    assert [row["path"] for row in held.quarantine] == [
        f"logins/dt={DAY}/a.jsonl",
        "logins/dt=2022-03-11/B.jsonl",
    ]


def test_an_open_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    """A quote that is never closed makes its own line malformed, not the lines after it."""
    rows = (
        f'l1,T1,{DAY} 08:00,"web\n'
        f'l2,"T,1",{DAY} 08:00,web\n'
        f'l3,"T\n""1",{DAY} 08:00,web\n   \nbroken,row\n'
        f'l4,"T1,{DAY} 08:00,web'
    )
    write(tmp_path, f"logins/dt={DAY}/a.csv", HEAD + rows)
    held = read(tmp_path)
    assert reasons(held) == [(1, "malformed"), (4, "malformed"), (5, "malformed")]
    assert [event.actor_id for event in held.logins] == ["T,1", 'T\n"1']


def test_csv_is_utf8_else_gb18030(tmp_path: Path) -> None:
    """A byte-order mark is no part of the header; in GB18030 one bad record stays one bad record."""
    write(tmp_path, f"logins/dt={DAY}/a.csv", b"\xef\xbb\xbf" + (HEAD + f"l1,刘,{DAY} 08:00,web\n").encode())
    gb = (HEAD + f"l2,刘,{DAY} 08:00,web\nl3,T\x01,{DAY} 08:00,web\n").encode("gb18030")
    write(tmp_path, f"logins/dt={DAY}/b.csv", gb.replace(b"\x01", b"\xff"))
    held = read(tmp_path)
    assert [event.actor_id for event in held.logins] == ["刘", "刘"]
    assert reasons(held) == [(2, "malformed")]
    assert held.quarantine[0]["raw_text"] == f"l3,T\\xff,{DAY} 08:00,web"


def test_a_header_without_a_required_column_lacks_it_in_every_record(tmp_path: Path) -> None:
    """A header without a required column makes every record missing_field; unknown columns are ignored."""
    write(tmp_path, f"logins/dt={DAY}/a.csv", "event_id,teacher_id,channel,x\nl1,T1,web,\nl2,T1,web,\n")
    assert reasons(read(tmp_path)) == [(1, "missing_field"), (2, "missing_field")]


def test_packed_files_and_parquet_read_alike(tmp_path: Path) -> None:
    """The formats are one: .gz in two members, .zst in two frames, Parquet with text or timestamps."""
    halves = [json.dumps(login(f"l{n}")).encode() + b"\n" for n in (1, 2)]
    write(tmp_path, f"logins/dt={DAY}/a.jsonl.gz", b"".join(map(gzip.compress, halves)))
    frames = [zstandard.ZstdCompressor().compress(half) for half in halves]
    write(tmp_path, f"logins/dt={DAY}/b.jsonl.zst", b"".join(frames))
    for number, times in enumerate(
        (
            pa.array([datetime(2022, 3, 10)] * 2, pa.timestamp("ns", "UTC")),
            pa.array([f"{DAY} 08:00"] * 2),
        )
    ):
        table = {"event_id": ["l1", "l2"], "teacher_id": ["T1"] * 2, "channel": ["web"] * 2}
        target = io.BytesIO()
        pq.write_table(pa.table(table | {"occurred_at": times}), target)
        write(tmp_path, f"logins/dt={DAY}/c{number}.parquet", target.getvalue())
    held = read(tmp_path)
    assert [(row["accepted"], row["duplicates"]) for row in held.files] == [(2, 0), (0, 2), (0, 2), (0, 2)]


def test_a_file_that_cannot_be_read_whole_is_refused_whole(tmp_path: Path) -> None:
    """A cut .gz or .zst and a broken Parquet give no record at all and are named."""
    line = json.dumps(login()).encode() * 50
    write(tmp_path, f"logins/dt={DAY}/a.jsonl.gz", gzip.compress(line)[:-9])
    write(tmp_path, f"logins/dt={DAY}/b.jsonl.zst", zstandard.ZstdCompressor().compress(line)[:-3])
    write(tmp_path, f"logins/dt={DAY}/c.parquet", b"PAR1 no PAR1")
    write(tmp_path, f"logins/dt={DAY}/d.jsonl", json.dumps(login()))
    held = read(tmp_path)
    assert list(held.refused) == [
        f"logins/dt={DAY}/{name}" for name in ("a.jsonl.gz", "b.jsonl.zst", "c.parquet")
    ]
    assert len(held.logins) == 1


def test_a_bad_roster_is_refused_whole_with_every_bad_row(tmp_path: Path) -> None:
    """One bad row refuses all three files, and every bad row is listed."""
    write(tmp_path, f"roster/dt={DAY}/districts.csv", "district_id,name\nd1,x\nd1,y\n")
    write(
        tmp_path, f"roster/dt={DAY}/schools.csv", "school_id,name,district_id,branch,stage\ns1,x,d9,,junior\n"
    )
    write(
        tmp_path,
        f"roster/dt={DAY}/teachers.csv",
        "teacher_id,name,school_id,status,subject,verified\nT1,x,s1,gone,,true\nT2,x\n",
    )
    held = read(tmp_path)
    assert held.rosters == []
    assert held.refused == {
        f"roster/dt={DAY}": [
            "districts.csv row 2: repeated district_id 'd1'",
            "schools.csv row 1: unknown district_id 'd9'",
            "teachers.csv row 1: subject is blank",
            "teachers.csv row 1: status 'gone'",
            "teachers.csv row 2: 2 fields instead of 6",
        ]
    }


def test_what_fits_no_pattern_is_reported_and_left_alone(tmp_path: Path) -> None:
    """A foreign file or folder is named, gives no record, and moves no default day."""
    for path in ("notes.txt", "logins/dt=2030-02-30/a.csv", f"activities/dt={DAY}/a.csv", "roster/x/y"):
        write(tmp_path, path, HEAD)
    held = read_lines(tmp_path, "logins", login())
    assert held.ignored == [f"activities/dt={DAY}/a.csv", "logins/dt=2030-02-30", "notes.txt", "roster/x"]
    assert held.newest_dt == date(2022, 3, 10)


@pytest.mark.parametrize("seed", range(6))
def test_hostile_cities_are_reproducible_and_their_books_balance(tmp_path: Path, seed: int) -> None:
    """Same seed, same bytes; records = accepted + duplicates + quarantined for every file."""
    days = [write_city(tmp_path / name, seed, refused_files=True, exotic=True) for name in "ab"]
    assert days[0] == days[1]
    files = [
        sorted(p.relative_to(tmp_path / n) for p in (tmp_path / n).rglob("*") if p.is_file()) for n in "ab"
    ]
    assert files[0] == files[1]
    assert all((tmp_path / "a" / p).read_bytes() == (tmp_path / "b" / p).read_bytes() for p in files[0])
    held = read(tmp_path / "a")
    refused = Counter(row["path"] for row in held.quarantine)
    for row in held.files:
        assert row["records"] == row["accepted"] + row["duplicates"] + row["quarantined"]
        assert row["quarantined"] == refused[row["path"]]
