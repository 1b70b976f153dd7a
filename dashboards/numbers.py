"""Numbers as pages show them. Nothing here is computed with: ranks come from the warehouse."""

from dashboards.texts import ZH

NONE = ZH["none"]


def whole(value: int | None) -> str:
    """12345 -> 12,345; None -> —."""
    return NONE if value is None else f"{value:,}"


def index_text(points: int | None, teachers: int | None) -> str:
    """Points per listed teacher, rounded half up to 2 decimals; — without a listed teacher.

    From the two whole numbers: the float 2.675 is less than 2.675 and would round down.
    """
    if points is None or not teachers:
        return NONE
    hundredths = (200 * points + teachers) // (2 * teachers)
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def share_text(part: int, of: int) -> str:
    """A share in per cent, rounded half up to 1 decimal; — of nothing."""
    if not of:
        return NONE
    tenths = (2000 * part + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}%"
