"""Reading drop days into memory: every record typed, or with its reason for refusal."""

import shutil
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from pipelines.errors import CockpitError
from pipelines.ingest.accept_sql import accepted, listed, role_rows
from pipelines.ingest.checks_sql import event_type_rows, verdicts
from pipelines.ingest.contract import Source
from pipelines.ingest.fields_sql import MACROS, column_fields, line_fields, with_attributes
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import Lake, Manifest
from pipelines.ingest.lines import UnreadableFileError
from pipelines.ingest.strictjson import canonical
from pipelines.ingest.tables import is_json_lines, read_tables

_BLOCK_BYTES = 96 << 20
_SLICE_ROWS = 16_384


class Batch:
    """Some drop days of a source, read into one in-memory database to be landed together.

    Its relations: `files` (file_no, dt, path, sha256) and the view `batch`, one row per record: its typed
    columns, or its reason for refusal with its raw text (null for a Parquet row, whose text is made when it
    is needed). Behind the view stand `records`, the valid ones without what their attributes hold; `listed`,
    that by event type and attributes' text, because few of these differ; and `refused`.
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
        self.block_no = 0
        self.doubtful_bytes = 0
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
            "create table event_types (event_type varchar, type_no integer, allowed_roles integer);"
            "create table roles (event_type varchar, actor_role varchar, needs_attributes boolean)"
        )
        self.con.executemany("insert into event_types values (?, ?, ?)", event_type_rows())
        self.con.executemany("insert into roles values (?, ?, ?)", role_rows())
        self._create_tables()
        return self

    def _create_tables(self) -> None:
        typed = [f"{c} {t}" for c, t in self.source.typed_columns.items()]
        own, held = typed[: len(self.source.columns)], typed[len(self.source.columns) :]
        kept = [f"{c} varchar" for c in self.source.optional]
        self.con.execute(
            f"""
            create table records (block_no integer, file_no integer, record_number bigint,
                {", ".join(own + kept)}, is_sound boolean);
            create table refused (file_no integer, record_number bigint, reason varchar, detail varchar,
                raw_text varchar);
            """
        )
        if held:
            self.con.execute(
                "create table listed (event_type varchar, attributes varchar, "
                f"{', '.join(held)}, last_day date, is_good boolean)"
            )
        nothing = ", ".join(f"cast(null as varchar) as {c}" for c in ("reason", "detail", "raw_text"))
        self.con.execute(
            f"create view batch as select *, {nothing} from ({self.with_held('records')}) "
            "union all by name from refused"
        )

    def with_held(self, records: str) -> str:
        """Rows of `records`, or of a relation like it, with all their typed columns."""
        if not self.source.attributes:
            return f"select * exclude (block_no, is_sound) from {records}"
        return (
            "select r.* exclude (block_no, is_sound), "
            "l.* exclude (event_type, attributes, last_day, is_good) "
            f"from {records} as r left join listed as l "
            "on r.event_type = l.event_type and r.attributes = l.attributes"
        )

    def __exit__(self, *_: object) -> None:
        self.con.close()
        shutil.rmtree(self.staging, ignore_errors=True)

    def read(self) -> None:
        """Fill `batch` with one row per record: valid, or with its reason for refusal."""
        lines = [(n, f) for n, f in enumerate(self.files) if not f.fault and is_json_lines(f)]
        rows = [(n, f) for n, f in enumerate(self.files) if not f.fault and not is_json_lines(f)]
        for files, is_lines in ((lines, True), (rows, False)):
            for block in self._blocks(files):
                self._accept(block, is_lines)
            self._check_exactly(is_lines)
        for file in self.files:
            if not file.fault and not file.is_unchanged():
                raise CockpitError(
                    f"{file.path}: changed while it was read; nothing was taken over, run again"
                )
        if self.faults:
            faulty = ", ".join(map(str, self.faults))
            for table in ("records", "refused"):
                self.con.execute(f"delete from {table} where file_no in ({faulty})")

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

    def _accept(self, block: pa.Table, is_lines: bool) -> None:
        """Take the records of `block` that are sound at first sight; the others are put into `doubtful`."""
        if not block.num_rows:
            return
        # In slices, because DuckDB gives each to a thread, and a table of one slice to one thread only.
        slices = block.to_batches(max_chunksize=_SLICE_ROWS)
        self.con.register("block", pa.Table.from_batches(slices, block.schema))
        self.block_no += 1
        found = accepted(self.source, "block", is_lines)
        self.con.execute(f"insert into records by name select {self.block_no} as block_no, * from ({found})")
        marked = (
            f"select file_no, record_number from records where block_no = {self.block_no} and not is_sound"
        )
        if self.source.attributes:
            self._list_attributes()
            first_day = self.files[block["file_no"][0].as_py()].dt
            marked += f"""
                union all
                select r.file_no, r.record_number
                from records as r join files as f using (file_no)
                    join (from listed where not is_good or last_day > date '{first_day}') as l
                    on r.event_type = l.event_type and r.attributes = l.attributes
                where r.block_no = {self.block_no} and r.is_sound and (not l.is_good or l.last_day > f.dt)"""
        self.con.execute(
            f"""
            create or replace temp table marked as {marked};
            create temp table if not exists doubtful as from block limit 0;
            insert into doubtful by name from block semi join marked using (file_no, record_number);
            delete from records where block_no = {self.block_no}
                and (file_no, record_number) in (from marked);
            """
        )
        self.con.unregister("block")
        text = "line" if is_lines else "attributes" if self.source.optional else "channel"
        size = f"select coalesce(sum(64 + coalesce(strlen({text}), 0)), 0) from doubtful"
        ((self.doubtful_bytes,),) = self.con.execute(size).fetchall()
        if self.doubtful_bytes > _BLOCK_BYTES:
            self._check_exactly(is_lines)

    def _list_attributes(self) -> None:
        """Add to `listed` what the attributes of the newest block hold, where it is new."""
        new = f"""(
            select * from (
                select event_type, attributes, min(actor_role) as actor_role from records
                where block_no = {self.block_no} and is_sound and attributes is not null
                group by event_type, attributes
            ) anti join listed using (event_type, attributes)
        )"""
        self.con.execute(f"insert into listed by name {listed(self.source, new)}")

    def _check_exactly(self, is_lines: bool) -> None:
        """Read with strictjson, and check in full, what was not accepted at first sight."""
        if self.doubtful_bytes:
            relation = "doubtful"
            if is_lines or self.source.optional:
                text = "line" if is_lines else "attributes"
                self._register_exact(text, (*self.source.columns, *self.source.optional) if is_lines else ())
                raw_text = ", d.line as raw_text" if is_lines else ""
                relation = (
                    f"(select d.* replace (exact_text as {text}, exact_fault as fault){raw_text} "
                    "from doubtful as d join exact using (file_no, record_number))"
                )
            fields = line_fields(self.source, relation) if is_lines else column_fields(self.source, relation)
            self._take_checked(with_attributes(self.source, f"({fields})"))
        # Also where it is empty: what comes next may have other columns.
        self.con.execute("drop table if exists doubtful")
        self.doubtful_bytes = 0

    def _register_exact(self, text: str, columns: tuple[str, ...]) -> None:
        """`exact`: the canonical form of each doubtful record, or what is wrong with it."""
        rows = self.con.execute(f"select file_no, record_number, {text}, fault from doubtful").fetchall()
        exact = [(None, fault) if fault else canonical(held, columns) for *_, held, fault in rows]
        table = pa.table(
            {
                "file_no": pa.array([r[0] for r in rows], pa.int32()),
                "record_number": pa.array([r[1] for r in rows], pa.int64()),
                "exact_text": pa.array([e[0] for e in exact], pa.large_string()),
                "exact_fault": pa.array([e[1] for e in exact], pa.string()),
            }
        )
        self.con.register("exact", table)

    def _take_checked(self, complete: str) -> None:
        """Put the records of `complete` (fields with their attributes' tokens) where their verdict says."""
        checked = verdicts(self.source, f"(select x.*, dt from ({complete}) as x join files using (file_no))")
        columns = ["file_no", "record_number", *self.source.columns, *self.source.optional]
        own = ", ".join(c if c != "occurred_at" else "occurred_time as occurred_at" for c in columns)
        self.block_no += 1
        self.con.execute(
            f"""
            create or replace temp table checked as
                select {own}, reason, detail, rtrim(raw_text, chr(10) || chr(13)) as raw_text
                from ({checked});
            insert into refused by name
                select file_no, record_number, reason, detail, raw_text from checked where reason is not null;
            insert into records by name
                select {self.block_no} as block_no, {", ".join(columns)}, true as is_sound
                from checked where reason is null;
            """
        )
        if self.source.attributes:
            self._list_attributes()
