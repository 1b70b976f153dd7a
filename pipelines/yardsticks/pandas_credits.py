"""Credits by pandas: one row per unit whose condition came true. Part of `with_pandas`."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipelines.yardsticks.deck import FIRSTS

_DAYS_TO_1970 = 719_162
"""From 0001-01-01, a Monday."""


def day_number(moment: pd.Series) -> pd.Series:
    """Days from 0001-01-01, so that a seventh of them counts weeks from Monday to Sunday."""
    return pd.Series(moment.to_numpy("datetime64[D]").astype(np.int64) + _DAYS_TO_1970, moment.index)


def _firsts(events: pd.DataFrame) -> pd.DataFrame:
    """Per teacher and object the first event of its kind; an office document's two actions are two."""
    firsts = events.assign(rule=events["event_type"].map(FIRSTS)).dropna(subset="rule")
    firsts["is_approval"] = firsts["event_type"] == "office_approve"
    keys = ["teacher_id", "object_id", "rule", "is_approval"]
    return firsts.sort_values("moment").drop_duplicates(keys)


def _nth_part(events: pd.DataFrame, n: int) -> pd.DataFrame:
    """Per teacher and object, when its n-th different part came: a student reviewed, a work."""
    keys = ["teacher_id", "object_id"]
    return events.sort_values("moment").drop_duplicates([*keys, "part"]).groupby(keys).nth(n - 1)


def _by_creator(events: pd.DataFrame, objects: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Events that the creator of their object acted in."""
    created = objects.loc[objects["kind"] == kind, ["object_id", "teacher_id"]]
    return events.merge(created, on=["object_id", "teacher_id"])


def _habit_days(spans: pd.DataFrame, events: pd.DataFrame, objects: pd.DataFrame) -> pd.DataFrame:
    """Days of a habit with a check-in, or with an interaction of its creator."""
    own = _by_creator(events[events["event_type"] == "habit_interact"], objects, "habit_checkin")
    checked_in = spans[spans["kind"] == "habit_checkin"]
    days = pd.concat([f[["teacher_id", "object_id", "moment"]] for f in (checked_in, own)])
    return days.assign(day=day_number(days["moment"]).to_numpy()).drop_duplicates(["object_id", "day"])


def _classes(events: pd.DataFrame, objects: pd.DataFrame) -> pd.DataFrame:
    """When each class first had 25 members at one time."""
    moves = (
        events[events["event_type"].isin(["class_join", "class_leave"])]
        .drop(columns="teacher_id")
        .assign(account=events["teacher_id"])
    )
    moves = moves.merge(objects[objects["kind"] == "class_join"], on="object_id")
    moves = moves.sort_values(["object_id", "moment", "event_id"])
    is_in = (moves["event_type"] == "class_join").astype(int)
    was_in = is_in.groupby([moves["object_id"], moves["account"]]).shift(1, fill_value=0)
    moves["members"] = (is_in - was_in).groupby(moves["object_id"]).cumsum()
    return moves[moves["members"] >= 25].drop_duplicates("object_id")


def _week(moment: pd.Series) -> pd.Series:
    return day_number(moment) // 7


def _credits(
    units: pd.DataFrame,
    rule: str | None = None,
    moment: str = "moment",
    span: Callable[[pd.Series], pd.Series] = _week,
) -> pd.DataFrame:
    """One credit per unit whose moment is known: teacher_id, rule, and its cap's week or year."""
    known = units.dropna(subset=moment)
    return pd.DataFrame(
        {
            "teacher_id": known["teacher_id"],
            "rule": known["rule"] if rule is None else rule,
            "span": span(known[moment]),
        }
    )


def all_credits(spans: pd.DataFrame, events: pd.DataFrame, objects: pd.DataFrame) -> pd.DataFrame:
    """One row per credit of the rules with a weekly or yearly cap."""
    of = dict(list(events.groupby("event_type")))
    nothing = events.iloc[:0]
    shared = of.get("article_share", nothing)
    shared = shared.assign(day=day_number(shared["moment"])).drop_duplicates(
        ["teacher_id", "object_id", "day"]
    )
    found = pd.concat([of.get("material_collect", nothing), of.get("material_download", nothing)])
    found = found.assign(week=_week(found["moment"]))
    materials = (
        found.drop_duplicates(["teacher_id", "week", "object_id"]).groupby(["teacher_id", "week"]).nth(4)
    )
    works = _by_creator(of.get("activity_review", nothing), objects, "activity_join")
    of_kind = dict(list(spans.groupby("kind")))
    none = spans.iloc[:0]
    crowded = of_kind.get("activity_join", none)
    classes = _credits(_classes(events, objects), "class_formation", span=lambda moment: moment.dt.year)
    return pd.concat(
        [
            _credits(_firsts(events)),
            _credits(shared, "result_spread"),
            _credits(of.get("research_participate", nothing), "research_activity"),
            _credits(materials, "material_search"),
            _credits(_nth_part(of.get("assignment_review", nothing), 10), "assignment_review"),
            _credits(_nth_part(works, 5), "class_activity"),
            _credits(crowded[crowded["accounts"] >= 15], "class_activity"),
            _credits(of_kind.get("assignment_response", none), "assignment_reach", "tenth"),
            _credits(of_kind.get("notice_reply", none), "class_notice", "tenth"),
            _credits(_habit_days(spans, events, objects), "habit_checkin"),
            classes,
        ]
    )
