"""Bytes to lines: decompression and exact record numbers, in blocks of bounded size."""

import gzip
import zlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from pipelines.errors import is_machine_fault
from pipelines.ingest.inventory import RawFile

READ_BYTES = 1 << 20
"""Small, so that buffers are used again: fresh ones cost more in page faults than the reading itself."""
_SCAN_BYTES = 1 << 20
_NEWLINE = 10
_BOM = b"\xef\xbb\xbf"
NOT_UTF8 = "bytes that are not UTF-8"


class UnreadableFileError(Exception):
    """A drop file that cannot be read whole. Its message says why; the caller knows which file.

    `is_passing` says that the machine failed, not the file: it is to be read again next time.
    """

    def __init__(self, reason: str, is_passing: bool = False):
        super().__init__(reason)
        self.is_passing = is_passing


def _gunzipped(location: str) -> Iterator[bytes]:
    with gzip.open(location) as f:
        while chunk := f.read(READ_BYTES):
            yield chunk


def _unzstd(location: str) -> Iterator[bytes]:
    """Every frame in turn; unlike zstandard's stream reader, a cut frame is an error."""
    with open(location, "rb") as f:
        frame = None
        while chunk := f.read(READ_BYTES):
            while chunk:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                yield frame.decompress(chunk)
                chunk = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
        if frame is not None:
            raise EOFError("the last frame is cut short")


def _plain(location: str) -> Iterator[bytes]:
    with open(location, "rb", buffering=0) as f:
        while chunk := f.read(READ_BYTES):
            yield chunk


def chunks(file: RawFile) -> Iterator[bytes]:
    """The decompressed bytes of a file. Raises UnreadableFileError where they cannot be had to the end."""
    opener = _gunzipped if file.path.endswith(".gz") else _unzstd if file.path.endswith(".zst") else _plain
    try:
        if opener is not _plain and not file.size:
            raise EOFError("an empty file is no compressed file")
        yield from opener(file.location)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(reason, is_machine_fault(error)) from error


def _line_starts(buffer: bytes) -> np.ndarray:
    """Offsets of each line's first byte and of the end; small windows keep the scan in the cache."""
    view = np.frombuffer(buffer, dtype=np.uint8)
    found = [
        np.flatnonzero(view[at : at + _SCAN_BYTES] == _NEWLINE) + (at + 1)
        for at in range(0, len(view), _SCAN_BYTES)
    ]
    starts = np.concatenate([np.zeros(1, dtype=np.int64), *found])
    return starts if starts[-1] == len(view) else np.append(starts, len(view))


def _is_blank(line: bytes) -> bool:
    return not line.decode("utf-8", "replace").strip()


def _not_blank(buffer: bytes, starts: np.ndarray) -> np.ndarray | None:
    """A mask of the lines that are records, or None where all are.

    Only a line that begins with something below '!' or above ASCII can be blank: few are looked at.
    """
    firsts = np.frombuffer(buffer, dtype=np.uint8)[starts[:-1]]
    blank = [
        i
        for i in np.flatnonzero((firsts < 33) | (firsts > 127))
        if _is_blank(buffer[starts[i] : starts[i + 1]])
    ]
    if not blank:
        return None
    mask = np.ones(len(firsts), dtype=bool)
    mask[blank] = False
    return mask


def _undecodable(lines: pa.Array) -> list[int]:
    """Which lines are not UTF-8, found by halving: a few bad lines cost no walk over all the good ones."""
    found: list[int] = []
    spans = [(0, len(lines))]
    while spans:
        at, count = spans.pop()
        try:
            lines.slice(at, count).validate(full=True)
        except pa.ArrowInvalid:
            if count == 1:
                found.append(at)
            else:
                spans += [(at + count // 2, count - count // 2), (at, count // 2)]
    return found


def _as_text(buffer: bytes, starts: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """The lines as strings without a copy, and a fault for each that is not UTF-8."""
    lines = pa.LargeStringArray.from_buffers(len(starts) - 1, pa.py_buffer(starts), pa.py_buffer(buffer))
    bad = _undecodable(lines)
    if not bad:
        return lines, pa.nulls(len(lines), pa.string())
    is_bad = np.zeros(len(lines), dtype=bool)
    is_bad[bad] = True
    shown = [buffer[starts[i] : starts[i + 1]].decode("utf-8", "backslashreplace") for i in bad]
    mask = pa.array(is_bad)
    lines = pc.replace_with_mask(lines, mask, pa.array(shown, pa.large_string()))
    return lines, pc.if_else(mask, NOT_UTF8, pa.scalar(None, pa.string()))


def _whole_lines(file: RawFile) -> Iterator[bytes]:
    """Buffers that end at a line's end, each but the last at least one chunk long; no byte-order mark."""
    tail: list[bytes] = []
    for number, piece in enumerate(chunks(file)):
        chunk = piece.removeprefix(_BOM) if number == 0 else piece
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield b"".join((*tail, chunk[:cut]))
            tail = [chunk[cut:]]
        else:
            tail.append(chunk)
    if rest := b"".join(tail):
        yield rest


def line_tables(file: RawFile, file_no: int) -> Iterator[pa.Table]:
    """The records of a JSON lines file, as tables of

    file_no int32, record_number int64 (from 1, blank lines not counted), line large_string, fault string.
    Raises UnreadableFileError.
    """
    number = 1
    for buffer in _whole_lines(file):
        starts = _line_starts(buffer)
        lines, faults = _as_text(buffer, starts)
        if (mask := _not_blank(buffer, starts)) is not None:
            lines, faults = lines.filter(pa.array(mask)), faults.filter(pa.array(mask))
        count = len(lines)
        yield pa.table(
            {
                "file_no": pa.array(np.full(count, file_no, dtype=np.int32)),
                "record_number": pa.array(np.arange(number, number + count, dtype=np.int64)),
                "line": lines,
                "fault": faults,
            }
        )
        number += count
