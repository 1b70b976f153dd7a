"""`cockpit trace`: what became of each record, up to the ranks it moved."""

import json
import random
import re
import shutil
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import tracing
from fates import MOVES_NOTHING, CityFates, alike, fates_of, is_counting, ledger_without
from harness import scored
from hostile_home import raw_of
from reference import scorer
from reference.hostile import random_rules, write_city
from reference.indices import district_index, school_index, teacher_index
from reference.reader import read
from reference.rulebook import NamedPeriod

from pipelines.errors import CockpitError
from pipelines.explain.fates import DECIDING, FATES
from pipelines.explain.model import Event
from pipelines.explain.results import KnownLake
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.ingest.lake import Lake
from pipelines.trace import trace_record
from pipelines.trace.cli import main

pytestmark = pytest.mark.slow


def _deciding(city: CityFates) -> Counter:
    return Counter(
        (row["rule_code"], event.event_id)
        for event, outcome in city.outcomes
        for _, fate, row in outcome.units
        if fate in DECIDING
    )


def _assert_each_has_one_fate(found: CityFates, lake: Lake) -> None:
    accepted = sum(
        f.accepted for s in ("logins", "activities") for d in lake.load(s).days.values() for f in d.files
    )
    assert len(found.outcomes) == len({(e.source, e.event_id) for e, _ in found.outcomes}) == accepted
    assert {outcome.fate for _, outcome in found.outcomes} <= FATES.keys()
    rows = [row for of_rule in found.ledger.values() for row in of_rule.values()]
    assert _deciding(found) == Counter((r["rule_code"], r["event_id"]) for r in rows if r["event_id"])
    touched = {(row["rule_code"], *key) for _, o in found.outcomes for key, _, row in o.units if row}
    assert touched == {(rule, *key) for rule, of_rule in found.ledger.items() for key in of_rule}
    assert [doubt for _, outcome in found.outcomes for doubt in outcome.doubts] == []


def test_every_accepted_record_has_one_fate(home: Home, city: CityFates) -> None:
    """Every accepted record has one fate; those that decided are just the ledger's events; no row is left."""
    _assert_each_has_one_fate(city, home.lake)


def test_every_accepted_record_has_one_fate_where_rules_change(tmp_path: Path) -> None:
    """The same where rules change within the period, by what was known some days before the last drop."""
    as_of = write_city(tmp_path / "raw", 6001)
    lake, day = Lake(tmp_path / "lake"), as_of.isoformat() if as_of else None
    drops = sorted({folder.name.removeprefix("dt=") for folder in (tmp_path / "raw").glob("activities/dt=*")})
    how = {"rules": random_rules(6001), "known_at": drops[-5], "marts": ["points_ledger"]}
    with scored(tmp_path / "raw", day, lake=lake, **how) as con:
        found = fates_of(con, KnownLake(lake.root, drops[-5]))
    assert "no_version" in {outcome.fate for _, outcome in found.outcomes}
    assert max(event.path.split("/")[1] for event, _ in found.outcomes) <= f"dt={drops[-5]}"
    _assert_each_has_one_fate(found, KnownLake(lake.root, drops[-5]))


def test_fates_hold_by_the_reference(home: Home, city: CityFates) -> None:
    """Without a record that moves nothing the reference's ledger is the same; without a deciding one, or one
    that counted and all that would count in its place, it is not.
    """
    held = read(raw_of(home))
    whole = ledger_without(held, city.as_of)
    events = [event for event, _ in city.outcomes]
    by_fate: dict[str, list[Event]] = {}
    for event, outcome in city.outcomes:
        fate = outcome.fate
        if fate in (*DECIDING, *MOVES_NOTHING) or is_counting(fate, event.event_type):
            by_fate.setdefault(fate, []).append(event)
    luck = random.Random(1)
    for fate in sorted(by_fate):
        for event in luck.sample(by_fate[fate], min(12, len(by_fate[fate]))):
            left_out = alike(event, events) if is_counting(fate, event.event_type) else {event.event_id}
            without = ledger_without(held, city.as_of, event.source, left_out)
            assert (without == whole) == (fate in MOVES_NOTHING), (fate, event)
    assert len(by_fate) >= 17


def test_random_records_and_rows_hold_by_the_reference(home: Home, city: CityFates) -> None:
    """What one is told of a record or a row is complete, and what the reference says; a lie is found."""
    rows = [dict(zip(tracing.LEDGER, row, strict=True)) for row in tracing.some_rows(home, 30)]
    told = [tracing.traced(home, *record) for record in tracing.some_records(home, 30)]
    told += [tracing.explained(home, row) for row in rows]
    assert [one.faults for one in told if one.faults] == []
    assert tracing.wrong_by_the_reference(home, told, city.as_of) == []
    lies = [replace(one, is_moving=not one.is_moving) for one in told if one.event]
    assert len(lies) > 20
    assert len(tracing.wrong_by_the_reference(home, lies, city.as_of)) == len(lies)


def test_a_trace_of_one_record_is_what_all_at_once_tell(home: Home, city: CityFates) -> None:
    """Read by itself, a record has the fate, the units and the text it has among all; one of each fate."""
    met: set[str] = set()
    for event, outcome in random.Random(2).sample(city.outcomes, len(city.outcomes)):
        if outcome.fate not in met:
            met.add(outcome.fate)
            trace = trace_record(home, event.path, event.record_number)
            assert (trace.status, trace.fate, trace.note) == ("accepted", outcome.fate, outcome.note)
            units = [((u.teacher_id, u.unit_id), u.fate) for u in trace.units]
            assert units == [(key, fate) for key, fate, _ in outcome.units]
            assert (trace.doubts, trace.fault) == ([], "")
            # Ids of this city end in their digits; what comes before may be escaped.
            assert re.search("[0-9]+$", event.event_id)[0] in trace.text
    assert len(met) >= 18


def test_every_record_of_every_file_ends_somewhere(home: Home) -> None:
    """A refused record has its reason, a duplicate the record it repeats, with that one's fate."""
    quarantine = {(q["path"], q["record_number"]): q for q in read(raw_of(home)).quarantine}
    for source in ("logins", "activities"):
        files = [f for day in home.lake.load(source).days.values() for f in day.files]
        several = [f for f in files if f.accepted and f.duplicates and f.quarantined]
        file = min(several, key=lambda f: f.records)
        found = [trace_record(home, file.path, n) for n in range(1, file.records + 1)]
        counts = {"accepted": file.accepted, "duplicate": file.duplicates, "quarantined": file.quarantined}
        assert Counter(trace.status for trace in found) == counts
        for trace in found:
            refused = quarantine.get((trace.path, trace.record_number))
            assert trace.reason == (refused["reason"] if refused else "")
            if trace.status == "duplicate":
                assert (trace.held.event_id, trace.held.status) == (trace.event_id, "accepted")
                assert trace.held.fate in FATES


def test_a_conflicting_record_names_the_one_it_is_held_against(home: Home) -> None:
    """Of two records of one id with other content, the refused one tells the fate of the one that is kept."""
    refused = [q for q in read(raw_of(home)).quarantine if q["reason"] == "conflicting_duplicate"]
    for row in random.Random(5).sample(refused, 3):
        trace = trace_record(home, row["path"], row["record_number"])
        assert trace.detail == f"held against {trace.held.path} record {trace.held.record_number}"
        assert trace.held.fate in FATES


def test_a_row_of_a_roster_names_the_periods_it_counts_for(home: Home) -> None:
    """Rows of the snapshot in force name its periods, those of an overtaken one none."""
    days = [day for day, entry in sorted(home.lake.load("roster").days.items()) if not entry.faults]
    told = [trace_record(home, f"roster/dt={day}/teachers.csv", 1) for day in days]
    assert all(trace.status == "roster" and trace.text for trace in told)
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        periods = [p for (p,) in con.execute("select period_id from marts.periods").fetchall()]
    named = [p for trace in told for p in trace.detail.rpartition(": ")[2].split(", ") if p != "none"]
    assert sorted(named) == sorted(periods)


def test_ranks_without_the_points_are_the_reference_s(home: Home, city: CityFates) -> None:
    """Indices and ranks without a credit's points are those the reference gives for a ledger without them."""
    rosters = read(raw_of(home)).rosters
    rows = [{"rule_code": r, **row} for r, of_rule in city.ledger.items() for row in of_rule.values()]
    credits = [(e, o) for e, o in city.outcomes if o.fate == "decided_credit" and len(o.units) == 1]
    moved = 0
    for event, outcome in random.Random(4).sample(credits, 8):
        (_, _, row) = outcome.units[0]
        poorer = [r | {"points": 0} if r["event_id"] == event.event_id else r for r in rows]
        for effect in trace_record(home, event.path, event.record_number).periods:
            with duckdb.connect(str(home.warehouse), read_only=True) as con:
                span = "select period_id, starts_on, ends_on from marts.periods where period_id = ?"
                period = NamedPeriod(*con.execute(span, [effect.period_id]).fetchone())
            assert period.starts_on <= row["credited_on"] <= period.ends_on
            assert effect.points == row["points"]
            roster = scorer.roster_on(rosters, min(period.ends_on, city.as_of))
            inside = scorer.in_period(poorer, period)
            expected = {
                "teacher": {r["teacher_id"]: r for r in teacher_index(period, roster, inside)},
                "school": {r["school_id"]: r for r in school_index(period, roster, inside)},
                "district": {r["district_id"]: r for r in district_index(period, roster, inside)},
            }
            assert (
                bool(effect.standings)
                == (row["teacher_id"] in expected["teacher"])
                == (not effect.not_listed)
            )
            for standing in effect.standings:
                theirs = expected[standing.level][standing.entity_id]
                value = theirs["points"] if standing.level == "teacher" else float(theirs["index_value"])
                assert standing.value_without == pytest.approx(value)
                for name in ("school_rank", "district_rank", "city_rank"):
                    assert getattr(standing, f"{name}_without") == theirs.get(name)
                moved += standing.is_moved()
    assert moved


def test_what_brings_no_point_moves_no_rank(home: Home, city: CityFates) -> None:
    """A record that came to a credited unit without a part in its credit brings nothing to any index."""
    late = [(e, o) for e, o in city.outcomes if o.fate == "after_decision" and o.units[0][2]["points"]]
    for event, _ in random.Random(6).sample(late, 3):
        effects = trace_record(home, event.path, event.record_number).periods
        assert effects
        assert {effect.points for effect in effects} == {0}
        assert not any(standing.is_moved() for effect in effects for standing in effect.standings)


def test_a_raw_file_that_is_gone_or_changed_is_said(home: Home, city: CityFates, tmp_path: Path) -> None:
    """Without its raw file a record is traced all the same, and that the text is not at hand is said."""
    event, outcome = city.outcomes[0]
    for raw, fault in ((tmp_path / "nowhere", "is not at hand"), (tmp_path, "the file is gone")):
        trace = trace_record(home, event.path, event.record_number, raw)
        assert (trace.text, trace.fate) == (None, outcome.fate)
        assert fault in trace.fault
    (tmp_path / event.path).parent.mkdir(parents=True)
    (tmp_path / event.path).write_bytes(b"other")
    assert "has changed" in trace_record(home, event.path, event.record_number, tmp_path).fault


def test_what_is_not_there_is_refused_in_one_line(home: Home, city: CityFates) -> None:
    """An unknown file, a record past the end and a file refused whole are told in one line."""
    path = city.outcomes[0][0].path
    refused = next(f for d in home.lake.load("activities").days.values() for f in d.files if f.fault)
    for file, number, said in (
        ("logins/dt=2022-01-01/none.csv", 1, "no such drop file"),
        (path, 10**6, "there is no record 1000000, it has "),
        (refused.path, 1, "refused whole: "),
    ):
        with pytest.raises(CockpitError, match=said):
            trace_record(home, file, number)


def test_a_record_the_results_do_not_know_is_refused(home: Home, city: CityFates, tmp_path: Path) -> None:
    """A drop taken in by a run that then failed is said to be newer than the results."""
    event = next(e for e, o in city.outcomes if o.fate == "decided_credit")
    own = Home(tmp_path / "home")
    shutil.copytree(home.root, own.root)
    with duckdb.connect(str(own.warehouse)) as con:
        con.execute(
            "delete from state.drop_days where dt = ?", [event.path.split("/")[1].removeprefix("dt=")]
        )
    with pytest.raises(CockpitError, match="taken in after these results"):
        trace_record(own, event.path, event.record_number)


def test_drops_handed_over_later_are_not_known(home: Home, city: CityFates, tmp_path: Path) -> None:
    """Of results of what was known by a day, a later drop's record is refused, and it makes no doubt."""
    event = max((e for e, _ in city.outcomes), key=lambda e: e.path.split("/")[1])
    own = Home(tmp_path / "home")
    shutil.copytree(home.root, own.root)
    write_json(own.root / "run.json", home.last_run() | {"known_at": "2022-05-30"})
    with duckdb.connect(str(own.warehouse)) as con:
        con.execute("delete from ops.files where dt > date '2022-05-30'")
    with pytest.raises(
        CockpitError, match="no such drop file was taken in of those handed over by 2022-05-30"
    ):
        trace_record(own, event.path, event.record_number)
    known = next(e for e, _ in city.outcomes if e.path.split("/")[1] <= "dt=2022-05-30")
    assert trace_record(own, known.path, known.record_number).doubts == []


def test_the_command_prints_text_and_json(
    home: Home, city: CityFates, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text names record, fate in both languages, unit and ranks; --json holds the same and more."""
    event, outcome = next((e, o) for e, o in city.outcomes if o.fate == "decided_credit")
    args = Namespace(
        home=home.root, raw=None, file=event.path, record=event.record_number, json=False, html=None
    )
    assert main(args) == 0
    text = capsys.readouterr().out
    for part in (
        event.path,
        event.event_id,
        FATES["decided_credit"].english,
        FATES["decided_credit"].chinese,
    ):
        assert part in text
    (teacher_id, unit_id), _, row = outcome.units[0]
    assert f"  {teacher_id} {row['rule_code']} {unit_id}  awarded  {row['points']} point" in text
    args.json = True
    assert main(args) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["fate"], told["event_id"]) == ("decided_credit", event.event_id)
    assert told["units"][0]["decision"] == "awarded"
