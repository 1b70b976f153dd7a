"""The lake: what has been taken in, as Parquet by drop day, behind one manifest per source.

A reader goes through the manifest, which is replaced at once when a run commits; data files are never
changed, so whoever holds an older manifest's names reads on: the release in force does, until the next one
has been published and sweeps what nothing refers to any more, orphans of a killed run included.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.files import write_json


@dataclass
class TakenFile:
    """A drop file as it was taken in. records = accepted + duplicates + quarantined."""

    path: str
    sha256: str
    stamp: str
    is_settled: bool
    fault: str = ""
    records: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0


@dataclass
class DropDay:
    """One drop day of a source: its files, and its data files by kind (absent where there are no rows).

    `faults` says why a roster snapshot was refused, a line per bad row. `id_range` is the least and the
    greatest id of its valid events; None where there are none.
    """

    files: list[TakenFile]
    data: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    id_range: tuple[str, str] | None = None


@dataclass
class Manifest:
    """All drop days of a source at one moment.

    `generation` counts commits and names data files; `reader` tells by which code they were read.
    """

    generation: int = 0
    reader: str = ""
    days: dict[str, DropDay] = field(default_factory=dict)

    def handed_over_by(self, day: str | None) -> "Manifest":
        """The state without the drops of later days (ISO), all where it is None.

        No later drop bears on what it holds: of records that share an id the first one handed over is kept.
        """
        kept = {d: entry for d, entry in self.days.items() if day is None or d <= day}
        return replace(self, days=kept)

    def known(self) -> dict[str, dict]:
        """What `take_inventory` needs to leave unchanged files unread."""
        return {f.path: asdict(f) for day in self.days.values() for f in day.files if f.sha256}


class Lake:
    """The folder HOME/lake."""

    def __init__(self, root: Path):
        self.root = root

    def _manifest_path(self, source: str) -> Path:
        return self.root / f"{source}.json"

    def load(self, source: str) -> Manifest:
        """The committed state of a source; empty where there is none."""
        path = self._manifest_path(source)
        if not path.exists():
            return Manifest()
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            days = {
                day: DropDay(
                    [TakenFile(**f) for f in entry["files"]],
                    entry["data"],
                    entry["faults"],
                    # An earlier reader noted none; what it took in is read, but not built on.
                    tuple(entry["id_range"]) if entry.get("id_range") else None,
                )
                for day, entry in stored["days"].items()
            }
            return Manifest(stored["generation"], stored["reader"], days)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            hint = "remove the lake folder, or run with --full-refresh"
            raise CockpitError(f"{path}: is no manifest of this version ({error}); {hint}") from error

    def commit(self, source: str, manifest: Manifest) -> None:
        """Make `manifest` the state of the source."""
        self.root.mkdir(parents=True, exist_ok=True)
        write_json(self._manifest_path(source), asdict(manifest))

    def sweep(self, source: str) -> None:
        """Remove data files of the source that its manifest does not name."""
        kept = {name for day in self.load(source).days.values() for name in day.data.values()}
        folder = self.root / source
        for path in folder.glob("dt=*/*") if folder.exists() else ():
            if path.relative_to(self.root).as_posix() not in kept:
                path.unlink()
        for path in folder.glob("dt=*") if folder.exists() else ():
            if not any(path.iterdir()):
                path.rmdir()

    def data_files(self, manifest: Manifest, kind: str, days: set[str] | None = None) -> list[str]:
        """Full names of the data files of one kind, by drop day; of `days` only, where given."""
        return [
            str(self.root / entry.data[kind])
            for day, entry in sorted(manifest.days.items())
            if kind in entry.data and (days is None or day in days)
        ]


def quoted(path: Path | str) -> str:
    """A path inside a single-quoted SQL string."""
    return str(path).replace("'", "''")


def parquet(files: list[str]) -> str:
    """read_parquet over lake files, with `dt` from their folder as a date."""
    listing = ", ".join(f"'{quoted(f)}'" for f in files)
    return f"read_parquet([{listing}], hive_partitioning = true, hive_types = {{'dt': date}})"
