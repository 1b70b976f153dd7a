"""The same totals by pandas: pyarrow reads and filters, strings of the bulk become codes, one sort of it."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipelines.yardsticks.deck import APART, BULK, COUNTED, DECK, TIMED
from pipelines.yardsticks.inputs import Totals, end_of
from pipelines.yardsticks.pandas_credits import all_credits, day_number

_EVENT = ("event_type", "event_id", "actor_id", "object_id")
_QUARTER = timedelta(minutes=15)
_EVER = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)
_SPANS = 10_000_000
"""More than an object can have."""


def _read(files: list[str], columns: list[str], condition: pc.Expression) -> pa.Table:
    return ds.dataset(files, format="parquet").to_table(columns=columns, filter=condition)


def _events(activities: list[str], until: datetime) -> pd.DataFrame:
    """All that can count, but for pupils' bulk and profiles; a lesson stands where it lasted long enough."""
    field = pc.field
    events = _read(
        activities,
        [*_EVENT, "occurred_at", "started_at", "ended_at", "student_id", "work_id"],
        ~field("event_type").isin(BULK + APART)
        & (field("occurred_at") < pa.scalar(until, pa.timestamp("us")))
        & (pc.coalesce(field("visibility"), pa.scalar("public")) == "public")
        & (pc.coalesce(field("photo_count"), pa.scalar(1)) >= 1)
        & pc.coalesce(field("is_original"), pa.scalar(True))
        & (pc.coalesce(field("upload_status"), pa.scalar("success")) == "success"),
    ).to_pandas()
    reached = events["started_at"] + _QUARTER
    is_long = events["started_at"].isna() | ((events["ended_at"] >= reached) & (reached < until))
    return pd.DataFrame(
        {
            "event_type": events["event_type"],
            "event_id": events["event_id"],
            "teacher_id": events["actor_id"],
            "object_id": events["object_id"],
            "part": events["student_id"].fillna(events["work_id"]),
            "moment": reached.fillna(events["occurred_at"]),
        }
    )[is_long]


def _objects(events: pd.DataFrame) -> pd.DataFrame:
    """Each created object, its kind and creator, and when events of what kind count for it.

    `days` is the length of the spans in which its accounts are counted; 0 is its whole life.
    """
    objects = (
        events.assign(kind=events["event_type"].map(COUNTED))
        .dropna(subset="kind")
        .sort_values(["moment", "event_id"])
        .drop_duplicates(["kind", "object_id"], ignore_index=True)
    )
    in_window = objects["kind"] == "assignment_response"
    objects["opens"] = objects["moment"].where(objects["kind"].isin(TIMED), _EVER[0])
    objects["closes"] = (objects["moment"] + timedelta(hours=720)).where(in_window, _EVER[1])
    objects["days"] = objects["kind"].map({"habit_checkin": 1, "activity_join": 7}).fillna(0).astype(int)
    return objects[["kind", "object_id", "teacher_id", "opens", "closes", "days"]]


def _object_rows(objects: pd.DataFrame, kinds: pa.Array, ids: pa.Array) -> np.ndarray:
    """For each of `kinds` and each of `ids` the row of that object in `objects`, or -1."""
    rows = np.full((len(kinds), len(ids)), -1)
    for number, kind in enumerate(kinds.to_pylist()):
        of_kind = objects[objects["kind"] == kind]
        place = pc.index_in(ids, pa.array(of_kind["object_id"], ids.type)).to_numpy(zero_copy_only=False)
        known = ~np.isnan(place)
        rows[number, known] = of_kind.index.to_numpy()[place[known].astype(np.int64)]
    return rows


def _bulk(activities: list[str], objects: pd.DataFrame, until: datetime) -> pd.DataFrame:
    """What counts for a created object: its row in `objects`, the account's code, the moment."""
    seen = pc.field("occurred_at") < pa.scalar(until, pa.timestamp("us"))
    table = _read(
        activities,
        ["event_type", "object_id", "actor_id", "occurred_at"],
        pc.field("event_type").isin(BULK) & seen,
    )
    kinds, ids, accounts = (
        table.column(c).combine_chunks().dictionary_encode() for c in ("event_type", "object_id", "actor_id")
    )
    rows = _object_rows(objects, kinds.dictionary, ids.dictionary)
    bulk = pd.DataFrame(
        {
            "object": rows[kinds.indices.to_numpy(), ids.indices.to_numpy()],
            "account": accounts.indices.to_numpy(),
            "moment": table.column("occurred_at").to_numpy(),
        }
    )
    bulk = bulk[bulk["object"] >= 0]
    opens, closes = (objects[c].to_numpy()[bulk["object"]] for c in ("opens", "closes"))
    return bulk[(bulk["moment"] >= opens) & (bulk["moment"] <= closes)]


def _spans(activities: list[str], objects: pd.DataFrame, until: datetime) -> pd.DataFrame:
    """Per object and span: how many accounts, when the first of them came (`moment`) and when the tenth."""
    bulk = _bulk(activities, objects, until)
    days, day = objects["days"].to_numpy()[bulk["object"]], day_number(bulk["moment"])
    bulk["unit"] = bulk["object"] * _SPANS + np.where(days == 0, 0, day // np.maximum(days, 1))
    bulk["account"] = bulk["account"].where(days != 1, 0)
    units = bulk.sort_values("moment").drop_duplicates(["unit", "account"]).groupby("unit")
    spans = units.agg(accounts=("account", "size"), moment=("moment", "first"))
    spans["tenth"] = units.nth(9).set_index("unit")["moment"]
    return spans.join(objects, on=spans.index // _SPANS)


def _login(logins: list[str], until: datetime) -> pd.DataFrame:
    """A day 8 or later of a streak, which earns 2, is one whose 7th login day before is 7 days earlier."""
    seen = pc.field("occurred_at") < pa.scalar(until, pa.timestamp("us"))
    logged_in = _read(logins, ["teacher_id", "occurred_at"], seen).to_pandas()
    days = pd.DataFrame({"teacher_id": logged_in["teacher_id"], "day": day_number(logged_in["occurred_at"])})
    days["teacher_id"] = days["teacher_id"].astype("category")
    days = days.drop_duplicates().sort_values(["teacher_id", "day"])
    before = days.shift(7)
    is_late = (days["teacher_id"] == before["teacher_id"]) & (days["day"] - before["day"] == 7)
    return pd.DataFrame({"teacher_id": days["teacher_id"].astype(str), "points": 1 + is_late.astype(int)})


def _profile(activities: list[str], until: datetime) -> pd.DataFrame:
    """A profile complete from one update to the next earns in every year that span touches."""
    fields = [f"profile_{f}" for f in ("avatar", "email", "phone", "wechat", "school", "class", "subject")]
    seen = pc.field("occurred_at") < pa.scalar(until, pa.timestamp("us"))
    updates = (
        _read(
            activities,
            ["actor_id", "occurred_at", "event_id", *fields],
            (pc.field("event_type") == "profile_update") & seen,
        )
        .to_pandas()
        .sort_values(["actor_id", "occurred_at", "event_id"])
    )
    avatar, email, phone, wechat, school, klass, subject = (
        updates.groupby("actor_id")[f].ffill().fillna("") > "" for f in fields
    )
    is_complete = avatar & (email | phone | wechat) & (school | klass) & subject
    next_at = updates.groupby("actor_id")["occurred_at"].shift(-1).fillna(until - timedelta(microseconds=1))
    years = zip(updates["occurred_at"].dt.year, next_at.dt.year, strict=True)
    updates["year"] = [list(range(first, last + 1)) for first, last in years]
    earned = updates[is_complete].explode("year").drop_duplicates(["actor_id", "year"])
    return pd.DataFrame({"teacher_id": earned["actor_id"], "points": 20})


def totals(logins: list[str], activities: list[str], as_of: date | None = None) -> Totals:
    """Points by teacher_id as of a day, by default the newest drop day; both lists hold at least one file."""
    until = end_of(as_of, logins + activities)
    events = _events(activities, until)
    objects = _objects(events)
    spans = _spans(activities, objects, until)
    deck = pd.DataFrame.from_dict(DECK, orient="index", columns=["each", "cap"])
    weekly = (
        all_credits(spans, events, objects)
        .groupby(["teacher_id", "rule", "span"])
        .size()
        .rename("credits")
        .reset_index()
        .join(deck, on="rule")
    )
    weekly["points"] = weekly["each"] * np.minimum(weekly["credits"], weekly["cap"])
    parts = [_login(logins, until), _profile(activities, until), weekly]
    earned = pd.concat([part[["teacher_id", "points"]] for part in parts])
    return earned.groupby("teacher_id")["points"].sum().to_dict()
