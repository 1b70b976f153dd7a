"""What a bulletin says: its blocks in order, the same for page, DOCX and PDF. Every number is a figure's."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.bulletin.content_faults import basis, faults
from pipelines.bulletin.content_gaps import gaps, lagging
from pipelines.bulletin.figures import Figures
from pipelines.bulletin.units import Unit, ranks
from pipelines.bulletin.words import (
    Block,
    change,
    counted,
    day,
    decimals,
    gained,
    listed,
    moved,
    percent,
    share_moved,
    sheet,
    signed,
    span,
)

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Card:
    """A number that stands out on the page."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Content:
    """A bulletin in words."""

    title: str
    subtitle: str
    cards: tuple[Card, ...]
    blocks: tuple[Block, ...]


def write_content(figures: Figures) -> Content:
    """Put the figures in words."""
    scope = figures.scope.total.name
    return Content(
        f"{scope}教师深度应用巡查通报",
        f"{figures.week.name}（{span(figures.week)}）",
        _cards(figures),
        (*_overview(figures), *_progress(figures), *lagging(figures), *gaps(figures), *faults(figures),
         *basis(figures)),
    )  # fmt: skip


def _cards(figures: Figures) -> tuple[Card, ...]:
    unit = figures.scope.total
    refused = sum(f.records for f in figures.faults)
    records = sum(d.records for d in figures.deliveries)
    return (
        Card("指数", decimals(unit.index) or "—", _bare(moved(unit.gain))),
        Card("积分合计", str(unit.points), _bare(counted(unit.points, unit.points_before, "分"))),
        Card("活跃率", percent(unit.active, unit.teachers) or "—", f"{unit.active}人，在册{unit.teachers}人"),
        Card("学校空间发布", str(unit.posts), _bare(counted(unit.posts, unit.posts_before, "条"))),
        Card("从未登录的教师", str(unit.never_logged_in), f"在册{unit.teachers}人"),
        Card("隔离记录（全市）", str(refused), f"共投递{records}条"),
    )


def _bare(text: str) -> str:
    return text.removeprefix("，") or "无环比"


def _overview(figures: Figures) -> list[Block]:
    unit = figures.scope.total
    lines = [
        f"本周（{span(figures.week)}），{unit.name}在册教师{unit.teachers}人，登录或开展应用的{unit.active}人"
        + (f"，活跃率{percent(unit.active, unit.teachers)}" if unit.teachers else "")
        + f"{share_moved(unit.active, unit.active_before, unit.teachers)}；"
        f"积分合计{unit.points}分{counted(unit.points, unit.points_before, '分')}；"
        + (f"指数{decimals(unit.index)}{moved(unit.gain)}。" if unit.teachers else "没有在册教师，不计指数。")
    ]
    if not figures.is_city:
        lines.append(_standing(figures))
    if not figures.is_comparable:
        lines.append(f"数据自{day(figures.first_on)}起，上一周没有完整数据，本期不作环比。")
    blocks = [Block("heading", "一、总体情况"), *(Block("text", line) for line in lines if line)]
    return [*blocks, _day_sheet(figures), Block("text", _categories(figures)), _category_sheet(figures)]


def _standing(figures: Figures) -> str:
    """Where a district stands in the city."""
    totals = [group.total for group in figures.districts]
    own, city = figures.scope.total, figures.city.total
    now = ranks(totals, lambda u: u.index)
    before = ranks(totals, lambda u: u.index_before)
    if own.id not in now:
        return ""
    apart = own.index - city.index
    against = f"比全市{'高' if apart > 0 else '低'}{decimals(abs(apart))}" if apart else "与全市相同"
    was = f"（上周第{before[own.id]}位）" if own.id in before else ""
    place = f"在有指数的{len(now)}个区中列第{now[own.id]}位{was}"
    return f"全市指数{decimals(city.index)}，{own.name}{against}；{place}。"


def _day_sheet(figures: Figures) -> Block:
    columns = [("项目", 36), *((f"周{_WEEKDAYS[d.day.weekday()]}", 17) for d in figures.days)]
    rows = [
        ["日期", *(f"{d.day.month}/{d.day.day}" for d in figures.days)],
        ["活跃教师", *(d.active for d in figures.days)],
        ["上周活跃教师", *(d.active_before for d in figures.days)],
        ["积分", *(d.points for d in figures.days)],
        ["上周积分", *(d.points_before for d in figures.days)],
    ]
    return sheet(columns, rows if figures.is_comparable else [rows[0], rows[1], rows[3]])


def _categories(figures: Figures) -> str:
    told = figures.categories
    most = max(told, key=lambda c: c.points)
    if not most.points:
        return f"{len(told)}类应用本周都没有积分。"
    text = f"{len(told)}类应用中，积分最多的是{most.name}（{most.points}分）"
    if figures.is_comparable:
        gains = [(c.points - c.points_before, c.name) for c in told]
        up = [f"{name}（{gain}分）" for gain, name in gains if gain > 0]
        down = [f"{name}（{-gain}分）" for gain, name in gains if gain < 0]
        text += f"；比上周增加的有{listed(up)}" if up else "；没有一类比上周增加"
        text += f"，减少的有{listed(down)}" if down else "，没有一类减少"
    return f"{text}。"


def _category_sheet(figures: Figures) -> Block:
    unit = figures.scope.total
    told = [(c.name, c.points, c.points_before) for c in figures.categories]
    told.append(("合计", unit.points, unit.points_before))
    rows = [
        (name, now, percent(now, unit.points), before, signed(change(now, before)))
        for name, now, before in told
    ]
    return sheet([("类别", 40), ("积分", 29), ("占比", 29), ("上周积分", 29), ("增减", 29)], rows)


def _progress(figures: Figures) -> list[Block]:
    word, measure = ("区", "个") if figures.is_city else ("学校", "所")
    members = [u for u in figures.members if u.index is not None and u.id not in figures.withheld]
    blocks = [
        Block("heading", f"二、各{'区' if figures.is_city else '校'}进展"),
        Block("text", _risen(members, word, measure, "列出指数" if figures.withheld else "有指数")),
    ]
    if not figures.members:
        return blocks
    within = "全市" if figures.is_city else "本区"
    now, before = figures.places()
    # A withheld one's place among the others would be its rank.
    ordered = sorted(
        figures.members, key=lambda u: (u.id in figures.withheld, now.get(u.id, len(now) + 1), u.id)
    )
    rows = [
        (
            now.get(u.id), u.name, u.teachers, percent(u.active, u.teachers), u.points, decimals(u.index),
            decimals(u.index_before), gained(u.gain), signed(change(before.get(u.id), now.get(u.id))),
        )
        if u.id not in figures.withheld
        else (None, u.name, u.teachers, *[None] * 6)
        for u in ordered
    ]  # fmt: skip
    columns = [
        ("名次", 14), (word, 35), ("在册教师", 14), ("活跃率", 21), ("积分", 17), ("指数", 19),
        ("上周指数", 19), ("增减", 19), ("名次升降", 14),
    ]  # fmt: skip
    return [
        *blocks,
        sheet(columns, rows, left=(1,)),
        Block("note", f"名次在{within}范围内排定；名次升降以正数为上升。"),
    ]


def _risen(members: Sequence[Unit], word: str, measure: str, which: str) -> str:
    if not members:
        return f"没有一{measure}{word}有在册教师，不计指数。"
    gains = [(unit.gain, unit.name) for unit in members if unit.gain is not None]
    if not gains:
        return f"{which}的{word}{len(members)}{measure}，情况如下。"
    up, down = [g for g in gains if g[0] > 0], [g for g in gains if g[0] < 0]
    even = len(gains) - len(up) - len(down)
    counts = (("上升", len(up)), ("下降", len(down)), ("持平", even))
    told = "，".join(f"{name}的{count}{measure}" for name, count in counts if count)
    text = f"{which}的{len(gains)}{measure}{word}中，比上周{told}"
    for those, name in ((up, "升幅"), (down, "降幅")):
        if those:
            best = max(those, key=lambda g: abs(g[0]))[0]
            names = [n for gain, n in those if gain == best]
            text += f"；{name}最大的是{listed(names, 5)}（{decimals(abs(best))}）"
    return f"{text}。"
