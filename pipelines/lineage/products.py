"""Exports and pages as tables: of which columns each export is made, of which tables' rows the site."""

import re
from collections.abc import Mapping
from importlib.resources import files

from pipelines.export_tables import TABLES
from pipelines.lineage.columns import Made, Table, made_by

_READ = re.compile(r"\b(?:marts|ops|rulebook)\.[a-z_]+")


def with_products(tables: Mapping[str, Table]) -> dict[str, Table]:
    """All tables by name, exports and the site after those they are made of."""
    return {table.name: table for table in (*tables.values(), *exports(tables), site(tables))}


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


def site(tables: Mapping[str, Table]) -> Table:
    """The site as a whole, made of the rows of all tables that the pages' code names."""
    modules = (item for item in files("dashboards").iterdir() if item.name.endswith(".py"))
    named = {name for module in modules for name in _READ.findall(module.read_text(encoding="utf-8"))}
    read = tuple(sorted(named & tables.keys()))
    return Table("site.pages", "page", "The cockpit's pages.", {"data": ""}, {"data": Made(rows_of=read)})
