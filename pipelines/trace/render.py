"""A trace as plain text for a terminal."""

from collections.abc import Iterator

from pipelines.explain.render import printable, shortened
from pipelines.explain.renderstanding import number
from pipelines.explain.words import counted
from pipelines.trace.model import PeriodEffect, Standing, Trace, TracedUnit

UNITS_SHOWN = 10
"""Units listed in text; JSON holds all."""


def render_trace(trace: Trace) -> str:
    """The whole trace, ready to print."""
    return "\n".join(printable(line) for line in _lines(trace)) + "\n"


def _lines(trace: Trace) -> Iterator[str]:
    yield f"{trace.path} record {trace.record_number}, as of {trace.as_of} (run {trace.run_id})"
    yield f"  sha256 {trace.sha256}" + (f"  ! {trace.fault}" if trace.fault else "  as it lies in RAW")
    if trace.text is not None:
        yield f"  {shortened(trace.text)}"
    for doubt in trace.doubts:
        yield f"  ! {doubt}"
    if trace.event_id:
        at = f"{trace.occurred_at} {trace.event_type} {trace.event_id} by {trace.actor_id}"
        yield f"  {at}" + (f" on {trace.object_id}" if trace.object_id else "")
    if trace.status != "accepted":
        said = ": ".join(part for part in (trace.reason, trace.detail) if part)
        yield f"{trace.status}: {said}"
        if trace.held is not None:
            yield ""
            yield from _lines(trace.held)
        return
    rule = f" by the rule {trace.rule_name} {trace.rule_code}" if trace.rule_code else ""
    yield f"accepted{rule}: {trace.fate_english} ({trace.fate_chinese})"
    yield f"  {trace.note}"
    for unit in trace.units[:UNITS_SHOWN]:
        yield f"  {_unit_line(unit)}"
    if len(trace.units) > UNITS_SHOWN:
        yield f"  … and {len(trace.units) - UNITS_SHOWN} units more; --json has all"
    for effect in trace.periods:
        yield from _period_lines(effect)


def _unit_line(unit: TracedUnit) -> str:
    said = [
        f"{unit.teacher_id} {unit.rule_code} {unit.unit_id}",
        unit.decision,
        counted(unit.points, "point"),
    ]
    if unit.credited_at is not None:
        said.append(
            f"credited at {unit.credited_at}, number {unit.cap_rank} of the cap from {unit.cap_start}"
        )
    if unit.threshold is not None:
        said.append(f"{unit.progress} of {unit.threshold}")
    return f"{'  '.join(said)}  ({unit.fate})"


def _period_lines(effect: PeriodEffect) -> Iterator[str]:
    brought = f"{counted(effect.points, 'point')} by the credits it stands behind"
    yield f"{effect.period_id} {effect.period_name}: {brought if effect.points else 'brings no point'}"
    if effect.not_listed:
        yield f"  in no index: {effect.not_listed}"
    for standing in effect.standings:
        yield f"  {_standing_line(standing, is_moving=effect.points > 0)}"


def _standing_line(standing: Standing, is_moving: bool) -> str:
    said = f"{standing.level} {standing.entity_id}: index {number(standing.value)}"
    said += f", {number(standing.value_without)} without" if is_moving else ""
    for place in ("school", "district", "city"):
        rank, without = (getattr(standing, f"{place}_rank{w}") for w in ("", "_without"))
        if rank is not None:
            moved = ", not moved" if rank == without else f", {without} without"
            said += f"; rank {rank} in the {place}" + (moved if is_moving else "")
    return said
