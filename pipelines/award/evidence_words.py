"""The evidence of a criterion in words: what the logs say of its elements, stated numbers met or not."""

from collections.abc import Mapping
from fractions import Fraction

from pipelines.award.campaign import Criterion, Element
from pipelines.evidence.spaces import is_yes_or_no, label, worded

Measured = Mapping[str, tuple[Fraction | None, int | None]]
"""Measure to (value, out of how many; None where it is no share)."""


def amount(value: Fraction | None, out_of: int | None) -> Fraction | None:
    """What a stated number is held against: the share, or the number itself; None where it is not known."""
    if value is None or out_of is None:
        return value
    return value / out_of if out_of else None


def required(element: Element, measured: Measured) -> tuple[bool | None, str] | None:
    """(whether an element's stated number is met, that in words); None where it states none.

    It is never turned into points: experts read it beside the criterion.
    """
    if element.required is None:
        return None
    measure, least = element.required
    found = amount(*measured.get(measure, (None, None)))
    if found is None:
        return None, f"{label(measure)}：无数据"
    is_met = found >= least
    value, out_of = measured[measure]
    verdict = "达到" if is_met else "未达到"
    if is_yes_or_no(measure):
        return is_met, f"{verdict}：{label(measure)}"
    wanted = f"{float(least * 100):g}%" if out_of is not None else f"{float(least):g}"
    told = f"{label(measure)}{worded(measure, value, out_of)}，要求不低于{wanted}"
    return is_met, f"{verdict}：{told}"


def evidence_of(criterion: Criterion, measured: Measured) -> str:
    """All evidence of a criterion, a line for each stated number and each measure."""
    lines = [told[1] for element in criterion.elements if (told := required(element, measured))]
    stated = {element.required[0] for element in criterion.elements if element.required}
    measures = dict.fromkeys(m for element in criterion.elements for m in element.measures)
    for measure in measures:
        if measure not in stated and measure in measured:
            lines.append(f"{label(measure)}：{worded(measure, *measured[measure])}")
    return "\n".join(lines)
