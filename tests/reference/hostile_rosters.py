"""Roster snapshots of a hostile city: people move, retire, come and go; some snapshots must be refused."""

import random
from datetime import date, timedelta
from pathlib import Path

from .hostile_city import City
from .hostile_files import csv_cell, write

HEADS = {
    "districts": ("district_id", "name"),
    "schools": ("school_id", "name", "district_id", "branch", "stage"),
    "teachers": ("teacher_id", "name", "school_id", "status", "subject", "verified"),
}
DISTRICTS = ("420117", "420111", "420106")  # the last has no school
SCHOOLS = ("S1", "S2", "S3", "S9")  # the last has no teacher
STATUSES = ("active",) * 6 + ("retired", "off_post")
Tables = dict[str, list[list[str]]]


def write_rosters(out: Path, city: City, refused: bool) -> None:
    """Two to four good snapshots, the first of them perhaps late, and a bad one where asked for."""
    rng = city.rng
    first = city.first + timedelta(days=rng.choice((-5, 0, 4, 90)))
    days = sorted({first, *(first + timedelta(days=rng.randint(1, 40)) for _ in range(rng.randint(1, 3)))})
    for dt in days:
        write_snapshot(out, rng, dt, snapshot(city))
    if refused:
        dt = first + timedelta(days=41 + rng.randrange(5))
        write_snapshot(out, rng, dt, spoiled(rng, snapshot(city)))


def snapshot(city: City) -> Tables:
    """A good snapshot: not everyone is on it, and two people share a name."""
    rng = city.rng
    schools = [
        [
            s,
            f"第{s}中学",
            rng.choice(DISTRICTS[:2]),
            rng.choice(("邾城总支", "")),
            rng.choice(("primary", "junior")),
        ]
        for s in SCHOOLS
    ]
    teachers = [
        [
            t,
            '刘, "旭东"',
            rng.choice(SCHOOLS[:3]),
            rng.choice(STATUSES),
            "语文",
            rng.choice(("true", "false")),
        ]
        for t in city.teachers
        if t != "T-unknown" and rng.random() < 0.93
    ]
    teachers.append(["T-idle", "闲人", "S1", "active", "数学", "true"])
    return {
        "districts": [[d, f"区{d}"] for d in DISTRICTS],
        "schools": rng.sample(schools, len(schools)),
        "teachers": rng.sample(teachers, len(teachers)),
    }


def spoiled(rng: random.Random, tables: Tables) -> Tables:
    """A snapshot with one or two faults; an empty table stands for a missing file."""
    faults = (
        tables["teachers"][0].pop,
        lambda: tables["teachers"][-1].append("more"),
        lambda: tables["teachers"].append(list(tables["teachers"][0])),
        lambda: tables["teachers"].append(["T99", "x", "S404", "active", "x", "true"]),
        lambda: tables["teachers"].append(["T99", "x", "S1", "Active", "x", "true"]),
        lambda: tables["teachers"].append(["T99", "x", "S1", "active", " ", "true"]),
        lambda: tables["teachers"].append(["T99", "x", "S1", "active", "x", "yes"]),
        lambda: tables["schools"].append(["S5", "x", "420199", "", "junior"]),
        lambda: tables["schools"].append(["S5", "x", "420117", "", "college"]),
        lambda: tables["districts"].append(["420117", "again"]),
        lambda: tables.pop(rng.choice(list(tables))),
    )
    for fault in rng.sample(faults[:-1], rng.choice((0, 1, 2))) or faults[-1:]:
        fault()
    return tables


def write_snapshot(out: Path, rng: random.Random, dt: date, tables: Tables) -> None:
    """Write the files of one snapshot, columns in any order, either encoding."""
    for name, rows in tables.items():
        order = rng.sample(range(len(HEADS[name])), len(HEADS[name]))
        lines = [",".join(HEADS[name][i] for i in order)]
        for row in rows:
            cells = [row[i] for i in order if i < len(row)] + row[len(order) :]
            lines.append(",".join(csv_cell(rng, cell) for cell in cells))
        encoding, end = rng.choice(("utf-8", "utf-8-sig", "gb18030")), rng.choice(("\n", "\r\n"))
        write(out, f"roster/dt={dt}/{name}.csv", (end.join(lines) + end).encode(encoding))
