"""From experts' scores to one: sums of criteria, the extremes dropped, the mean of the rest, exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipelines.award.campaign import Scoring


@dataclass(frozen=True)
class Combined:
    """One candidate's scores: `totals` by expert; `dropped` are the experts whose totals were left out.

    `mean` is of those kept, None where too few scored; `is_disputed` where totals lie too far apart.
    """

    totals: dict[str, Fraction]
    dropped: tuple[str, ...]
    mean: Fraction | None
    is_disputed: bool


def combine(totals: Mapping[str, Fraction], scoring: Scoring) -> Combined:
    """The trimmed mean of experts' totals (by expert id); of equal totals the lower id is dropped first."""
    ordered = sorted(totals, key=lambda id_: (totals[id_], id_.encode()))
    if len(ordered) < scoring.min_experts:
        return Combined(dict(totals), (), None, False)
    kept = ordered[scoring.trim : len(ordered) - scoring.trim]
    dropped = tuple(id_ for id_ in ordered if id_ not in kept)
    mean = sum((totals[id_] for id_ in kept), Fraction(0)) / len(kept)
    spread = totals[ordered[-1]] - totals[ordered[0]]
    return Combined(dict(totals), dropped, mean, spread > scoring.max_spread)
