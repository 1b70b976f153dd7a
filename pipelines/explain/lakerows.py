"""The few rows of the lake that hold some values, found without reading what else its files hold."""

from collections.abc import Sequence

import duckdb

from pipelines.ingest.lake import parquet


def rows_at(
    con: duckdb.DuckDBPyConnection,
    files: list[str],
    columns: Sequence[str],
    where: str,
    values: Sequence[object] = (),
) -> list[tuple]:
    """`columns` of the rows of data files that meet `where`, in no order.

    A row lies in one row group of a file of many columns: where that is tell the columns `where` names, and
    only there are the others read.
    """
    if not files:
        return []
    places = con.execute(
        f"select filename, list(file_row_number) from {parquet(files)} where {where} group by filename",
        values,
    ).fetchall()
    parts = [
        f"select {', '.join(columns)} from {parquet([file])} "
        f"where file_row_number in ({', '.join(map(str, rows))})"
        for file, rows in places
    ]
    return con.execute(" union all ".join(parts)).fetchall() if parts else []
