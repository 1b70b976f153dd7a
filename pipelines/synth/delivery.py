"""When each record is handed over: on its day, late, twice, or with other content under the same id."""

from dataclasses import dataclass, field

import numpy as np

from . import dirt
from .events import DAY_SECONDS, Events, concat
from .plan import Plan

ON_TIME = np.array([0.965, 0.02, 0.01, 0.005])  # share of records delivered 0, 1, 2, 3 days after their day

# Shares of records that misbehave, as multiples of the wanted dirty share.
REFUSED = 1.0  # quarantined, for one reason or another
REDELIVERED = 0.5  # handed over again as they are
VERY_LATE = 0.25  # days to weeks late


@dataclass
class Delivery:
    """One source's records on their way from the day they happen to the day they are handed over.

    `waiting` holds what is due on later days; nothing waits longer than LONGEST days, so it stays small.
    """

    plan: Plan
    source: str
    dirty: float
    reasons: tuple[int, ...]
    waiting: dict[int, list[Events]] = field(default_factory=dict)
    duplicates: int = 0
    late: int = 0
    refused: np.ndarray = field(default_factory=lambda: np.zeros(len(dirt.REASONS), dtype=np.int64))

    def drop(self, day: int, events: Events) -> Events:
        """Takes the events of a day in; gives the records to hand over that day, in the order of the drop."""
        count = len(events)
        rng = self.plan.rng(f"delivery {self.source}", day)
        due = np.full(count, day)
        slow = np.flatnonzero(rng.random(count, dtype=np.float32) >= ON_TIME[0])
        due[slow] += rng.choice([1, 2, 3], len(slow), p=ON_TIME[1:] / ON_TIME[1:].sum())
        copies = [] if self.dirty == 0 or not count else self.misbehave(rng, day, events, due)
        # What would come after the last day comes when its day ends: no drop lies past the window.
        due[due >= self.plan.days] = day
        self.late += int((due > day).sum())
        for later in np.unique(due[due > day]):
            self.waiting.setdefault(int(later), []).append(events.take(due == later))
        for when, copy in copies:
            when = np.minimum(when, self.plan.days - 1)
            for later in np.unique(when):
                self.waiting.setdefault(int(later), []).append(copy.take(when == later))
        handed = concat([events.take(due == day), *self.waiting.pop(day, [])])
        self.refused += np.bincount(handed.dirt, minlength=len(dirt.REASONS))
        return dirt.from_the_future(handed, self.plan.midnight(day))

    def misbehave(
        self, rng: np.random.Generator, day: int, events: Events, due: np.ndarray
    ) -> list[tuple[np.ndarray, Events]]:
        """Marks dirt in `events` and delays in `due`; returns copies with the days they are handed over."""
        count = len(events)
        shares = np.array([REFUSED, REDELIVERED, VERY_LATE]) * self.dirty
        sizes = rng.binomial(count, np.minimum(shares, 0.3))
        chosen = rng.permutation(count)[: sizes.sum()]
        bad, again, delayed = np.split(chosen, np.cumsum(sizes)[:-1])
        weeks = rng.random(len(delayed)) < 0.3
        delay = np.where(weeks, rng.integers(30, 60, len(delayed)), rng.integers(4, 11, len(delayed)))
        due[delayed] = day + delay

        weights = dirt.WEIGHTS[list(self.reasons)]
        reason = rng.choice(self.reasons, len(bad), p=weights / weights.sum())
        clash = reason == dirt.CONFLICT
        events.dirt = events.dirt.copy()
        events.dirt[bad[~clash]] = reason[~clash]
        clashing = bad[clash]
        self.duplicates += len(again)
        self.refused[dirt.CONFLICT] += len(clashing)
        return [
            (due[again] + rng.integers(1, 8, len(again)), events.take(again)),
            (due[clashing] + rng.integers(0, 3, len(clashing)), with_other_content(events.take(clashing))),
        ]


def with_other_content(events: Events) -> Events:
    """The same ids, dated a little differently on the same day (hence still valid, and no duplicates)."""
    second = events.at % DAY_SECONDS
    moved = np.where(second < DAY_SECONDS - 600, second + 1 + events.id % 500, second - 1 - events.id % 500)
    events.at = events.at - second + moved
    return events
