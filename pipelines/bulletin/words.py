"""How numbers, days and lists of a bulletin are put in words, and the blocks that a bulletin is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pipelines.bulletin.units import Week
from pipelines.documents.official import Column

NONE = "—"


@dataclass(frozen=True)
class Block:
    """A piece of a bulletin, in order: `kind` heading, subheading, text, note or sheet.

    A sheet has `columns` (their fields are the places of the cells) and `rows` of texts.
    """

    kind: str
    text: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def sheet(
    columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], left: Sequence[int] = (0,)
) -> Block:
    """A table: (header, share of the width) of each column, and cells; None is told as a dash.

    Columns at the places `left` hold names and stand at the left.
    """
    made = tuple(Column(header, str(at), share, at in left) for at, (header, share) in enumerate(columns))
    return Block("sheet", "", made, tuple(tuple(NONE if c is None else str(c) for c in row) for row in rows))


def hundredths(value: Fraction) -> int:
    """A value in hundredths, half up, away from nought."""
    scaled = (200 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -scaled if value < 0 else scaled


def decimals(value: Fraction | None) -> str | None:
    """A value with two decimals."""
    return None if value is None else f"{hundredths(value) / 100:.2f}"


def gained(value: Fraction | None) -> str | None:
    """A rise or fall with its sign and two decimals; what rounds to nought has no sign."""
    if value is None:
        return None
    return f"{hundredths(value) / 100:+.2f}" if hundredths(value) else "0.00"


def signed(value: int | None) -> str | None:
    """A whole number with its sign."""
    return None if value is None else f"{value:+d}" if value else "0"


def change(now: int | None, before: int | None) -> int | None:
    """The difference, None where one of them is unknown."""
    return None if now is None or before is None else now - before


def percent(part: int, of: int) -> str | None:
    """A share in per cent with one decimal, half up; 100.0% and 0.0% only where it is all or nothing."""
    if not of:
        return None
    tenths = (2000 * part + of) // (2 * of)
    if 0 < part < of:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:.1f}%"


def counted(now: int, before: int | None, unit: str) -> str:
    """，比上周增加3条: how a count has moved since the week before; nothing where nothing compares."""
    if before is None:
        return ""
    if now == before:
        return "，与上周持平"
    share = f"（{percent(abs(now - before), before)}）" if before and abs(now - before) < before else ""
    return f"，比上周{'增加' if now > before else '减少'}{abs(now - before)}{unit}{share}"


def moved(gain: Fraction | None) -> str:
    """，比上周上升0.12: how an index has moved."""
    if gain is None:
        return ""
    if not gain:
        return "，与上周持平"
    size = decimals(abs(gain)) if hundredths(gain) else "不足0.01"
    return f"，比上周{'上升' if gain > 0 else '下降'}{size}"


def share_moved(part: int, part_before: int | None, of: int) -> str:
    """，比上周提高1.2个百分点: how a share of the same `of` has moved."""
    if part_before is None or not of:
        return ""
    if part == part_before:
        return "，与上周持平"
    tenths = (2000 * abs(part - part_before) + of) // (2 * of)
    size = f"{tenths / 10:.1f}" if tenths else "不足0.1"
    return f"，比上周{'提高' if part > part_before else '降低'}{size}个百分点"


def listed(texts: Sequence[str], most: int | None = None) -> str:
    """Names one after the other; of more than `most` the first ones and 等."""
    return "、".join(texts[:most]) + ("等" if most is not None and len(texts) > most else "")


def day(value: date) -> str:
    """5月23日."""
    return f"{value.month}月{value.day}日"


def long_day(value: date) -> str:
    """2022年5月23日."""
    return f"{value.year}年{day(value)}"


def span(week: Week) -> str:
    """2022年5月23日至5月29日."""
    is_one_year = week.starts_on.year == week.ends_on.year
    return f"{long_day(week.starts_on)}至{(day if is_one_year else long_day)(week.ends_on)}"
