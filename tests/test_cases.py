"""The example cases of the contract, where they are at hand."""

import csv
from pathlib import Path

import pytest
from comparing import COLUMNS
from harness import score


def _text(column: str, value: object) -> str:
    if value is None:
        return ""
    return f"{float(value):.6f}" if column == "index_value" else str(value)


@pytest.mark.parametrize("name", ["walkthrough", "hostile-1", "hostile-2"])
def test_tables_equal_the_expected_ones(cases: Path, name: str) -> None:
    """Every table of an example case equals the expected one, row for row."""
    case = cases / name
    ours = score(case / "raw", (case / "as_of").read_text().strip())
    for path in sorted((case / "expected").glob("*.csv")):
        with open(path, encoding="utf-8", newline="") as f:
            header, *expected = csv.reader(f)
        rows = [r for r in ours[path.stem] if r.get("source") != "roster"]
        found = sorted([_text(c, r[c]) for c in header] for r in rows)
        assert found == sorted(expected), path.stem
        assert path.stem in COLUMNS
