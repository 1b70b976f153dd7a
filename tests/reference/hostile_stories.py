"""Stories: small heaps of events that walk along the edges of one rule each."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from .hostile_city import MICRO, City


def logins(city: City) -> None:
    """Streaks of 6 to 10 days with gaps of one, across the span; several logins a day."""
    for teacher in city.teachers:
        run = city.rng.choice((6, 7, 8, 9, 10))
        for n, day in enumerate(city.days):
            if n % (run + 1) == run or (n > 20 and city.often(0.3)):
                continue
            for _ in range(city.rng.choice((1, 1, 1, 2, 3))):
                channel = city.rng.choice(("web", "mobile", "teaching_app"))
                city.add("login", city.at(day), teacher, "teacher", "", channel=channel)


def profiles(city: City) -> None:
    """Fields set and cleared, in one instant too, by blank and by null, across New Year."""
    full = {"avatar": "a.png", "wechat": "w", "class": "3-2", "subject": "语文"}
    for teacher in city.teachers:
        at = datetime.combine(city.first, time()) - timedelta(days=city.rng.choice((0, 0, 3, 400)))
        for _ in range(city.rng.randint(1, 7)):
            at += city.rng.choice((timedelta(0), MICRO, timedelta(hours=5), timedelta(days=6)))
            if city.often(0.2):
                at = city.rng.choice((new_year(city), new_year(city) - MICRO, at))
            kind = city.rng.randrange(4)
            chosen = dict(full) if kind == 0 else {}
            if kind == 1:
                chosen = dict(city.rng.sample(list(full.items()), 2))
            elif kind == 2:
                field = city.rng.choice(("avatar", "phone", "email", "wechat", "school", "class", "subject"))
                chosen = {field: city.rng.choice((None, "", "  ", "x"))}
            city.act("profile_update", at, teacher, city.rng.choice((teacher, "T00")), **chosen)
    for teacher in city.rng.sample(city.teachers, 2):  # complete at New Year, or broken at that instant
        midnight = city.rng.choice((new_year(city), datetime(city.first.year, 1, 1)))
        before = midnight - city.rng.choice((MICRO, timedelta(days=20)))
        city.act("profile_update", before - timedelta(days=9), teacher, **full)
        if city.often(0.6):
            city.act("profile_update", before, teacher, subject=None)
            city.act("profile_update", before, teacher, subject="数学")
        city.act("profile_update", midnight, teacher, avatar=city.rng.choice(("", "b")))


def new_year(city: City) -> datetime:
    """The first New Year after the span's first day."""
    return datetime(city.first.year + 1, 1, 1)


def resources(city: City) -> None:
    """Visibility toggled, by two teachers on one object, without an upload; seven public in a week."""
    for _ in range(city.rng.randint(15, 30)):
        city.act(
            city.rng.choice(("resource_upload", "resource_visibility")),
            city.at(),
            city.teacher(),
            city.object("r", 12),
            visibility=city.rng.choice(("public", "private")),
        )
    teacher, monday = city.teacher(), city.week_edge()
    for n in range(7):
        at = monday + timedelta(hours=n // 2 * 9)  # two in one instant: the unit id decides
        city.act("resource_upload", at, teacher, f"r-{n}", visibility="public")


def photos(city: City) -> None:
    """Posts with 0, 1 and 2 photos, one post twice, more than five in a week."""
    teacher, monday = city.teacher(), city.week_edge()
    for n in range(7):
        at = monday + timedelta(days=n) - city.rng.choice((timedelta(0), MICRO))
        city.act("photo_post", at, teacher, f"p-{teacher}-{n}", place="album", photo_count=1)
    for _ in range(10):
        count, place = city.rng.choice((0, 0, 1, 2, 9)), city.rng.choice(("album", "class_circle"))
        city.act("photo_post", city.at(), city.teacher(), city.object("p"), place=place, photo_count=count)


def articles(city: City) -> None:
    """Articles published again and by others, and shared twice on one day."""
    for _ in range(city.rng.randint(8, 14)):
        city.act("article_publish", city.at(), city.teacher(), city.object("art"))
    teacher = city.teacher()
    for _ in range(city.rng.randint(12, 24)):
        sharer = teacher if city.often(0.7) else city.teacher()
        city.act("article_share", city.at(), sharer, city.object("art"))


def lessons(city: City) -> None:
    """Lessons of 15 minutes and a microsecond less, in parts, over midnight, noted before or after."""
    quarter = timedelta(minutes=15)
    lengths = (quarter, quarter - MICRO, quarter + MICRO, timedelta(0), timedelta(hours=24), 2 * quarter)
    for _ in range(city.rng.randint(12, 20)):
        teacher, session = city.teacher(), city.object("les", 9)
        start = city.rng.choice((city.at(), city.week_edge() - quarter, city.week_edge() - quarter - MICRO))
        for _ in range(city.rng.choice((1, 1, 2, 3))):
            length = city.rng.choice(lengths)
            noted = city.rng.choice(
                (start, start + length, start + timedelta(days=1), start - timedelta(days=2))
            )
            city.act("lesson_session", noted, teacher, session, started_at=start, ended_at=start + length)
            start += city.rng.choice((timedelta(0), MICRO, timedelta(minutes=3), timedelta(days=1)))


def assignments(city: City) -> None:
    """9, 10 and 11 students, at the window's very edges; two creators, or none; three in a week."""
    window, boss, monday = timedelta(hours=720), city.teacher(), city.week_edge()
    inside = (timedelta(0), timedelta(0), MICRO, timedelta(hours=9), window, window)
    for n in range(city.rng.randint(4, 6)):
        assignment = f"as{n}"
        created = monday + timedelta(hours=9 * n) if city.often(0.6) else city.at()
        if city.often(0.9):
            teacher = boss if city.often(0.8) else city.teacher()
            city.act("assignment_create", created, teacher, assignment, kind="quiz")
        if city.often(0.2):
            again = created + city.rng.choice((timedelta(0), MICRO, timedelta(days=2)))
            city.act("assignment_create", again, city.teacher(), assignment, kind="preview")
        late = city.often(0.4)
        for student in city.pupils(city.around(10)):
            at = created + city.rng.choice(inside if late else inside[:4])
            if city.often(0.05):
                at = created + city.rng.choice((-MICRO, window + MICRO))
            action = city.rng.choice(("read", "complete"))
            city.add("assignment_response", at, student, "student", assignment, action=action)


def reviews(city: City) -> None:
    """Work of 9 to 11 students reviewed, also by a colleague or without a creation; three in a week."""
    boss, monday = city.teacher(), city.week_edge()
    for n in range(city.rng.randint(4, 6)):
        teacher = boss if city.often(0.7) else city.teacher()
        at = monday + timedelta(hours=9 * n) if city.often(0.6) else city.at()
        for student in city.pupils(city.around(10)):
            at += city.rng.choice((timedelta(0), MICRO, timedelta(hours=4), timedelta(hours=19)))
            reviewer = teacher if city.often(0.97) else city.teacher()
            city.act("assignment_review", at, reviewer, f"as{n}", student_id=student)


def materials(city: City) -> None:
    """4 to 6 materials, some twice, on both sides of a week's end."""
    for teacher in city.rng.sample(city.teachers, 3):
        edge = city.week_edge()
        for n in city.shuffled([*range(city.around(5)), 0, 1]):
            at = edge + city.rng.choice((timedelta(0), timedelta(0), -MICRO, timedelta(days=6, hours=20)))
            kind = city.rng.choice(("material_collect", "material_download"))
            city.act(kind, at, teacher, f"m{n}")


def coursewares(city: City) -> None:
    """Courseware that failed, was not original, and at last both."""
    for _ in range(city.rng.randint(8, 16)):
        city.act(
            "courseware_upload",
            city.at(),
            city.teacher(),
            city.object("cw"),
            original=city.often(0.7),
            status="success" if city.often(0.7) else "failed",
        )


def classes(city: City) -> None:
    """24 to 26 members at one time, with leaves, rejoins, moves of one instant, and joins before."""
    teacher = city.teacher()
    for n in range(city.rng.randint(2, 4)):
        class_id, created = f"cl{n}", city.at()
        if city.often(0.85):
            city.act("class_create", created, teacher, class_id)
        if city.often(0.3):
            city.act("class_create", created + timedelta(hours=1), city.teacher(), class_id)
        at = created + city.rng.choice((timedelta(days=-2), timedelta(0), timedelta(days=1)))
        for student in city.pupils(city.around(25), twice=2):
            city.add("class_join", at, student, "student", class_id)
            at += city.rng.choice((timedelta(0), timedelta(0), MICRO, timedelta(hours=1)))
            if city.often(0.12):
                city.add("class_leave", at, city.rng.choice((student, "st0")), "student", class_id)
            if city.often(0.1):
                city.add("class_join", at, student, "student", class_id)


def notices(city: City) -> None:
    """9 to 11 accounts; a pupil and a parent with one id; replies before the posting; four in a week."""
    boss, monday = city.teacher(), city.week_edge()
    for n in range(city.rng.randint(4, 6)):
        notice = f"no{n}"
        posted = monday + timedelta(hours=7 * n) if city.often(0.6) else city.at()
        if city.often(0.9):
            city.act("notice_post", posted, boss if city.often(0.8) else city.teacher(), notice)
        if city.often(0.2):
            city.act("notice_post", posted, city.teacher(), notice)
        for account in city.pupils(city.around(10)):
            at = posted + city.rng.choice((timedelta(0), MICRO, timedelta(hours=3), timedelta(days=2)))
            if city.often(0.06):
                at = posted - MICRO
            city.add("notice_reply", at, account, city.rng.choice(("student", "parent")), notice)


def activities(city: City) -> None:
    """14 to 16 participants across a week's end; 4 to 6 works, reviewed by others too."""
    for n in range(city.rng.randint(2, 4)):
        activity, edge, teacher = f"ac{n}", city.week_edge(), city.teacher()
        if city.often(0.85):
            created = edge + city.rng.choice((timedelta(0), timedelta(days=-3), timedelta(days=4)))
            city.act("activity_create", created, teacher, activity)
        steps = (timedelta(0), timedelta(hours=1), timedelta(days=3), timedelta(days=6, hours=23))
        for student in city.pupils(city.around(15), twice=6):
            at = edge + city.rng.choice(steps)
            if city.often(0.06):
                at = edge - MICRO
            city.add("activity_join", at, student, "student", activity)
        for work in city.shuffled([*range(city.around(5)), 0]):
            at = edge + city.rng.choice((*steps, timedelta(days=8), timedelta(days=-1), -MICRO))
            reviewer = teacher if city.often(0.9) else city.teacher()
            city.act("activity_review", at, reviewer, activity, work_id=f"w{work}")


def habits(city: City) -> None:
    """Check-ins on more days than the cap; interactions of the creator and of others."""
    for n in range(2):
        habit, monday, creator = f"ha{n}", city.week_edge(), city.teacher()
        if city.often(0.85):
            city.act("habit_create", city.at(), creator, habit)
        for day in range(9):
            at = city.at(monday.date() + timedelta(days=day))
            if city.often(0.7):
                city.add("habit_checkin", at, city.rng.choice(city.students), "student", habit)
            if city.often(0.4):
                actor = creator if city.often(0.6) else city.teacher()
                city.act("habit_interact", city.at(at.date()), actor, habit)


def research(city: City) -> None:
    """Topics, twice a day and twice a week."""
    for _ in range(city.rng.randint(6, 12)):
        community = city.rng.choice(("studio", "course"))
        city.act("research_participate", city.at(), city.teacher(), city.object("to", 3), community=community)


def offices(city: City) -> None:
    """9 to 12 documents in a week, each submitted and handled and handled again."""
    teacher, monday = city.teacher(), city.week_edge()
    for n in range(city.rng.randint(9, 12)):
        at = city.at(monday.date() + timedelta(days=city.rng.randrange(7)))
        city.act(city.rng.choice(("office_submit", "office_approve")), at, teacher, f"doc{n}")
    for _ in range(8):
        kind = city.rng.choice(("office_submit", "office_approve"))
        city.act(kind, city.at(), city.teacher(), city.object("doc"))


def without_points(city: City) -> None:
    """The three types that earn nothing, and events of a teacher who does nothing else."""
    for _ in range(8):
        role = city.rng.choice(("teacher", "student", "parent"))
        actor = city.teacher() if role == "teacher" else city.rng.choice(city.students)
        city.add("space_visit", city.at(), actor, role, city.rng.choice(("T00", "S1")))
        city.add("post_reply", city.at(), actor, role, city.object("sp"))
        city.act(
            "school_post",
            city.at(),
            city.teacher(),
            city.object("sp"),
            school_id="S1",
            column="教研",
            column_kind=city.rng.choice(("system", "custom")),
            original=city.often(0.5),
            media=city.rng.choice(("none", "image", "video")),
        )


STORIES: tuple[Callable[[City], None], ...] = (
    logins,
    profiles,
    resources,
    photos,
    articles,
    lessons,
    assignments,
    reviews,
    materials,
    coursewares,
    classes,
    notices,
    activities,
    habits,
    research,
    offices,
    without_points,
)
