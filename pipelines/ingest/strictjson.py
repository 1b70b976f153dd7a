"""The exact reading of one JSON text, for the few that the fast reader cannot be trusted with.

DuckDB's JSON accepts NaN, Infinity and trailing commas, and of two equal keys it takes the first. Texts in
which one of these could matter come here and go back in a canonical form that both readers agree on.
"""

import json
from typing import Any

_LARGEST = 1.7976931348623157e308
_INTEGER_DIGITS = 18


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


def _finite(digits: str) -> float:
    """A number past the range of a double stays a (finite) number: it is valid JSON."""
    return max(-_LARGEST, min(_LARGEST, float(digits)))


def _bounded(digits: str) -> int:
    """An integer past 18 digits is clamped, so that it fits a 64-bit column."""
    if len(digits.lstrip("-")) <= _INTEGER_DIGITS:
        return int(digits)
    return (-1 if digits.startswith("-") else 1) * (10**_INTEGER_DIGITS - 1)


def _last_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The last of equal keys counts, but what it overrules must be JSON all the same."""
    value = dict(pairs)
    if len(value) < len(pairs):
        json.dumps(pairs, ensure_ascii=False).encode()
    return value


def canonical(text: str | None, columns: tuple[str, ...] = ()) -> tuple[str | None, str | None]:
    """(canonical JSON, None), or (None, what is wrong with it); no text, or a blank cell, is nothing wrong.

    With `columns` the text is a whole record: it must be an object, and only those of its keys are written.
    """
    if text is None or (not columns and not text.strip()):
        return None, None
    try:
        value = json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded,
            object_pairs_hook=_last_wins,
        )
        if columns and not isinstance(value, dict):
            return None, "not a JSON object"
        json.dumps(value, ensure_ascii=False).encode()
        kept = {c: value[c] for c in columns if c in value} if columns else value
        written = json.dumps(kept, ensure_ascii=False)
    except UnicodeEncodeError:
        return None, "a lone surrogate"
    except RecursionError:
        return None, "nested too deeply"
    except ValueError as error:
        return None, f"bad JSON: {error}"
    return written, None
