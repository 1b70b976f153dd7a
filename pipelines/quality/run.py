"""Running the checks through one Great Expectations context, in memory."""

import gc
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipelines.ingest.inventory import Inventory
from pipelines.ingest.lake import Lake, Manifest
from pipelines.quality.boundary import Boundary
from pipelines.quality.expectations import CHECKS, Check
from pipelines.quality.frames import FRAMES, frame

_SHOWN_ROWS = 5
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True)
class CheckResult:
    """What one check found. `observed` tells it in words; a check that could not be run has failed."""

    suite: str
    check_name: str
    column_name: str
    label: str
    advice: str
    is_blocking: bool
    is_passed: bool
    observed: str

    @property
    def name(self) -> str:
        """The name of the check in CHECKS."""
        return self.check_name


def run_checks(
    lake: Lake, manifests: dict[str, Manifest], inventory: Inventory, checks: Sequence[Check] = CHECKS
) -> list[CheckResult]:
    """Hold what was taken in against `checks`, all of it read; one result each, in their order."""
    with Boundary(lake, manifests, inventory) as boundary:
        return check_all(boundary, checks)


def check_all(boundary: Boundary, checks: Sequence[Check] = CHECKS) -> list[CheckResult]:
    """Hold what lies at the boundary against `checks`; one result each, in their order.

    Never raises for what it finds: a frame that cannot be computed or an expectation that errors fails the
    checks that need it.
    """
    with _great_expectations() as definition:
        # A frame at a time, so that no more than one is held.
        found = {
            check.name: outcome
            for name in dict.fromkeys(c.frame for c in checks)
            for check, outcome in _check_frame(
                boundary, definition, name, [c for c in checks if c.frame == name]
            )
        }
    return [_result(check, *found[check.name], str(boundary.lake.root)) for check in checks]


@contextmanager
def _great_expectations() -> Iterator[Any]:
    """What makes batches of frames, in a silent in-memory context. Imported here, as that takes seconds."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Warnings and log lines of a dependency about itself are no news of the data.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _collecting_no_garbage():
            import great_expectations as gx

        # After the import, which sets the level itself.
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        # One asset for all frames: each that is added has the whole configuration written out anew.
        asset = context.data_sources.add_pandas("boundary").add_dataframe_asset("frame")
        yield asset.add_batch_definition_whole_dataframe("all")


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """Objects made meanwhile are not searched for garbage: a quarter of a large import's time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_frame(
    boundary: Boundary, definition: Any, name: str, checks: list[Check]
) -> Iterator[tuple[Check, tuple[bool, str]]]:
    try:
        keys = list(FRAMES[name].keys)
        batch = definition.get_batch({"dataframe": frame(boundary, name)})
    except Exception as error:  # whatever keeps a frame from being made, its checks have failed
        for check in checks:
            yield check, (False, _fault(error))
        return
    for check in checks:
        yield check, _outcome(batch, check, keys)


def _outcome(batch: Any, check: Check, keys: list[str]) -> tuple[bool, str]:
    """(passed, observed) of one expectation."""
    try:
        outcome = batch.validate(
            _expectation(check),
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": keys,
                "partial_unexpected_count": _SHOWN_ROWS,
            },
        )
        if raised := _raised(outcome.exception_info):
            return False, f"检查本身出错：{raised}"
        return bool(outcome.success), _observed(outcome.result, check, keys, bool(outcome.success))
    except Exception as error:  # an expectation that errors has failed
        return False, _fault(error)


def _expectation(check: Check) -> Any:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    operators = {">=": Column.__ge__, "==": Column.__eq__, "!=": Column.__ne__}
    condition = None
    for column, operator, value in check.only:
        term = operators[operator](Column(column), value)
        condition = term if condition is None else condition & term
    only = {} if condition is None else {"row_condition": condition}
    return getattr(gxe, check.expectation)(**check.kwargs, **only)


def _raised(info: Any) -> str:
    """The message of an exception in `exception_info`: flat, or one per metric."""
    info = info or {}
    parts = [info] if "raised_exception" in info else [p for p in info.values() if isinstance(p, dict)]
    messages = {str(p.get("exception_message")) for p in parts if p.get("raised_exception")}
    return "；".join(sorted(messages))


def _fault(error: Exception) -> str:
    return f"检查本身出错：{type(error).__name__}: {error}"


def _observed(result: dict[str, Any], check: Check, keys: list[str], is_passed: bool) -> str:
    if "element_count" not in result:
        return f"共 {result['observed_value']} 行"
    count, wrong = result["element_count"] - result.get("missing_count", 0), result["unexpected_count"]
    if not wrong:
        return f"共 {count} 项，均符合"
    columns = [c for c in check.column_name.split(", ") if c not in keys]
    rows = [_row(r, keys, columns) for r in result.get("partial_unexpected_index_list") or ()]
    rest = "…" if wrong > len(rows) else ""
    verdict = "项例外，在允许之内" if is_passed else "项不符"
    return f"共 {count} 项，{wrong} {verdict}：{'；'.join(rows)}{rest}"


def _row(row: dict[str, Any], keys: list[str], columns: list[str]) -> str:
    place = " ".join(_value(row[k]) for k in keys)
    values = " / ".join(_value(row[c]) for c in columns)
    return f"{place}（{values}）" if values else place


def _value(value: Any) -> str:
    if value is None or value != value:
        return "空"
    text = f"{value:.3g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _result(check: Check, is_passed: bool, observed: str, root: str) -> CheckResult:
    return CheckResult(
        suite=check.suite,
        check_name=check.name,
        column_name=check.column_name,
        label=check.label,
        advice=check.advice,
        is_blocking=check.is_blocking,
        is_passed=is_passed,
        # The same data tell the same in whatever folder they lie.
        observed=" ".join(observed.replace(root, "lake").split()),
    )


def results_table(results: Sequence[CheckResult]) -> pa.Table:
    """The results as ops.checks holds them."""
    texts, flags = ("suite", "check_name", "column_name"), ("is_blocking", "is_passed")
    columns = {c: pa.string() for c in texts} | {c: pa.bool_() for c in flags} | {"observed": pa.string()}
    return pa.table({c: pa.array([getattr(r, c) for r in results], t) for c, t in columns.items()})
