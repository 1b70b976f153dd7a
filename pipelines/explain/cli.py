"""`cockpit explain`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.explain.explain import explain_teacher
from pipelines.explain.model import Explanation
from pipelines.explain.page import write_explanation, write_standing
from pipelines.explain.render import render_text
from pipelines.explain.renderstanding import render_standing
from pipelines.explain.standing import explain_standing
from pipelines.home import Home

Writes = Callable[[Any, Path], None]


def main(args: argparse.Namespace) -> int:
    """Print an explanation; 1, with a line that says why, where a part of it could not be had."""
    home = Home(args.home)
    if args.level != "teacher" or args.rank:
        standing = explain_standing(home, args.level, args.id, args.period, args.rule, args.rank)
        show(args, standing, render_standing, write_standing)
        if standing.doubts:
            print(f"cockpit: {standing.doubts[0]}", file=sys.stderr)
        return 1 if standing.doubts else 0
    explanation = explain_teacher(home, args.id, args.period, args.rule, args.unit)
    show(args, explanation, render_text, write_explanation)
    if fault := incompleteness(explanation):
        print(f"cockpit: {fault}", file=sys.stderr)
        return 1
    return 0


def show(args: argparse.Namespace, told: Any, render: Callable[[Any], str], write: Writes) -> None:
    """Print what was found as JSON or as text, or write it as a page and print where."""
    if args.html:
        write(told, args.html)
        print(f"page to open: {args.html}")
    else:
        print(told.to_json() if args.json else render(told), end="\n" if args.json else "")


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
