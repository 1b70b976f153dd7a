"""The SQL that reads records: a JSON line or a row of columns to *fields* (text or nothing), and the tokens
of their attributes. Generated from the contract's tables.
"""

import json

from pipelines.ingest.contract import ATTRIBUTES, Source

_WHITE = "".join(
    map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
              0x2028, 0x2029, 0x202F, 0x205F, 0x3000])
)  # fmt: skip
"""What Unicode calls white space, as Python's str.strip knows it; SQL's trim alone knows the blank only."""

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_PLAIN = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}:[0-5][0-9]([+]08:?00)?"
_ISO = (
    f"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[T ]({_CLOCK})(:[0-5][0-9])?([.][0-9]+)?"
    "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?$"
)
_SHEET = "^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ([0-9]|[01][0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?$"
_LONG_LINE = 1 << 20
"""Bytes from which a line goes to strictjson unseen: DuckDB may need twenty times its length to parse it."""

_TRAILING_COMMA = r",\s*[}\]]"
_NO_NUMBER = r"[:\[,]\s*-?(?:[nN][aA][nN]|[iI][nN][fF])"

MACROS = f"""
create or replace temp macro stripped(s) as
    case when ord(s) between 33 and 126 and s[-1] between '!' and '~' then s
         else nullif(trim(s, '{_WHITE}'), '') end;
create or replace temp macro unquoted(token) as
    case when not starts_with(token, '"') then null
         when contains(token, '\\') then json_extract_string(token, '$')
         else substr(token, 2, length(token) - 2) end;
create or replace temp macro token_is_odd(token) as
    coalesce(token <> 'null' and not starts_with(token, '"'), false);
create or replace temp macro id_is_odd(line, path, text) as
    case when ord(text) between 45 and 57 or ord(text) in (91, 123)
         then json_type(line, path) <> 'VARCHAR'
         when strlen(text) < 9
         then case when lower(text) in ('true', 'false', 'nan', 'inf', 'infinity')
                   then json_type(line, path) <> 'VARCHAR' else false end
         else false end;
create or replace temp macro in_range(t) as
    case when t between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999' then t end;
create or replace temp macro shifted(t, zone) as
    case when zone = '' then t
         else timezone('Asia/Shanghai', timezone('UTC', case when zone = 'Z' then t else
              t - (case when starts_with(zone, '-') then -1 else 1 end)
                * to_minutes(cast(substr(zone, 2, 2) as integer) * 60
                             + cast(right(zone, 2) as integer)) end)) end;
create or replace temp macro native_time(t, is_utc) as
    case when t between timestamp '0000-12-31' and timestamp '9999-12-31 23:59:59.999999'
         then in_range(shifted(t, case when is_utc then 'Z' else '' end)) end;
create or replace temp macro native_text(t, is_utc) as
    case when t between timestamp '0000-12-31' and timestamp '9999-12-31 23:59:59.999999'
         then strftime(t, '%Y-%m-%dT%H:%M:%S.%f') || (case when is_utc then 'Z' else '' end)
         when t is not null then 'beyond the calendar' end;
create or replace temp macro iso_time(p) as
    case when p.d <> '' and (p.f = '' or p.s <> '') then in_range(shifted(
        try_cast(p.d || ' ' || p.c || (case when p.s = '' then ':00' else p.s end) || substr(p.f, 1, 7)
                 as timestamp), p.z)) end;
create or replace temp macro sheet_time(p) as
    case when p.y <> '' then in_range(try_cast(
        p.y || '-' || lpad(p.m, 2, '0') || '-' || lpad(p.d, 2, '0') || ' ' || lpad(p.h, 2, '0') || ':' || p.n
        || (case when p.s = '' then ':00' else p.s end) as timestamp)) end;
create or replace temp macro local_time(s) as
    case when s is null then null
         when regexp_full_match(s, '{_PLAIN}') and (length(s) = 19 or s >= '1992')
         then in_range(try_cast(substr(s, 1, 19) as timestamp))
         when contains(s, '/') then sheet_time(regexp_extract(s, '{_SHEET}', ['y', 'm', 'd', 'h', 'n', 's']))
         when regexp_matches(s, '{_ISO}')
         then iso_time(regexp_extract(s, '{_ISO}', ['d', 'c', 'c_', 's', 'f', 'z'])) end;
create or replace temp macro time_as_written(s, t) as
    case when strlen(s) = 19 and replace(s, 'T', ' ') = cast(t as varchar) then t
         else local_time(s) end;
"""
# A text that its cast `t` is written back as needs no pattern. Numbers, lists and objects begin with one of
# the characters 45 to 57, 91 and 123. Shanghai has kept +08:00 since 1992, so a `_PLAIN` time with that
# offset is local as it stands; an earlier one goes through the zone's history.


def strings(values: tuple[str, ...] | list[str]) -> str:
    """The values as a list of SQL strings."""
    return ", ".join(f"'{v}'" for v in values)


def _doubled_key(present: str, keys: str, text: str) -> str:
    """Whether an object holds a key twice, or beside its known keys something that is no JSON.

    `present` counts the known keys that were found; only where there are more keys is a closer look needed.
    """
    return (
        f"case when len({keys}) <> {present} "
        f"then list_unique({keys}) <> len({keys}) or regexp_matches({text}, '{_NO_NUMBER}') else false end"
    )


def _count_present(values: list[str]) -> str:
    return "(" + " + ".join(f"({v} is not null)::int" for v in values) + ")"


def is_readable(text: str) -> str:
    """Whether DuckDB may parse a JSON text.

    To be asked before anything is tried: one error makes `try` go through a vector row by row.
    """
    return f"(case when strlen({text}) < {_LONG_LINE} then json_valid({text}) else false end)"


def shape_of_lines(source: Source) -> str:
    """What from_json takes from a line."""
    return json.dumps(dict.fromkeys(source.columns, "VARCHAR") | dict.fromkeys(source.optional, "JSON"))


def id_is_odd(column: str) -> str:
    """Whether an identifier of a line, read as `s`, is no string.

    A value that is no string is kept as its JSON text. Only an identifier could then pass for a string, so
    only these are looked at again, where they look like one; each other column has a set or a grammar.
    """
    return f"id_is_odd(line, '$.{column}', s.{column})"


def doubtful_keys(source: Source) -> str:
    """Whether a line, read as `s` with the keys `k`, may hold a key twice, a comma too many or no JSON."""
    present = _count_present([f"s.{n}" for n in (*source.columns, *source.optional)])
    return (
        f"(len(k) = 0 or regexp_matches(line, '{_TRAILING_COMMA}') or {_doubled_key(present, 'k', 'line')})"
    )


def attribute_text() -> str:
    """The attributes of a row of columns: JSON text, or null where there are none."""
    return "nullif(stripped(attributes), 'null')"


def line_fields(source: Source, relation: str) -> str:
    """Fields of JSON lines in strictjson's form."""
    texts = [
        f"stripped(s.{c}) as {c}, " + (id_is_odd(c) if c.endswith("_id") else "false") + f" as {c}_is_odd"
        for c in source.columns
    ]
    if source.optional:
        texts.append(
            "case when starts_with(s.attributes, '{') then cast(s.attributes as varchar) end as attributes, "
            "coalesce(not starts_with(s.attributes, '{'), false) as attributes_is_odd"
        )
    read = f"case when json_valid(line) then try(from_json(line, '{shape_of_lines(source)}')) end as s"
    return f"""
        select file_no, record_number, raw_text, fault, {", ".join(texts)}
        from (select *, {read} from {relation})"""


def column_fields(source: Source, relation: str) -> str:
    """Fields of CSV and Parquet rows, which come as text already, attributes in strictjson's form."""
    texts = [f"stripped({c}) as {c}, {c}_is_odd" for c in source.columns]
    written = "coalesce(occurred_at, native_text(occurred_time, is_utc))"
    relation = f"(select * replace ({written} as occurred_at) from {relation})"
    if source.optional:
        texts.append(
            "case when starts_with(attribute_text, '{') then attribute_text end as attributes, "
            "attributes_is_odd or coalesce(not starts_with(attribute_text, '{'), false) as attributes_is_odd"
        )
        relation = f"(select *, {attribute_text()} as attribute_text from {relation})"
    return f"select file_no, record_number, raw_text, fault, {', '.join(texts)} from {relation}"


def with_attributes(source: Source, relation: str) -> str:
    """`relation` with `<attribute>_token` (JSON text), `_raw` and `_text`, null where there is none.

    `is_doubtful` marks attributes that only strictjson reads rightly. Each projection is a step of its own,
    because a macro repeats its argument: a long expression handed to one would be computed many times over.
    """
    names = source.attributes
    if not names:
        return f"select * from {relation}"
    shape = ", ".join(f'"{n}": "JSON"' for n in names)
    cleared = [n for n in names if ATTRIBUTES[n].kind == "profile"]
    nulls = strings([f"$.{n}" for n in cleared])
    tokens = ", ".join(
        f"coalesce(v.{n}, p[{cleared.index(n) + 1}])::varchar as {n}_token" if n in cleared
        else f'v."{n}"::varchar as {n}_token'
        for n in names
    )  # fmt: skip
    doubled = _doubled_key(_count_present([f'v."{n}"' for n in names]), "ak", "attributes")
    # An attribute that the type does not list is not looked at further, yet what it holds must be JSON.
    doubtful = f"{doubled} or regexp_matches(attributes, '{_NO_NUMBER}|{_TRAILING_COMMA}')"
    return f"""
        select * exclude (v, p, ak, is_json), {", ".join(f"stripped({n}_raw) as {n}_text" for n in names)}
        from (select *, {", ".join(f"unquoted({n}_token) as {n}_raw" for n in names)} from (
            select *, {tokens},
                attributes is not null and coalesce(not is_json or {doubtful}, true) as is_doubtful
            from (
                select *,
                    case when is_json then try(from_json(attributes, '{{{shape}}}')) end as v,
                    case when is_json and event_type = 'profile_update' and contains(attributes, 'null')
                         then try(json_extract(attributes, [{nulls}])) end as p,
                    case when is_json then try(json_keys(attributes)) end as ak
                from (select *, json_valid(attributes) as is_json from {relation})
            )
        ))"""
