"""Every number of a bulletin, read from the release in force.

Points, activity and people are those of the marts, by the roster of the as-of day. Posts of school spaces earn
no points and stand in no mart: they are read from the lake that the release was made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.bulletin.units import Group, Unit, Week, ranks, total
from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.ingest.contract import ACTIVITIES, EVENT_SOURCES, SOURCES
from pipelines.scope.basis import drops_of
from pipelines.scope.views import relation
from pipelines.warehouse import refuse_stale

CITY = "city"


@dataclass(frozen=True)
class Day:
    """A day of the week at all schools of the scope; *_before is the same weekday a week earlier."""

    day: date
    active: int
    points: int
    active_before: int | None
    points_before: int | None


@dataclass(frozen=True)
class Category:
    """Points of a category in the scope."""

    name: str
    points: int
    points_before: int | None


@dataclass(frozen=True)
class Delivery:
    """What came of a source in the drops of the week's days; `missing` only where a drop is due each day."""

    source: str
    days: int
    missing: tuple[date, ...]
    records: int
    accepted: int
    duplicates: int
    quarantined: int
    records_before: int
    quarantined_before: int


@dataclass(frozen=True)
class Fault:
    """Quarantined records of one source and reason in the drops of the week, and of the week before."""

    source: str
    reason: str
    records: int
    records_before: int


@dataclass(frozen=True)
class Figures:
    """All that a bulletin tells.

    `district_ranks` and `school_ranks` are places in the city by id, (now, the week before); a bulletin of a
    district ranks its schools among themselves as well, in `places`.
    """

    run_id: str
    as_of: date
    known_at: date | None
    first_on: date
    week: Week
    is_comparable: bool
    is_city: bool
    city: Group
    scope: Group
    districts: tuple[Group, ...]
    days: tuple[Day, ...]
    categories: tuple[Category, ...]
    absentees: tuple[tuple[str, str, str], ...]
    deliveries: tuple[Delivery, ...]
    faults: tuple[Fault, ...]
    refused: tuple[tuple[str, date, str, str], ...]

    @property
    def district_names(self) -> dict[str, str]:
        """Names by district id."""
        return {group.total.id: group.total.name for group in self.districts}

    @property
    def members(self) -> tuple[Unit, ...]:
        """What the bulletin ranks: the city's districts, or a district's schools."""
        return tuple(group.total for group in self.districts) if self.is_city else self.scope.schools

    def places(self) -> tuple[dict[str, int], dict[str, int]]:
        """Ranks of `members` among themselves: now, and the week before."""
        return ranks(self.members, lambda u: u.index), ranks(self.members, lambda u: u.index_before)


def read_figures(
    con: duckdb.DuckDBPyConnection, home: Home, day: date | None, district_id: str | None
) -> Figures:
    """Compute everything from the warehouse `con`, which may be read only, and HOME's lake.

    Raises CockpitError: a week not over or before all data, an unknown district, drops taken in since.
    """
    run_id, as_of, known_at = con.execute("select run_id, as_of, known_at from ops.run").fetchone()
    (first_on,) = con.execute("select min(day) from marts.activity_daily").fetchone()
    if first_on is None:
        raise CockpitError(f"{home.root}: its release holds no event to report on")
    week = Week.asked_for(day, first_on, as_of)
    is_comparable = week.before.starts_on >= first_on
    _ask(con, week, as_of, is_comparable)
    _find_posts(con, home, known_at)
    schools = [Unit(**row) for row in _rows(con, _SCHOOLS.read_text(encoding="utf-8"))]
    groups = _groups(con, schools, is_comparable)
    if district_id is not None and district_id not in groups:
        raise CockpitError(f"no district {district_id!r} on the roster of {as_of}; there are {_told(groups)}")
    city = Group(total(CITY, "全市", schools, is_comparable=is_comparable), tuple(schools))
    scope = city if district_id is None else groups[district_id]
    con.execute("create or replace temp table scope (school_id varchar)")
    con.execute("insert into scope select unnest(?)", [[school.id for school in scope.schools]])
    return Figures(
        run_id, as_of, known_at, first_on, week, is_comparable, district_id is None, city, scope,
        tuple(groups.values()),
        days=_days(con, week, is_comparable),
        categories=tuple(Category(**row) for row in _rows(con, _CATEGORIES)),
        absentees=tuple(con.execute(_ABSENTEES).fetchall()),
        deliveries=_deliveries(con, week),
        faults=tuple(Fault(**row) for row in _rows(con, _FAULTS)),
        refused=tuple(con.execute(_REFUSED).fetchall()),
    )  # fmt: skip


_SCHOOLS = Path(__file__).with_name("schools.sql")


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[dict[str, Any]]:
    result = con.execute(query, list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _ask(con: duckdb.DuckDBPyConnection, week: Week, as_of: date, is_comparable: bool) -> None:
    con.execute(
        "create or replace temp table asked as select cast(? as date) as first_on, cast(? as date) as last_on, "
        "cast(? as date) as before_from, cast(? as date) as before_to, cast(? as varchar) as roster_period_id, "
        "cast(? as boolean) as is_comparable",
        # The as-of day's own year is the period whose roster is that day's.
        [week.starts_on, week.ends_on, week.before.starts_on, week.before.ends_on, f"{as_of.year:04d}",
         is_comparable],
    )  # fmt: skip


def _find_posts(con: duckdb.DuckDBPyConnection, home: Home, known_at: date | None) -> None:
    """A school's post is the first event of its id that is not void; posted again it is no second one."""
    manifests = {s: home.lake.load(s).handed_over_by(known_at and known_at.isoformat()) for s in SOURCES}
    refuse_stale(con, manifests, home.root)
    drops = drops_of(manifests)[ACTIVITIES.name]
    files = [str(home.lake.root / name) for _, name in sorted(drops.items())]
    events = relation(
        files, ACTIVITIES.typed_columns, "where event_type = 'school_post'" if files else ""
    )
    con.execute(
        f"create or replace temp table first_posts as {_FIRST_POSTS.format(events=events)}", [ACTIVITIES.name]
    )


def _groups(
    con: duckdb.DuckDBPyConnection, schools: list[Unit], is_comparable: bool
) -> dict[str, Group]:
    rows = con.execute(
        "select entities.entity_id, entities.entity_name from marts.entities as entities cross join asked "
        "where entities.period_id = asked.roster_period_id and entities.level = 'district' order by 1"
    ).fetchall()
    own = {key: tuple(s for s in schools if s.district_id == key) for key, _ in rows}
    return {
        key: Group(total(key, name, own[key], is_comparable=is_comparable), own[key]) for key, name in rows
    }


def _told(groups: Mapping[str, Group]) -> str:
    return ", ".join(f"{key} {group.total.name}" for key, group in groups.items())


def _days(con: duckdb.DuckDBPyConnection, week: Week, is_comparable: bool) -> tuple[Day, ...]:
    found = {day: (active, points) for day, active, points in con.execute(_DAYS).fetchall()}
    nothing = (0, 0) if is_comparable else (None, None)
    return tuple(
        Day(now, *found.get(now, (0, 0)), *(found.get(before, nothing) if is_comparable else nothing))
        for now, before in zip(week.days, week.before.days, strict=True)
    )


def _deliveries(con: duckdb.DuckDBPyConnection, week: Week) -> tuple[Delivery, ...]:
    """One for each source with a drop in either week; logins and activities always."""
    came = {(source, day) for source, day in con.execute(_CAME).fetchall()}
    counts = {row.pop("source"): row for row in _rows(con, _COUNTS)}
    nothing = dict.fromkeys(
        ("records", "accepted", "duplicates", "quarantined", "records_before", "quarantined_before"), 0
    )
    return tuple(
        Delivery(
            source,
            sum((source, day) in came for day in week.days),
            tuple(day for day in week.days if source in EVENT_SOURCES and (source, day) not in came),
            **counts.get(source, nothing),
        )
        for source in SOURCES
        if source in EVENT_SOURCES or source in counts
    )


_FIRST_POSTS = """
    with posts as (
        select
            arg_min(posted_school_id, (occurred_at, encode(event_id))) as school_id,
            cast(min(occurred_at) as date) as posted_on
        from ({events}) as events
        where event_id not in (select event_id from ops.decisions where is_effective and source = ?)
        group by object_id
    )

    select posts.* from posts cross join asked where posts.posted_on <= asked.last_on
"""
_DAYS = """
    select daily.day, cast(sum(daily.active_teachers) as bigint), cast(sum(daily.points) as bigint)
    from marts.activity_daily as daily
    inner join scope on daily.school_id = scope.school_id
    cross join asked
    where daily.day between asked.before_from and asked.last_on
    group by daily.day
"""
_CATEGORIES = """
    with weekly as (
        select weekly.* from marts.category_weekly as weekly
        inner join scope on weekly.school_id = scope.school_id
    )

    select
        named.indicator_name as name,
        cast(coalesce(sum(weekly.points) filter (weekly.week_start = asked.first_on), 0) as bigint) as points,
        case when asked.is_comparable then cast(
            coalesce(sum(weekly.points) filter (weekly.week_start = asked.before_from), 0) as bigint
        ) end as points_before
    from marts.indicators as named
    cross join asked
    left join weekly on named.indicator = weekly.category
    where named.kind = 'category'
    group by named.indicator, named.indicator_name, named.sort_order, asked.is_comparable
    order by named.sort_order, named.indicator
"""
_ABSENTEES = """
    select teachers.school_id, teachers.teacher_id, teachers.teacher_name
    from marts.teachers as teachers
    inner join scope on teachers.school_id = scope.school_id
    cross join asked
    where
        teachers.period_id = asked.roster_period_id
        and teachers.teacher_id not in (
            select days.teacher_id from state.teacher_days as days
            where days.logins > 0 and days.day <= asked.last_on
        )
    order by teachers.school_id, teachers.teacher_id
"""
_CAME = """
    select source, dt from ops.files
    union
    select source, dt from ops.refused_files
"""
_NOW = "dt between asked.first_on and asked.last_on"
_BEFORE = "dt between asked.before_from and asked.before_to"
_COUNTS = f"""
    select
        source,
        cast(coalesce(sum(records) filter ({_NOW}), 0) as bigint) as records,
        cast(coalesce(sum(accepted) filter ({_NOW}), 0) as bigint) as accepted,
        cast(coalesce(sum(duplicates) filter ({_NOW}), 0) as bigint) as duplicates,
        cast(coalesce(sum(quarantined) filter ({_NOW}), 0) as bigint) as quarantined,
        cast(coalesce(sum(records) filter ({_BEFORE}), 0) as bigint) as records_before,
        cast(coalesce(sum(quarantined) filter ({_BEFORE}), 0) as bigint) as quarantined_before
    from ops.files cross join asked
    where {_NOW} or {_BEFORE}
    group by source
"""
_FAULTS = f"""
    select
        source, reason,
        count(*) filter ({_NOW}) as records,
        count(*) filter ({_BEFORE}) as records_before
    from ops.quarantine cross join asked
    where {_NOW} or {_BEFORE}
    group by source, reason
    order by source, records desc, reason
"""
_REFUSED = f"""
    select source, dt, path, fault from ops.refused_files cross join asked
    where {_NOW} order by dt, path
"""
