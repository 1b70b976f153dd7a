"""What the rules look at: the events seen as of a day, and the words `credit` and `shortfall`."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from .rulebook import RuleBook
from .validate import Event

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Credit:
    """A unit whose condition has come true, before caps and points."""

    teacher_id: str
    rule_code: str
    unit_id: str
    at: datetime
    event_id: str
    progress: int | None = None
    threshold: int | None = None


@dataclass(frozen=True)
class Shortfall:
    """A unit with a threshold that falls short so far."""

    teacher_id: str
    rule_code: str
    unit_id: str
    progress: int
    threshold: int


@dataclass
class World:
    """The events seen as of `as_of`, in order, and the rule table."""

    as_of: date
    logins: list[Event]
    activities: list[Event]
    book: RuleBook

    def of(self, *event_types: str) -> list[Event]:
        """The activities of these types, in order of (instant, event id)."""
        return [event for event in self.activities if event.event_type in event_types]

    def creations(self, event_type: str) -> dict[str, Event]:
        """Object to its earliest creation event; its actor is the creator, whoever else claims it later."""
        first: dict[str, Event] = {}
        for event in self.of(event_type):
            first.setdefault(event.object_id, event)
        return first

    def threshold(self, rule_code: str, day: date) -> int | None:
        """The threshold in force on a day; None when no version is."""
        version = self.book.on(rule_code, day)
        return None if version is None else version.threshold


def seen(events: Iterable[Event], as_of: date) -> list[Event]:
    """The events whose local day is on or before `as_of`, in order."""
    return sorted((event for event in events if event.day <= as_of), key=lambda event: event.order)


def grouped(events: Iterable[Event], key: Callable[[Event], K]) -> dict[K, list[Event]]:
    """Events by key, each list in the order given."""
    groups: defaultdict[K, list[Event]] = defaultdict(list)
    for event in events:
        groups[key(event)].append(event)
    return dict(groups)


def first_of_each(events: Iterable[Event], key: Callable[[Event], Hashable]) -> list[Event]:
    """The first event of every different key: the n-th of them is where the n-th distinct key appears."""
    firsts: dict[Hashable, Event] = {}
    for event in events:
        firsts.setdefault(key(event), event)
    return list(firsts.values())
