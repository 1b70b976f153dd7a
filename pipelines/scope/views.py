"""The sources dbt scores from: views over just the events a run needs, pass by pass.

work.before   what the last release made of units (units), of those that are made anew (rescored), and of the
              drops that are counted anew (recounted_days)
work.lake     logins and activities: the events of the units to be scored, those of one pass at a time;
              recounted_* and recounted_drops: the drops whose events are counted anew; recent_from and
              recent_*: the last four weeks and their events; none of these hold a void event
work.scope    how this was found: changed events, keys, and the passes' views as SQL
"""

from collections.abc import Mapping
from functools import cached_property

import duckdb

from pipelines.ingest.contract import EVENT_SOURCES, Source
from pipelines.ingest.keys import FAMILIES, Family
from pipelines.ingest.lake import Lake, parquet, quoted
from pipelines.scope.basis import Basis, Drops, Rules
from pipelines.scope.changes import Changes, find_changes, write_rescored
from pipelines.scope.keyed import condition_of_keys, days_of_keys
from pipelines.scope.passes import Share, plan, shares_of
from pipelines.scope.voids import find_voids

EVENTS_PER_PASS = 30_000_000
"""Accepted events scored at a time, so that memory does not grow with the city: about 4 GB each."""
RECENT_DAYS = 28
"""Days up to the as-of day that count as recent: four weeks of whole weekdays."""

_ORIGIN = {"dt": "date", "path": "varchar", "sha256": "varchar", "record_number": "bigint"}
_UNITS = {
    "teacher_id": "varchar",
    "rule_code": "varchar",
    "unit_id": "varchar",
    "credited_at": "timestamp",
    "event_id": "varchar",
    "progress": "integer",
    "threshold": "integer",
}


def relation(files: list[str], columns: Mapping[str, str], where: str = "") -> str:
    """A SELECT of these columns over lake files; empty, but typed, where there are none."""
    if files:
        return f"select {', '.join(columns)} from {parquet(files)} {where}"
    return "select " + ", ".join(f"cast(null as {t}) as {c}" for c, t in columns.items()) + " where false"


def _event_columns(source: Source) -> dict[str, str]:
    kept = {"attributes": "varchar"} if source.optional else {}
    return _ORIGIN | source.typed_columns | kept


class Views:
    """The views of one run over the lake; `changes` None means that everything is scored."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        lake: Lake,
        drops: Drops,
        decisions: list[str],
        as_of: str,
        basis: Basis | None,
        rules: Rules,
    ):
        self.con, self.lake, self.drops, self.as_of = con, lake, drops, as_of
        con.execute("create schema work.before; create schema work.scope; create schema work.lake")
        self.voids = find_voids(con, lake, drops, decisions, basis)
        self._show_units_before(basis is not None)
        self.changes: Changes | None = None
        if basis is not None:
            self.changes = find_changes(con, lake, basis, drops, as_of, rules, self.voids)
            write_rescored(con, self.changes)
        else:
            con.execute("create table work.before.rescored as select * from work.before.units")

    def _show_units_before(self, is_any: bool) -> None:
        columns = ", ".join(_UNITS)
        held = (
            f"select {columns} from warehouse.marts.points_ledger union all "
            f"select {columns} from warehouse.state.unpriced_units"
            if is_any
            else relation([], _UNITS)
        )
        self.con.execute(f"create view work.before.units as {held}")

    def write(self, events_per_pass: int = EVENTS_PER_PASS) -> None:
        """Create the views that do not change from pass to pass, and note the passes."""
        self._show_recounted()
        self._show_recent()
        self.con.execute(
            "create table work.scope.passes (pass_no integer, source varchar, events varchar, is_few boolean)"
        )
        whole = FAMILIES if self.changes is None else self.changes.families
        passes = [(share, False) for share in plan(self._events_of(whole), events_per_pass)]
        if self.changes is not None:
            keyed = sum(sum(files.values()) for files in self._keyed.values())
            if keyed or not passes:
                rest = tuple(f for f in FAMILIES if f not in whole)
                passes += [(share, True) for share in shares_of(rest, keyed, events_per_pass)]
        for number, (share, is_keyed) in enumerate(passes):
            for source in EVENT_SOURCES.values():
                row = [number, source.name, self._scored(source, share, is_keyed), is_keyed]
                self.con.execute("insert into work.scope.passes values (?, ?, ?, ?)", row)

    def _events_of(self, families: tuple[Family, ...]) -> dict[Family, int]:
        """How many events the lake holds of each of these."""
        counts: dict[str | None, int] = {}
        for source in EVENT_SOURCES.values() if families else ():
            if files := self._files(source.name):
                kind = "event_type" if source.attributes else "null"
                query = f"select {kind}, count(*) from {parquet(files)} group by all"
                counts |= dict(self.con.execute(query).fetchall())
        return {f: sum(counts.get(t, 0) for t in f.event_types or (None,)) for f in families}

    def _files(self, source: str, days: set[str] | None = None) -> list[str]:
        named = sorted(self.drops[source].items())
        return [str(self.lake.root / name) for day, name in named if days is None or day in days]

    def _events(self, source: Source, files: list[str], condition: str = "true") -> str:
        """The events in these files that are not void, as SQL; only files that hold a void one are sifted."""
        columns = _event_columns(source)
        held = {str(self.lake.root / name) for of, _, name in self.voids if of == source.name}
        whole = relation([file for file in files if file not in held], columns, f"where {condition}")
        if not held.intersection(files):
            return whole
        voids = f"(select event_id from work.scope.voids where source = '{source.name}')"
        sifted = f"where ({condition}) and event_id not in {voids}"
        return f"{whole} union all {relation([file for file in files if file in held], columns, sifted)}"

    def _recounted(self, source: str) -> set[str] | None:
        """Drop days counted anew, None for all."""
        return None if self.changes is None else set(self.changes.drops[source])

    def _show_recounted(self) -> None:
        self.con.execute("create table work.lake.recounted_drops (source varchar, dt date)")
        for source in EVENT_SOURCES.values():
            days = self._recounted(source.name)
            self.con.execute(
                "insert into work.lake.recounted_drops select ?, cast(unnest(?) as date)",
                [source.name, sorted(self.drops[source.name] if days is None else days)],
            )
            events = self._events(source, self._files(source.name, days))
            self.con.execute(f"create view work.lake.recounted_{source.name} as {events}")
        self.con.execute(
            "create table work.before.recounted_days as select distinct teacher_id, day "
            "from warehouse.state.teacher_drop_days semi join work.lake.recounted_drops using (source, dt)"
            if self.changes is not None
            else "create table work.before.recounted_days (teacher_id varchar, day date)"
        )

    def _show_recent(self) -> None:
        first_on = f"cast(date '{self.as_of}' - {RECENT_DAYS - 1} as date)"
        self.con.execute(f"create table work.lake.recent_from as select {first_on} as first_on")
        for source in EVENT_SOURCES.values():
            days = self._recounted(source.name)
            if days is not None:
                rows = self.con.execute(
                    "select cast(dt as varchar) from warehouse.state.drop_days "
                    f"where source = ? and latest_on >= {first_on}",
                    [source.name],
                ).fetchall()
                days |= {day for (day,) in rows}
            # As a literal, by which DuckDB skips parts of files.
            recent = f"occurred_at >= cast({first_on} as timestamp)"
            events = self._events(source, self._files(source.name, days), recent)
            self.con.execute(f"create view work.lake.recent_{source.name} as {events}")

    def _scored(self, source: Source, share: Share, is_keyed: bool) -> str:
        """The events of one pass as SQL; `is_keyed`: of these only what has a key to be read."""
        condition = share.condition(source)
        if condition is None:
            return relation([], _event_columns(source))
        if not is_keyed:
            return self._events(source, self._files(source.name), condition)
        found = [
            self._events(source, list(self._keyed[family]), keyed)
            for family in share.families
            if self._keyed[family] and (keyed := condition_of_keys(share, family, source))
        ]
        return " union all ".join(found) or relation([], _event_columns(source))

    @cached_property
    def _keyed(self) -> dict[Family, dict[str, int]]:
        """By family, files with an event of a key to be read, and how many they hold."""
        days, found = days_of_keys(self.con), {}
        for family in (f for f in FAMILIES if f not in self.changes.families):
            found[family] = {}
            for source in EVENT_SOURCES.values():
                sought = days.get(family.name, set()).union(self.changes.drops[source.name])
                files = self._files(source.name, sought)
                keyed = condition_of_keys(Share((family,)), family, source)
                if files and keyed:
                    listing = ", ".join(f"'{quoted(f)}'" for f in files)
                    rows = self.con.execute(
                        f"select filename, count(*) from read_parquet([{listing}], filename = true) "
                        f"where {keyed} group by all order by 1"
                    ).fetchall()
                    found[family] |= dict(rows)
        return found


def show_pass(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Let work.lake.logins and work.lake.activities show the events of one pass."""
    rows = con.execute(
        "select source, events, is_few from work.scope.passes where pass_no = ?", [number]
    ).fetchall()
    for source, events, is_few in rows:
        for kind, name in _shown(con, source):
            con.execute(f"drop {kind} work.lake.{name}")
        # A score of models read the events: few among many files are sought once.
        con.execute(f"create {'table' if is_few else 'view'} work.lake.{source} as {events}")


def _shown(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    """(table or view, name) of what an earlier pass shows under this name."""
    return con.execute(
        "select case table_type when 'VIEW' then 'view' else 'table' end, table_name "
        "from information_schema.tables "
        "where table_catalog = 'work' and table_schema = 'lake' and table_name = ?",
        [name],
    ).fetchall()
