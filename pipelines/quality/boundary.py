"""The lake, the manifests and RAW's listing in one in-memory database: what the frames are selected from."""

import tempfile
from contextlib import ExitStack
from functools import cached_property

import duckdb
import pyarrow as pa

from pipelines.ingest.contract import ATTRIBUTES, EVENT_SOURCES, EVENT_TYPES, ROSTER, Source
from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest, parquet

COUNTS = ("records", "accepted", "duplicates", "quarantined")
_ORIGIN = {"dt": "date", "path": "varchar", "sha256": "varchar", "record_number": "bigint"}


def _table(columns: dict[str, pa.DataType], rows: list[tuple]) -> pa.Table:
    """A table of `rows`, typed also where there are none."""
    return pa.table({c: pa.array([r[i] for r in rows], t) for i, (c, t) in enumerate(columns.items())})


def _text(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, pa.string())


def _empty_values(source: Source) -> dict[str, str]:
    """Required column to the condition under which it is empty in an accepted event."""
    times = ("occurred_at", "record_number")
    named = ("path", "sha256", "record_number", *source.columns)
    empty = {c: f"{c} is null" if c in times else f"({c} is null or {c} = '')" for c in named}
    for name in source.attributes:
        if ATTRIBUTES[name].kind != "profile":
            types = ", ".join(f"'{t}'" for t, event in EVENT_TYPES.items() if name in event.attributes)
            column = ATTRIBUTES[name].column
            empty[column] = f"(({empty[column]}) or " if column in empty else "("
            empty[column] += f"(event_type in ({types}) and {column} is null))"
    return empty


class Boundary:
    """The lake, the manifests and what lies in RAW, side by side in one in-memory database."""

    def __init__(self, lake: Lake, manifests: dict[str, Manifest], inventory: Inventory):
        self.lake, self.manifests, self.inventory = lake, manifests, inventory
        self._open = ExitStack()

    def __enter__(self) -> "Boundary":
        spill = self._open.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self.con = self._open.enter_context(
            duckdb.connect(config={"temp_directory": spill, "preserve_insertion_order": False})
        )
        self.con.execute("set timezone = 'Asia/Shanghai'; set memory_limit = '1GB'")
        self._write_accounts()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _write_accounts(self) -> None:
        days = [
            (s, d, entry) for s, m in sorted(self.manifests.items()) for d, entry in sorted(m.days.items())
        ]
        faults = [(s, d, len(entry.faults), next(iter(entry.faults), "")) for s, d, entry in days]
        taken = [
            (s, d, f.path, f.sha256, f.fault, *(getattr(f, c) for c in COUNTS))
            for s, d, e in days
            for f in e.files
        ]
        counts = dict.fromkeys(COUNTS, pa.int64())
        tables = {
            "sources": _table(_text("source"), [(s,) for s in (*EVENT_SOURCES, ROSTER)]),
            "drop_days": _table(
                _text("source", "dt") | {"faults": pa.int64()} | _text("first_fault"), faults
            ),
            "taken": _table(_text("source", "dt", "path", "sha256", "fault") | counts, taken),
            "listed": _table(_text("path", "sha256"), [(f.path, f.sha256) for f in self.inventory.files]),
            "strays": _table(_text("path"), [(p,) for p in self.inventory.strays]),
            "known_columns": _table(
                _text("source", "column_name"),
                [(s.name, c) for s in EVENT_SOURCES.values() for c in _empty_values(s)],
            ),
        }
        for name, table in tables.items():
            self.con.register("handed", table)
            self.con.execute(f"create table {name} as select * from handed")
            self.con.unregister("handed")

    def rows(self, source: str, kind: str, columns: dict[str, str]) -> str:
        """A relation over the data files of one kind; empty, but typed, where there are none."""
        if files := self.lake.data_files(self.manifests[source], kind):
            return parquet(files)
        return (
            "(select " + ", ".join(f"cast(null as {t}) as {c}" for c, t in columns.items()) + " where false)"
        )

    def accepted(self, source: Source) -> str:
        """A relation over the accepted events of a source."""
        return self.rows(source.name, "accepted", _ORIGIN | source.typed_columns)

    @cached_property
    def by_file(self) -> str:
        """Name of a table with one row per source and file of accepted events: counts over all its events."""
        parts = []
        for source in EVENT_SOURCES.values():
            attributes = [ATTRIBUTES[n] for n in source.attributes]
            times = ["occurred_at", *(a.column for a in attributes if a.kind == "timestamp")]
            latest = ", ".join(times)
            counts = [f"count(*) filter (where cast(greatest({latest}) as date) > dt) as after_drop"]
            empty = _empty_values(source)
            names = ", ".join(f"'{c}'" for c in empty)
            values = ", ".join(f"count(*) filter (where {condition})" for condition in empty.values())
            counts.append(f"map([{names}], [{values}]) as empty_values")
            profile = [a.column for a in attributes if a.kind == "profile"]
            counts += [f"count({c}) as {c}" for c in profile]
            if profile:
                counts.append("count(*) filter (where event_type = 'profile_update') as updates")
            parts.append(
                f"select '{source.name}' as source, path, count(*) as events, "
                f"{', '.join(counts)} from {self.accepted(source)} group by all"
            )
        self.con.execute(f"create or replace table by_file as {' union all by name '.join(parts)}")
        return "by_file"
