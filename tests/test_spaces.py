"""The evidence of spaces equals a recount in plain Python on a hostile city, and tells what is unknown."""

from pathlib import Path

import duckdb
import pytest
from space_drop import Drop, evidence_of
from space_recount import Event, Recount

from pipelines.evidence.spaces import MEASURES, worded, write_spaces
from pipelines.home import Home
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.lake import parquet


def events_of(home: Home, con: duckdb.DuckDBPyConnection) -> list[Event]:
    """Every accepted activity that is not void."""
    lake = home.lake
    files = [str(f) for f in lake.data_files(lake.load("activities"), "accepted")]
    void = {
        e
        for (e,) in con.execute(
            "select event_id from marts.voided_events where source = 'activities'"
        ).fetchall()
    }
    found = con.execute(f"select * from {parquet(files)}")
    names = [c[0] for c in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row for row in rows if row["event_id"] not in void]


def test_evidence_equals_a_recount(home: Home) -> None:
    """Every measure of every listed teacher and school of every period equals a recount by loops."""
    manifests = {source: home.lake.load(source) for source in SOURCES}
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        events = events_of(home, con)
        periods = [p for (p,) in con.execute("select period_id from marts.periods").fetchall()]
        assert periods
        seen: set[str] = set()
        for period in periods:
            recount = Recount(con, events, period)
            write_spaces(con, home.lake, manifests, period)
            rows = con.execute("from space_evidence").fetchall()
            found = {
                (level, entity, measure): (value, out_of) for level, entity, measure, value, out_of in rows
            }
            wanted = recount.teachers() | recount.of_schools()
            assert len(found) == len(rows)
            assert found.keys() == wanted.keys()
            for key, (value, out_of) in wanted.items():
                assert found[key][1] == out_of, key
                assert found[key][0] == (None if value is None else pytest.approx(value, abs=1e-3)), key
            seen |= {measure for (_, _, measure), (value, _) in wanted.items() if value}
    assert MEASURES.keys() - seen <= {"reply_delay_hours"}


@pytest.mark.parametrize(
    ("measure", "value", "out_of", "text"),
    [
        ("verified_share", 42, 50, "84%（42／50）"),
        ("original_share", 0, 0, "无内容"),
        ("original_share", 2999, 3000, "99.9%（2999／3000）"),
        ("original_share", 1, 30000, "0.1%（1／30000）"),
        ("original_share", 2, 3, "66.7%（2／3）"),
        ("original_share", 3, 3, "100%（3／3）"),
        ("reply_delay_hours", None, None, "无数据"),
        ("reply_delay_hours", 3.46, None, "3.5小时"),
        ("profile_complete", 1, None, "是"),
        ("courseware_original", 3, 4, "3件（共4件）"),
        ("updates", 51, None, "51条"),
    ],
)
def test_measures_are_put_in_words(measure: str, value: float | None, out_of: int | None, text: str) -> None:
    """Shares tell both numbers, unknown is not nothing."""
    assert worded(measure, value, out_of) == text


def test_what_was_there_before_is_nothing_new(tmp_path: Path) -> None:
    """Things hidden and shown, uploaded or published again count at their first time alone, ever."""
    drop = Drop()
    drop.add("resource_upload", "2022-02-01T08:00", "t1", "old", visibility="public")
    for day in range(14, 19):
        drop.add("resource_visibility", f"2022-03-{day}T08:00", "t1", "old", visibility="private")
        drop.add("resource_visibility", f"2022-03-{day}T09:00", "t1", "old", visibility="public")
    drop.add("article_publish", "2022-03-09T23:59:59", "t1", "old")
    drop.add("article_publish", "2022-03-10T00:00", "t1", "old")
    drop.add("article_publish", "2022-03-10T00:00", "t2", "old")
    drop.add("courseware_upload", "2022-03-01T08:00", "t1", "failed", original=True, status="failed")
    drop.add("courseware_upload", "2022-03-14T08:00", "t1", "failed", original=False, status="success")
    drop.add("courseware_upload", "2022-03-15T08:00", "t1", "failed", original=True, status="success")
    drop.add("photo_post", "2022-03-14T08:00", "t1", "few", place="album", photo_count=1)
    drop.add("photo_post", "2022-03-14T08:00", "t1", "enough", place="album", photo_count=2)
    drop.add("assignment_create", "2022-03-01T08:00", "t2", "hw", kind="quiz")
    drop.add("assignment_create", "2022-03-14T08:00", "t1", "hw", kind="quiz")
    drop.add("assignment_response", "2022-03-15T08:00", "a", "hw", role="student", action="read")
    drop.add("office_submit", "2022-03-01T08:00", "t1", "doc")
    drop.add("office_submit", "2022-03-14T08:00", "t1", "doc")
    drop.add("office_approve", "2022-03-14T08:00", "t1", "doc")
    found = evidence_of(drop, tmp_path)
    assert found["t1", "resources_public"] == (0, None)
    assert (found["t1", "articles"], found["t2", "articles"]) == ((0, None), (1, None))
    assert found["t1", "courseware_original"] == (1, 1)
    assert found["t1", "photos"] == (1, None)
    assert (found["t1", "updates"], found["t1", "update_days"]) == ((2, None), (1, None))
    assert found["t1", "busiest_day_share"] == (2, 2)
    assert (found["t1", "assignments"], found["t2", "assignments"]) == ((0, None), (0, None))
    assert (found["t1", "assignment_responses"], found["t2", "assignment_responses"]) == (
        (0, None),
        (1, None),
    )
    assert found["s1", "office_records"] == (1, None)
    assert found["s1", "teachers_updating"] == (2, 2)


def test_a_lesson_is_long_enough_by_the_rule_of_its_first_day(tmp_path: Path) -> None:
    """A minute short is short, and the version that came later does not reach back."""
    drop = Drop()

    def lesson(day: str, what: str, until: str) -> None:
        at = f"{day}T08:00"
        drop.add("lesson_session", at, "t1", what, started_at=at, ended_at=f"{day}T{until}")

    lesson("2022-03-14", "long", "08:15:00")
    lesson("2022-03-14", "long", "08:20:00")
    lesson("2022-03-15", "short", "08:14:59.999999")
    lesson("2022-03-16", "in parts", "08:10")
    lesson("2022-03-17", "in parts", "08:10")
    lesson("2022-04-01", "by the later rule", "08:39")
    lesson("2022-03-31", "begun before", "08:01")
    lesson("2022-04-02", "begun before", "08:15")
    lesson("2022-03-09", "before the period", "08:45")
    lesson("2022-05-21", "after the as-of day", "08:45")
    assert evidence_of(drop, tmp_path)["t1", "lessons"] == (2, None)


def test_a_post_is_the_first_event_of_its_id(tmp_path: Path) -> None:
    """Posted again, by somebody else for another school, it is the first one's still; a void one is none."""
    drop = Drop()
    drop.post("2022-03-14T08:00", "one", media="image")
    drop.post("2022-03-15T08:00", "one", school="s2", actor="t3", original=False)
    drop.post("2022-03-09T08:00", "old")
    drop.post("2022-03-16T08:00", "old")
    drop.post("2022-03-16T08:00", "elsewhere", school="on no roster")
    wrong = drop.post("2022-03-16T08:00", "again", original=False, column="社团", column_kind="custom")
    drop.post("2022-03-17T08:00", "again", column="食堂", column_kind="custom")
    drop.post("2022-03-17T09:00", "other", original=False, column="食堂", column_kind="custom", media="video")
    found = evidence_of(drop, tmp_path, (wrong,))
    assert found["s1", "posts"] == (3, None)
    assert found["s1", "original_share"] == (2, 3)
    assert found["s1", "media_share"] == (2, 3)
    assert found["s1", "own_columns"] == (1, None)
    assert (found["s1", "update_days"], found["s1", "busiest_day_share"]) == ((2, None), (2, 3))
    assert found["s2", "posts"] == (0, None)
    assert {entity for entity, _ in found} == {"t1", "t2", "t3", "s1", "s2", "s3"}


def test_replies_count_from_their_post_on(tmp_path: Path) -> None:
    """Not before it, not the poster's own; the delay is that of the first reply to a post of the period."""
    drop = Drop()
    drop.post("2022-03-01T08:00", "old")
    drop.post("2022-03-14T08:00", "one")
    drop.post("2022-03-14T08:00", "two", actor="t2")
    drop.post("2022-03-14T08:00", "three")
    for at, who, what in (
        ("2022-03-14T07:59:59", "p1", "one"), ("2022-03-14T08:30", "t1", "one"),
        ("2022-03-14T09:00", "p1", "one"), ("2022-03-14T12:00", "p2", "one"),
        ("2022-03-14T12:00", "t1", "two"), ("2022-03-20T08:00", "p1", "old"),
        ("2022-03-15T08:00", "p1", "never posted"), ("2022-05-21T00:00", "p1", "three"),
    ):  # fmt: skip
        drop.add("post_reply", at, who, what, role="teacher" if who[0] == "t" else "parent")
    found = evidence_of(drop, tmp_path)
    assert found["s1", "replies"] == (4, None)
    assert found["s1", "posts_replied"] == (2, 3)
    assert found["s1", "reply_delay_hours"] == (2.5, None)
    assert found["s2", "reply_delay_hours"] == (None, None)


def test_working_days_follow_the_calendar(tmp_path: Path) -> None:
    """A holiday on a weekday is none, a Saturday that is worked for it is one."""
    drop = Drop()
    for day in ("2022-04-02", "2022-04-03", "2022-04-04", "2022-04-05", "2022-04-06", "2022-04-09"):
        drop.add("article_publish", f"{day}T08:00", "t1", day)
    assert evidence_of(drop, tmp_path)["t1", "working_day_share"] == (2, 6)


def test_nothing_is_not_the_same_as_unknown(tmp_path: Path) -> None:
    """Nothing done is 0 in every row; a school of nobody has no rate, a share of nothing is told as such."""
    drop = Drop()
    drop.add("space_visit", "2022-03-14T08:00", "t1", "t1")
    drop.add("space_visit", "2022-03-14T08:00", "t1", "s1")
    drop.add("space_visit", "2022-03-14T09:00", "t1", "s1")
    drop.add("space_visit", "2022-05-21T00:00", "p1", "s1", role="parent")
    found = evidence_of(drop, tmp_path)
    assert (found["s1", "visits"], found["s1", "visitors"]) == ((2, None), (1, None))
    assert (found["t1", "visits"], found["t1", "updates"]) == ((0, None), (0, None))
    assert (found["s1", "verified_share"], found["s2", "verified_share"]) == ((1, 2), (1, 1))
    assert (found["s3", "verified_share"], found["s3", "teachers_updating"]) == ((None, None), (None, None))
    assert found["s3", "original_share"] == (0, 0)
    levels = [level for measure in MEASURES.values() for level in measure.levels]
    assert len(found) == 3 * levels.count("teacher") + 3 * levels.count("school")


def test_a_profile_is_complete_at_the_end_or_not(tmp_path: Path) -> None:
    """What an update clears is gone, what it leaves out stays, however long ago it was set."""
    drop = Drop()
    drop.add("profile_update", "2021-03-14T08:00", "t1", "t1", avatar="a", phone="1", wechat="w", school="s")
    drop.add("profile_update", "2022-03-14T08:00", "t1", "t1", subject="语文", phone="")
    drop.add(
        "profile_update", "2021-03-14T08:00", "t2", "t2", avatar="a", phone="1", school="s", subject="语文"
    )
    drop.add("profile_update", "2022-05-20T23:59", "t2", "t2", phone=None)
    drop.add("profile_update", "2022-05-21T08:00", "t2", "t2", phone="2")
    found = evidence_of(drop, tmp_path)
    assert [found[t, "profile_complete"] for t in ("t1", "t2", "t3")] == [(1, None), (0, None), (0, None)]
