"""`cockpit explain` of indices and ranks, of single units, and of records that were never scored."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from fates import CityFates
from hostile_home import raw_of
from reference import scorer
from reference.reader import read

from pipelines.cli import main
from pipelines.errors import CockpitError
from pipelines.explain import explain_teacher
from pipelines.explain.neighbours import SCOPES
from pipelines.explain.standing import explain_standing
from pipelines.explain.standingmodel import Neighbour, StandingInPeriod
from pipelines.explain.unused import names
from pipelines.home import Home
from pipelines.trace import trace_record

pytestmark = pytest.mark.slow

LEVELS = ("teacher", "school", "district")


@pytest.fixture(scope="module")
def expected(home: Home, city: CityFates) -> dict[str, list[dict]]:
    """The reference's tables for the same RAW."""
    return scorer.score(raw_of(home), city.as_of)


def _indices(expected: dict[str, list[dict]], level: str) -> dict[tuple[str, str], dict]:
    """The reference's rows of a level by period and entity, with the exact index."""
    return {
        (row["period_id"], row[f"{level}_id"]): row
        | {"value": Fraction(row["points"]) if level == "teacher" else row["index_value"]}
        for row in expected[f"{level}_index"]
    }


def _assert_lies_between(mine: StandingInPeriod, other: Neighbour, is_above: bool) -> None:
    """The points lacking are the fewest that draw level and pass; the rules add up to the difference."""
    here, there = (mine.points, mine.teachers), (other.points, other.teachers)
    (low, low_n), (high, high_n) = (here, there) if is_above else (there, here)
    goal = Fraction(high, high_n)
    for lacking, is_there in ((other.points_to_draw_level, "__ge__"), (other.points_to_pass, "__gt__")):
        assert getattr(Fraction(low + lacking, low_n), is_there)(goal)
        assert not getattr(Fraction(low + lacking - 1, low_n), is_there)(goal)
    assert sum(d.difference for d in other.differences) == pytest.approx(mine.value - other.value)


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_are_those_of_the_reference(
    home: Home, expected: dict[str, list[dict]], level: str
) -> None:
    """Index, ranks, who is next above and below, and what is lacking, in each period and scope."""
    rows = _indices(expected, level)
    met = 0
    for entity in sorted({entity for _, entity in rows}):
        for standing in explain_standing(home, level, entity, with_neighbours=True).periods:
            row = rows.get((standing.period_id, entity))
            if row is None or row["value"] is None:
                assert standing.not_ranked
                assert (standing.value, standing.ranks) == (None, [])
                continue
            assert (standing.points, standing.value) == (row["points"], pytest.approx(float(row["value"])))
            assert [ranked.scope for ranked in standing.ranks] == list(SCOPES[level])
            for ranked in standing.ranks:
                group = f"{ranked.scope}_id"
                others = {
                    e: r[f"{ranked.scope}_rank"]
                    for (p, e), r in rows.items()
                    if p == standing.period_id and r["value"] is not None and r.get(group) == row.get(group)
                }
                assert (ranked.rank, ranked.of) == (others[entity], len(others))
                assert ranked.tied_with == sorted(
                    e for e, r in others.items() if r == ranked.rank and e != entity
                )
                better = max((r for r in others.values() if r < ranked.rank), default=None)
                lower = min((r for r in others.values() if r > ranked.rank), default=None)
                for other, rank in ((ranked.above, better), (ranked.below, lower)):
                    assert (other and (other.rank, others[other.entity_id])) == (rank and (rank, rank))
                    if other is not None:
                        assert other.tied == sum(r == rank for r in others.values()) - 1
                        _assert_lies_between(standing, other, rank < ranked.rank)
                        met += 1
    assert met


@pytest.mark.parametrize("level", ["school", "district"])
def test_an_index_is_the_sum_of_what_it_is_made_of(home: Home, city: CityFates, level: str) -> None:
    """Rules and members add up to an index's points, members to its teachers; who is left out is named."""
    rosters = read(raw_of(home)).rosters
    entities = {row[f"{level}_id"] for roster in rosters for row in getattr(roster, f"{level}s")}
    left_out = 0
    for entity in sorted(entities):
        for standing in explain_standing(home, level, entity).periods:
            if not standing.name:
                continue
            assert sum(line.points for line in standing.made_of) == standing.points
            assert sum(member.points for member in standing.members) == standing.points
            assert sum(member.teachers for member in standing.members) == standing.teachers
            roster = scorer.roster_on(rosters, standing.counted_on)
            assert standing.roster_on == roster.dt.isoformat()
            district_of = roster.district_of
            absent = {
                t["teacher_id"]
                for t in roster.teachers
                if t["status"] != "active"
                and entity == (t["school_id"] if level == "school" else district_of[t["school_id"]])
            }
            assert {t.teacher_id for t in standing.left_out} == absent
            for teacher in standing.left_out:
                assert teacher.points == sum(
                    row["points"]
                    for of_rule in city.ledger.values()
                    for (who, _), row in of_rule.items()
                    if who == teacher.teacher_id
                    and row["credited_on"]
                    and standing.starts_on <= row["credited_on"] <= standing.ends_on
                )
            left_out += len(absent)
    assert left_out


def test_one_rule_alone(home: Home, expected: dict[str, list[dict]]) -> None:
    """With a rule the index and its ranks are the rule's, and it alone makes the difference."""
    theirs = {
        (r["period_id"], r["entity_id"]): r
        for r in expected["indicator_index"]
        if (r["level"], r["indicator"]) == ("school", "login")
    }
    entity = next(e for (_, e), r in theirs.items() if r["city_rank"] == 2)
    for standing in explain_standing(home, "school", entity, rule="login", with_neighbours=True).periods:
        if (row := theirs.get((standing.period_id, entity))) and row["index_value"] is not None:
            in_city = standing.ranks[-1]
            assert (standing.points, in_city.rank) == (row["points"], row["city_rank"])
            for other in filter(None, (in_city.above, in_city.below)):
                assert [d.rule_code for d in other.differences] == ["login"]


def test_a_single_unit_has_all_of_its_records(home: Home, city: CityFates) -> None:
    """One unit is explained alone, its records all listed, each with the fate it has in the unit."""
    (teacher_id, unit_id), row = max(
        ((key, row) for key, row in city.ledger["class_formation"].items()), key=lambda found: found[0]
    )
    explanation = explain_teacher(home, teacher_id, rule="class_formation", unit=unit_id)
    ((unit,),) = [rule.units for rule in explanation.rules]
    assert (unit.unit_id, unit.decision, unit.points) == (unit_id, row["decision"], row["points"])
    assert len(unit.ignored) == sum(unit.ignored_counts.values())
    told = {r.event_id: r.fate for r in unit.all_records()}
    assert told == {
        event.event_id: fate
        for event, outcome in city.outcomes
        for key, fate, _ in outcome.units
        if key == (teacher_id, unit_id) and event.event_type.startswith("class_")
    }
    with pytest.raises(CockpitError, match="has no unit 'none'"):
        explain_teacher(home, teacher_id, unit="none")


def test_a_unit_alone_is_explained_as_among_all(home: Home) -> None:
    """Found by its key alone, a unit of any rule has the decision, reasons and records it has among all."""
    chosen = {
        (rule.rule_code, unit.decision): (who, unit)
        for who in ("T02", "T04")
        for rule in explain_teacher(home, who).rules
        for unit in rule.units
    }
    assert {decision for _, decision in chosen} == {"awarded", "over_cap", "not_met", "not_in_ledger"}
    for (rule, _), (who, among_all) in chosen.items():
        alone = explain_teacher(home, who, rule=rule, unit=among_all.unit_id).rules[0].units[0]
        listed = alone.ignored[: len(among_all.ignored)]
        assert replace(alone, ignored=listed) == among_all


def test_records_never_scored_are_told_with_their_teacher(home: Home) -> None:
    """Duplicates and refused records that name a teacher as who acted stand in that teacher's explanation."""
    wanted: dict[str, set[tuple[str, int, str]]] = {}
    for source in ("logins", "activities"):
        days = home.lake.load(source).days.values()
        files = [f for day in days for f in day.files if f.duplicates and f.quarantined]
        for file in sorted(files, key=lambda f: f.records)[:1]:
            for number in range(1, file.records + 1):
                trace = trace_record(home, file.path, number)
                who = trace.actor_id
                if trace.status == "quarantined" and file.path.endswith((".jsonl", ".parquet")):
                    try:
                        record = json.loads(trace.text)
                    except ValueError:
                        continue
                    who = str(record.get("actor_id", record.get("teacher_id", ""))).strip() if record else ""
                if trace.status in ("duplicate", "quarantined") and who.startswith("T0"):
                    reason = trace.reason or "duplicate"
                    wanted.setdefault(who, set()).add((file.path, number, reason))
    assert {reason for of in wanted.values() for *_, reason in of} > {"duplicate"}
    for teacher_id, records in sorted(wanted.items())[:2]:
        unused = explain_teacher(home, teacher_id).unused
        assert records <= {(r.path, r.record_number, r.reason) for r in unused}
    assert explain_teacher(home, teacher_id, rule="login").unused == []


@pytest.mark.parametrize(
    ("text", "is_theirs"),
    [
        ('{"event_id": "1", "actor_id": " T1 ", "object_id": "x"}', True),
        ('{"event_id": "1", "teacher_id": "T1", "channel": "fax"}', True),
        ('{"event_id": "1", "actor_id": "T2", "object_id": "T1"}', False),
        ('{"event_id": "1", "actor_id": "T1", "occurred_at": 2', True),
        ('{"event_id": "1", "actor_id": "T12", "object_id": "T1', False),
        ('e1,"T1" ,2022-03-01,web', True),
        ("e1,T12,2022-03-01,web", False),
        ("[1]", False),
    ],
)
def test_a_refused_record_is_attributed_by_who_acted(text: str, is_theirs: bool) -> None:
    """A refused record is a teacher's by the actor's key or a whole field, never by another's id in it."""
    assert names(text, "T1") == is_theirs


def test_the_command_takes_levels_ranks_and_units(
    home: Home, city: CityFates, capsys: pytest.CaptureFixture[str]
) -> None:
    """A level, a rank and a unit each print text and JSON; a unit with a level is a usage error."""
    explain = ["explain", "--home", str(home.root)]
    assert main([*explain, "S1", "--level", "school"]) == 0
    assert "on the roster but not listed" in capsys.readouterr().out
    assert main([*explain, "S1", "--level", "school", "--rank", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["periods"][0]["ranks"]
    assert main([*explain, "T02", "--rank"]) == 0
    assert "to draw level takes" in capsys.readouterr().out
    unit_id = next(unit for who, unit in city.ledger["login"] if who == "T02")
    assert main([*explain, "T02", "--unit", unit_id]) == 0
    assert f"{unit_id}  awarded" in capsys.readouterr().out
    assert main([*explain, "nobody", "--level", "district"]) == 1
    assert capsys.readouterr().err == (
        "cockpit: unknown district 'nobody': on no roster a period is counted by\n"
    )
    with pytest.raises(SystemExit) as ended:
        main([*explain, "S1", "--level", "school", "--unit", unit_id])
    assert ended.value.code == 2
