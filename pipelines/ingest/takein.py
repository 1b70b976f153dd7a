"""Taking in a source's drops: read, check, hold against what was accepted before, land, commit."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
from pipelines.ingest.lake import DropDay, Lake, Manifest, TakenFile
from pipelines.ingest.lines import UnreadableFileError
from pipelines.ingest.rawtext import raw_texts
from pipelines.ingest.strictjson import canonical
from pipelines.ingest.tables import is_json_lines, read_tables
from pipelines.project import reader_sha256

_BLOCK_BYTES = 96 << 20
_SLICE_ROWS = 16_384
_GROUP_BYTES = 1 << 30
_PACKED = (".gz", ".zst", ".parquet")
_PACKING = 8


@dataclass(frozen=True)
class TakenIn:
    """What a run took in from one source."""

    source: str
    days: list[str]
    manifest: Manifest


def taken_before(lake: Lake, source: str) -> Manifest:
    """What this very reader took in before; what another took in is dropped, to be taken in anew."""
    manifest = lake.load(source)
    if manifest.reader == reader_sha256():
        return manifest
    empty = Manifest(manifest.generation + 1, reader_sha256())
    lake.commit(source, empty)
    return empty


def changed_days(manifest: Manifest, present: dict[str, list[RawFile]]) -> list[str]:
    """Drop days whose files are not what was taken in: new, changed, removed."""
    before = {d: [(f.path, f.sha256) for f in e.files] for d, e in manifest.days.items()}
    now = {d: [(f.path, f.sha256) for f in files] for d, files in present.items()}
    return sorted(d for d in before.keys() | now.keys() if before.get(d) != now.get(d))


def take_in(
    lake: Lake, source: Source, present: dict[str, list[RawFile]], say: Callable[[str], None]
) -> TakenIn:
    """Bring the lake's `source` up to the files of `present` (by drop day), committing as it goes.

    Files that cannot be read whole are noted with their fault and hold no records. Raises CockpitError
    where a file changes while it is read.
    """
    manifest = taken_before(lake, source.name)
    days = changed_days(manifest, present)
    for group in _groups(days, present):
        say(f"taking in {source.name} {group[0]}..{group[-1]} ({len(group)} drop days)")
        retake = set(group)
        while retake:
            with _Batch(lake, source, manifest, sorted(set(group) | retake), present) as batch:
                batch.read()
                retake = batch.days_to_retake()
                if retake:
                    group = sorted({*group, *retake})
                    continue
                manifest = batch.land()
        lake.commit(source.name, manifest)
    return TakenIn(source.name, days, manifest)


def _groups(days: list[str], present: dict[str, list[RawFile]]) -> Iterator[list[str]]:
    """Runs of days small enough to be held at once."""
    group: list[str] = []
    held = 0
    for day in days:
        size = sum(f.size * (_PACKING if f.path.endswith(_PACKED) else 1) for f in present.get(day, ()))
        if group and held + size > _GROUP_BYTES:
            yield group
            group, held = [], 0
        group.append(day)
        held += size
    if group:
        yield group


class _Batch:
    """Some drop days of a source, read into one in-memory database and landed together."""

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
        self.columns = ", ".join(source.typed_columns)
        self.staging = lake.root / "staging"

    def __enter__(self) -> "_Batch":
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        self.con = duckdb.connect(
            config={"temp_directory": str(self.staging / "spill"), "preserve_insertion_order": False}
        )
        self.con.execute("set timezone = 'Asia/Shanghai'; set memory_limit = '2GB'")
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

    # -- reading -----------------------------------------------------------------------------------------

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
        checked = verdicts(
            self.source,
            f"(select x.*, dt from ({with_attributes(self.source, fields_as(fields))}) as x join files using (file_no))",
        )
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
        exact = [canonical(m[2], record=is_lines) for m in marked]
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
        self._insert(
            fields(
                self.source,
                f"(select b.* replace (exact_text as {text}, exact_fault as fault), {raw_text}true as is_exact "
                "from block as b join exact using (file_no, record_number))",
            )
        )
        self.con.unregister("exact")

    # -- holding against what was accepted before --------------------------------------------------------

    def days_to_retake(self) -> set[str]:
        """Give each valid record its verdict; return other drop days whose records' verdicts change by it."""
        others = set(self.manifest.days) - set(self.days)
        other_rows = self._lake_rows(others, f"event_id, {self._content('')} as content, verdict, "
                                     "held_path, held_record_number")  # fmt: skip
        ours_before = self._lake_rows(set(self.days), "event_id")
        self.con.execute(
            f"""
            create or replace temp table touched as
                select event_id from batch where reason is null
                union
                select event_id from ({ours_before});
            create or replace temp table elsewhere as
                select * from ({other_rows}) where event_id in (select event_id from touched);
            create or replace temp table shared as
                select event_id from batch where reason is null group by event_id having count(*) > 1
                union
                select event_id from elsewhere;
            create or replace temp table claims as
                select b.event_id, f.dt, f.path, b.record_number, {self._content("b.")} as content,
                    cast(null as varchar) as verdict, cast(null as varchar) as held_path,
                    cast(null as bigint) as held_record_number, b.file_no
                from batch as b join files as f using (file_no)
                where b.reason is null and b.event_id in (select event_id from shared)
                union all by name
                select *, null as file_no from elsewhere;
            create or replace temp table decided as
                select * exclude (verdict, held_path, held_record_number),
                    verdict as verdict_before, held_path as held_path_before,
                    held_record_number as held_record_number_before,
                    case when place = 1 then 'accepted'
                         when content is not distinct from first_content then 'duplicate'
                         else 'conflicting_duplicate' end as verdict,
                    case when place > 1 then first_path end as held_path,
                    case when place > 1 then first_number end as held_record_number
                from (
                    select *,
                        row_number() over by_place as place, first_value(content) over by_place as first_content,
                        first_value(path) over by_place as first_path,
                        first_value(record_number) over by_place as first_number
                    from claims
                    window by_place as (partition by event_id order by dt, path, record_number
                                        rows between unbounded preceding and unbounded following)
                );
            """
        )
        changed = self.con.execute(
            """
            select distinct cast(dt as varchar) from decided
            where file_no is null and (
                verdict is distinct from verdict_before or held_path is distinct from held_path_before
                or held_record_number is distinct from held_record_number_before)
            """
        ).fetchall()
        return {day for (day,) in changed}

    def _content(self, prefix: str) -> str:
        """What two records of one id must share to be the same: every listed column and attribute."""
        return (
            "{" + ", ".join(f"'{c}': {prefix}{c}" for c in self.source.typed_columns if c != "event_id") + "}"
        )

    def _lake_rows(self, days: set[str], columns: str) -> str:
        """Valid records of the lake on `days` as SQL, with their place and verdict."""
        place = "dt, path, record_number"
        parts = [
            f"select {place}, {columns} from (select *, {extra} from {parquet(files)})"
            for kind, extra in (
                ("accepted", "'accepted' as verdict, cast(null as varchar) as held_path, "
                             "cast(null as bigint) as held_record_number"),
                ("superseded", "1 as _"),
            )
            if (files := self.lake.data_files(self.manifest, kind, days))
        ]  # fmt: skip
        if parts:
            return " union all ".join(parts)
        typed = ", ".join(f"cast(null as {t}) as {c}" for c, t in self.source.typed_columns.items())
        return (
            f"select {place}, {columns} from (select cast(null as date) as dt, cast(null as varchar) as path, "
            f"cast(null as bigint) as record_number, {typed}, cast(null as varchar) as verdict, "
            "cast(null as varchar) as held_path, cast(null as bigint) as held_record_number) where false"
        )

    # -- landing -----------------------------------------------------------------------------------------

    def land(self) -> Manifest:
        """Write the batch's days beside what is there and return the manifest that names them."""
        generation = self.manifest.generation + 1
        self._quarantine_conflicts()
        origin = "cast(f.dt as date) as dt, f.path, f.sha256, b.record_number"
        kept = ", b.attributes" if self.source.optional else ""
        columns = ", ".join(f"b.{c}" for c in self.source.typed_columns)
        losers = (
            "select file_no, record_number from decided where file_no is not null and verdict <> 'accepted'"
        )
        selects = {
            "accepted": f"select {origin}, {columns}{kept} from batch as b join files as f using (file_no) "
            f"anti join ({losers}) as l on b.file_no = l.file_no and b.record_number = l.record_number "
            "where b.reason is null",
            "superseded": f"select {origin}, {columns}{kept}, d.verdict, d.held_path, d.held_record_number "
            "from batch as b join files as f using (file_no) "
            "join decided as d on b.file_no = d.file_no and b.record_number = d.record_number "
            "where b.reason is null and d.verdict <> 'accepted'",
            "quarantine": "select cast(f.dt as date) as dt, f.path, b.record_number, b.reason, b.detail, b.raw_text "
            "from batch as b join files as f using (file_no) where b.reason is not null "
            "union all select * from conflicts",
        }
        data = {kind: self._write(kind, sql, generation) for kind, sql in selects.items()}
        counts = self._counts()
        days = dict(self.manifest.days)
        for day in self.days:
            taken = [self._taken(n, f, counts) for n, f in enumerate(self.files) if f.dt == day]
            days.pop(day, None)
            if taken:
                days[day] = DropDay(taken, {k: names[day] for k, names in data.items() if day in names})
        return Manifest(generation, reader_sha256(), days)

    def _quarantine_conflicts(self) -> None:
        rows = self.con.execute(
            "select file_no, record_number, held_path, held_record_number from decided "
            "where file_no is not null and verdict = 'conflicting_duplicate' order by all"
        ).fetchall()
        wanted: dict[int, set[int]] = {}
        for file_no, number, *_ in rows:
            wanted.setdefault(file_no, set()).add(number)
        wanted.update(self._without_text(wanted))
        texts = {(n, k): t for n, numbers in wanted.items()
                 for k, t in raw_texts(self.files[n], numbers, self.source).items()}  # fmt: skip
        table = pa.table(
            {
                "dt": pa.array([self.files[r[0]].dt for r in rows], pa.string()),
                "path": pa.array([self.files[r[0]].path for r in rows], pa.string()),
                "record_number": pa.array([r[1] for r in rows], pa.int64()),
                "reason": pa.array(["conflicting_duplicate"] * len(rows), pa.string()),
                "detail": pa.array([f"held against {r[2]} record {r[3]}" for r in rows], pa.string()),
                "raw_text": pa.array([texts[r[0], r[1]] for r in rows], pa.string()),
            }
        )
        self.con.register("conflict_rows", table)
        self.con.execute(
            "create or replace temp table conflicts as select * replace (cast(dt as date) as dt) from conflict_rows"
        )
        filled = [(n, k, t) for (n, k), t in texts.items()]
        if filled:
            self.con.register("filled", pa.table({"n": [f[0] for f in filled], "k": [f[1] for f in filled],
                                                  "t": [f[2] for f in filled]}))  # fmt: skip
            self.con.execute(
                "update batch set raw_text = t from filled "
                "where file_no = n and record_number = k and reason is not null and raw_text is null"
            )

    def _without_text(self, wanted: dict[int, set[int]]) -> dict[int, set[int]]:
        """Refused Parquet rows, whose text is made only when it is needed, added to `wanted`."""
        added = {n: set(numbers) for n, numbers in wanted.items()}
        for n, k in self.con.execute(
            "select file_no, record_number from batch where reason is not null and raw_text is null"
        ).fetchall():
            added.setdefault(n, set()).add(k)
        return added

    def _write(self, kind: str, select: str, generation: int) -> dict[str, str]:
        """Write one kind of rows, a file per drop day; returns names relative to the lake by day."""
        folder = self.staging / kind
        self.con.execute(
            f"copy ({select}) to '{quoted(folder)}' (format parquet, partition_by (dt), overwrite_or_ignore true)"
        )
        names: dict[str, str] = {}
        for part in sorted(folder.glob("dt=*/*.parquet")) if folder.exists() else ():
            day = part.parent.name.removeprefix("dt=")
            if day in names:
                raise AssertionError(f"{kind} rows of {day} came in two files")
            names[day] = f"{self.source.name}/dt={day}/g{generation:06d}.{kind}.parquet"
            final = self.lake.root / names[day]
            final.parent.mkdir(parents=True, exist_ok=True)
            part.rename(final)
        return names

    def _counts(self) -> dict[int, tuple[int, int, int]]:
        """file_no to (records, duplicates, quarantined)."""
        rows = self.con.execute(
            """
            select file_no, count(*) as records, count(*) filter (where d.verdict = 'duplicate') as duplicates,
                count(*) filter (where b.reason is not null or d.verdict = 'conflicting_duplicate') as quarantined
            from batch as b left join decided as d using (file_no, record_number)
            group by file_no
            """
        ).fetchall()
        return {n: tuple(rest) for n, *rest in rows}

    def _taken(self, number: int, file: RawFile, counts: dict[int, tuple[int, int, int]]) -> TakenFile:
        records, duplicates, quarantined = counts.get(number, (0, 0, 0))
        return TakenFile(
            path=file.path,
            sha256=file.sha256,
            stamp=file.stamp,
            is_settled=file.is_settled,
            fault=self.faults.get(number, ""),
            records=records,
            accepted=records - duplicates - quarantined,
            duplicates=duplicates,
            quarantined=quarantined,
        )


def fields_as(sql: str) -> str:
    """A select as something a FROM can hold."""
    return f"({sql})"


def quoted(path: Path | str) -> str:
    """A path inside a single-quoted SQL string."""
    return str(path).replace("'", "''")


def parquet(files: list[str]) -> str:
    """read_parquet over lake files, with `dt` from their folder as a date."""
    listing = ", ".join(f"'{quoted(f)}'" for f in files)
    return f"read_parquet([{listing}], hive_partitioning = true, hive_types = {{'dt': date}})"
