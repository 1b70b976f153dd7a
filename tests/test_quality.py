"""Checks at the boundary: they fail where the result would be wrong, and only there do they block."""

import gzip
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from boundary_drops import (
    BLOCKING,
    DAY,
    ROSTER,
    Tampered,
    activity,
    check,
    check_raw,
    drop,
    drop_roster,
    failed,
    login,
)
from harness import take_in_all

from pipelines.ingest.inventory import Inventory, RawFile
from pipelines.ingest.lake import Lake, Manifest
from pipelines.quality import frames
from pipelines.quality.expectations import CHECKS, SUITES, Check
from pipelines.quality.run import results_table, run_checks


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A small lake with accepted, duplicate and quarantined records of every source: (folder, inventory)."""
    folder = tmp_path_factory.mktemp("quality")
    raw = folder / "raw"
    drop(raw, "logins", DAY, [login(1), login(2), login(1), login(2, channel="mobile"), "{}"])
    drop(raw, "activities", DAY, [activity(1), activity(2), activity(3, event_type="space_visit"), "no JSON"])
    drop_roster(raw, DAY)
    decisions = [f"D{n},void,logins:L{n},代刷,区教育局,{DAY}" for n in (1, 9)]
    drop(raw, "decisions", DAY, ["decision_id,kind,target,reason,decided_by,decided_on", *decisions], "a.csv")
    inventory, _ = take_in_all(Lake(folder / "lake"), raw)
    return folder / "lake", inventory


def _records_lost(t):
    t.file("logins").records += 1


def _rows_lost(t):
    t.rewrite("logins", "from held limit 1")


def _quarantine_lost(t):
    t.rewrite("activities", "from held limit 0", "quarantine")


def _roster_rows_lost(t):
    t.rewrite("roster", "from held limit 9", "teachers")


def _decisions_lost(t):
    t.rewrite("decisions", "from held limit 1", "decisions")


def _duplicates_lost(t):
    t.rewrite("logins", "from held where verdict <> 'duplicate'", "superseded")


def _foreign_rows(t):
    foreign = f"'activities/dt={DAY}/z.jsonl' as path, 'A9' as event_id"
    t.rewrite(
        "activities", f"from held union all select * replace ({foreign}) from held where event_id = 'A1'"
    )


def _file_untaken(t):
    extra = RawFile("logins", DAY, f"logins/dt={DAY}/b.jsonl", "", sha256="0" * 64)
    t.inventory = replace(t.inventory, files=(*t.inventory.files, extra))


def _file_gone(t):
    t.inventory = replace(t.inventory, files=t.inventory.files[1:])


def _file_changed(t):
    t.file("activities").sha256 = "0" * 64


def _set(source, column, value, where):
    def tamper(t):
        t.rewrite(
            source,
            f"select * replace (case when {where} then {value} else {column} end as {column}) from held",
        )

    return tamper


def _renamed(source, event_id, where):
    def tamper(t):
        named = f"'{event_id}' as event_id, hash('{event_id}') as id_key"
        t.rewrite(source, f"from held where not ({where}) union all "
                          f"select * replace ({named}) from held where {where}")  # fmt: skip

    return tamper


TAMPERINGS = [
    ("file_records_accounted", _records_lost),
    ("manifest_counts_match_lake", _rows_lost),
    ("manifest_counts_match_lake", _quarantine_lost),
    ("manifest_counts_match_lake", _duplicates_lost),
    ("manifest_counts_match_lake", _roster_rows_lost),
    ("manifest_counts_match_lake", _decisions_lost),
    ("manifest_counts_match_lake", _foreign_rows),
    ("raw_files_taken_in", _file_untaken),
    ("raw_files_taken_in", _file_gone),
    ("raw_files_taken_in", _file_changed),
    ("event_ids_unique", _renamed("logins", "L1", "true")),
    ("event_ids_unique", _renamed("activities", "A1", "event_id = 'A2'")),
    ("id_keys_fit", _set("logins", "event_id", "'L9'", "event_id = 'L1'")),
    ("id_keys_fit", _set("activities", "id_key", "null", "event_id = 'A1'")),
    ("required_values_present", _set("logins", "teacher_id", "null", "event_id = 'L1'")),
    ("required_values_present", _set("logins", "occurred_at", "null", "event_id = 'L1'")),
    ("required_values_present", _set("logins", "channel", "''", "event_id = 'L1'")),
    ("required_values_present", _set("activities", "event_type", "null", "event_id = 'A1'")),
    ("required_values_present", _set("activities", "actor_role", "null", "event_id = 'A1'")),
    ("required_values_present", _set("activities", "photo_count", "null", "event_id = 'A2'")),
    ("required_values_present", _set("activities", "sha256", "null", "event_id = 'A2'")),
    ("event_types_known", _set("activities", "event_type", "'dance'", "event_id = 'A1'")),
    ("actor_roles_known", _set("activities", "actor_role", "'robot'", "event_id = 'A1'")),
    ("roles_fit_types", _set("activities", "actor_role", "'student'", "event_id = 'A1'")),
    ("channels_known", _set("logins", "channel", "'fax'", "event_id = 'L2'")),
    ("events_not_after_drop", _set("logins", "occurred_at", "timestamp '2022-03-11'", "event_id = 'L2'")),
    ("events_not_after_drop", _set("activities", "ended_at", "timestamp '2022-03-11'", "event_id = 'A1'")),
]


@pytest.fixture
def tampered(city, tmp_path):
    """A fresh copy of the city's lake."""
    root, inventory = city
    shutil.copytree(root, tmp_path / "lake")
    return Tampered(tmp_path / "lake", inventory)


@pytest.mark.parametrize(("name", "tamper"), TAMPERINGS)
def test_a_blocking_check_fails_on_a_lake_tampered_accordingly(tampered, name, tamper):
    """Each way in which the result would be wrong is seen by the check that speaks of it, and told."""
    tamper(tampered)
    checks = [c for c in BLOCKING if c.name == name]
    result = check(tampered.lake, tampered.inventory, tampered.manifests, checks)[name]
    assert not result.is_passed
    assert "不符" in result.observed


def test_every_blocking_check_has_been_seen_to_fail():
    """No blocking check is without a tampering that trips it."""
    assert {name for name, _ in TAMPERINGS} == {c.name for c in BLOCKING}


def test_an_untouched_lake_passes_every_blocking_check(tampered):
    """Nothing blocks where nothing is wrong."""
    assert not failed(check(tampered.lake, tampered.inventory, tampered.manifests))


def test_a_frame_that_is_cut_keeps_what_is_wrong(tampered, monkeypatch):
    """A bound on the rows of a frame hides no failure."""
    monkeypatch.setattr(frames, "MAX_ROWS", 1)
    for tamper in (_records_lost, _quarantine_lost, _file_changed, dict(TAMPERINGS)["events_not_after_drop"]):
        tamper(tampered)
    found = failed(check(tampered.lake, tampered.inventory, tampered.manifests))
    wrong = {
        "file_records_accounted",
        "manifest_counts_match_lake",
        "raw_files_taken_in",
        "events_not_after_drop",
    }
    assert wrong <= found


@pytest.mark.parametrize(
    "broken",
    [
        {"kwargs": {"column": "no_such_column", "max_value": 1}},
        {"kwargs": {"column": "records", "max_value": "much"}},
        {"kwargs": {"column": "records", "mostly": 7}},
        {"kwargs": {"no_such_argument": 1}},
        {"expectation": "ExpectNothingKnown"},
        {"frame": "no_such_frame"},
        {"only": (("no_such_column", ">=", 1),)},
        {"only": (("records", "~", 1),)},
    ],
)
def test_an_expectation_that_errors_has_failed(tampered, broken):
    """A check that cannot be run counts as failed and says why, and the others still run."""
    good = Check(
        "records_few", "volume", "少", "Few records.", "无", "files", "ExpectColumnValuesToBeBetween",
        {"column": "records", "max_value": 100},
    )  # fmt: skip
    checks = [replace(good, name="broken", **broken), good]
    results = check(tampered.lake, tampered.inventory, tampered.manifests, checks)
    assert failed(results) == {"broken"}
    assert results["broken"].observed.startswith("检查本身出错")
    assert len(results["broken"].observed) > len("检查本身出错：")


def test_a_data_file_that_cannot_be_read_fails_its_checks(tampered):
    """A broken Parquet in the lake trips what reads it; nothing is raised, and no folder of ours is told."""
    path = tampered.lake.root / tampered.manifests["logins"].days[DAY].data["accepted"]
    path.write_bytes(path.read_bytes()[:100])
    results = check(tampered.lake, tampered.inventory, tampered.manifests, CHECKS)
    assert {"channels_known", "event_ids_unique", "manifest_counts_match_lake"} <= failed(results)
    assert results["file_records_accounted"].is_passed
    assert str(tampered.lake.root) not in "".join(r.observed for r in results.values())


def test_an_empty_lake_passes_every_blocking_check(tmp_path):
    """Where nothing was handed over nothing is wrong; that there is no source and no roster is odd."""
    empty = {s: Manifest() for s in ("logins", "activities", "roster", "decisions")}
    results = check(Lake(tmp_path / "lake"), Inventory((), ()), empty, CHECKS)
    assert failed(results) == {"sources_delivered", "roster_in_force"}


@pytest.mark.parametrize("records", [[activity(1)], [], ["", "  "], ["rubbish"], [activity(1)] * 3])
def test_tiny_drops_without_a_roster_block_nothing(tmp_path, records):
    """One record or none, good or bad, and no roster: odd at most."""
    drop(tmp_path / "raw", "activities", DAY, records)
    assert not failed(check_raw(tmp_path, tmp_path / "raw")) & {c.name for c in BLOCKING}


def test_hostile_drops_block_nothing_and_are_told(tmp_path):
    """Refused files, refused rosters, strays, late, conflicting and unlisted records only warn."""
    raw = tmp_path / "raw"
    odd = [
        activity(1),
        activity(1, object_id="P2"),
        activity(1),
        activity(2, actor_id="X" * 400),
        activity(3, id=1),
    ]
    odd += [activity(4, occurred_at="0001-01-01T00:00:00"), activity(5, occurred_at="2022-03-11T00:00:00")]
    odd += [
        activity(6, event_id="<script>'\"\\"),
        activity(7, attributes={"place": "album", "photo_count": 10**17}),
    ]
    drop(raw, "activities", DAY, odd, "a 'b\".jsonl")
    cut = raw / "logins" / f"dt={DAY}" / "cut.jsonl.gz"
    cut.parent.mkdir(parents=True)
    cut.write_bytes(gzip.compress(b"x" * 9999)[:20])
    drop(raw, "logins", DAY, [login(n, event_id="L" * 500) for n in range(3)])
    drop_roster(raw, DAY, schools="school_id\nS1\n")
    (raw / "notes.txt").write_text("x")
    results = check_raw(tmp_path, raw)
    found = failed(results)
    assert not found & {c.name for c in BLOCKING}
    assert {"files_readable", "raw_paths_known", "roster_drops_good", "roster_mostly_good", "roster_in_force",
            "sample_ids_short"} <= found  # fmt: skip
    assert "cut.jsonl.gz" in results["files_readable"].observed
    assert "notes.txt" in results["raw_paths_known"].observed


def test_the_example_cases_pass_every_blocking_check(cases, tmp_path):
    """What the contract's own examples hold is odd at most."""
    for case in sorted(p for p in cases.iterdir() if p.is_dir()):
        results = check_raw(tmp_path / case.name, case / "raw")
        assert not failed(results) & {c.name for c in BLOCKING}, case.name


def test_odd_volumes_warn(tmp_path):
    """A day unlike its kind, a gap, a lagging source, many bad or many repeated records warn."""
    raw = tmp_path / "raw"
    days = [date(2022, 3, 7) + timedelta(n) for n in range(7)]  # Monday to Sunday
    for n, day in enumerate(days):
        count = 20 if n == 5 else 200 if n < 5 else 30  # the weekend is small and has no days before it
        drop(
            raw,
            "activities",
            day.isoformat(),
            [activity(n * 1000 + i, day.isoformat()) for i in range(count)],
        )
    drop(raw, "logins", "2022-03-07", [login(i, "2022-03-07") for i in range(100)])
    assert failed(check_raw(tmp_path / "before", raw)) == {
        "events_fresh",
        "sources_delivered",
        "roster_in_force",
    }
    records = [activity(9000 + i, "2022-03-18") for i in range(800)]
    drop(raw, "activities", "2022-03-18", [*records, *records[:200], *["bad"] * 100])
    results = check_raw(tmp_path / "after", raw)
    assert failed(results) >= {
        "volume_near_usual",
        "drops_without_gap",
        "quarantined_share_low",
        "duplicate_share_low",
    }
    assert "2022-03-18" in results["volume_near_usual"].observed
    assert "2022-03-12" not in results["volume_near_usual"].observed


def test_odd_rosters_warn(tmp_path):
    """A roster that lost a third of its teachers, or has none active, warns and names the day."""
    raw = tmp_path / "raw"
    rows = ROSTER["teachers.csv"].splitlines(keepends=True)
    drop_roster(raw, "2022-03-01")
    drop_roster(raw, "2022-04-01", teachers="".join(rows[:7]))
    drop_roster(raw, "2022-05-01", teachers="".join(rows[:7]).replace("active", "retired"))
    results = check_raw(tmp_path, raw)
    roster = {name for name in failed(results) if name.startswith("roster")}
    assert roster == {"roster_teachers_steady", "roster_active_steady", "roster_has_active_teachers"}
    assert "2022-04-01" in results["roster_teachers_steady"].observed
    assert "2022-05-01" in results["roster_has_active_teachers"].observed


def test_odd_samples_warn(tmp_path):
    """Teachers on no roster, late events and a profile field that is never named warn."""
    raw = tmp_path / "raw"
    drop_roster(raw, DAY)
    profile = {"event_type": "profile_update", "actor_id": "X1", "attributes": {"email": "a@b"}}
    drop(raw, "activities", DAY, [activity(i, "2021-12-01", **profile) for i in range(200)])
    results = check_raw(tmp_path, raw)
    assert failed(results) >= {"sample_teachers_listed", "sample_events_recent", "profile_fields_used"}
    assert "email" not in results["profile_fields_used"].observed


def test_results_are_the_same_every_time_and_anywhere(tampered, city):
    """The same lake gives equal results, in the order of CHECKS, wherever it lies."""
    _rows_lost(tampered)
    first = run_checks(tampered.lake, tampered.manifests, tampered.inventory)
    assert [r.name for r in first] == [c.name for c in CHECKS]
    moved = tampered.lake.root.rename(tampered.lake.root.with_name("elsewhere"))
    assert run_checks(Lake(moved), tampered.manifests, tampered.inventory) == first


def test_results_become_a_table(tampered):
    """ops.checks has one row per check with its suite, column, verdict and finding."""
    results = run_checks(tampered.lake, tampered.manifests, tampered.inventory, BLOCKING)
    table = results_table(results)
    columns = "suite check_name column_name is_blocking is_passed observed"
    assert table.column_names == columns.split()
    assert table["check_name"].to_pylist() == [c.name for c in BLOCKING]
    assert table["is_passed"].to_pylist() == [True] * len(BLOCKING)
    assert results_table([]).num_rows == 0


def test_checks_are_declared_whole():
    """Every check has a name that Dagster takes, a suite, a frame that exists, a label and an advice."""
    names = [c.name for c in CHECKS]
    assert len(set(names)) == len(names)
    for c in CHECKS:
        assert re.fullmatch(r"[a-z][a-z0-9_]+", c.name)
        assert c.suite in SUITES
        assert c.frame in frames.FRAMES
        assert c.meaning.endswith(".")
        assert re.search(r"[\u4e00-\u9fff]", c.label)
        assert c.advice.endswith("。")
