"""Some teachers of a city of any size, cut out with all that decides their points, for the reference scorer.

`python tests/sampling.py HOME [COUNT]` holds the ledger of a finished HOME against the reference scorer on
COUNT teachers (200), and prints what differs and which rules and decisions the sample met.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
from comparing import COLUMNS
from reference import scorer

from pipelines.ingest.keys import FAMILIES
from pipelines.ingest.lake import Lake, parquet

LEDGER = COLUMNS["points_ledger"].split()
TEACHERS_AT_ONCE = 20
"""A busy teacher's events and those of others on the same objects are many thousands of Python objects."""


def accepted_events(lake: Lake) -> dict[str, str]:
    """source to a relation of its accepted events."""
    return {
        source: parquet(lake.data_files(lake.load(source), "accepted")) for source in ("logins", "activities")
    }


@contextmanager
def _chosen(events: dict[str, str], teachers: list[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `teachers`, the objects they `touched`, and their events: `own_logins`, `around`.

    What others do with an object counts for few types: a material that all the city has collected, or a
    space that it visits, would bring all of these along.
    """
    types = ", ".join(f"'{t}'" for f in FAMILIES if f.about == "object_id" for t in f.event_types)
    with duckdb.connect() as con:
        con.execute("create table teachers as select unnest(?) as teacher_id", [teachers])
        con.execute(
            f"create table touched as select distinct object_id from {events['activities']} "
            f"where actor_id in (from teachers) and event_type in ({types})"
        )
        con.execute(
            f"create view own_logins as from {events['logins']} where teacher_id in (from teachers); "
            f"create view around as from {events['activities']} where actor_id in (from teachers) "
            f"or (event_type in ({types}) and object_id in (from touched))"
        )
        yield con


def narrowed(events: dict[str, str], teachers: list[str], folder: Path) -> dict[str, str]:
    """The events from which these teachers, or some of them, can be cut out, written to `folder`."""
    with _chosen(events, teachers) as con:
        for source, view in (("logins", "own_logins"), ("activities", "around")):
            con.execute(f"copy {view} to '{folder / source}.parquet'")
    return {source: f"read_parquet('{folder / source}.parquet')" for source in events}


def cut_out(events: dict[str, str], teachers: list[str], as_of: str, raw: Path) -> None:
    """Write to `raw` the accepted events of these teachers and of every object they touched.

    All are handed over on the as-of day: the ledger does not depend on when.
    """
    selects = {
        "logins": "select event_id, teacher_id, cast(occurred_at as varchar) as occurred_at, channel "
        "from own_logins",
        "activities": "select event_id, event_type, cast(occurred_at as varchar) as occurred_at, "
        "actor_id, actor_role, object_id, cast(attributes as json) as attributes from around",
    }
    with _chosen(events, teachers) as con:
        for source, select in selects.items():
            folder = raw / source / f"dt={as_of}"
            folder.mkdir(parents=True)
            con.execute(f"copy ({select}) to '{folder / 'cut.jsonl'}' (format json)")


def _hand_over_voids(con: duckdb.DuckDBPyConnection, as_of: str, raw: Path) -> None:
    """Write to `raw` the decisions by which events are void, as if decided by the as-of day."""
    folder = raw / "decisions" / f"dt={as_of}"
    folder.mkdir(parents=True)
    con.execute(
        "copy (select decision_id, kind, source || ':' || event_id as target, reason, decided_by, "
        f"least(decided_on, date '{as_of}') as decided_on from ops.decisions where is_effective) "
        f"to '{folder / 'cut.csv'}' (format csv, header)"
    )


def differences(
    con: duckdb.DuckDBPyConnection, events: dict[str, str], teachers: list[str], as_of: str
) -> tuple[list[tuple], list[tuple], Counter]:
    """(rows only the ledger has, rows only the reference has, rule and decision to rows met), of `teachers`.

    `con` holds marts.points_ledger of the whole city, `events` its accepted events by source.
    """
    chosen = set(teachers)
    with tempfile.TemporaryDirectory() as folder:
        cut_out(events, teachers, as_of, Path(folder))
        _hand_over_voids(con, as_of, Path(folder))
        theirs = scorer.score(Path(folder), date.fromisoformat(as_of))["points_ledger"]
    expected = Counter(tuple(str(row[c]) for c in LEDGER) for row in theirs if row["teacher_id"] in chosen)
    rows = con.execute(
        f"select {', '.join(LEDGER)} from marts.points_ledger where teacher_id in (select unnest(?))",
        [teachers],
    ).fetchall()
    found = Counter(tuple(map(str, row)) for row in rows)
    met = Counter((row[1], row[3]) for row in rows)
    return sorted((found - expected).elements()), sorted((expected - found).elements()), met


def some_teachers(con: duckdb.DuckDBPyConnection, count: int) -> list[str]:
    """Teachers of the ledger: the busiest of each rule and decision, and `count` others spread over all."""
    busiest = con.execute(
        "select arg_max(teacher_id, (units, teacher_id)) from ("
        "select teacher_id, rule_code, decision, count(*) as units from marts.points_ledger group by all) "
        "group by rule_code, decision"
    ).fetchall()
    every = con.execute("select distinct teacher_id from marts.points_ledger order by 1").fetchall()
    return sorted({t for (t,) in [*busiest, *every[:: max(1, len(every) // count)]]})


def main() -> int:
    """Hold a HOME against the reference."""
    home, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        as_of = str(con.execute("select as_of from ops.run").fetchone()[0])
        teachers = some_teachers(con, count)
        ours: list[tuple] = []
        theirs: list[tuple] = []
        met: Counter = Counter()
        with tempfile.TemporaryDirectory() as folder:
            events = narrowed(accepted_events(Lake(home / "lake")), teachers, Path(folder))
            for first in range(0, len(teachers), TEACHERS_AT_ONCE):
                chosen = teachers[first : first + TEACHERS_AT_ONCE]
                found = differences(con, events, chosen, as_of)
                ours, theirs, met = ours + found[0], theirs + found[1], met + found[2]
    print(f"{len(teachers)} teachers, {met.total():,} rows, {len(met)} rules and decisions met")
    for row in [*ours[:5], *theirs[:5]]:
        print(row)
    print(f"only ours {len(ours)}, only the reference's {len(theirs)}")
    return 1 if ours or theirs else 0


if __name__ == "__main__":
    sys.exit(main())
