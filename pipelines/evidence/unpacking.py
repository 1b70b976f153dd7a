"""How large packed drop files are when unpacked: few bytes from anybody can fill a disk."""

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import zstandard

_READ_BYTES = 1 << 20
_ANY_FILE, _RATIO = 64 << 20, 100
"""So many bytes are good for any file, and so many times its own size: logs pack ten times or twenty."""


def too_large(root: Path, names: Iterable[str]) -> list[str]:
    """A line for each of the members `names` of a bundle that unpacks to more than a drop file ever does.

    No more of it is unpacked than the limit, and nothing is kept. A file that cannot be unpacked at all is no
    matter of this: taking it in refuses it, as it was when it was frozen.
    """
    faults = []
    for name in names:
        limit = max(_ANY_FILE, _RATIO * (root / name).stat().st_size)
        if name.endswith((".gz", ".zst")) and _is_beyond(root / name, limit):
            faults.append(f"{name}: unpacks to more than {limit:,} bytes; it is not read")
    return faults


def _is_beyond(path: Path, limit: int) -> bool:
    left = limit
    try:
        with path.open("rb") as packed, _unpacked(packed, path.suffix) as file:
            while left >= 0 and (chunk := file.read(_READ_BYTES)):
                left -= len(chunk)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError):
        return left < 0
    return left < 0


def _unpacked(packed: BinaryIO, suffix: str) -> BinaryIO:
    """Unpacks no more than is asked for, whatever a packed block holds."""
    if suffix == ".gz":
        return gzip.open(packed)
    return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
