"""What lies in RAW: every drop file with its sha256, and everything that fits no pattern."""

import hashlib
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.ingest.contract import DECISIONS, EVENT_SOURCES, ROSTER, ROSTER_FILES, SOURCES

_DROP_DAY = re.compile(r"dt=([0-9]{4}-[0-9]{2}-[0-9]{2})")
_CHUNK = 1 << 20
_RACY_NS = 2_000_000_000


@dataclass(frozen=True)
class RawFile:
    """One drop file as it lies.

    `path` is relative to RAW; bytes that are not UTF-8 stand as \\xNN in it. `stamp` tells an unchanged
    file without reading it; `is_settled` says whether it may be trusted to. `fault` says why a file cannot
    be read at all.
    """

    source: str
    dt: str
    path: str
    location: str
    stamp: str = ""
    is_settled: bool = False
    sha256: str = ""
    size: int = 0
    fault: str = ""

    def is_unchanged(self) -> bool:
        """Whether the file still lies as it did when it was listed."""
        try:
            return _stamp(os.stat(self.location)) == self.stamp
        except OSError:
            return False


@dataclass(frozen=True)
class Inventory:
    """All that lies in RAW at one moment: drop files in the order of the contract, and strays."""

    files: tuple[RawFile, ...]
    strays: tuple[str, ...]

    def newest_drop_day(self) -> str | None:
        """The newest `dt` of any source, or None where nothing was handed over."""
        return max((f.dt for f in self.files), default=None)

    def handed_over_by(self, day: str | None) -> "Inventory":
        """What had been handed over by a day (ISO; None: all). A stray has the day of its folder."""
        if day is None:
            return self
        found = {stray: _DROP_DAY.search(stray) for stray in self.strays}
        strays = (s for s, match in found.items() if match is None or match[1] <= day)
        return Inventory(tuple(f for f in self.files if f.dt <= day), tuple(strays))

    def by_drop_day(self, source: str) -> dict[str, list[RawFile]]:
        """The files of one source, by drop day, each list in path order."""
        days: dict[str, list[RawFile]] = {}
        for file in self.files:
            if file.source == source:
                days.setdefault(file.dt, []).append(file)
        return days


def shown(path: bytes) -> str:
    """A path as text that any table can hold."""
    return path.decode("utf-8", "backslashreplace")


def _stamp(status: os.stat_result) -> str:
    """The change time is part of it because no user program can set it back."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}:{status.st_dev}"


def _is_settled(status: os.stat_result) -> bool:
    """A file of the last two seconds could change again within the clock's grain and keep its stamp."""
    return time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _RACY_NS


def sha256_of(location: str | Path) -> str:
    """The sha256 of a file as it lies, in hex."""
    with open(location, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _drop_day(name: str) -> str | None:
    """The day a folder `dt=…` names, or None if it names none."""
    match = _DROP_DAY.fullmatch(name)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else None
    except ValueError:
        return None


def _fits(source: str, name: str) -> bool:
    if source == ROSTER:
        return name in ROSTER_FILES
    suffixes = ".csv" if source == DECISIONS else EVENT_SOURCES[source].suffixes
    return not name.startswith(".") and name.endswith(suffixes)


def _walk(raw: bytes) -> Iterable[tuple[str, str, bytes, os.DirEntry[bytes] | None]]:
    """(source, drop day, path below RAW, entry) of each drop file; entry is None for a stray."""
    for top in os.scandir(raw):
        source = os.fsdecode(top.name)
        if source not in SOURCES or not top.is_dir():
            yield "", "", top.name, None
            continue
        for folder in os.scandir(top.path):
            day = _drop_day(os.fsdecode(folder.name))
            if day is None or not folder.is_dir():
                yield "", "", top.name + b"/" + folder.name, None
                continue
            for entry in os.scandir(folder.path):
                path = b"/".join((top.name, folder.name, entry.name))
                fits = _fits(source, os.fsdecode(entry.name)) and entry.is_file()
                yield source, day, path, entry if fits else None


def _describe(source: str, day: str, path: bytes, entry: os.DirEntry[bytes], known: dict) -> RawFile:
    file = RawFile(source, day, shown(path), os.fsdecode(entry.path))
    try:
        status = entry.stat()
        stamp = _stamp(status)
        seen = known.get(file.path)
        trusted = seen is not None and seen["is_settled"] and seen["stamp"] == stamp
        sha256 = seen["sha256"] if trusted else sha256_of(file.location)
    except OSError as error:
        return replace(file, fault=f"cannot be read: {error.strerror}")
    settled = _is_settled(status)
    return replace(file, stamp=stamp, is_settled=settled, sha256=sha256, size=status.st_size)


def take_inventory(raw: Path, known: dict[str, dict] | None = None) -> Inventory:
    """List RAW.

    `known` maps a path to the `stamp`, `is_settled` and `sha256` of an earlier inventory: a file with the
    same, settled stamp is not read again. Raises CockpitError where RAW itself cannot be listed.
    """
    if not raw.is_dir():
        raise CockpitError(f"{raw}: the raw folder does not exist or is no folder")
    files, strays = [], []
    try:
        for source, day, path, entry in _walk(os.fsencode(raw)):
            if entry is None:
                strays.append(path)
            else:
                files.append((source, day, path, entry))
    except OSError as error:
        raise CockpitError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    files.sort(key=lambda f: (f[0], f[1], f[2]))
    listed = tuple(_describe(*f, known or {}) for f in files)
    return Inventory(listed, tuple(shown(s) for s in sorted(strays)))
