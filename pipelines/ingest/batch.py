"""Reading drop days into memory: every record typed, or with its reason for refusal."""

import shutil
from collections.abc import Callable, Iterable, Iterator

import duckdb
import pyarrow as pa

from pipelines.errors import CockpitError
from pipelines.ingest.checks_sql import (
    MACROS,
    column_fields,
    event_type_rows,
    line_fields,
    verdicts,
    with_attributes,
)
from pipelines.ingest.contract import Source
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import Lake, Manifest
from pipelines.ingest.lines import UnreadableFileError
from pipelines.ingest.strictjson import canonical
from pipelines.ingest.tables import is_json_lines, read_tables

_BLOCK_BYTES = 96 << 20
_SLICE_ROWS = 16_384


class Batch:
    """Some drop days of a source, read into one in-memory database to be landed together.

    Its tables: `files` (file_no, dt, path, sha256) and `batch`, one row per record: its typed columns, or its
    reason for refusal with its raw text (null for a Parquet row, whose text is made when it is needed).
    """

    def __init__(
        self,
        lake: Lake,
        source: Source,
        manifest: Manifest,
        days: list[str],
        present: dict[str, list[RawFile]],
    ):
        self.lake, self.source, self.manifest, self.days = lake, source, manifest, days
        self.files = [f for day in days for f in present.get(day, ())]
        self.faults: dict[int, str] = {n: f.fault for n, f in enumerate(self.files) if f.fault}
        self.to_read_again: set[int] = set()
        self.staging = lake.root / "staging"

    def __enter__(self) -> "Batch":
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        self.con = duckdb.connect(
            config={"temp_directory": str(self.staging / "spill"), "preserve_insertion_order": False}
        )
        self.con.execute("set timezone = 'Asia/Shanghai'; set memory_limit = '2GB'")
        # One file per drop day: DuckDB would close the hundredth and go on in a second one.
        self.con.execute(f"set partitioned_write_max_open_files = {len(self.days) + 1}")
        self.con.execute(MACROS)
        files = pa.table(
            {
                "file_no": pa.array(range(len(self.files)), pa.int32()),
                "dt": pa.array([f.dt for f in self.files], pa.string()),
                "path": pa.array([f.path for f in self.files], pa.string()),
                "sha256": pa.array([f.sha256 for f in self.files], pa.string()),
            }
        )
        self.con.register("files_read", files)
        self.con.execute("create table files as select * replace (cast(dt as date) as dt) from files_read")
        self.con.execute(
            "create table event_types (event_type varchar, type_no integer, allowed_roles integer)"
        )
        self.con.executemany("insert into event_types values (?, ?, ?)", event_type_rows())
        typed = ", ".join(f"{c} {t}" for c, t in self.source.typed_columns.items())
        kept = ", attributes varchar" if self.source.optional else ""
        self.con.execute(
            f"create table batch (file_no integer, record_number bigint, {typed}{kept}, reason varchar, "
            "detail varchar, raw_text varchar, needs_exact boolean)"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()
        shutil.rmtree(self.staging, ignore_errors=True)

    def read(self) -> None:
        """Fill `batch` with one row per record: valid, or with its reason for refusal."""
        lines = [(n, f) for n, f in enumerate(self.files) if not f.fault and is_json_lines(f)]
        rows = [(n, f) for n, f in enumerate(self.files) if not f.fault and not is_json_lines(f)]
        for files, fields in ((lines, line_fields), (rows, column_fields)):
            for block in self._blocks(files):
                self._check(block, fields)
        for file in self.files:
            if not file.fault and not file.is_unchanged():
                raise CockpitError(
                    f"{file.path}: changed while it was read; nothing was taken over, run again"
                )
        if self.faults:
            self.con.execute(f"delete from batch where file_no in ({', '.join(map(str, self.faults))})")

    def _blocks(self, files: Iterable[tuple[int, RawFile]]) -> Iterator[pa.Table]:
        """Tables of about _BLOCK_BYTES, so that many small files cost no query each."""
        held: list[pa.Table] = []
        for number, file in files:
            try:
                for table in read_tables(file, number, self.source):
                    held.append(table)
                    if sum(t.get_total_buffer_size() for t in held) > _BLOCK_BYTES:
                        yield pa.concat_tables(held, promote_options="default")
                        held = []
            except UnreadableFileError as error:
                self.faults[number] = f"cannot be read whole: {error}"
                if error.is_passing:
                    self.to_read_again.add(number)
        if held:
            yield pa.concat_tables(held, promote_options="default")

    def _check(self, block: pa.Table, fields: Callable[[Source, str], str]) -> None:
        is_lines = "line" in block.column_names
        # In slices, because DuckDB gives each to a thread, and a table of one slice to one thread only.
        slices = block.to_batches(max_chunksize=_SLICE_ROWS)
        self.con.register("block", pa.Table.from_batches(slices, block.schema))
        raw_text = "line as raw_text, " if is_lines else ""
        self._insert(fields(self.source, f"(select *, {raw_text}false as is_exact from block)"))
        self._check_exactly(block, fields, is_lines)
        self.con.unregister("block")

    def _insert(self, fields: str) -> None:
        complete = with_attributes(self.source, f"({fields})")
        checked = verdicts(self.source, f"(select x.*, dt from ({complete}) as x join files using (file_no))")
        names = [c if c != "occurred_at" else "occurred_time" for c in self.source.typed_columns]
        kept = ", attributes" if self.source.optional else ""
        self.con.execute(
            f"""insert into batch
            select file_no, record_number, {", ".join(names)}{kept}, reason, detail,
                case when reason is not null then rtrim(raw_text, chr(10) || chr(13)) end, needs_exact
            from ({checked})"""
        )

    def _check_exactly(self, block: pa.Table, fields: Callable[[Source, str], str], is_lines: bool) -> None:
        """Read again, with strictjson, what the fast reader marked."""
        text = "line" if is_lines else "attributes"
        if text not in block.column_names:
            return
        marked = self.con.execute(
            f"select b.file_no, b.record_number, b.{text} from block as b "
            "join batch as k using (file_no, record_number) where k.needs_exact"
        ).fetchall()
        if not marked:
            return
        columns = (*self.source.columns, *self.source.optional) if is_lines else ()
        exact = [canonical(m[2], columns) for m in marked]
        table = pa.table(
            {
                "file_no": pa.array([m[0] for m in marked], pa.int32()),
                "record_number": pa.array([m[1] for m in marked], pa.int64()),
                "exact_text": pa.array([e[0] for e in exact], pa.string()),
                "exact_fault": pa.array([e[1] for e in exact], pa.string()),
            }
        )
        self.con.register("exact", table)
        self.con.execute("delete from batch where needs_exact")
        raw_text = "b.line as raw_text, " if is_lines else ""
        exact_block = (
            f"(select b.* replace (exact_text as {text}, exact_fault as fault), {raw_text}true as is_exact "
            "from block as b join exact using (file_no, record_number))"
        )
        self._insert(fields(self.source, exact_block))
        self.con.unregister("exact")
