"""The made-up city: the same every time, of the contract's format, and with every shape the rules look at."""

import hashlib
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from reference.reader import read
from reference.scorer import score
from reference.validate import TYPES

from pipelines.synth import write_city
from pipelines.synth.dirt import REASONS
from pipelines.synth.people import school_count
from pipelines.synth.schoolcal import HOLIDAY, SCHOOL, VACATION, WEEKEND, day_kinds

SPRING = (date(2022, 3, 1), date(2022, 4, 24))
WEEK = (date(2022, 3, 7), date(2022, 3, 13))
# A unit of these rules is a whole cap period, so no second one can be over the cap.
NEVER_OVER_CAP = {"login", "material_search", "profile_complete"}
WITH_THRESHOLD = {
    "assignment_reach", "assignment_review", "class_activity", "class_formation", "class_notice",
    "interactive_lesson", "material_search",
}  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    """Relative path to sha256 of every file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def spring(tmp_path_factory):
    """A dirty mixed city of eight weeks: (folder, its counts)."""
    out = tmp_path_factory.mktemp("spring") / "raw"
    return out, write_city(out, 350, *SPRING, seed=7, dirty=0.02)


@pytest.fixture(scope="module")
def spring_raw(spring):
    """That city as the reference reader sees it."""
    return read(spring[0])


@pytest.mark.parametrize("fmt", ["mixed", "jsonl", "parquet"])
def test_same_arguments_give_the_same_bytes(tmp_path, fmt):
    """The same arguments write the same files, byte for byte, in another process too."""
    write_city(tmp_path / "a", 40, *WEEK, seed=5, dirty=0.05, fmt=fmt)
    call = f"write_city(Path({str(tmp_path / 'b')!r}), 40, {WEEK[0]!r}, {WEEK[1]!r}, 5, 0.05, {fmt!r})"
    code = f"import datetime\nfrom pathlib import Path\nfrom pipelines.synth import write_city\n{call}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
    assert digests(tmp_path / "a") == digests(tmp_path / "b") != {}


def test_another_seed_gives_another_city(tmp_path):
    """The seed decides the content of every drop and of the teachers' roster."""
    for seed in (1, 2):
        write_city(tmp_path / str(seed), 40, *WEEK, seed=seed)
    one, two = (digests(tmp_path / seed) for seed in "12")
    for path in one.keys() & two.keys():
        assert one[path] != two[path] or path.endswith("districts.csv"), path


def test_every_record_ends_as_counted(spring, spring_raw):
    """Accepted, duplicate and quarantined records, reason by reason, are as many as the counts say."""
    _, counts = spring
    files = [file for file in spring_raw.files if file["source"] != "roster"]
    assert sum(file["records"] for file in files) == counts.records == counts.logins + counts.activities
    assert sum(file["duplicates"] for file in files) == counts.duplicates > 0
    assert sum(file["accepted"] for file in files) == counts.accepted
    assert Counter(row["reason"] for row in spring_raw.quarantine) == counts.quarantined
    assert spring_raw.refused == {}
    assert spring_raw.ignored == []


def test_every_reason_of_the_contract_occurs(spring):
    """A dirty city has records for every refusal reason, in about the share that was asked for."""
    _, counts = spring
    assert set(counts.quarantined) == set(REASONS) - {"clean"}
    assert sum(counts.quarantined.values()) / counts.records == pytest.approx(0.02, rel=0.15)
    assert counts.duplicates / counts.records == pytest.approx(0.01, rel=0.2)


@pytest.mark.parametrize("fmt", ["jsonl", "parquet"])
def test_other_formats_hold_dirt_too(tmp_path, fmt):
    """One-format cities have files of that format only, and the counted dirt."""
    out = tmp_path / "raw"
    counts = write_city(out, 150, *WEEK, seed=3, dirty=0.08, fmt=fmt)
    names = {path.name for folder in ("logins", "activities") for path in (out / folder).rglob("*.*")}
    assert {name.rpartition(".")[2] for name in names if not name.startswith("dt=")} == {fmt}
    raw = read(out)
    assert Counter(row["reason"] for row in raw.quarantine) == counts.quarantined
    assert set(counts.quarantined) == set(REASONS) - {"clean"}


def test_a_clean_city_has_no_dirt(tmp_path):
    """Without dirt every record is accepted, and no event id occurs twice."""
    counts = write_city(tmp_path / "raw", 60, *WEEK, seed=2)
    raw = read(tmp_path / "raw")
    assert counts.accepted == counts.records == len(raw.logins) + len(raw.activities)


def test_every_event_type_and_role_occurs(spring_raw):
    """Every event type of the contract occurs, with every role that may do it."""
    seen = {(event.event_type, event.actor_role) for event in spring_raw.activities}
    assert seen == {(name, role) for name, (roles, _) in TYPES.items() for role in roles}
    assert {event.attributes["channel"] for event in spring_raw.logins} == {"web", "mobile", "teaching_app"}


def test_every_rule_has_every_decision(spring):
    """All 17 rules bring awarded units, and over_cap and not_met ones wherever they can."""
    ledger = score(spring[0])["points_ledger"]
    seen = defaultdict(set)
    for row in ledger:
        seen[row["rule_code"]].add(row["decision"])
    assert len(seen) == 17
    for rule, decisions in seen.items():
        assert "awarded" in decisions, rule
        assert ("over_cap" in decisions) == (rule not in NEVER_OVER_CAP), rule
        assert ("not_met" in decisions) == (rule in WITH_THRESHOLD), rule
    assert max(row["progress"] for row in ledger if row["rule_code"] == "login") > 8
    minutes = [row["progress"] for row in ledger if row["rule_code"] == "interactive_lesson"]
    assert min(minutes) < 15


def test_most_is_delivered_on_its_day_some_later(spring):
    """Some per cent of the records come one to three days late, a few by more than 30 days."""
    lags = Counter()
    for folder in (spring[0] / "activities").iterdir():
        dt = date.fromisoformat(folder.name[3:])
        for path in folder.glob("*.jsonl"):
            for line in path.read_bytes().split(b"\n"):
                if line.startswith(b'{"event_id":"e'):
                    lags[(dt - date(2010, 1, 1)).days - int(line[14:18])] += 1
    total = lags.total()
    assert min(lags) == 0
    assert lags[0] / total > 0.9
    assert 0.01 < (lags[1] + lags[2] + lags[3]) / total < 0.06
    assert any(lag >= 30 for lag in lags)


def test_mixed_files_have_every_format_and_encoding(spring):
    """A mixed city has plain, .gz and .zst files, and CSV with and without a mark, in UTF-8 and GB18030."""
    names = Counter("".join(path.suffixes) for path in spring[0].rglob("*-*.*") if path.is_file())
    assert {".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".jsonl.zst"} == set(names)
    encodings = set()
    for path in spring[0].rglob("*.csv"):
        data = path.read_bytes()
        marked = data.startswith(b"\xef\xbb\xbf")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            data.decode("gb18030")
            encodings.add("gb18030")
        else:
            encodings.add("marked" if marked else "plain")
    assert encodings == {"gb18030", "marked", "plain"}


def test_rosters_change_and_hold(spring_raw):
    """Snapshots are accepted whole; people join, move, retire; events of unlisted teachers occur."""
    first, last = spring_raw.rosters[0], spring_raw.rosters[-1]
    assert [roster.dt for roster in spring_raw.rosters] == [SPRING[0], date(2022, 4, 1)]
    assert len(first.districts) == 16
    assert {school["stage"] for school in first.schools} >= {"vocational", "special"}
    assert len({school["name"] for school in first.schools}) == len(first.schools)
    before = {teacher["teacher_id"]: teacher for teacher in first.teachers}
    after = {teacher["teacher_id"]: teacher for teacher in last.teachers}
    assert after.keys() > before.keys()
    assert any(before[key]["school_id"] != after[key]["school_id"] for key in before)
    assert {teacher["status"] for teacher in last.teachers} == {"active", "retired", "off_post"}
    assert all(2 <= len(teacher["name"]) <= 4 for teacher in last.teachers)
    assert {event.actor_id for event in spring_raw.logins} - after.keys()


def test_school_days_are_the_busy_ones(spring_raw):
    """Weekends and holidays are much quieter than school days, the evening is the students' time."""
    days = Counter(event.day for event in spring_raw.activities)
    logins = Counter(event.day for event in spring_raw.logins)
    kinds = day_kinds(SPRING[0], (SPRING[1] - SPRING[0]).days + 1)
    by_kind = defaultdict(list)
    for offset, kind in enumerate(kinds):
        day = SPRING[0] + timedelta(offset)
        by_kind[kind].append((days[day], logins[day]))
    school, weekend = (
        [sum(column) / len(column) for column in zip(*by_kind[k], strict=True)] for k in (SCHOOL, WEEKEND)
    )
    assert school[0] > 1.5 * weekend[0]
    assert school[1] > 2 * weekend[1]
    hours = Counter(
        event.at.hour for event in spring_raw.activities if event.event_type == "assignment_response"
    )
    assert sum(hours[hour] for hour in (18, 19, 20, 21)) > hours.total() / 2


def test_calendar_is_the_real_one():
    """Holidays, make-up working days and vacations of 2022 are what they were."""
    kinds = day_kinds(date(2022, 1, 1), 365)

    def kind(month: int, day: int) -> int:
        return kinds[(date(2022, month, day) - date(2022, 1, 1)).days]

    assert [kind(1, 1), kind(2, 1), kind(4, 5), kind(5, 4), kind(10, 7)] == [HOLIDAY] * 5
    assert [kind(4, 2), kind(4, 24), kind(10, 8), kind(3, 10)] == [SCHOOL] * 4
    assert [kind(3, 12), kind(7, 20)] == [WEEKEND, VACATION]


@pytest.mark.parametrize(("teachers", "schools"), [(3000, 120), (100_000, 1100)])
def test_city_sizes(teachers, schools):
    """A demo has about 120 schools, the whole city about 1,100."""
    assert school_count(teachers) == pytest.approx(schools, rel=0.01)


@pytest.mark.parametrize("volume", [2.0, 14.0])
def test_volume_is_as_asked(tmp_path, volume):
    """The mean number of records per teacher and day is about what was asked for."""
    last = WEEK[0] + timedelta(13)
    counts = write_city(tmp_path / "raw", 400, WEEK[0], last, fmt="parquet", records_per_teacher_day=volume)
    assert counts.records / 400 / 14 == pytest.approx(volume, rel=0.15)


def test_smallest_city(tmp_path):
    """One teacher, one day, a year without a calendar table: still a readable city."""
    write_city(tmp_path / "raw", 1, date(2030, 6, 1), date(2030, 6, 1), dirty=0.1)
    raw = read(tmp_path / "raw")
    assert raw.refused == {}
    assert len(raw.rosters) == 1


def test_only_an_empty_folder_is_written_to(tmp_path):
    """A folder that holds anything is refused with a clear message and left as it is."""
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(ValueError, match="not an empty folder"):
        write_city(tmp_path, 10, *WEEK)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"teachers": 0}, "at least 1"),
        ({"first": date(2022, 3, 20)}, "in order"),
        ({"first": date(1999, 3, 20)}, "from 2010-01-01"),
        ({"dirty": 0.9}, "share from 0"),
        ({"fmt": "xml"}, "must be one of mixed, jsonl, parquet"),
        ({"records_per_teacher_day": 0.0}, "more than 0"),
    ],
)
def test_impossible_wishes_are_refused(tmp_path, change, message):
    """Arguments that make no city are refused before anything is written."""
    wishes = {"teachers": 10, "first": WEEK[0], "last": WEEK[1]} | change
    with pytest.raises(ValueError, match=message):
        write_city(tmp_path / "raw", **wishes)
    assert not (tmp_path / "raw").exists()


def test_progress_is_told_and_nothing_is_left_behind(tmp_path):
    """One line of progress per day; no temporary file stays."""
    lines: list[str] = []
    write_city(tmp_path / "raw", 20, *WEEK, progress=lines.append)
    assert len(lines) == 7
    assert lines[0].startswith("2022-03-07: ")
    assert not list((tmp_path / "raw").rglob(".*"))
