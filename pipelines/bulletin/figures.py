"""Every number of a bulletin, read from the release in force.

Points, activity and people are those of the marts, by the roster of the as-of day. Posts of school spaces
earn no points and stand in no mart: they are read from the lake that the release was made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboards.withheld import too_few
from pipelines.accepted import accepted_activities
from pipelines.bulletin import queries
from pipelines.bulletin.units import Group, Unit, Week, ranks, total
from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.ingest.contract import EVENT_SOURCES, SOURCES
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
    district ranks its schools among themselves as well, in `places`. `withheld`: ids of schools and districts
    whose figures would be a single teacher's, in a bulletin for the public; their sums and ranks stand.
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
    withheld: frozenset[str] = frozenset()
    is_public: bool = False

    @property
    def district_names(self) -> dict[str, str]:
        """Names by district id."""
        return {group.total.id: group.total.name for group in self.districts}

    @property
    def members(self) -> tuple[Unit, ...]:
        """What the bulletin ranks: the city's districts, or a district's schools."""
        return tuple(group.total for group in self.districts) if self.is_city else self.scope.schools

    @property
    def shown(self) -> tuple[Unit, ...]:
        """The schools of the scope but for those withheld."""
        return tuple(school for school in self.scope.schools if school.id not in self.withheld)

    def places(self) -> tuple[dict[str, int], dict[str, int]]:
        """Ranks of `members` among themselves: now, and the week before."""
        return ranks(self.members, lambda u: u.index), ranks(self.members, lambda u: u.index_before)


def read_figures(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    day: date | None,
    district_id: str | None,
    *,
    is_public: bool = False,
) -> Figures:
    """Compute everything from the warehouse `con`, which may be read only, and HOME's lake.

    Raises CockpitError: a week not over or before all data, an unknown district or one that is withheld from
    the public, drops taken in since.
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
    withheld = _withheld(groups) if is_public else frozenset()
    if district_id in withheld:
        raise CockpitError(
            f"district {district_id!r} is withheld from the public: it would tell of one teacher"
        )
    city = Group(total(CITY, "全市", schools, is_comparable=is_comparable), tuple(schools))
    scope = city if district_id is None else groups[district_id]
    con.execute("create or replace temp table scope (school_id varchar)")
    con.execute("insert into scope select unnest(?)", [[school.id for school in scope.schools]])
    return Figures(
        run_id, as_of, known_at, first_on, week, is_comparable, district_id is None, city, scope,
        tuple(groups.values()),
        days=_days(con, week, is_comparable),
        categories=tuple(Category(**row) for row in _rows(con, queries.CATEGORIES)),
        absentees=tuple(con.execute(queries.ABSENTEES).fetchall()),
        deliveries=_deliveries(con, week),
        faults=tuple(Fault(**row) for row in _rows(con, queries.FAULTS)),
        refused=tuple(con.execute(queries.REFUSED).fetchall()),
        withheld=withheld,
        is_public=is_public,
    )  # fmt: skip


_SCHOOLS = Path(__file__).with_name("schools.sql")


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[dict[str, Any]]:
    result = con.execute(query, list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _ask(con: duckdb.DuckDBPyConnection, week: Week, as_of: date, is_comparable: bool) -> None:
    asked = {
        "first_on": ("date", week.starts_on),
        "last_on": ("date", week.ends_on),
        "before_from": ("date", week.before.starts_on),
        "before_to": ("date", week.before.ends_on),
        # The as-of day's own year is the period whose roster is that day's.
        "roster_period_id": ("varchar", str(as_of.year)),
        "is_comparable": ("boolean", is_comparable),
    }
    columns = ", ".join(f"cast(? as {kind}) as {name}" for name, (kind, _) in asked.items())
    con.execute(f"create or replace temp table asked as select {columns}", [v for _, v in asked.values()])


def _find_posts(con: duckdb.DuckDBPyConnection, home: Home, known_at: date | None) -> None:
    """A school's post is the first event of its id that is not void; posted again it is no second one."""
    manifests = {s: home.lake.load(s).handed_over_by(known_at and known_at.isoformat()) for s in SOURCES}
    refuse_stale(con, manifests, home.root)
    events = accepted_activities(home.lake, manifests, "event_type = 'school_post'")
    found = queries.FIRST_POSTS.format(events=events)
    con.execute(f"create or replace temp table first_posts as {found}")


def _groups(con: duckdb.DuckDBPyConnection, schools: list[Unit], is_comparable: bool) -> dict[str, Group]:
    rows = con.execute(
        "select entities.entity_id, entities.entity_name from marts.entities as entities cross join asked "
        "where entities.period_id = asked.roster_period_id and entities.level = 'district' order by 1"
    ).fetchall()
    own = {key: tuple(s for s in schools if s.district_id == key) for key, _ in rows}
    return {
        key: Group(total(key, name, own[key], is_comparable=is_comparable), own[key]) for key, name in rows
    }


def _withheld(groups: Mapping[str, Group]) -> frozenset[str]:
    """Whom the site's public pages do not number either."""
    schools = ((s.id, key, s.teachers) for key, group in groups.items() for s in group.schools)
    districts = ((key, CITY, group.total.teachers) for key, group in groups.items())
    return frozenset(too_few(schools) | too_few(districts))


def _told(groups: Mapping[str, Group]) -> str:
    return ", ".join(f"{key} {group.total.name}" for key, group in groups.items())


def _days(con: duckdb.DuckDBPyConnection, week: Week, is_comparable: bool) -> tuple[Day, ...]:
    found = {day: (active, points) for day, active, points in con.execute(queries.DAYS).fetchall()}
    nothing = (0, 0) if is_comparable else (None, None)
    return tuple(
        Day(now, *found.get(now, (0, 0)), *(found.get(before, nothing) if is_comparable else nothing))
        for now, before in zip(week.days, week.before.days, strict=True)
    )


def _deliveries(con: duckdb.DuckDBPyConnection, week: Week) -> tuple[Delivery, ...]:
    """One for each source with a drop in either week; logins and activities always."""
    came = {(source, day) for source, day in con.execute(queries.CAME).fetchall()}
    counts = {row.pop("source"): row for row in _rows(con, queries.COUNTS)}
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
