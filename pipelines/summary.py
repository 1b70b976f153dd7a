"""What a run ends by saying: who leads, and what became of the records."""

from pathlib import Path

import duckdb

_TOP = 5

_TITLES = {
    "districts": "Top districts (index = points / listed teachers)",
    "schools": "Top schools (index = points / listed teachers)",
    "teachers": "Top teachers (points)",
}
_ENTITIES = """
    select i.city_rank, e.entity_name, printf('%.2f', i.index_value), i.teachers || ' listed teachers'
    from marts.indicator_index as i
    join marts.entities as e using (period_id, level, entity_id)
    where i.period_id = $period and i.level = '{level}' and i.indicator = 'total' and i.city_rank is not null
    order by i.city_rank, i.entity_id limit $top"""
_QUERIES = {
    "districts": _ENTITIES.format(level="district"),
    "schools": _ENTITIES.format(level="school"),
    "teachers": """
        select i.city_rank, t.teacher_name, cast(i.points as varchar), e.entity_name
        from marts.teacher_index as i
        join marts.teachers as t on i.period_id = t.period_id and i.teacher_id = t.teacher_id
        join marts.entities as e
            on i.period_id = e.period_id and e.level = 'school' and i.school_id = e.entity_id
        where i.period_id = $period
        order by i.city_rank, i.teacher_id limit $top""",
}


def leaders(warehouse: Path) -> list[str]:
    """Lines that name the first districts, schools and teachers of the as-of day's year."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        period, as_of = con.execute(
            "select cast(extract(year from as_of) as varchar), as_of from ops.run"
        ).fetchone()
        lines = [f"Period {period}, as of {as_of}"]
        for name, query in _QUERIES.items():
            lines.append(f"{_TITLES[name]}:")
            rows = con.execute(query, {"period": period, "top": _TOP}).fetchall()
            lines += [f"  {rank:>2}. {label}  {value}  ({beside})" for rank, label, value, beside in rows]
            if not rows:
                lines.append("  none")
    return lines
