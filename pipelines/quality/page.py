"""The page of checks: one offline HTML file in Chinese, and the same as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines import rendering
from pipelines.files import write_json
from pipelines.quality.expectations import SUITES
from pipelines.quality.run import CheckResult


def _summary(results: Sequence[CheckResult]) -> dict[str, int]:
    blocking = [r for r in results if r.is_blocking]
    warning = [r for r in results if not r.is_blocking]
    return {
        "total": len(results),
        "blocking": len(blocking),
        "blocking_failed": sum(not r.is_passed for r in blocking),
        "warning": len(warning),
        "warning_failed": sum(not r.is_passed for r in warning),
    }


def _suites(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Results by suite; what failed comes first."""
    names = dict.fromkeys((*SUITES, *(r.suite for r in results)))
    ordered = sorted(results, key=lambda r: r.is_passed)
    grouped = ((n, [r for r in ordered if r.suite == n]) for n in names)
    return [{"name": n, "label": SUITES.get(n, n), "checks": checks} for n, checks in grouped if checks]


def write_checks_page(results: Sequence[CheckResult], out: Path, as_of: str, run_id: str) -> Path:
    """Write out/checks.html and, with the same content, out/checks.json; return the page's path.

    The same results give the same bytes. The page loads nothing, from the network or beside it.
    """
    out.mkdir(parents=True, exist_ok=True)
    content = {"as_of": as_of, "run_id": run_id, "summary": _summary(results), "suites": _suites(results)}
    suites = [suite | {"checks": [asdict(r) for r in suite["checks"]]} for suite in content["suites"]]
    write_json(out / "checks.json", content | {"suites": suites})
    page = out / "checks.html"
    rendering.write_page(Path(__file__).with_name("checks.html.j2"), content, page)
    return page
