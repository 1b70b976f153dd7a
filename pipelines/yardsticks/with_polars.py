"""The same totals by Polars: lazy frames, its streaming engine, each file's columns read once or twice."""

from datetime import date, datetime, timedelta

import polars as pl
from polars import col

from pipelines.yardsticks.deck import APART, BULK, COUNTED, DECK, TIMED
from pipelines.yardsticks.inputs import Totals, end_of
from pipelines.yardsticks.polars_credits import all_credits

_QUARTER = timedelta(minutes=15)
_EVER = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
_DAYS_TO_1970 = 719_162
"""From 0001-01-01, a Monday."""
_SPANS = 10_000_000
"""More than an object can have."""


def _seen(files: list[str], until: datetime) -> pl.LazyFrame:
    return pl.scan_parquet(files).filter(col("occurred_at") < until)


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
        all_credits(spans.lazy(), events.lazy(), objects.lazy())
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
