"""What an id is called as a folder, and how a name is found by its pinyin initials."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from itertools import chain, combinations, islice

import polars as pl
from pypinyin import Style, pinyin

_LONGEST = 150  # bytes; file systems end at 255, and shard names put more around it
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN = _CAPITALS + _CAPITALS.lower() + b"0123456789_-"
# What teachers share, and what Windows keeps for devices.
_TAKEN = {"assets", "con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
_READINGS = 4
_CHARACTERS = 40


def folder_name(id_: str, also: bytes = b"") -> str:
    """A file name for any id, another one for another id.

    Every byte outside A-Z a-z 0-9 _ - (and those in `also`) is percent-encoded, so that `..`, `/` and `%` are
    harmless; what is longer than 150 bytes becomes its first 100, a dash and the head of the id's sha256.
    """
    raw = id_.encode()
    encoded = "".join(chr(b) if b in _PLAIN and b not in also else f"%{b:02X}" for b in raw)
    return encoded if len(encoded) <= _LONGEST else f"{encoded[:100]}-{sha256(raw).hexdigest()[:16]}"


def folder_names(ids: Sequence[str]) -> list[str]:
    """Names for folders side by side, also on a stick or a share that takes T1 and t1 for the same.

    Where names differ in case alone, and where one is taken, capitals or the first byte are encoded, too.
    """
    names = [folder_name(id_) for id_ in ids]
    often = Counter(name.lower() for name in names)
    return [
        folder_name(id_, _CAPITALS)
        if often[name.lower()] > 1
        else folder_name(id_, id_.encode()[:1])
        if name.lower() in _TAKEN
        else name
        for id_, name in zip(ids, names, strict=True)
    ]


@cache
def _letters(char: str) -> tuple[str, ...]:
    """The letters a character may begin with in pinyin; a letter or digit is itself; others have none."""
    if char.isascii():
        return (char.lower(),) if char.isalnum() else ()
    read = pinyin(char, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(r for r in (read[0] if read else ()) if r.isascii() and r.isalpha()))


@cache
def initials(name: str) -> str:
    """A name's pinyin initials, its likeliest 4 readings joined by a space: 曾乐 is "cl zl cy zy"."""
    letters = [found for char in name[:_CHARACTERS] if (found := _letters(char))]
    others = sorted((n, at) for at, found in enumerate(letters) for n in range(1, len(found)))
    single = [{at: n} for n, at in others]
    double = ({a: n, b: m} for (n, a), (m, b) in combinations(others, 2) if a != b)
    chosen = [{}, *islice(chain(single, double), _READINGS - 1)]
    return " ".join("".join(found[c.get(at, 0)] for at, found in enumerate(letters)) for c in chosen)


def with_search_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with `id` and `name`, and beside them `initials` and `folder`."""
    return frame.with_columns(
        pl.Series("initials", [initials(n) for n in frame["name"]], dtype=pl.String),
        pl.Series("folder", folder_names(frame["id"].to_list()), dtype=pl.String),
    )


def folders(ids: list[str], names: list[str]) -> dict[str, list[str | None]]:
    """The column `folder` beside the column `id`: none where every folder is its id, else null for those."""
    different = [None if n == i else n for i, n in zip(ids, names, strict=True)]
    return {"folder": different} if any(different) else {}
