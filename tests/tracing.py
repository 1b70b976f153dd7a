"""Random records and ledger rows of a city of any size, each told by itself and held against the reference.

`python tests/tracing.py HOME [COUNT]` traces COUNT random accepted records (200) of a finished HOME and
explains COUNT random rows of its ledger, and tells how long each took: asked once, when much has to come
from the disk, and asked again. The reference scorer then says the ledger with and without each record, or
each row's deciding event: it has to hold the row as explained, to differ just where the event decided a
unit, to stay where it moved nothing, and to differ without all alike where it was one of those that count.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import duckdb
from fates import MOVES_NOTHING, alike, is_counting, ledger_without
from reference.reader import Raw, read
from reference.world import grouped
from sampling import LEDGER, accepted_events, cut_out, each, in_portions

from pipelines.explain.explain import explain_teacher
from pipelines.explain.fates import DECIDING
from pipelines.home import Home
from pipelines.trace import trace_record

T = TypeVar("T")


@dataclass
class Told:
    """What was told of one record or row, and what the reference has to say of it.

    `seconds`: how long that took, asked once and again. Without `event` (source, event id), or all that
    would count in its place where it `has_others`, the teacher's ledger differs or not; where `event` is None
    there is nothing to leave out. `row` is one the ledger has to hold.
    """

    name: tuple
    seconds: tuple[float, float]
    kind: str
    faults: list[str]
    teacher_id: str
    event: tuple[str, str] | None
    is_moving: bool = True
    has_others: bool = False
    row: tuple[str, ...] | None = None


class Reference:
    """What the reference makes of the events around one teacher, for some teachers of one RAW."""

    def __init__(self, held: Raw, as_of: date):
        self.as_of = as_of
        self.logins = grouped(held.logins, lambda e: e.actor_id)
        self.acts = grouped(held.activities, lambda e: e.actor_id)
        self.on_object = grouped(held.activities, lambda e: e.object_id)

    def around(self, teacher_id: str) -> Raw:
        """The teacher's events, and everyone's on the objects of these."""
        own = self.acts.get(teacher_id, [])
        activities = {e.event_id: e for e in own}
        for object_id in {e.object_id for e in own}:
            activities |= {e.event_id: e for e in self.on_object[object_id]}
        return Raw(logins=self.logins.get(teacher_id, []), activities=list(activities.values()))

    def untrue(self, teacher_id: str, told: list[Told]) -> Iterator[Told]:
        """Those of what was told of a teacher that the reference does not say."""
        held = self.around(teacher_id)

        def ledger(source: str = "", left_out: Collection[str] = ()) -> set[tuple[str, ...]]:
            rows = ledger_without(held, self.as_of, source, left_out)
            return {row for row in rows if row[0] == teacher_id}

        whole = ledger()
        for one in told:
            holds = one.row is None or one.row in whole
            if one.event and holds:
                source, event_id = one.event
                left_out = {event_id}
                if one.has_others:
                    (event,) = (e for e in held.activities if e.event_id == event_id)
                    left_out = alike(event, held.activities)
                holds = (ledger(source, left_out) != whole) == one.is_moving
            if not holds:
                yield one


def some_records(home: Home, count: int) -> list[tuple[str, int]]:
    """(path, record number) of so many accepted records, each as likely as any other; the same each time."""
    # In the order of a hash: a reservoir of few records holds but logins, which come first.
    with duckdb.connect() as con:
        return con.execute(
            "select path, record_number from ("
            + " union all ".join(
                f"select path, record_number from {r}" for r in accepted_events(home.lake).values()
            )
            + f") order by hash(path, record_number), path, record_number limit {count}"
        ).fetchall()


def some_rows(home: Home, count: int) -> list[tuple]:
    """So many rows of the ledger, each as likely as any other; the same each time."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(
            f"select {', '.join(LEDGER)} from marts.points_ledger "
            f"order by hash(teacher_id, rule_code, unit_id), {', '.join(LEDGER)} limit {count}"
        ).fetchall()


def _timed(ask: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    """(what is told, the seconds it took, asked once and again)."""
    began = time.perf_counter()
    ask()
    between = time.perf_counter()
    told = ask()
    return told, (between - began, time.perf_counter() - between)


def traced(home: Home, path: str, number: int) -> Told:
    """What `cockpit trace` tells of one record."""
    trace, seconds = _timed(lambda: trace_record(home, path, number))
    has_others = is_counting(trace.fate, trace.event_type)
    is_checked = has_others or trace.fate in (*DECIDING, *MOVES_NOTHING)
    return Told(
        name=(path, number),
        seconds=seconds,
        kind=trace.fate,
        faults=[*trace.doubts, *([trace.fault] if trace.fault else [])],
        teacher_id=trace.units[0].teacher_id if trace.units else trace.actor_id,
        event=(path.partition("/")[0], trace.event_id) if is_checked else None,
        is_moving=trace.fate not in MOVES_NOTHING,
        has_others=has_others,
    )


def explained(home: Home, row: dict) -> Told:
    """What `cockpit explain --unit` tells of one row of the ledger."""
    key = (row["teacher_id"], row["rule_code"], row["unit_id"])
    told, seconds = _timed(lambda: explain_teacher(home, key[0], None, key[1], key[2]))
    units = [unit for rule in told.rules for unit in rule.units]
    records = list(told.all_records())
    faults = [*told.doubts, *(f"{r.path} record {r.record_number}: {r.fault}" for r in records if r.fault)]
    if [(u.decision, u.points) for u in units] != [(row["decision"], row["points"])]:
        faults.append("not the ledger's decision and points")
    if row["event_id"] and row["event_id"] not in {r.event_id for r in records if r.text is not None}:
        faults.append("without its deciding record")
    source = "logins" if row["rule_code"] == "login" else "activities"
    event = (source, row["event_id"]) if row["event_id"] else None
    values = tuple(map(str, row.values()))
    return Told(key, seconds, row["decision"], faults, key[0], event, row=values)


def _untrue(raw: Path, voids: set[tuple[str, str]], told: list[Told], as_of: date) -> list[Told]:
    """Those of what was told of a RAW's teachers that the reference, to which no void is shown, says not."""
    held = read(raw)
    logins = [e for e in held.logins if ("logins", e.event_id) not in voids]
    activities = [e for e in held.activities if ("activities", e.event_id) not in voids]
    reference = Reference(Raw(logins=logins, activities=activities), as_of)
    return [
        wrong
        for teacher_id, own in groupby(told, lambda t: t.teacher_id)
        for wrong in reference.untrue(teacher_id, list(own))
    ]


def wrong_by_the_reference(home: Home, told: list[Told], as_of: date, processes: int = 1) -> list[Told]:
    """Those of what was told that the reference does not say."""
    by_teacher: dict[str, list[Told]] = {}
    for one in told:
        if one.event or one.row:
            by_teacher.setdefault(one.teacher_id, []).append(one)
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        voids = set(con.execute("select source, event_id from ops.decisions where is_effective").fetchall())
    with tempfile.TemporaryDirectory() as folder:
        portions = in_portions(sorted(by_teacher))
        raws = cut_out(accepted_events(home.lake), portions, as_of.isoformat(), Path(folder))
        tasks = [
            (raw, voids, [one for teacher_id in portion for one in by_teacher[teacher_id]], as_of)
            for raw, portion in zip(raws, portions, strict=True)
        ]
        return [wrong for some in each(_untrue, tasks, processes) for wrong in some]


def tell_times(name: str, told: list[Told]) -> None:
    """Print how long it took to tell of each, as soon as that is known."""
    for at, asked in enumerate(("asked once", "asked again")):
        seconds = sorted(t.seconds[at] for t in told)
        within, median, longest = sum(s <= 1 for s in seconds), seconds[len(seconds) // 2], seconds[-1]
        slowest = max(told, key=lambda t: t.seconds[at]).name
        print(
            f"{len(told)} {name}, {asked}: {within} within 1 s, median {median:.2f} s, "
            f"longest {longest:.2f} s, {slowest}",
            flush=True,
        )


def tell_truth(name: str, told: list[Told], wrong: list[Told]) -> bool:
    """Print what the reference said of them; whether all is well."""
    faulty = [t for t in told if t.faults]
    print(f"{name} asked of the reference: {dict(Counter(t.kind for t in told if t.event or t.row))}")
    print(f"  not asked: {dict(Counter(t.kind for t in told if not (t.event or t.row)))}")
    for one in faulty[:5]:
        print(" ", one.name, one.faults)
    print(f"  {len(faulty)} with a fault or doubt, {len(wrong)} wrong: {[t.name for t in wrong[:5]]}")
    return not faulty and not wrong


def main() -> int:
    """Trace, explain and check."""
    home, count = Home(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        (as_of,) = con.execute("select as_of from ops.run").fetchone()
    records = [traced(home, *record) for record in some_records(home, count)]
    tell_times("records", records)
    rows = [explained(home, dict(zip(LEDGER, row, strict=True))) for row in some_rows(home, count)]
    tell_times("ledger rows", rows)
    wrong = wrong_by_the_reference(home, [*records, *rows], as_of, os.cpu_count() or 1)
    named = {"records": records, "ledger rows": rows}
    is_well = [tell_truth(name, some, [t for t in some if t in wrong]) for name, some in named.items()]
    return 0 if all(is_well) else 1


if __name__ == "__main__":
    sys.exit(main())
