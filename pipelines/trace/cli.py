"""`cockpit trace`."""

import argparse
import sys

from pipelines.explain.cli import show
from pipelines.home import Home
from pipelines.trace.page import write_trace
from pipelines.trace.render import render_trace
from pipelines.trace.trace import trace_record


def main(args: argparse.Namespace) -> int:
    """Print a trace; 1, with a line that says why, where something does not fit together.

    A raw file that is not at hand is said in the trace and is no fault: the lake tells the rest.
    """
    trace = trace_record(Home(args.home), args.file.removeprefix("./"), args.record, args.raw)
    show(args, trace, render_trace, write_trace)
    doubts = [*trace.doubts, *(trace.held.doubts if trace.held else ())]
    if doubts:
        print(f"cockpit: {doubts[0]}", file=sys.stderr)
    return 1 if doubts else 0
