"""The plan of a city: its people, its days, and how many of each thing happen on a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from . import schoolcal
from .events import DAY_SECONDS, OBJECTS_PER_DAY, code
from .people import (
    NEVER,
    SEATS,
    Classes,
    Schools,
    Teachers,
    make_classes,
    make_school_of,
    make_schools,
    make_teachers,
)
from .rng import generator

EARLIEST, LATEST = date(2010, 1, 1), date(2037, 5, 18)  # days since EARLIEST have at most four digits
EPOCH = date(1970, 1, 1)
DEFAULT_RECORDS_PER_TEACHER_DAY = 4.4
CACHED_DAYS = 40  # objects live at most this many days, see tasks.py

# Things a teacher does of their own accord, per teacher and average day, before bursts.
OWN_RATES = {
    "resource_upload": 0.028,
    "resource_visibility": 0.005,
    "photo_post": 0.024,
    "article_publish": 0.010,
    "article_share": 0.018,
    "lesson_session": 0.050,
    "material_session": 0.008,
    "courseware_upload": 0.012,
    "research_participate": 0.014,
    "office_submit": 0.034,
    "office_approve": 0.028,
    "teacher_visit": 0.018,
    "school_post": 0.008,
    "teacher_reply": 0.008,
}
OWN_RECORDS = 0.308  # what these rates come to in records, bursts included (measured)
LOGINS_PER_DAY_IN = 1.25

# Things that grow with the wanted volume, per teacher and average day at object_scale 1.
OBJECT_RATES = {
    "assignment": 0.065,
    "notice": 0.022,
    "activity": 0.006,
    "student_visit": 0.060,
    "student_reply": 0.070,
}
HABITS_ALIVE = 0.030  # per teacher, at object_scale 1
HABIT_DAYS = 40


@dataclass
class Habits:
    """Columns of the habits (打卡); they live for weeks, so they are planned once."""

    owner: np.ndarray
    klass: np.ndarray
    start_day: np.ndarray
    end_day: np.ndarray
    keenness: np.ndarray  # share of the class that checks in on a school day


@dataclass
class Plan:
    """All that a stream needs to make one day's events."""

    seed: int
    first: date
    days: int
    schools: Schools
    teachers: Teachers
    classes: Classes
    kinds: np.ndarray  # kind of each day, schoolcal
    factor: np.ndarray  # teachers' volume of each day, mean 1
    object_scale: float = 1.0
    own_scale: float = 1.0
    habits: Habits | None = None
    cheats: int = 0  # teachers who cheat, of each kind of cheats.py
    cache: dict[tuple[str, int], Any] = field(default_factory=dict)

    def rng(self, stream: str, day: int) -> np.random.Generator:
        """The generator of a stream on a day; keyed by the calendar day."""
        return generator(self.seed, stream, self.number(day))

    def number(self, day: int) -> int:
        """Days since EARLIEST: the first four digits of ids made that day."""
        return (self.first - EARLIEST).days + day

    def midnight(self, day: int) -> int:
        """Local seconds at the start of a day."""
        return ((self.first - EPOCH).days + day) * DAY_SECONDS

    def ids(self, letter: str, day: int, sequence: np.ndarray) -> np.ndarray:
        """Codes of objects made on a day; at most OBJECTS_PER_DAY per letter."""
        if len(sequence) and sequence[-1] >= OBJECTS_PER_DAY:
            raise ValueError(
                f"more than {OBJECTS_PER_DAY} objects of one kind in a day: ask for fewer teachers"
            )
        return code(letter, self.number(day) * OBJECTS_PER_DAY + sequence)

    def teacher_codes(self, who: np.ndarray) -> np.ndarray:
        """Account codes of teachers."""
        return code("t", 4_201_000_000 + who)

    def student_codes(self, klass: np.ndarray, seat: np.ndarray) -> np.ndarray:
        """Account codes of the students on these seats of these classes."""
        return code("s", klass * SEATS + seat)

    def volume(self, rate: float, rng: np.random.Generator, day: int, scale: float) -> int:
        """How many of a thing happen that day."""
        return int(rng.poisson(rate * scale * len(self.teachers) * self.factor[day]))

    def own(self, kind: str, rng: np.random.Generator, day: int) -> int:
        """How many of a teacher's own doing happen that day."""
        return self.volume(OWN_RATES[kind], rng, day, self.own_scale)

    def remembered(self, name: str, day: int, maker: Callable[["Plan", int], Any]) -> Any:
        """What `maker(plan, day)` gives, made once while the days that need it go by (see `forget`)."""
        key = (name, day)
        if key not in self.cache:
            self.cache[key] = maker(self, day)
        return self.cache[key]

    def forget(self, day: int) -> None:
        """Drop what was remembered of days too far before this one, so that memory stays bounded."""
        for key in [key for key in self.cache if key[1] < day - CACHED_DAYS]:
            del self.cache[key]


def make_plan(
    seed: int,
    first: date,
    days: int,
    teachers: int,
    records_per_teacher_day: float,
    task_records: Callable[[Plan], float],
) -> Plan:
    """The plan whose volume comes to about teachers * days * records_per_teacher_day records.

    `task_records(plan)` says how many records the plan's growing things give at object_scale 1.
    """
    wanted = teachers * days * records_per_teacher_day
    schools = make_schools(seed, teachers)
    school_of = make_school_of(seed, schools, teachers, unlisted=max(1, teachers // 500))
    # Forming every class takes ten records a teacher: too much of a short or thin window.
    formed = min(1.0, 0.10 * wanted / (10 * teachers))
    classes = make_classes(seed, schools, school_of[:teachers], days, formed)
    people = make_teachers(seed, schools, school_of, teachers, classes, days)
    kinds = schoolcal.day_kinds(first, days)
    factor = schoolcal.TEACHER_FACTOR[kinds]
    plan = Plan(seed, first, days, schools, people, classes, kinds, factor / factor.mean())

    joins = int(classes.joiners[classes.create_day != NEVER].sum())
    own = len(people) * days * OWN_RECORDS + login_records(plan)
    plan.own_scale = min(1.0, 0.45 * wanted / own)
    habits = len(people) * HABITS_ALIVE * 14 * schoolcal.STUDENT_FACTOR[kinds].sum()
    tasks = task_records(plan) + habits
    plan.object_scale = max(0.02, (wanted - joins - plan.own_scale * own) / tasks)
    plan.habits = make_habits(plan)
    return plan


def login_records(plan: Plan) -> float:
    """Expected number of logins, before own_scale."""
    power = schoolcal.LOGIN_POWER
    chance = plan.teachers.login_chance
    by_kind = np.array([(chance**p).sum() for p in power])
    return float(LOGINS_PER_DAY_IN * by_kind[plan.kinds].sum())


def make_habits(plan: Plan) -> Habits:
    """The habits alive in the window, evenly started; those of before it are created in its first days."""
    rng = generator(plan.seed, "habits")
    people = len(plan.teachers)
    span = plan.days + HABIT_DAYS
    count = max(1, round(HABITS_ALIVE * plan.object_scale * people * span / HABIT_DAYS))
    owner = np.searchsorted(plan.teachers.cumulative[2], rng.random(count)).clip(max=people - 1)
    start = rng.integers(-HABIT_DAYS, plan.days, count)
    length = rng.integers(HABIT_DAYS // 2, HABIT_DAYS * 3 // 2, count)
    return Habits(
        owner,
        plan.teachers.classes[owner, rng.integers(0, 3, count)],
        np.where(start < 0, rng.integers(0, 4, count), start),
        start + length,
        rng.beta(2, 4, count),
    )
