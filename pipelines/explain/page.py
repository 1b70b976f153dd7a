"""An explanation as a page: one Chinese HTML file that needs nothing beside it, to hand to an auditor."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dashboards.catalogue import named, texts
from pipelines import rendering
from pipelines.explain.fates import FATES
from pipelines.explain.model import Explanation, RawRecord, UnitExplanation
from pipelines.explain.render import printable
from pipelines.explain.renderstanding import number
from pipelines.explain.standingmodel import StandingExplanation

LEVELS = {"teacher": "教师", "school": "学校", "district": "区", "city": "全市"}
SCOPES = {"school": "校内", "district": "区内", "city": "全市"}
STATUSES = {"active": "在岗", "retired": "退休", "off_post": "离岗"}
NO_RECORD = "尚未达到计分条件"
"""Why a unit without records is not in the ledger, such as a year in which a profile stayed incomplete."""
_DECISIONS = {"not_in_ledger": "未进入明细"}


def footer(made_from: Mapping[str, str]) -> dict[str, Any]:
    """What the site's template `run.html.j2` needs to name these digests alone."""
    run = dict.fromkeys(("run_id", "as_of", "known_at", "input_sha256", "rules_sha256", "code_sha256"))
    return {"run": run | made_from, "texts": texts()["zh"]}


def write_explanation(explanation: Explanation, page: Path) -> None:
    """Write all that `Explanation.to_json` holds as a page, every record with its file, number and text."""
    files = sorted({(r.path, r.sha256) for r in explanation.all_records()})
    content = {
        "e": explanation,
        "names": {r.teacher_name: None for r in explanation.periods if r.teacher_name},
        "files": files,
        "at": {path: place for place, (path, _) in enumerate(files, 1)},
        "reasons": Counter(r.reason for r in explanation.unused),
        "why": why,
        "decision": decision,
        "fates": FATES,
        "named": named,
        "printable": printable,
    }
    content |= footer(explanation.made_from)
    rendering.write_page(Path(__file__).with_name("teacher.html.j2"), content, page)


def write_standing(standing: StandingExplanation, page: Path) -> None:
    """Write all that `StandingExplanation.to_json` holds as a page."""
    content: dict[str, Any] = {
        "e": standing, "levels": LEVELS, "scopes": SCOPES, "statuses": STATUSES, "number": number,
    }  # fmt: skip
    content |= footer(standing.made_from)
    rendering.write_page(Path(__file__).with_name("standing.html.j2"), content, page)


def decision(code: str) -> str:
    """What the ledger says of a unit, in Chinese."""
    return _DECISIONS.get(code) or named("decision", code)


def why(unit: UnitExplanation) -> str:
    """Why a unit earned what it did, in Chinese: by its ledger row, or by the fates of its records."""
    if unit.decision == "not_met":
        return f"进度 {unit.progress} / {unit.threshold}"
    if unit.cap_rank is not None:
        return f"自 {unit.cap_start} 起的第 {unit.cap_rank} 次，上限 {unit.cap} 次"
    return "；".join(_fates(unit.all_records())) or NO_RECORD


def _fates(records: Iterable[RawRecord]) -> list[str]:
    """The fates of records in Chinese, each once."""
    return list(dict.fromkeys(FATES[r.fate].chinese for r in records if r.fate))
