"""Every word the pages say, by key and language, from dashboards/texts/*.toml: no page holds its own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_FROM_SEED = "indicator."  # called by the seed's own Chinese name
_FOLDER = Path(__file__).parent / "texts"


def read_texts(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """{language: {key: text}} of catalogue files. Raises ValueError: a key twice, or without a language."""
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{path.name}: {key!r} stands in another file, too")
            given = set(texts) if isinstance(texts, dict) else set()
            if given != set(LANGUAGES) and not (key.startswith(_FROM_SEED) and given == {"en"}):
                raise ValueError(f"{path.name}: {key!r} needs just the languages {', '.join(LANGUAGES)}")
            found[key] = texts
    return {
        language: {key: found[key][language] for key in sorted(found) if language in found[key]}
        for language in LANGUAGES
    }


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The catalogue: {language: {key: text}}."""
    return read_texts(sorted(_FOLDER.glob("*.toml")))


def named(kind: str, code: str, language: str = "zh") -> str:
    """A code of the contract in words, such as ("reason", "malformed"); without words the code itself."""
    return texts()[language].get(f"{kind}.{code}", code)
