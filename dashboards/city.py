"""Who the pages speak of: districts, schools and listed teachers of every span shown, by the newest roster.

A school that has moved stands in the folder of each district that counted it in a span.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from dashboards.names import folders, with_search_keys
from dashboards.parts import Parts
from dashboards.shards import columns


@dataclass(frozen=True)
class Members:
    """The districts and schools a folder speaks of, in the order its shards count them (by id).

    districts: id, name, initials, folder. schools: the same and district_id, stage, branch.
    """

    districts: pl.DataFrame
    schools: pl.DataFrame

    @cached_property
    def district_at(self) -> dict[str, int]:
        """Position of each district by id."""
        return {id_: at for at, id_ in enumerate(self.districts["id"])}

    @cached_property
    def school_at(self) -> dict[str, int]:
        """Position of each school by id."""
        return {id_: at for at, id_ in enumerate(self.schools["id"])}

    def at(self, level: str) -> dict[str, int]:
        """Position of each entity of a level by id."""
        return self.district_at if level == "district" else self.school_at

    def data(self) -> dict[str, Any]:
        """{districts: {id, name, initials}, schools: {id, name, initials, district, stage, branch}}.

        `district` is the position in districts; in a district's or school's folder all are the folder's own.
        """
        own = 0 if self.districts.height == 1 else None
        districts, schools = (
            columns(f, "id", "name", "initials") | folders(f["id"].to_list(), f["folder"].to_list())
            for f in (self.districts, self.schools)
        )
        district = [self.district_at.get(d, own) for d in self.schools["district_id"]]
        return {
            "districts": districts,
            "schools": schools | {"district": district} | columns(self.schools, "stage", "branch"),
        }


@dataclass(frozen=True)
class City:
    """Everybody. `belongs`: district_id, school_id (each pair that holds in a span shown).

    teachers: id, name, initials, folder, school_id, district_id, subject, is_verified.
    """

    name: str | None
    districts: pl.DataFrame
    schools: pl.DataFrame
    teachers: pl.DataFrame
    belongs: pl.DataFrame

    @cached_property
    def all(self) -> Members:
        """What public and city speak of."""
        return Members(self.districts, self.schools)

    @cached_property
    def by_district(self) -> dict[str, Members]:
        """What each district's folder speaks of."""
        own = self.belongs.join(self.schools, left_on="school_id", right_on="id", maintain_order="left")
        own = own.rename({"district_id": "of", "district_id_right": "district_id", "school_id": "id"})
        schools = Parts(own, "of")
        return {
            id_: Members(self.districts[at], schools[id_].select(self.schools.columns))
            for at, id_ in enumerate(self.districts["id"])
        }

    @cached_property
    def by_school(self) -> dict[str, Members]:
        """What each school's folder speaks of: itself and its district."""
        at = self.all.district_at
        return {
            row["id"]: Members(self.districts[at[row["district_id"]]], self.schools[n])
            for n, row in enumerate(self.schools.to_dicts())
        }


def find_city(con: duckdb.DuckDBPyConnection) -> City:
    """Read everybody of the spans in `shown`; keeps the temporary table `people` (teachers without keys)."""
    con.execute(_PEOPLE)
    entities = Parts(con.sql(_ENTITIES).pl(), "level")
    people = con.sql(
        "select id, name, school_id, district_id, subject, is_verified from people order by id"
    ).pl()
    belongs = con.sql(
        """
        select distinct district_id, entity_id as school_id
        from marts.entities inner join rosters using (period_id)
        where level = 'school' order by district_id, school_id
        """
    ).pl()
    return City(
        name=entities["city"]["name"].first(),
        districts=with_search_keys(entities["district"].select("id", "name")),
        schools=with_search_keys(entities["school"].drop("level")),
        teachers=with_search_keys(people),
        belongs=belongs,
    )


_PEOPLE = """
create or replace temp table rosters as
    select
        shown.roster_period_id as period_id,
        row_number() over (order by periods.counted_on desc, min(shown.place)) as age
    from shown
    inner join marts.periods as periods on shown.roster_period_id = periods.period_id
    group by shown.roster_period_id, periods.counted_on;

create or replace temp table people as
    with told as (
        select teachers.*, row_number() over (partition by teacher_id order by rosters.age) as place
        from marts.teachers as teachers
        inner join rosters using (period_id)
    )
    select
        told.teacher_id as id, told.teacher_name as name, told.school_id, schools.district_id,
        schools.entity_name as school_name, districts.entity_name as district_name,
        told.subject, told.is_verified
    from told
    left join marts.entities as schools
        on told.period_id = schools.period_id and schools.level = 'school'
        and told.school_id = schools.entity_id
    left join marts.entities as districts
        on told.period_id = districts.period_id and districts.level = 'district'
        and schools.district_id = districts.entity_id
    where told.place = 1
"""

_ENTITIES = """
with told as (
    select entities.*, row_number() over (partition by level, entity_id order by rosters.age) as place
    from marts.entities as entities
    inner join rosters using (period_id)
)
select level, entity_id as id, entity_name as name, district_id, stage, branch
from told where place = 1
order by level, id
"""


def with_names(frame: pl.DataFrame, teachers: pl.DataFrame) -> pl.DataFrame:
    """A frame with teacher_id, and beside it what City.teachers tells of each."""
    names = teachers.select("id", "name", "initials", "folder", "subject", "is_verified")
    return frame.join(names, left_on="teacher_id", right_on="id", how="left", maintain_order="left")
