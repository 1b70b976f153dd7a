"""lineage.html: every table and column from the drops to the pages, of what it is made and what of it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboards.glossary import Glossary

Tables = Sequence[Mapping[str, Any]]
"""Every table, each after those it reads: {name: `schema.table`, description, columns: {name: description},
made: {column: {columns: [(table, column)], rows_of: [table], constants: [SQL]}}}."""

# In the order data flow; what no prefix fits stands last.
_LAYERS = {
    "raw": "原始投递：学校平台与教育局交来的文件",
    "lake": "数据湖：检查后收下的记录",
    "ops": "运行台账：读了哪些文件、检查结果如何",
    "rulebook": "规则表：计分规则、类别、统计窗口",
    "before": "上一版结果：增量计算的起点",
    "staging": "整理：截止日之前的记录",
    "intermediate": "计算过程：计分项、上限、名册、周期",
    "state": "留给下一次运行的状态",
    "marts": "结果：积分明细、指数、名次",
    "exports": "导出表",
    "site": "页面",
}


def lineage_data(tables: Tables, words: Glossary) -> list[dict[str, Any]]:
    """Layers in the order data flow: [{code, name, tables: [{name, zh, en, reads, read_by, columns}]}].

    reads, read_by: [table]. columns: [{name, id, zh, en, up, down, rows_of, constants}], where up and down
    are [{table, columns: [{name, id}]}], the columns that it is made of and that are made of it.
    """
    down, read_by = _downwards(tables)
    found: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        name = table["name"]
        code = name.partition(".")[0]
        found.setdefault(code, []).append(
            {
                "name": name,
                "zh": words.table(name),
                "en": table["description"],
                "reads": sorted(_reads(table) - {name}),
                "read_by": read_by.get(name, []),
                "columns": [
                    _column(table, column, words, down.get((name, column), [])) for column in table["columns"]
                ],
            }
        )
    order = [code for code in (*_LAYERS, *found) if code in found]
    return [{"code": c, "name": _LAYERS.get(c, c), "tables": found[c]} for c in dict.fromkeys(order)]


def column_id(table: str, column: str) -> str:
    """Where a column stands on the page; an id may hold no blank."""
    return f"{table}.{column}".replace(" ", "_")


def _column(
    table: Mapping[str, Any], column: str, words: Glossary, down: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    made = table["made"].get(column) or {"columns": (), "rows_of": (), "constants": ()}
    return {
        "name": column,
        "id": column_id(table["name"], column),
        "zh": words.column(table["name"], column),
        "en": table["columns"][column],
        "up": _by_table(made["columns"]),
        "down": _by_table(down),
        "rows_of": made["rows_of"],
        "constants": made["constants"],
    }


def _by_table(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, str]]] = {}
    for table, column in pairs:
        found.setdefault(table, []).append({"name": column, "id": column_id(table, column)})
    return [{"table": table, "columns": columns} for table, columns in found.items()]


def _reads(table: Mapping[str, Any]) -> set[str]:
    made = table["made"].values()
    return {name for m in made for name, _ in m["columns"]} | {name for m in made for name in m["rows_of"]}


def _downwards(tables: Tables) -> tuple[dict[tuple[str, str], list[tuple[str, str]]], dict[str, list[str]]]:
    """(columns made of each column, tables that read each table), each in the order of the tables."""
    columns: dict[tuple[str, str], list[tuple[str, str]]] = {}
    read_by: dict[str, list[str]] = {}
    for table in tables:
        for column, made in table["made"].items():
            for above in made["columns"]:
                columns.setdefault((above[0], above[1]), []).append((table["name"], column))
        for name in sorted(_reads(table) - {table["name"]}):
            read_by.setdefault(name, []).append(table["name"])
    return columns, read_by
