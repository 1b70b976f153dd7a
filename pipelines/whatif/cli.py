"""`cockpit whatif`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.whatif.whatif import FaultyRulesError, WhatIf


def main(args: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Score the other rules; 1, with every fault of their table in a line, where it cannot be scored."""
    out = args.out or Path(f"whatif-{args.rules.stem}")
    levels = [line.level for line in args.award_line]
    if twice := sorted({level for level in levels if levels.count(level) > 1}):
        raise CockpitError(f"--award-line: more than one line for {', '.join(twice)}")
    try:
        page = WhatIf(Home(args.home), args.rules, out, args.period, args.award_line, say).run()
    except FaultyRulesError as error:
        for fault in error.faults:
            print(f"cockpit: {fault}", file=sys.stderr)
        return 1
    print(f"page to open: {page}")
    return 0
