"""Streams of what students answer: assignments, notices, activities, and visits and replies.

An object's answers come in on the days after it, so each day looks back at the objects of the days before.
Which students answer follows from the object alone: the j-th of them sits on seat (start + j * step) mod
size, and `step` is a prime larger than any class, so they are all different without any memory.
"""

from dataclasses import dataclass

import numpy as np

from . import kinds
from .events import Events, code, concat, make, spread
from .kinds import KIND
from .plan import OBJECT_RATES, Plan
from .schoolcal import PROFILES, seconds_of_day
from .work import drawn, earlier, school_posts

PRIMES = np.array([59, 61, 67, 71, 73, 79, 83, 89, 97])
END_OF_DAY = 86_399
PARENT = code("p", 0) - code("s", 0)  # from a student's code to that of the student's parent
REVIEWED_SHARE = 0.12  # of assignments
REVIEWERS = 6  # one teacher in so many reviews work online; those who do, do it often
REPLY_TWICE = 0.10

# Share of an object's answers that have come in by the end of its day 0, 1, 2, ...
# Assignments: quiz, homework, over a weekend, slow, and one with stragglers after the 30 days.
PACE = np.ones((5, 34))
PACE[0, :1] = [0.96]
PACE[1, :3] = [0.55, 0.88, 0.97]
PACE[2, :4] = [0.25, 0.50, 0.80, 0.95]
PACE[3, :8] = [0.10, 0.20, 0.30, 0.45, 0.60, 0.75, 0.88, 0.96]
PACE[4, :32] = np.r_[0.15, 0.25, np.full(26, 0.30), 0.33, 0.36, 0.45, 0.60]
PACE_CHANCE = [0.20, 0.52, 0.16, 0.10, 0.02]
NOTICE_PACE = np.array([0.72, 0.93, 1.0])
WEEK_PACE = np.array([0.28, 0.46, 0.62, 0.76, 0.90, 0.95, 1.0])
ACTIVITY_DAYS = 21
REVIEW_DAYS = 5  # an assignment's work is reviewed on one of the days 1 to 4 after it
WORKS_DAYS = 15


@dataclass
class Objects:
    """Columns of the objects of one kind made on one day."""

    code: np.ndarray
    owner: np.ndarray  # teacher
    klass: np.ndarray
    second: np.ndarray  # of the day
    answers: np.ndarray  # how many students answer, at most the class
    start: np.ndarray
    step: np.ndarray
    trait: np.ndarray  # pace of an assignment; weeks of an activity
    share: np.ndarray  # (2, objects): reading and completing share; reviewed share and works

    def __len__(self) -> int:
        return len(self.code)


def make_objects(plan: Plan, kind: str, letter: str, group: str, day: int) -> Objects:
    """The objects of one kind and day, without `trait` and `share`."""
    rng = plan.rng(kind, day)
    wanted = plan.volume(OBJECT_RATES[kind], rng, day, plan.object_scale)
    owner = plan.teachers.pick(rng, group, wanted, day)
    count = len(owner)
    klass = plan.teachers.classes[owner, rng.integers(0, 3, count)]
    # One in seven falls short of ten; the others have ten to the whole class.
    few = rng.random(count) < 0.14
    answers = np.where(few, rng.integers(0, 10, count), rng.integers(10, 50, count))
    return Objects(
        plan.ids(letter, day, np.arange(count)),
        owner,
        klass,
        seconds_of_day(rng, "work", count),
        np.minimum(answers, plan.classes.size[klass]),
        rng.integers(0, 60, count),
        PRIMES[rng.integers(0, len(PRIMES), count)],
        rng.integers(0, 3, count),
        rng.random((2, count)),
    )


def assignments(plan: Plan, day: int) -> Objects:
    """The assignments of a day; share[0] and share[1] of the students who answer read and complete."""
    made = make_objects(plan, "assignment", "h", "teach", day)
    rng = plan.rng("assignment pace", day)
    made.trait = rng.choice(len(PACE), len(made), p=PACE_CHANCE)
    habit = rng.choice(3, len(made), p=[0.3, 0.45, 0.25])
    made.share = np.array([[0.0, 0.5, 1.0], [1.0, 1.0, 0.3]])[:, habit]
    return made


def notices(plan: Plan, day: int) -> Objects:
    """The class notices of a day."""
    return make_objects(plan, "notice", "n", "interact", day)


def activities(plan: Plan, day: int) -> Objects:
    """The class activities of a day; they run for trait + 1 weeks."""
    return make_objects(plan, "activity", "v", "interact", day)


def seats(plan: Plan, made: Objects, which: np.ndarray, number: np.ndarray) -> np.ndarray:
    """The seat of the `number`-th who answers."""
    return (made.start[which] + number * made.step[which]) % plan.classes.size[made.klass[which]]


def answers(
    plan: Plan, rng: np.random.Generator, made: Objects, reached: np.ndarray, before: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(object, number within it) of the answers from the `before`-th to the `reached`-th."""
    which, number = spread(reached - before)
    return which, number + before[which]


def evening(
    rng: np.random.Generator, made: Objects, which: np.ndarray, same_day: bool, profile: str
) -> np.ndarray:
    """Seconds of the day for answers; on the object's own day, none before it."""
    second = PROFILES[profile][rng.integers(0, 65_536, len(which), dtype=np.uint16)].astype(np.int64)
    if same_day:
        posted = made.second[which]
        early = second < posted
        room = (END_OF_DAY - posted[early]) * rng.random(int(early.sum()))
        second[early] = posted[early] + room.astype(np.int64)
    return second


def assignment_creations(plan: Plan, day: int) -> Events:
    """Assignments set: preview, practice or quiz."""
    made = plan.remembered("assignment", day, assignments)
    detail = kinds.ASSIGNMENT_KINDS + np.where(made.trait == 0, 2, (made.trait == 1).astype(int))
    return make(
        KIND["assignment_create"],
        plan.midnight(day) + made.second,
        plan.teacher_codes(made.owner),
        made.code,
        detail,
    )


def by_pace(made: Objects, share: np.ndarray, back: int) -> tuple[np.ndarray, np.ndarray]:
    """(answers reached by the end of day `back` of an assignment, and before that day)."""
    total = made.answers * share
    before = np.floor(total * PACE[made.trait, back - 1]) if back else np.zeros(len(made))
    return np.floor(total * PACE[made.trait, back]).astype(int), before.astype(int)


def assignment_responses(plan: Plan, day: int) -> Events:
    """Students who read and complete the assignments of this and the days before."""
    rng = plan.rng("assignment_response", day)
    parts = []
    for back in range(min(day + 1, PACE.shape[1])):
        made = plan.remembered("assignment", day - back, assignments)
        for action in (0, 1):
            reached, before = by_pace(made, made.share[action], back)
            which, number = answers(plan, rng, made, reached, before)
            if not len(which):
                continue
            at = plan.midnight(day) + evening(rng, made, which, back == 0, "evening")
            student = plan.student_codes(made.klass[which], seats(plan, made, which, number))
            detail = kinds.READ_COMPLETE + action
            parts.append(make(KIND["assignment_response"], at, student, made.code[which], detail))
    return concat(parts)


def assignment_reviews(plan: Plan, day: int) -> Events:
    """Some assignments are reviewed, on a day soon after, now and then by a colleague."""
    parts = []
    for back in range(1, min(day + 1, REVIEW_DAYS)):
        made = plan.remembered("assignment", day - back, assignments)
        rng = plan.rng(f"assignment_review {back}", day)
        chance = REVIEWED_SHARE * REVIEWERS / (REVIEW_DAYS - 1)
        chosen = (made.owner % REVIEWERS == 0) & (rng.random(len(made)) < chance)
        share = rng.uniform(0.3, 1.0, len(made)) * made.share.max(axis=0)
        count = np.where(chosen, np.floor(made.answers * share), 0).astype(int)
        which, number = spread(count)
        start = seconds_of_day(rng, "work", len(made))
        at = np.minimum(start[which] + number * rng.integers(8, 90, len(which)), END_OF_DAY)
        colleague = plan.teachers.pick(rng, "teach", len(made), day)
        owner = made.owner.copy()
        swap = np.flatnonzero(rng.random(len(colleague)) < 0.08)
        owner[swap] = colleague[swap]
        student = plan.student_codes(made.klass[which], seats(plan, made, which, number))
        actor = plan.teacher_codes(owner[which])
        parts.append(
            make(KIND["assignment_review"], plan.midnight(day) + at, actor, made.code[which], student)
        )
    return concat(parts)


def notice_posts(plan: Plan, day: int) -> Events:
    """Class notices posted."""
    made = plan.remembered("notice", day, notices)
    at = plan.midnight(day) + made.second
    return make(KIND["notice_post"], at, plan.teacher_codes(made.owner), made.code)


def notice_replies(plan: Plan, day: int) -> Events:
    """Students and, more often, parents who answer notices; some write twice."""
    rng = plan.rng("notice_reply", day)
    parts = []
    for back in range(min(day + 1, len(NOTICE_PACE))):
        made = plan.remembered("notice", day - back, notices)
        before = made.answers * (NOTICE_PACE[back - 1] if back else 0.0)
        which, number = answers(
            plan, rng, made, (made.answers * NOTICE_PACE[back]).astype(int), before.astype(int)
        )
        twice = np.flatnonzero(rng.random(len(which)) < REPLY_TWICE)
        which, number = np.concatenate([which, which[twice]]), np.concatenate([number, number[twice]])
        student = plan.student_codes(made.klass[which], seats(plan, made, which, number))
        parent = (number + made.start[which]) % 5 < 3
        actor = np.where(parent, student + PARENT, student)
        at = plan.midnight(day) + evening(rng, made, which, back == 0, "evening")
        parts.append(make(KIND["notice_reply"], at, actor, made.code[which]))
    return concat(parts)


def activity_creations(plan: Plan, day: int) -> Events:
    """Class activities created."""
    made = plan.remembered("activity", day, activities)
    at = plan.midnight(day) + made.second
    return make(KIND["activity_create"], at, plan.teacher_codes(made.owner), made.code)


def activity_joins(plan: Plan, day: int) -> Events:
    """Students who take part, each week anew, starting from other seats."""
    rng = plan.rng("activity_join", day)
    parts = []
    for back in range(min(day + 1, ACTIVITY_DAYS)):
        made = plan.remembered("activity", day - back, activities)
        week, weekday = divmod(back, 7)
        total = np.where(made.trait >= week, made.answers, 0)
        before = total * (WEEK_PACE[weekday - 1] if weekday else 0.0)
        which, number = answers(plan, rng, made, (total * WEEK_PACE[weekday]).astype(int), before.astype(int))
        student = plan.student_codes(made.klass[which], seats(plan, made, which, number + 5 * week))
        at = plan.midnight(day) + evening(rng, made, which, back == 0, "evening")
        parts.append(make(KIND["activity_join"], at, student, made.code[which]))
    return concat(parts)


def activity_reviews(plan: Plan, day: int) -> Events:
    """Creators who review up to eleven works of an activity, over its first two weeks."""
    parts = []
    for back in range(2, min(day + 1, WORKS_DAYS)):
        made = plan.remembered("activity", day - back, activities)
        rng = plan.rng(f"activity_review {back}", day)
        works = np.floor(made.share[0] ** 2 * 12)
        pace = np.array([back - 1, back - 2]) / (WORKS_DAYS - 2)
        which, number = answers(plan, rng, made, (works * pace[0]).astype(int), (works * pace[1]).astype(int))
        at = plan.midnight(day) + seconds_of_day(rng, "work", len(which))
        actor = plan.teacher_codes(made.owner[which])
        parts.append(make(KIND["activity_review"], at, actor, made.code[which], number))
    return concat(parts)


def visits(plan: Plan, day: int) -> Events:
    """Visits to teachers' and schools' spaces, by teachers, students and parents."""
    rng, who, at = drawn(plan, "teacher_visit", "visit", day, burst=False)
    count = plan.volume(OBJECT_RATES["student_visit"], rng, day, plan.object_scale)
    actor = np.concatenate([plan.teacher_codes(who), anyone(plan, rng, count)])
    at = np.concatenate([at, plan.midnight(day) + seconds_of_day(rng, "evening", count)])
    # The spaces of those who are busy in theirs draw the visitors.
    host = np.searchsorted(plan.teachers.cumulative[0], rng.random(len(actor))) % plan.teachers.listed
    school = code("x", plan.schools.number[plan.teachers.school[host]])
    space = np.where(rng.random(len(actor)) < 0.4, school, plan.teacher_codes(host))
    return make(KIND["space_visit"], at, actor, space)


def post_replies(plan: Plan, day: int) -> Events:
    """Replies to the posts of school spaces, by anyone."""
    rng, who, at = drawn(plan, "teacher_reply", "visit", day, burst=False)
    count = plan.volume(OBJECT_RATES["student_reply"], rng, day, plan.object_scale)
    actor = np.concatenate([plan.teacher_codes(who), anyone(plan, rng, count)])
    at = np.concatenate([at, plan.midnight(day) + seconds_of_day(rng, "evening", count)])
    made, picks = earlier(plan, rng, "school_post", school_posts, max(0, day - 1), len(actor), 4)
    return make(KIND["post_reply"], at[: len(picks)], actor[: len(picks)], made.obj[picks])


def anyone(plan: Plan, rng: np.random.Generator, count: int) -> np.ndarray:
    """Codes of `count` students or parents of the city."""
    klass = rng.integers(0, len(plan.classes.size), count)
    seat = (rng.random(count) * plan.classes.size[klass]).astype(np.int64)
    student = plan.student_codes(klass, seat)
    return np.where(rng.random(count) < 0.35, student + PARENT, student)


TASK_STREAMS = (
    assignment_creations, assignment_responses, assignment_reviews, notice_posts, notice_replies,
    activity_creations, activity_joins, activity_reviews, visits, post_replies,
)  # fmt: skip
