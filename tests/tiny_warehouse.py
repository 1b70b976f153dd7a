"""A warehouse of a few rows, made by hand: what pages and exports read, strange names included."""

from collections.abc import Iterable
from typing import Any

import duckdb
import tiny_spans

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=HYPERLINK(1)"
LONG = "武汉市江岸区育才第二小学教育集团实验分校（北校区）附属幼儿园及特殊教育部与终身学习中心联合体"

_TABLES = {
    "ops.run": "run_id varchar, as_of date, known_at date, input_sha256 varchar, code_sha256 varchar",
    "ops.files": "source varchar, dt date, path varchar, sha256 varchar, records bigint, accepted bigint, "
    "duplicates bigint, quarantined bigint",
    "ops.refused_files": "source varchar, dt date, path varchar, sha256 varchar, fault varchar",
    "ops.strays": "path varchar",
    "ops.decisions": "decision_id varchar, kind varchar, source varchar, event_id varchar, reason varchar, "
    "decided_by varchar, decided_on date, dt date, path varchar, record_number bigint, is_in_force boolean, "
    "is_effective boolean",
    "marts.voided_events": "source varchar, event_id varchar, decision_id varchar, event_type varchar, "
    "occurred_at timestamp, actor_id varchar",
    "marts.voided_units": "source varchar, event_id varchar, decision_id varchar, teacher_id varchar, "
    "rule_code varchar, unit_id varchar, decision varchar, points integer",
    "ops.quarantine": "source varchar, dt date, path varchar, record_number bigint, reason varchar, "
    "detail varchar, raw_text varchar",
    "marts.periods": "period_id varchar, kind varchar, period_name varchar, starts_on date, ends_on date, "
    "counted_on date",
    "marts.indicators": "indicator varchar, kind varchar, indicator_name varchar, category varchar, "
    "sort_order integer",
    "marts.entities": "period_id varchar, level varchar, entity_id varchar, entity_name varchar, "
    "district_id varchar, branch varchar, stage varchar",
    "marts.teachers": "period_id varchar, teacher_id varchar, teacher_name varchar, school_id varchar, "
    "subject varchar, is_verified boolean",
    "marts.indicator_index": "period_id varchar, level varchar, entity_id varchar, district_id varchar, "
    "indicator varchar, teachers bigint, points bigint, index_value double, district_rank integer, "
    "city_rank integer",
    "marts.district_index": "period_id varchar, district_id varchar, teachers bigint, points bigint, "
    "index_value double, city_rank integer",
    "marts.school_index": "period_id varchar, school_id varchar, district_id varchar, teachers bigint, "
    "points bigint, index_value double, district_rank integer, city_rank integer",
    "marts.teacher_index": "period_id varchar, teacher_id varchar, school_id varchar, district_id varchar, "
    "points bigint, school_rank integer, district_rank integer, city_rank integer",
    "marts.teacher_rule_points": "period_id varchar, teacher_id varchar, rule_code varchar, points bigint, "
    "credits bigint",
    "marts.points_ledger": "teacher_id varchar, rule_code varchar, unit_id varchar, decision varchar, "
    "points integer, credited_at timestamp, credited_on date, cap_start date, cap_rank integer, "
    "progress integer, threshold integer, event_id varchar",
    "marts.activity_daily": "day date, district_id varchar, school_id varchar, teachers bigint, "
    "active_teachers bigint, logins bigint, points bigint",
}


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Every table, and no row but the run's: what a first run on an empty city leaves."""
    con = duckdb.connect()
    con.execute("create schema ops; create schema marts; create schema rulebook")
    for table, columns in (_TABLES | tiny_spans.TABLES).items():
        con.execute(f"create table {table} ({columns})")
    insert(con, "ops.run", [("20220331T000000-abcdef01", "2022-03-31", None, "ab" * 32, "cd" * 32)])
    return con


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows to a table, values in the order of its columns."""
    listed = list(rows)
    places = ", ".join([f"({', '.join('?' * len(listed[0]))})"] * len(listed))
    con.execute(f"insert into {table} values {places}", [value for row in listed for value in row])


def small_city() -> duckdb.DuckDBPyConnection:
    """Three periods, three districts (one without teachers), four schools (two tied, one without teachers).

    S1 has 85 points of 80 listed teachers and S2 17 of 16, which is the same 1.0625. 47 teachers with 1 point
    come after the fiftieth, who has 1 as well. 2021 has no roster.
    """
    con = empty_warehouse()
    _insert_accounts(con)
    insert(con, "marts.periods", [
        ("2021", "year", "2021年", "2021-01-01", "2021-12-31", "2021-12-31"),
        ("2022", "year", "2022年", "2022-01-01", "2022-12-31", "2022-03-31"),
        ("award-2022", "window", "2022年评选窗口", "2022-03-10", "2022-05-31", "2022-03-31"),
    ])  # fmt: skip
    insert(con, "marts.indicators", [
        ("total", "total", "总分", "total", 0),
        ("space", "category", "空间建设", "space", 1),
        ("login", "rule", "空间登录", "space", 101),
    ])  # fmt: skip
    for period in ("2022", "award-2022"):
        _insert_period(con, period)
    first, second = "2022-03-01", "2022-03-02"
    insert(con, "marts.points_ledger", [
        ("T000", "login", first, "awarded", 1, f"{first} 08:00:00", first, first, 1, 1, None, "e1"),
        ("T000", "login", second, "over_cap", 0, f"{second} 08:00:00", second, second, 2, 1, None, "e2"),
        ("T001", "class_notice", "n1", "not_met", 0, None, None, None, None, 4, 10, None),
    ])  # fmt: skip
    tiny_spans.fill_spans(con)
    return con


def site_city() -> duckdb.DuckDBPyConnection:
    """The small city with every point in its ledger, and a week without a point."""
    con = small_city()
    tiny_spans.fill_ledger(con)
    return con


def _insert_accounts(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "ops.files", [
        ("logins", "2022-03-01", "logins/dt=2022-03-01/a.csv", "00", 1200, 1100, 60, 40),
        ("activities", "2022-03-02", "activities/dt=2022-03-02/a.jsonl", "01", 34, 30, 2, 2),
    ])  # fmt: skip
    refused = ("logins", "2022-03-03", "logins/dt=2022-03-03/x.csv.gz", "02", "truncated <gz>")
    insert(con, "ops.refused_files", [refused])
    insert(con, "ops.strays", [("notes & ideas.txt",)])
    insert(con, "ops.quarantine", [
        ("logins", "2022-03-01", "logins/dt=2022-03-01/a.csv", 1, "malformed", "", SCRIPT),
        ("logins", "2022-03-01", "logins/dt=2022-03-01/a.csv", 2, "malformed", "", ""),
        ("logins", "2022-03-01", "logins/dt=2022-03-01/a.csv", 3, "bad_timestamp", "", ""),
    ])  # fmt: skip
    where = ("2022-03-09", "decisions/dt=2022-03-09/a.csv")
    insert(con, "ops.decisions", [
        ("V1", "void", "logins", "e1", "代刷 <b>", "区教育局", "2022-03-01", *where, 1, True, True),
        ("V2", "void", "logins", "e2", "测试", "区教育局", "2022-03-02", *where, 2, False, False),
        ("V3", "restore", "logins", "e2", "误报", "区教育局", "2022-03-03", *where, 3, True, False),
        ("V4", "void", "activities", "e3", "代刷", "区教育局", "2022-03-04", *where, 4, True, False),
    ])  # fmt: skip
    insert(con, "marts.voided_events", [("logins", "e1", "V1", "login", "2022-03-01 08:00:00", "T005")])
    insert(con, "marts.voided_units", [
        ("logins", "e1", "V1", "T005", "login", "2022-03-01", None, 0),
        ("logins", "e1", "V1", "T005", "login", "2022-03-02", "awarded", 1),
    ])  # fmt: skip
    insert(con, "marts.activity_daily", [
        ("2022-03-01", "D1", "S1", 80, 1, 1, 1),
        ("2022-03-30", "D1", "S1", 80, 0, 0, 0),
    ])  # fmt: skip


def _insert_period(con: duckdb.DuckDBPyConnection, period: str) -> None:
    names = [
        ("city", "city", "全市", None, None, None),
        ("district", "D1", "江岸区", "D1", None, None),
        ("district", "D2", SCRIPT, "D2", None, None),
        ("district", "D3", "空区", "D3", None, None),
        ("school", "S1", LONG, "D1", "一元街总支", "primary"),
        ("school", "S2", FORMULA, "D2", None, "junior"),
        ("school", "S3", "A & B <b>校</b>", "D2", None, "special"),
        ("school", "S4", "无师学校", "D2", None, "senior"),
    ]
    insert(con, "marts.entities", [(period, *n) for n in names])
    districts = [("D1", 80, 85, 85 / 80, 2), ("D2", 17, 27, 27 / 17, 1), ("D3", 0, 0, None, None)]
    schools = [
        ("S1", "D1", 80, 85, 85 / 80, 1, 2),
        ("S2", "D2", 16, 17, 17 / 16, 2, 2),
        ("S3", "D2", 1, 10, 10.0, 1, 1),
        ("S4", "D2", 0, 0, None, None, None),
    ]
    insert(con, "marts.district_index", [(period, *d) for d in districts])
    insert(con, "marts.school_index", [(period, *s) for s in schools])
    for indicator in ("total", "space", "login"):
        insert(con, "marts.indicator_index", [
            (period, "city", "city", None, indicator, 97, 112, 112 / 97, None, None),
            *((period, "district", d, d, indicator, t, p, i, None, r) for d, t, p, i, r in districts),
            *((period, "school", s, d, indicator, t, p, i, dr, cr) for s, d, t, p, i, dr, cr in schools),
        ])  # fmt: skip
    teachers = [(f"T{n:03}", "S1", "D1", 6 if n == 0 else 1) for n in range(80)]
    teachers += [(f"T{n:03}", "S2", "D2", 2 if n == 80 else 1) for n in range(80, 96)]
    teachers += [("T096", "S3", "D2", 10)]
    ranks = {points: 1 + sum(other[3] > points for other in teachers) for _, _, _, points in teachers}
    insert(con, "marts.teacher_index", [(period, t, s, d, p, 1, 1, ranks[p]) for t, s, d, p in teachers])
    insert(con, "marts.teachers", [
        (period, t, {"T096": SCRIPT, "T000": "@王老师"}.get(t, f"教师{t}"), s, "语文", t != "T000")
        for t, s, _, _ in teachers
    ])  # fmt: skip
    insert(con, "marts.teacher_rule_points", [
        *((period, t, "login", p, p) for t, _, _, p in teachers),
        (period, "stranger", "login", 9, 9),
    ])  # fmt: skip
