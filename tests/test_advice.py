"""What a teacher's page says would earn the next points."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import dashboards

ASSETS = Path(dashboards.__file__).parent / "assets"
MONDAY, TUESDAY, SUNDAY = "2022-05-30", "2022-05-31", "2022-06-05"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """A page with the scripts that advice needs."""
    opened = browser.new_page()
    opened.add_script_tag(content="COCKPIT = {each: function (list, act) { list.forEach(act); }};")
    for name in ("figures.js", "parts.js", "advice.js"):
        opened.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    return opened


def cap(
    rule: str, used: int, cap: int, each: int, period: str = "week", start: str = MONDAY
) -> dict[str, Any]:
    """A line of the allowance."""
    return {
        "rule": rule, "used": used, "cap": cap, "points_each": each, "cap_period": period, "cap_start": start
    }  # fmt: skip


def near(rule: str, unit: str, progress: int, threshold: int = 10) -> dict[str, Any]:
    """A unit short of its threshold."""
    return {"rule": rule, "unit": unit, "progress": progress, "threshold": threshold}


def advice(page: Page, as_of: str, allowance: list, near: list | tuple = ()) -> list[tuple[str, str, int]]:
    """(kind, rule, points) of each advice."""
    told = page.evaluate(
        "([t, day]) => COCKPIT.advice(t, day)", [{"allowance": allowance, "near": list(near)}, as_of]
    )
    return [(one["kind"], one["rule"], one["points"]) for one in told]


def test_what_is_left_of_the_caps_is_advised_most_points_first(page: Page):
    """Credits left times points each; no rule whose cap is used up, nor the login: it stands apart."""
    allowance = [
        cap("login", 0, 1, 1, "day", TUESDAY),
        cap("campus_office", 4, 10, 1),
        cap("courseware", 1, 1, 10),
        cap("interactive_lesson", 0, 2, 5),
        cap("class_formation", 0, 1, 50, "year", "2022-01-01"),
    ]
    assert advice(page, TUESDAY, allowance) == [
        ("do", "class_formation", 50), ("do", "interactive_lesson", 10), ("do", "campus_office", 6)
    ]  # fmt: skip


def test_a_cap_whose_week_or_year_is_over_starts_anew(page: Page):
    """On a Sunday and on New Year's Eve the next credit falls into a new cap."""
    used = [cap("courseware", 1, 1, 10)]
    assert advice(page, TUESDAY, used) == []
    assert advice(page, SUNDAY, used) == [("do", "courseware", 10)]
    year = [cap("profile_complete", 1, 1, 20, "year", "2022-01-01")]
    assert advice(page, "2022-12-30", year) == []
    assert advice(page, "2022-12-31", year) == [("do", "profile_complete", 20)]


def test_a_near_miss_comes_first_while_its_rule_has_credits_left(page: Page):
    """9 of 10 students: one more earns the points; not when the cap is used up, nor at less than half."""
    left, full = [cap("assignment_reach", 1, 2, 5)], [cap("assignment_reach", 2, 2, 5)]
    assert advice(page, TUESDAY, left, [near("assignment_reach", "h1", 9)]) == [
        ("near", "assignment_reach", 5)
    ]
    assert advice(page, TUESDAY, full, [near("assignment_reach", "h1", 9)]) == []
    assert advice(page, TUESDAY, left, [near("assignment_reach", "h1", 4)]) == [("do", "assignment_reach", 5)]


def test_what_can_no_longer_come_true_is_not_advised(page: Page):
    """An activity's week that is over, and a lesson that was too short, earn nothing any more."""
    allowance = [cap("class_activity", 0, 1, 5), cap("interactive_lesson", 0, 2, 5)]
    over = [near("class_activity", "v1|2022-05-23", 14, 15), near("interactive_lesson", "l1", 14, 15)]
    assert {kind for kind, _, _ in advice(page, TUESDAY, allowance, over)} == {"do"}
    running = [near("class_activity", f"v1|{MONDAY}", 14, 15)]
    assert advice(page, TUESDAY, allowance, running)[0] == ("near", "class_activity", 5)
    assert advice(page, SUNDAY, allowance, running)[0][0] == "do", "the next event falls into another week"
