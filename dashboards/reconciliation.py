"""Whether the levels add up: city = districts = schools = listed teachers, each summed from its own rows."""

from typing import Any

import duckdb
import polars as pl

_PARTS = {
    "city": {"city": "city", "districts": "districts", "schools": "schools", "listed": "listed"},
    "district": {"district": "districts", "schools": "schools", "listed": "listed"},
    "school": {"school": "schools", "listed": "listed"},
}


def find_sums(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Points and teachers of each span shown, each level summed from its own rows.

    level, entity_id, place, {city,districts,schools,listed}_{points,teachers}; for a district no city, for a
    school only schools (itself) and listed.
    """
    return con.sql(
        """
        with summed as (
            select span_id, level as part, entity_id as school_id, district_id, points, teachers
            from marts.span_indicator_index
            where indicator = 'total'
            union all
            select span_id, 'listed' as part, school_id, district_id, points, 1 as teachers
            from marts.span_teacher_index
        ),
        under as (
            select *, 'city' as level, 'city' as entity_id from summed
            union all
            select *, 'district' as level, district_id as entity_id from summed where part <> 'city'
            union all
            select *, 'school' as level, school_id as entity_id from summed where part in ('school', 'listed')
        )
        select
            under.level, under.entity_id, shown.place,
            cast(coalesce(sum(under.points) filter (part = 'city'), 0) as bigint) as city_points,
            cast(coalesce(sum(under.teachers) filter (part = 'city'), 0) as bigint) as city_teachers,
            cast(coalesce(sum(under.points) filter (part = 'district'), 0) as bigint) as districts_points,
            cast(coalesce(sum(under.teachers) filter (part = 'district'), 0) as bigint) as districts_teachers,
            cast(coalesce(sum(under.points) filter (part = 'school'), 0) as bigint) as schools_points,
            cast(coalesce(sum(under.teachers) filter (part = 'school'), 0) as bigint) as schools_teachers,
            cast(coalesce(sum(under.points) filter (part = 'listed'), 0) as bigint) as listed_points,
            cast(coalesce(sum(under.teachers) filter (part = 'listed'), 0) as bigint) as listed_teachers
        from under
        inner join shown using (span_id)
        group by under.level, under.entity_id, shown.place
        order by under.level, under.entity_id, shown.place
        """
    ).pl()


def find_unlisted(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Per span shown: points of the ledger that are in no index, of who was not listed."""
    rows = con.sql(
        """
        with credited as (
            select credited_on, sum(points) as points from marts.points_ledger
            where credited_on is not null group by credited_on
        ),
        everybody as (
            select shown.place, coalesce(sum(credited.points), 0) as points
            from shown
            left join credited on credited.credited_on between shown.starts_on and shown.counted_on
            group by shown.place
        ),
        listed as (
            select shown.place, coalesce(sum(indices.points), 0) as points
            from shown
            left join marts.span_teacher_index as indices using (span_id)
            group by shown.place
        )
        select cast(everybody.points - listed.points as bigint)
        from everybody inner join listed using (place) order by place
        """
    ).fetchall()
    return [row[0] for row in rows]


def reconciliation_data(level: str, sums: pl.DataFrame, unlisted: list[int]) -> list[dict[str, Any]]:
    """find_sums of one entity -> per span {lines: [{of, city, districts, schools, listed}], unlisted_points}.

    A district has {of, district, schools, listed}, a school {of, school, listed}, and no unlisted_points.
    """
    found = {row["place"]: row for row in sums.to_dicts()}
    return [
        {
            "lines": [
                {"of": of} | {name: own.get(f"{part}_{of}", 0) for name, part in _PARTS[level].items()}
                for of in ("points", "teachers")
            ]
        }
        | ({"unlisted_points": points} if level == "city" else {})
        for own, points in ((found.get(place, {}), points) for place, points in enumerate(unlisted))
    ]
