"""Planted cheats: teachers whose doings look made up, to tune the signals of fair play. None by default."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np

from . import kinds
from .events import Events, concat, make
from .kinds import KIND, LOGIN
from .plan import Plan
from .rng import generator
from .text import id_texts

FIRST_OBJECT = 900_000  # of a day's objects of one letter, far above the others'
_HOUR = 3600


def cheaters(plan: Plan, kind: str) -> np.ndarray:
    """The teachers who cheat in this way, `plan.cheats` of each kind, nobody in two ways."""
    people = len(plan.teachers)
    chosen = generator(plan.seed, "cheats").permutation(people)
    place = list(CHEATS).index(kind) * plan.cheats
    return chosen[place : place + plan.cheats]


def _today(plan: Plan, kind: str, day: int, chance: float) -> tuple[np.random.Generator, np.ndarray]:
    """(generator, those who cheat this way on this day)."""
    rng, who = plan.rng(f"cheat {kind}", day), cheaters(plan, kind)
    return rng, who[rng.random(len(who)) < chance]


def _objects(plan: Plan, letter: str, day: int, count: int, part: int) -> np.ndarray:
    """Codes of objects; two kinds of cheats that share a letter take different parts."""
    return plan.ids(letter, day, FIRST_OBJECT + part * 20_000 + np.arange(count))


def exact_lessons(plan: Plan, day: int) -> Events:
    """A lesson of exactly 15 minutes on every other day."""
    rng, who = _today(plan, "exact_lessons", day, 0.5)
    start = plan.midnight(day) + rng.integers(8 * _HOUR, 16 * _HOUR, len(who))
    session = _objects(plan, "l", day, len(who), 0)
    return make(KIND["lesson_session"], start + 900, plan.teacher_codes(who), session, start)


def rapid_actions(plan: Plan, day: int) -> Events:
    """Fifteen resources a second apart, on one day in five."""
    rng, who = _today(plan, "rapid_actions", day, 0.2)
    first = plan.midnight(day) + rng.integers(8 * _HOUR, 17 * _HOUR, len(who))
    at = (first[:, None] + np.arange(15)).ravel()
    resource = _objects(plan, "r", day, len(at), 0)
    return make(
        KIND["resource_upload"],
        at,
        plan.teacher_codes(np.repeat(who, 15)),
        resource,
        kinds.PRIVATE_PUBLIC + 1,
    )


def same_students(plan: Plan, day: int) -> Events:
    """An assignment on every other day, answered by the same eleven students."""
    rng, who = _today(plan, "same_students", day, 0.5)
    at = plan.midnight(day) + rng.integers(8 * _HOUR, 16 * _HOUR, len(who))
    work = _objects(plan, "h", day, len(who), 0)
    created = make(KIND["assignment_create"], at, plan.teacher_codes(who), work, kinds.ASSIGNMENT_KINDS)
    which = np.repeat(np.arange(len(who)), 11)
    pupil = plan.student_codes(plan.teachers.classes[who[which], 0], np.tile(np.arange(11), len(who)))
    later = at[which] + rng.integers(60, 6 * _HOUR, len(which))
    answers = make(KIND["assignment_response"], later, pupil, work[which], kinds.READ_COMPLETE + 1)
    return concat([created, answers])


def toggled_visibility(plan: Plan, day: int) -> Events:
    """A resource hidden and shown again six times within an hour, on one day in three."""
    rng, who = _today(plan, "toggled_visibility", day, 0.33)
    first = plan.midnight(day) + rng.integers(8 * _HOUR, 17 * _HOUR, len(who))
    at = (first[:, None] + np.cumsum(rng.integers(60, 600, (len(who), 6)), axis=1)).ravel()
    resource = np.repeat(_objects(plan, "r", day, len(who), 1), 6)
    shown = np.tile(kinds.PRIVATE_PUBLIC + np.arange(6) % 2, len(who))
    return make(KIND["resource_visibility"], at, plan.teacher_codes(np.repeat(who, 6)), resource, shown)


def robot_logins(plan: Plan, day: int) -> Events:
    """A login every half hour, day and night."""
    _, who = _today(plan, "robot_logins", day, 1.0)
    second = 7 + who % 1000
    at = (plan.midnight(day) + second[:, None] + 1800 * np.arange(48)).ravel()
    return make(LOGIN, at, plan.teacher_codes(np.repeat(who, 48)), 0, 0)


def night_uploads(plan: Plan, day: int) -> Events:
    """Thirty uploads between one and four in the morning, on one day in ten."""
    rng, who = _today(plan, "night_uploads", day, 0.1)
    at = (plan.midnight(day) + rng.integers(_HOUR, 4 * _HOUR, (len(who), 30))).ravel()
    resource = _objects(plan, "r", day, len(at), 2)
    return make(
        KIND["resource_upload"],
        at,
        plan.teacher_codes(np.repeat(who, 30)),
        resource,
        kinds.PRIVATE_PUBLIC + 1,
    )


CHEATS: dict[str, Callable[[Plan, int], Events]] = {
    "exact_lessons": exact_lessons,
    "rapid_actions": rapid_actions,
    "same_students": same_students,
    "toggled_visibility": toggled_visibility,
    "robot_logins": robot_logins,
    "night_uploads": night_uploads,
}
"""Streams of cheats, by the signal that ought to see them."""


def cheat_streams(plan: Plan) -> tuple[Callable[[Plan, int], Events], ...]:
    """The streams to add to a city's; none where nothing is planted."""
    return tuple(CHEATS.values()) if plan.cheats else ()


def truth_file(out: Path) -> Path:
    """Where the list of planted cheats is: beside the city, which holds nothing but drops."""
    return out.with_name(f"{out.name}-cheats.csv")


def write_truth(plan: Plan, out: Path) -> None:
    """Write who cheats in which way."""
    with truth_file(out).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["signal", "teacher_id", "from", "to"])
        last = plan.first + timedelta(plan.days - 1)
        for kind in CHEATS:
            for teacher in sorted(id_texts(plan.teacher_codes(cheaters(plan, kind))).to_pylist()):
                writer.writerow([kind, teacher, plan.first, last])
