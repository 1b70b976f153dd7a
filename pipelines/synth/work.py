"""Streams of what teachers do of their own accord: logins, space, lessons, research, office."""

from collections.abc import Callable

import numpy as np

from . import kinds
from .events import Events, concat, make, spread
from .kinds import KIND, LOGIN
from .people import NEVER
from .plan import Plan
from .schoolcal import LOGIN_POWER, seconds_of_day

Maker = Callable[[Plan, int], Events]
BURST_CHANCE = 0.06  # an album at a time, a week's forms at once


def logins(plan: Plan, day: int) -> Events:
    """Each teacher at work logs in or not; those who do, once or a few times."""
    rng = plan.rng("logins", day)
    people = plan.teachers
    chance = people.login_chance ** LOGIN_POWER[plan.kinds[day]] * plan.own_scale
    here = np.flatnonzero((rng.random(len(people)) < chance) & people.at_work(day))
    which, again = spread(np.minimum(rng.geometric(0.8, len(here)), 5))
    first = seconds_of_day(rng, "arrival", len(which))
    later = seconds_of_day(rng, "work", len(which))
    at = plan.midnight(day) + np.where(again == 0, first, later)
    channel = np.minimum(rng.geometric(0.55, len(which)) - 1, 2)
    return make(LOGIN, at, plan.teacher_codes(here[which]), 0, channel)


def bursts(rng: np.random.Generator, who: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Some doings repeated a few minutes apart, within the day; returns (who, at) of all."""
    times = 1 + (rng.random(len(who)) < BURST_CHANCE) * rng.integers(2, 8, len(who))
    which, again = spread(times)
    end = at[which] // 86_400 * 86_400 + 86_399
    return who[which], np.minimum(at[which] + again * rng.integers(20, 400, len(which)), end)


def drawn(
    plan: Plan, kind: str, group: str, day: int, burst: bool = True
) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """(generator, teachers, instants) of a kind's doings on a day."""
    rng = plan.rng(kind, day)
    who = plan.teachers.pick(rng, group, plan.own(kind, rng, day), day)
    at = plan.midnight(day) + seconds_of_day(rng, "work", len(who))
    if burst:
        who, at = bursts(rng, who, at)
    return rng, who, at


def earlier(
    plan: Plan, rng: np.random.Generator, name: str, maker: Maker, day: int, count: int, back: int
) -> tuple[Events, np.ndarray]:
    """`count` draws from what `maker` made on one of the `back` days up to this: (its columns, positions)."""
    source = day - int(rng.integers(0, back + 1))
    made = plan.remembered(name, max(0, source), maker)
    size = len(made)
    return made, rng.integers(0, size, count if size else 0)


def resource_uploads(plan: Plan, day: int) -> Events:
    """Uploads to the space's drive, two in three of them public."""
    rng, who, at = drawn(plan, "resource_upload", "space", day)
    public = rng.random(len(who)) < 0.66
    resource = plan.ids("r", day, np.arange(len(who)))
    return make(KIND["resource_upload"], at, plan.teacher_codes(who), resource, kinds.PRIVATE_PUBLIC + public)


def resource_visibility(plan: Plan, day: int) -> Events:
    """Owners who open, or close, what they uploaded on some earlier day."""
    rng = plan.rng("resource_visibility", day)
    count = plan.own("resource_visibility", rng, day)
    if day == 0:
        return concat([])
    made, picks = earlier(plan, rng, "resource_upload", resource_uploads, day - 1, count, 9)
    at = plan.midnight(day) + seconds_of_day(rng, "work", len(picks))
    public = kinds.PRIVATE_PUBLIC + (rng.random(len(picks)) < 0.75)
    return make(KIND["resource_visibility"], at, made.actor[picks], made.obj[picks], public)


def photo_posts(plan: Plan, day: int) -> Events:
    """Posts in the album or the class circle; a few without a photo."""
    rng, who, at = drawn(plan, "photo_post", "space", day)
    count = rng.integers(0, kinds.MAX_PHOTOS + 1, len(who)) * (rng.random(len(who)) < 0.95)
    detail = kinds.PHOTOS + rng.integers(0, 2, len(who)) * (kinds.MAX_PHOTOS + 1) + count
    return make(
        KIND["photo_post"], at, plan.teacher_codes(who), plan.ids("f", day, np.arange(len(who))), detail
    )


def articles(plan: Plan, day: int) -> Events:
    """Articles published."""
    _, who, at = drawn(plan, "article_publish", "space", day)
    return make(KIND["article_publish"], at, plan.teacher_codes(who), plan.ids("a", day, np.arange(len(who))))


def article_shares(plan: Plan, day: int) -> Events:
    """Shares of recent articles, own or others'."""
    rng, who, at = drawn(plan, "article_share", "space", day)
    made, picks = earlier(plan, rng, "article_publish", articles, max(0, day - 1), len(who), 6)
    who, at = who[: len(picks)], at[: len(picks)]
    return make(KIND["article_share"], at, plan.teacher_codes(who), made.obj[picks])


def lessons(plan: Plan, day: int) -> Events:
    """Lessons of 5 to 45 minutes, dated at their end; some of exactly 15, a few in two parts."""
    rng, who, _ = drawn(plan, "lesson_session", "teach", day, burst=False)
    count = len(who)
    minutes = rng.choice([0, 1, 2, 3], count, p=[0.18, 0.07, 0.40, 0.35])
    seconds = np.select(
        [minutes == 0, minutes == 1, minutes == 2],
        [rng.integers(300, 900, count), 900, rng.integers(901, 2400, count)],
        rng.integers(2400, 2701, count),
    )
    start = plan.midnight(day) + seconds_of_day(rng, "lesson", count)
    session = plan.ids("l", day, np.arange(count))
    whole = make(KIND["lesson_session"], start + seconds, plan.teacher_codes(who), session, start)
    second = np.flatnonzero(rng.random(count) < 0.02)
    again = start[second] + seconds[second] + rng.integers(60, 600, len(second))
    end = again + rng.integers(300, 1500, len(second))
    part = make(KIND["lesson_session"], end, plan.teacher_codes(who[second]), session[second], again)
    return concat([whole, part])


def materials(plan: Plan, day: int) -> Events:
    """Sessions in the textbook library: one to nine materials each, collected or downloaded."""
    rng, who, at = drawn(plan, "material_session", "teach", day, burst=False)
    which, again = spread(rng.integers(1, 10, len(who)))
    end = plan.midnight(day) + 86_399
    when = np.minimum(at[which] + again * rng.integers(10, 120, len(which)), end)
    material = (rng.random(len(which)) ** 2 * 6000).astype(np.int64)
    kind = np.where(rng.random(len(which)) < 0.5, KIND["material_collect"], KIND["material_download"])
    return make(kind, when, plan.teacher_codes(who[which]), plan.ids("m", -plan.number(0), material))


def courseware(plan: Plan, day: int) -> Events:
    """Courseware uploads: mostly original and successful."""
    rng, who, at = drawn(plan, "courseware_upload", "teach", day)
    detail = kinds.COURSEWARE + 2 * (rng.random(len(who)) < 0.15) + (rng.random(len(who)) < 0.06)
    ware = plan.ids("k", day, np.arange(len(who)))
    return make(KIND["courseware_upload"], at, plan.teacher_codes(who), ware, detail)


def research(plan: Plan, day: int) -> Events:
    """Teachers in the topics of studios and course communities; forty topics a week."""
    rng, who, at = drawn(plan, "research_participate", "research", day)
    week_start = day - plan.midnight(day) // 86_400 % 7
    topic = plan.ids("o", week_start, rng.integers(0, 40, len(who)))
    detail = kinds.COMMUNITY + rng.integers(0, 2, len(who))
    return make(KIND["research_participate"], at, plan.teacher_codes(who), topic, detail)


def office_submissions(plan: Plan, day: int) -> Events:
    """Applications handed in."""
    _, who, at = drawn(plan, "office_submit", "office", day)
    return make(KIND["office_submit"], at, plan.teacher_codes(who), plan.ids("d", day, np.arange(len(who))))


def office_approvals(plan: Plan, day: int) -> Events:
    """Yesterday's and earlier applications handled, by those keen on office work."""
    rng, who, at = drawn(plan, "office_approve", "office", day)
    made, picks = earlier(plan, rng, "office_submit", office_submissions, max(0, day - 1), len(who), 2)
    who, at = who[: len(picks)], at[: len(picks)]
    return make(KIND["office_approve"], at, plan.teacher_codes(who), made.obj[picks])


def school_posts(plan: Plan, day: int) -> Events:
    """Posts in the columns of the teacher's school space."""
    rng, who, at = drawn(plan, "school_post", "visit", day)
    variant = rng.integers(0, len(kinds.POST_VARIANTS), len(who))
    detail = plan.schools.number[plan.teachers.school[who]] * 256 + variant
    return make(
        KIND["school_post"], at, plan.teacher_codes(who), plan.ids("b", day, np.arange(len(who))), detail
    )


def profile_updates(plan: Plan, day: int) -> Events:
    """Planned updates of teachers' profiles."""
    rng = plan.rng("profile_update", day)
    people = plan.teachers
    turn, who = np.nonzero(people.profile_day == day)
    present = people.at_work(day)[who] & (people.profile_day[turn, who] != NEVER)
    turn, who = turn[present], who[present]
    at = plan.midnight(day) + seconds_of_day(rng, "work", len(who))
    actor = plan.teacher_codes(who)
    return make(KIND["profile_update"], at, actor, actor, people.profile_pattern[turn, who])


WORK_STREAMS = (
    logins, resource_uploads, resource_visibility, photo_posts, articles, article_shares, lessons, materials,
    courseware, research, office_submissions, office_approvals, school_posts, profile_updates,
)  # fmt: skip
