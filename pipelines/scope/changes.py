"""From what changed since the last release to the units it can move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.ingest.contract import EVENT_SOURCES
from pipelines.ingest.keys import FAMILIES, LOGIN, Family, object_key, unit_key
from pipelines.ingest.lake import Lake, parquet
from pipelines.scope.basis import Basis, Drops, Rules, Voids

_LATEST = {"logins": "occurred_at", "activities": "greatest(occurred_at, started_at, ended_at)"}


@dataclass(frozen=True)
class Changes:
    """What has to be done anew.

    `drops`: drop days by source whose events are counted anew. `families`: scored anew as a whole. All else
    that is scored anew has its key in `work.scope.keys`; `work.scope.keys_read` holds the keys by whose
    events it is scored: these, with their families, and those of creations that bear on them.
    """

    drops: dict[str, list[str]]
    families: tuple[Family, ...]


def find_changes(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    basis: Basis,
    drops: Drops,
    as_of: str,
    rules: Rules,
    voids: Voids,
) -> Changes:
    """What differs between the `basis`, whose tables are in the current database, and what is asked for.

    Fills `work.scope`, an empty schema of the attached `work`.
    """
    changed = {
        source: sorted(
            day
            for day in basis.drops[source].keys() | drops[source].keys()
            if basis.drops[source].get(day) != drops[source].get(day)
        )
        for source in EVENT_SOURCES
    }
    # Events after the earlier of two as-of days are hidden by the one and shown by the other.
    hidden_after = min(basis.as_of, as_of) if basis.as_of != as_of else None
    moved = basis.voids ^ voids
    recounted = {
        source: sorted({*days, *_reaching_past(con, source, hidden_after), *_drop_days(moved, source)})
        for source, days in changed.items()
    }
    con.execute("create table work.scope.changed_events (scope_key ubigint, event_type varchar)")
    for source in EVENT_SOURCES:
        _note_changed_events(con, lake, source, basis.drops[source], drops[source], changed[source])
        if hidden_after is not None:
            _note_events_after(con, source, _files(lake, drops[source], recounted[source]), hidden_after)
    _note_moved_voids(con, lake, moved)
    codes = _changed_rules(basis, rules)
    families = tuple(
        f
        for f in FAMILIES
        if codes & {*f.rules} or (f.name == "profile" and _begins_between(basis, rules, as_of))
    )
    _write_keys(con, lake, drops["activities"])
    return Changes(recounted, families)


def _files(lake: Lake, drops: dict[str, str], days: Iterable[str]) -> list[str]:
    return [str(lake.root / drops[day]) for day in days if day in drops]


def _columns(source: str) -> str:
    return "scope_key, " + ("event_type" if source == "activities" else "cast(null as varchar) as event_type")


def _note_changed_events(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    source: str,
    before: dict[str, str],
    now: dict[str, str],
    days: list[str],
) -> None:
    """Events that only the old or only the new state of the changed drops holds."""
    # Day by day: a path lies in one drop day, and a year handed over anew would not fit into memory.
    for day in days:
        old, new = _files(lake, before, [day]), _files(lake, now, [day])
        for files, others in ((old, new), (new, old)):
            if files:
                key = "(path, sha256, record_number)"
                alone = f"anti join {parquet(others)} as o using {key}" if others else ""
                con.execute(
                    f"insert into work.scope.changed_events select {_columns(source)} "
                    f"from {parquet(files)} as e {alone}"
                )


def _drop_days(voids: Voids, source: str) -> set[str]:
    """Drop days of the files that hold some voids."""
    return {name.split("/")[1].removeprefix("dt=") for of, _, name in voids if of == source}


def _note_moved_voids(con: duckdb.DuckDBPyConnection, lake: Lake, moved: Voids) -> None:
    """Events that became void, are so no longer, or lie elsewhere now."""
    for source, name in sorted({(source, name) for source, _, name in moved}):
        con.execute(
            f"insert into work.scope.changed_events select {_columns(source)} "
            f"from {parquet([str(lake.root / name)])} where event_id in (select unnest(?))",
            [[event_id for of, event_id, file in moved if (of, file) == (source, name)]],
        )


def _reaching_past(con: duckdb.DuckDBPyConnection, source: str, day: str | None) -> list[str]:
    """Drop days with a moment after `day`; none where it is None."""
    rows = con.execute(
        "select cast(dt as varchar) from state.drop_days where source = ? and latest_on > cast(? as date)",
        [source, day],
    ).fetchall()
    return [dt for (dt,) in rows]


def _note_events_after(con: duckdb.DuckDBPyConnection, source: str, files: list[str], day: str) -> None:
    """Events with a moment after `day`: a lesson counts when it has lasted."""
    if files:
        con.execute(
            f"insert into work.scope.changed_events select {_columns(source)} from {parquet(files)} "
            f"where cast({_LATEST[source]} as date) > cast(? as date)",
            [day],
        )


def _changed_rules(basis: Basis, rules: Rules) -> set[str]:
    """Codes of the rules that have not the same versions as before."""
    return {row[0] for row in basis.rules ^ rules}


def _begins_between(basis: Basis, rules: Rules, as_of: str) -> bool:
    """Whether a year, or a version of profile_complete, begins after the one as-of day, by the other.

    A profile that is complete then earns on that very day, without an event.
    """
    first, last = sorted((date.fromisoformat(basis.as_of), date.fromisoformat(as_of)))
    begins = {row[1] for row in rules if row[0] == "profile_complete"}
    return first.year != last.year or any(first < date.fromisoformat(day) <= last for day in begins)


def _write_keys(con: duckdb.DuckDBPyConnection, lake: Lake, drops: dict[str, str]) -> None:
    con.execute(
        f"create table work.scope.keys as select distinct scope_key, {_family_of_event()} as family "
        "from work.scope.changed_events where scope_key <> 0"
    )
    for family in (f for f in FAMILIES if f.creations):
        types, creations = _strings(family.event_types), _strings(family.creations)
        con.execute(
            "create or replace temp table created as select distinct scope_key "
            f"from work.scope.changed_events where event_type in ({creations})"
        )
        # Who created an object decides all its days.
        if files := _files(lake, drops, sorted(drops)):
            con.execute(
                f"insert into work.scope.keys select distinct scope_key, '{family.name}' "
                f"from {parquet(files)} where event_type in ({types}) "
                f"and {object_key('scope_key')} in (from created)"
            )


def write_rescored(con: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Note in work.before.rescored the units of before that are scored anew, and by what in keys_read."""
    codes = _strings(code for family in changes.families for code in family.rules)
    whole = f"rule_code in ({codes})" if codes else "false"
    con.execute(
        "create table work.before.rescored as select * from work.before.units "
        f"where {whole} or {unit_key()} in (select scope_key from work.scope.keys)"
    )
    # With each day the creation of its object. Two things of other families that share a key by chance are
    # scored anew together, and neither may be without what decides it.
    con.execute(
        "create table work.scope.keys_read as with scored as ("
        "select scope_key, family from work.scope.keys "
        f"union select {unit_key()}, {_family_of_unit()} from work.before.rescored where not ({whole})"
        ") select scope_key, family from scored "
        f"union select {object_key('scope_key')}, family from scored"
    )


def _family_of_event() -> str:
    """The family's name, as SQL over event_type, which is null in logins."""
    cases = [
        f"when event_type in ({_strings(f.event_types)}) then '{f.name}'" for f in FAMILIES if f is not LOGIN
    ]
    return f"case {' '.join(cases)} else '{LOGIN.name}' end"


def _family_of_unit() -> str:
    """The family's name, as SQL over rule_code."""
    cases = [f"when rule_code in ({_strings(f.rules)}) then '{f.name}'" for f in FAMILIES]
    return f"case {' '.join(cases)} end"


def _strings(values: Iterable[str]) -> str:
    return ", ".join(f"'{v}'" for v in values)
