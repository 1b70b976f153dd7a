"""An explanation as plain text for a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipelines.explain.model import (
    Explanation,
    PeriodResult,
    RawRecord,
    RuleExplanation,
    UnitExplanation,
    UnusedRecord,
)
from pipelines.explain.words import counted, ordinal

TEXT_SHOWN = 400
"""Characters of a raw record that are shown; JSON holds all of them."""

UNUSED_SHOWN = 20
"""Records that were not scored that are listed; JSON holds all of them."""

_SHA_SHOWN = 12


def render_text(explanation: Explanation) -> str:
    """The whole explanation, ready to print."""
    return "\n".join(printable(line) for line in _lines(explanation)) + "\n"


def printable(line: str) -> str:
    """What a record holds must not steer the terminal that shows it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"Teacher {explanation.teacher_id}, as of {explanation.as_of} (run {explanation.run_id})"
    for doubt in explanation.doubts:
        yield f"  ! {doubt}"
    yield ""
    for result in explanation.periods:
        yield from _period_lines(result)
    for rule in explanation.rules:
        yield ""
        yield from _rule_lines(rule)
    if not explanation.rules:
        yield ""
        yield "no unit of any rule here: nothing earned, nothing fallen short"
    yield from _unused_lines(explanation.unused)
    yield ""
    scope = f" in {explanation.period}" if explanation.period else ""
    scope += f" by {explanation.rule}" if explanation.rule else ""
    yield f"Sum of the points above{scope}: {explanation.points}"
    yield from _file_lines(explanation)


def _period_lines(result: PeriodResult) -> Iterator[str]:
    yield (
        f"{result.period_id} {result.period_name}: {counted(result.points, 'point')}, "
        f"{result.starts_on} to {result.ends_on}, counted on {result.counted_on}"
    )
    if result.teacher_name is not None:
        yield (
            f"  {result.teacher_name} · {result.school_name} ({result.school_id}) · "
            f"{result.district_name} ({result.district_id}) · roster of {result.roster_on}"
        )
    if result.index is None:
        yield f"  not listed, so no index and no rank: {result.not_listed}"
    else:
        yield (
            f"  index {result.index}: {ordinal(result.school_rank)} of {result.school_of} in the school, "
            f"{ordinal(result.district_rank)} of {result.district_of} in the district, "
            f"{ordinal(result.city_rank)} of {result.city_of} in the city"
        )


def _rule_lines(rule: RuleExplanation) -> Iterator[str]:
    said = [counted(rule.points, "point"), f"{rule.awarded} awarded"]
    said += [f"{n} {what}" for n, what in ((rule.over_cap, "over the cap"), (rule.not_met, "not met")) if n]
    yield f"{rule.rule_name} {rule.rule_code} ({rule.category_name}): {', '.join(said)}"
    yield from (f"  rule: {text}" for text in rule.texts)
    for unit in rule.units:
        yield from _unit_lines(unit)


def _unit_lines(unit: UnitExplanation) -> Iterator[str]:
    sign = f"+{unit.points}" if unit.points else " 0"
    at = f"  {unit.credited_at}" if unit.credited_at else ""
    yield f"  {sign}  {unit.unit_id}  {unit.decision}{at}  {unit.why}"
    yield from _record_lines(unit.records, "      ")
    yield from _record_lines(unit.voided, "      ")
    if unit.ignored_counts:
        total, listed = sum(unit.ignored_counts.values()), len(unit.ignored)
        reasons = "; ".join(f"{n} × {reason}" for reason, n in unit.ignored_counts.items())
        yield f"      did not count: {reasons}" + (f" ({listed} of {total} listed)" if listed < total else "")
        yield from _record_lines(unit.ignored, "        ")


def _record_lines(records: Iterable[RawRecord], indent: str) -> Iterator[str]:
    for record in records:
        yield (
            f"{indent}{record.note} · {record.occurred_at} {record.event_type} {record.event_id} · "
            f"{record.path} record {record.record_number} sha256 {record.sha256[:_SHA_SHOWN]}…"
        )
        yield f"{indent}  {_shown(record)}"


def _shown(record: RawRecord) -> str:
    if record.text is None:
        return f"! no text: {record.fault}"
    return shortened(record.text)


def _unused_lines(unused: list[UnusedRecord]) -> Iterator[str]:
    if not unused:
        return
    yield ""
    more = f" ({UNUSED_SHOWN} listed; --json has all)" if len(unused) > UNUSED_SHOWN else ""
    reasons = "; ".join(f"{n} × {reason}" for reason, n in Counter(r.reason for r in unused).items())
    yield f"Records of this teacher that were not scored: {reasons}{more}"
    for record in unused[:UNUSED_SHOWN]:
        yield f"  {record.reason}: {record.detail} · {record.path} record {record.record_number}"
        if record.text is not None:
            yield f"    {shortened(record.text)}"


def shortened(text: str) -> str:
    """A record's text as far as a terminal shows it."""
    if len(text) <= TEXT_SHOWN:
        return text
    return f"{text[:TEXT_SHOWN]}… ({len(text)} characters; --json has all)"


def _file_lines(explanation: Explanation) -> Iterator[str]:
    files = sorted({(record.path, record.sha256) for record in explanation.all_records()})
    if files:
        yield ""
        yield f"Raw files, below {explanation.raw}, by the sha256 they were taken in with"
        yield from (f"  {sha256}  {path}" for path, sha256 in files)
