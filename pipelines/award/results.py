"""The results of a campaign as tables: everybody who stood for an award, and each expert's scores."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.award.candidates import REASONS
from pipelines.award.returned import Returned
from pipelines.award.shortlist import STATUSES, Listed
from pipelines.export_tables import Column, Table
from pipelines.exports import load_rows, write_csv, write_workbook

CANDIDATES = Table(
    "candidates",
    "候选",
    "Everybody who stood for an award, with place, line and distance, or why not.",
    (
        Column("奖项"), Column("区名称"), Column("组别"), Column("编号"), Column("姓名或校名"),
        Column("单位"), Column("结果"), Column("说明"), Column("组内名次（并列同名次）", "integer"),
        Column("名额", "integer"), Column("指数或评审均分", "index"), Column("入围线", "index"),
        Column("与入围线之差", "index"), Column("线上并列"), Column("评分专家数", "integer"),
        Column("去掉的专家"), Column("分差过大"),
    ),
    "from candidates",
)  # fmt: skip
SCORES = Table(
    "scores",
    "专家评分",
    "Every score of every expert.",
    (
        Column("奖项"), Column("编号"), Column("专家编号"), Column("评价指标编号"), Column("得分", "index"),
        Column("意见"),
    ),
    "from scores",
)  # fmt: skip


def rounded(value: Fraction | None) -> float | None:
    """Half up to 2 decimals, away from zero; None stays None."""
    if value is None:
        return None
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return (-cents if value < 0 else cents) / 100


def reason(listed: Listed) -> str:
    """Why somebody is not eligible or has withdrawn, in words."""
    return REASONS.get(listed.reason, listed.reason)


def write_results(
    shortlist: Sequence[Listed], returned: Sequence[Returned], out: Path, made_on: datetime
) -> None:
    """Write candidates.csv, scores.csv and both as sheets of results.xlsx into the folder `out`."""
    rows = {"candidates": [_candidate(x) for x in shortlist], "scores": _scores(returned)}
    with duckdb.connect() as con:
        for table in (CANDIDATES, SCORES):
            load_rows(con, table, rows[table.name])
            write_csv(con, table, out)
        write_workbook(con, (CANDIDATES, SCORES), out / "results.xlsx", made_on, sum(map(len, rows.values())))


def _candidate(listed: Listed) -> tuple:
    candidate, scores = listed.candidate, listed.scores
    return (
        listed.award.name, candidate.district_name, listed.group_name, candidate.entity_id, candidate.name,
        candidate.school_name if listed.award.level == "teacher" else candidate.branch,
        STATUSES[listed.status], reason(listed), listed.place.rank if listed.place else None, listed.places,
        rounded(listed.value), rounded(listed.line), rounded(listed.distance),
        "是" if listed.place and listed.place.is_tied else "",
        len(scores.totals) if scores else None, "、".join(scores.dropped) if scores else "",
        "是" if scores and scores.is_disputed else "",
    )  # fmt: skip


def _scores(returned: Sequence[Returned]) -> list[tuple]:
    return [
        (
            sheet.sheet.award.name, entity, sheet.sheet.expert.expert_id, criterion, float(score),
            sheet.comments.get((entity, criterion), ""),
        )
        for sheet in returned
        for (entity, criterion), score in sheet.scores.items()
    ]  # fmt: skip
