"""Writing a decided batch into the lake, beside what is there."""

from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.files import replace_durably
from pipelines.ingest.batch import Batch
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.keys import event_key
from pipelines.ingest.lake import DropDay, Manifest, TakenFile, quoted
from pipelines.ingest.rawtext import raw_texts
from pipelines.project import reader_sha256

_SMALL_DAY = 10_000
"""Rows of a drop day on average, below which days are written together."""


def land(batch: Batch) -> Manifest:
    """Write the batch's days beside what is there and return the manifest that names them."""
    generation = batch.manifest.generation + 1
    _quarantine_conflicts(batch)
    origin = "f.dt, f.path, f.sha256, b.record_number"
    kept = ", b.attributes" if batch.source.optional else ""
    columns = ", ".join(f"b.{c}" for c in batch.source.typed_columns)
    superseded = (
        f"select {origin}, {columns}{kept}, hash(b.event_id) as id_key, "
        "d.verdict, d.held_path, d.held_record_number "
        "from batch as b join files as f using (file_no) "
        "join decided as d on b.file_no = d.file_no and b.record_number = d.record_number "
        "where b.reason is null and d.verdict <> 'accepted'"
    )
    quarantine = (
        "select f.dt, f.path, b.record_number, b.reason, b.detail, b.raw_text "
        "from batch as b join files as f using (file_no) where b.reason is not null "
        "union all select * from conflicts"
    )
    data = {
        "accepted": _write_accepted(batch, f"{columns}{kept}", generation),
        "superseded": _write(batch, "superseded", superseded, generation),
        "quarantine": _write(batch, "quarantine", quarantine, generation),
    }
    counts, id_ranges = _counts(batch), _id_ranges(batch)
    days = dict(batch.manifest.days)
    for day in batch.days:
        taken = [_taken(batch, n, f, counts) for n, f in enumerate(batch.files) if f.dt == day]
        days.pop(day, None)
        if taken:
            held = {kind: names[day] for kind, names in data.items() if day in names}
            days[day] = DropDay(taken, held, id_range=id_ranges.get(day))
    return Manifest(generation, reader_sha256(), days)


def _quarantine_conflicts(batch: Batch) -> None:
    rows = batch.con.execute(
        "select file_no, record_number, held_path, held_record_number from decided "
        "where file_no is not null and verdict = 'conflicting_duplicate' order by all"
    ).fetchall()
    wanted: dict[int, set[int]] = {}
    for file_no, number, *_ in rows:
        wanted.setdefault(file_no, set()).add(number)
    wanted.update(_without_text(batch, wanted))
    texts = {(n, k): t for n, numbers in wanted.items()
             for k, t in raw_texts(batch.files[n], numbers, batch.source).items()}  # fmt: skip
    table = pa.table(
        {
            "dt": pa.array([batch.files[r[0]].dt for r in rows], pa.string()),
            "path": pa.array([batch.files[r[0]].path for r in rows], pa.string()),
            "record_number": pa.array([r[1] for r in rows], pa.int64()),
            "reason": pa.array(["conflicting_duplicate"] * len(rows), pa.string()),
            "detail": pa.array([f"held against {r[2]} record {r[3]}" for r in rows], pa.string()),
            "raw_text": pa.array([texts[r[0], r[1]] for r in rows], pa.string()),
        }
    )
    batch.con.register("conflict_rows", table)
    batch.con.execute(
        "create or replace temp table conflicts as "
        "select * replace (cast(dt as date) as dt) from conflict_rows"
    )
    filled = [(n, k, t) for (n, k), t in texts.items()]
    if filled:
        batch.con.register("filled", pa.table({"n": [f[0] for f in filled], "k": [f[1] for f in filled],
                                              "t": [f[2] for f in filled]}))  # fmt: skip
        batch.con.execute(
            "update refused set raw_text = t from filled "
            "where file_no = n and record_number = k and raw_text is null"
        )


def _without_text(batch: Batch, wanted: dict[int, set[int]]) -> dict[int, set[int]]:
    """Refused Parquet rows, whose text is made only when it is needed, added to `wanted`."""
    added = {n: set(numbers) for n, numbers in wanted.items()}
    for n, k in batch.con.execute(
        "select file_no, record_number from refused where raw_text is null"
    ).fetchall():
        added.setdefault(n, set()).add(k)
    return added


def _write_accepted(batch: Batch, columns: str, generation: int) -> dict[str, str]:
    """Write the accepted records, sorted, a file per drop day; returns names relative to the lake by day.

    Scoring reads some types, and of these a range of keys, or a few: so sorted, it can skip the rest. What is
    sorted is narrow, attributes come to it only as it is written. Large days are written one by one, which is
    quicker than all at once, and small ones all at once, which saves a statement each.
    """
    order = "f.dt, event_type, scope_key" if batch.source.optional else "f.dt, scope_key"
    batch.con.execute(
        f"""
        create or replace temp table in_order as
            select f.dt, f.path, f.sha256, r.*, {event_key(batch.source.name, "r.")} as scope_key,
                -- Finds the few records that may share an id without reading a year's ids.
                hash(r.event_id) as id_key
            from records as r join files as f using (file_no)
            anti join (
                select file_no, record_number from decided
                where file_no is not null and verdict <> 'accepted'
            ) as l on r.file_no = l.file_no and r.record_number = l.record_number
            order by {order}
        """
    )
    written = f"b.path, b.sha256, b.record_number, {columns}, b.scope_key, b.id_key"
    days = batch.con.execute("select dt, count(*) from in_order group by dt order by dt").fetchall()
    if sum(rows for _, rows in days) < _SMALL_DAY * len(days):
        return _write(
            batch, "accepted", f"select b.dt, {written} from ({batch.with_held('in_order')}) as b", generation
        )
    folder = batch.staging / "accepted"
    for day, _ in days:
        part = folder / f"dt={day}" / "data_0.parquet"
        part.parent.mkdir(parents=True)
        rows = batch.with_held(f"(from in_order where dt = date '{day}')")
        batch.con.execute(f"copy (select {written} from ({rows}) as b) to '{quoted(part)}' (format parquet)")
    return _move_in(batch, "accepted", generation)


def _write(batch: Batch, kind: str, select: str, generation: int) -> dict[str, str]:
    """Write one kind of rows, a file per drop day; returns names relative to the lake by day."""
    folder = batch.staging / kind
    folder.mkdir()
    batch.con.execute(
        f"copy ({select}) to '{quoted(folder)}' (format parquet, partition_by (dt), overwrite_or_ignore)"
    )
    return _move_in(batch, kind, generation)


def _move_in(batch: Batch, kind: str, generation: int) -> dict[str, str]:
    """Give finished files their names in the lake; these, relative to it, by drop day."""
    folder = batch.staging / kind
    names: dict[str, str] = {}
    for part in sorted(folder.glob("dt=*/*.parquet")):
        day = part.parent.name.removeprefix("dt=")
        if day in names:
            raise AssertionError(f"{kind} rows of {day} came in two files")
        if not pq.read_metadata(part).num_rows:
            continue
        # The token keeps a name from coming back with other content, should generations be counted anew.
        token = uuid4().hex[:8]
        names[day] = f"{batch.source.name}/dt={day}/g{generation:06d}-{token}.{kind}.parquet"
        final = batch.lake.root / names[day]
        final.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(part, final)
    return names


def _counts(batch: Batch) -> dict[int, tuple[int, int, int]]:
    """file_no to (records, duplicates, quarantined)."""
    rows = batch.con.execute(
        """
        select file_no, sum(records), sum(duplicates), sum(quarantined) from (
            select file_no, count(*) as records, 0 as duplicates, 0 as quarantined
            from records group by file_no
            union all
            select file_no, count(*), 0, count(*) from refused group by file_no
            union all
            select file_no, 0, count(*) filter (where verdict = 'duplicate'),
                count(*) filter (where verdict = 'conflicting_duplicate')
            from decided where file_no is not null group by file_no
        ) group by file_no
        """
    ).fetchall()
    return {n: (int(found), int(again), int(bad)) for n, found, again, bad in rows}


def _id_ranges(batch: Batch) -> dict[str, tuple[str, str]]:
    """By drop day the least and the greatest id of its valid records, whatever their verdict."""
    rows = batch.con.execute(
        "select cast(dt as varchar), min(event_id), max(event_id) "
        "from records join files using (file_no) group by dt"
    ).fetchall()
    return {day: (least, greatest) for day, least, greatest in rows}


def _taken(batch: Batch, number: int, file: RawFile, counts: dict[int, tuple[int, int, int]]) -> TakenFile:
    records, duplicates, quarantined = counts.get(number, (0, 0, 0))
    return TakenFile(
        path=file.path,
        # Without a sha256 the file counts as changed, and the next run reads it again.
        sha256="" if number in batch.to_read_again else file.sha256,
        stamp=file.stamp,
        is_settled=file.is_settled,
        fault=batch.faults.get(number, ""),
        records=records,
        accepted=records - duplicates - quarantined,
        duplicates=duplicates,
        quarantined=quarantined,
    )
