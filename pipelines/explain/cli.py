"""`cockpit explain`."""

import argparse
import sys

from pipelines.explain.explain import explain_teacher
from pipelines.explain.model import Explanation
from pipelines.explain.render import render_text
from pipelines.explain.renderstanding import render_standing
from pipelines.explain.standing import explain_standing
from pipelines.home import Home


def main(args: argparse.Namespace) -> int:
    """Print an explanation; 1, with a line that says why, where a part of it could not be had."""
    home = Home(args.home)
    if args.level != "teacher" or args.rank:
        standing = explain_standing(home, args.level, args.id, args.period, args.rule, args.rank)
        print(standing.to_json() if args.json else render_standing(standing), end="\n" if args.json else "")
        if standing.doubts:
            print(f"cockpit: {standing.doubts[0]}", file=sys.stderr)
        return 1 if standing.doubts else 0
    explanation = explain_teacher(home, args.id, args.period, args.rule, args.unit)
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
