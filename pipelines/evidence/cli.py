"""`cockpit freeze`, `cockpit verify` and `cockpit restate`."""

import argparse
import sys
from collections.abc import Callable

from pipelines.home import Home

Say = Callable[[str], None]


def freeze(args: argparse.Namespace, say: Say) -> int:
    """Write a bundle."""
    from pipelines.evidence.freeze import freeze as write

    write(Home(args.home), args.period, args.out, args.key, args.candidates, say, args.campaign)
    return 0


def verify(args: argparse.Namespace, say: Say) -> int:
    """Check a bundle; 1 where anything in it is not what it should be, with a line for each."""
    from pipelines.evidence.verify import verify as check

    faults = check(args.bundle, args.public_key, say)
    for fault in faults:
        print(f"cockpit: {fault}", file=sys.stderr)
    return 1 if faults else 0


def restate(args: argparse.Namespace, say: Say) -> int:
    """Write what has moved since a bundle was frozen."""
    from pipelines.evidence.restate import restate as write

    write(Home(args.home), args.bundle, args.out, say, args.public_key)
    return 0
