"""Campaign tables that contradict themselves are refused when a campaign is opened."""

from pathlib import Path

import pytest
from award_city import table, write_bundle
from award_hands import DAY, award, city

from pipelines.project import CAMPAIGN_TABLES

BAD_TABLES = {
    "quotas": (
        table(
            "quotas",
            "2022,teacher_index,*,a,甲,primary,1,,源",
            "2022,teacher_index,*,b,乙,primary|junior,1,,源",
        ),
        "two groups of teacher_index in * share a stage",
    ),
    "rubrics": (
        table("rubrics", "teacher-space-2022,1,layout,布局,10,源", "school-space-2022,1,layout,布局,100,源"),
        "the points of rubric 'teacher-space-2022' are not 100",
    ),
    "calendar": (table("calendar", "2022,1,review,评审,2022-06-02,2022-06-01,源"), "starts after it ends"),
    "quotas of one group": (
        table("quotas", "2022,teacher_index,*,a,甲,primary,1,,源", "2022,teacher_index,*,a,乙,junior,3,,源"),
        "teacher_index in * has group 'a' twice",
    ),
    "quotas of nowhere": (
        (CAMPAIGN_TABLES / "quotas.csv").read_text(encoding="utf-8")
        + "2022,teacher_index,d9,a,甲,primary,1,,源\n",
        "district_id d9 is no district of the roster",
    ),
    "quotas of some": (
        table("quotas", "2022,teacher_index,*,a,甲,primary,1,,源"),
        "has no place of teacher_space, school_space, school_index",
    ),
    "awards of one number": (
        (CAMPAIGN_TABLES / "awards.csv")
        .read_text(encoding="utf-8")
        .replace("school_index,3", "school_index,1"),
        "two awards have one award_no",
    ),
    "rubric_elements": (
        table("rubric_elements", "teacher-space-2022,layout,1,要点,likes,,,源"),
        "likes is no measure of space_evidence",
    ),
    "rubrics of one name": (
        (CAMPAIGN_TABLES / "rubrics.csv").read_text(encoding="utf-8").replace("综合应用", "布局设计"),
        "two criteria of rubric 'teacher-space-2022' have one name",
    ),
    "campaigns": (table("campaigns", "2023,另一年,award-2023,局,源"), "has 0 campaigns of award-2022"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_faulty_campaign_tables_are_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A campaign table that contradicts itself is refused by file and reason when the campaign is opened."""
    text, told = BAD_TABLES[name]
    name = name.split()[0]
    write_bundle(tmp_path / "bundle", *city(), tables={name: text})
    assert award("open", tmp_path / "A", "--bundle", tmp_path / "bundle", "--on", DAY) == 1
    said = capsys.readouterr().err
    assert f"{name}.csv" in said or "awards.csv" in said
    assert told in said
