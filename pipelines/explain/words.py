"""Small words: ordinals, counts, cap spans."""

from datetime import date, timedelta

_SPANS = {"day": "on {}", "week": "in the week of {}", "year": "in the year {:%Y}"}


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th, …, 21st."""
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def counted(n: int, noun: str) -> str:
    """`1 point`, `2 points`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def span(cap_period: str, starts_on: date) -> str:
    """The day, week or year a cap counts in."""
    return _SPANS[cap_period].format(starts_on)


def monday(day: date) -> date:
    """First day of the ISO week a day lies in."""
    return day - timedelta(days=day.weekday())
