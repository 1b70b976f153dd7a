"""Some teachers of a city of any size, cut out with all that decides their points, for the reference scorer.

`python tests/sampling.py HOME [COUNT]` holds the ledger of a finished HOME against the reference scorer on
COUNT teachers (200), and prints what differs and which rules and decisions the sample met.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import duckdb
from comparing import COLUMNS
from reference import scorer

from pipelines.ingest.keys import FAMILIES
from pipelines.ingest.lake import Lake, parquet

Result = TypeVar("Result")
LEDGER = COLUMNS["points_ledger"].split()
TEACHERS_AT_ONCE = 10
"""A busy teacher's events and those of others on the same objects are many thousands of Python objects."""


def accepted_events(lake: Lake) -> dict[str, str]:
    """source to a relation of its accepted events."""
    return {
        source: parquet(lake.data_files(lake.load(source), "accepted")) for source in ("logins", "activities")
    }


def in_portions(teachers: list[str]) -> list[list[str]]:
    """The teachers, as many at a time as a reference scorer can be asked of."""
    return [teachers[i : i + TEACHERS_AT_ONCE] for i in range(0, len(teachers), TEACHERS_AT_ONCE)]


def cut_out(events: dict[str, str], portions: list[list[str]], as_of: str, folder: Path) -> list[Path]:
    """Write for each portion of teachers a RAW of their accepted events and of all that decide their points.

    That is everything on each object they touched, of types where others' events count: a material that all
    the city has collected, or a space that it visits, would bring all of these along. All are handed over on
    the as-of day: the ledger does not depend on when.
    """
    types = ", ".join(f"'{t}'" for f in FAMILIES if f.about == "object_id" for t in f.event_types)
    act = (
        "event_id, event_type, cast(occurred_at as varchar) as occurred_at, actor_id, actor_role, object_id, "
        "cast(attributes as json) as attributes"
    )
    selects = {
        "logins": "select portion, event_id, teacher_id, cast(occurred_at as varchar) as occurred_at, "
        f"channel from {events['logins']} inner join chosen using (teacher_id)",
        "activities": f"select portion, {act} from {events['activities']} inner join chosen "
        f"on actor_id = chosen.teacher_id where event_type not in ({types}) "
        f"union all select portion, {act} from {events['activities']} inner join touched using (object_id) "
        f"where event_type in ({types})",
    }
    raws = [folder / str(n) for n in range(len(portions))]
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as con:
        con.execute("create table chosen (teacher_id varchar, portion integer)")
        con.executemany(
            "insert into chosen values (?, ?)", [(t, n) for n, p in enumerate(portions) for t in p]
        )
        con.execute(
            f"create table touched as select distinct portion, object_id from {events['activities']} "
            f"inner join chosen on actor_id = chosen.teacher_id where event_type in ({types})"
        )
        for source, select in selects.items():
            whole = folder / source
            con.execute(
                f"copy ({select}) to '{whole}' (format json, partition_by (portion), file_extension 'jsonl')"
            )
            for n, raw in enumerate(raws):
                (raw / source).mkdir(parents=True)
                if (part := whole / f"portion={n}").exists():
                    part.rename(raw / source / f"dt={as_of}")
    return raws


def _hand_over_voids(con: duckdb.DuckDBPyConnection, as_of: str, raw: Path) -> None:
    """Write to `raw` the decisions by which events are void, as if decided by the as-of day."""
    folder = raw / "decisions" / f"dt={as_of}"
    folder.mkdir(parents=True)
    con.execute(
        "copy (select decision_id, kind, source || ':' || event_id as target, reason, decided_by, "
        f"least(decided_on, date '{as_of}') as decided_on from ops.decisions where is_effective) "
        f"to '{folder / 'cut.csv'}' (format csv, header)"
    )


def each(work: Callable[..., Result], tasks: list[tuple], processes: int) -> Iterator[Result]:
    """The results of `work` on each task, in order; in processes of their own where there are several."""
    if processes == 1:
        yield from (work(*task) for task in tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from (done.result() for done in [pool.submit(work, *task) for task in tasks])


def _by_the_reference(raw: Path, teachers: list[str], as_of: str) -> Counter:
    """Ledger rows of these teachers, by the reference."""
    chosen = set(teachers)
    rows = scorer.score(raw, date.fromisoformat(as_of))["points_ledger"]
    return Counter(tuple(str(row[c]) for c in LEDGER) for row in rows if row["teacher_id"] in chosen)


def differences(
    con: duckdb.DuckDBPyConnection,
    events: dict[str, str],
    teachers: list[str],
    as_of: str,
    processes: int = 1,
) -> tuple[list[tuple], list[tuple], Counter]:
    """(rows only the ledger has, rows only the reference has, rule and decision to rows met), of `teachers`.

    `con` holds marts.points_ledger of the whole city, `events` its accepted events by source.
    """
    with tempfile.TemporaryDirectory() as folder:
        portions = in_portions(teachers)
        raws = cut_out(events, portions, as_of, Path(folder))
        for raw in raws:
            _hand_over_voids(con, as_of, raw)
        expected: Counter = Counter()
        for rows in each(
            _by_the_reference, [(r, p, as_of) for r, p in zip(raws, portions, strict=True)], processes
        ):
            expected += rows
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
        events = accepted_events(Lake(home / "lake"))
        ours, theirs, met = differences(con, events, teachers, as_of, os.cpu_count() or 1)
    print(f"{len(teachers)} teachers, {met.total():,} rows, {len(met)} rules and decisions met")
    for row in [*ours[:5], *theirs[:5]]:
        print(row)
    print(f"only ours {len(ours)}, only the reference's {len(theirs)}")
    return 1 if ours or theirs else 0


if __name__ == "__main__":
    sys.exit(main())
