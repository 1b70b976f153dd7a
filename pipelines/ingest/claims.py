"""Which of the records that share an id is the one kept: the first by drop day, path and record number."""

import pyarrow as pa

from pipelines.ingest.batch import Batch
from pipelines.ingest.contract import Source
from pipelines.ingest.lake import parquet

_KINDS = ("accepted", "superseded")
"""Kinds of lake rows that claim an id."""


def decide(batch: Batch) -> set[str]:
    """Give each valid record of `batch` that shares its id its verdict, in a table `decided` beside it.

    `decided`: event_id, dt, path, record_number, verdict (accepted, duplicate, conflicting_duplicate), the
    record it is held against (held_path, held_record_number), and file_no, null for records that the lake
    holds on other drop days. Returns those other days on which a verdict changes by what the batch holds.
    """
    _note_elsewhere(batch)
    batch.con.execute(
        f"""
        create or replace temp table shared as
            select event_id from records
            where hash(event_id) in (
                select hash(event_id) from records group by hash(event_id) having count(*) > 1)
            group by event_id having count(*) > 1
            union
            select event_id from elsewhere;
        create or replace temp table claims as
            select b.event_id, f.dt, f.path, b.record_number, {_content(batch.source, "b.")} as content,
                cast(null as varchar) as verdict, cast(null as varchar) as held_path,
                cast(null as bigint) as held_record_number, b.file_no
            from ({batch.with_held("(from records semi join shared using (event_id))")}) as b
                join files as f using (file_no)
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
    changed = batch.con.execute(
        """
        select distinct cast(dt as varchar) from decided
        where file_no is null and (
            verdict is distinct from verdict_before or held_path is distinct from held_path_before
            or held_record_number is distinct from held_record_number_before)
        """
    ).fetchall()
    return {day for (day,) in changed}


def _note_elsewhere(batch: Batch) -> None:
    """Note in a table `elsewhere` what the lake holds on other days under an id the batch touches."""
    # Most ids are their record's own: whose hash is nobody else's needs no closer look.
    batch.con.execute(
        f"""
        create or replace temp table touched as
            select event_id from records
            union
            select event_id from ({_lake_rows(batch, set(batch.days), "event_id")});
        create or replace temp table touched_keys as select distinct hash(event_id) as id_key from touched
        """
    )
    days = _days_with_touched_ids(batch, _days_in_range(batch))
    wanted = f"event_id, id_key, {_content(batch.source, '')} as content, verdict"
    other_rows = _lake_rows(batch, days, f"{wanted}, held_path, held_record_number")
    batch.con.execute(
        f"""
        create or replace temp table elsewhere as
            select * exclude (id_key) from ({other_rows})
            where id_key in (from touched_keys) and event_id in (from touched);
        """
    )


def _days_in_range(batch: Batch) -> set[str]:
    """Other drop days of the lake with an id of `touched` between their least id and their greatest.

    Most platforms number their events as they come, so that a day's ids are among no other day's.
    """
    ranges = [
        (day, *entry.id_range)
        for day, entry in batch.manifest.days.items()
        if entry.id_range and day not in batch.days
    ]
    names = ("day", "least", "greatest")
    told = {name: pa.array([r[at] for r in ranges], pa.string()) for at, name in enumerate(names)}
    batch.con.register("id_ranges", pa.table(told))
    rows = batch.con.execute(
        "select day from id_ranges asof join touched on least <= event_id where event_id <= greatest"
    ).fetchall()
    batch.con.unregister("id_ranges")
    return {day for (day,) in rows}


def _days_with_touched_ids(batch: Batch, days: set[str]) -> set[str]:
    """Of these drop days, those on which the lake holds an id that may be one of `touched`.

    One number of each record is read for it: a year's ids and contents would take minutes.
    """
    files = [f for kind in _KINDS for f in batch.lake.data_files(batch.manifest, kind, days)]
    if not files:
        return set()
    rows = batch.con.execute(
        f"select distinct cast(dt as varchar) from {parquet(files)} where id_key in (from touched_keys)"
    ).fetchall()
    return {day for (day,) in rows}


def _content(source: Source, prefix: str) -> str:
    """What two records of one id must share to be the same: every listed column and attribute."""
    return "{" + ", ".join(f"'{c}': {prefix}{c}" for c in source.typed_columns if c != "event_id") + "}"


def _lake_rows(batch: Batch, days: set[str], columns: str) -> str:
    """Valid records of the lake on `days` as SQL, with their place and verdict."""
    place = "dt, path, record_number"
    parts = [
        f"select {place}, {columns} from (select *, {extra} from {parquet(files)})"
        for kind, extra in (
            ("accepted", "'accepted' as verdict, cast(null as varchar) as held_path, "
                         "cast(null as bigint) as held_record_number"),
            ("superseded", "1 as _"),
        )
        if (files := batch.lake.data_files(batch.manifest, kind, days))
    ]  # fmt: skip
    if parts:
        return " union all ".join(parts)
    typed = ", ".join(f"cast(null as {t}) as {c}" for c, t in batch.source.typed_columns.items())
    typed += ", cast(null as ubigint) as id_key"
    return (
        f"select {place}, {columns} from (select cast(null as date) as dt, cast(null as varchar) as path, "
        f"cast(null as bigint) as record_number, {typed}, cast(null as varchar) as verdict, "
        "cast(null as varchar) as held_path, cast(null as bigint) as held_record_number) where false"
    )
