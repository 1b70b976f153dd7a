"""The SQL that reads and checks records, generated from the contract's tables.

Three steps, each a relation over the one before: a JSON line's *tokens*, a record's *fields* (text or
nothing), and *typed* columns with the record's one reason for refusal, or none.
"""

from collections.abc import Callable

from pipelines.ingest.contract import ATTRIBUTES, CHANNELS, EVENT_TYPES, Source

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
    case when s[1] between '!' and '~' and s[-1] between '!' and '~' then s
         else nullif(trim(s, '{_WHITE}'), '') end;
create or replace temp macro unquoted(token) as
    case when not starts_with(token, '"') then null
         when contains(token, '\\') then json_extract_string(token, '$')
         else substr(token, 2, length(token) - 2) end;
create or replace temp macro token_is_odd(token) as
    coalesce(token <> 'null' and not starts_with(token, '"'), false);
create or replace temp macro id_is_odd(line, path, text) as
    case when text[1] in ('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '{{', '[')
              or lower(text) in ('true', 'false', 'nan', 'inf', 'infinity')
         then json_type(line, path) <> 'VARCHAR' else false end;
create or replace temp macro in_range(t) as
    case when t between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999' then t end;
create or replace temp macro shifted(t, zone) as
    case when zone = '' then t
         else timezone('Asia/Shanghai', timezone('UTC', case when zone = 'Z' then t else
              t - (case when starts_with(zone, '-') then -1 else 1 end)
                * to_minutes(cast(substr(zone, 2, 2) as integer) * 60
                             + cast(right(zone, 2) as integer)) end)) end;
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
         else iso_time(regexp_extract(s, '{_ISO}', ['d', 'c', 'c_', 's', 'f', 'z'])) end;
"""
# Shanghai has kept +08:00 since 1992, so a `_PLAIN` time with that offset is local as it stands; an earlier
# one goes through the zone's history.


def _any_of(conditions: list[str]) -> str:
    return "(" + " or ".join(conditions) + ")" if conditions else "false"


def _strings(values: tuple[str, ...] | list[str]) -> str:
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


def line_fields(source: Source, relation: str) -> str:
    """Fields of JSON lines. `is_doubtful` marks a line that strictjson must read.

    A value that is no string is kept as its JSON text. Only an identifier could then pass for a string, so
    only these are looked at again, where they look like one; each other column has a set or a grammar.
    """
    names = (*source.columns, *source.optional)
    shape = ", ".join(f'"{n}": "{"JSON" if n in source.optional else "VARCHAR"}"' for n in names)
    texts = [
        f"stripped(s.{c}) as {c}, "
        + (f"id_is_odd(line, '$.{c}', s.{c})" if c.endswith("_id") else "false")
        + f" as {c}_is_odd"
        for c in source.columns
    ]
    if source.optional:
        texts.append(
            "case when starts_with(s.attributes, '{') then cast(s.attributes as varchar) end as attributes, "
            "coalesce(not starts_with(s.attributes, '{'), false) as attributes_is_odd"
        )
    doubled = _doubled_key(_count_present([f"s.{n}" for n in names]), "k", "line")
    return f"""
        select file_no, record_number, raw_text, fault, is_exact, {", ".join(texts)},
            fault is null and coalesce(
                not is_read or s is null or len(k) = 0 or regexp_matches(line, '{_TRAILING_COMMA}')
                or {doubled}, true) as is_doubtful
        from (
            select *,
                case when is_read then try(from_json(line, '{{{shape}}}')) end as s,
                case when is_read then try(json_keys(line)) end as k
            from (
                select *, fault is null and (is_exact or strlen(line) < {_LONG_LINE}) as is_read
                from {relation}
            )
        )"""


def column_fields(source: Source, relation: str) -> str:
    """Fields of CSV and Parquet rows, which come as text already."""
    texts = [f"stripped({c}) as {c}, {c}_is_odd" for c in source.columns]
    doubtful = "false"
    if source.optional:
        texts.append(
            "case when starts_with(attribute_text, '{') then attribute_text end as attributes, "
            "attributes_is_odd or coalesce(not starts_with(attribute_text, '{'), false) as attributes_is_odd"
        )
        relation = f"(select *, nullif(stripped(attributes), 'null') as attribute_text from {relation})"
        doubtful = (
            "fault is null and attribute_text is not null and "
            f"(not json_valid(attribute_text) or regexp_matches(attribute_text, '{_TRAILING_COMMA}'))"
        )
    return f"""
        select file_no, record_number, raw_text, fault, is_exact, {", ".join(texts)},
            {doubtful} as is_doubtful
        from {relation}"""


def with_attributes(source: Source, relation: str) -> str:
    """`relation` with `<attribute>_token` (JSON text), `_raw` and `_text`, null where there is none.

    Each projection is a step of its own, because a macro repeats its argument: a long expression handed
    to one would be computed many times over.
    """
    names = source.attributes
    if not names:
        return f"select * from {relation}"
    shape = ", ".join(f'"{n}": "JSON"' for n in names)
    cleared = [n for n in names if ATTRIBUTES[n].kind == "profile"]
    nulls = _strings([f"$.{n}" for n in cleared])
    tokens = ", ".join(
        f"coalesce(v.{n}, p[{cleared.index(n) + 1}])::varchar as {n}_token" if n in cleared
        else f'v."{n}"::varchar as {n}_token'
        for n in names
    )  # fmt: skip
    doubled = _doubled_key(_count_present([f'v."{n}"' for n in names]), "ak", "attributes")
    # An attribute that the type does not list is not looked at further, yet what it holds must be JSON.
    doubtful = f"{doubled} or regexp_matches(attributes, '{_NO_NUMBER}')"
    return f"""
        select * exclude (v, p, ak), {", ".join(f"stripped({n}_raw) as {n}_text" for n in names)}
        from (select *, {", ".join(f"unquoted({n}_token) as {n}_raw" for n in names)} from (
            select * replace (is_doubtful or coalesce({doubtful}, false) as is_doubtful), {tokens}
            from (
                select *,
                    case when attributes is not null then try(from_json(attributes, '{{{shape}}}')) end as v,
                    case when event_type = 'profile_update' and contains(attributes, 'null')
                         then try(json_extract(attributes, [{nulls}])) end as p,
                    case when attributes is not null then try(json_keys(attributes)) end as ak
                from {relation}
            )
        ))"""


ROLES = ("teacher", "student", "parent")
_TYPE_NO = {name: number for number, name in enumerate(EVENT_TYPES)}


def event_type_rows() -> list[tuple[str, int, int]]:
    """(event_type, type_no, the roles allowed as a sum of bits) for the table the checks join."""
    return [
        (name, _TYPE_NO[name], sum(1 << ROLES.index(role) for role in event.roles))
        for name, event in EVENT_TYPES.items()
    ]


class _Rules:
    """The conditions behind each reason of one source. Each is keyed by the column it speaks of.

    Attributes are checked by type, so that a record pays for those of its own type alone.
    """

    def __init__(self, source: Source):
        self.source = source
        self.is_activity = bool(source.attributes)

    def of_types(self, name: str) -> str:
        numbers = [str(_TYPE_NO[t]) for t, event in EVENT_TYPES.items() if name in event.attributes]
        return f"type_no in ({', '.join(numbers)})"

    def value(self, name: str) -> str:
        """The typed value of an attribute, for events of a type that lists it; null for all others."""
        token, text = f"{name}_token", f"{name}_text"
        typed = {
            "boolean": f"case {token} when 'true' then true when 'false' then false end",
            "count": f"case when regexp_full_match({token}, '[0-9]{{1,18}}') then {token}::bigint end",
            "timestamp": f"local_time({text})",
            "profile": f"case when {token} is not null then coalesce({text}, '') end",
        }.get(ATTRIBUTES[name].kind, text)
        return f"case when {self.of_types(name)} then {typed} end"

    def _absent(self, name: str) -> str | None:
        if ATTRIBUTES[name].kind == "profile":
            return None
        blank = f"({name}_raw is not null and {name}_text is null)"
        return f"({name}_token is null or {name}_token = 'null' or {blank})"

    def _unreadable(self, name: str) -> str | None:
        return f"{ATTRIBUTES[name].column} is null" if ATTRIBUTES[name].kind == "timestamp" else None

    def _out_of_set(self, name: str) -> str | None:
        attribute, column = ATTRIBUTES[name], ATTRIBUTES[name].column
        if name == "ended_at":
            return "not (ended_at - started_at between interval 0 second and interval 24 hour)"
        if attribute.kind == "timestamp":
            return None
        if attribute.kind == "enum":
            return f"coalesce({column} not in ({_strings(attribute.values)}), true)"
        return f"token_is_odd({name}_token)" if attribute.kind == "profile" else f"{column} is null"

    def missing(self) -> "_Conditions":
        columns = {c: f"({c} is null and not {c}_is_odd)" for c in self.source.columns}
        return _Conditions(self, columns, self._absent, guard="not attributes_is_odd")

    def bad_time(self) -> "_Conditions":
        return _Conditions(
            self, {"occurred_at": "occurred_time is null"}, self._unreadable, "not attributes_is_odd"
        )

    def bad_value(self) -> "_Conditions":
        checked_elsewhere = ("occurred_at", "event_type", "actor_role")
        columns = {c: f"{c}_is_odd" for c in self.source.columns if c not in checked_elsewhere}
        if self.is_activity:
            columns["attributes"] = "attributes_is_odd"
        else:
            columns["channel"] = f"(channel_is_odd or channel not in ({_strings(CHANNELS)}))"
        return _Conditions(self, columns, self._out_of_set, "true")

    def bad_role(self) -> str:
        bit = " ".join(f"when '{role}' then {1 << i}" for i, role in enumerate(ROLES))
        return f"(actor_role_is_odd or (allowed_roles & (case actor_role {bit} else 0 end)) = 0)"

    def future(self) -> str:
        times = [ATTRIBUTES[n].column for n in self.source.attributes if ATTRIBUTES[n].kind == "timestamp"]
        later = f"coalesce(cast(greatest({', '.join(times)}) as date) > dt, false)" if times else "false"
        return f"(cast(occurred_time as date) > dt or {later})"


class _Conditions:
    """When one reason applies: to a column of any record, or to an attribute of a type that lists it."""

    def __init__(
        self, rules: _Rules, columns: dict[str, str], of_attribute: Callable[[str], str | None], guard: str
    ):
        self.rules, self.columns, self.guard = rules, columns, guard
        self.attributes = {n: c for n in rules.source.attributes if (c := of_attribute(n))}

    def applies(self) -> str:
        by_type = []
        for name, event in EVENT_TYPES.items():
            if found := [self.attributes[n] for n in event.attributes if n in self.attributes]:
                by_type.append(f"when {_TYPE_NO[name]} then {_any_of(found)}")
        if not self.attributes:
            return _any_of(list(self.columns.values()))
        of_type = f"case type_no {' '.join(by_type)} else false end"
        return f"{_any_of(list(self.columns.values()))} or ({self.guard} and {of_type})"

    def listing(self) -> str:
        named = self.columns | {
            f"attributes.{n}": f"({self.rules.of_types(n)} and {self.guard} and {c})"
            for n, c in self.attributes.items()
        }
        return "concat_ws(', ', " + ", ".join(f"case when {c} then '{n}' end" for n, c in named.items()) + ")"


def verdicts(source: Source, relation: str) -> str:
    """Typed rows of `relation` (fields with their attributes' tokens, and the drop day `dt`).

    `reason` and `detail` say why a record is refused, null if it is not. `needs_exact` marks what must be
    read again by strictjson before it is believed: all that is doubtful, and every refusal of the fast
    reader. Joins the table `event_types` of `event_type_rows`.
    """
    rules = _Rules(source)
    missing, bad_time, bad_value = rules.missing(), rules.bad_time(), rules.bad_value()
    typed = "".join(f", {rules.value(n)} as {ATTRIBUTES[n].column}" for n in source.attributes)
    by_type, detail_by_type = "", ""
    if rules.is_activity:
        relation = f"{relation} left join event_types using (event_type)"
        by_type = f"""
                when type_no is null then 'unknown_type'
                when {rules.bad_role()} then 'invalid_role'"""
        detail_by_type = """
                when 'unknown_type' then coalesce(event_type, 'event_type is no string')
                when 'invalid_role' then coalesce(actor_role, 'actor_role is no string')"""
    return f"""
        select *,
            not is_exact and (is_doubtful or (reason is not null and fault is null)) as needs_exact,
            case reason
                when 'malformed' then fault
                when 'missing_field' then {missing.listing()}
                when 'bad_timestamp' then {bad_time.listing()}{detail_by_type}
                when 'invalid_value' then {bad_value.listing()}
                when 'future_timestamp' then 'later than the drop of ' || dt
            end as detail
        from (
            select *,
                case
                when fault is not null then 'malformed'
                when {missing.applies()} then 'missing_field'
                when {bad_time.applies()} then 'bad_timestamp'{by_type}
                when {bad_value.applies()} then 'invalid_value'
                when {rules.future()} then 'future_timestamp'
                end as reason
            from (select *, local_time(occurred_at) as occurred_time{typed} from {relation})
        )"""
