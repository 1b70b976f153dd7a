"""The results in force, opened for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboards.run import RULES_SHA256
from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.lake import Lake, Manifest
from pipelines.warehouse import changes_since


class KnownLake(Lake):
    """A lake as it was known to the results: without drops handed over after `known_at` (ISO; None: all)."""

    def __init__(self, root: Path, known_at: str | None):
        super().__init__(root)
        self.known_at = known_at

    def load(self, source: str) -> Manifest:
        """The committed state of a source, of the drops handed over by then."""
        return super().load(source).handed_over_by(self.known_at)


@dataclass(frozen=True)
class Results:
    """A connection to the warehouse, the lake as it was known to it, and where RAW lay."""

    con: duckdb.DuckDBPyConnection
    lake: KnownLake
    raw: Path

    def made_from(self) -> dict[str, str]:
        """The digests of what the results were made from: `input_sha256`, `code_sha256`, `rules_sha256`."""
        row = self.con.execute(f"select input_sha256, code_sha256, {RULES_SHA256} from ops.run").fetchone()
        return dict(zip(("input_sha256", "code_sha256", "rules_sha256"), row, strict=True))

    def staleness(self) -> list[str]:
        """A line where the lake has taken in what the results do not know yet."""
        manifests = {source: self.lake.load(source) for source in SOURCES}
        if changes := changes_since(self.con, manifests):
            changed = "1 drop file was" if changes == 1 else f"{changes} drop files were"
            return [f"{changed} taken in after these results; do `cockpit run` again"]
        return []


@contextmanager
def results_in_force(home: Home) -> Iterator[Results]:
    """The results of the last finished run.

    Raises CockpitError where HOME has none or its warehouse cannot be read.
    """
    last = home.last_run()
    if last is None or not home.warehouse.exists():
        raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
    lake = KnownLake(home.lake.root, last.get("known_at"))
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as con:
            yield Results(con, lake, Path(last["raw"]))
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise CockpitError(f"{home.root}: cannot be read, or a run is at work here: {reason}") from error
