"""Shards: the pages' data as classic scripts, because a page opened from a file may load nothing else.

data/<name>.js is one line: COCKPIT.put("<name>",<json>);
"""

import json
from typing import Any

import polars as pl

# What may stand in a JSON string but not in a script: the end of the script, and two line ends of JavaScript.
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def to_json(value: Any) -> str:
    """A value as compact JSON that is also safe inside a script; NaN and infinity are errors."""
    return safe(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def safe(text: str) -> str:
    """JSON made elsewhere, safe inside a script: what is replaced occurs in strings alone."""
    for char, escaped in _UNSAFE.items():
        text = text.replace(char, escaped)
    return text


def shard(name: str, value: Any) -> bytes:
    """The bytes of the file that puts `value` under `name`."""
    return wrapped(name, to_json(value))


def wrapped(name: str, text: str) -> bytes:
    """The same, of a value that is JSON already."""
    return f"COCKPIT.put({to_json(name)},{text});\n".encode()


def columns(frame: pl.DataFrame, *names: str) -> dict[str, list]:
    """A frame as one list per column; days as ISO text."""
    return {name: values(frame[name]) for name in names or frame.columns}


def values(series: pl.Series) -> list:
    """A column as a list of plain values; days as ISO text."""
    if series.dtype == pl.Date:
        series = series.dt.to_string("iso")
    return series.to_list()


def iso(day: Any) -> str | None:
    """A day as ISO text; none stays none."""
    return None if day is None else day.isoformat()
