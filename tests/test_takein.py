"""Taking in, where a file is odd in a way that random cities do not make it."""

import errno
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest import lines
from pipelines.ingest.contract import ACTIVITIES, LOGINS
from pipelines.ingest.inventory import RawFile, take_inventory
from pipelines.ingest.lake import DropDay, Lake
from pipelines.ingest.rawtext import raw_texts
from pipelines.ingest.takein import take_in

DAY = "2022-03-10"
NAMES = ["event_id", "teacher_id", "occurred_at", "channel"]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The logins folder of one drop day."""
    folder = tmp_path / "raw" / "logins" / f"dt={DAY}"
    folder.mkdir(parents=True)
    return folder


def taken(tmp_path: Path) -> tuple[DropDay, dict[str, tuple]]:
    """The drop day as it was taken in, and its quarantine: raw text to (record number, reason)."""
    lake = Lake(tmp_path / "lake")
    present = take_inventory(tmp_path / "raw").by_drop_day(LOGINS.name)
    manifest = take_in(lake, LOGINS, present, lambda line: None).manifest
    refused: dict[str, tuple] = {}
    for path in lake.data_files(manifest, "quarantine"):
        rows = duckdb.sql(f"select raw_text, record_number, reason from '{path}'").fetchall()
        refused |= {text: (number, reason) for text, number, reason in rows}
    return manifest.days[DAY], refused


def test_a_column_twice(drop: Path, tmp_path: Path) -> None:
    """A Parquet file that holds a column twice is refused whole and named; the others are taken in."""
    values = [["a"], ["T1"], ["2022-03-10 08:00"], ["web"], ["web"]]
    doubled = pa.Table.from_arrays([pa.array(v) for v in values], names=[*NAMES, "channel"])
    pq.write_table(doubled, drop / "double.parquet")
    (drop / "good.csv").write_text(",".join(NAMES) + "\nb,T1,2022-03-10 08:00,web\n", encoding="utf-8")
    day, _ = taken(tmp_path)
    double, good = day.files
    assert "channel more than once" in double.fault
    assert (good.fault, good.accepted) == ("", 1)


def test_bytes_that_are_no_text(drop: Path, tmp_path: Path) -> None:
    """Bytes in a Parquet text column that are not UTF-8 make their own record malformed, no other."""
    offsets = pa.py_buffer((0).to_bytes(4, "little") + (2).to_bytes(4, "little") + (4).to_bytes(4, "little"))
    bad = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"\xff\xfee2"))
    columns = [bad, *(pa.array([v, v]) for v in ("T1", "2022-03-10 08:00", "web"))]
    pq.write_table(pa.Table.from_arrays(columns, names=NAMES), drop / "bytes.parquet")
    day, refused = taken(tmp_path)
    assert (day.files[0].records, day.files[0].accepted) == (2, 1)
    assert list(refused.values()) == [(1, "malformed")]


def test_an_instant_no_calendar_holds(drop: Path, tmp_path: Path) -> None:
    """A Parquet timestamp past the calendar's end is a bad timestamp, kept as text."""
    times = pa.array([2**62, 1_646_870_400_000_000], pa.timestamp("us"))
    columns = [pa.array(["e1", "e2"]), pa.array(["T1", "T1"]), times, pa.array([b"web", b"web"])]
    pq.write_table(pa.Table.from_arrays(columns, names=NAMES), drop / "far.parquet")
    day, refused = taken(tmp_path)
    assert (day.files[0].accepted, list(refused.values())) == (1, [(1, "bad_timestamp")])


def test_a_fault_that_passes(drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the disk would not give is named, and read again by the next run though unchanged."""
    (drop / "a.csv").write_text(",".join(NAMES) + "\nb,T1,2022-03-10 08:00,web\n", encoding="utf-8")

    def fails(location: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(lines, "_plain", fails)
        day, _ = taken(tmp_path)
    assert "Input/output error" in day.files[0].fault
    day, _ = taken(tmp_path)
    assert (day.files[0].fault, day.files[0].accepted) == ("", 1)


def test_a_truncated_file_is_not_read_twice(drop: Path, tmp_path: Path) -> None:
    """A file whose content is broken stays refused until it changes, then its records count."""
    (drop / "a.csv.gz").write_bytes(b"no gzip")
    day, _ = taken(tmp_path)
    assert day.files[0].sha256
    assert day.files[0].fault


def test_an_id_of_another_day_is_found_in_whatever_run_it_comes(tmp_path: Path) -> None:
    """An id at the ends, or in the midst, of another day's goes to the first drop, whichever comes first."""
    ids = ["a", "m" * 400, "\uff5e", "\U0001f600"]
    days = {"2022-03-11": ids, "2022-03-12": ["a", "\U0001f600", "b"], "2022-03-10": ["m" * 400, "\uff5e"]}
    lake = Lake(tmp_path / "lake")
    for day, some in days.items():
        folder = tmp_path / "raw" / "logins" / f"dt={day}"
        folder.mkdir(parents=True)
        rows = [f"{id_},T1,2022-03-09 08:00,web" for id_ in some]
        (folder / "a.csv").write_text("\n".join([",".join(NAMES), *rows, ""]), encoding="utf-8")
        present = take_inventory(tmp_path / "raw").by_drop_day(LOGINS.name)
        manifest = take_in(lake, LOGINS, present, lambda line: None).manifest
    counts = {day: (e.files[0].accepted, e.files[0].duplicates) for day, e in manifest.days.items()}
    assert counts == {"2022-03-10": (2, 0), "2022-03-11": (2, 2), "2022-03-12": (1, 2)}


def test_what_an_earlier_reader_took_in_is_taken_in_anew(drop: Path, tmp_path: Path) -> None:
    """A lake of an earlier version can be read, and the next run takes all of it in again."""
    (drop / "a.csv").write_text(",".join(NAMES) + "\nb,T1,2022-03-10 08:00,web\n", encoding="utf-8")
    day, _ = taken(tmp_path)
    manifest = tmp_path / "lake" / "logins.json"
    told = json.loads(manifest.read_text(encoding="utf-8")) | {"reader": "earlier"}
    del told["days"][DAY]["id_range"]
    manifest.write_text(json.dumps(told), encoding="utf-8")
    assert Lake(tmp_path / "lake").load("logins").days[DAY].files == day.files
    again, _ = taken(tmp_path)
    assert (again.id_range, again.data == day.data) == (("b", "b"), False)


_RECORD = {"event_id": "e", "occurred_at": "2022-03-10 05:00", "actor_id": "T1", "object_id": "o"}


def refused_activities(tmp_path: Path) -> dict[int, str]:
    """Record number to reason of what was quarantined of the only activities file."""
    lake = Lake(tmp_path / "lake")
    present = take_inventory(tmp_path / "raw").by_drop_day(ACTIVITIES.name)
    manifest = take_in(lake, ACTIVITIES, present, lambda line: None).manifest
    (path,) = lake.data_files(manifest, "quarantine")
    return dict(duckdb.sql(f"select record_number, reason from '{path}'").fetchall())


@pytest.mark.parametrize("value", ["NaN", "[Infinity]", "-Infinity", '{"a":1,"a":NaN}'])
def test_no_json_in_an_attribute_of_another_type(tmp_path: Path, value: str) -> None:
    """NaN or Infinity anywhere makes a record malformed, also where its type has no use for the attribute."""
    day = tmp_path / "raw" / "activities" / f"dt={DAY}"
    day.mkdir(parents=True)
    record = _RECORD | {
        "event_type": "article_share",
        "actor_role": "teacher",
        "attributes": {"photo_count": 0},
    }
    good = json.dumps(record | {"event_id": "good"})
    (day / "a.jsonl").write_text(f"{json.dumps(record).replace(' 0', value)}\n{good}\n", encoding="utf-8")
    assert refused_activities(tmp_path) == {1: "malformed"}


def test_blank_attributes_in_a_parquet_row(tmp_path: Path) -> None:
    """A blank cell is no attributes: what the row lacks or has wrong besides is its reason."""
    day = tmp_path / "raw" / "activities" / f"dt={DAY}"
    day.mkdir(parents=True)
    rows = [
        _RECORD | {"event_type": kind, "actor_role": role, "attributes": blank}
        for kind, role, blank in [
            ("assignment_create", "teacher", ""),
            ("assignment_create", "teacher", " \t"),
            ("article_share", "student", ""),
            ("article_share", "teacher", ""),
        ]
    ]
    pq.write_table(pa.Table.from_pylist(rows), day / "a.parquet")
    assert refused_activities(tmp_path) == {1: "missing_field", 2: "missing_field", 3: "invalid_role"}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_a_raw_record_is_found_in_whichever_row_group_it_lies(tmp_path: Path, kind: pa.DataType) -> None:
    """Records of a Parquet file are read again by their number over all row groups; others are left out."""
    there = {1, 8192, 8193, 19_999, 20_000, 20_001, 36_385, 50_000}
    ids = pa.array([f"E{n}" for n in range(1, 50_001)]).cast(kind)
    found = texts_of(tmp_path / "x.parquet", {"event_id": ids}, {*there, 50_001}, row_group_size=20_000)
    assert found == {n: f'{{"event_id": "E{n}"}}' for n in there}


@pytest.mark.parametrize("name", ["x.parquet", "[x]'*?.parquet"])
@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {"名": pa.array(["甲\0", None]), "at": pa.array([None, 1], pa.timestamp("us"))},
            '{"名": null, "at": "1970-01-01 00:00:00.000001"}',
        ),
        ({"at": pa.array([None, 1], pa.timestamp("us", "UTC"))}, '{"at": "1970-01-01 00:00:00.000001Z"}'),
        ({"at": pa.array([None, 1], pa.timestamp("ns"))}, '{"at": "1970-01-01 00:00:00.000000001"}'),
        (
            {"at": pa.array([None, 2**62], pa.timestamp("us"))},
            '{"at": "<value out of range: 4611686018427387904>"}',
        ),
        ({"id": pa.array(["a", "b"]), "ID": pa.array(["c", "d"])}, '{"id": "b", "ID": "d"}'),
        ({"File_row_number": pa.array(["a", "b"])}, '{"File_row_number": "b"}'),
        ({"dt": pa.array(["a", "b"])}, '{"dt": "b"}'),
        ({"id": pa.array([b"\xff", b"b\xff"]).view(pa.string())}, '{"id": "b\\\\xff"}'),
    ],
)  # fmt: skip
def test_a_raw_row_is_told_as_its_file_has_it(
    tmp_path: Path, name: str, columns: dict[str, pa.Array], text: str
) -> None:
    """The text of a Parquet row has the file's own column names and values, whatever the file is called."""
    day = tmp_path / "dt=2022-03-01"
    day.mkdir()
    assert texts_of(day / name, columns, {2}) == {2: text}


def texts_of(where: Path, columns: dict[str, pa.Array], numbers: set[int], **how: int) -> dict[int, str]:
    """The raw texts of records of a Parquet file written at `where`."""
    pq.write_table(pa.table(columns), where, **how)
    file = RawFile("activities", "2022-03-01", f"activities/dt=2022-03-01/{where.name}", str(where), size=1)
    return raw_texts(file, numbers, ACTIVITIES)
