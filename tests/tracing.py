"""Random records of a city of any size, each traced by itself and held against the reference scorer.

`python tests/tracing.py HOME [COUNT]` traces COUNT random accepted records (200) of a finished HOME, tells
how long they took, and asks the reference scorer for the ledger with and without each record: it has to
differ just where the record decided a unit, and to stay where it moved nothing.
"""

import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
from fates import MOVES_NOTHING, ledger_without
from reference.reader import Raw, read
from reference.world import grouped
from sampling import cut_out

from pipelines.explain.fates import DECIDING
from pipelines.home import Home
from pipelines.ingest.lake import parquet
from pipelines.trace import trace_record
from pipelines.trace.model import Trace


def some_records(home: Home, count: int) -> list[tuple[str, int]]:
    """(path, record number) of so many accepted records, each as likely as any other; the same each time."""
    files = [f for s in ("logins", "activities") for f in home.lake.data_files(home.lake.load(s), "accepted")]
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        return con.execute(
            f"select path, record_number from {parquet(files)} "
            f"using sample reservoir({count} rows) repeatable (1)"
        ).fetchall()


class Reference:
    """What the reference makes of the events around one teacher, for many teachers of one RAW."""

    def __init__(self, held: Raw, as_of: date):
        self.as_of = as_of
        self.logins = grouped(held.logins, lambda e: e.actor_id)
        self.acts = grouped(held.activities, lambda e: e.actor_id)
        self.on_object = grouped(held.activities, lambda e: e.object_id)
        self.ledgers: dict[str, set[tuple[str, ...]]] = {}

    def ledger(self, teacher_id: str, left_out: tuple[str, str] | None = None) -> set[tuple[str, ...]]:
        """The teacher's rows without one event (source, event id)."""
        own = self.acts.get(teacher_id, [])
        around = {e.event_id: e for e in own}
        for object_id in {e.object_id for e in own}:
            around |= {e.event_id: e for e in self.on_object[object_id]}
        held = Raw(logins=self.logins.get(teacher_id, []), activities=list(around.values()))
        return {row for row in ledger_without(held, self.as_of, left_out) if row[0] == teacher_id}

    def is_true(self, trace: Trace, source: str) -> bool:
        """Whether the ledger differs without the record just where the trace says that it decided."""
        teacher_id = trace.units[0].teacher_id if trace.units else trace.actor_id
        if teacher_id not in self.ledgers:
            self.ledgers[teacher_id] = self.ledger(teacher_id)
        without = self.ledger(teacher_id, (source, trace.event_id))
        return (without == self.ledgers[teacher_id]) == (trace.fate in MOVES_NOTHING)


def main() -> int:
    """Trace and check records of a HOME."""
    home, count = Home(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    traces: list[tuple[float, str, Trace]] = []
    for path, number in some_records(home, count):
        began = time.perf_counter()
        trace = trace_record(home, path, number)
        traces.append((time.perf_counter() - began, path.partition("/")[0], trace))
    seconds = sorted(took for took, *_ in traces)
    print(f"{len(traces)} traces, median {seconds[len(seconds) // 2]:.2f} s, longest {seconds[-1]:.2f} s")
    told = [t for *_, t in traces if t.fault or t.doubts]
    checked = [(s, t) for _, s, t in traces if t.fate in (*DECIDING, *MOVES_NOTHING)]
    with tempfile.TemporaryDirectory() as folder:
        teachers = {t.units[0].teacher_id if t.units else t.actor_id for _, t in checked}
        as_of = traces[0][2].as_of.isoformat()
        cut_out(home.lake, sorted(teachers), as_of, Path(folder))
        reference = Reference(read(Path(folder)), traces[0][2].as_of)
    wrong = [(t.path, t.record_number, t.fate) for s, t in checked if not reference.is_true(t, s)]
    print(f"{len(checked)} checked: {dict(Counter(t.fate for _, t in checked))}")
    print(f"not checked: {dict(Counter(t.fate for *_, t in traces) - Counter(t.fate for _, t in checked))}")
    for trace in told[:5]:
        print(trace.path, trace.record_number, trace.fault, trace.doubts)
    print(f"{len(told)} with a fault or doubt, {len(wrong)} wrong: {wrong[:5]}")
    return 1 if told or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
