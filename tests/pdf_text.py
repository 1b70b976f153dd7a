"""The texts of a PDF that typst wrote, with the place of each: read from its bytes, as a viewer would."""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
_STREAM = re.compile(rb"stream\n(.*)\nendstream", re.S)
_SHOWN = re.compile(rb"q 1 0 0 -1 (-?[\d.]+) (-?[\d.]+) cm(?:(?!BT|q 1 0 0 -1 ).)*?BT(.*?)\nET", re.S)
# What stands for a glyph where text is copied: for a place to break, nothing.
_REPLACED = re.compile(rb"/Span<</ActualText.*?>>BDC", re.S)
_FONT = re.compile(rb"/(f\d+) ([\d.]+) Tf")
_TOKEN = re.compile(rb"\\(\d{3}|.)|([()])|<([0-9A-Fa-f]+)>|([^\\()<]+|<)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Shown:
    """A run of text: left end and baseline in points from the page's lower left corner, and its size."""

    x: float
    y: float
    size: float
    text: str

    @property
    def right(self) -> float:
        """About where it ends: what is not ASCII is as wide as high."""
        return self.x + self.size * sum(0.62 if character < "\x7f" else 1 for character in self.text)


def pages_of(pdf: bytes) -> list[list[Shown]]:
    """The runs of text of each page, in their order."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    root = next(body for body in objects.values() if body.startswith(b"<</Type/Catalog"))
    return [_shown(objects, page) for page in _pages(objects, _reference(root, b"Pages"))]


def text_of(pdf: bytes) -> str:
    """All the text, without white space: lines may break anywhere."""
    return re.sub(r"\s", "", "".join(run.text for page in pages_of(pdf) for run in page))


def _pages(objects: dict[int, bytes], number: int) -> list[bytes]:
    node = objects[number]
    if node.startswith(b"<</Type/Pages"):
        kids = re.search(rb"/Kids\[(.*?)\]", node)[1]
        return [page for kid in re.findall(rb"(\d+) 0 R", kids) for page in _pages(objects, int(kid))]
    return [node]


def _shown(objects: dict[int, bytes], page: bytes) -> list[Shown]:
    resources = objects[_reference(page, b"Resources")]
    fonts = re.search(rb"/Font<<(.*?)>>", resources)
    maps = {
        name: _characters(_content(objects[_reference(objects[int(number)], b"ToUnicode")]))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", fonts[1] if fonts else b"")
    }
    found = []
    for x, y, shown in _SHOWN.findall(_content(objects[_reference(page, b"Contents")])):
        name, size = _FONT.search(shown).groups()
        glyphs = _strings(_REPLACED.sub(b"", shown))
        text = "".join(maps[name][glyphs[at : at + 2]] for at in range(0, len(glyphs), 2))
        found.append(Shown(float(x), float(y), float(size), text))
    return found


def _characters(told: bytes) -> dict[bytes, str]:
    """Glyphs to characters, by a font's ToUnicode map."""
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", told)
    }


def _strings(shown: bytes) -> bytes:
    """All strings, joined: between < > in hexadecimal, or between ( ), a pair inside without escape."""
    found, depth = [], 0
    for escaped, bracket, hexadecimal, plain in _TOKEN.findall(shown):
        depth -= bracket == b")"
        if depth and escaped:
            found.append(bytes([int(escaped, 8)]) if escaped.isdigit() else _NAMED.get(escaped, escaped))
        elif depth:
            found.append(bracket or plain or b"<" + hexadecimal + b">")
        elif hexadecimal:
            found.append(bytes.fromhex(hexadecimal.decode()))
        depth += bracket == b"("
    return b"".join(found)


def _content(body: bytes) -> bytes:
    stream = _STREAM.search(body)[1]
    return zlib.decompress(stream) if b"/FlateDecode" in body[: body.index(b"stream")] else stream


def _reference(body: bytes, key: bytes) -> int:
    return int(re.search(rb"/" + key + rb" (\d+) 0 R", body)[1])
