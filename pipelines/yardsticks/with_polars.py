"""The same totals by Polars: lazy frames, its streaming engine, each file's columns read once or twice."""

from datetime import date, datetime, timedelta

import polars as pl
from polars import col

from pipelines.yardsticks.deck import APART, BULK, COUNTED, DECK, FIRSTS, TIMED
from pipelines.yardsticks.inputs import Totals, end_of

_QUARTER = timedelta(minutes=15)
_WEEK, _YEAR = "1w", "1y"
_EVER = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
_DAYS_TO_1970 = 719_162
"""From 0001-01-01, a Monday."""
_SPANS = 10_000_000
"""More than an object can have."""


def _seen(files: list[str], until: datetime) -> pl.LazyFrame:
    return pl.scan_parquet(files).filter(col("occurred_at") < until)


def _nth(column: str, n: int) -> pl.Expr:
    """The n-th smallest of a group, or null."""
    return col(column).sort().get(n - 1, null_on_oob=True)


def _credits(
    units: pl.LazyFrame, rule: str | pl.Expr, when: str = "moment", who: str = "actor_id", span: str = _WEEK
) -> pl.LazyFrame:
    """One credit per unit: teacher_id, rule, and the first instant of the week (or year) of its cap."""
    return units.select(
        teacher_id=who,
        rule=pl.lit(rule) if isinstance(rule, str) else rule,
        span=col(when).cast(pl.Datetime("us")).dt.truncate(span),
    )


def _events(activities: list[str], until: datetime) -> pl.DataFrame:
    """All that can count, but for pupils' bulk and profiles; a lesson stands where it lasted long enough."""
    reached = col("started_at") + _QUARTER
    counts = [
        ~col("event_type").is_in(BULK + APART),
        col("visibility").fill_null("public") == "public",
        col("photo_count").fill_null(1) >= 1,
        col("is_original").fill_null(True),
        col("upload_status").fill_null("success") == "success",
        col("started_at").is_null() | ((col("ended_at") >= reached) & (reached < until)),
    ]
    return (
        _seen(activities, until)
        .filter(counts)
        .select(
            "event_type",
            "event_id",
            "actor_id",
            "object_id",
            part=pl.coalesce("student_id", "work_id"),
            moment=pl.coalesce(reached, "occurred_at"),
        )
        .collect(engine="streaming")
    )


def _objects(events: pl.LazyFrame) -> pl.DataFrame:
    """Each created object with a number, its kind and creator, and when events of what kind count for it.

    `days` is the length of the spans in which its accounts are counted; 0 is its whole life.
    """
    window = pl.when(kind="assignment_response").then(col("moment") + timedelta(hours=720))
    return (
        events.filter(col("event_type").is_in(list(COUNTED)))
        .sort("moment", "event_id")
        .with_columns(kind=col("event_type").replace_strict(COUNTED))
        .unique(["kind", "object_id"], keep="first")
        .with_row_index("id")
        .select(
            col("id").cast(pl.Int64),
            "kind",
            "object_id",
            teacher_id="actor_id",
            opens=pl.when(col("kind").is_in(TIMED)).then("moment").otherwise(pl.lit(_EVER[0])),
            closes=window.otherwise(pl.lit(_EVER[1])),
            days=col("kind").replace_strict({"habit_checkin": 1, "activity_join": 7}, default=0),
        )
        .collect()
    )


def _spans(activities: list[str], objects: pl.DataFrame, until: datetime) -> pl.DataFrame:
    """Per object and span: how many accounts, when the first of them came and when the tenth.

    One number stands for object and span. Accounts are told apart by a 64-bit hash, within one object only.
    """
    day = col("occurred_at").dt.date().cast(pl.Int32) + _DAYS_TO_1970
    span = pl.when(days=7).then(day // 7).when(days=1).then(day).otherwise(0)
    counting = objects.lazy().select("id", "kind", "object_id", "opens", "closes", "days")
    moments = col("moments").list
    return (
        _seen(activities, until)
        .filter(col("event_type").is_in(BULK))
        .select("object_id", "actor_id", "occurred_at", kind="event_type")
        .join(counting, on=["kind", "object_id"])
        .filter(col("occurred_at").is_between("opens", "closes"))
        .group_by(
            unit=col("id") * _SPANS + span,
            account=pl.when(col("days") != 1).then(col("actor_id").hash()),
        )
        .agg(col("occurred_at").min())
        .group_by("unit")
        .agg(moments="occurred_at")
        .select(
            id=col("unit") // _SPANS,
            accounts=moments.len(),
            first=moments.min(),
            tenth=moments.sort().list.get(9, null_on_oob=True),
        )
        .join(objects.lazy().select("id", "kind", "object_id", "teacher_id"), on="id")
        .collect(engine="streaming")
    )


def _login(logins: list[str], until: datetime) -> pl.LazyFrame:
    """A day 8 or later of a streak, which earns 2, is one whose 7th login day before is 7 days earlier."""
    is_late = (col("teacher_id") == col("teacher_id").shift(7)) & (
        col("day") - col("day").shift(7) == timedelta(days=7)
    )
    return (
        _seen(logins, until)
        .select("teacher_id", day=col("occurred_at").dt.date())
        .unique()
        .sort("teacher_id", "day")
        .select("teacher_id", points=1 + is_late.fill_null(False).cast(pl.Int64))
    )


def _profile(activities: list[str], until: datetime) -> pl.LazyFrame:
    """A profile complete from one update to the next earns in every year that span touches."""
    fields = ("avatar", "email", "phone", "wechat", "school", "class", "subject")
    holds = {f: (col(f"profile_{f}").forward_fill().over("actor_id") > "").fill_null(False) for f in fields}
    is_complete = pl.all_horizontal(
        holds["avatar"],
        holds["email"] | holds["phone"] | holds["wechat"],
        holds["school"] | holds["class"],
        holds["subject"],
    )
    next_at = col("occurred_at").shift(-1).over("actor_id").fill_null(until - timedelta(microseconds=1))
    return (
        _seen(activities, until)
        .filter(col("event_type") == "profile_update")
        .sort("actor_id", "occurred_at", "event_id")
        .select("occurred_at", teacher_id="actor_id", next_at=next_at, is_complete=is_complete)
        .filter("is_complete")
        .select(
            "teacher_id",
            year=pl.int_ranges(col("occurred_at").dt.year(), col("next_at").dt.year() + 1),
        )
        .explode("year")
        .unique()
        .select("teacher_id", points=pl.lit(20, pl.Int64))
    )


def _firsts(events: pl.LazyFrame) -> pl.LazyFrame:
    """Per teacher and object the first event of its kind; an office document's two actions are two."""
    firsts = (
        events.filter(col("event_type").is_in(list(FIRSTS)))
        .group_by(
            "actor_id",
            "object_id",
            rule=col("event_type").replace_strict(FIRSTS),
            is_approval=col("event_type") == "office_approve",
        )
        .agg(col("moment").min())
    )
    return _credits(firsts, col("rule"))


def _nth_part(events: pl.LazyFrame, n: int) -> pl.LazyFrame:
    """Per teacher and object, when its n-th different part came: a student reviewed, a work."""
    return (
        events.group_by("actor_id", "object_id", "part")
        .agg(col("moment").min())
        .group_by("actor_id", "object_id")
        .agg(moment=_nth("moment", n))
    )


def _by_creator(events: pl.LazyFrame, objects: pl.LazyFrame, kind: str) -> pl.LazyFrame:
    """Events that the creator of their object acted in."""
    created = objects.filter(kind=kind).select("object_id", actor_id="teacher_id")
    return events.join(created, on=["object_id", "actor_id"], how="semi")


def _habit_days(spans: pl.LazyFrame, events: pl.LazyFrame, objects: pl.LazyFrame) -> pl.LazyFrame:
    """Days of a habit with a check-in, or with an interaction of its creator."""
    own = _by_creator(events.filter(event_type="habit_interact"), objects, "habit_checkin")
    return pl.concat(
        [
            spans.filter(kind="habit_checkin").select(
                "object_id", col("first").dt.date().alias("moment"), actor_id="teacher_id"
            ),
            own.select("object_id", col("moment").dt.date(), "actor_id"),
        ]
    ).unique()


def _classes(events: pl.LazyFrame, objects: pl.LazyFrame) -> pl.LazyFrame:
    """When each class first had 25 members at one time."""
    is_join, was_in = col("event_type") == "class_join", col("was_in")
    change = pl.when(is_join & ~was_in).then(1).when(~is_join & was_in).then(-1).otherwise(0)
    return (
        events.filter(col("event_type").is_in(["class_join", "class_leave"]))
        .join(objects.filter(kind="class_join"), on="object_id")
        .sort("object_id", "moment", "event_id")
        .with_columns(was_in=is_join.shift(1).over("object_id", "actor_id").fill_null(False))
        .with_columns(members=change.cum_sum().over("object_id"))
        .filter(col("members") >= 25)
        .group_by("object_id", "teacher_id")
        .agg(col("moment").min())
    )


def _all_credits(spans: pl.LazyFrame, events: pl.LazyFrame, objects: pl.LazyFrame) -> pl.LazyFrame:
    """One row per credit of the rules with a weekly or yearly cap."""
    week = col("moment").dt.truncate(_WEEK)
    shared = (
        events.filter(event_type="article_share")
        .with_columns(day=col("moment").dt.date())
        .unique(["actor_id", "object_id", "day"])
    )
    researched = events.filter(event_type="research_participate")
    materials = (
        events.filter(col("event_type").is_in(["material_collect", "material_download"]))
        .group_by("actor_id", moment=week)
        .agg(different=col("object_id").n_unique())
        .filter(col("different") >= 5)
    )
    reviews = _nth_part(events.filter(event_type="assignment_review"), 10)
    works = _nth_part(_by_creator(events.filter(event_type="activity_review"), objects, "activity_join"), 5)
    reached, replied = (spans.filter(kind=kind) for kind in TIMED)
    crowded = spans.filter(col("accounts") >= 15, kind="activity_join")
    return pl.concat(
        [
            _firsts(events),
            _credits(shared, "result_spread"),
            _credits(researched, "research_activity"),
            _credits(materials, "material_search"),
            _credits(reviews, "assignment_review"),
            _credits(works, "class_activity"),
            _credits(crowded, "class_activity", "first", "teacher_id"),
            _credits(reached, "assignment_reach", "tenth", "teacher_id"),
            _credits(replied, "class_notice", "tenth", "teacher_id"),
            _credits(_habit_days(spans, events, objects), "habit_checkin"),
            _credits(_classes(events, objects), "class_formation", who="teacher_id", span=_YEAR),
        ]
    )


def totals(logins: list[str], activities: list[str], as_of: date | None = None) -> Totals:
    """Points by teacher_id as of a day, by default the newest drop day; both lists hold at least one file."""
    until = end_of(as_of, logins + activities)
    events = _events(activities, until)
    objects = _objects(events.lazy())
    spans = _spans(activities, objects, until)
    deck = pl.LazyFrame(
        [(rule, *numbers) for rule, numbers in DECK.items()], ["rule", "each", "cap"], orient="row"
    )
    weekly = (
        _all_credits(spans.lazy(), events.lazy(), objects.lazy())
        .filter(col("span").is_not_null())
        .group_by("teacher_id", "rule", "span")
        .agg(credits=pl.len().cast(pl.Int64))
        .join(deck, on="rule")
        .select("teacher_id", points=col("each") * pl.min_horizontal("credits", "cap"))
    )
    found = (
        pl.concat([_login(logins, until), _profile(activities, until), weekly])
        .group_by("teacher_id")
        .agg(col("points").sum())
        .collect(engine="streaming")
    )
    return dict(found.iter_rows())
