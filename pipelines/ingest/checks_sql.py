"""The SQL that reads and checks records, generated from the contract's tables.

Three steps, each a relation over the one before: a JSON line's *tokens*, a record's *fields* (text or
nothing), and *typed* columns with the record's one reason for refusal, or none.
"""

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
_SHEET = (
    "^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ([0-9]|[01][0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?$"
)
_SUSPICIOUS = r",\s*[}\]]|[:\[,]\s*-?(?:[nN][aA][nN]|[iI][nN][fF])"

MACROS = f"""
create or replace temp macro stripped(s) as nullif(trim(s, '{_WHITE}'), '');
create or replace temp macro unquoted(token) as stripped(
    case when contains(token, '\\') then json_extract_string(token, '$')
         else substr(token, 2, length(token) - 2) end);
create or replace temp macro token_text(token) as
    case when starts_with(token, '"') then unquoted(token) end;
create or replace temp macro token_is_odd(token) as
    coalesce(token <> 'null' and not starts_with(token, '"'), false);
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
    case when regexp_full_match(s, '{_PLAIN}') and (length(s) = 19 or s >= '1992') then in_range(try_cast(substr(s, 1, 19) as timestamp))
         when contains(s, '/') then sheet_time(regexp_extract(s, '{_SHEET}', ['y', 'm', 'd', 'h', 'n', 's']))
         else iso_time(regexp_extract(s, '{_ISO}', ['d', 'c', 'c_', 's', 'f', 'z'])) end;
"""
# Shanghai has kept +08:00 since 1992, so a `_PLAIN` time with that offset is local as it stands; an earlier
# one goes through the zone's history.


def _any_of(conditions: list[str]) -> str:
    return "(" + " or ".join(conditions) + ")" if conditions else "false"


def _strings(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{v}'" for v in values)


def _known_keys(tokens: str, count: int) -> str:
    return " + ".join(f"({tokens}[{i}] is not null)::int" for i in range(1, count + 1))


def _foreign_keys(tokens: str, keys: str, count: int) -> str:
    """Keys beyond the known ones: perhaps unknown, perhaps a known one twice. Only the latter matters."""
    return (
        f"(len({keys}) <> {_known_keys(tokens, count)} and len(list_distinct({keys})) <> len({keys}))"
    )


def line_fields(source: Source, relation: str) -> str:
    """Fields of JSON lines. `needs_exact` marks a line that strictjson must read."""
    names = (*source.columns, *source.optional)
    paths = _strings([f"$.{n}" for n in names])
    texts = [f"token_text(t[{i}]) as {c}, token_is_odd(t[{i}]) as {c}_is_odd"
             for i, c in enumerate(source.columns, 1)]  # fmt: skip
    at = len(names)
    if source.optional:
        texts.append(
            f"case when starts_with(t[{at}], '{{') then t[{at}] end as attributes, "
            f"coalesce(t[{at}] <> 'null' and not starts_with(t[{at}], '{{'), false) as attributes_is_odd"
        )
    return f"""
        select
            file_no, record_number, raw_text, fault, is_exact, {", ".join(texts)},
            not is_exact and fault is null and coalesce(
                t is null or len(k) = 0 or looks_wrong or {_foreign_keys("t", "k", at)}, true) as needs_exact
        from (
            select *,
                case when fault is null then try(json_extract(line, [{paths}])) end as t,
                case when fault is null then try(json_keys(line)) end as k,
                case when is_exact then false else regexp_matches(line, '{_SUSPICIOUS}') end as looks_wrong
            from {relation}
        )"""


def column_fields(source: Source, relation: str) -> str:
    """Fields of CSV and Parquet rows, which come as text already."""
    texts = [f"stripped({c}) as {c}, {c}_is_odd" for c in source.columns]
    if source.optional:
        texts.append(
            "case when starts_with(attribute_text, '{') then attribute_text end as attributes, "
            "attributes_is_odd or coalesce(not starts_with(attribute_text, '{'), false) as attributes_is_odd"
        )
        relation = f"(select *, nullif(stripped(attributes), 'null') as attribute_text from {relation})"
        wrong = (
            "not is_exact and fault is null and attribute_text is not null and "
            f"(not json_valid(attribute_text) or regexp_matches(attribute_text, '{_SUSPICIOUS}'))"
        )
    else:
        wrong = "false"
    return f"""
        select file_no, record_number, raw_text, fault, is_exact, {", ".join(texts)}, {wrong} as needs_exact
        from {relation}"""


def with_attributes(source: Source, relation: str) -> str:
    """`relation` with the tokens of its attributes as list `a`; a doubled key there needs an exact reading."""
    if not source.attributes:
        return f"select * from {relation}"
    paths = _strings([f'$."{n}"' for n in source.attributes])
    return f"""
        select * replace (
            needs_exact or (not is_exact and coalesce({_foreign_keys("a", "ak", len(source.attributes))}, false))
            as needs_exact)
        from (
            select *,
                case when attributes is not null then try(json_extract(attributes, [{paths}])) end as a,
                case when attributes is not null then try(json_keys(attributes)) end as ak
            from {relation}
        )"""


class _Rules:
    """The conditions behind each reason of one source, each with the words that explain it."""

    def __init__(self, source: Source):
        self.source = source
        self.is_activity = bool(source.attributes)

    def token(self, name: str) -> str:
        return f"a[{self.source.attributes.index(name) + 1}]"

    def value(self, name: str) -> str:
        """The typed value of an attribute, for events of a type that lists it; null for all others."""
        token, attribute = self.token(name), ATTRIBUTES[name]
        typed = {
            "boolean": f"case {token} when 'true' then true when 'false' then false end",
            "count": f"case when regexp_full_match({token}, '[0-9]{{1,18}}') then cast({token} as bigint) end",
            "timestamp": f"local_time(token_text({token}))",
            "profile": f"case when {token} is not null then coalesce(token_text({token}), '') end",
        }.get(attribute.kind, f"token_text({token})")
        return f"case when event_type in ({_strings(self.types(name))}) then {typed} end"

    def types(self, name: str) -> list[str]:
        return [t for t, event in EVENT_TYPES.items() if name in event.attributes]

    def absent(self, name: str) -> str:
        token = self.token(name)
        return f"({token} is null or {token} = 'null' or (starts_with({token}, '\"') and token_text({token}) is null))"

    def missing(self) -> dict[str, str]:
        found = {c: f"({c} is null and not {c}_is_odd)" for c in self.source.columns}
        for name in self.source.attributes:
            if ATTRIBUTES[name].kind != "profile":
                needed = f"event_type in ({_strings(self.types(name))}) and not attributes_is_odd"
                found[f"attributes.{name}"] = f"({needed} and {self.absent(name)})"
        return found

    def bad_time(self) -> dict[str, str]:
        found = {"occurred_at": "occurred_time is null"}
        for name in self.source.attributes:
            if ATTRIBUTES[name].kind == "timestamp":
                of_type = f"event_type in ({_strings(self.types(name))}) and not attributes_is_odd"
                found[f"attributes.{name}"] = f"({of_type} and {ATTRIBUTES[name].column} is null)"
        return found

    def bad_value(self) -> dict[str, str]:
        checked_elsewhere = ("occurred_at", "event_type", "actor_role")
        found = {c: f"{c}_is_odd" for c in self.source.columns if c not in checked_elsewhere}
        if not self.is_activity:
            return found | {"channel": f"(channel_is_odd or channel not in ({_strings(CHANNELS)}))"}
        found["attributes"] = "attributes_is_odd"
        for name in self.source.attributes:
            if bad := self._attribute_is_bad(name):
                found[f"attributes.{name}"] = f"(event_type in ({_strings(self.types(name))}) and {bad})"
        found["attributes.ended_at"] = (
            "(event_type = 'lesson_session' and not "
            "(ended_at - started_at between interval 0 second and interval 24 hour))"
        )
        return found

    def _attribute_is_bad(self, name: str) -> str | None:
        attribute, column = ATTRIBUTES[name], ATTRIBUTES[name].column
        if attribute.kind == "timestamp":
            return None
        if attribute.kind == "enum":
            return f"coalesce({column} not in ({_strings(attribute.values)}), true)"
        if attribute.kind == "profile":
            return f"token_is_odd({self.token(name)})"
        return f"{column} is null"

    def bad_role(self) -> str:
        roles: dict[tuple[str, ...], list[str]] = {}
        for name, event in EVENT_TYPES.items():
            roles.setdefault(event.roles, []).append(name)
        wrong = [
            f"(event_type in ({_strings(types)}) and actor_role not in ({_strings(allowed)}))"
            for allowed, types in roles.items()
        ]
        return _any_of(["actor_role_is_odd", *wrong])

    def future(self) -> str:
        times = ["occurred_time", *(ATTRIBUTES[n].column for n in self.source.attributes
                                    if ATTRIBUTES[n].kind == "timestamp")]  # fmt: skip
        return f"cast(greatest({', '.join(times)}) as date) > dt"


def _listing(conditions: dict[str, str]) -> str:
    return "concat_ws(', ', " + ", ".join(f"case when {c} then '{n}' end" for n, c in conditions.items()) + ")"


def verdicts(source: Source, relation: str) -> str:
    """Typed rows of `relation` (fields with `a` and the drop day `dt`) with `reason` and `detail`, null if valid."""
    rules = _Rules(source)
    missing, bad_time, bad_value = rules.missing(), rules.bad_time(), rules.bad_value()
    typed = ", ".join(f"{rules.value(n)} as {ATTRIBUTES[n].column}" for n in source.attributes)
    type_is_unknown = f"event_type_is_odd or event_type not in ({_strings(list(EVENT_TYPES))})"
    by_type = f"""
                when {type_is_unknown} then 'unknown_type'
                when {rules.bad_role()} then 'invalid_role'""" if rules.is_activity else ""
    detail_by_type = """
                when 'unknown_type' then coalesce(event_type, 'event_type is no string')
                when 'invalid_role' then coalesce(actor_role, 'actor_role is no string')""" if rules.is_activity else ""
    return f"""
        select *,
            case reason
                when 'malformed' then fault
                when 'missing_field' then {_listing(missing)}
                when 'bad_timestamp' then {_listing(bad_time)}{detail_by_type}
                when 'invalid_value' then {_listing(bad_value)}
                when 'future_timestamp' then 'later than the drop of ' || dt
            end as detail
        from (
            select *,
                case
                when fault is not null then 'malformed'
                when {_any_of(list(missing.values()))} then 'missing_field'
                when {_any_of(list(bad_time.values()))} then 'bad_timestamp'{by_type}
                when {_any_of(list(bad_value.values()))} then 'invalid_value'
                when {rules.future()} then 'future_timestamp'
                end as reason
            from (select *, local_time(occurred_at) as occurred_time{", " + typed if typed else ""} from {relation})
        )"""

