"""Which accepted events are void, by the decisions in force: what is scored and counted leaves them out.

work.scope.decisions      every decision of a good drop, and whether it is the last one about its event
work.scope.voids          the accepted events that are void, with the lake's data file that holds each
work.lake.voided_events   these as dbt reads them, with the decision
work.lake.around_voids    the other events on objects with a void one, where a creator earns: who that is
"""

import duckdb

from pipelines.ingest.contract import ACTIVITIES, EVENT_SOURCES, VOID, Source
from pipelines.ingest.keys import FAMILIES, object_key
from pipelines.ingest.lake import Lake, parquet, quoted
from pipelines.scope.basis import Basis, Drops, Voids

_DECISIONS = {
    "decision_id": "varchar", "kind": "varchar", "source": "varchar", "event_id": "varchar",
    "reason": "varchar", "decided_by": "varchar", "decided_on": "date", "dt": "date", "path": "varchar",
    "record_number": "bigint", "place": "bigint",
}  # fmt: skip
_VOIDS = {
    "source": "varchar", "event_id": "varchar", "event_type": "varchar", "occurred_at": "timestamp",
    "actor_id": "varchar", "actor_role": "varchar", "object_id": "varchar", "dt": "date", "path": "varchar",
    "sha256": "varchar", "record_number": "bigint", "scope_key": "ubigint", "data_file": "varchar",
}  # fmt: skip
_LOGIN_VALUES = {
    "event_type": "'login'", "actor_id": "teacher_id", "actor_role": "'teacher'", "object_id": "null",
}  # fmt: skip
_CREATOR_EARNS = ("assignment", "class", "notice", "activity", "habit")
_AROUND = ("event_id", "event_type", "occurred_at", "actor_id", "object_id")


def typed(columns: dict[str, str]) -> str:
    """The columns of a CREATE TABLE."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def find_voids(
    con: duckdb.DuckDBPyConnection, lake: Lake, drops: Drops, decisions: list[str], basis: Basis | None
) -> Voids:
    """The accepted events that are void by `decisions`, data files of the lake.

    Fills `work.scope` and `work.lake`, schemas of the attached `work`. What was sought for the `basis` is not
    sought again in the files that it was made of.
    """
    con.execute(f"create table work.scope.decisions ({typed(_DECISIONS)}, is_in_force boolean)")
    if decisions:
        con.execute(
            f"insert into work.scope.decisions select {', '.join(_DECISIONS)}, row_number() over "
            "(partition by source, event_id order by dt desc, place desc) = 1 as is_in_force "
            f"from {parquet(decisions)}"
        )
    con.execute(f"create table work.scope.voids ({typed(_VOIDS)})")
    con.execute(
        "create view work.scope.sought as select source, event_id from work.scope.decisions "
        f"where is_in_force and kind = '{VOID}'"
    )
    for source in EVENT_SOURCES.values():
        _find_events(con, lake, source, sorted(drops[source.name].values()), basis)
    con.execute(
        "create view work.lake.voided_events as select voids.* exclude (scope_key, data_file), "
        "said.decision_id, said.reason, said.decided_by, said.decided_on from work.scope.voids as voids "
        "join work.scope.decisions as said "
        "on voids.source = said.source and voids.event_id = said.event_id and said.is_in_force"
    )
    _show_around(con, lake, sorted(drops[ACTIVITIES.name].values()))
    return frozenset(con.execute("select source, event_id, data_file from work.scope.voids").fetchall())


def _find_events(
    con: duckdb.DuckDBPyConnection, lake: Lake, source: Source, names: list[str], basis: Basis | None
) -> None:
    sought = f"(select event_id from work.scope.sought where source = '{source.name}')"
    ids = {(source.name, event_id) for (event_id,) in con.execute(f"from {sought}").fetchall()}
    holding: set[str] = set()
    unread = set(names if ids else ())
    if basis is not None and ids <= basis.sought:
        holding = {name for of, event_id, name in basis.voids if (of, event_id) in ids} & unread
        unread -= set(basis.drops[source.name].values())
    if unread:
        # A hash per event is all that is read of the files that hold no void one.
        listing = ", ".join(f"'{quoted(lake.root / name)}'" for name in sorted(unread))
        rows = con.execute(
            f"select distinct filename from read_parquet([{listing}], filename = true) "
            f"where id_key in (select hash(event_id) from {sought})"
        ).fetchall()
        holding |= {name for name in unread if (str(lake.root / name),) in rows}
    for name in names:
        if name in holding:
            values = {"source": f"'{source.name}'", "data_file": f"'{quoted(name)}'"}
            values |= {} if source.attributes else _LOGIN_VALUES
            columns = ", ".join(f"{values.get(c, c)} as {c}" for c in _VOIDS)
            con.execute(
                f"insert into work.scope.voids select {columns} from {parquet([str(lake.root / name)])} "
                f"where event_id in {sought}"
            )


def _show_around(con: duckdb.DuckDBPyConnection, lake: Lake, names: list[str]) -> None:
    types = ", ".join(f"'{t}'" for f in FAMILIES if f.name in _CREATOR_EARNS for t in f.event_types)
    con.execute(f"create table work.lake.around_voids ({typed({c: _VOIDS[c] for c in _AROUND})})")
    (count,) = con.execute(f"select count(*) from work.scope.voids where event_type in ({types})").fetchone()
    if count:
        con.execute(
            f"insert into work.lake.around_voids select {', '.join(_AROUND)} "
            f"from {parquet([str(lake.root / name) for name in names])} where event_type in ({types}) "
            f"and {object_key('scope_key')} in "
            f"(select {object_key('scope_key')} from work.scope.voids where event_type in ({types})) "
            f"and object_id in (select object_id from work.scope.voids where event_type in ({types})) "
            f"and event_id not in (select event_id from work.scope.voids where source = '{ACTIVITIES.name}')"
        )


def write_decisions(con: duckdb.DuckDBPyConnection) -> None:
    """Note in ops.decisions of the current database every decision, and which of them has an effect.

    In ops.voids stands what a later run needs to know of it.
    """
    con.execute(
        "create table ops.decisions as select said.* exclude (place), "
        "said.is_in_force and voids.event_id is not null as is_effective "
        "from work.scope.decisions as said left join work.scope.voids as voids "
        f"on said.source = voids.source and said.event_id = voids.event_id and said.kind = '{VOID}' "
        "order by said.dt, said.place"
    )
    con.execute(
        "create table ops.voids as select source, event_id, data_file "
        "from work.scope.sought left join work.scope.voids using (source, event_id)"
    )
