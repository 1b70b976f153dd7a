"""The typefaces of official documents, as found on this machine."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from pipelines.documents.glyphs import characters_of
from pipelines.errors import CockpitError

INSTALL = (
    "install one (Debian: apt-get install fonts-noto-cjk), or copy 仿宋, 黑体, 楷体 and 小标宋 "
    "from Windows or WPS into a folder of fonts"
)

# What stands in for a typeface that is not there, and what draws the characters it lacks.
_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "Songti SC", "STSong")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC")
_PLAIN = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback")
_RARE = (
    "SimSun-ExtB",
    "SimSun-ExtG",
    "HanaMinA",
    "HanaMinB",
    "Plangothic P1",
    "Plangothic P2",
    "BabelStone Han",
)
_FOREIGN = ("Noto Serif", "DejaVu Serif", "Noto Sans", "DejaVu Sans")

# GB/T 9704 prints titles in 小标宋, text in 仿宋, headings of the first level in 黑体, of the second in 楷体,
# page numbers in plain 宋体.
_ROLES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK", *_SERIF),
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02S", *_SERIF),
    "heading": ("SimHei", "黑体", "STHeiti", "FZHei-B01S", *_SANS),
    "second": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FZKai-Z03S", *_SERIF),
    "plain": ("SimSun", "NSimSun", "宋体", "STSong", *_SERIF),
}
_CHINESE = tuple(dict.fromkeys([*(family for role in _ROLES.values() for family in role), *_PLAIN]))


@dataclass(frozen=True)
class Typefaces:
    """What documents are set in: families by role, the first that has a character draws it.

    Roles are those of `_ROLES`. `faces` are the families' files, `loaded` is
    typst's own hold on them.
    """

    roles: dict[str, tuple[str, ...]]
    faces: tuple[tuple[Path, int], ...]
    loaded: typst.Fonts

    def missing(self, text: str) -> list[str]:
        """The characters of a text that none of these fonts has, each once, in their order."""
        return [
            character
            for character in dict.fromkeys(text)
            if not _is_unseen(character)
            and not any(ord(character) in characters_of(*face) for face in self.faces)
        ]

    def refuse_missing(self, data: Any) -> None:
        """Refuse a text anywhere in `data` that would be printed with an empty box in it.

        Raises CockpitError that names the text and each of its characters no font has.
        """
        for text in texts_of(data):
            if lacking := self.missing(text):
                named = "、".join(_worded(character) for character in lacking)
                raise CockpitError(
                    f"「{shown(text)}」 cannot be printed: no font of this machine has {named}; install a "
                    "font with rare characters (Debian: fonts-hanazono; Windows: SimSun-ExtB)"
                )


def find_fonts(folders: Iterable[Path] = (), *, of_system: bool = True) -> Typefaces:
    """Look for Chinese fonts among the system's (fontconfig's, Windows' or macOS's) and in `folders`.

    Raises CockpitError that says what to install where there is none.
    """
    places = tuple(folders)
    loaded = typst.Fonts(
        include_system_fonts=of_system,
        include_embedded_fonts=False,
        font_paths=[str(place) for place in places],
    )
    found: dict[str, tuple[Path, int]] = {}
    # Weights of a family have one set of characters; sorted, for the order of a folder is no one's choice.
    for face in sorted(
        loaded.fonts(), key=lambda face: (abs(face.weight - 400), face.path or "", face.index)
    ):
        if face.path is not None and face.style == "normal":
            found.setdefault(face.family, (Path(face.path), face.index))
    if not any(family in found for family in _CHINESE):
        where = f" and {', '.join(str(place) for place in places)}" if places else ""
        raise CockpitError(f"no Chinese font among the system's{where}: {INSTALL}")
    last = [family for family in (*_CHINESE, *_RARE, *_FOREIGN) if family in found]
    roles = {
        role: tuple(dict.fromkeys([*(family for family in families if family in found), *last]))
        for role, families in _ROLES.items()
    }
    return Typefaces(roles, tuple(found[family] for family in last), loaded)


def texts_of(data: Any) -> Iterator[str]:
    """Every text in a value made of dicts, lists and texts; of a dict the values."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts_of(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_of(value)


def shown(text: str) -> str:
    """A text for a message: its beginning, a question mark for what no terminal should get."""
    return "".join(character if character.isprintable() else "?" for character in text[:60])


def _is_unseen(character: str) -> bool:
    """Whether nothing is drawn for it: white space, joiners, selectors of variants."""
    return (
        character.isspace()
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _worded(character: str) -> str:
    """A character with its number; one that nothing can show by its number alone."""
    number = f"U+{ord(character):04X}"
    return f"{character} ({number})" if character.isprintable() else number
