"""The results in force, opened for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.events import changes_since
from pipelines.home import Home


@contextmanager
def results_in_force(home: Home) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """(a connection to the warehouse, what was told of its run).

    Raises CockpitError where HOME has no finished run or the warehouse cannot be read.
    """
    last = home.last_run()
    if last is None or not home.warehouse.exists():
        raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as con:
            yield con, last
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise CockpitError(f"{home.root}: cannot be read, or a run is at work here: {reason}") from error


def staleness(home: Home, con: duckdb.DuckDBPyConnection) -> list[str]:
    """A line where the lake has taken in what the results do not know yet."""
    if changes := changes_since(home.lake, con):
        changed = "1 drop file was" if changes == 1 else f"{changes} drop files were"
        return [f"{changed} taken in after these results; do `cockpit run` again"]
    return []
