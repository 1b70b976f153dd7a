"""Reading a site's files back, for tests of what is in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SHARD = re.compile(r'COCKPIT\.put\(("[^"]*"),(.*)\);\n', re.DOTALL)


def read_shard(path: Path) -> Any:
    """The value a shard puts, under the name of its file; it is one line and safe in a script."""
    text = path.read_bytes().decode()
    assert text.count("\n") == 1
    assert not {"<", "\u2028", "\u2029"} & set(text)
    name, value = _SHARD.fullmatch(text).groups()
    assert json.loads(name) == {"data": "teacher"}.get(path.stem, path.name.removesuffix(".js"))
    return json.loads(value)


def read_teacher(folder: Path) -> dict[str, Any]:
    """A teacher's data as the page joins them: what all share, the year's earlier months, and the own."""
    shared, earlier = read_shard(folder.parent / "shared.js"), read_shard(folder / "earlier.js")
    own = read_shard(folder / "data.js") | shared
    for year, days in own["days"].items():
        own["days"][year] = {name: earlier["days"][year][name] + days[name] for name in days}
    own["ledger"] = {name: own["ledger"][name] + earlier["ledger"][name] for name in own["ledger"]}
    return own | {"days_logged": earlier["days_logged"] + own["days_logged"]}


def shards_of(folder: Path) -> dict[str, Any]:
    """Every shard of a folder by name."""
    return {path.name.removesuffix(".js"): read_shard(path) for path in sorted((folder / "data").iterdir())}


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)


def tree(site: Path) -> dict[str, bytes]:
    """Every file's bytes by its path."""
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}


def inodes(site: Path) -> dict[str, int]:
    """Every file's inode by its path."""
    return {p.relative_to(site).as_posix(): p.stat().st_ino for p in sorted(site.rglob("*")) if p.is_file()}
