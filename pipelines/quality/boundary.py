"""The lake, the manifests and RAW's listing in one in-memory database: what the frames are selected from."""

import tempfile
from contextlib import ExitStack

import duckdb
import pyarrow as pa

from pipelines.ingest.contract import EVENT_SOURCES, ROSTER
from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest, parquet
from pipelines.quality.landed import TABLES, DataFile, Kept, count_landed, empty_values
from pipelines.quality.repeats import repeated_ids

COUNTS = ("records", "accepted", "duplicates", "quarantined")


def _table(columns: dict[str, pa.DataType], rows: list[tuple]) -> pa.Table:
    """A table of `rows`, typed also where there are none."""
    return pa.table({c: pa.array([r[i] for r in rows], t) for i, (c, t) in enumerate(columns.items())})


def _text(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, pa.string())


class Boundary:
    """The lake, the manifests and what lies in RAW, side by side in one in-memory database.

    `kept` is what earlier runs counted of the lake's data files.
    """

    def __init__(
        self, lake: Lake, manifests: dict[str, Manifest], inventory: Inventory, kept: Kept | None = None
    ):
        self.lake, self.manifests, self.inventory = lake, manifests, inventory
        self._kept = kept or {}
        self._new_files: list[DataFile] | duckdb.Error | None = None
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
                [(s.name, c) for s in EVENT_SOURCES.values() for c in empty_values(s)],
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

    def counted(self, table: str) -> str:
        """The name of one of the TABLES of `landed`; only files that nobody counted before are read.

        Raises duckdb.Error where one of these cannot be read.
        """
        self._count()
        return table

    def _count(self) -> list[DataFile]:
        """Have every data file counted; returns those counted just now."""
        if isinstance(self._new_files, duckdb.Error):
            raise self._new_files
        if self._new_files is None:
            try:
                self._new_files = count_landed(self.con, self.lake, self.manifests, self._kept)
            except duckdb.Error as error:
                # Told to every check that needs the counts, but not found anew for each.
                self._new_files = error
                raise
        return self._new_files

    def kept(self) -> Kept:
        """What has been counted, to be built on by later runs where every blocking check has passed."""
        return {name: self.con.sql(f"from {self.counted(name)}").to_arrow_table() for name in TABLES}

    def repeated_ids(self, source: str) -> int:
        """How many accepted events of a source repeat the id of another.

        Files counted before hold no id twice among them: else this check would have kept their release, and
        with it the counts, from being published.
        """
        new = {file.name for file in self._count()}
        manifest, name_of = self.manifests[source], {str(self.lake.root / name): name for name in new}
        files = self.lake.data_files(manifest, "accepted")
        just_counted = [file for file in files if file in name_of]
        (rows,) = self.con.execute(
            "select coalesce(sum(events), 0) from landed_values where list_contains(?, data_file)",
            [[name_of[file] for file in just_counted]],
        ).fetchone()
        return repeated_ids(self.con, just_counted, [f for f in files if f not in name_of], rows)
