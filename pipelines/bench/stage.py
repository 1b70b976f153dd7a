"""`python -m pipelines.bench.stage RAW HOME [--full]`: one run, step by step; prints one JSON line.

The steps are those of `cockpit run` without Dagster around them. Seconds are wall time by step; `imports` is
what came before the first step; `nodes` are those of dbt's nodes in the last pass, two run at a time;
memory is this process's peak. `--full` builds on no earlier release, from the events the lake already holds.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_BEGAN = time.perf_counter()

from pipelines import steps  # noqa: E402 - the clock starts before what takes time to load
from pipelines.dbt_runner import NodeResult  # noqa: E402
from pipelines.home import Home  # noqa: E402
from pipelines.steps import Run  # noqa: E402


def run_steps(raw: Path, home: Path, is_full: bool) -> tuple[dict[str, float], list[NodeResult]]:
    """(seconds of each step of a run that is published at its end, how each dbt node ended)."""
    place = Home(home)
    seconds = {"imports": time.perf_counter() - _BEGAN}

    def timed(name: str, step: Callable[..., Any], *arguments: object) -> Any:
        began = time.perf_counter()
        result = step(*arguments)
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - began
        return result

    with place.lock():
        run = Run(place, raw, is_full_refresh=is_full)
        timed("inventory", lambda: run.inventory)
        for source in steps.SOURCES:
            timed("taking in", steps.take_in_source, run, source)
        timed("opening the release", steps.open_release, run)
        timed("checks", steps.check_boundary, run)
        nodes = timed("tables", steps.build_tables, run)
        timed("site and exports", steps.make_pages_and_exports, run)
        timed("publishing", steps.publish, run)
    return seconds, nodes


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench.stage", description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--full", action="store_true")
    told = parser.parse_args()
    seconds, nodes = run_steps(told.raw, told.home, told.full)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    by_node = {node.unique_id: node.seconds for node in nodes}
    print(json.dumps({"seconds": seconds, "nodes": by_node, "memory_gb": memory}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
