"""What lies between a rank and the next better and lower one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipelines.explain.standingmodel import Difference, Neighbour, RankedIn

_TEACHERS = """
    select period_id, teacher_id as entity_id, school_id, district_id, indicator, points, 1 as teachers,
        points as value, school_rank, district_rank, city_rank
    from marts.teacher_indicator_index"""
_ENTITIES = """
    select period_id, entity_id, cast(null as varchar) as school_id, district_id, indicator, points, teachers,
        index_value as value, cast(null as integer) as school_rank, district_rank, city_rank
    from marts.indicator_index where level = """
INDICES = {
    "teacher": _TEACHERS,
    "school": f"{_ENTITIES} 'school'",
    "district": f"{_ENTITIES} 'district'",
}
"""Per level its indices, one row per period, entity and indicator, as SQL."""
SCOPES = {"teacher": ("school", "district", "city"), "school": ("district", "city"), "district": ("city",)}
_COLUMNS = ("entity_id", "school_id", "district_id", "points", "teachers", "value", "school_rank",
            "district_rank", "city_rank")  # fmt: skip


@dataclass(frozen=True)
class Index:
    """A row of INDICES."""

    entity_id: str
    school_id: str | None
    district_id: str | None
    points: int
    teachers: int
    value: float | None
    school_rank: int | None
    district_rank: int | None
    city_rank: int | None


def indices(
    con: duckdb.DuckDBPyConnection, level: str, where: str, values: Mapping[str, object]
) -> list[Index]:
    """Rows of a level's indices, in order of id."""
    query = f"select {', '.join(_COLUMNS)} from ({INDICES[level]}) where {where} order by entity_id"
    return [Index(*row) for row in con.execute(query, values).fetchall()]


class Ranking:
    """The ranking of a level by one indicator in one period."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        level: str,
        period_id: str,
        indicator: str,
        rule_names: Mapping[str, str],
    ):
        self.con, self.level, self.rule_names = con, level, rule_names
        self.asked = {"period": period_id, "indicator": indicator}

    def find(self, entity_id: str) -> Index | None:
        """The entity's own row."""
        where = "period_id = $period and indicator = $indicator and entity_id = $entity"
        return next(iter(indices(self.con, self.level, where, self.asked | {"entity": entity_id})), None)

    def around(self, me: Index, names: Mapping[str, str], is_detailed: bool) -> list[RankedIn]:
        """The entity's ranks, with its neighbours where they are wanted. `names` is by entity id."""
        return [self._in_scope(me, scope, names, is_detailed) for scope in SCOPES[self.level]]

    def _in_scope(self, me: Index, scope: str, names: Mapping[str, str], is_detailed: bool) -> RankedIn:
        group = "" if scope == "city" else f" and {scope}_id = $group"
        where = f"period_id = $period and indicator = $indicator and value is not null{group}"
        asked = self.asked if scope == "city" else self.asked | {"group": getattr(me, f"{scope}_id")}
        mine = getattr(me, f"{scope}_rank")
        of, better, lower = self.con.execute(
            f"select count(*), max({scope}_rank) filter (where {scope}_rank < $mine), "
            f"min({scope}_rank) filter (where {scope}_rank > $mine) "
            f"from ({INDICES[self.level]}) where {where}",
            asked | {"mine": mine},
        ).fetchone()

        def at(rank: int) -> list[Index]:
            return indices(self.con, self.level, f"{where} and {scope}_rank = $rank", asked | {"rank": rank})

        found = RankedIn(scope, mine, of, [r.entity_id for r in at(mine) if r.entity_id != me.entity_id])
        if is_detailed:
            found.above = self._neighbour(me, at(better), better, names) if better else None
            found.below = self._neighbour(me, at(lower), lower, names) if lower else None
        return found

    def _neighbour(self, me: Index, at: list[Index], rank: int, names: Mapping[str, str]) -> Neighbour:
        other = at[0]
        upper, lower = (other, me) if other.value > me.value else (me, other)
        # In whole numbers: a quotient rounded is a point too many or too few.
        lacking = upper.points * lower.teachers - lower.points * upper.teachers
        return Neighbour(
            other.entity_id, names.get(other.entity_id, ""), rank, len(at) - 1, other.points, other.teachers,
            other.value, -(-lacking // upper.teachers), lacking // upper.teachers + 1,
            self._differences(me.entity_id, other.entity_id),
        )  # fmt: skip

    def _differences(self, own: str, theirs: str) -> list[Difference]:
        """The rules in which the two differ, the largest difference first."""
        codes: Iterable[str] = self.rule_names
        if self.asked["indicator"] in self.rule_names:
            codes = [self.asked["indicator"]]
        rows = self.con.execute(
            f"select indicator, coalesce(max(value) filter (where entity_id = $own), 0), "
            f"coalesce(max(value) filter (where entity_id = $theirs), 0) from ({INDICES[self.level]}) "
            "where period_id = $period and entity_id in ($own, $theirs) "
            "and indicator in (select unnest($codes)) group by indicator",
            {"period": self.asked["period"], "own": own, "theirs": theirs, "codes": list(codes)},
        ).fetchall()
        found = [Difference(code, self.rule_names[code], a, b, a - b) for code, a, b in rows if a != b]
        return sorted(found, key=lambda d: (-abs(d.difference), d.rule_code))
