"""What is exported: each table's columns with their Chinese headers, and the query whose columns they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its header (Chinese, with its meaning) and its kind.

    Kinds: text; integer; index (2 decimals); date; reason, source, decision, stage (codes, put in words).
    """

    header: str
    kind: str = "text"

    @property
    def is_code(self) -> bool:
        """Whether values are codes of the contract that people read as words."""
        return self.kind in ("reason", "source", "decision", "stage")

    @property
    def width(self) -> int:
        """Width in a sheet, in characters."""
        return 16 if self.kind == "text" else 13


@dataclass(frozen=True)
class Table:
    """One export: `name` of the file, `sheet` of the workbook, and a query whose columns are `columns`."""

    name: str
    sheet: str
    description: str
    columns: tuple[Column, ...]
    query: str


_PERIOD = (Column("周期编号"), Column("周期名称"))
_CITY_RANK = Column("全市名次（按未舍入的指数，并列同名次）", "integer")
_DISTRICT_RANK = Column("区内名次（按未舍入的指数，并列同名次）", "integer")
_INDEX = (
    Column("指数（积分合计÷在册教师数，四舍五入到两位）", "index"),
    Column("积分合计（在册教师）", "integer"),
    Column("在册教师数", "integer"),
)
_DISTRICT = (Column("区编号"), Column("区名称"))
_SCHOOL = (Column("学校编号"), Column("学校名称"))
_SCHOOL_KIND = (Column("街镇教育总支"), Column("学段", "stage"))
_INDICATOR = (Column("指标编号"), Column("指标名称"))

# Rounds half up from the two whole numbers; a double such as 2.675 is below its decimal and would round down.
_ROUNDED = "cast((200 * i.points + i.teachers) // nullif(2 * i.teachers, 0) as double) / 100"


def _entity_name(alias: str, level: str, of: str) -> str:
    """Join the names of a level's entities as `alias` to what is ranked, `of`."""
    key = "entity_id" if (of, level) == ("i", "school") else f"{level}_id"
    return f"""
        left join marts.entities as {alias}
            on {of}.period_id = {alias}.period_id
            and {alias}.level = '{level}'
            and {of}.{key} = {alias}.entity_id"""


def _district_query(indicators: str, columns: str) -> str:
    return f"""
        select
            i.period_id, p.period_name, {columns} i.city_rank, i.entity_id,
            coalesce(district.entity_name, i.entity_id),
            {_ROUNDED}, i.points, i.teachers
        from marts.indicator_index as i
        inner join marts.periods as p on i.period_id = p.period_id
        inner join marts.indicators as n on i.indicator = n.indicator
        {_entity_name("district", "district", "i")}
        where i.level = 'district' and {indicators}
        order by i.period_id, n.sort_order, n.indicator, i.city_rank nulls last, i.entity_id"""


def _school_query(indicators: str, columns: str) -> str:
    return f"""
        select
            i.period_id, p.period_name, {columns} i.city_rank, i.district_rank, i.entity_id,
            coalesce(school.entity_name, i.entity_id), school.branch, school.stage, i.district_id,
            coalesce(district.entity_name, i.district_id),
            {_ROUNDED}, i.points, i.teachers
        from marts.indicator_index as i
        inner join marts.periods as p on i.period_id = p.period_id
        inner join marts.indicators as n on i.indicator = n.indicator
        {_entity_name("school", "school", "i")}
        {_entity_name("district", "district", "i")}
        where i.level = 'school' and {indicators}
        order by i.period_id, n.sort_order, n.indicator, i.city_rank nulls last, i.entity_id"""


_TOTAL, _EACH = "i.indicator = 'total'", "i.indicator <> 'total'"
_NAMED = "i.indicator, n.indicator_name,"

TABLES: tuple[Table, ...] = (
    Table(
        "district_ranking",
        "区排行",
        "Districts ranked by their index, per period.",
        (*_PERIOD, _CITY_RANK, *_DISTRICT, *_INDEX),
        _district_query(_TOTAL, ""),
    ),
    Table(
        "school_ranking",
        "学校排行",
        "Schools ranked by their index in the city and in their district, per period.",
        (*_PERIOD, _CITY_RANK, _DISTRICT_RANK, *_SCHOOL, *_SCHOOL_KIND, *_DISTRICT, *_INDEX),
        _school_query(_TOTAL, ""),
    ),
    Table(
        "teacher_ranking",
        "教师排行",
        "Listed teachers ranked by their points in city, district and school, per period.",
        (
            *_PERIOD,
            Column("全市名次（并列同名次）", "integer"),
            Column("区内名次（并列同名次）", "integer"),
            Column("校内名次（并列同名次）", "integer"),
            Column("教师编号"),
            Column("姓名"),
            Column("学科"),
            Column("是否实名"),
            *_SCHOOL,
            *_DISTRICT,
            Column("教师指数（本周期积分）", "integer"),
        ),
        f"""
        select
            t.period_id, p.period_name, t.city_rank, t.district_rank, t.school_rank, t.teacher_id,
            coalesce(teacher.teacher_name, t.teacher_id), teacher.subject,
            case when teacher.is_verified then '是' when not teacher.is_verified then '否' end,
            t.school_id, coalesce(school.entity_name, t.school_id),
            t.district_id, coalesce(district.entity_name, t.district_id), t.points
        from marts.teacher_index as t
        inner join marts.periods as p on t.period_id = p.period_id
        left join marts.teachers as teacher
            on t.period_id = teacher.period_id and t.teacher_id = teacher.teacher_id
        {_entity_name("school", "school", "t")}
        {_entity_name("district", "district", "t")}
        order by t.period_id, t.city_rank, t.teacher_id""",
    ),
    Table(
        "district_indicator_ranking",
        "区指标排行",
        "Districts ranked by each category and each rule, per period.",
        (*_PERIOD, *_INDICATOR, _CITY_RANK, *_DISTRICT, *_INDEX),
        _district_query(_EACH, _NAMED),
    ),
    Table(
        "school_indicator_ranking",
        "学校指标排行",
        "Schools ranked by each category and each rule, per period.",
        (*_PERIOD, *_INDICATOR, _CITY_RANK, _DISTRICT_RANK, *_SCHOOL, *_SCHOOL_KIND, *_DISTRICT, *_INDEX),
        _school_query(_EACH, _NAMED),
    ),
    Table(
        "ledger_summary",
        "积分账本汇总",
        "The ledger per period, rule and decision, teachers on no roster included.",
        (
            *_PERIOD,
            *_INDICATOR,
            Column("判定", "decision"),
            Column("计分单元数（账本行数）", "integer"),
            Column("计分次数（判定为计分的单元）", "integer"),
            Column("积分合计（含名册外教师）", "integer"),
            Column("教师数（含名册外教师）", "integer"),
        ),
        """
        with dated as (
            select p.period_id, p.period_name, l.*
            from marts.points_ledger as l
            inner join marts.periods as p on l.credited_on between p.starts_on and p.ends_on
            union all
            -- What has not come true has no day, so it lies in no period.
            select null, '不分周期（条件未达成，尚无日期）', l.*
            from marts.points_ledger as l
            where l.credited_on is null
        )
        select
            d.period_id, d.period_name, d.rule_code, coalesce(n.indicator_name, d.rule_code), d.decision,
            count(*), count(*) filter (d.decision = 'awarded'), cast(sum(d.points) as bigint),
            count(distinct d.teacher_id)
        from dated as d
        left join marts.indicators as n on d.rule_code = n.indicator
        group by d.period_id, d.period_name, d.rule_code, n.indicator_name, n.sort_order, d.decision
        order by d.period_id nulls last, n.sort_order nulls last, d.rule_code, d.decision""",
    ),
    Table(
        "quarantine_summary",
        "隔离汇总",
        "Refused records per source and reason.",
        (
            Column("来源", "source"),
            Column("隔离原因", "reason"),
            Column("记录数", "integer"),
            Column("涉及文件数", "integer"),
            Column("最早批次日期", "date"),
            Column("最晚批次日期", "date"),
        ),
        """
        select source, reason, count(*), count(distinct path), min(dt), max(dt)
        from ops.quarantine
        group by source, reason
        order by source, count(*) desc, reason""",
    ),
)
