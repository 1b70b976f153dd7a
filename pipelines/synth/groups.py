"""Streams of what is planned once: the forming of classes, and habits with their daily check-ins."""

import numpy as np

from .events import Events, code, concat, make, spread
from .kinds import KIND
from .plan import Plan
from .schoolcal import STUDENT_FACTOR, seconds_of_day

QUICK_JOINING = np.array([0.0, 0.70, 0.95, 1.0])  # share in by the end of day -1, 0, 1, 2
SLOW_JOINING = np.array([0.0, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.86, 0.92, 0.96, 1.0])
LEAVE_AFTER = 12  # days after the class's creation
RETURN_AFTER = 16


def class_code(klass: np.ndarray) -> np.ndarray:
    """Codes of classes."""
    return code("c", 2_021_000_000 + klass)


def class_creations(plan: Plan, day: int) -> Events:
    """Classes created; a few have no creation event in any drop, a few a day after their first members."""
    classes = plan.classes
    late = (np.arange(len(classes.size)) % 41 == 7).astype(int)
    klass = np.flatnonzero((classes.create_day + late == day) & classes.has_creation)
    at = plan.midnight(day) + classes.create_second[klass]
    return make(KIND["class_create"], at, plan.teacher_codes(classes.creator[klass]), class_code(klass))


def class_members(plan: Plan, day: int) -> Events:
    """Students who join over the days after the creation; a few leave later, half of these come back."""
    rng = plan.rng("class_join", day)
    classes = plan.classes
    age = day - classes.create_day
    parts = []
    for pace, slow in ((QUICK_JOINING, False), (SLOW_JOINING, True)):
        klass = np.flatnonzero((age >= 0) & (age < len(pace) - 1) & (classes.slow == slow))
        before = (classes.joiners[klass] * pace[age[klass]]).astype(int)
        reached = (classes.joiners[klass] * pace[age[klass] + 1]).astype(int)
        which, number = spread(reached - before)
        student = plan.student_codes(klass[which], number + before[which])
        floor = np.where(age[klass] == 0, classes.create_second[klass], 8 * 3600)[which]
        second = floor + (rng.random(len(which)) ** 2 * (86_399 - floor)).astype(np.int64)
        parts.append(make(KIND["class_join"], plan.midnight(day) + second, student, class_code(klass[which])))
    for after, kind, divisor in ((LEAVE_AFTER, "class_leave", 1), (RETURN_AFTER, "class_join", 2)):
        klass = np.flatnonzero(age == after)
        which, number = spread(np.minimum(classes.leavers[klass], classes.joiners[klass]) // divisor)
        at = plan.midnight(day) + seconds_of_day(rng, "evening", len(which))
        student = plan.student_codes(klass[which], number)
        parts.append(make(KIND[kind], at, student, class_code(klass[which])))
    return concat(parts)


def habit_code(plan: Plan, which: np.ndarray) -> np.ndarray:
    """Codes of planned habits."""
    return code("g", 2_022_000_000 + which)


def habit_creations(plan: Plan, day: int) -> Events:
    """Habits that start."""
    rng = plan.rng("habit_create", day)
    which = np.flatnonzero(plan.habits.start_day == day)
    at = plan.midnight(day) + seconds_of_day(rng, "arrival", len(which))
    return make(
        KIND["habit_create"], at, plan.teacher_codes(plan.habits.owner[which]), habit_code(plan, which)
    )


def habit_days(plan: Plan, day: int) -> Events:
    """Check-ins of part of the class on each day of a habit's life; now and then its creator joins in."""
    rng = plan.rng("habit_checkin", day)
    habits = plan.habits
    alive = np.flatnonzero((habits.start_day <= day) & (day < habits.end_day))
    size = plan.classes.size[habits.klass[alive]]
    count = rng.binomial(size, habits.keenness[alive] * STUDENT_FACTOR[plan.kinds[day]])
    which, number = spread(count)
    seat = (number + rng.integers(0, 60, len(alive))[which]) % size[which]
    at = plan.midnight(day) + seconds_of_day(rng, "morning", len(which))
    student = plan.student_codes(habits.klass[alive][which], seat)
    checkins = make(KIND["habit_checkin"], at, student, habit_code(plan, alive[which]))
    busy = alive[rng.random(len(alive)) < 0.08 * STUDENT_FACTOR[plan.kinds[day]]]
    busy = busy[plan.teachers.at_work(day)[habits.owner[busy]]]
    at = plan.midnight(day) + seconds_of_day(rng, "evening", len(busy))
    actor = plan.teacher_codes(habits.owner[busy])
    return concat([checkins, make(KIND["habit_interact"], at, actor, habit_code(plan, busy))])


GROUP_STREAMS = (class_creations, class_members, habit_creations, habit_days)
