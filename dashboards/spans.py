"""The spans of time the pages offer, kept in the temporary table `shown`, which other queries join."""

from typing import Any

import duckdb
import polars as pl

from dashboards.names import folder_name
from dashboards.shards import iso

_DAYS = (
    "starts_on", "ends_on", "counted_on", "before_from", "before_to", "last_year_from", "last_year_to",
)  # fmt: skip


def choose_spans(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Create `shown` and return it: marts.spans in the order of the pages, with its `place` from 0.

    The year of the as-of day, month, week, windows (newest first), older years. Years before it in which
    nobody earned a point are left out: one event of the year 1 makes two thousand of them.
    """
    con.execute(
        """
        create or replace temp table shown as
        with earned as (
            select period_id from marts.teacher_rule_points group by period_id having sum(points) > 0
        ),
        ordered as (
            select
                spans.*,
                case
                    when kind = 'year' and ends_on >= run.as_of then 0
                    when kind = 'month' then 1
                    when kind = 'week' then 2
                    when kind = 'window' then 3
                    else 4
                end as kind_place
            from marts.spans as spans
            cross join ops.run as run
        )
        select
            * exclude (kind_place),
            cast(row_number() over (order by kind_place, starts_on desc, span_id) - 1 as integer) as place
        from ordered
        where kind_place < 4 or span_id in (select period_id from earned)
        order by place
        """
    )
    return con.sql("from shown order by place").pl()


def spans_data(shown: pl.DataFrame) -> list[dict[str, Any]]:
    """[{id, kind, name, starts_on, …, last_year_to (days as ISO text), file where it is not the id}]."""
    return [
        {"id": row["span_id"], "kind": row["kind"], "name": row["span_name"]}
        | {day: iso(row[day]) for day in _DAYS}
        | ({} if (file := folder_name(row["span_id"])) == row["span_id"] else {"file": file})
        for row in shown.to_dicts()
    ]
