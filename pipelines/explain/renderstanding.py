"""The explanation of an index and its ranks as plain text for a terminal."""

from collections.abc import Iterator

from pipelines.explain.render import printable
from pipelines.explain.standingmodel import Neighbour, RankedIn, StandingExplanation, StandingInPeriod
from pipelines.explain.words import counted, ordinal

LISTED = 20
"""Members and teachers left out that are listed; JSON holds all of them."""


def render_standing(explanation: StandingExplanation) -> str:
    """The whole explanation, ready to print."""
    return "\n".join(printable(line) for line in _lines(explanation)) + "\n"


def number(value: float) -> str:
    """An index: whole points as they are, else to two decimals."""
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _lines(explanation: StandingExplanation) -> Iterator[str]:
    by = "" if explanation.indicator == "total" else f" by {explanation.indicator}"
    about = f"{explanation.level.capitalize()} {explanation.entity_id}{by}"
    yield f"{about}, as of {explanation.as_of} (run {explanation.run_id})"
    yield from (f"  ! {doubt}" for doubt in explanation.doubts)
    for period in explanation.periods:
        yield ""
        yield from _period_lines(period)


def _period_lines(period: StandingInPeriod) -> Iterator[str]:
    yield (
        f"{period.period_id} {period.period_name}, {period.starts_on} to {period.ends_on}, counted on "
        f"{period.counted_on}, roster of {period.roster_on}"
    )
    if period.not_ranked:
        yield f"  no index and no rank: {period.not_ranked}"
    else:
        yield (
            f"  {period.name}: {counted(period.points, 'point')} of "
            f"{counted(period.teachers, 'listed teacher')}, index {number(period.value)}"
        )
    for ranked in period.ranks:
        yield from _rank_lines(ranked)
    for line in period.made_of:
        rank = f", {ordinal(line.city_rank)} in the city" if line.city_rank else ""
        value = "" if line.value is None else f", index {number(line.value)}{rank}"
        yield f"    {line.name} {line.indicator}: {counted(line.points, 'point')}{value}"
    yield from _listed(
        "made of",
        [
            f"{m.name} {m.entity_id}: {counted(m.points, 'point')}"
            + ("" if m.teachers == 1 else f" of {m.teachers} teachers")
            for m in period.members
        ],
    )
    yield from _listed(
        "on the roster but not listed, so in neither sum nor number",
        [f"{t.name} {t.teacher_id}: {t.status}, {counted(t.points, 'point')}" for t in period.left_out],
    )


def _listed(what: str, lines: list[str]) -> Iterator[str]:
    if lines:
        more = f" ({LISTED} of {len(lines)} listed; --json has all)" if len(lines) > LISTED else ""
        yield f"  {what}{more}"
        yield from (f"    {line}" for line in lines[:LISTED])


def _rank_lines(ranked: RankedIn) -> Iterator[str]:
    tied = f", shared with {len(ranked.tied_with)} more" if ranked.tied_with else ""
    yield f"  {ordinal(ranked.rank)} of {ranked.of} in the {ranked.scope}{tied}"
    if ranked.above:
        yield from _neighbour_lines(ranked.above, "above", "to draw level takes", "to pass")
    if ranked.below:
        yield from _neighbour_lines(ranked.below, "below", "to draw level takes it", "to pass")


def _neighbour_lines(other: Neighbour, where: str, level: str, past: str) -> Iterator[str]:
    tied = f" and {other.tied} more" if other.tied else ""
    yield (
        f"    {where}, {ordinal(other.rank)}: {other.name} {other.entity_id}{tied}, "
        f"{counted(other.points, 'point')}, index {number(other.value)}; "
        f"{level} {counted(other.points_to_draw_level, 'point')}, {past} {other.points_to_pass}"
    )
    for d in other.differences:
        sign = "+" if d.difference > 0 else ""
        yield (
            f"      {d.rule_name} {d.rule_code}: {number(d.own)} against {number(d.theirs)} "
            f"({sign}{number(d.difference)})"
        )
