"""Evidence for rules that credit the first event of its kind, login included."""

from collections.abc import Callable

from pipelines.explain.accounts import claim
from pipelines.explain.case import NO_VERSION, Case
from pipelines.explain.events import EVENT_TYPES_OF
from pipelines.explain.model import Event, Evidence, Mark

_Placed = tuple[str, str, str]
"""(unit id, why the event does not qualify, that fate); both empty if it does."""


def _resource(_: Case, event: Event) -> _Placed:
    is_public = event.attributes["visibility"] == "public"
    return event.object_id, *(("", "") if is_public else ("private, not public", "not_public"))


def _photo(case: Case, event: Event) -> _Placed:
    version = case.version("photo_record", event.occurred_on)
    if version is None:
        return event.object_id, NO_VERSION.format(event.occurred_on), "no_version"
    count = event.attributes["photo_count"]
    if count >= version.threshold:
        return event.object_id, "", ""
    return event.object_id, f"{count} of {version.threshold} photos", "too_few_photos"


def _courseware(_: Case, event: Event) -> _Placed:
    faults = [] if event.attributes["is_original"] else ["not original"]
    faults += [] if event.attributes["upload_status"] == "success" else ["its upload failed"]
    return event.object_id, " and ".join(faults), "not_qualifying" if faults else ""


def _habit(case: Case, event: Event) -> _Placed:
    unit_id = f"{event.object_id}|{event.occurred_on}"
    fault = case.why_not_creator("habit", event.object_id)
    fate = "not_creator" if ("habit", event.object_id) in case.creations else "no_creation"
    if not fault and event.event_type == "habit_interact" and event.actor_id != case.teacher_id:
        fault = "an act of another teacher than the habit's creator"
    return unit_id, fault, fate if fault else ""


_PLACES: dict[str, Callable[[Case, Event], _Placed]] = {
    "resource_share": _resource,
    "photo_record": _photo,
    "teaching_article": lambda _, event: (event.object_id, "", ""),
    "result_spread": lambda _, event: (f"{event.object_id}|{event.occurred_on}", "", ""),
    "courseware": _courseware,
    "habit_checkin": _habit,
    "research_activity": lambda _, event: (f"{event.object_id}|{event.occurred_on}", "", ""),
    "campus_office": lambda _, event: (
        f"{event.object_id}|{'submit' if event.event_type == 'office_submit' else 'approve'}",
        "",
        "",
    ),
}


def first_of_kind(case: Case, rule_code: str) -> dict[str, Evidence]:
    """The first qualifying event of each unit; later ones and those that do not qualify are passed over."""
    place = _PLACES[rule_code]
    units: dict[str, Evidence] = {}
    for event in _candidates(case, rule_code):
        unit_id, fault, fate = place(case, event)
        unit = units.setdefault(unit_id, Evidence())
        if fault:
            unit.ignored.append(Mark(event, fault, fault, fate=fate))
        elif unit.decisive is None:
            unit.decisive, unit.credited_at = event, event.occurred_at
            unit.counted = [*_creation(case, rule_code, event), Mark(event, "first of its unit")]
        else:
            again = "again in the same unit"
            unit.ignored.append(Mark(event, again, again, comes_late=True, fate="after_decision"))
    for unit in units.values():
        if unit.decisive is None:
            unit.absence = "; ".join(dict.fromkeys(m.reason for m in unit.ignored))
    if rule_code == "habit_checkin":
        _add_idle_habits(case, units)
    return units


def _candidates(case: Case, rule_code: str) -> list[Event]:
    if rule_code != "habit_checkin":
        return case.own(*EVENT_TYPES_OF[rule_code])
    # Students' check-ins on a colleague's habit are no business of this teacher.
    return [
        e
        for e in case.of("habit_checkin", "habit_interact")
        if e.actor_id == case.teacher_id or not case.why_not_creator("habit", e.object_id)
    ]


def _creation(case: Case, rule_code: str, event: Event) -> list[Mark]:
    if rule_code != "habit_checkin":
        return []
    return [Mark(case.creations["habit", event.object_id], "creation of the habit")]


def _add_idle_habits(case: Case, units: dict[str, Evidence]) -> None:
    active = {unit_id.rpartition("|")[0] for unit_id in units}
    for creation in case.created("habit"):
        if creation.object_id not in active:
            units[creation.object_id] = Evidence(
                counted=[Mark(creation, "creation of the habit")],
                absence="nobody has checked in or interacted",
            )
    for object_id, claims in case.claimed("habit").items():
        fault = case.why_not_creator("habit", object_id)
        units[object_id] = Evidence(ignored=[claim(e, fault) for e in claims], absence=fault)


def login_days(case: Case, _: str) -> dict[str, Evidence]:
    """The first login of each day."""
    units: dict[str, Evidence] = {}
    for event in case.logins:
        unit = units.setdefault(event.occurred_on.isoformat(), Evidence())
        if unit.decisive is None:
            unit.decisive, unit.credited_at = event, event.occurred_at
            unit.counted = [Mark(event, f"first login of the day, on {event.attributes['channel']}")]
        else:
            later = "a later login of the same day"
            unit.ignored.append(Mark(event, later, later, comes_late=True, fate="later_login"))
    return units
