"""Which characters a font file has: its character map, read from the file itself."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Unicode maps by (platform, encoding): those that reach past U+FFFF first.
_MAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))


@cache
def characters_of(file: Path, index: int) -> frozenset[int]:
    """The code points that a face of a font file (TTF, OTF, or the `index`-th of a TTC) has a glyph for.

    A file that is no font, or holds no map of Unicode in format 4 or 12, has none.
    """
    try:
        return frozenset(_characters(file.read_bytes(), index))
    except (OSError, struct.error, ValueError):
        return frozenset()


def _characters(font: bytes, index: int) -> Iterator[int]:
    at = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", font, at + 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, at + 12 + 16 * number)
        if tag == b"cmap":
            return _of_map(font, offset)
    raise ValueError("no character map")


def _of_map(font: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", font, at + 2)
    records = (struct.unpack_from(">HHI", font, at + 4 + 8 * number) for number in range(count))
    maps = {(platform, encoding): at + offset for platform, encoding, offset in records}
    for kind in _MAPS:
        if kind in maps:
            (form,) = struct.unpack_from(">H", font, maps[kind])
            if form in (4, 12):
                return (_by_segments if form == 4 else _by_groups)(font, maps[kind])
    raise ValueError("no Unicode map in format 4 or 12")


def _by_groups(font: bytes, at: int) -> Iterator[int]:
    """Format 12: runs of characters with runs of glyphs. Glyph 0 is the box for what is missing."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    for first, last, glyph in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count]):
        yield from range(first if glyph else first + 1, last + 1)


def _by_segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of the first 65,536 characters, shifted or looked up."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    lasts, firsts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, at + 14 + 2 * count * part + (2 if part else 0))
        for part in range(4)
    )
    lookup = at + 16 + 6 * count
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        for character in range(first, min(last, 0xFFFE) + 1):
            glyph = character
            if offsets[number]:
                place = lookup + 2 * number + offsets[number] + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", font, place)
            if offsets[number] and not glyph:
                continue
            if (glyph + deltas[number]) & 0xFFFF:
                yield character
