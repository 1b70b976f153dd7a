"""What the first page shows, as plain values: frames in, no warehouse and no HTML."""

import json
import re
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards.figures import which_districts_lead, which_schools_lead
from dashboards.numbers import index_text, share_text, whole
from dashboards.texts import ZH, named

TOP_SCHOOLS = 20
TOP_TEACHERS = 50
_NAMES_IN_SUMMARY = 3
_PATHS_SHOWN = 50


@dataclass(frozen=True)
class Frames:
    """What dashboards.queries found, each as described there."""

    run: pl.DataFrame
    periods: pl.DataFrame
    districts: pl.DataFrame
    schools: pl.DataFrame
    teachers: pl.DataFrame
    totals: pl.DataFrame
    accounts: pl.DataFrame
    quarantine: pl.DataFrame
    refused_files: pl.DataFrame
    strays: pl.DataFrame


def overview(frames: Frames) -> dict[str, Any]:
    """The values of templates/index.html.j2."""
    run = frames.run.row(0, named=True)
    return {
        "run_id": run["run_id"],
        "as_of": _day(run["as_of"]),
        "top_schools": TOP_SCHOOLS,
        "event_window": _window(run["first_on"], run["last_on"]),
        "drop_window": _window(run["first_dt"], run["last_dt"]),
        "periods": [_period(p, frames) for p in frames.periods.to_dicts()],
        "accounts": _accounts(frames.accounts),
        "quarantine": [
            {"reason": named("reason", r["reason"]), "records": whole(r["records"])}
            for r in frames.quarantine.to_dicts()
        ],
        "refused_files": _shown([f"{r['path']}：{r['fault']}" for r in frames.refused_files.to_dicts()]),
        "strays": _shown([r["path"] for r in frames.strays.to_dicts()]),
    }


def anchor(period_id: str) -> str:
    """The id of a period's part of the page: stable between runs, whatever the period's own id holds."""
    return "period-" + re.sub(r"[^0-9A-Za-z-]", lambda m: f"_{ord(m[0]):x}_", period_id)


def _day(day: Any) -> str:
    return ZH["none"] if day is None else day.isoformat()


def _window(first: Any, last: Any) -> str:
    return ZH["none"] if first is None else ZH["from_to"].format(first=_day(first), last=_day(last))


def _shown(lines: list[str]) -> dict[str, Any]:
    return {"count": len(lines), "lines": lines[:_PATHS_SHOWN], "more": max(0, len(lines) - _PATHS_SHOWN)}


def _figure(figure: go.Figure) -> dict[str, Any]:
    return {"height": figure.layout.height, "spec": json.loads(figure.to_json(engine="json"))}


def _period(period: dict[str, Any], frames: Frames) -> dict[str, Any]:
    mine = pl.col("period_id") == period["period_id"]
    districts, schools = frames.districts.filter(mine), frames.schools.filter(mine)
    teachers = frames.teachers.filter(mine)
    total = frames.totals.filter(mine).row(0, named=True)
    return {
        "anchor": anchor(period["period_id"]),
        "name": period["period_name"],
        "span": ZH["period_span"].format(
            first=_day(period["starts_on"]), last=_day(period["ends_on"]), counted=_day(period["counted_on"])
        ),
        "cards": _cards(total, districts, schools),
        "districts": {
            "figure": _figure(which_districts_lead(districts)),
            "summary": _summary(districts),
            "rows": [_entity_row(r) for r in districts.to_dicts()],
        },
        "schools": {
            "figure": _figure(which_schools_lead(schools, TOP_SCHOOLS)),
            "summary": _summary(schools) + _cut(schools, TOP_SCHOOLS),
            "rows": [_entity_row(r) for r in schools.to_dicts()],
        },
        "teachers": {
            "rows": [_teacher_row(r) for r in teachers.to_dicts()],
            "count": whole(total["listed_teachers"]),
            "ties_cut": _ties_cut(teachers),
        },
        "reconciliation": _reconciliation(total),
    }


def _cards(total: dict[str, Any], districts: pl.DataFrame, schools: pl.DataFrame) -> list[dict[str, str]]:
    points, teachers = total["city_points"], total["city_teachers"]
    scoring = total["scoring_teachers"]
    empty = schools.filter(pl.col("teachers") == 0).height
    figures = {
        "city_index": (index_text(points, teachers), {"points": whole(points), "teachers": whole(teachers)}),
        "points": (whole(points), {}),
        "listed_teachers": (whole(teachers), {}),
        "scoring_teachers": (whole(scoring), {"share": share_text(scoring, teachers)}),
        "entities": (f"{whole(districts.height)} / {whole(schools.height)}", {"count": whole(empty)}),
    }
    return [
        {"key": key, "name": ZH[key], "value": value, "note": ZH[f"{key}_note"].format(**parts)}
        for key, (value, parts) in figures.items()
    ]


def _entity_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": whole(row["rank"]),
        "is_tied": row["is_tied"],
        "name": row["name"],
        "district": row["district_name"],
        "index": index_text(row["points"], row["teachers"]),
        "points": whole(row["points"]),
        "teachers": whole(row["teachers"]),
    }


def _teacher_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": whole(row["rank"]),
        "is_tied": row["is_tied"],
        "name": row["name"],
        "school": row["school_name"],
        "district": row["district_name"],
        "points": whole(row["points"]),
    }


def _ties_cut(teachers: pl.DataFrame) -> str:
    """How many share the last shown teacher's rank without being shown; empty if none."""
    if teachers.is_empty():
        return ""
    last = teachers.row(-1, named=True)
    hidden = last["tied"] - teachers.filter(pl.col("rank") == last["rank"]).height
    return ZH["ties_cut"].format(count=whole(hidden)) if hidden else ""


def _summary(ranking: pl.DataFrame) -> str:
    """A chart in a sentence or two: who leads, and who is not ranked."""
    first = ranking.filter(pl.col("rank") == 1).to_dicts()
    unranked = ranking.filter(pl.col("rank").is_null()).height
    sentences = []
    if first:
        key = "summary_leader" if len(first) == 1 else "summary_leaders"
        if len(first) > _NAMES_IN_SUMMARY:
            key = "summary_leaders_cut"
        names = ZH["list_separator"].join(r["name"] for r in first[:_NAMES_IN_SUMMARY])
        index = index_text(first[0]["points"], first[0]["teachers"])
        sentences.append(ZH[key].format(count=whole(len(first)), names=names, index=index))
    if unranked:
        sentences.append(ZH["summary_unranked"].format(count=whole(unranked)))
    return "".join(sentences)


def _cut(ranking: pl.DataFrame, top: int) -> str:
    """A word on ties that the chart's last bar leaves out; empty if none."""
    ranks = ranking["rank"].drop_nulls().to_list()
    if len(ranks) > top and ranks[top] == ranks[top - 1]:
        return ZH["summary_cut"].format(rank=whole(ranks[top]))
    return ""


def _reconciliation(total: dict[str, Any]) -> dict[str, Any]:
    """Points and teachers of the city against the sums of the levels below, each from its own table."""
    levels = ("city", "districts", "schools", "listed")
    lines = []
    for name, column in (("points", "points"), ("listed_teachers", "teachers")):
        values = [total[f"{level}_{column}"] for level in levels]
        lines.append(
            {"name": ZH[name], "values": [whole(v) for v in values], "agrees": len(set(values)) == 1}
        )
    unlisted = total["unlisted_points"]
    note = ZH["unlisted_points"].format(points=whole(unlisted)) if unlisted else ""
    return {"lines": lines, "agrees": all(line["agrees"] for line in lines), "note": note}


def _accounts(accounts: pl.DataFrame) -> dict[str, Any]:
    counts = ("files", "records", "accepted", "duplicates", "quarantined")
    rows = [
        {"source": named("source", r["source"])} | {c: whole(r[c]) for c in counts}
        for r in accounts.to_dicts()
    ]
    return {"rows": rows, "total": {c: whole(int(accounts[c].sum() or 0)) for c in counts}}
