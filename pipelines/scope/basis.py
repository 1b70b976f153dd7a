"""What a run builds on: the ledger and the counts of the last release, and what these were made of."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pipelines.ingest.contract import EVENT_SOURCES
from pipelines.ingest.lake import Lake, Manifest
from pipelines.project import scorer_sha256
from pipelines.quality.landed import TABLES

CARRIED = (
    ("marts", "points_ledger"),
    ("state", "unpriced_units"),
    ("state", "drop_days"),
    ("state", "teacher_drop_days"),
    ("state", "teacher_days"),
)
"""Tables that dbt brings up to date instead of making them anew."""

COPIED = (("ops", "quarantine"), ("ops", "object_drops"), ("ops", "copied_files"))
"""Tables that are copies of the lake's data files, and of which files: `pipelines.scope.copies`."""

KEPT = tuple(("state", name) for name in TABLES)
"""Tables of what the checks counted: they hold for any run, whatever scores it."""

RULE_COLUMNS = (
    "rule_code", "valid_from", "valid_to", "points", "cap", "cap_period", "threshold", "works_threshold",
    "window_hours", "streak_day", "streak_points",
)  # fmt: skip
"""What of a rule's version decides points; its name, number and source do not."""

Rules = frozenset[tuple[str, ...]]
"""Rows of a rule table: RULE_COLUMNS as text, blank where a column is empty."""

Drops = dict[str, dict[str, str]]
"""By source and drop day, the lake's data file of accepted events."""

Voids = frozenset[tuple[str, str, str]]
"""Accepted events that are void: source, event id, and the lake's data file that holds the event."""


@dataclass(frozen=True)
class Basis:
    """What the tables carried over were made of: as-of day (ISO), drops, the rule table, void events.

    `sought`: (source, event id) of all events that decisions made void, accepted or not.
    """

    as_of: str
    drops: Drops
    rules: Rules
    voids: Voids
    sought: frozenset[tuple[str, str]]


def drops_of(manifests: dict[str, Manifest]) -> Drops:
    """The drops a run scores, by these manifests of the lake."""
    return {
        source: {
            day: entry.data["accepted"]
            for day, entry in manifests[source].days.items()
            if "accepted" in entry.data
        }
        for source in EVENT_SOURCES
    }


def rules_of(con: duckdb.DuckDBPyConnection, table: str) -> Rules:
    """The rows of a rule table as `Basis` has them."""
    texts = ", ".join(f"coalesce(cast({c} as varchar), '')" for c in RULE_COLUMNS)
    return frozenset(con.execute(f"select {texts} from {table}").fetchall())


def write_basis(con: duckdb.DuckDBPyConnection, drops: Drops, rules: Rules) -> None:
    """Note in ops.drops and ops.rules of the current database what its tables are made of."""
    con.execute(f"create table ops.rules ({', '.join(f'{c} varchar' for c in RULE_COLUMNS)})")
    con.executemany(f"insert into ops.rules values ({', '.join('?' * len(RULE_COLUMNS))})", sorted(rules))
    rows = [(source, day, name) for source, days in drops.items() for day, name in sorted(days.items())]
    write_listing(con, "ops.drops", ("source", "dt", "data_file"), rows)


def write_listing(
    con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    """Make `table` of rows of text, `dt` among its columns as a date, in place of one that is there."""
    texts = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(columns)}
    con.register("listing", pa.table(texts))
    con.execute(f"create or replace table {table} as select * replace (cast(dt as date) as dt) from listing")
    con.unregister("listing")


def carry_over(con: duckdb.DuckDBPyConnection, lake: Lake) -> Basis | None:
    """Empty the current database but for CARRIED, COPIED and KEPT, and tell what CARRIED was made of.

    None, and CARRIED and COPIED are gone too, where there is nothing to build on: no release before, one of
    another scorer, or one whose events the lake no longer holds.
    """
    basis = _read_basis(con)
    if basis is not None and not all(
        (lake.root / name).exists() for days in basis.drops.values() for name in days.values()
    ):
        basis = None
    for schema, name, kind in _relations(con):
        if (schema, name) not in KEPT and (basis is None or (schema, name) not in CARRIED + COPIED):
            con.execute(f'drop {kind} if exists "{schema}"."{name}" cascade')
    return basis


def _relations(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """(schema, name, table or view) of all that the current database holds."""
    return con.execute(
        "select table_schema, table_name, case table_type when 'VIEW' then 'view' else 'table' end "
        "from information_schema.tables where table_catalog = current_database() and table_schema <> 'main'"
    ).fetchall()


def _read_basis(con: duckdb.DuckDBPyConnection) -> Basis | None:
    held = {(schema, name) for schema, name, _ in _relations(con)}
    if not {*CARRIED, *COPIED, ("ops", "run"), ("ops", "drops"), ("ops", "rules"), ("ops", "voids")} <= held:
        return None
    runs = con.execute("select as_of, scorer_sha256 from ops.run").fetchall()
    if len(runs) != 1 or runs[0][1] != scorer_sha256():
        return None
    drops: Drops = {source: {} for source in EVENT_SOURCES}
    for source, day, name in con.execute(
        "select source, cast(dt as varchar), data_file from ops.drops"
    ).fetchall():
        drops[source][day] = name
    sought = con.execute("select source, event_id, data_file from ops.voids").fetchall()
    voids = frozenset(row for row in sought if row[2] is not None)
    ids = frozenset((source, event_id) for source, event_id, _ in sought)
    return Basis(runs[0][0].isoformat(), drops, rules_of(con, "ops.rules"), voids, ids)
