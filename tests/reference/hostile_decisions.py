"""Decision drops of a hostile city: good ones, malformed ones, and such as contradict what was decided."""

import random
from datetime import date, timedelta
from pathlib import Path

from .hostile_city import City
from .hostile_files import csv_cell, write

HEAD = ("decision_id", "kind", "target", "reason", "decided_by", "decided_on")
REASONS = ("代刷, 经核实", '非本人"操作"', "测试\n数据", "误报")
Row = list[str]


def write_decisions(out: Path, city: City, seed: int) -> None:
    """Two to five drops about events of the city and about some that there never were."""
    rng = random.Random(f"decisions {seed}")
    known = [f"{fact.source}:{fact.event_id}" for fact in city.facts]
    targets = [*rng.sample(known, 25), *(f"logins:{key.split(':')[1]}" for key in rng.sample(known, 2))]
    void: set[str] = set()
    serial = 0
    for dt in sorted(rng.sample([*city.days, city.days[-1] + timedelta(days=30)], rng.randint(2, 5))):
        rows: list[Row] = []
        before = set(void)
        for target in rng.sample(targets, rng.randint(3, 10)):
            serial += 1
            kind = "restore" if target in void else "void"
            void ^= {target}
            rows.append(decision(rng, f"D{serial}", kind, target, dt))
        if rng.random() < 0.2:
            spoil(rng, rows, dt)
            # Now and then the next drops rely on what was refused, and so contradict what was decided.
            void = void if rng.random() < 0.2 else before
        write_drop(out, rng, dt, rows)


def decision(rng: random.Random, decision_id: str, kind: str, target: str, dt: date) -> Row:
    """A good decision of some day up to the drop's."""
    day = dt - timedelta(days=rng.choice((0, 0, 3, 40)))
    written = rng.choice((day.isoformat(), f"{day.year}/{day.month}/{day.day}"))
    colon = rng.choice((":", ":", " : "))
    return [decision_id, kind, target.replace(":", colon, 1), rng.choice(REASONS), "区教育局", written]


def spoil(rng: random.Random, rows: list[Row], dt: date) -> None:
    """Make one row bad, or add one that is."""
    row = rng.choice(rows)
    place, value = rng.choice(
        (
            (0, rows[0][0] if row is not rows[0] else ""),
            (1, "Void"),
            (1, "restore" if row[1] == "void" else "void"),
            (2, "roster:T00"),
            (2, "logins:"),
            (2, "a0"),
            (3, " "),
            (4, ""),
            (5, (dt + timedelta(days=1)).isoformat()),
            (5, "2022-02-30"),
            (5, "昨天"),
            (6, "more"),
        )
    )
    row[place : place + 1] = [value]


def write_drop(out: Path, rng: random.Random, dt: date, rows: list[Row]) -> None:
    """One or two files, columns in any order, either encoding."""
    cut = rng.choice((len(rows), len(rows) // 2))
    for name, part in (("a", rows[:cut]), ("中", rows[cut:])):
        order = rng.sample(range(len(HEAD)), len(HEAD))
        lines = [",".join(HEAD[n] for n in order)]
        lines += [
            ",".join(csv_cell(rng, row[n]) for n in order) + ",x" * (len(row) - len(HEAD)) for row in part
        ]
        encoding, end = rng.choice(("utf-8", "utf-8-sig", "gb18030")), rng.choice(("\n", "\r\n"))
        write(out, f"decisions/dt={dt}/{name}.csv", (end.join(lines) + end).encode(encoding))
