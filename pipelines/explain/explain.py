"""Explain a teacher's points: the ledger of the results in force, held against evidence from the lake."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.bykey import events_at, place_of_unit
from pipelines.explain.case import Case
from pipelines.explain.events import LOGIN_RULE, activities_of, is_seen_acting, logins_of
from pipelines.explain.model import Explanation, RuleExplanation, UnitExplanation
from pipelines.explain.rawrecords import fill_texts
from pipelines.explain.results import Results, results_in_force
from pipelines.explain.rulebook import Rulebook
from pipelines.explain.shapes import SHAPES
from pipelines.explain.units import (
    IGNORED_LISTED,
    LEDGER_COLUMNS,
    LedgerRow,
    concerns,
    explain_unit,
    left_out,
)
from pipelines.explain.unused import unused_records
from pipelines.explain.voids import Voids, name_voids, not_void, voids_of
from pipelines.explain.who import Rosters, period_results
from pipelines.home import Home
from pipelines.ingest.contract import LOGINS
from pipelines.ingest.lake import Lake

_DECISIONS = ("awarded", "over_cap", "not_met", "not_in_ledger")


def explain_teacher(
    home: Home, teacher_id: str, period: str | None = None, rule: str | None = None, unit: str | None = None
) -> Explanation:
    """Every point of a teacher and every point not given, with the reason and the raw records behind it.

    A `unit` is explained alone, with all of its records. Raises CockpitError where HOME has no
    finished run, or the period, the rule, the teacher or the unit is unknown.
    """
    with results_in_force(home) as results:
        explanation = _explain(results, teacher_id, period, rule, unit)
    fill_texts(results.raw, explanation.all_records())
    return explanation


def explain_teachers(home: Home, teacher_ids: Iterable[str], period: str) -> list[Explanation]:
    """`explain_teacher` of several in one period; each drop file is read once for all of them."""
    with results_in_force(home) as results:
        explanations = [_explain(results, id_, period, None, None) for id_ in teacher_ids]
    fill_texts(results.raw, chain.from_iterable(e.all_records() for e in explanations))
    return explanations


def _explain(
    results: Results,
    teacher_id: str,
    period: str | None,
    rule: str | None,
    unit: str | None,
) -> Explanation:
    con, lake = results.con, results.lake
    rulebook = Rulebook.load(con)
    span = checked(con, rulebook, period, rule)
    as_of, run_id = con.execute("select as_of, run_id from ops.run").fetchone()
    ledger = _ledger(con, teacher_id)
    rosters = Rosters(lake, teacher_id)
    if not ledger and not rosters.entries and not is_seen_acting(lake, teacher_id, as_of):
        raise CockpitError(f"unknown teacher {teacher_id!r}: on no roster, in no event up to {as_of}")
    codes = [rule] if rule else rulebook.codes()
    if unit and not rule:
        codes = [r["rule_code"] for r in ledger if r["unit_id"] == unit] or codes
    case = _case(con, lake, rulebook, as_of, teacher_id, codes, unit)
    voids = voids_of(con, teacher_id)
    doubts = results.staleness()
    rules = []
    for code in codes:
        rows = [r for r in ledger if r["rule_code"] == code]
        explained, found = _explain_rule(case, code, rows, voids, span, unit)
        doubts += found
        if explained.units or (rule and not unit):
            rules.append(explained)
    if unit and not rules:
        raise CockpitError(f"{teacher_id} has no unit {unit!r}" + (f" of {rule}" if rule else ""))
    in_periods = period_results(con, rosters, teacher_id, period)
    whole = Explanation(
        teacher_id, as_of, run_id, str(results.raw), period, rule, in_periods, rules, doubts, unit,
        made_from=results.made_from(),
    )  # fmt: skip
    if not rule and not unit:
        whole.unused = unused_records(lake, teacher_id, *(span or (date.min, date.max)))
    return whole


def _case(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    rulebook: Rulebook,
    as_of: date,
    teacher_id: str,
    codes: list[str],
    unit: str | None,
) -> Case:
    """The teacher's events that these rules look at; of one unit of one rule just those that decide it."""
    if unit and len(codes) == 1 and (place := place_of_unit(con, teacher_id, codes[0], unit)):
        events = events_at(con, lake, place, as_of)
        by_source = [
            [e for e in events if (e.source == LOGINS.name) == is_login] for is_login in (True, False)
        ]
        return Case(teacher_id, as_of, rulebook, *by_source)
    logins = logins_of(lake, teacher_id, as_of) if LOGIN_RULE in codes else []
    activities = activities_of(lake, teacher_id, codes, as_of)
    return Case(teacher_id, as_of, rulebook, not_void(con, logins), not_void(con, activities))


def checked(
    con: duckdb.DuckDBPyConnection, rulebook: Rulebook, period: str | None, rule: str | None
) -> tuple[date, date] | None:
    """The days of the period asked for; complains of a period or rule there is not."""
    if rule is not None and rule not in rulebook.codes():
        raise CockpitError(f"unknown rule {rule!r}; the rules are {', '.join(rulebook.codes())}")
    periods = con.execute("select period_id, starts_on, ends_on from marts.periods order by all").fetchall()
    spans = {period_id: (starts_on, ends_on) for period_id, starts_on, ends_on in periods}
    if period is not None and period not in spans:
        raise CockpitError(f"unknown period {period!r}; the periods are {', '.join(spans)}")
    return spans[period] if period is not None else None


def _ledger(con: duckdb.DuckDBPyConnection, teacher_id: str) -> list[LedgerRow]:
    rows = con.execute(
        f"select {', '.join(LEDGER_COLUMNS)} from marts.points_ledger where teacher_id = ?", [teacher_id]
    ).fetchall()
    return [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in rows]


def _explain_rule(
    case: Case,
    code: str,
    ledger: list[LedgerRow],
    voids: Voids,
    span: tuple[date, date] | None,
    only: str | None,
) -> tuple[RuleExplanation, list[str]]:
    """(the rule with its units, what does not fit)."""
    shape = SHAPES.get(code)
    evidence = shape(case, code) if shape else {}
    name_voids(evidence, voids, code)
    rows = {row["unit_id"]: row for row in ledger}
    units: list[UnitExplanation] = []
    doubts: list[str] = []
    for unit_id in sorted(rows.keys() | evidence.keys()):
        row, found = rows.get(unit_id), evidence.get(unit_id)
        if (only or unit_id) != unit_id or (span is not None and not concerns(row, found, *span)):
            continue
        limit = None if only else IGNORED_LISTED
        if row:
            unit, doubt = explain_unit(case, row, found, limit)
        else:
            unit, doubt = left_out(case, code, unit_id, found, limit)
        units.append(unit)
        doubts += doubt
    units.sort(key=_reading_order)
    version = case.rulebook.of(code)[-1]
    counts = [sum(u.decision == d for u in units) for d in _DECISIONS[:3]]
    texts = case.rulebook.texts(code, case.as_of)
    name, category = version.rule_name, version.category_name
    points = sum(u.points for u in units)
    chinese = case.rulebook.chinese_texts(code, case.as_of)
    return RuleExplanation(code, name, category, texts, points, *counts, units, chinese), doubts


def _reading_order(unit: UnitExplanation) -> tuple[bool, str, int, str]:
    """Credits as they came, then what fell short, then what never came to the ledger."""
    decision = _DECISIONS.index(unit.decision)
    return unit.credited_at is None, str(unit.credited_at or ""), decision, unit.unit_id
