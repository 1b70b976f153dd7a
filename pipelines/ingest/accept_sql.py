"""The SQL that takes records at their first reading: it accepts, and never says why it does not.

A record that is sound here is valid, and reads the same, by the checks of `checks_sql`; every other one goes
on to these, which are dearer and give the reason.
"""

from pipelines.ingest.checks_sql import verdicts
from pipelines.ingest.contract import ATTRIBUTES, CHANNELS, EVENT_TYPES, Source
from pipelines.ingest.fields_sql import (
    attribute_text,
    doubtful_keys,
    id_is_odd,
    is_readable,
    shape_of_lines,
    with_attributes,
)


def role_rows() -> list[tuple[str, str, bool]]:
    """(event_type, actor_role, whether attributes are required): every pair the contract allows."""
    return [
        (name, role, any(ATTRIBUTES[a].kind != "profile" for a in event.attributes))
        for name, event in EVENT_TYPES.items()
        for role in event.roles
    ]


def _is_gapless(source: Source) -> str:
    """Whether a line has no byte beside its known members, each a string without escapes, in a row.

    It then holds no other key, none twice and no comma too many. That its values are strings is checked
    elsewhere. The attributes' text, which DuckDB wrote anew, has to stand in the line as it is.
    """
    bare = " + ".join([f"strlen(s.{c}) + {len(c) + 6}" for c in source.columns]) + " + 1 + strlen(line_end)"
    if not source.optional:
        return f"strlen(line) = {bare}"
    member = """concat(',"attributes":', s.attributes, '}', line_end)"""
    return f"""case when s.attributes is null then strlen(line) = {bare}
        else strlen(line) = {bare} + 14 + strlen(s.attributes) and ends_with(line, {member}) end"""


def _texts(source: Source, prefix: str) -> str:
    """The columns as text, and `cast_time` for the macro time_as_written."""
    texts = [f"stripped({prefix}{c}) as {c}" for c in source.columns]
    texts.append(f"try_cast({prefix}occurred_at as timestamp) as cast_time")
    return ", ".join(texts)


def _lines(source: Source, relation: str) -> str:
    """Fields of JSON lines, with `is_clear`: nothing about the line itself is doubtful."""
    odd = " or ".join(id_is_odd(c) for c in source.columns if c.endswith("_id"))
    attributes = "s.attributes::varchar as attribute_text, " if source.optional else ""
    return f"""
        select file_no, record_number, {_texts(source, "s.")}, {attributes}
            case when s is null then false
                 when {odd} then false
                 when is_gapless then true
                 else not coalesce({doubtful_keys(source)}, true) end as is_clear
        from (
            select *, case when s is not null and not is_gapless then try(json_keys(line)) end as k
            from (
                select *, coalesce({_is_gapless(source)}, false) as is_gapless
                from (
                    select *, case when {is_readable("line")} then try(from_json(line, '{shape_of_lines(source)}')) end as s,
                        case when not ends_with(line, chr(10)) then ''
                             when ends_with(line, chr(13) || chr(10)) then chr(13) || chr(10)
                             else chr(10) end as line_end
                    from (select * replace (case when fault is null then line end as line) from {relation})
                )
            )
        )"""  # noqa: E501


def _rows(source: Source, relation: str) -> str:
    """Fields of CSV and Parquet rows, with `is_clear`."""
    attributes, clear = "", "fault is null"
    if source.optional:
        attributes = f"{attribute_text()} as attribute_text, "
        clear += " and not attributes_is_odd"
    native = "native_time(occurred_time, is_utc)"
    return f"""
        select file_no, record_number, {_texts(source, "")},
            {attributes} {native} as native_time, {clear} as is_clear
        from {relation}"""


def accepted(source: Source, relation: str, is_lines: bool) -> str:
    """Rows of `relation` (of `read_tables`) as file_no, record_number, the source's columns as they are kept,
    `attributes` where it has them, and `is_sound`, all but what the attributes hold being checked.

    Joins the tables `files` and, for activities, `roles` of `role_rows`.
    """
    fields = _lines(source, relation) if is_lines else _rows(source, relation)
    time = "time_as_written(occurred_at, cast_time)"
    if not is_lines:
        time = f"coalesce(native_time, {time})"
    kept = ", ".join(c if c != "occurred_at" else "occurred_time as occurred_at" for c in source.columns)
    sound = ["is_clear", *(f"{c} is not null" for c in source.columns if c.endswith("_id"))]
    sound.append("cast(occurred_time as date) <= dt")
    joined = f"(select *, {time} as occurred_time from ({fields})) join files using (file_no)"
    if source.optional:
        kept += ", case when starts_with(attribute_text, '{') then attribute_text end as attributes"
        sound.append("case when attribute_text is null then not needs_attributes "
                     "else starts_with(attribute_text, '{') end")  # fmt: skip
        joined += " left join roles using (event_type, actor_role)"
        sound.append("needs_attributes is not null")
    else:
        sound.append(f"channel in ({', '.join(repr(c) for c in CHANNELS)})")
    return f"""
        select file_no, record_number, {kept}, coalesce({" and ".join(sound)}, false) as is_sound
        from {joined}"""


def listed(source: Source, relation: str) -> str:
    """What the attributes of `relation` (event_type, actor_role, attributes) hold, each read by itself:

    event_type, attributes, the typed columns, `last_day` (the latest day in them, or null) and `is_good`.
    """
    times = ", ".join(a.column for a in ATTRIBUTES.values() if a.kind == "timestamp")
    # All about the record but its attributes is as it should be, so that a reason speaks of these.
    columns = {c: c for c in ("event_type", "actor_role")} | {"occurred_at": "'2000-01-01 00:00:00'"}
    fields = ", ".join(f"{columns.get(c, repr('x'))} as {c}, false as {c}_is_odd" for c in source.columns)
    records = f"""(select {fields}, attributes, false as attributes_is_odd, cast(null as varchar) as fault,
        date '9999-12-31' as dt from {relation})"""
    return f"""
        select event_type, attributes, {", ".join(ATTRIBUTES[n].column for n in source.attributes)},
            cast(greatest({times}) as date) as last_day, reason is null and not is_doubtful as is_good
        from ({verdicts(source, f"({with_attributes(source, records)})")})"""
