"""The shards `people` (whom a search finds) and `teachers.<span>` (a school's report: teachers by rule)."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import polars as pl

from dashboards.names import folders
from dashboards.shards import columns, values

_BY_RULE = ("points", "points_before", "over_cap")


def find_listed(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Who is listed on the as-of day: teacher_id, school_id, district_id, in order of district and id."""
    return con.sql(
        """
        select indices.teacher_id, indices.school_id, indices.district_id
        from marts.span_teacher_index as indices
        inner join shown using (span_id)
        where shown.place = 0
        order by indices.district_id, indices.teacher_id
        """
    ).pl()


def people_data(listed: pl.DataFrame, school_at: dict[str, int]) -> dict[str, Any]:
    """find_listed of one district, with names ->

    {id, name, initials, school: [position], folder where it is not the id}.
    """
    ids = listed["teacher_id"].to_list()
    return {
        "id": ids,
        "name": values(listed["name"]),
        "initials": values(listed["initials"]),
        "school": [school_at[id_] for id_ in listed["school_id"]],
    } | folders(ids, listed["folder"].to_list())


def find_reports(con: duckdb.DuckDBPyConnection, span: str) -> pl.DataFrame:
    """A span's listed teachers in order of school, rank and id.

    teacher_id, school_id, total, rank, before, district_rank, city_rank, total_before, streak,
    last_active_on.
    """
    return con.sql(
        """
        select
            indices.teacher_id, indices.school_id, indices.points as total, indices.school_rank as rank,
            indices.school_rank_before as before, indices.district_rank, indices.city_rank,
            indices.points_before as total_before, streaks.current_streak as streak, streaks.last_active_on
        from marts.span_teacher_index as indices
        left join marts.teacher_streaks as streaks using (teacher_id)
        where indices.span_id = $span
        order by indices.school_id, indices.school_rank, indices.teacher_id
        """,
        params={"span": span},
    ).pl()


def find_points(con: duckdb.DuckDBPyConnection, span: str) -> pl.DataFrame:
    """A span's points where there are any: teacher_id, rule_code, points, points_before, over_cap."""
    return con.sql(
        """
        select teacher_id, rule_code, points, points_before, over_cap
        from marts.span_teacher_points where span_id = $span
        """,
        params={"span": span},
    ).pl()


def reports_data(
    reports: pl.DataFrame, points: pl.DataFrame, rules: list[str], has_before: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(school id, report_data) of each school in find_reports with names, with find_points."""
    tables = _by_rule(reports, points, rules)
    start = 0
    for (school,), part in reports.partition_by("school_id", as_dict=True).items():
        own = {name: table[start : start + part.height] for name, table in tables.items()}
        start += part.height
        yield school, report_data(part, own, rules, has_before)


def report_data(
    reports: pl.DataFrame, tables: dict[str, np.ndarray], rules: list[str], has_before: bool
) -> dict[str, Any]:
    """The shard `teachers.<span>` of one school, from its find_reports with names, and tables in its order ->

    {id, name, initials, subject, verified: [0/1], total, rank, before, district_rank, city_rank,
    total_before, streak, last_active_on, rules, points: [per teacher [per rule]], points_before (null where
    the span has nothing to compare with), over_cap, folder where it is not the id}.
    """
    ids = reports["teacher_id"].to_list()
    data = {"id": ids} | columns(reports, "name", "initials", "subject")
    data["verified"] = values(reports["is_verified"].cast(pl.Int8))
    data |= columns(
        reports, "total", "rank", "before", "district_rank", "city_rank", "total_before", "streak",
        "last_active_on",
    )  # fmt: skip
    data |= {"rules": rules} | {name: table.tolist() for name, table in tables.items()}
    if not has_before:
        data["points_before"] = None
    return data | folders(ids, reports["folder"].to_list())


def nobody(reports: pl.DataFrame, rules: list[str], has_before: bool) -> dict[str, Any]:
    """The same of a school without a listed teacher."""
    table = np.zeros((0, len(rules)), dtype=np.int64)
    return report_data(reports.clear(), dict.fromkeys(_BY_RULE, table), rules, has_before)


def _by_rule(reports: pl.DataFrame, points: pl.DataFrame, rules: list[str]) -> dict[str, np.ndarray]:
    """Dense tables in the order of `reports`, one row a teacher and one column a rule."""
    at = reports.select("teacher_id").with_row_index("teacher")
    rule_at = pl.DataFrame({"rule_code": rules}, schema={"rule_code": pl.String}).with_row_index("rule")
    placed = points.join(at, on="teacher_id").join(rule_at, on="rule_code")
    where = placed["teacher"].to_numpy(), placed["rule"].to_numpy()
    tables = {}
    for name in _BY_RULE:
        tables[name] = np.zeros((reports.height, len(rules)), dtype=np.int64)
        tables[name][where] = placed[name].fill_null(0).to_numpy()
    return tables
