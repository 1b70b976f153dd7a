"""What tables and columns of the lineage are in Chinese: marts by dbt's manifest, all else by glossary/."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.method import definitions_data

_FOLDER = Path(__file__).parent / "glossary"


@dataclass(frozen=True)
class Glossary:
    """Chinese words by `schema.table`, and by `schema.table.column` or a column's name alone."""

    tables: Mapping[str, str]
    columns: Mapping[str, str]

    def table(self, name: str) -> str:
        """A table in words; empty where there are none."""
        return self.tables.get(name, "")

    def column(self, table: str, column: str) -> str:
        """A column in words; empty where there are none, as of an export, whose headers are words."""
        if table.startswith("exports."):
            return ""
        return self.columns.get(f"{table}.{column}", self.columns.get(column, ""))


def glossary(manifest: Mapping[str, Any]) -> Glossary:
    """All words there are; `manifest` is dbt's, with the marts' own."""
    tables, columns = (
        tomllib.loads((_FOLDER / f"{of}.toml").read_text(encoding="utf-8")) for of in ("tables", "columns")
    )
    for node in manifest["nodes"].values():
        words = (node.get("config") or {}).get("meta") or {}
        if node["resource_type"] == "model" and "marts" in node["fqn"] and "zh" in words:
            tables[f"marts.{node['name']}"] = words["zh"]
    columns |= {f"marts.{name}": words["zh"] for name, words in definitions_data(manifest).items()}
    return Glossary(tables, columns)
