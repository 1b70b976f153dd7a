"""The week asked for, and what the figures of a school, a district or the city add up to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pipelines.errors import CockpitError


@dataclass(frozen=True)
class Week:
    """An ISO week by its Monday."""

    starts_on: date

    @classmethod
    def holding(cls, day: date) -> "Week":
        """The week a day lies in."""
        return cls(day - timedelta(day.weekday()))

    @classmethod
    def asked_for(cls, day: date | None, first_on: date, as_of: date) -> "Week":
        """The week that holds `day`, or the last whole one. Raises CockpitError where it is not over or
        before all data.
        """
        week = cls.holding(day or as_of - timedelta(6))
        if week.ends_on > as_of:
            raise CockpitError(f"the week of {day} ends on {week.ends_on}, after the as-of day {as_of}")
        if week.ends_on < first_on:
            raise CockpitError(f"the week of {week.starts_on} lies before the first event, of {first_on}")
        return week

    @property
    def ends_on(self) -> date:
        """Its Sunday."""
        return self.starts_on + timedelta(6)

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week(self.starts_on - timedelta(7))

    @property
    def days(self) -> list[date]:
        """Its seven days."""
        return [self.starts_on + timedelta(n) for n in range(7)]

    @property
    def name(self) -> str:
        """What it is called: 2022年第21周, by the ISO year it belongs to."""
        year, number, _ = self.starts_on.isocalendar()
        return f"{year}年第{number}周"


_SUMMED = ("teachers", "unverified", "never_logged_in", "points", "active", "posts")
_SUMMED_BEFORE = ("points_before", "active_before", "posts_before")


@dataclass(frozen=True)
class Unit:
    """A school, a district or the city in the week: people listed today, what they did, what spaces hold.

    What ends in `_before` is the week before's, None where there is nothing to compare with.
    """

    id: str
    name: str
    district_id: str | None
    teachers: int
    unverified: int
    never_logged_in: int
    points: int
    points_before: int | None
    active: int
    active_before: int | None
    posts: int
    posts_before: int | None
    last_post_on: date | None

    @property
    def index(self) -> Fraction | None:
        """Points per listed teacher; None without one."""
        return Fraction(self.points, self.teachers) if self.teachers else None

    @property
    def index_before(self) -> Fraction | None:
        """The week before's points per teacher listed today."""
        if self.points_before is None or not self.teachers:
            return None
        return Fraction(self.points_before, self.teachers)

    @property
    def gain(self) -> Fraction | None:
        """By how much the index has risen."""
        return None if self.index_before is None else self.index - self.index_before

    @property
    def is_silent(self) -> bool:
        """Whether it has listed teachers and none was active."""
        return bool(self.teachers) and not self.active


@dataclass(frozen=True)
class Group:
    """The city or a district: its sums, and its schools by id."""

    total: Unit
    schools: tuple[Unit, ...]


def total(unit_id: str, name: str, schools: Sequence[Unit], *, is_comparable: bool) -> Unit:
    """The sum of schools. An index of it is weighted by teacher, so it is no mean of theirs."""
    sums = {field: sum(getattr(s, field) for s in schools) for field in _SUMMED}
    before = {
        field: sum(getattr(s, field) for s in schools) if is_comparable else None for field in _SUMMED_BEFORE
    }
    district_id = None if unit_id == "city" else unit_id
    last_post_on = max((s.last_post_on for s in schools if s.last_post_on), default=None)
    return Unit(unit_id, name, district_id, **sums, **before, last_post_on=last_post_on)


def ranks(units: Iterable[Unit], value: Callable[[Unit], Fraction | None]) -> dict[str, int]:
    """Standard competition ranks, highest first, on the exact value, by id; none for those without one."""
    ordered = sorted(((v, u.id) for u in units if (v := value(u)) is not None), reverse=True)
    found: dict[str, int] = {}
    for place, (worth, unit_id) in enumerate(ordered, 1):
        same = place > 1 and worth == ordered[place - 2][0]
        found[unit_id] = found[ordered[place - 2][1]] if same else place
    return found
