"""Whom the public pages do not number: a school of one listed teacher would publish that teacher."""

from collections.abc import Iterable

import polars as pl


def too_few(entities: Iterable[tuple[str, str, int]]) -> set[str]:
    """(id, parent, listed teachers) -> ids not to be numbered.

    Those with exactly one teacher, and where a parent has exactly one of them also its next smallest with
    teachers: else the parent's sum less the others' would tell.
    """
    children: dict[str, list[tuple[int, str]]] = {}
    for id_, parent, teachers in entities:
        if teachers:
            children.setdefault(parent, []).append((teachers, id_))
    found: set[str] = set()
    for own in children.values():
        ones = [id_ for teachers, id_ in own if teachers == 1]
        found.update([id_ for _, id_ in sorted(own)][:2] if len(ones) == 1 else ones)
    return found


def withheld(totals: pl.DataFrame) -> pl.DataFrame:
    """Rows of the indicator `total` (span_id, level, entity_id, district_id, teachers) -> those to withhold.

    Districts are held against the city, schools against their district. span_id, level, entity_id.
    """
    rows = []
    for (span, level), part in totals.filter(pl.col("level") != "city").group_by("span_id", "level"):
        of = part["district_id"] if level == "school" else ["city"] * part.height
        ids = too_few(zip(part["entity_id"], of, part["teachers"], strict=True))
        rows += [(span, level, id_) for id_ in ids]
    schema = {"span_id": pl.String, "level": pl.String, "entity_id": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("span_id", "level", "entity_id")
