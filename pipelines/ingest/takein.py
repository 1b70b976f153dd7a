"""Taking in a source's drops: read, check, hold against what was accepted before, land, commit."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.batch import Batch
from pipelines.ingest.claims import decide
from pipelines.ingest.contract import Source
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import Lake, Manifest
from pipelines.ingest.landing import land
from pipelines.project import reader_sha256

_GROUP_BYTES = 1 << 30
_GROUP_DAYS = 200
_PACKED = (".gz", ".zst")
_PACKING = 8
_ROW_BYTES = 200
"""What a record takes in memory, about."""


@dataclass(frozen=True)
class TakenIn:
    """What a run took in from one source."""

    source: str
    days: list[str]
    manifest: Manifest


def taken_before(lake: Lake, source: str) -> Manifest:
    """What this very reader took in before; what another took in is dropped, to be taken in anew."""
    manifest = lake.load(source)
    if manifest.reader == reader_sha256():
        return manifest
    empty = Manifest(manifest.generation + 1, reader_sha256())
    lake.commit(source, empty)
    return empty


def changed_days(manifest: Manifest, present: dict[str, list[RawFile]]) -> list[str]:
    """Drop days whose files are not what was taken in: new, changed, removed."""
    before = {d: [(f.path, f.sha256) for f in e.files] for d, e in manifest.days.items()}
    now = {d: [(f.path, f.sha256) for f in files] for d, files in present.items()}
    return sorted(d for d in before.keys() | now.keys() if before.get(d) != now.get(d))


def take_in(
    lake: Lake, source: Source, present: dict[str, list[RawFile]], say: Callable[[str], None]
) -> TakenIn:
    """Bring the lake's `source` up to the files of `present` (by drop day), committing as it goes.

    Files that cannot be read whole are noted with their fault and hold no records. Raises CockpitError
    where a file changes while it is read.
    """
    manifest = taken_before(lake, source.name)
    days = changed_days(manifest, present)
    for group in _groups(days, present):
        say(f"taking in {source.name} {group[0]}..{group[-1]} ({len(group)} drop days)")
        manifest = _take_in_days(lake, source, manifest, group, present)
        lake.commit(source.name, manifest)
    return TakenIn(source.name, days, manifest)


def _take_in_days(
    lake: Lake, source: Source, manifest: Manifest, days: list[str], present: dict[str, list[RawFile]]
) -> Manifest:
    """Land `days`, and with them the days whose records' verdicts change by what these hold."""
    while True:
        with Batch(lake, source, manifest, days, present) as batch:
            batch.read()
            others = decide(batch)
            if not others:
                return land(batch)
        days = sorted({*days, *others})


def _groups(days: list[str], present: dict[str, list[RawFile]]) -> Iterator[list[str]]:
    """Runs of days small enough to be held at once."""
    group: list[str] = []
    held = 0
    for day in days:
        size = sum(map(_bytes_in_memory, present.get(day, ())))
        if group and (held + size > _GROUP_BYTES or len(group) == _GROUP_DAYS):
            yield group
            group, held = [], 0
        group.append(day)
        held += size
    if group:
        yield group


def _bytes_in_memory(file: RawFile) -> int:
    """About what a file's records take; Parquet of a million like records may be a few bytes each."""
    if file.path.endswith(".parquet"):
        with suppress(OSError, pa.ArrowException):
            return pq.read_metadata(file.location).num_rows * _ROW_BYTES
    return file.size * (_PACKING if file.path.endswith((*_PACKED, ".parquet")) else 1)
