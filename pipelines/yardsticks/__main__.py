"""`python -m pipelines.yardsticks NAME HOME [--as-of D]`: run one yardstick and print one JSON line.

seconds: wall time of `totals`, from the files' names to the dict; a yardstick that must first load what it
reads has its parts beside it. import_seconds: loading the module and what it needs. peak_memory_gb: resident,
of this process or, if that is more, of the largest one it started. A yardstick that cannot run here prints
why as `skipped`.
"""

import argparse
import json
import os
import resource
import sys
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.ingest.lake import Lake
from pipelines.yardsticks.inputs import as_of_day, lake_files

MODULES = {
    "lean": "lean",
    "polars": "with_polars",
    "pandas": "with_pandas",
    "postgres": "with_postgres",
}
THREADS = {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "2"}
"""As many as `lean` and the loading of PostgreSQL have, for Polars and for pyarrow."""


def _peak_memory_gb() -> float:
    own, of_largest_child = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return max(own, of_largest_child) / 1e6


def measured(name: str, home: Path, as_of: date | None = None) -> dict[str, Any]:
    """What the yardstick `name` takes on the lake of HOME, as this module's docstring tells."""
    began = time.perf_counter()
    yardstick = import_module(f"pipelines.yardsticks.{MODULES[name]}")
    imported = time.perf_counter() - began
    if reason := getattr(yardstick, "missing", lambda: None)():
        return {"yardstick": name, "skipped": reason}
    logins, activities = lake_files(Lake(home / "lake"))
    as_of = as_of or as_of_day(home)
    if timed := getattr(yardstick, "timed", None):
        found, took = timed(logins, activities, as_of)
    else:
        began = time.perf_counter()
        found = yardstick.totals(logins, activities, as_of)
        took = {"seconds": time.perf_counter() - began}
    return {
        "yardstick": name,
        **{part: round(seconds, 3) for part, seconds in took.items()},
        "import_seconds": round(imported, 3),
        "peak_memory_gb": round(_peak_memory_gb(), 3),
        "teachers": len(found),
        "points": sum(found.values()),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the measurement."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.yardsticks", description=__doc__)
    parser.add_argument("name", choices=MODULES)
    parser.add_argument("home", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat)
    told = parser.parse_args(arguments)
    print(json.dumps(measured(told.name, told.home, told.as_of)))
    return 0


if __name__ == "__main__":
    os.environ |= THREADS  # before anything that reads them is imported
    sys.exit(main())
