"""Who the teacher is in each period: name, school and district by its roster, and the ranks."""

from datetime import date

import duckdb

from pipelines.explain.model import PeriodResult
from pipelines.ingest.contract import ROSTER
from pipelines.ingest.lake import Lake, parquet

_PLACES = """
    select
        i.period_id, i.points, i.school_rank, i.district_rank, i.city_rank,
        (select count(*) from marts.teacher_index as o
            where o.period_id = i.period_id and o.school_id = i.school_id),
        (select count(*) from marts.teacher_index as o
            where o.period_id = i.period_id and o.district_id = i.district_id),
        (select count(*) from marts.teacher_index as o where o.period_id = i.period_id)
    from marts.teacher_index as i
    where i.teacher_id = ?
"""
_NAMES = (
    "index", "school_rank", "district_rank", "city_rank", "school_of", "district_of", "city_of",
)  # fmt: skip


def roster_days(lake: Lake) -> list[str]:
    """The days (ISO) of the good roster snapshots, in order."""
    return [day for day, entry in sorted(lake.load(ROSTER).days.items()) if not entry.faults]


def roster_in_force(days: list[str], day: date) -> str | None:
    """The snapshot in force on a day: the newest by then, else the oldest, of `days`; None of none."""
    return max((d for d in days if d <= day.isoformat()), default=days[0] if days else None)


class Rosters:
    """All roster snapshots, as they tell of one teacher."""

    def __init__(self, lake: Lake, teacher_id: str):
        manifest = lake.load(ROSTER)
        files = {k: lake.data_files(manifest, k) for k in ("districts", "schools", "teachers")}
        self.days: list[date] = []
        self.entries: dict[date, tuple[str, str, str, str, str, str]] = {}
        if not all(files.values()):
            return
        with duckdb.connect() as con:
            # As the models see it: a snapshot without districts is none.
            seen = f"select distinct dt from {parquet(files['districts'])} order by dt"
            self.days = [day for (day,) in con.execute(seen).fetchall()]
            rows = con.execute(
                f"""
                select t.dt, t.name, t.status, s.school_id, s.name, d.district_id, d.name
                from {parquet(files["teachers"])} as t
                join {parquet(files["schools"])} as s on t.dt = s.dt and t.school_id = s.school_id
                join {parquet(files["districts"])} as d on s.dt = d.dt and s.district_id = d.district_id
                where t.teacher_id = ?
                """,
                [teacher_id],
            ).fetchall()
        self.entries = {day: tuple(rest) for day, *rest in rows}

    def on(self, day: date) -> date | None:
        """The snapshot in force on a day: the newest by then, else the oldest."""
        by_then = [d for d in self.days if d <= day]
        return by_then[-1] if by_then else self.days[0] if self.days else None

    def describe(self, result: PeriodResult) -> None:
        """Fill in who the teacher is on the day the period is counted."""
        result.roster_on = self.on(result.counted_on)
        result.not_listed = self.why_not_listed(result.counted_on)
        if entry := self.entries.get(result.roster_on):
            (result.teacher_name, _, result.school_id, result.school_name,
             result.district_id, result.district_name) = entry  # fmt: skip

    def why_not_listed(self, day: date) -> str:
        """Why the teacher is not listed on a day; empty where the teacher is."""
        roster_on = self.on(day)
        if entry := self.entries.get(roster_on):
            status = entry[1]
            return "" if status == "active" else f"{status} by the roster of {roster_on}"
        return self._absence(roster_on)

    def _absence(self, counts: date | None) -> str:
        if counts is None:
            return "there is no roster"
        if not self.entries:
            return f"on no roster; the one that counts is of {counts}"
        return f"not on the roster of {counts} that counts, though on that of {max(self.entries)}"


def period_results(
    con: duckdb.DuckDBPyConnection, rosters: Rosters, teacher_id: str, period: str | None
) -> list[PeriodResult]:
    """The teacher in every period, or in one."""
    rows = con.execute(
        """
        select p.period_id, p.period_name, p.starts_on, p.ends_on, p.counted_on, coalesce(sum(l.points), 0)
        from marts.periods as p
        left join marts.points_ledger as l
            on l.teacher_id = ? and l.credited_on between p.starts_on and p.ends_on
        group by p.period_id, p.period_name, p.starts_on, p.ends_on, p.counted_on, p.kind
        order by case p.kind when 'year' then 0 else 1 end, p.starts_on, p.period_id
        """,
        [teacher_id],
    ).fetchall()
    results = [PeriodResult(*row[:5], points=int(row[5])) for row in rows if period in (None, row[0])]
    places = {row[0]: row[1:] for row in con.execute(_PLACES, [teacher_id]).fetchall()}
    for result in results:
        rosters.describe(result)
        for name, value in zip(_NAMES, places.get(result.period_id, ()), strict=False):
            setattr(result, name, int(value))
    return results
