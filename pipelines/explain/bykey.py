"""The few events that decide one unit, found in the lake by its scope key (`pipelines.ingest.keys`)."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipelines.explain.events import LOGIN_COLUMNS, activities_from, activity_columns, logins_from
from pipelines.explain.lakerows import rows_at
from pipelines.explain.model import Event
from pipelines.explain.voids import not_void
from pipelines.explain.words import monday
from pipelines.ingest.contract import ACTIVITIES, LOGINS
from pipelines.ingest.keys import DAY_BITS, FAMILIES, LOGIN, Family, unit_key
from pipelines.ingest.lake import Lake


@dataclass(frozen=True)
class Place:
    """Where the events of a unit are: its family and key, the id of what it is about, and a day of it.

    `day` matters where the family's units last for one day or week; None stands for all of an object's days.
    """

    family: Family
    key: int
    about: str
    day: date | None = None


def place_of_event(event: Event, scope_key: int) -> Place:
    """Where all that can decide a unit together with this event is."""
    family = next((f for f in FAMILIES if event.event_type in f.event_types), LOGIN)
    about = event.actor_id if family.about == "actor_id" else event.object_id
    return Place(
        family, scope_key, about, None if event.event_type in family.creations else event.occurred_on
    )


def place_of_unit(
    results: duckdb.DuckDBPyConnection, teacher_id: str, rule_code: str, unit_id: str
) -> Place | None:
    """Where all that decides a unit is; None where the id is not of its rule's form, as that of an object
    without a unit is.
    """
    family = next((f for f in FAMILIES if rule_code in f.rules), None)
    if family is None:
        return None
    day = "cast(right(unit_id, 10) as date)" if family.grain else "cast(null as date)"
    about = "teacher_id"
    if family.about == "object_id":
        about = f"left(unit_id, length(unit_id) - {family.suffix})"
    unit = "select ? as teacher_id, ? as rule_code, ? as unit_id"
    try:
        key, about, rest, day = results.execute(
            f"select {unit_key()}, {about}, right(unit_id, {family.suffix}), {day} from ({unit})",
            [teacher_id, rule_code, unit_id],
        ).fetchone()
    except duckdb.ConversionException:
        return None
    return Place(family, key, about, day) if rest.startswith("|") or family.suffix == "0" else None


def events_at(results: duckdb.DuckDBPyConnection, lake: Lake, place: Place, as_of: date) -> list[Event]:
    """All events of a place up to the as-of day that are not void, in order; of a family's rules together.

    The lake is read over the connection to the results: a new one would take longer than the reading.
    """
    family, source = place.family, LOGINS.name if place.family is LOGIN else ACTIVITIES.name
    manifest = lake.load(source)
    days = manifest.days.keys() & _days(results, source, place)
    files = lake.data_files(manifest, "accepted", days)
    if family is LOGIN:
        found = logins_from(rows_at(results, files, LOGIN_COLUMNS, _keys(place)))
    else:
        types = ", ".join(f"'{t}'" for t in family.event_types)
        columns = activity_columns(family.event_types)
        rows = rows_at(results, files, columns, f"event_type in ({types}) and {_keys(place)}")
        found = activities_from(columns, rows)
    # Other things may share the key by chance.
    found = [e for e in found if e.occurred_on <= as_of and getattr(e, family.about) == place.about]
    return not_void(results, found)


def _days(results: duckdb.DuckDBPyConnection, source: str, place: Place) -> set[str]:
    """Drop days that can hold an event of the place."""
    family = place.family
    if family.creations and place.day is None:
        return _days_of(results, source, date.min, date.max)
    # Where a unit has no day of its own, and of creations, the results tell which drops hold them.
    found: set[str] = set()
    if not family.grain or family.creations:
        whole = place.key >> DAY_BITS << DAY_BITS
        rows = results.execute(
            "select cast(dt as varchar) from ops.object_drops where scope_key = ?", [whole]
        ).fetchall()
        found = {day for (day,) in rows}
    if family.grain:
        first = monday(place.day) if family.grain == "week" else place.day
        last = first + timedelta(days=6) if family.grain == "week" else first
        found |= _days_of(results, source, first, last)
    return found


def _days_of(results: duckdb.DuckDBPyConnection, source: str, first: date, last: date) -> set[str]:
    """Drop days that can hold an event of these days.

    None is handed over before it has happened, and of each drop the results tell its first event's day.
    """
    rows = results.execute(
        "select cast(dt as varchar) from state.drop_days where source = ? and dt >= ? and first_on <= ?",
        [source, first, last],
    ).fetchall()
    return {day for (day,) in rows}


def _keys(place: Place) -> str:
    """The unit's key; with it the creation's, or for an object all of its days'."""
    if not place.family.creations:
        return f"scope_key = {place.key}"
    whole = place.key >> DAY_BITS << DAY_BITS
    if place.day is None:
        return f"scope_key between {whole} and {whole + (1 << DAY_BITS) - 1}"
    return f"scope_key in ({whole}, {place.key})"
