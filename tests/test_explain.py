"""`cockpit explain`: every point and every point not given, down to the raw record."""

import gzip
import hashlib
import json
import shutil
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from explain_city import AS_OF, LATE_DROP, write_raw

from pipelines import dbt_runner, warehouse
from pipelines.errors import CockpitError
from pipelines.explain import explain_teacher, render_text
from pipelines.explain.cli import main
from pipelines.explain.model import Explanation, UnitExplanation
from pipelines.explain.rulebook import Rulebook, Version
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.ingest.contract import DECISIONS, EVENT_SOURCES, ROSTER
from pipelines.ingest.decisions import take_in_decisions
from pipelines.ingest.inventory import take_inventory
from pipelines.ingest.roster import take_in_rosters
from pipelines.ingest.takein import take_in
from pipelines.trace.trace import trace_record

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A HOME made from a RAW of a few dozen records."""
    root = tmp_path_factory.mktemp("explain")
    raw, home = root / "raw", Home(root / "home")
    write_raw(raw)
    home.scratch.mkdir(parents=True)
    inventory = take_inventory(raw)
    quiet = {"say": lambda line: None}
    manifests = {
        name: take_in(home.lake, source, inventory.by_drop_day(name), **quiet).manifest
        for name, source in EVENT_SOURCES.items()
    }
    manifests[ROSTER] = take_in_rosters(home.lake, inventory.by_drop_day(ROSTER), **quiet).manifest
    manifests[DECISIONS] = take_in_decisions(home.lake, inventory.by_drop_day(DECISIONS), **quiet).manifest
    run = {"run_id": "tiny", "as_of": AS_OF, "known_at": None, "input_sha256": "", "code_sha256": ""}
    work = home.scratch / "work.duckdb"
    warehouse.prepare(home.warehouse, work, home.lake, manifests, inventory, run)
    failed = [r for r in dbt_runner.build(home.warehouse, work, home.scratch) if not r.is_success]
    assert not failed
    shutil.rmtree(home.scratch)
    write_json(home.root / "run.json", {"raw": str(raw), "as_of": AS_OF, "run_id": "tiny"})
    return home


@pytest.fixture
def own(tiny: Home, tmp_path: Path) -> Home:
    """A copy of the HOME with a RAW of its own, for a test that changes either."""
    shutil.copytree(tiny.root.parent, tmp_path / "own")
    home = Home(tmp_path / "own" / "home")
    write_json(home.root / "run.json", {**tiny.last_run(), "raw": str(tmp_path / "own" / "raw")})
    return home


def _unit(explanation: Explanation, rule_code: str, unit_id: str) -> UnitExplanation:
    units = [u for r in explanation.rules if r.rule_code == rule_code for u in r.units]
    return next(u for u in units if u.unit_id == unit_id)


def _raw_line(path: Path, number: int) -> str:
    """A record's text, found without the project's own readers."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    is_csv = path.suffix == ".csv"
    lines = [line for line in text.decode("gb18030" if is_csv else "utf-8").split("\n") if line.strip()]
    return lines[number if is_csv else number - 1]


@pytest.mark.parametrize("teacher_id", ["T1", "T2", "T9"])
def test_explained_rows_are_the_ledger(tiny: Home, teacher_id: str):
    """Every ledger row is explained once, its points as they stand, and the lake agrees with each."""
    explanation = explain_teacher(tiny, teacher_id)
    with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
        ledger = con.execute(
            "select rule_code, unit_id, decision, points from marts.points_ledger where teacher_id = ?",
            [teacher_id],
        ).fetchall()
    explained = [
        (rule.rule_code, unit.unit_id, unit.decision, unit.points)
        for rule in explanation.rules
        for unit in rule.units
        if unit.decision != "not_in_ledger"
    ]
    assert sorted(explained) == sorted(ledger)
    assert explanation.points == sum(row[3] for row in ledger)
    assert explanation.doubts == []


def test_every_record_is_the_one_in_the_file(tiny: Home):
    """Each record names its file, number and sha256, and its text is what lies there."""
    raw = Path(tiny.last_run()["raw"])
    records = list(explain_teacher(tiny, "T1").all_records())
    assert len(records) > 70
    for record in records:
        assert record.sha256 == hashlib.sha256((raw / record.path).read_bytes()).hexdigest()
        assert record.text == _raw_line(raw / record.path, record.record_number)
        assert record.event_id in record.text


def test_every_credit_shows_its_event(tiny: Home):
    """Among the records behind a credit is the event that made its condition true."""
    units = [u for rule in explain_teacher(tiny, "T1").rules for u in rule.units if u.credited_at]
    assert len(units) == 16
    for unit in units:
        assert unit.event_id in [record.event_id for record in unit.records]


def test_distinct_accounts_are_shown_up_to_the_threshold(tiny: Home):
    """Behind a credit of 10 distinct students lie the creation and the first event of each of the 10."""
    unit = _unit(explain_teacher(tiny, "T1", rule="assignment_reach"), "assignment_reach", "hw1")
    assert [r.event_type for r in unit.records] == ["assignment_create"] + 10 * ["assignment_response"]
    assert [r.actor_id for r in unit.records[1:]] == [f"s{n}" for n in range(10)]
    assert unit.why == "1st of 2 in the week of 2022-03-07"
    assert unit.ignored_counts == {
        "dated before the creation of the assignment": 1,
        "the same student again": 1,
        "after the credit": 2,
    }


@pytest.mark.parametrize(
    ("rule", "unit_id", "why"),
    [
        ("assignment_reach", "hw2", "9 of 10 distinct students"),
        ("class_formation", "c1", "24 of 25 members at one time"),
        ("class_activity", "act|2022-03-07",
         "14 of 15 distinct students in the week; 1 of 5 works reviewed or shared so far"),
    ],
)  # fmt: skip
def test_a_unit_not_met_says_how_far_it_came(tiny: Home, rule: str, unit_id: str, why: str):
    """A unit short of its threshold says n of N."""
    unit = _unit(explain_teacher(tiny, "T1"), rule, unit_id)
    assert (unit.decision, unit.points, unit.why) == ("not_met", 0, why)


@pytest.mark.parametrize(
    ("rule", "unit_id", "reasons"),
    [
        ("assignment_reach", "hw2", {"later than 720 h after the creation": 1}),
        ("class_formation", "c1", {"a join of one who is in": 1, "left the class": 2,
                                   "not in when the class was fullest": 1}),
        ("class_activity", "act|2022-03-07",
         {"a review: too few works, or their last falls in another week": 1,
          "a review by another than the activity's creator": 1}),
        ("login", "2022-03-08", {"a later login of the same day": 1}),
    ],
)  # fmt: skip
def test_events_that_did_not_count_say_why(tiny: Home, rule: str, unit_id: str, reasons: dict[str, int]):
    """Every event of a unit that did not count is counted under its reason."""
    assert _unit(explain_teacher(tiny, "T1"), rule, unit_id).ignored_counts == reasons


@pytest.mark.parametrize(
    ("rule", "unit_id", "decision", "why", "note"),
    [
        ("assignment_reach", "hw2", "not_met", "9 of 10 distinct students",
         "void by decision D0 of 2022-03-31, 区教育局: 非本人作答"),
        ("login", "2022-03-09", "not_in_ledger", "void: nothing that could stand for it is left",
         "void by decision D1 of 2022-03-31, 区教育局: 他人代登"),
    ],
)  # fmt: skip
def test_a_void_event_is_named_with_its_decision(
    tiny: Home, rule: str, unit_id: str, decision: str, why: str, note: str
):
    """A unit that lacks a void event names its decision, reason, who and when, and the record itself."""
    explanation = explain_teacher(tiny, "T1")
    unit = _unit(explanation, rule, unit_id)
    assert (unit.decision, unit.points, unit.why) == (decision, 0, why)
    (void,) = unit.voided
    assert void.note == note
    assert void.event_id in void.text
    assert note in render_text(explanation)


def test_a_trace_names_the_decision(tiny: Home):
    """A void record ends as void by its decision, and a row of decisions says what it does."""
    void = trace_record(tiny, "logins/dt=2022-03-20/登录.csv", 10)
    assert (void.event_id, void.fate) == ("l10", "void")
    assert void.note == "void by decision D1 of 2022-03-31, 区教育局: 他人代登"
    decisions = [trace_record(tiny, "decisions/dt=2022-04-01/决定.csv", n) for n in (2, 3, 4)]
    assert [(d.status, d.detail) for d in decisions] == [
        ("decision", "decision D1: void logins:l10, in force"),
        ("decision", "decision D2: void logins:l1, overtaken by a later decision"),
        ("decision", "decision D3: restore logins:l1, in force"),
    ]
    assert "他人代登" in decisions[0].text


def test_a_restored_event_counts(tiny: Home):
    """A login that was void and is restored earns as before, and no decision is named at it."""
    unit = _unit(explain_teacher(tiny, "T1"), "login", "2022-03-01")
    assert (unit.decision, unit.voided) == ("awarded", [])


def test_over_cap_says_its_place(tiny: Home):
    """A credit past the cap says which it was, of how many, and that it earned nothing."""
    unit = _unit(explain_teacher(tiny, "T1"), "resource_share", "r5")
    assert (unit.decision, unit.why) == ("over_cap", "6th of 5 in the week of 2022-03-07, earned 0")


def test_login_says_the_day_of_its_streak(tiny: Home):
    """The price of a login follows from the day of its streak, which is said."""
    unit = _unit(explain_teacher(tiny, "T1"), "login", "2022-03-08")
    assert unit.points == 2
    assert unit.why == "1st of 1 on 2022-03-08, day 8 of a streak from 2022-03-01"


@pytest.mark.parametrize(
    ("rule", "unit_id", "why"),
    [
        ("interactive_lesson", "ses", "comes true at 2022-05-02 00:05:00, after the as-of day 2022-05-01"),
        ("resource_share", "r-private", "private, not public"),
        ("habit_checkin", "h-orphan|2022-03-07", "the habit has no creation event, so nobody earns"),
    ],
)
def test_what_never_came_to_the_ledger_says_why(tiny: Home, rule: str, unit_id: str, why: str):
    """An object that has no ledger row at all is named, with the reason."""
    unit = _unit(explain_teacher(tiny, "T1"), rule, unit_id)
    assert (unit.decision, unit.points, unit.why) == ("not_in_ledger", 0, why)
    assert unit.all_records()


def test_a_listed_teacher_has_index_and_ranks(tiny: Home):
    """A period tells name, school, district by its roster, the index, and each rank of how many."""
    year = explain_teacher(tiny, "T1", period="2022").periods[0]
    assert (year.teacher_name, year.school_name, year.district_name) == ("王芳", "第一小学", "江岸区")
    assert year.index == year.points == 39
    assert (year.school_rank, year.school_of, year.city_rank, year.city_of) == (1, 2, 1, 2)


@pytest.mark.parametrize(
    ("teacher_id", "why"),
    [
        ("T2", "retired by the roster of 2022-03-01"),
        ("T9", "on no roster; the one that counts is of 2022-03-01"),
    ],
)
def test_who_is_not_listed_is_told_why(tiny: Home, teacher_id: str, why: str):
    """A teacher who is not listed has points, no index, and the reason."""
    year = explain_teacher(tiny, teacher_id, period="2022").periods[0]
    assert (year.points, year.index, year.not_listed) == (5, None, why)


def test_a_teacher_without_events_is_explained(tiny: Home):
    """A listed teacher who did nothing is known: index 0, no units."""
    explanation = explain_teacher(tiny, "T3")
    assert (explanation.periods[0].index, explanation.rules) == (0, [])
    assert "nothing earned" in render_text(explanation)


def test_a_period_holds_its_own_units_alone(tiny: Home):
    """With a period, its points are those explained: credits of its days, and units with events in them."""
    explanation = explain_teacher(tiny, "T1", period="award-2022")
    assert explanation.points == explanation.periods[0].points == 0
    assert {u.unit_id for r in explanation.rules for u in r.units} == {"hw2", "ses"}


def test_a_changed_or_removed_raw_file_is_said(own: Home):
    """Where a raw file is no longer the one that was scored, that is said instead of a text."""
    raw = Path(own.last_run()["raw"])
    (raw / LATE_DROP).unlink()
    logins = raw / "logins/dt=2022-03-20/登录.csv"
    logins.write_bytes(logins.read_bytes() + b"\n")
    explanation = explain_teacher(own, "T1")
    login = _unit(explanation, "login", "2022-03-01").records[0]
    assert login.text is None
    assert login.fault.startswith("the file has changed since the run: its sha256 is now ")
    assert _unit(explanation, "interactive_lesson", "ses").records[0].fault == "the file is gone"
    assert "! no text: the file is gone" in render_text(explanation)
    assert explanation.points == 39


def test_a_lake_newer_than_the_results_is_said(own: Home):
    """Drop files taken in after the results in force were made put the explanation in doubt."""
    manifest = own.lake.load("activities")
    manifest.days["2022-03-20"].files[0].sha256 = "0" * 64
    own.lake.commit("activities", manifest)
    doubts = explain_teacher(own, "T1").doubts
    assert doubts == ["1 drop file was taken in after these results; do `cockpit run` again"]


def test_a_ledger_the_lake_denies_is_said(own: Home):
    """A ledger row whose event is not what the lake holds is never passed off as explained."""
    with duckdb.connect(str(own.warehouse)) as con:
        con.execute("update marts.points_ledger set event_id = 'a9999' where unit_id = 'hw1'")
    (doubt,) = explain_teacher(own, "T1").doubts
    assert doubt.startswith("assignment_reach hw1: the ledger has event a9999 at 2022-03-07 11:04:00, ")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"period": "1999"}, "unknown period '1999'; the periods are 2022, award-2022"),
        ({"rule": "logins"}, "unknown rule 'logins'; the rules are login, profile_complete, "),
        ({"teacher_id": "T77"}, "unknown teacher 'T77': on no roster, in no event up to 2022-05-01"),
        ({"teacher_id": "s1"}, "unknown teacher 's1'"),
    ],
)
def test_errors_are_one_line(tiny: Home, asked: dict[str, str], line: str):
    """What is asked for and does not exist is refused in one line that lists what there is."""
    with pytest.raises(CockpitError) as caught:
        explain_teacher(tiny, **{"teacher_id": "T1", **asked})
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_home_without_a_run_is_refused(tmp_path: Path):
    """Before the first finished run there is nothing to explain, and that is said."""
    with pytest.raises(CockpitError, match="holds no finished run"):
        explain_teacher(Home(tmp_path), "T1")


def test_text_is_safe_and_complete(tiny: Home):
    """The text names every unit, record and full sha256, and no raw text steers the terminal."""
    explanation = explain_teacher(tiny, "T1")
    text = render_text(explanation)
    assert "\x1b" not in text
    assert "\\x1b[31m" in text
    for record in explanation.all_records():
        assert f"{record.path} record {record.record_number} sha256 {record.sha256[:12]}" in text
        assert f"  {record.sha256}  {record.path}" in text
    assert "导学检测 assignment_reach (教学应用): 5 points, 1 awarded, 1 not met" in text


def test_the_command_prints_json_and_tells_what_is_missing(own: Home, capsys: pytest.CaptureFixture[str]):
    """--json prints the whole explanation; the exit code is 0 only where every text could be had."""
    asked = {"level": "teacher", "rank": False, "unit": None, "period": None, "rule": None}
    args = Namespace(home=own.root, id="T1", json=True, html=None, **asked)
    assert main(args) == 0
    assert json.loads(capsys.readouterr().out)["points"] == 39
    (Path(own.last_run()["raw"]) / LATE_DROP).unlink()
    assert main(args) == 1
    said = capsys.readouterr().err
    assert said.startswith("cockpit: 2 of ")
    assert said.endswith(f" raw records have no text, first {LATE_DROP}: the file is gone\n")


def test_rule_texts_quote_the_version_in_force():
    """A rule's text takes its numbers from its dated versions, and shows those that have begun."""
    first = Version(
        "assignment_reach", 8, "教学应用", "导学检测", date(1, 1, 1), date(2022, 6, 30), 5, 2, "week", 10,
        None, 720, None, None,
    )  # fmt: skip
    second = replace(first, valid_from=date(2022, 7, 1), valid_to=date(9999, 12, 31), threshold=12, points=6)
    book = Rulebook([second, first])
    assert len(book.texts("assignment_reach", date(2022, 6, 30))) == 1
    old, new = book.texts("assignment_reach", date(2022, 7, 1))
    assert "5 points each" in old
    assert "10 distinct students" in old
    assert new.startswith("2022-07-01 to 9999-12-31: 6 points each")
    assert "12 distinct students" in new
    assert book.in_force("assignment_reach", date(2022, 7, 1)) == second
