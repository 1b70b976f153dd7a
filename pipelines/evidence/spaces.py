"""What the logs say of spaces in a period: measures that stand beside the criteria of the rubrics.

The table `space_evidence` has a row for each listed teacher or school, and measure: `value`, and `out_of`
where the measure is a share of so many. Nothing done is 0; what cannot be told is null. Only accepted events
count that are not void and not after the period's end.

An article, a resource, a photo post, a courseware, an office record and what a teacher creates count once and
on the day of their first time, as the rules have it: what was there before the period is nothing new in it. A
courseware is original where one of its uploads was. A lesson has a part of the rule's minutes in the period.
A school's post is the first event of its id, whoever posts, for the school it names: posted again, for
another school too, it is no second one. A reply counts from its post's instant on, if not by the poster; a
delay is of the first reply, up to the period's end, to a post of the period. Visits are by others than the
teacher visited; one to an id that is a teacher's and a school's counts for both. A school of which no teacher
is listed has no rate of them: null, not 0.

Working days are Monday to Friday but for the State Council's holidays and make-up days in
data/reference/calendar.csv; of other years every Monday to Friday.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.accepted import accepted_activities
from pipelines.ingest.lake import Lake, Manifest, quoted
from pipelines.project import ROOT

TABLE = "space_evidence"
_HOLIDAYS = ROOT / "data" / "reference" / "calendar.csv"
_BOTH, _TEACHER, _SCHOOL = ("teacher", "school"), ("teacher",), ("school",)


@dataclass(frozen=True)
class Measure:
    """A measure: its label and unit in Chinese, whose it is, and the column its share is of, if it is one."""

    label: str
    unit: str
    levels: tuple[str, ...]
    out_of: str = ""


MEASURES: dict[str, Measure] = {
    "profile_complete": Measure("个人信息四项齐全", "", _TEACHER),
    "lessons": Measure("达到时长的互动课堂", "节", _TEACHER),
    "articles": Measure("发表文章", "篇", _TEACHER),
    "article_shares": Measure("分享文章", "篇次", _TEACHER),
    "research": Measure("参加教研", "次", _TEACHER),
    "courseware_original": Measure("原创课件", "件", _TEACHER, "courseware"),
    "courseware": Measure("上传成功的课件", "件", _TEACHER),
    "resources_public": Measure("公开的网盘资源", "件", _TEACHER),
    "photos": Measure("带照片的空间记录", "条", _TEACHER),
    "assignments": Measure("布置作业、检测", "次", _TEACHER),
    "assignment_responses": Measure("学生阅读或完成", "人次", _TEACHER),
    "students_reviewed": Measure("批阅学生作业", "人次", _TEACHER),
    "notices": Measure("班级通知、讨论", "条", _TEACHER),
    "notice_replies": Measure("学生、家长参与通知讨论", "人次", _TEACHER),
    "activities": Measure("创建班级活动", "个", _TEACHER),
    "habit_days": Measure("有打卡或互动的习惯活动", "天次", _TEACHER),
    "visits": Measure("空间访问", "次", _BOTH),
    "visitors": Measure("访问者", "人", _BOTH),
    "updates": Measure("内容更新", "条", _BOTH),
    "update_days": Measure("有更新的日子", "天", _BOTH),
    "working_day_share": Measure("在工作日更新的占比", "", _BOTH, "updates"),
    "busiest_day_share": Measure("更新最多的一天所占比重", "", _BOTH, "updates"),
    "verified_share": Measure("教师空间实名率", "", _SCHOOL, "teachers"),
    "posts": Measure("学校空间发布", "条", _SCHOOL),
    "original_share": Measure("原创占比", "", _SCHOOL, "posts"),
    "media_share": Measure("带图片或视频的占比", "", _SCHOOL, "posts"),
    "own_columns": Measure("有更新的自创栏目", "个", _SCHOOL),
    "posts_replied": Measure("有人回复的发布", "条", _SCHOOL, "posts"),
    "replies": Measure("回复", "条", _SCHOOL),
    "reply_delay_hours": Measure("首次回复间隔的中位数", "小时", _SCHOOL),
    "assignment_reviews": Measure("本校教师批阅学生作业", "人次", _SCHOOL),
    "activity_reviews": Measure("本校教师点评活动作品", "件次", _SCHOOL),
    "office_records": Measure("本校教师校园办公", "件次", _SCHOOL),
    "teachers_updating": Measure("空间有内容更新的教师", "人", _SCHOOL, "teachers"),
}
"""Every measure by its code."""


def label(measure: str) -> str:
    """What a measure is called."""
    return MEASURES[measure].label


def is_yes_or_no(measure: str) -> bool:
    """Whether a measure tells only whether something holds: 1 or 0."""
    return measure == "profile_complete"


def worded(measure: str, value: float | None, out_of: int | None) -> str:
    """A measure's value in words, such as 84%（42／50） or 3.5小时."""
    told = MEASURES[measure]
    if value is None:
        return "无数据"
    if is_yes_or_no(measure):
        return "是" if value else "否"
    if told.out_of and not told.unit:
        return f"{_percent(int(value), out_of)}%（{int(value)}／{out_of}）" if out_of else "无内容"
    shown = f"{int(value)}" if value == int(value) else f"{float(value):.1f}"
    return f"{shown}{told.unit}" + (f"（共{out_of}{told.unit}）" if told.out_of else "")


def _percent(part: int, of: int) -> str:
    """Per cent to a tenth, half up; 100 and 0 are kept for all and nothing: a rate of 100% is asked for."""
    tenths = (2000 * part + of) // (2 * of)
    return f"{(min(max(tenths, 1), 999) if 0 < part < of else tenths) / 10:g}"


def write_spaces(
    con: duckdb.DuckDBPyConnection, lake: Lake, manifests: dict[str, Manifest], period: str
) -> None:
    """Make the temporary table `space_evidence` of a period, in `con`, a warehouse that may be read only.

    `manifests` are those of the lake that the warehouse was made of.
    """
    con.execute(
        "create or replace temp table span as "
        "select period_id, starts_on, least(ends_on, as_of) as ends_on "
        "from marts.periods cross join ops.run where period_id = ?",
        [period],
    )
    # Read once: the queries below go over it several times, and it is a part of the year.
    con.execute(
        "create or replace temp table seen as select events.*, cast(occurred_at as date) as occurred_on "
        f"from ({accepted_activities(lake, manifests)}) as events cross join span "
        f"where occurred_at < span.ends_on + 1 "
        f"and ({_WANTED} or occurred_at >= span.starts_on)"
    )
    con.execute(
        "create or replace temp table off_days as "
        "select cast(unnest(generate_series(first, last, interval 1 day)) as date) as day, "
        f"kind = 'holiday' as is_off from read_csv('{quoted(_HOLIDAYS)}')"
    )
    con.execute("create or replace temp table measures (level varchar, measure varchar)")
    rows = [(level, code) for code, measure in MEASURES.items() for level in measure.levels]
    con.executemany("insert into measures values (?, ?)", rows)
    values = " ".join(f"when '{code}' then wide.{code}" for code in MEASURES)
    shares = " ".join(f"when '{code}' then wide.{m.out_of}" for code, m in MEASURES.items() if m.out_of)
    for path in sorted(Path(__file__).with_name("spaces_sql").iterdir()):
        query = path.read_text(encoding="utf-8")
        con.execute(query.replace("{values}", values).replace("{denominators}", shares))


# Of days before the period: what a profile holds, who made what events of the period are on, what is not new.
_WANTED = (
    "event_type in ('profile_update', 'school_post', 'assignment_create', 'notice_post', 'activity_create', "
    "'habit_create', 'article_publish', 'resource_upload', 'resource_visibility', 'photo_post', "
    "'courseware_upload', 'lesson_session', 'office_submit', 'office_approve')"
)
