"""Rules whose unit is simply the first event of its kind (3 to 6, 11, 16, 17), and login and profile."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from .validate import Event
from .world import Credit, World, first_of_each, grouped

PROFILE_GROUPS = (("avatar",), ("email", "phone", "wechat"), ("school", "class"), ("subject",))


def firsts(rule_code: str, events: Iterable[Event], unit: Callable[[Event], str]) -> Iterator[Credit]:
    """A credit at the first event of every teacher and unit; the acting teacher earns."""
    for event in first_of_each(events, lambda e: (e.actor_id, unit(e))):
        yield Credit(event.actor_id, rule_code, unit(event), event.at, event.event_id)


def object_and_day(event: Event) -> str:
    """A unit that is an object on a day."""
    return f"{event.object_id}|{event.day}"


def login(world: World) -> Iterator[Credit]:
    """1: a day with a login, dated at its first. `progress` is the day of the streak, which runs across
    New Year and across days without a version of the rule: a streak is a fact about logins, not points."""
    for teacher, logins in grouped(world.logins, lambda e: e.actor_id).items():
        previous, streak = None, 0
        for event in first_of_each(logins, lambda e: e.day):
            streak = streak + 1 if previous == event.day - timedelta(days=1) else 1
            previous = event.day
            yield Credit(teacher, "login", str(event.day), event.at, event.event_id, progress=streak)


def profile_complete(world: World) -> Iterator[Credit]:
    """2: the first instant of a calendar year at which enough of the four groups hold at once."""
    for teacher, updates in grouped(world.of("profile_update"), lambda e: e.actor_id).items():
        for year in range(updates[0].day.year, world.as_of.year + 1):
            credit = profile_credit(world, teacher, updates, year)
            if credit is not None:
                yield credit


def profile_credit(world: World, teacher: str, updates: list[Event], year: int) -> Credit | None:
    """The credit of one teacher and year.

    The condition can come true at an update, at New Year (already complete), or at 00:00 of the day on
    which a version with a lower threshold takes over: those midnights carry the state before them, even
    if an update of that very instant breaks it.
    """
    groups = groups_after_each(updates)
    midnights = [datetime(year, 1, 1)]
    midnights += [
        datetime.combine(day, time())
        for day in world.book.starts("profile_complete")
        if day.year == year and day != date(year, 1, 1) and day <= world.as_of
    ]
    moments = [(midnight, 0, None) for midnight in midnights]
    moments += [(update.at, 1, i) for i, update in enumerate(updates) if update.day.year == year]
    for at, _, update in sorted(moments, key=lambda m: (m[0], m[1], -1 if m[2] is None else m[2])):
        threshold = world.threshold("profile_complete", at.date())
        if threshold is None:  # no number in force: the condition cannot be true
            continue
        if update is None:
            before = [i for i, event in enumerate(updates) if event.at < at]
            if before and groups[before[-1]] >= threshold:
                completing = last_completion(groups[: len(before)], threshold)
                return Credit(teacher, "profile_complete", f"{year:04}", at, updates[completing].event_id)
        elif groups[update] >= threshold:
            return Credit(teacher, "profile_complete", f"{year:04}", at, updates[update].event_id)
    return None


def groups_after_each(updates: list[Event]) -> list[int]:
    """How many of the four groups hold after each update."""
    fields: dict[str, str | None] = {}
    counts = []
    for update in updates:
        fields |= update.attributes  # an absent key leaves its field, None clears it
        counts.append(sum(any(fields.get(name) for name in group) for group in PROFILE_GROUPS))
    return counts


def last_completion(groups: list[int], threshold: int) -> int:
    """The update that last took the profile from short of the threshold to it."""
    return max(
        i for i, count in enumerate(groups) if count >= threshold and (i == 0 or groups[i - 1] < threshold)
    )


def resource_share(world: World) -> Iterator[Credit]:
    """3: first public by this teacher, at upload or later; an upload by the teacher is not needed."""
    events = world.of("resource_upload", "resource_visibility")
    public = [event for event in events if event.attributes["visibility"] == "public"]
    yield from firsts("resource_share", public, lambda e: e.object_id)


def photo_record(world: World) -> Iterator[Credit]:
    """4: a post with enough photos, by the number in force on its day."""

    def has_enough(event: Event) -> bool:
        threshold = world.threshold("photo_record", event.day)
        return threshold is not None and event.attributes["photo_count"] >= threshold

    posts = [event for event in world.of("photo_post") if has_enough(event)]
    yield from firsts("photo_record", posts, lambda e: e.object_id)


def teaching_article(world: World) -> Iterator[Credit]:
    """5: an article's first publication."""
    yield from firsts("teaching_article", world.of("article_publish"), lambda e: e.object_id)


def result_spread(world: World) -> Iterator[Credit]:
    """6: an article shared on a day, own or another's."""
    yield from firsts("result_spread", world.of("article_share"), object_and_day)


def courseware(world: World) -> Iterator[Credit]:
    """11: the first event that is both original and a success."""
    made = [
        event
        for event in world.of("courseware_upload")
        if event.attributes["original"] and event.attributes["status"] == "success"
    ]
    yield from firsts("courseware", made, lambda e: e.object_id)


def research_activity(world: World) -> Iterator[Credit]:
    """16: a topic on a day."""
    yield from firsts("research_activity", world.of("research_participate"), object_and_day)


def campus_office(world: World) -> Iterator[Credit]:
    """17: the first time for a document and action."""
    yield from firsts(
        "campus_office",
        world.of("office_submit", "office_approve"),
        lambda e: f"{e.object_id}|{e.event_type.removeprefix('office_')}",
    )
