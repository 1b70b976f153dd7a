"""How many records the growing things of a plan give, so that a wanted volume can be planned for."""

from dataclasses import replace

import numpy as np

from .plan import OBJECT_RATES, Plan
from .tasks import (
    ACTIVITY_DAYS,
    NOTICE_PACE,
    PACE,
    REPLY_TWICE,
    REVIEW_DAYS,
    REVIEWED_SHARE,
    WEEK_PACE,
    Objects,
    activities,
    assignments,
    notices,
)

SAMPLE = 4000  # objects looked at per kind


def task_records(plan: Plan) -> float:
    """Expected records of assignments, notices, activities, visits and replies at object_scale 1.

    What would come in after the plan's last day is not counted: it is what makes a week's window thinner
    than a year's.
    """
    per_day = len(plan.teachers) * plan.factor
    left = plan.days - 1 - np.arange(plan.days)  # days that follow each day
    total = per_day.sum() * (OBJECT_RATES["student_visit"] + OBJECT_RATES["student_reply"])
    for kind, maker, reached in (
        ("assignment", assignments, assignment_reach),
        ("notice", notices, notice_reach),
        ("activity", activities, activity_reach),
    ):
        scale = SAMPLE / (OBJECT_RATES[kind] * len(plan.teachers))
        probe = replace(plan, days=1, factor=np.ones(1), object_scale=scale, cache={})
        records = reached(maker(probe, 0)) / SAMPLE  # by days gone since the creation
        total += (per_day * OBJECT_RATES[kind] * records[np.minimum(left, len(records) - 1)]).sum()
    return float(total)


def assignment_reach(made: Objects) -> np.ndarray:
    """Records of these assignments by the end of each day after their creation, shape (days,)."""
    total = made.answers * made.share
    answers = np.floor(total[:, :, None] * PACE[made.trait]).sum(axis=(0, 1))
    gone = np.minimum(np.arange(len(answers)), REVIEW_DAYS - 1) / (REVIEW_DAYS - 1)
    reviews = REVIEWED_SHARE * 0.65 * (made.answers * made.share.max(axis=0)).sum() * gone
    return len(made) + answers + reviews


def notice_reach(made: Objects) -> np.ndarray:
    """The same for notices."""
    return len(made) + (1 + REPLY_TWICE) * np.floor(made.answers[:, None] * NOTICE_PACE).sum(axis=0)


def activity_reach(made: Objects) -> np.ndarray:
    """The same for activities; reviews are few and left out."""
    joins = np.zeros(ACTIVITY_DAYS)
    for back in range(ACTIVITY_DAYS):
        week, weekday = divmod(back, 7)
        for earlier in range(week + 1):
            pace = WEEK_PACE[weekday] if earlier == week else 1.0
            joins[back] += (made.answers * pace)[made.trait >= earlier].sum()
    return len(made) + joins
