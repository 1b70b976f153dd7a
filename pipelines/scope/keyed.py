"""In which drops the events of `work.scope.keys_read` can lie: on an ordinary day, in few of a year's."""

import duckdb

from pipelines.ingest.contract import Source
from pipelines.ingest.keys import DAY_BITS, FAMILIES, LOGIN, Family
from pipelines.scope.passes import Share


def days_of_keys(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """By the family's name, drop days that can hold events of its keys, of drops that have not changed.

    Of what has no day of its own, and of creations, ops.object_drops tells. An event of a day or week is not
    handed over before it, and lies in no drop whose first event, by state.drop_days, comes after it; what a
    drop has after the last as-of day, where it has nothing before, is not told there.
    """
    weeks = ", ".join(f"'{f.name}'" for f in FAMILIES if f.grain == "week")
    rows = con.execute(
        f"""
        with days as (
            select distinct
                family, if(family = '{LOGIN.name}', 'logins', 'activities') as source,
                date '0001-01-01' + cast(scope_key % {1 << DAY_BITS} as integer) - 1 as first_on,
                first_on + if(family in ({weeks}), 6, 0) as last_on
            from work.scope.keys_read
            where scope_key % {1 << DAY_BITS} > 0
        ),
        found as (
            select keys.family, drops.dt
            from ops.object_drops as drops
            inner join work.scope.keys_read as keys on drops.scope_key = keys.scope_key
            union
            select days.family, drops.dt
            from state.drop_days as drops
            inner join days on drops.source = days.source and drops.dt >= days.first_on
            where drops.first_on is null or drops.first_on <= days.last_on
        )
        select distinct family, cast(dt as varchar) from found
        """
    ).fetchall()
    found: dict[str, set[str]] = {}
    for family, day in rows:
        found.setdefault(family, set()).add(day)
    return found


def condition_of_keys(share: Share, family: Family, source: Source) -> str | None:
    """The events of one family in a share that have a key to be read, as SQL; None if the source has none."""
    own = Share((family,), share.number, share.of).condition(source)
    keys = f"select scope_key from work.scope.keys_read where family = '{family.name}'"
    return own and f"{own} and scope_key in ({keys})"
