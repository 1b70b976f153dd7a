"""Writing so that a reader sees the old content or the new, never a part, whatever kills the writer."""

import json
import os
from pathlib import Path
from typing import Any


def fsync_path(path: Path) -> None:
    """Make a file or folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(temporary: Path, final: Path) -> None:
    """Move a finished file to its name: durable before it is visible."""
    fsync_path(temporary)
    os.replace(temporary, final)
    fsync_path(final.parent)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file at once."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.write_text(text, encoding="utf-8")
    replace_durably(temporary, path)


def write_json(path: Path, value: Any) -> None:
    """Write a value as one JSON file at once."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))
