"""What a run has to score anew: keys that follow events to units, and no more than these."""

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from harness import BUILT_ON, data_test, read_seed, scored
from reference.hostile import write_city
from sampling import accepted_events, differences, some_teachers

from pipelines.ingest.contract import EVENT_TYPES
from pipelines.ingest.keys import FAMILIES, event_key, object_key, unit_key
from pipelines.ingest.lake import Lake, parquet
from pipelines.project import DBT_PROJECT
from pipelines.scope.basis import carry_over
from pipelines.scope.passes import Share, plan
from pipelines.synth import write_city as write_made_up_city

SCORED_UNITS = "select teacher_id, rule_code, unit_id from work.intermediate.int_scored_units order by all"
PRICED_UNITS = "select teacher_id, rule_code, unit_id from work.intermediate.int_units order by all"


def test_every_rule_has_one_family() -> None:
    """Each rule of the seed is followed by one family of keys: none is forgotten."""
    with (DBT_PROJECT / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["rule_code"] for row in csv.DictReader(file)}
    assert sorted(code for family in FAMILIES for code in family.rules) == sorted(codes)


def test_an_event_type_is_in_one_family_at_most() -> None:
    """No event type has two keys, and only those that no rule reads have none."""
    listed = [name for family in FAMILIES for name in family.event_types]
    assert len(listed) == len(set(listed))
    assert EVENT_TYPES.keys() - set(listed) == {"space_visit", "school_post", "post_reply"}


def test_days_of_one_object_differ_in_the_lower_bits_alone() -> None:
    """A habit's days share their upper 40 bits with its creation; two habits do not."""
    with duckdb.connect() as con:
        rows = con.execute(
            f"select object_id, {event_key('activities')} >> 24 from (values"
            "('h1', 'habit_checkin', timestamp '0001-01-01'), ('h1', 'habit_checkin', '9999-12-31 23:59:59'),"
            "('h1', 'habit_create', '2022-03-01'), ('h2', 'habit_checkin', '2022-03-01'))"
            "as e(object_id, event_type, occurred_at), (select 't' as actor_id)"
        ).fetchall()
    assert len({upper for habit, upper in rows if habit == "h1"}) == 1
    assert len({upper for _, upper in rows}) == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [9300, 9301])
def test_a_unit_has_the_key_of_its_event(tmp_path: Path, seed: int) -> None:
    """A credit's unit has the key of the event that made it: what moves the one finds the other."""
    write_city(tmp_path / "raw", seed)
    lake = Lake(tmp_path / "lake")
    with scored(tmp_path / "raw", lake=lake, marts=["points_ledger"]) as con:
        for source, is_login in (("logins", "="), ("activities", "<>")):
            events = parquet(lake.data_files(lake.load(source), "accepted"))
            differing = con.execute(
                f"select ledger.* from marts.points_ledger as ledger join {events} as e using (event_id) "
                f"where rule_code {is_login} 'login' and scope_key <> {unit_key()}".replace(
                    "teacher_id", "ledger.teacher_id"
                )
            ).fetchall()
            assert differing == []


def _login(raw: Path, dt: str, event_id: str, teacher: str, day: str) -> None:
    folder = raw / "logins" / f"dt={dt}"
    folder.mkdir(parents=True, exist_ok=True)
    event = {"event_id": event_id, "teacher_id": teacher, "occurred_at": f"{day}T07:00:00", "channel": "web"}
    (folder / f"{event_id}.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")


def _act(raw: Path, dt: str, event_type: str, actor: str, object_id: str) -> None:
    folder = raw / "activities" / f"dt={dt}"
    folder.mkdir(parents=True, exist_ok=True)
    event_id = f"{event_type}-{actor}-{object_id}-{dt}"
    event = {
        "event_id": event_id, "event_type": event_type, "occurred_at": f"{dt}T08:00:00", "actor_id": actor,
        "actor_role": "teacher" if actor.startswith("t") else "student", "object_id": object_id,
        "attributes": {"action": "read"} if event_type == "assignment_response" else {"kind": "quiz"},
    }  # fmt: skip
    (folder / f"{event_id}.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")


def _streak_days(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Login day of t1 to its place in its streak."""
    rows = con.execute("select unit_id, progress from marts.points_ledger where teacher_id = 't1'").fetchall()
    return dict(rows)


@pytest.fixture
def streaks(tmp_path: Path) -> Path:
    """Two teachers who logged in on every day of March but the 5th, one drop a day."""
    for day in (date(2022, 3, 1) + timedelta(days=n) for n in range(31)):
        for teacher in ("t1", "t2"):
            if day.day != 5:
                _login(tmp_path / "raw", str(day), f"{teacher}-{day}", teacher, str(day))
    return tmp_path / "raw"


def test_a_late_login_prices_the_days_after_it_and_no_others(streaks: Path, tmp_path: Path) -> None:
    """A login that closes a gap is scored alone; its teacher's later days are priced anew, nobody else's."""
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
        assert len(con.execute(SCORED_UNITS).fetchall()) == 60
    _login(streaks, "2022-03-31", "late", "t1", "2022-03-05")
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
        assert con.execute(SCORED_UNITS).fetchall() == [("t1", "login", "2022-03-05")]
        priced = con.execute(PRICED_UNITS).fetchall()
        assert priced == [("t1", "login", f"2022-03-{day:02}") for day in range(4, 32)]
        steps = _streak_days(con)
        assert (steps["2022-03-04"], steps["2022-03-05"], steps["2022-03-31"]) == (4, 5, 31)


def test_what_is_scored_anew_is_sought_in_few_drops(streaks: Path, tmp_path: Path) -> None:
    """Of a month's drops those are read that can hold an event of what has changed, and no others."""
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    for day in range(1, 31):
        _act(streaks, f"2022-03-{day:02}", "assignment_create", "t1", f"h{day}")
        _act(streaks, f"2022-03-{day:02}", "assignment_response", "s1", f"h{max(1, day - 20)}")
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON):
        pass
    _login(streaks, "2022-03-31", "late", "t1", "2022-03-05")
    _act(streaks, "2022-03-31", "assignment_response", "s2", "h5")
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
        read = dict(con.execute("select source, events from work.scope.passes").fetchall())
        assert [unit_id for *_, unit_id in con.execute(SCORED_UNITS).fetchall()] == ["h5", "2022-03-05"]
    assert {day[-2:] for day in re.findall(r"dt=(\S{10})/", read["logins"])} == {"31"}
    assert {day[-2:] for day in re.findall(r"dt=(\S{10})/", read["activities"])} == {"05", "25", "31"}


def test_a_removed_login_opens_the_gap_again(streaks: Path, tmp_path: Path) -> None:
    """A drop taken back leaves no row behind, and the streak after it starts again."""
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON):
        pass
    (streaks / "logins" / "dt=2022-03-10" / "t1-2022-03-10.jsonl").unlink()
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
        assert con.execute(SCORED_UNITS).fetchall() == []
        steps = _streak_days(con)
    assert "2022-03-10" not in steps
    assert (steps["2022-03-09"], steps["2022-03-11"]) == (4, 1)


def test_streaks_go_on_without_a_rule_for_logins(streaks: Path, tmp_path: Path) -> None:
    """Where the rule table has no login, a streak is still counted on from the last release."""
    rules = [row for row in read_seed("rules") if row["rule_code"] != "login"]
    how = {"lake": Lake(tmp_path / "lake"), "warehouse": tmp_path / "warehouse.duckdb", "rules": rules}
    with scored(streaks, "2022-03-03", **how):
        pass
    with scored(streaks, "2022-03-04", **how) as con:
        days = con.execute(
            "select unit_id, progress from state.unpriced_units where teacher_id = 't1' order by 1"
        )
        assert [progress for _, progress in days.fetchall()] == [1, 2, 3, 4]


def test_a_large_change_is_scored_in_passes_too(streaks: Path, tmp_path: Path) -> None:
    """Memory is bounded by passes also where a release is built on: what many drops bring is cut up."""
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    later = tmp_path / "later"
    (streaks / "logins").rename(later)
    (streaks / "logins").mkdir()
    (later / "dt=2022-03-01").rename(streaks / "logins" / "dt=2022-03-01")
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON):
        pass
    for folder in sorted(later.iterdir()):
        folder.rename(streaks / "logins" / folder.name)
    with scored(
        streaks, "2022-03-31", lake=lake, warehouse=warehouse, marts=BUILT_ON, events_per_pass=10
    ) as con:
        assert con.execute("select count(distinct pass_no) from work.scope.passes").fetchone() == (6,)
        assert len(con.execute(SCORED_UNITS).fetchall()) == 58


def test_small_families_share_a_pass_and_large_ones_are_cut() -> None:
    """No pass has more than is asked for but by chance, and none is spent on few events alone."""
    login, profile, resource, photo, *_ = FAMILIES
    shares = plan({photo: 4, login: 6, profile: 25, resource: 5}, most=10)
    assert shares == [Share((login, photo)), Share((resource,)), *(Share((profile,), n, 3) for n in range(3))]


@pytest.mark.slow
def test_each_event_is_scored_in_one_pass(tmp_path: Path) -> None:
    """However a city is cut up, each event that a rule reads is in one pass, with all of its object."""
    write_city(tmp_path / "raw", 9302)
    lake = Lake(tmp_path / "lake")
    with scored(tmp_path / "raw", lake=lake, marts=["points_ledger"], events_per_pass=150) as con:
        accepted = accepted_events(lake)
        passes = con.execute("select pass_no, source, events from work.scope.passes").fetchall()
        found = [
            (source, number, *event)
            for number, source, events in passes
            for event in con.execute(
                f"select event_id, {object_key('scope_key')} from ({events}) "
                f"join (select event_id, scope_key from {accepted[source]}) using (event_id)"
            ).fetchall()
        ]
        expected = [
            (source, event_id)
            for source, events in accepted.items()
            for (event_id,) in con.execute(f"select event_id from {events} where scope_key <> 0").fetchall()
        ]
    assert sorted((source, event_id) for source, _, event_id, _ in found) == sorted(expected)
    assert len({number for _, number, *_ in found}) > 5
    objects = {(source, key): set() for source, _, _, key in found}
    for source, number, _, key in found:
        objects[source, key].add(number)
    assert {len(numbers) for numbers in objects.values()} == {1}


@pytest.mark.parametrize(
    "tampered",
    [
        "delete from marts.points_ledger where unit_id = '2022-03-10' and teacher_id = 't1'",
        "insert into marts.points_ledger from marts.points_ledger where unit_id = '2022-03-10'",
        "insert into work.intermediate.int_units from work.intermediate.int_units; "
        "insert into marts.points_ledger from marts.points_ledger",
        "delete from work.intermediate.int_units where unit_id = '2022-03-10'; "
        "insert into work.before.rescored by name "
        "select teacher_id, rule_code, unit_id from marts.points_ledger where unit_id = '2022-03-10'",
    ],
    ids=["lost", "doubled", "doubled on both sides", "left behind"],
)
def test_a_unit_lost_or_doubled_on_its_way_is_noticed(streaks: Path, tampered: str) -> None:
    """The data test between units and ledger fails where either holds a unit not just once."""
    with scored(streaks, "2022-03-31", marts=BUILT_ON) as con:
        for statement in tampered.split("; "):
            con.execute(statement)
        assert con.execute(data_test("ledger_decides_each_credit_once")).fetchall()


def _colliding(family: str, other: str) -> tuple[str, str]:
    """Ids of two families whose keys share their 40 bits: found anew, for the hash may change with DuckDB."""
    with duckdb.connect() as con:
        return con.execute(
            f"""
            with ids as (select unnest(range(1500000)) as i),
            mine as (select 'h' || i as id, hash('{family}|h' || i) >> 24 as upper from ids),
            others as (select 'x' || i as id, hash('{other}|x' || i) >> 24 as upper from ids)
            select mine.id, others.id from mine join others using (upper) order by 1, 2 limit 1
            """
        ).fetchone()


@pytest.mark.slow
def test_what_shares_a_key_by_chance_keeps_its_points(tmp_path: Path) -> None:
    """A login with by chance the key of a habit's day brings its creation along: no credit is lost."""
    habit, teacher = _colliding("habit", "login")
    raw, lake, warehouse = tmp_path / "raw", Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    folder = raw / "activities" / "dt=2022-03-02"
    folder.mkdir(parents=True)
    acts = [("e1", "habit_create", "t1", "teacher"), ("e2", "habit_checkin", "s1", "student")]
    with (folder / "a.jsonl").open("w", encoding="utf-8") as file:
        for event_id, event_type, actor, role in acts:
            event = {"event_id": event_id, "event_type": event_type, "occurred_at": "2022-03-02T08:00:00"}
            file.write(json.dumps(event | {"actor_id": actor, "actor_role": role, "object_id": habit}) + "\n")
    with scored(raw, "2022-03-02", lake=lake, warehouse=warehouse, marts=BUILT_ON):
        pass
    _login(raw, "2022-03-02", "l1", teacher, "2022-03-02")
    with scored(raw, "2022-03-02", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
        rules = con.execute("select rule_code from marts.points_ledger order by 1").fetchall()
    assert rules == [("habit_checkin",), ("login",)]


def test_nothing_is_built_on_what_the_lake_no_longer_holds(streaks: Path, tmp_path: Path) -> None:
    """A release whose events are gone from the lake is no basis: all of it is dropped, to be scored anew."""
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse) as con:
        assert carry_over(con, lake) is not None
        kept = con.execute("select count(*) from marts.points_ledger").fetchone()
    assert kept == (60,)
    with scored(streaks, "2022-03-31", lake=lake, warehouse=warehouse) as con:
        next(iter((tmp_path / "lake" / "logins").glob("*/*"))).unlink()
        assert carry_over(con, lake) is None
        left = con.execute("select count(*) from duckdb_tables() where schema_name in ('marts', 'state')")
        assert left.fetchone() == (0,)


@pytest.mark.slow
def test_a_sample_of_a_larger_city_equals_the_reference(tmp_path: Path) -> None:
    """Brought up to date day by day, teachers of a made-up city have just what the reference scorer gives."""
    raw, later = tmp_path / "raw", tmp_path / "later"
    write_made_up_city(raw, 300, date(2022, 3, 1), date(2022, 3, 28), seed=5, records_per_teacher_day=9.0)
    for source in ("logins", "activities"):
        (later / source).mkdir(parents=True)
        for day in ("2022-03-09", "2022-03-27", "2022-03-28"):
            (raw / source / f"dt={day}").rename(later / source / f"dt={day}")
    lake, warehouse = Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb"
    with scored(raw, "2022-03-26", lake=lake, warehouse=warehouse, marts=BUILT_ON):
        pass
    for day in ("2022-03-27", "2022-03-28", "2022-03-09"):
        for source in ("logins", "activities"):
            (later / source / f"dt={day}").rename(raw / source / f"dt={day}")
        with scored(raw, "2022-03-28", lake=lake, warehouse=warehouse, marts=BUILT_ON) as con:
            ours, theirs, met = differences(con, accepted_events(lake), some_teachers(con, 40), "2022-03-28")
    assert (ours, theirs) == ([], [])
    assert len(met) >= 30
