"""`cockpit explain`."""

import argparse
import sys

from pipelines.explain.explain import explain_teacher
from pipelines.explain.model import Explanation
from pipelines.explain.render import render_text
from pipelines.home import Home


def main(args: argparse.Namespace) -> int:
    """Print an explanation; 1, with a line that says why, where a part of it could not be had."""
    explanation = explain_teacher(Home(args.home), args.teacher, args.period, args.rule)
    print(explanation.to_json() if args.json else render_text(explanation), end="\n" if args.json else "")
    if fault := incompleteness(explanation):
        print(f"cockpit: {fault}", file=sys.stderr)
        return 1
    return 0


def incompleteness(explanation: Explanation) -> str:
    """What keeps an explanation from being whole, in one line; empty where nothing does."""
    if explanation.doubts:
        more = len(explanation.doubts) - 1
        return explanation.doubts[0] + (f" (and {more} more such lines above)" if more else "")
    records = list(explanation.all_records())
    broken = [r for r in records if r.text is None]
    if not broken:
        return ""
    first = broken[0]
    return f"{len(broken)} of {len(records)} raw records have no text, first {first.path}: {first.fault}"
