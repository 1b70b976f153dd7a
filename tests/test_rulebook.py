"""docs/rules.md is the rule table: generated, current, and honest about what the seeds leave open."""

import csv
import shutil
from pathlib import Path

import pytest

from pipelines.errors import CockpitError
from pipelines.rulebook import PAGE, SEEDS, main, rules_markdown


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may change."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def change_rule(seeds: Path, code: str, **values: str) -> None:
    """Change one rule's row in a copy of rules.csv."""
    path = seeds / "rules.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(values if row["rule_code"] == code else {})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def line_of(page: str, code: str) -> str:
    """The one table line of a rule or window."""
    (line,) = [line for line in page.splitlines() if f"| `{code}` |" in line]
    return line


def test_committed_page_is_current():
    """docs/rules.md says exactly what the seeds say; if not: python -m pipelines.rulebook --write."""
    assert PAGE.read_text(encoding="utf-8") == rules_markdown(SEEDS)


def test_every_rule_and_window_has_a_line_with_its_numbers():
    """Points, login step, caps, thresholds and windows are shown as the seeds state them."""
    page = rules_markdown(SEEDS)
    with (SEEDS / "rules.csv").open(encoding="utf-8") as file:
        codes = {row["rule_code"] for row in csv.DictReader(file)}
    assert all(line_of(page, code) for code in codes)
    assert "1; 2 from day 8 of a streak" in line_of(page, "login")
    assert "10 distinct students" in line_of(page, "assignment_reach")
    assert "within 720 h" in line_of(page, "assignment_reach")
    assert "2022-03-10 | 2022-05-31" in line_of(page, "award-2022")


def test_an_open_bound_is_shown_as_not_stated(seeds: Path):
    """0001-01-01 and 9999-12-31 stand for a bound the source does not state, and never appear as days."""
    page = rules_markdown(seeds)
    assert "0001-01-01" not in page
    assert "9999-12-31" not in page
    assert "no bound stated" in line_of(page, "login")


def test_a_stated_bound_is_shown_alone(seeds: Path):
    """A version with a first or a last day shows that one, and no other."""
    change_rule(seeds, "login", valid_from="2022-09-01")
    change_rule(seeds, "courseware", valid_to="2022-08-31")
    change_rule(seeds, "class_notice", valid_from="2022-09-01", valid_to="2023-08-31")
    page = rules_markdown(seeds)
    assert "| from 2022-09-01<br>2022-09-01 起 |" in line_of(page, "login")
    assert "| to 2022-08-31<br>至 2022-08-31 |" in line_of(page, "courseware")
    assert "| from 2022-09-01 to 2023-08-31<br>2022-09-01 起至 2023-08-31 |" in line_of(page, "class_notice")


def test_a_changed_number_changes_the_page(seeds: Path):
    """The words hold no number of their own: what the seed says is what the page says."""
    change_rule(seeds, "class_activity", works_threshold="7")
    assert "7 works" in line_of(rules_markdown(seeds), "class_activity")


def test_a_rule_without_its_number_is_named(seeds: Path):
    """A version that lacks a number its condition needs is an error that names rule and column."""
    change_rule(seeds, "assignment_reach", window_hours="")
    with pytest.raises(CockpitError, match="assignment_reach from 0001-01-01: window_hours is empty"):
        rules_markdown(seeds)


def test_a_new_rule_without_words_is_named(seeds: Path):
    """A rule_code without words here is an error, not an empty cell."""
    change_rule(seeds, "login", rule_code="new_rule")
    with pytest.raises(CockpitError, match="new_rule from 0001-01-01: no words"):
        rules_markdown(seeds)


def test_check_fails_in_one_line_on_a_stale_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """--check exits 1 with one line for a missing or stale page, and 0 after --write."""
    page = tmp_path / "docs" / "rules.md"
    assert main(["--check"], page) == 1
    assert main(["--write"], page) == 0
    assert main(["--check"], page) == 0
    page.write_text(page.read_text(encoding="utf-8") + "edited by hand\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["--check"], page) == 1
    shown = capsys.readouterr()
    assert shown.err == "rulebook: rules.md is stale; run `python -m pipelines.rulebook --write`\n"
    assert shown.out == ""
