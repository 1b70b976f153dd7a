"""What each column of each table is made of, read from the SQL that makes it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from pipelines.ingest.contract import (
    ACTIVITIES,
    ATTRIBUTES,
    DECISION_COLUMNS,
    DECISIONS,
    EVENT_SOURCES,
    LOGINS,
    ROSTER,
    ROSTER_FILES,
)

_DIALECT = "duckdb"


@dataclass(frozen=True)
class Made:
    """Of what a column is made: (table, column) pairs, tables whose rows are counted, constants as SQL."""

    columns: tuple[tuple[str, str], ...] = ()
    rows_of: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


@dataclass
class Table:
    """A table, `schema.name`, with its columns: description by name, and of what each is made."""

    name: str
    kind: str
    description: str
    columns: dict[str, str]
    made: dict[str, Made] = field(default_factory=dict)


def lineage_of(manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> dict[str, Table]:
    """Every table of the project by name, raw drops first, each after those it reads.

    `manifest` is dbt's, `compiled` the SQL of each model by its unique id. Raises sqlglot's errors where a
    model's SQL cannot be read, and ValueError where it gives other columns than its description lists.
    """
    tables = _raw_tables()
    schema: dict[str, Any] = {}
    for node in manifest["sources"].values():
        _add(tables, schema, node, "source", _made_of_raw(node))
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            _add(tables, schema, node, "seed", {})
    for unique_id in _in_order(manifest, compiled):
        node = manifest["nodes"][unique_id]
        made = _made_by(compiled[unique_id], schema)
        if made.keys() != node["columns"].keys():
            raise ValueError(
                f"{unique_id}: its SQL and its description differ in {made.keys() ^ node['columns'].keys()}"
            )
        _add(tables, schema, node, "model", made)
    return tables


def write_tables(tables: Mapping[str, Table]) -> str:
    """Tables as JSON."""
    return json.dumps([asdict(table) for table in tables.values()], ensure_ascii=False)


def read_tables(text: str) -> dict[str, Table]:
    """The tables of `write_tables`. Raises ValueError for any other text."""
    try:
        told = [
            Table(**{**row, "made": {name: _read_made(made) for name, made in row["made"].items()}})
            for row in json.loads(text)
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no tables: {error}") from error
    return {table.name: table for table in told}


def _read_made(told: Mapping[str, Any]) -> Made:
    columns = tuple((table, column) for table, column in told["columns"])
    return Made(columns, tuple(told["rows_of"]), tuple(told["constants"]))


def _in_order(manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> Iterable[str]:
    """The compiled models, each after those it reads."""
    done: set[str] = set()
    left = dict.fromkeys(compiled)
    while left:
        for unique_id in list(left):
            if not set(manifest["nodes"][unique_id]["depends_on"]["nodes"]) & left.keys() - {unique_id}:
                del left[unique_id]
                done.add(unique_id)
                yield unique_id


def _add(
    tables: dict[str, Table],
    schema: dict[str, Any],
    node: Mapping[str, Any],
    kind: str,
    made: dict[str, Made],
) -> None:
    told = {name: column["description"] for name, column in node["columns"].items()}
    table = Table(
        f"{node['schema']}.{node.get('identifier') or node['name']}", kind, node["description"], told, made
    )
    tables[table.name] = table
    database, schema_name, name = (part.strip('"') for part in node["relation_name"].split("."))
    schema.setdefault(database, {}).setdefault(schema_name, {})[name] = dict.fromkeys(told, "text")


def made_by(sql: str, schema: Mapping[str, Any]) -> list[Made]:
    """Of what each column of a query is made, in the query's order; `schema` as sqlglot takes it."""
    return list(_made_by(sql, schema).values())


def _made_by(sql: str, schema: Mapping[str, Any]) -> dict[str, Made]:
    query = qualify(
        parse_one(sql, dialect=_DIALECT),
        schema=schema,
        dialect=_DIALECT,
        quote_identifiers=False,
        identify=False,
    )
    scope = build_scope(query)
    return {
        name: _made(lineage(name, query, schema, scope=scope, dialect=_DIALECT), query)
        for name in (select.alias_or_name for select in query.selects)
    }


def _made(root: Node, query: exp.Expression) -> Made:
    columns, rows_of, constants = set(), set(), set()
    for node in root.walk():
        if node.downstream:
            continue
        if isinstance(node.expression, exp.Table):
            columns.add((_named(node.expression), node.name.rpartition(".")[2]))
        elif node.expression.find(exp.Count):
            rows_of |= {_named(table) for table in _read_by(node.source, query)}
        else:
            constants.add(node.expression.unalias().sql(dialect=_DIALECT))
    return Made(tuple(sorted(columns)), tuple(sorted(rows_of)), tuple(sorted(constants)))


def _read_by(select: exp.Expression, query: exp.Expression) -> set[exp.Table]:
    """The tables a part of a query reads, through the parts it reads."""
    parts = {cte.alias: cte.this for cte in query.find_all(exp.CTE)}
    found: set[exp.Table] = set()
    todo, seen = [select], set()
    while todo:
        for table in todo.pop().find_all(exp.Table):
            if table.db:
                found.add(table)
            elif table.name not in seen:
                seen.add(table.name)
                todo.append(parts[table.name])
    return found


def _named(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"


def _raw_tables() -> dict[str, Table]:
    """The drops themselves, as the export contract has them."""
    events = {
        f"raw.{source.name}": [
            *source.columns,
            *(f"attributes.{name}" for name in source.attributes),
            *source.optional,
        ]
        for source in EVENT_SOURCES.values()
    }
    rosters = {f"raw.{ROSTER}/{name}": list(columns) for name, columns in ROSTER_FILES.items()}
    return {
        name: Table(name, "raw", "", dict.fromkeys(columns, ""))
        for name, columns in (events | rosters | {f"raw.{DECISIONS}": list(DECISION_COLUMNS)}).items()
    }


def _made_of_raw(node: Mapping[str, Any]) -> dict[str, Made]:
    """Of what a source's columns are made: an event's of the record it came in, an account's of none."""
    name = node["name"]
    source = next((s for s in EVENT_SOURCES if name in (s, f"recounted_{s}", f"recent_{s}")), None)
    if node["schema"] != "lake":
        return {}
    if name == "voided_events":
        return _made_of_voids(node)
    if name == "around_voids":
        source = ACTIVITIES.name
    if source is not None:
        raw, where = (
            f"raw.{source}",
            {ATTRIBUTES[a].column: f"attributes.{a}" for a in EVENT_SOURCES[source].attributes},
        )
        known = {*EVENT_SOURCES[source].columns, *EVENT_SOURCES[source].optional}
        told = {c: where.get(c, c) for c in node["columns"] if c in where or c in known}
    elif name.startswith(f"{ROSTER}_") and f"{name.removeprefix(f'{ROSTER}_')}.csv" in ROSTER_FILES:
        file = f"{name.removeprefix(f'{ROSTER}_')}.csv"
        raw, told = f"raw.{ROSTER}/{file}", {c: c for c in ROSTER_FILES[file]}
    else:
        return {}
    return {column: Made(((raw, origin),)) for column, origin in told.items()}


def _made_of_voids(node: Mapping[str, Any]) -> dict[str, Made]:
    """A void event is made of its record, a login's or an activity's, and of the decision."""
    told = {}
    for column in node["columns"]:
        login = "teacher_id" if column == "actor_id" else column
        parts = [(f"raw.{ACTIVITIES.name}", column)] if column in ACTIVITIES.columns else []
        parts += [(f"raw.{LOGINS.name}", login)] if login in LOGINS.columns else []
        parts += [(f"raw.{DECISIONS}", column)] if column in DECISION_COLUMNS else []
        if parts:
            told[column] = Made(tuple(sorted(parts)))
    return told


def origins(tables: Mapping[str, Table], table: str, column: str) -> dict[tuple[str, str], int]:
    """All that a column is made of, itself first: (table, column) to the least number of steps to it.

    A column `*` stands for the rows of a table that are counted; it leads no further.
    """
    found = {(table, column): 0}
    todo = [(table, column)]
    for name, part in todo:
        made = tables[name].made.get(part, Made())
        for above in (*made.columns, *((t, "*") for t in made.rows_of)):
            if above not in found:
                found[above] = found[name, part] + 1
                todo.append(above)
    return found
