"""Exports and pages as tables: of which columns, or of which tables' rows, each is made."""

import re
from collections.abc import Mapping
from importlib.resources import files

from pipelines.export_tables import TABLES
from pipelines.lineage.columns import Made, Table, made_by

PAGES = ("public", "city", "district", "school", "teacher")
_READ = re.compile(r"\b(?:marts|ops|rulebook)\.[a-z_]+")


def exports(tables: Mapping[str, Table]) -> list[Table]:
    """Each export with its headers as columns, made of those its query reads."""
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for table in tables.values():
        schema_name, _, name = table.name.partition(".")
        schema.setdefault(schema_name, {})[name] = dict.fromkeys(table.columns, "text")
    found = []
    for export in TABLES:
        headers = [column.header for column in export.columns]
        made = dict(zip(headers, made_by(export.query, schema), strict=True))
        told = dict.fromkeys(headers, "")
        found.append(Table(f"exports.{export.name}", "export", export.description, told, made))
    return found


def pages(tables: Mapping[str, Table]) -> list[Table]:
    """Each kind of page, made of the rows of all tables that the pages' code names."""
    modules = (item for item in files("dashboards").iterdir() if item.name.endswith(".py"))
    named = {name for module in modules for name in _READ.findall(module.read_text(encoding="utf-8"))}
    read = tuple(sorted(named & tables.keys()))
    return [Table(f"pages.{kind}", "page", "", {"data": ""}, {"data": Made(rows_of=read)}) for kind in PAGES]
