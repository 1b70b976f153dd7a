"""The winners as CSV and XLSX, for the clerk."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.award.documents.content import AwardList
from pipelines.export_tables import Column, Table
from pipelines.exports import load_rows, write_csv, write_workbook

WORKBOOK = "winners.xlsx"
WINNERS = Table(
    "winners",
    "获奖名单",
    "Winners of all awards with their certificates' numbers, in the order of the notice.",
    (
        Column("奖项"),
        Column("序号", "integer"),
        Column("姓名或校名"),
        Column("单位"),
        Column("组别"),
        Column("组内名次（并列同名次）", "integer"),
        Column("指数或评审均分", "index"),
        Column("线上并列"),
        Column("证书编号"),
        Column("证据包编号"),
        Column("运行编号"),
    ),
    "from winners",
)


def write_winners(
    awards: Sequence[AwardList], out: Path, made_on: datetime, bundle_id: str, run_id: str
) -> list[Path]:
    """Write winners.csv and winners.xlsx into the folder `out`; their paths.

    `made_on` dates the workbook instead of a clock: the same winners give the same bytes.
    """
    rows = [
        (
            award.award_name, at, winner.name, winner.unit, winner.group, winner.rank, winner.value,
            "是" if winner.is_tied else "否", winner.certificate_number, bundle_id, run_id,
        )
        for award in awards
        for at, winner in enumerate(award.winners, 1)
    ]  # fmt: skip
    with duckdb.connect() as con:
        load_rows(con, WINNERS, rows)
        write_csv(con, WINNERS, out)
        write_workbook(con, (WINNERS,), out / WORKBOOK, made_on, len(rows))
    return [out / f"{WINNERS.name}.csv", out / WORKBOOK]
