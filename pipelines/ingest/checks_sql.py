"""The SQL that checks records, generated from the contract's tables: *typed* columns, and the one reason for
refusal of each record, or none.
"""

from collections.abc import Callable

from pipelines.ingest.contract import ATTRIBUTES, CHANNELS, EVENT_TYPES, Source
from pipelines.ingest.fields_sql import strings


def _any_of(conditions: list[str]) -> str:
    return "(" + " or ".join(conditions) + ")" if conditions else "false"


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
            return f"coalesce({column} not in ({strings(attribute.values)}), true)"
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
            columns["channel"] = f"(channel_is_odd or channel not in ({strings(CHANNELS)}))"
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

    `reason` and `detail` say why a record is refused, null if it is not. Joins the table `event_types` of
    `event_type_rows`.
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
