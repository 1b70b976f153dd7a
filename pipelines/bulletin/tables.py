"""The tables beside a bulletin: all that it tells, and the lists it cuts, with Chinese headers."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.bulletin.figures import Figures
from pipelines.bulletin.units import Unit, ranks
from pipelines.bulletin.words import hundredths
from pipelines.export_tables import Column, Table
from pipelines.exports import load_rows, write_csv

_WHOLE = "integer"
_COUNTS = (
    Column("在册教师数", _WHOLE),
    Column("活跃教师数", _WHOLE),
    Column("上周活跃教师数", _WHOLE),
    Column("积分", _WHOLE),
    Column("上周积分", _WHOLE),
    Column("指数", "index"),
    Column("上周指数", "index"),
    Column("指数增减（按未舍入的值）", "index"),
    Column("学校空间发布条数", _WHOLE),
    Column("上周学校空间发布条数", _WHOLE),
    Column("最近一次发布", "date"),
    Column("未实名教师数", _WHOLE),
    Column("从未登录教师数", _WHOLE),
)
_SCHOOL = (Column("学校编号"), Column("学校名称"), Column("区编号"), Column("区名称"))


def _table(name: str, sheet: str, description: str, *columns: Column) -> Table:
    return Table(name, sheet, description, columns, f"select * from {name}")


_DISTRICTS = _table(
    "districts", "各区", "Districts in the week.",
    Column("区编号"), Column("区名称"), Column("全市名次", _WHOLE), Column("上周全市名次", _WHOLE), *_COUNTS,
)  # fmt: skip
_SCHOOLS = _table(
    "schools", "各校", "Schools in the week.",
    *_SCHOOL, Column("全市名次", _WHOLE), Column("上周全市名次", _WHOLE), *_COUNTS,
)  # fmt: skip
_CATEGORIES = _table(
    "categories", "各类应用", "Points of each category.",
    Column("类别"), Column("积分", _WHOLE), Column("上周积分", _WHOLE),
)  # fmt: skip
_DAYS = _table(
    "days", "每日", "Days of the week.",
    Column("日期", "date"), Column("活跃教师数", _WHOLE), Column("上周同日活跃教师数", _WHOLE),
    Column("积分", _WHOLE), Column("上周同日积分", _WHOLE),
)  # fmt: skip
_ABSENTEES = _table(
    "absentees", "从未登录的教师", "Listed teachers without a login.",
    *_SCHOOL, Column("教师编号"), Column("姓名"),
)  # fmt: skip
_DELIVERIES = _table(
    "deliveries", "批次与记录（全市）", "What came of each source.",
    Column("来源", "source"), Column("有批次的天数", _WHOLE), Column("缺批次的日期"),
    Column("记录数", _WHOLE), Column("接收", _WHOLE), Column("重复", _WHOLE), Column("隔离", _WHOLE),
    Column("上周记录数", _WHOLE), Column("上周隔离", _WHOLE),
)  # fmt: skip
_QUARANTINE = _table(
    "quarantine", "隔离的记录（全市）", "Quarantined records by source and reason.",
    Column("来源", "source"), Column("隔离原因", "reason"), Column("记录数", _WHOLE),
    Column("上周记录数", _WHOLE),
)  # fmt: skip
_REFUSED = _table(
    "refused_files", "拒收的文件（全市）", "Files refused whole.",
    Column("来源", "source"), Column("批次日期", "date"), Column("文件"), Column("原因"),
)  # fmt: skip


def tables_of(figures: Figures) -> tuple[Table, ...]:
    """The tables of a bulletin: a district's has none of districts, the public's no people and files."""
    found = (_DISTRICTS, _SCHOOLS, _CATEGORIES, _DAYS, _ABSENTEES, _DELIVERIES, _QUARANTINE, _REFUSED)
    left_out = [] if figures.is_city else [_DISTRICTS]
    left_out += [_ABSENTEES, _REFUSED] if figures.is_public else []
    return tuple(table for table in found if table not in left_out)


def write_tables(figures: Figures, out: Path) -> dict[str, int]:
    """Write every table as CSV into `out`; rows of each by file name."""
    with duckdb.connect() as con:
        written = {}
        for table in tables_of(figures):
            load_rows(con, table, _ROWS[table.name](figures))
            export = write_csv(con, table, out)
            written[export.file] = export.rows
    return written


def _number(value: Fraction | None) -> float | None:
    return None if value is None else hundredths(value) / 100


def _figures_of(figures: Figures, unit: Unit, now: dict[str, int], before: dict[str, int]) -> tuple:
    if unit.id in figures.withheld:
        return (None, None, unit.teachers, *[None] * (len(_COUNTS) - 1))
    return (
        now.get(unit.id), before.get(unit.id),
        unit.teachers, unit.active, unit.active_before, unit.points, unit.points_before, _number(unit.index),
        _number(unit.index_before), _number(unit.gain), unit.posts, unit.posts_before, unit.last_post_on,
        unit.unverified, unit.never_logged_in,
    )  # fmt: skip


def _district_rows(figures: Figures) -> list[tuple]:
    now, before = figures.places()
    units = [group.total for group in figures.districts]
    return [(u.id, u.name, *_figures_of(figures, u, now, before)) for u in units]


def _school_rows(figures: Figures) -> list[tuple]:
    now = ranks(figures.city.schools, lambda u: u.index)
    before = ranks(figures.city.schools, lambda u: u.index_before)
    names = figures.district_names
    return [
        (u.id, u.name, u.district_id, names.get(u.district_id), *_figures_of(figures, u, now, before))
        for u in figures.scope.schools
    ]


def _absentee_rows(figures: Figures) -> list[tuple]:
    schools, names = {u.id: u for u in figures.scope.schools}, figures.district_names
    return [
        (key, schools[key].name, schools[key].district_id, names.get(schools[key].district_id), teacher, name)
        for key, teacher, name in figures.absentees
    ]


def _delivery_rows(figures: Figures) -> list[tuple]:
    return [
        (
            d.source, d.days, "、".join(day.isoformat() for day in d.missing), d.records, d.accepted,
            d.duplicates, d.quarantined, d.records_before, d.quarantined_before,
        )
        for d in figures.deliveries
    ]  # fmt: skip


_ROWS: dict[str, Callable[[Figures], Sequence[tuple]]] = {
    "districts": _district_rows,
    "schools": _school_rows,
    "categories": lambda f: [(c.name, c.points, c.points_before) for c in f.categories],
    "days": lambda f: [(d.day, d.active, d.active_before, d.points, d.points_before) for d in f.days],
    "absentees": _absentee_rows,
    "deliveries": _delivery_rows,
    "quarantine": lambda f: [(x.source, x.reason, x.records, x.records_before) for x in f.faults],
    "refused_files": lambda f: f.refused,
}
