"""What of a warehouse is frozen of a period, and how two states of it differ, row for row."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import CockpitError
from pipelines.evidence.spaces import TABLE as SPACES
from pipelines.home import Home
from pipelines.ingest.lake import quoted

_OF_PERIOD = "select * from marts.{} where period_id = $period"
# Shortfalls have no day: those of the as-of day are frozen, whichever period asks.
TABLES: dict[str, str] = {
    # As far as the as-of day: a later version, or an end set later, bears on nothing that is frozen.
    "rules": """
        select rules.* replace (least(rules.valid_to, run.as_of) as valid_to)
        from rulebook.rules as rules inner join ops.run as run on rules.valid_from <= run.as_of
        """,
    "categories": "select * from rulebook.categories",
    "periods": _OF_PERIOD.format("periods"),
    "entities": _OF_PERIOD.format("entities"),
    "teachers": _OF_PERIOD.format("teachers"),
    "points_ledger": """
        select ledger.* from marts.points_ledger as ledger
        cross join (from marts.periods where period_id = $period) as period
        where ledger.credited_on between period.starts_on and period.ends_on or ledger.credited_on is null
        """,
    "teacher_rule_points": _OF_PERIOD.format("teacher_rule_points"),
    "teacher_index": _OF_PERIOD.format("teacher_index"),
    "teacher_indicator_index": _OF_PERIOD.format("teacher_indicator_index"),
    "school_index": _OF_PERIOD.format("school_index"),
    "district_index": _OF_PERIOD.format("district_index"),
    "indicator_index": _OF_PERIOD.format("indicator_index"),
    "decisions": "select * from ops.decisions",
    "voided_events": "select * from marts.voided_events",
    "voided_units": "select * from marts.voided_units",
    "files": "select * from ops.files",
    "refused_files": "select * from ops.refused_files",
    # Made beforehand by pipelines.evidence.spaces.write_spaces, from the lake.
    SPACES: f"select * from {SPACES}",
    "quarantine": "select source, dt, path, record_number, reason, detail from ops.quarantine",
}
"""Name to the query that gives its rows; `$period` is the period's id."""


@dataclass(frozen=True)
class Difference:
    """How a frozen table and the same table elsewhere differ: rows only the one or only the other has."""

    table: str
    frozen_only: int
    other_only: int
    example: str


def refuse_unfinished(con: duckdb.DuckDBPyConnection, home: Home, period: str) -> None:
    """Raise CockpitError unless HOME's results know the period, and it is over on their as-of day."""
    found = con.execute(
        "select ends_on, as_of from marts.periods cross join ops.run where period_id = ?", [period]
    ).fetchone()
    if found is None:
        known = con.execute(
            "select string_agg(period_id, ', ' order by period_id) from marts.periods"
        ).fetchone()[0]
        raise CockpitError(f"{home.root}: has no period {period!r}; there are {known or 'none'}")
    ends_on, as_of = found
    if ends_on > as_of:
        raise CockpitError(
            f"{period} ends on {ends_on}, after the as-of day {as_of}: it is not over in these results"
        )


def relation(name: str, period: str) -> str:
    """TABLES[name] as SQL without parameters."""
    return TABLES[name].replace("$period", "'" + period.replace("'", "''") + "'")


def frozen(bundle: Path, name: str) -> str:
    """The frozen table as SQL."""
    return f"select * from read_parquet('{quoted(bundle / 'tables' / f'{name}.parquet')}')"


def unreadable(bundle: Path) -> list[str]:
    """Frozen tables that are missing or cannot be read, a line each."""
    faults = []
    with duckdb.connect() as con:
        for name in TABLES:
            try:
                con.execute(frozen(bundle, name)).fetchone()
            except duckdb.Error as error:
                faults.append(f"tables/{name}.parquet: cannot be read: {' '.join(str(error).split())}")
    return faults


def write_tables(con: duckdb.DuckDBPyConnection, period: str, folder: Path) -> None:
    """Write every table of TABLES into `folder`; equal rows give equal bytes."""
    folder.mkdir()
    for name in TABLES:
        target = quoted(folder / f"{name}.parquet")
        con.execute(f"copy (from ({relation(name, period)}) order by all) to '{target}' (format parquet)")


def compare(con: duckdb.DuckDBPyConnection, period: str, bundle: Path) -> list[Difference]:
    """How the tables of a warehouse differ from the frozen ones."""
    found = []
    for name in TABLES:
        ours, theirs = frozen(bundle, name), relation(name, period)
        columns = [[c[0] for c in con.execute(f"describe {query}").fetchall()] for query in (ours, theirs)]
        if sorted(columns[0]) != sorted(columns[1]):
            told = f"columns {', '.join(sorted({*columns[0]} ^ {*columns[1]}))} are in one of them alone"
            found.append(Difference(name, 0, 0, told))
            continue
        listed = ", ".join(f'"{c}"' for c in columns[0])
        one, other = f"select {listed} from ({ours})", f"select {listed} from ({theirs})"
        counts = []
        example = None
        for left, right in ((one, other), (other, one)):
            con.execute(f"create or replace temp table alone as {left} except all {right}")
            counts.append(con.execute("select count(*) from alone").fetchone()[0])
            example = example or con.execute("from alone order by all limit 1").fetchone()
        if any(counts):
            named = zip(columns[0], map(str, example), strict=True)
            found.append(Difference(name, *counts, ", ".join(f"{n} {v}" for n, v in named)))
    return found
