"""The page of signals: one Chinese HTML file that needs no network, in the cockpit's look."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dashboards.assets import asset_files
from pipelines import rendering
from pipelines.signals.tables import TABLES

_LISTED = 100  # teachers of one signal on the page; the tables beside it hold all
_SHOWN = 3  # records of each


def write_page(con: duckdb.DuckDBPyConnection, out: Path, name: str, about: Mapping[str, Any]) -> None:
    """Write out/`name` and its style sheet, from the marts in `con`."""
    (out / "assets").mkdir()
    (out / "assets" / "site.css").write_bytes(asset_files({})["site.css"])
    first_on, last_on = con.execute("select first_on, last_on from work.lake.asked").fetchone()
    kinds = con.execute(
        "select signal, signal_name, score_name, least_count, least_score "
        "from work.intermediate.int_thresholds order by signal_no"
    ).fetchall()
    content = {
        "about": about,
        "first_on": first_on,
        "last_on": last_on,
        "signals": [_signal(con, *kind) for kind in kinds],
        "tables": TABLES,
        "listed": _LISTED,
    }
    rendering.write_page(Path(__file__).with_name("page.html.j2"), content, out / name)


def _signal(
    con: duckdb.DuckDBPyConnection, signal: str, name: str, meaning: str, least_count: int, least_score: float
) -> dict[str, Any]:
    """All that the page says of one signal."""
    rows = con.execute(
        f"""
        select s.teacher_id, coalesce(n.teacher_name, s.teacher_id), s.scope, s.occurrences, s.score,
            s.evidence,
            (select list(e.path || ' 第 ' || e.record_number || ' 条' order by e.occurred_at, e.event_id)
             from marts.evidence as e
             where e.signal = s.signal and e.teacher_id = s.teacher_id)[:{_SHOWN}]
        from marts.signals as s left join marts.names as n on s.teacher_id = n.teacher_id
        where s.signal = ? order by s.score desc, s.occurrences desc, s.teacher_id limit {_LISTED}
        """,
        [signal],
    ).fetchall()
    count = con.execute("select count(*) from marts.signals where signal = ?", [signal]).fetchone()[0]
    names = ("teacher_id", "name", "scope", "occurrences", "score", "evidence", "records")
    return {
        "name": name,
        "meaning": meaning,
        "least_count": least_count,
        "least_score": least_score,
        "count": count,
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
    }
