"""The shard `run`: with the pages of origins all that changes in a folder whose data did not."""

from typing import Any

import duckdb

from dashboards.shards import iso

RULES_SHA256 = (
    "(select sha256(coalesce(string_agg(cast(r as varchar), chr(10) order by r), '')) "
    "from rulebook.rules as r)"
)
"""The digest of the rule table in force, as SQL."""


def find_run(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """{run_id, as_of, known_at, first_on, last_on, first_dt, last_dt, input_sha256, code_sha256,
    rules_sha256}.

    known_at is the day by which drops had to be handed over, null where all count. *_on are the days of the
    first and last event, *_dt of the first and last drop.
    """
    found = con.sql(
        f"""
        select
            run.run_id, run.as_of, run.known_at, days.first_on, days.last_on, drops.first_dt, drops.last_dt,
            run.input_sha256, run.code_sha256, {RULES_SHA256} as rules_sha256
        from ops.run as run
        cross join (select min(day) as first_on, max(day) as last_on from marts.activity_daily) as days
        cross join (select min(dt) as first_dt, max(dt) as last_dt from ops.files) as drops
        """
    ).pl()
    days = ("as_of", "known_at", "first_on", "last_on", "first_dt", "last_dt")
    return {name: iso(v) if name in days else v for name, v in found.row(0, named=True).items()}
