"""Rules with a threshold (7 to 10, 12 to 14), whose units may fall short, and 15, whose creator earns."""

from collections.abc import Iterator
from datetime import timedelta

from .rulebook import first_day
from .validate import Event
from .world import Credit, Shortfall, World, first_of_each, grouped

Found = Iterator[Credit | Shortfall]


def nth_distinct(
    rule_code: str, teacher: str, unit: str, distinct: list[Event], threshold: int | None
) -> Found:
    """A credit at the n-th of the events, each the first of its different account, or the shortfall.

    Without a threshold in force there is neither.
    """
    if threshold is None:
        return
    if len(distinct) < threshold:
        yield Shortfall(teacher, rule_code, unit, len(distinct), threshold)
        return
    event = distinct[threshold - 1]
    yield Credit(teacher, rule_code, unit, event.at, event.event_id, threshold, threshold)


def interactive_lesson(world: World) -> Found:
    """7: the earliest part of a session that lasts long enough, dated at its start + the threshold."""
    for (teacher, session), parts in grouped(
        world.of("lesson_session"), lambda e: (e.actor_id, e.object_id)
    ).items():
        threshold = world.threshold("interactive_lesson", parts[0].day)  # first day of the unit's events
        if threshold is None:
            continue
        enough = timedelta(minutes=threshold)
        long_parts = [part for part in parts if lesson_length(part) >= enough]
        if not long_parts:
            minutes = max(lesson_length(part) for part in parts) // timedelta(minutes=1)
            yield Shortfall(teacher, "interactive_lesson", session, minutes, threshold)
            continue
        part = min(long_parts, key=lambda p: (p.attributes["started_at"], p.event_id.encode()))
        at = part.attributes["started_at"] + enough
        if at.date() <= world.as_of:  # else it is still to come: no credit, and not short of anything
            yield Credit(teacher, "interactive_lesson", session, at, part.event_id, threshold, threshold)


def lesson_length(part: Event) -> timedelta:
    """How long a part of a session lasted."""
    return part.attributes["ended_at"] - part.attributes["started_at"]


def assignment_reach(world: World) -> Found:
    """8: enough distinct students, each from the creation to the window's end, both inclusive."""
    responses = grouped(world.of("assignment_response"), lambda e: e.object_id)
    for assignment, creation in world.creations("assignment_create").items():
        version = world.book.on("assignment_reach", creation.day)
        if version is None:
            continue
        closes = creation.at + timedelta(hours=version.window_hours)
        timely = [e for e in responses.get(assignment, []) if creation.at <= e.at <= closes]
        students = first_of_each(timely, lambda e: e.actor_id)
        yield from nth_distinct(
            "assignment_reach", creation.actor_id, assignment, students, version.threshold
        )


def assignment_review(world: World) -> Found:
    """9: enough distinct students reviewed by one teacher; no creation is needed."""
    reviews = grouped(world.of("assignment_review"), lambda e: (e.actor_id, e.object_id))
    for (teacher, assignment), events in reviews.items():
        students = first_of_each(events, lambda e: e.attributes["student_id"])
        threshold = world.threshold("assignment_review", events[0].day)
        yield from nth_distinct("assignment_review", teacher, assignment, students, threshold)


def material_search(world: World) -> Found:
    """10: enough distinct materials collected or downloaded within the week."""
    events = world.of("material_collect", "material_download")
    for (teacher, week), found in grouped(events, lambda e: (e.actor_id, first_day("week", e.day))).items():
        materials = first_of_each(found, lambda e: e.object_id)
        threshold = world.threshold("material_search", found[0].day)
        yield from nth_distinct("material_search", teacher, str(week), materials, threshold)


def class_formation(world: World) -> Found:
    """12: the members at one time first reach the threshold. Joins before the creation count too."""
    moves = grouped(world.of("class_join", "class_leave"), lambda e: e.object_id)
    for class_id, creation in world.creations("class_create").items():
        threshold = world.threshold("class_formation", creation.day)
        if threshold is None:
            continue
        members: set[str] = set()
        most, reached = 0, None
        for move in moves.get(class_id, []):
            if move.event_type == "class_join":
                members.add(move.actor_id)
            else:
                members.discard(move.actor_id)
            most = max(most, len(members))
            if reached is None and len(members) >= threshold:
                reached = move
        teacher = creation.actor_id
        if reached is None:
            yield Shortfall(teacher, "class_formation", class_id, most, threshold)
        else:
            yield Credit(
                teacher, "class_formation", class_id, reached.at, reached.event_id, threshold, threshold
            )


def class_notice(world: World) -> Found:
    """13: enough distinct accounts, of students or parents, at or after the posting."""
    replies = grouped(world.of("notice_reply"), lambda e: e.object_id)
    for notice, posting in world.creations("notice_post").items():
        later = [event for event in replies.get(notice, []) if event.at >= posting.at]
        accounts = first_of_each(later, lambda e: e.actor_id)  # a student and a parent with one id are one
        threshold = world.threshold("class_notice", posting.day)
        yield from nth_distinct("class_notice", posting.actor_id, notice, accounts, threshold)


def class_activity(world: World) -> Found:
    """14: in a week, the earlier of its n-th participant and the activity's n-th work over its whole life."""
    joins = grouped(world.of("activity_join"), lambda e: e.object_id)
    reviews = grouped(world.of("activity_review"), lambda e: (e.object_id, e.actor_id))
    for activity, creation in world.creations("activity_create").items():
        version = world.book.on("class_activity", creation.day)
        if version is None:
            continue
        teacher = creation.actor_id
        own_reviews = reviews.get((activity, teacher), [])  # a colleague's reviews are nothing here
        works = first_of_each(own_reviews, lambda e: e.attributes["work_id"])
        enough_works = works[version.works_threshold - 1 : version.works_threshold]
        joins_by_week = grouped(joins.get(activity, []), lambda e: first_day("week", e.day))
        weeks = set(joins_by_week) | {first_day("week", review.day) for review in own_reviews}
        for week in sorted(weeks):
            students = first_of_each(joins_by_week.get(week, []), lambda e: e.actor_id)
            true_at = students[version.threshold - 1 : version.threshold]
            true_at += [work for work in enough_works if first_day("week", work.day) == week]
            unit = f"{activity}|{week}"
            if true_at:
                event = min(true_at, key=lambda e: e.order)
                yield Credit(
                    teacher,
                    "class_activity",
                    unit,
                    event.at,
                    event.event_id,
                    version.threshold,
                    version.threshold,
                )
            else:
                yield Shortfall(teacher, "class_activity", unit, len(students), version.threshold)


def habit_checkin(world: World) -> Iterator[Credit]:
    """15: a habit on a day, at the first check-in of a student or interaction of its creator."""
    creations = world.creations("habit_create")

    def counts(event: Event) -> bool:
        creation = creations.get(event.object_id)
        if creation is None:
            return False
        return event.event_type == "habit_checkin" or event.actor_id == creation.actor_id

    counting = [event for event in world.of("habit_checkin", "habit_interact") if counts(event)]
    for event in first_of_each(counting, lambda e: (e.object_id, e.day)):
        creator = creations[event.object_id].actor_id
        yield Credit(creator, "habit_checkin", f"{event.object_id}|{event.day}", event.at, event.event_id)
