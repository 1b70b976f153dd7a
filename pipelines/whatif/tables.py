"""The results as people read them: Chinese headers and words over the tables of `result`."""

from pipelines.export_tables import Column, Table
from pipelines.whatif.results import RANKS

LEVEL_WORDS = {"district": "区", "school": "学校", "teacher": "教师"}
SIDE_WORDS = {"inside": "线内", "tied": "并列压线", "outside": "线外"}
CROSSING_WORDS = {"up": "升入", "down": "跌出"}
_RANK_WORDS = {"city_rank": "全市名次", "district_rank": "区内名次", "school_rank": "校内名次"}
_CONDITION_WORDS = {
    "points": "分值", "cap": "上限", "cap_period": "上限周期", "threshold": "门槛",
    "works_threshold": "作品门槛", "window_hours": "时限（小时）", "streak_day": "连续第几天起",
    "streak_points": "连续分值",
}  # fmt: skip
_PERIOD = (Column("周期编号"), Column("周期名称"))


def _worded(column: str, words: dict[str, str]) -> str:
    cases = " ".join(f"when '{code}' then '{word}'" for code, word in words.items())
    return f"case {column} {cases} end"


def _rounded(side: str) -> str:
    """An index by its two whole numbers, half up, as all exports have it."""
    return f"cast((200 * points_{side} + teachers) // nullif(2 * teachers, 0) as double) / 100"


def _pair(word: str, kind: str = "integer") -> tuple[Column, ...]:
    return (Column(f"{word}（现行）", kind), Column(f"{word}（推演）", kind))


def _level_table(level: str) -> Table:
    word = LEVEL_WORDS[level]
    is_teacher = level == "teacher"
    columns = [*_PERIOD, Column(f"{word}编号"), Column("姓名" if is_teacher else f"{word}名称")]
    picked = ["period_id", "period_name", f"{level}_id", "name"]
    if level != "district":
        columns += [Column("学校编号"), Column("区编号")] if is_teacher else [Column("区编号")]
        picked += ["school_id", "district_id"] if is_teacher else ["district_id"]
    if not is_teacher:
        columns += [Column("在册教师数", "integer"), *_pair("指数", "index")]
        picked += ["teachers", _rounded("before"), _rounded("after")]
    columns += [*_pair("积分"), Column("积分增减", "integer")]
    picked += ["points_before", "points_after", "points_gain"]
    for rank in RANKS[level]:
        columns += [*_pair(_RANK_WORDS[rank]), Column(f"{_RANK_WORDS[rank]}升降（正为上升）", "integer")]
        picked += [f"{rank}_before", f"{rank}_after", f"{rank}_gain"]
    columns += [*_pair("评选线", "text"), Column("越线")]
    picked += [_worded("side_before", SIDE_WORDS), _worded("side_after", SIDE_WORDS)]
    picked += [_worded("crossing", CROSSING_WORDS)]
    return Table(
        f"{level}s",
        f"{word}前后对比",
        f"{level.capitalize()}s before and after.",
        tuple(columns),
        f"select {', '.join(picked)} from result.{level}s join result.periods using (period_id) "
        f"order by period_id, city_rank_after nulls last, {level}_id",
    )


TABLES: tuple[Table, ...] = (
    Table(
        "rule_changes",
        "规则变动",
        "Versions of rules that stand in one of the two tables only.",
        (
            Column("规则编号"),
            Column("规则名称"),
            Column("所属规则表"),
            Column("生效首日", "date"),
            Column("生效末日", "date"),
            *(Column(w, "text" if c == "cap_period" else "integer") for c, w in _CONDITION_WORDS.items()),
        ),
        "select rule_code, rule_name, case side when 'before' then '现行' else '推演' end, "
        "valid_from, valid_to, "
        + ", ".join(
            _worded(c, {"day": "每天", "week": "每周", "year": "每年"}) if c == "cap_period" else c
            for c in _CONDITION_WORDS
        )
        + " from result.rule_changes order by rule_code, valid_from, side desc",
    ),
    Table(
        "ledger",
        "账本前后对比",
        "The ledger by rule and decision before and after, teachers on no roster included.",
        (
            *_PERIOD,
            Column("规则编号"),
            Column("规则名称"),
            Column("判定", "decision"),
            *_pair("计分单元数"),
            Column("计分单元增减", "integer"),
            *_pair("积分合计（含名册外教师）"),
            Column("积分增减", "integer"),
        ),
        "select period_id, coalesce(period_name, '不分周期（条件未达成，尚无日期）'), "
        "rule_code, rule_name, decision, "
        "units_before, units_after, units_gain, points_before, points_after, points_gain "
        "from result.ledger left join result.periods using (period_id) "
        "order by period_id nulls last, rule_code, decision",
    ),
    *(_level_table(level) for level in RANKS),
    Table(
        "crossings",
        "越线名单",
        "Who crosses an award line, up or down.",
        (
            *_PERIOD,
            Column("层级"),
            Column("编号"),
            Column("名称"),
            *_pair("积分"),
            *_pair("全市名次"),
            *_pair("评选线", "text"),
            Column("越线"),
        ),
        f"select period_id, period_name, {_worded('level', LEVEL_WORDS)}, id, name, "
        "points_before, points_after, "
        f"city_rank_before, city_rank_after, {_worded('side_before', SIDE_WORDS)}, "
        f"{_worded('side_after', SIDE_WORDS)}, {_worded('crossing', CROSSING_WORDS)} "
        "from result.crossings join result.periods using (period_id) "
        "order by period_id, level, crossing desc, city_rank_after, id",
    ),
)
