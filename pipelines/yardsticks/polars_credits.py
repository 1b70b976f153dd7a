"""Credits by Polars: one row per unit whose condition came true. Part of `with_polars`."""

import polars as pl
from polars import col

from pipelines.yardsticks.deck import FIRSTS, TIMED

_WEEK, _YEAR = "1w", "1y"


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


def all_credits(spans: pl.LazyFrame, events: pl.LazyFrame, objects: pl.LazyFrame) -> pl.LazyFrame:
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
