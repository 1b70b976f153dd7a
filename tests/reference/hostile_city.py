"""The people, the calendar and the clock of a hostile city: what the stories draw from."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

SPANS = (  # first days that put some edge of the calendar inside the next four weeks
    date(2020, 12, 18),  # ISO week 53 across New Year
    date(2021, 12, 17),  # New Year on a Saturday
    date(2022, 12, 19),  # New Year on a Sunday
    date(2024, 2, 19),  # 29 February
    date(2022, 2, 28),  # the award window opens
    date(2022, 5, 16),  # the award window closes
)
ID_PREFIXES = ("a0", "a9", "aa", "aZ", "a-", "a学", "a\ue000", "a\U0001f600")  # order as bytes, not as UTF-16
MICRO = timedelta(microseconds=1)


@dataclass
class Fact:
    """One clean event, before it is written in some form into some drop. `login` is a type here."""

    event_id: str
    event_type: str
    at: datetime
    actor_id: str
    actor_role: str
    object_id: str
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The folder it belongs in."""
        return "logins" if self.event_type == "login" else "activities"

    @property
    def last_day(self) -> date:
        """The latest local day of any timestamp in it: no drop before it may hold it."""
        times = [value for value in self.attributes.values() if isinstance(value, datetime)]
        return max(at.date() for at in [self.at, *times])


def first_day_of(seed: int) -> date:
    """The first day of a seed's city; its rules and periods are cut around the same weeks."""
    return random.Random(f"span {seed}").choice(SPANS)


class City:
    """A pool of teachers and pupils, a span of days, and the facts gathered so far."""

    def __init__(self, rng: random.Random, first: date) -> None:
        self.rng = rng
        self.first = first
        self.days = [first + timedelta(days=n) for n in range(rng.randint(18, 30))]
        self.teachers = [f"T{n:02}" for n in range(rng.randint(4, 8))] + ["T-unknown"]
        self.students = [f"st{n}" for n in range(40)]
        self.facts: list[Fact] = []
        self.serial = 0

    def add(
        self, event_type: str, at: datetime, actor: str, role: str, object_id: str, **attributes: Any
    ) -> Fact:
        """Gather one fact under a fresh id whose byte order says nothing about its age."""
        self.serial += 1
        event_id = f"{self.rng.choice(ID_PREFIXES)}{self.serial * 7919 % 10007}"
        fact = Fact(event_id, event_type, at, actor, role, object_id, attributes)
        self.facts.append(fact)
        return fact

    def act(
        self, event_type: str, at: datetime, teacher: str, object_id: str | None = None, **attributes: Any
    ) -> Fact:
        """Gather a teacher's fact."""
        return self.add(event_type, at, teacher, "teacher", object_id or teacher, **attributes)

    def teacher(self) -> str:
        """Someone; now and then nobody on any roster."""
        return self.rng.choice(self.teachers)

    def object(self, kind: str, pool: int = 6) -> str:
        """An object of a small pool, so that teachers meet on the same ones."""
        return f"{kind}{self.rng.randrange(pool)}"

    def day(self) -> date:
        """Some day of the span."""
        return self.rng.choice(self.days)

    def at(self, day: date | None = None) -> datetime:
        """Some instant of a day, most often at one of its edges."""
        day = day or self.day()
        clock = self.rng.choice(
            (
                time(0, 0, 0),
                time(0, 0, 0, 1),
                time(23, 59, 59),
                time(23, 59, 59, 999999),
                time(12, 0),
                time(self.rng.randrange(24), self.rng.randrange(60), self.rng.randrange(60)),
                time(self.rng.randrange(24), self.rng.randrange(60), 5, self.rng.randrange(10**6)),
            )
        )
        return datetime.combine(day, clock)

    def week_edge(self) -> datetime:
        """The first instant of some Monday of the span."""
        monday = next(day for day in self.rng.sample(self.days, len(self.days)) if day.weekday() == 0)
        return datetime.combine(monday, time())

    def around(self, threshold: int) -> int:
        """One below, exactly at, or one above."""
        return threshold + self.rng.choice((-1, 0, 0, 1))

    def pupils(self, count: int, twice: int = 3) -> list[str]:
        """So many different pupils, some of them again, in any order."""
        chosen = self.rng.sample(self.students, count)
        return self.shuffled(chosen + self.rng.sample(chosen, min(twice, count)))

    def shuffled(self, items: list) -> list:
        """The items in any order."""
        return self.rng.sample(items, len(items))

    def often(self, chance: float) -> bool:
        """True so often."""
        return self.rng.random() < chance
