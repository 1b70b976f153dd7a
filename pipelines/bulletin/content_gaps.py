"""Who lags and what is missing, in words."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from pipelines.bulletin.figures import Figures
from pipelines.bulletin.units import Unit, ranks
from pipelines.bulletin.words import (
    Block,
    change,
    counted,
    decimals,
    gained,
    listed,
    long_day,
    percent,
    sheet,
    signed,
)

LISTED = 20
_FALLEN, _LOWEST, _NAMED = 10, 5, 10


def lagging(figures: Figures) -> list[Block]:
    """Below the average, nobody active, fallen most."""
    return [
        Block("heading", "三、进展滞后"),
        *_below(figures),
        *_silent(figures),
        *_fallen(figures),
    ]


def gaps(figures: Figures) -> list[Block]:
    """What is missing, in one table, and then matter by matter."""
    word, told = "区" if figures.is_city else "校", _gap_sheet(figures)
    blocks = [Block("heading", "四、缺项")]
    blocks += [Block("text", f"各{word}缺项如下。"), told] if told.rows else [Block("text", "没有缺项。")]
    empty = [school.name for school in figures.scope.schools if not school.teachers]
    if empty:
        blocks.append(Block("text", f"没有在册教师、不计指数的学校{len(empty)}所：{listed(empty, _NAMED)}。"))
    return [*blocks, *_postless(figures), *_unverified(figures), *_absent(figures)]


def _below(figures: Figures) -> list[Block]:
    whole = figures.scope.total
    word, measure, of = ("区", "个", "全市") if figures.is_city else ("学校", "所", "本区")
    heading = Block("subheading", f"（一）指数低于{of}的{word}")
    below = sorted(
        (
            u
            for u in figures.members
            if u.index is not None and u.index < whole.index and u.id not in figures.withheld
        ),
        key=lambda u: (u.index, u.id),
    )
    if not below:
        return [heading, Block("text", f"没有{word}的指数低于{of}指数。")]
    names = [f"{u.name}（{decimals(u.index)}）" for u in below]
    told = f"由低到高为{listed(names)}" if figures.is_city else f"最低的是{listed(names[:_LOWEST])}"
    return [
        heading,
        Block("text", f"{of}指数{decimals(whole.index)}，低于{of}的{word}{len(below)}{measure}，{told}。"),
    ]


def _silent(figures: Figures) -> list[Block]:
    silent = [school for school in figures.shown if school.is_silent]
    heading = Block("subheading", "（二）无人活跃的学校")
    if not silent:
        which = "所列" if figures.withheld else "有在册教师的"
        return [heading, Block("text", f"{which}学校本周都有教师登录或开展应用。")]
    still = sum(not s.active_before for s in silent)
    text = f"有在册教师而本周无人登录、也无人开展应用的学校{len(silent)}所"
    text += f"，其中上周也无人活跃的{still}所。" if figures.is_comparable and still else "。"
    silent.sort(key=lambda s: (-s.teachers, s.id))
    columns = [("学校", 66), ("在册教师", 25), ("上周活跃教师", 25)]
    rows = [(s.name, s.teachers, s.active_before) for s in silent[:LISTED]]
    told = _school_sheet(figures, silent[:LISTED], columns, rows)
    return [heading, Block("text", text), told, *_cut(silent, "按在册教师数由多到少")]


def _fallen(figures: Figures) -> list[Block]:
    heading = Block("subheading", "（三）指数降幅最大的学校")
    if not figures.is_comparable:
        return [heading, Block("text", "上一周没有完整数据，不作比较。")]
    fallen = [s for s in figures.shown if s.gain is not None and s.gain < 0]
    if not fallen:
        return [heading, Block("text", "没有学校的指数比上周下降。")]
    fallen.sort(key=lambda s: (s.gain, s.id))
    now = ranks(figures.city.schools, lambda u: u.index)
    before = ranks(figures.city.schools, lambda u: u.index_before)
    worst = fallen[:_FALLEN]
    rows = [
        (
            s.name, decimals(s.index), decimals(s.index_before), gained(s.gain), now[s.id],
            signed(change(before[s.id], now[s.id])),
        )
        for s in worst
    ]  # fmt: skip
    columns = [
        ("学校", 46), ("指数", 19), ("上周指数", 19), ("增减", 19), ("全市名次", 16), ("名次升降", 16),
    ]  # fmt: skip
    most = f"，降幅最大的{len(worst)}所" if len(worst) < len(fallen) else "，由大到小"
    text = f"指数比上周下降的学校{len(fallen)}所{most}如下。"
    return [heading, Block("text", text), _school_sheet(figures, worst, columns, rows)]


def _gap_sheet(figures: Figures) -> Block:
    if not figures.is_city:
        rows = [
            (s.name, s.teachers, s.active, s.posts, s.unverified, s.never_logged_in)
            for s in figures.shown
            if s.is_silent or not s.posts or s.unverified or s.never_logged_in
        ]
        columns = [
            ("学校", 56), ("在册教师", 20), ("活跃教师", 20), ("空间发布（条）", 20), ("未实名教师", 20),
            ("从未登录教师", 20),
        ]  # fmt: skip
        return sheet(columns, rows)
    shown = {school.id for school in figures.shown}
    rows = []
    for group in (*figures.districts, figures.city):
        told = [school for school in group.schools if school.id in shown]
        people = (
            sum(s.is_silent for s in told), sum(not s.posts for s in group.schools),
            sum(s.unverified > 0 for s in told), group.total.never_logged_in,
        )  # fmt: skip
        is_withheld = group.total.id in figures.withheld
        rows.append((group.total.name, len(group.schools), *([None] * 4 if is_withheld else people)))
    columns = [
        ("区", 46), ("学校（所）", 22), ("无人活跃（所）", 22), ("空间无发布（所）", 22),
        ("实名率不足100%（所）", 22), ("从未登录教师（人）", 22),
    ]  # fmt: skip
    return sheet(columns, rows)


def _postless(figures: Figures) -> list[Block]:
    unit, schools = figures.scope.total, figures.scope.schools
    without = [s for s in schools if not s.posts]
    text = f"本周学校空间共发布{unit.posts}条{counted(unit.posts, unit.posts_before, '条')}。"
    text += f"没有发布的学校{len(without)}所，占{percent(len(without), len(schools))}。" if without else ""
    return _matter(
        figures,
        "（一）学校空间没有发布",
        text,
        sorted(without, key=lambda s: (s.last_post_on is not None, s.last_post_on or 0, s.id)),
        "最近一次发布",
        lambda s: s.last_post_on.isoformat() if s.last_post_on else "从未发布",
        "按最近一次发布由远到近",
    )


def _unverified(figures: Figures) -> list[Block]:
    unit = figures.scope.total
    lacking = [s for s in figures.shown if s.unverified]
    verified = unit.teachers - unit.unverified
    text = "没有在册教师。"
    if unit.teachers:
        text = f"在册教师实名率{percent(verified, unit.teachers)}（{verified}／{unit.teachers}），"
        faulty = f"实名率不足100%的学校{len(lacking)}所，未实名教师共{unit.unverified}人。"
        text += faulty if unit.unverified else "各校均达到100%。"
    return _matter(
        figures,
        "（二）实名认证不全",
        text,
        sorted(lacking, key=lambda s: (-Fraction(s.unverified, s.teachers), s.id)),
        "实名率（未实名）",
        lambda s: f"{percent(s.teachers - s.unverified, s.teachers)}（{s.unverified}）",
        "按实名率由低到高",
    )


def _absent(figures: Figures) -> list[Block]:
    unit = figures.scope.total
    lacking = [s for s in figures.shown if s.never_logged_in]
    text = "在册教师都登录过。" if unit.teachers else "没有在册教师。"
    if unit.never_logged_in:
        share = percent(unit.never_logged_in, unit.teachers)
        text = f"自{long_day(figures.first_on)}有数据起至{long_day(figures.week.ends_on)}，从未登录的在册教师"
        text += f"{unit.never_logged_in}人（占{share}），涉及学校{len(lacking)}所"
        text += "。" if figures.is_public else "；名单见 absentees.csv。"
    return _matter(
        figures,
        "（三）从未登录的教师",
        text,
        sorted(lacking, key=lambda s: (-s.never_logged_in, s.id)),
        "人数（占比）",
        lambda s: f"{s.never_logged_in}（{percent(s.never_logged_in, s.teachers)}）",
        "按人数由多到少",
    )


def _matter(
    figures: Figures,
    heading: str,
    text: str,
    schools: Sequence[Unit],
    header: str,
    told: Callable[[Unit], str],
    order: str,
) -> list[Block]:
    """A matter with the schools it is about; a district's bulletin has them in its one table already."""
    blocks = [Block("subheading", heading), Block("text", text)]
    if not figures.is_city or not schools:
        return blocks
    columns = [("学校", 62), ("在册教师", 22), (header, 38)]
    rows = [(s.name, s.teachers, told(s)) for s in schools[:LISTED]]
    return [*blocks, _school_sheet(figures, schools[:LISTED], columns, rows), *_cut(schools, order)]


def _school_sheet(
    figures: Figures, schools: Sequence[Unit], columns: Sequence[tuple[str, int]], rows: Sequence[tuple]
) -> Block:
    """A table of schools, in the city's bulletin with the district of each after its name."""
    if not figures.is_city:
        return sheet(columns, rows)
    names = figures.district_names
    placed = [(row[0], names.get(s.district_id), *row[1:]) for s, row in zip(schools, rows, strict=True)]
    return sheet([columns[0], ("区", 34), *columns[1:]], placed, (0, 1))


def _cut(schools: Sequence[Unit], order: str) -> list[Block]:
    if len(schools) <= LISTED:
        return []
    return [Block("note", f"{order}列出前{LISTED}所，全部{len(schools)}所见 schools.csv。")]
