"""Evidence for classes (members at one time) and activities (participants of a week, works of a life)."""

from datetime import date

from pipelines.explain.accounts import COUNTS, claim, late, tally, without_version
from pipelines.explain.case import NO_VERSION, Case
from pipelines.explain.model import Event, Evidence, Mark
from pipelines.explain.words import monday, ordinal


def _claims(case: Case, kind: str) -> dict[str, Evidence]:
    units: dict[str, Evidence] = {}
    for object_id, claims in case.claimed(kind).items():
        fault = case.why_not_creator(kind, object_id)
        units[object_id] = Evidence(ignored=[claim(e, fault) for e in claims], absence=fault)
    return units


def class_sizes(case: Case, rule_code: str) -> dict[str, Evidence]:
    """Each class the teacher created: who was in when it was full, or at its fullest."""
    movements: dict[str, list[Event]] = {}
    for event in case.of("class_join", "class_leave"):
        movements.setdefault(event.object_id, []).append(event)
    units = _claims(case, "class")
    for creation in case.created("class"):
        evidence = units[creation.object_id] = Evidence(counted=[Mark(creation, "creation of the class")])
        version = case.version(rule_code, creation.occurred_on)
        if version is None:
            evidence.absence = NO_VERSION.format(creation.occurred_on)
            evidence.ignored = without_version(movements.get(creation.object_id, ()), creation.occurred_on)
        else:
            _fill(evidence, movements.get(creation.object_id, []), version.threshold)
    return units


def _fill(evidence: Evidence, movements: list[Event], threshold: int) -> None:
    members: dict[str, Event] = {}
    fullest: dict[str, Event] = {}
    useless: dict[str, str] = {}
    for event in movements:
        is_join = event.event_type == "class_join"
        if is_join == (event.actor_id in members):
            useless[event.event_id] = "a join of one who is in" if is_join else "a leave of one who is out"
        elif is_join:
            members[event.actor_id] = event
        else:
            del members[event.actor_id]
        if evidence.decisive is None and len(members) > len(fullest):
            fullest = dict(members)
            if len(members) >= threshold:
                evidence.decisive, evidence.credited_at = event, event.occurred_at
    present = sorted(fullest.values(), key=lambda e: e.order)
    evidence.counted += [Mark(e, f"{ordinal(n)} member: {e.actor_id}") for n, e in enumerate(present, 1)]
    if evidence.decisive is None:
        evidence.shortfall = f"{len(present)} of {threshold} members at one time"
    kept = {e.event_id for e in present}
    for event in movements:
        if event.event_id not in kept:
            evidence.ignored.append(_passed_over(event, useless.get(event.event_id, ""), evidence.decisive))


def _passed_over(event: Event, fault: str, decisive: Event | None) -> Mark:
    if decisive is not None and event.order > decisive.order:
        return late(event)
    fate = "no_change"
    if not fault and event.event_type == "class_leave":
        fault, fate = "left the class", "left_class"
    elif not fault:
        fault = "not in at that time" if decisive else "not in when the class was fullest"
        fate = "not_member_then"
    return Mark(event, f"{fault}: {event.actor_id}", fault, fate=fate)


def _no_creator(case: Case, object_id: str) -> str:
    return "not_creator" if ("activity", object_id) in case.creations else "no_creation"


def activity_weeks(case: Case, rule_code: str) -> dict[str, Evidence]:
    """Each week of each activity the teacher created, by its participants and by its creator's reviews."""
    joins, reviews = case.of("activity_join"), case.of("activity_review")
    units = _claims(case, "activity")
    for object_id in {e.object_id for e in reviews if e.actor_id == case.teacher_id}:
        if fault := case.why_not_creator("activity", object_id):
            evidence = units.setdefault(object_id, Evidence(absence=fault))
            own = [e for e in reviews if e.object_id == object_id and e.actor_id == case.teacher_id]
            evidence.ignored += [Mark(e, fault, fault, fate=_no_creator(case, object_id)) for e in own]
    for creation in case.created("activity"):
        taken_part = [e for e in joins if e.object_id == creation.object_id]
        reviewed = [e for e in reviews if e.object_id == creation.object_id]
        units |= _weeks(case, rule_code, creation, taken_part, reviewed)
    return units


def _weeks(
    case: Case, rule_code: str, creation: Event, joins: list[Event], reviews: list[Event]
) -> dict[str, Evidence]:
    version = case.version(rule_code, creation.occurred_on)
    made = Mark(creation, "creation of the activity")
    own = [e for e in reviews if e.actor_id == case.teacher_id]
    weeks = sorted({monday(e.occurred_on) for e in (*joins, *own)})
    if version is None or not weeks:
        fault = "nobody has taken part, and its creator has reviewed nothing"
        if version:
            return {creation.object_id: Evidence(counted=[made], absence=fault)}
        marks = without_version((*joins, *reviews), creation.occurred_on)
        absence = NO_VERSION.format(creation.occurred_on)
        return {creation.object_id: Evidence(counted=[made], ignored=marks, absence=absence)}
    works = Evidence()
    reviewed = [(e, e.attributes["work_id"], COUNTS) for e in own]
    work_count = tally(works, reviewed, version.works_threshold, "work")
    units = {}
    for week in weeks:
        students = Evidence()
        of_week = [e for e in joins if monday(e.occurred_on) == week]
        taken_part = [(e, e.actor_id, COUNTS) for e in of_week]
        student_count = tally(students, taken_part, version.threshold, "student")
        evidence = _earlier(students, works, week)
        if evidence.decisive is None:
            evidence.shortfall = (
                f"{student_count} of {version.threshold} distinct students in the week; "
                f"{_works_so_far(works, work_count, version.works_threshold)}"
            )
        others = "a review by another than the activity's creator"
        evidence.ignored += [
            Mark(e, others, others, fate="not_creator")
            for e in reviews
            if e.actor_id != case.teacher_id and monday(e.occurred_on) == week
        ]
        evidence.counted.insert(0, made)
        units[f"{creation.object_id}|{week}"] = evidence
    return units


def _works_so_far(works: Evidence, count: int, threshold: int) -> str:
    if works.decisive is None:
        return f"{count} of {threshold} works reviewed or shared so far"
    return f"the {ordinal(threshold)} work falls in the week of {monday(works.decisive.occurred_on)}"


def _earlier(students: Evidence, works: Evidence, week: date) -> Evidence:
    """What made the week's credit: its participants, or the works where the last of them falls in it."""
    in_week = works.decisive is not None and monday(works.decisive.occurred_on) == week
    by_works = in_week and (students.decisive is None or works.decisive.order < students.decisive.order)
    chosen, other = (works, students) if by_works else (students, works)
    evidence = Evidence(list(chosen.counted), list(chosen.ignored), chosen.decisive, chosen.credited_at)
    if by_works:
        evidence.ignored = [m for m in chosen.ignored if monday(m.event.occurred_on) == week]
        reason = "taking part: the works came first"
    elif students.decisive is not None:
        reason = "a review: the students came first"
    else:
        reason = "a review: too few works, or their last falls in another week"
    for mark in (*other.counted, *other.ignored):
        if monday(mark.event.occurred_on) == week:
            # A review makes its week a unit even where it counts for nothing.
            fate = mark.fate or "other_condition" if evidence.decisive else "unit_not_met"
            evidence.ignored.append(Mark(mark.event, reason, reason, comes_late=True, fate=fate))
    return evidence
