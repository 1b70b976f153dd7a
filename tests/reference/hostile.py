"""`write_city`: a seeded RAW folder full of everything that may go wrong, small and quick to write."""

import gzip
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import zstandard

from .hostile_city import MICRO, City, Fact, first_day_of
from .hostile_decisions import write_decisions
from .hostile_files import CLEAN, DIRTY, ODD, Delivery, file_bytes, write
from .hostile_rosters import write_rosters
from .hostile_rules import random_periods, random_rules
from .hostile_stories import STORIES

__all__ = ["random_periods", "random_rules", "write_city"]

LATE = 200  # days
Drops = dict[tuple[str, date], list[Delivery]]


def write_city(
    out: Path,
    seed: int,
    *,
    dirty: float = 0.06,
    refused_rosters: bool | None = None,
    refused_files: bool = False,
    foreign: bool = True,
    exotic: bool = False,
    decisions: bool = False,
) -> date | None:
    """Write a hostile RAW folder and return a day to score it as of; None stands for the default.

    `dirty` is the share of records refused on purpose; `refused_rosters` adds a bad snapshot (by default
    for every third seed); `refused_files` adds files that cannot be read whole; `foreign` adds files and
    folders that fit no pattern; `exotic` adds what the contract leaves open (a lone CR, text beside a
    quote, a byte-order mark before JSON, years beyond the calendar); `decisions` adds drops that void events
    or restore them, some to be refused.
    """
    rng = random.Random(f"city {seed}")
    city = City(rng, first_day_of(seed))
    for story in rng.sample(STORIES, len(STORIES)):
        story(city)
    out.mkdir(parents=True, exist_ok=True)
    drops = dropped(city, dirty)
    write_drops(out, rng, drops)
    refused = seed % 3 == 0 if refused_rosters is None else refused_rosters
    write_rosters(out, city, refused)
    if decisions:
        write_decisions(out, city, seed)
    if foreign:
        write_foreign(out, city.first)
    if refused_files:
        write_unreadable(out, city.first)
    if exotic:
        write_exotic(out, city.first)
    return some_day(city, [dt for _, dt in drops])


def dropped(city: City, dirty: float) -> Drops:
    """Every fact in a drop of its last day or later, some again, some changed, some spoiled."""
    rng = city.rng
    drops: Drops = {}
    for fact in city.shuffled(city.facts):
        state = ODD if rng.random() < 0.1 else CLEAN
        deliver(rng, drops, fact, state)
        for _ in range(rng.choices((0, 1, 2), (0.92, 0.06, 0.02))[0]):
            deliver(rng, drops, fact, rng.choice((ODD, CLEAN)))  # the same content, written otherwise
        if rng.random() < 0.03:
            deliver(rng, drops, changed(rng, fact, city), CLEAN)  # whichever comes first is kept
        if rng.random() < dirty:
            event_id = rng.choice((fact.event_id, f"x{fact.event_id}"))  # a refused record claims no id
            deliver(rng, drops, replace(fact, event_id=event_id), DIRTY)
    overlap(rng, drops)
    return drops


def deliver(rng: random.Random, drops: Drops, fact: Fact, state: str) -> None:
    """Put a record into the drop of a day, on which or before which all of it has happened."""
    delay = rng.choices((0, 1, 3, 9), (0.7, 0.2, 0.05, 0.05))[0]
    dt = fact.last_day + timedelta(days=delay)
    if rng.random() < 0.02:
        dt = max(dt, max(dt for _, dt in drops) if drops else dt, dt.replace(day=1) + timedelta(days=LATE))
    drops.setdefault((fact.source, dt), []).append((fact, state))


def changed(rng: random.Random, fact: Fact, city: City) -> Fact:
    """A record with the same id and other content."""
    if fact.event_type == "login":
        return rng.choice((replace(fact, at=fact.at + MICRO), replace(fact, actor_id=f"{fact.actor_id}x")))
    return rng.choice(
        (
            replace(fact, at=fact.at - MICRO),
            replace(fact, object_id=f"{fact.object_id}x"),
            replace(fact, actor_id="T00" if fact.actor_role == "teacher" else "st39"),
            replace(
                fact, event_type="article_share", actor_id=city.teacher(), actor_role="teacher", attributes={}
            ),
        )
    )


def overlap(rng: random.Random, drops: Drops) -> None:
    """Let some drops hold again what an earlier one of the same source held, in part or whole."""
    for source in ("logins", "activities"):
        days = sorted(dt for its, dt in drops if its == source)
        for dt in rng.sample(days[1:], min(2, len(days) - 1)):
            earlier = drops[source, rng.choice([day for day in days if day < dt])]
            drops[source, dt] += rng.sample(earlier, rng.randint(0, min(30, len(earlier))))


def write_drops(out: Path, rng: random.Random, drops: Drops) -> None:
    """One to three files per drop, some parquet, some delivered twice under other names and days."""
    last = max(dt for _, dt in drops)
    for (source, dt), deliveries in drops.items():
        share = rng.choice((1, 1, 2, 3)) if len(deliveries) > 5 else 1
        for n in range(share):
            part = rng.sample(deliveries[n::share], len(deliveries[n::share]))
            suffix, data = file_bytes(rng, source, part, dt, parquet=rng.random() < 0.12)
            # names of other lengths and scripts: 'B' < 'a' < 'b-' < '中' as bytes
            path = f"{source}/dt={dt}/{rng.choice(('B', 'a', 'b-', '中'))}{n}{suffix}"
            write(out, path, data)
            if rng.random() < 0.05:
                again = rng.choice((dt, dt + timedelta(days=1), last))
                write(out, f"{source}/dt={again}/{rng.choice(('A', 'z'))}-again-{n}-{dt}{suffix}", data)
    day = rng.choice(sorted(dt for _, dt in drops))
    write(out, f"logins/dt={day}/empty.csv", b"")
    write(out, f"logins/dt={day}/header.csv", b"\n \nevent_id,teacher_id,occurred_at,channel\r\n")
    write(out, f"logins/dt={day}/lacking.csv", b"event_id,teacher_id,channel\nq1,T00,web\nq2,T00\n\n")
    write(out, f"activities/dt={day}/empty.jsonl", b"")
    write(out, f"activities/dt={day}/blank.jsonl", b"\n  \n\r\n")


def write_foreign(out: Path, day: date) -> None:
    """Files and folders that fit no pattern."""
    line = b'{"event_id": "f", "teacher_id": "T00", "occurred_at": "2020-01-01 00:00", "channel": "web"}\n'
    for path in (
        "README.txt",
        f"login/dt={day}/a.jsonl",
        f"logins/{day}/a.jsonl",
        "logins/dt=2022-02-30/a.jsonl",
        "logins/dt=2022-3-1/a.jsonl",
        "logins/a.jsonl",
        f"logins/dt={day}/a.jsonl.bak",
        f"logins/dt={day}/a.jsonl.bz2",
        f"logins/dt={day}/deeper/a.jsonl",
        f"logins/dt={day}/_SUCCESS",
        f"activities/dt={day}/a.csv",
        f"activities/dt={day}/notes.md",
        f"roster/dt={day}/parents.csv",
    ):
        write(out, path, line)


def write_unreadable(out: Path, day: date) -> None:
    """Files that cannot be read whole, next to others that can: cut, corrupt, or no such format."""
    rng = random.Random(f"unreadable {day}")
    noise = rng.randbytes(4000)
    gz, zst = gzip.compress(noise, mtime=0), zstandard.ZstdCompressor().compress(noise)
    write(out, f"activities/dt={day}/cut.jsonl.gz", gz[:-300])
    write(out, f"activities/dt={day}/cut.jsonl.zst", zst[:-300])
    write(out, f"activities/dt={day}/broken.parquet", b"PAR1" + noise + b"PAR1")
    write(out, f"logins/dt={day}/flipped.csv.gz", gz[:2000] + bytes([gz[2000] ^ 255]) + gz[2001:])
    write(out, f"logins/dt={day}/no.csv.zst", noise)


def write_exotic(out: Path, day: date) -> None:
    """What the contract leaves open; the two sides must have agreed on it."""
    head = b"event_id,teacher_id,occurred_at,channel\n"
    rows = (
        b'e1,T00,2020-01-01 00:00,"web" \ne2,T0"0,2020-01-01 00:00,web\ne3,"T0""0",2020-01-01 00:00,web\n'
        b'e4,"a\nb","2020-01-01 00:00,web\ne5,"T00\n",2020-01-01 00:00,"web"x\n'
        b"e6,T00,2020-01-01 00:00,web\re7,T00,0001-01-01T00:00:00+14:00,web\ne8,T00,9999-12-31T23:00Z,web\n"
    )
    write(out, f"logins/dt={day}/exotic.csv", head + rows)
    write(
        out,
        f"logins/dt={day}/twice.csv",
        head.replace(b"\n", b",event_id\n") + b"e9,T00,2020-01-01 0:0,web,e10\n",
    )
    line = b'{"event_id": "e11", "teacher_id": "T00", "occurred_at": "2020-01-01 00:00", "channel": "web"}\n'
    write(out, f"logins/dt={day}/mark.jsonl", b"\xef\xbb\xbf" + line)
    write(out, f"logins/dt={day}/return.jsonl", line.replace(b"e11", b"e12").replace(b"\n", b"\r") * 2)


def some_day(city: City, dts: list[date]) -> date | None:
    """A day to score as of: mostly inside the data, sometimes at, before or after its ends, or none."""
    rng = city.rng
    inside = rng.choice(city.days[len(city.days) // 4 :]) + timedelta(days=rng.choice((0, 0, 5)))
    edges = (max(dts), max(dts) + timedelta(days=400), city.days[-1], city.first, None, None)
    return inside if rng.random() < 0.6 else rng.choice(edges)
