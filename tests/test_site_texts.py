"""Words and names: the catalogue, definitions, decisions, folder names, pinyin initials, what is withheld."""

import re
import time
from pathlib import Path

import pytest

from dashboards.catalogue import named, read_texts, texts
from dashboards.method import DECISIONS, decisions_data, definitions_data
from dashboards.names import folder_name, folder_names, initials
from dashboards.withheld import too_few
from pipelines.dbt_runner import load_manifest


def test_the_catalogue_has_both_languages():
    """Every text stands in both languages but for the indicators, whose Chinese names are the seed's."""
    zh, en = set(texts()["zh"]), set(texts()["en"])
    assert zh <= en
    assert all(key.startswith("indicator.") for key in en - zh)


@pytest.mark.parametrize(
    "lines",
    ['"a" = {zh = "甲"}', '"a" = {en = "A"}', '"a" = "甲"', 'a.b = {zh = "甲", en = "A"}',
     '"a" = {zh = "甲", en = "A", fr = "A"}'],
)  # fmt: skip
def test_a_text_without_a_language_is_an_error(tmp_path: Path, lines: str):
    """A key with a language missing, or one too many, is named in the error."""
    (tmp_path / "x.toml").write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.toml: 'a' needs just the languages"):
        read_texts([tmp_path / "x.toml"])


def test_a_text_that_stands_twice_is_an_error(tmp_path: Path):
    """A key of two files is an error: which of them is meant?"""
    for name in ("x", "y"):
        (tmp_path / f"{name}.toml").write_text('"a" = {zh = "甲", en = "A"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"y\.toml: 'a' stands in another file"):
        read_texts([tmp_path / "x.toml", tmp_path / "y.toml"])


def test_codes_of_the_contract_have_words():
    """A code is put in words; one without words stays what it is."""
    assert named("reason", "malformed") == texts()["zh"]["reason.malformed"]
    assert named("reason", "no_such") == "no_such"


def test_every_column_of_a_mart_on_pages_has_its_definition():
    """Definitions come from dbt's manifest, in both languages, and cover what the cockpit reads."""
    found = definitions_data(load_manifest())
    for column in ("index_value", "points", "teachers", "city_rank", "credits_possible"):
        assert set(found[f"span_indicator_index.{column}"]) == {"zh", "en"}
        assert all(found[f"span_indicator_index.{column}"].values())


def test_definitions_are_of_marts_alone():
    """A column of another layer, or without a Chinese definition, has none."""
    node = {"resource_type": "model", "name": "m", "fqn": ["cockpit", "marts", "m"]}
    columns = {
        "a": {"name": "a", "description": "A.", "meta": {}, "config": {"meta": {"zh": "甲"}}},
        "b": {"name": "b", "description": "B.", "meta": {}, "config": {}},
    }
    nodes = {
        "1": node | {"columns": columns},
        "2": node | {"fqn": ["cockpit", "staging", "m"], "columns": columns},
    }
    assert definitions_data({"nodes": nodes}) == {"m.a": {"zh": "甲", "en": "A."}}


def test_the_decisions_stand_in_both_languages():
    """The Chinese log of decisions has the entries of the English one, and each says something."""
    english = DECISIONS.with_name("decisions.md").read_text(encoding="utf-8")
    found = decisions_data(DECISIONS.read_text(encoding="utf-8"))
    assert [str(entry["no"]) for entry in found] == re.findall(r"^## (\d+)\. ", english, re.MULTILINE)
    assert all(len(entry["text"]) > 40 for entry in found)
    assert not [entry["no"] for entry in found if re.search(r"[`*#|]", entry["title"] + entry["text"])]


def test_wrapped_lines_of_a_decision_are_one():
    """A paragraph or an item is a line, and marks of Markdown are gone."""
    text = "# 记录\n\n## 1. 甲\n一`段`\n续行。\n\n二段：\n- 项\n- *项*\n"
    assert decisions_data(text) == [{"no": 1, "title": "甲", "text": "一段续行。\n二段：\n- 项\n- 项"}]


@pytest.mark.parametrize(
    ("id_", "folder"),
    [("t4201", "t4201"), ("A_b-9", "A_b-9"), ("..", "%2E%2E"), ("a/b", "a%2Fb"), ("%2E", "%252E"),
     ("中", "%E4%B8%AD"), (" ", "%20"), ("a" * 150, "a" * 150)],
)  # fmt: skip
def test_an_id_is_one_folder(id_, folder):
    """Every byte but letters, digits, _ and - is percent-encoded."""
    assert folder_name(id_) == folder


def test_a_long_id_is_cut_and_told_apart():
    """A name longer than 150 bytes is its first 100 and a digest of the whole."""
    one, two = folder_name("a" * 151), folder_name("a" * 152)
    assert one[:101] == "a" * 100 + "-"
    assert len(one) == len(two) == 117
    assert one != two


def test_folders_side_by_side_differ_where_case_does_not_count():
    """Also on Windows and on sticks no two ids share a folder, and none has a device's name."""
    assert folder_names(["T1", "t1", "b", "CON", "lpt1"]) == ["%541", "t1", "b", "%43ON", "%6Cpt1"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("李四", ["ls"]), ("曾", ["c", "z"]), ("曾乐", ["cl", "zl", "cy", "zy"]), ("O'Brien 3", ["obrien3"]),
     ("曾乐解", ["clj", "zlj", "cyj", "clx"]), ("", [""]), ("？。", [""])],
)  # fmt: skip
def test_names_are_found_by_pinyin_initials(name, found):
    """Initials of the likeliest four readings of a name; letters and digits are themselves."""
    assert initials(name).split(" ") == found


def test_a_long_name_of_many_readings_stays_short():
    """Forty characters of two readings each are four readings, at once."""
    begun = time.perf_counter()
    assert len(initials("单曾" * 20)) == 4 * 40 + 3
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("schools", "found"),
    [
        ([("a", "D", 1), ("b", "D", 9), ("c", "D", 3)], {"a", "c"}),
        ([("a", "D", 1), ("b", "D", 1), ("c", "D", 3)], {"a", "b"}),
        ([("a", "D", 1), ("b", "E", 2), ("c", "D", 0)], {"a"}),
        ([("a", "D", 2), ("b", "D", 0)], set()),
    ],
)
def test_one_teacher_is_not_told_by_subtraction(schools, found):
    """Where one school of a district is withheld its next smallest is, too: else the sum would tell."""
    assert too_few(schools) == found
