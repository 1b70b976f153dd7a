"""`cockpit lineage`: of what a column is made, step by step, down to the drops."""

import argparse

from pipelines.dbt_runner import load_lineage
from pipelines.errors import CockpitError
from pipelines.lineage.columns import origins
from pipelines.lineage.products import with_products


def main(args: argparse.Namespace) -> int:
    """Print a line for each column above the one asked for, or the columns of a table."""
    tables = with_products(load_lineage())
    name, _, column = args.column.rpartition(".")
    if args.column in tables:
        table = tables[args.column]
        print(f"{table.name}: {table.description}")
        for part, text in table.columns.items():
            print(f"  {part}: {text}")
        return 0
    if name not in tables:
        raise CockpitError(f"unknown table {args.column!r}; there are {', '.join(tables)}")
    if column not in tables[name].columns:
        raise CockpitError(f"{name} has no column {column!r}; it has {', '.join(tables[name].columns)}")
    for (above, part), steps in origins(tables, name, column).items():
        made = tables[above].made.get(part)
        constants = f" = {' or '.join(made.constants)}" if made and made.constants else ""
        text = "its rows are counted" if part == "*" else tables[above].columns[part]
        print(f"{'  ' * steps}{above}.{part}{constants}{f': {text}' if text else ''}")
    return 0
