"""The rule table as a page: docs/rules.md says what dbt's seeds say, number by number, and nothing else."""

import argparse
import csv
import sys
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.files import write_text
from pipelines.project import DBT_PROJECT, ROOT

SEEDS = DBT_PROJECT / "seeds"
PAGE = ROOT / "docs" / "rules.md"
_NO_FIRST_DAY, _NO_LAST_DAY = "0001-01-01", "9999-12-31"

Row = dict[str, str]

# What a credit takes, per rule: English, Chinese. The numbers in braces are columns of rules.csv.
_CONDITIONS = {
    "login": ("any login that day, on any channel", "当天任一渠道登录"),
    "profile_complete": (
        "{threshold} of these hold at once: avatar; e-mail, phone or WeChat; school or class; subject",
        "头像；邮箱、电话或微信；学校或班级；学科：同时具备 {threshold} 项",
    ),
    "resource_share": ("a resource is first public", "资源首次公开"),
    "photo_record": (
        "a post in the album or class circle with {threshold} or more photos",
        "相册或班级圈记录，至少 {threshold} 张照片",
    ),
    "teaching_article": ("an article is first published", "文章首次发表"),
    "result_spread": ("an article is shared, once per article and day", "分享文章，每篇每天计一次"),
    "interactive_lesson": (
        "one part of a session lasts at least {threshold} minutes",
        "一次授课中有一段不少于 {threshold} 分钟",
    ),
    "assignment_reach": (
        "{threshold} distinct students read or complete it within {window_hours} h of its creation",
        "创建后 {window_hours} 小时内 {threshold} 名不同学生阅读或完成",
    ),
    "assignment_review": (
        "work of {threshold} distinct students on one assignment is reviewed",
        "批阅同一作业中 {threshold} 名不同学生的作业",
    ),
    "material_search": (
        "{threshold} distinct materials are collected or downloaded in one week",
        "一周内收藏或下载 {threshold} 种不同资源",
    ),
    "courseware": ("original courseware is uploaded successfully", "原创课件上传成功"),
    "class_formation": (
        "{threshold} students are in the class at the same time, once ever per class",
        "班级同时有 {threshold} 名学生，每班只计一次",
    ),
    "class_notice": (
        "{threshold} distinct students or parents take part, at or after its posting",
        "发布后 {threshold} 名不同学生或家长参与",
    ),
    "class_activity": (
        "{threshold} distinct students take part in one week, or its creator has reviewed or shared "
        "{works_threshold} works",
        "一周内 {threshold} 名不同学生参与，或发起人已点评或分享 {works_threshold} 件作品",
    ),
    "habit_checkin": (
        "a student checks in or the habit's creator interacts, once per habit and day",
        "学生打卡或发起人互动，每项习惯每天计一次",
    ),
    "research_activity": (
        "part taken in a studio's or course community's topic, once per topic and day",
        "参与名师工作室或课程社区的话题或活动，每个话题每天计一次",
    ),
    "campus_office": (
        "an application submitted or an approval handled, once per document and action",
        "提交申请或处理审批，每份文件每种操作计一次",
    ),
}
_CAP_PERIODS = {"day": "每天", "week": "每周", "year": "每年"}
_HEAD = """\
# The rules in force · 现行积分规则

<!-- Written by `python -m pipelines.rulebook --write` from dbt_project/seeds; CI runs `--check`. -->

A credit earns the points of the version in force on its day; a cap counts one teacher's credits; weeks run
from Monday to Sunday. 每次计分按当天有效的版本；上限按教师计；周指周一至周日。
"""


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _where(rule: Row) -> str:
    return f"rules.csv: {rule['rule_code']} from {rule['valid_from']}"


def _condition(rule: Row) -> str:
    if rule["rule_code"] not in _CONDITIONS:
        raise CockpitError(f"{_where(rule)}: no words for this rule in pipelines/rulebook.py")
    numbers = {name: value for name, value in rule.items() if value}
    try:
        return "<br>".join(text.format_map(numbers) for text in _CONDITIONS[rule["rule_code"]])
    except KeyError as missing:
        raise CockpitError(f"{_where(rule)}: {missing.args[0]} is empty but needed") from missing


def _points(rule: Row) -> str:
    if not rule["streak_day"]:
        return rule["points"]
    day, points = rule["streak_day"], rule["streak_points"]
    return f"{rule['points']}; {points} from day {day} of a streak<br>连续第 {day} 天起 {points}"


def _cap(rule: Row) -> str:
    period = rule["cap_period"]
    return f"{rule['cap']} a {period}<br>{_CAP_PERIODS[period]} {rule['cap']} 次"


def _validity(rule: Row) -> str:
    first, last = rule["valid_from"], rule["valid_to"]
    if (first, last) == (_NO_FIRST_DAY, _NO_LAST_DAY):
        return "no bound stated<br>未注明起止"
    stated = [
        *([(f"from {first}", f"{first} 起")] if first != _NO_FIRST_DAY else []),
        *([(f"to {last}", f"至 {last}")] if last != _NO_LAST_DAY else []),
    ]
    english, chinese = zip(*stated, strict=True)
    return f"{' '.join(english)}<br>{''.join(chinese)}"


def rules_markdown(seeds_dir: Path) -> str:
    """The page of rules and named windows, from the seeds in `seeds_dir`.

    Raises CockpitError where a rule has no words here, or lacks a number that its words need.
    """
    categories = {row["category"]: row["category_name"] for row in _rows(seeds_dir / "categories.csv")}
    rules = sorted(_rows(seeds_dir / "rules.csv"), key=lambda r: (int(r["rule_no"]), r["valid_from"]))
    rule_table = _table(
        [
            "No. 序号", "rule_code", "Name 名称", "Category 类别", "Points 分值", "Cap 上限",
            "A credit when 计分条件", "Valid 有效期", "Source 来源",
        ],
        [
            [
                rule["rule_no"], f"`{rule['rule_code']}`", rule["rule_name"],
                f"`{rule['category']}` {categories[rule['category']]}", _points(rule), _cap(rule),
                _condition(rule), _validity(rule), rule["source"],
            ]
            for rule in rules
        ],
    )  # fmt: skip
    window_table = _table(
        ["period_id", "Name 名称", "First day 首日", "Last day 末日", "Source 来源"],
        [
            [f"`{row['period_id']}`", row["period_name"], row["starts_on"], row["ends_on"], row["source"]]
            for row in _rows(seeds_dir / "named_periods.csv")
        ],
    )
    return f"{_HEAD}\n{rule_table}\n## Named windows · 评选窗口\n\n{window_table}"


def main(arguments: list[str] | None = None, page: Path = PAGE) -> int:
    """Write the page, or say in one line that it no longer matches the seeds; the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.rulebook", description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help="write docs/rules.md")
    choice.add_argument("--check", action="store_true", help="exit 1 where docs/rules.md is stale")
    args = parser.parse_args(arguments)
    try:
        text = rules_markdown(SEEDS)
    except CockpitError as error:
        print(f"rulebook: {error}", file=sys.stderr)
        return 1
    if args.write:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_text(page, text)
        return 0
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        print(f"rulebook: {page.name} is stale; run `python -m pipelines.rulebook --write`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
