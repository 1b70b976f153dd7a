"""What explains the pages: decisions taken, and the definition of every column shown."""

import re
from pathlib import Path
from typing import Any

DECISIONS = Path(__file__).resolve().parents[1] / "docs" / "decisions.zh-CN.md"
_ENTRY = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)


def decisions_data(markdown: str) -> list[dict[str, Any]]:
    """The shard `decisions`, from a decision log: [{no, title, text}].

    `text` is plain: a paragraph or an item of a list a line.
    """
    _, *parts = _ENTRY.split(markdown)
    return [
        {"no": int(no), "title": title.strip(), "text": _plain(text)}
        for no, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def _plain(text: str) -> str:
    """Markdown's marks taken off, wrapped lines joined."""
    unmarked = re.sub(r"[`*]", "", text.strip())
    return re.sub(r"\n(?![\n-])", "", unmarked).replace("\n\n", "\n")


def definitions_data(manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """{"mart.column": {zh, en}} of each column of a mart that dbt's manifest has a Chinese definition of."""
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or "marts" not in node["fqn"]:
            continue
        for column in node["columns"].values():
            meta = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
            if "zh" in meta:
                name = f"{node['name']}.{column['name']}"
                found[name] = {"zh": meta["zh"], "en": column["description"]}
    return dict(sorted(found.items()))
