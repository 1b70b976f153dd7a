"""What tests share."""

import os
from pathlib import Path

import pytest

pytest_plugins = ("award_hands", "browser", "frozen_city", "hostile_home", "paper")

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "cases"

# Great Expectations would look for a server; tests, like runs, work without a network.
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@pytest.fixture(scope="session")
def cases() -> Path:
    """The example cases handed over with the contract; tests that need them skip where they are not."""
    if not CASES.is_dir():
        pytest.skip("the example cases (../shared/cases) are not here")
    return CASES
