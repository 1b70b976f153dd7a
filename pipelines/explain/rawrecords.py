"""Raw records read again from RAW, each file once, and only where it still is the file that was scored."""

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from pipelines.explain.model import RawRecord
from pipelines.ingest.contract import EVENT_SOURCES, LOGINS
from pipelines.ingest.inventory import RawFile, sha256_of
from pipelines.ingest.lines import UnreadableFileError
from pipelines.ingest.rawtext import raw_texts

_NO_RECORD = "the file has no such record"
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


def fill_texts(raw: Path, records: Iterable[RawRecord]) -> None:
    """Give each record its text, or the fault that keeps it from having one."""
    by_file: dict[tuple[str, str], list[RawRecord]] = {}
    for record in records:
        by_file.setdefault((record.path, record.sha256), []).append(record)

    def read(file: tuple[str, str]) -> None:
        texts, fault = _texts(raw, *file, {r.record_number for r in by_file[file]})
        for record in by_file[file]:
            record.text = texts.get(record.record_number)
            record.fault = fault or ("" if record.text is not None else _NO_RECORD)

    # Digest and parsing leave Python's lock to others; two at a time, for a large file is whole in memory.
    with ThreadPoolExecutor(2) as readers:
        list(readers.map(read, by_file))


def read_text(raw: Path, path: str, sha256: str, number: int) -> tuple[str | None, str]:
    """(a record's text, why there is none), where the file still is the one with this sha256."""
    texts, fault = _texts(raw, path, sha256, {number})
    text = texts.get(number)
    return text, fault or ("" if text is not None else _NO_RECORD)


def location(raw: Path, path: str) -> str:
    """Where a file lies. Bytes of a name that are not UTF-8 stand as \\xNN in `path`."""
    plain = raw / path
    if plain.exists() or "\\x" not in path:
        return str(plain)
    name = _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), path.encode())
    return os.fsdecode(os.path.join(os.fsencode(raw), name))


def _texts(raw: Path, path: str, sha256: str, numbers: set[int]) -> tuple[dict[int, str], str]:
    """(record number to text, why there is none)."""
    source, folder, _ = path.split("/", 2)
    where = location(raw, path)
    try:
        before = os.stat(where)
        file = RawFile(source, folder.removeprefix("dt="), path, where, size=before.st_size)
        if (now := sha256_of(where)) != sha256:
            return {}, f"the file has changed since the run: its sha256 is now {now}"
        # A roster is CSV like logins: what its columns are is nothing to its text.
        texts = raw_texts(file, numbers, EVENT_SOURCES.get(source, LOGINS))
        after = os.stat(where)
    except FileNotFoundError:
        return {}, "the file is gone"
    except OSError as error:
        return {}, f"the file cannot be read: {error.strerror}"
    except (UnreadableFileError, pa.ArrowException) as error:
        return {}, f"the file cannot be read: {error}"
    if any(getattr(before, n) != getattr(after, n) for n in ("st_size", "st_mtime_ns", "st_ino")):
        return {}, "the file changes while it is read"
    return texts, ""
