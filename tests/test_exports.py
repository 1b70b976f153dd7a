"""The exports: what Excel, a spreadsheet's formula parser and a checksum make of them."""

import csv
import hashlib
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tiny_warehouse import FORMULA, SCRIPT, empty_warehouse, insert, small_city

from pipelines import exports
from pipelines.export_tables import TABLES
from pipelines.exports import EXPORTS, harmless, write_exports

_SHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's exports."""
    out = tmp_path_factory.mktemp("exports")
    write_exports(small_city(), out)
    return out


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _start(header: str, row: dict[str, str]) -> str:
    """The value under the one header that begins so."""
    (found,) = (value for name, value in row.items() if name.startswith(header))
    return found


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def _sheet_rows(path: Path, number: int) -> int:
    sheet = ElementTree.fromstring(_part(path, f"xl/worksheets/sheet{number}.xml"))
    return len(sheet.findall(".//m:sheetData/m:row", _SHEET))


def test_every_export_is_written_and_listed(folder):
    """EXPORTS names exactly the files that are written, and Dagster may name assets by their stems."""
    assert {p.name for p in folder.iterdir()} == set(EXPORTS)
    stems = [Path(name).stem for name in EXPORTS]
    assert len(stems) == len(set(stems))
    assert all(re.fullmatch(r"[a-z_]+\.[a-z]+", name) for name in EXPORTS)


def test_csv_opens_in_excel_with_chinese_intact(folder):
    """CSV files begin with a byte-order mark, end lines with CR LF and have Chinese headers."""
    for table in TABLES:
        content = (folder / f"{table.name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")
        header = content.decode("utf-8-sig").splitlines()[0]
        assert all(re.search(r"[\u4e00-\u9fff]", name) for name in next(csv.reader([header])))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "＝1"])
def test_text_that_would_be_a_formula_is_made_harmless(text):
    """A text cell that a spreadsheet would take for a formula has an apostrophe before it."""
    assert harmless(text) == "'" + text


def test_other_text_stays_as_it_is():
    """Nothing else about a text is changed."""
    assert [harmless(t) for t in ("", "a=b", "'x", SCRIPT)] == ["", "a=b", "'x", SCRIPT]


def test_names_cannot_run_as_formulas(folder):
    """Names that begin with = or @ are harmless in CSV."""
    assert "'" + FORMULA in {row["学校名称"] for row in _rows(folder, "school_ranking")}
    assert "'@王老师" in {row["姓名"] for row in _rows(folder, "teacher_ranking")}


def test_rankings_carry_rank_index_sum_and_denominator(folder):
    """A row of a ranking has its rank (ties equal), the index rounded half up, the sum, the denominator."""
    schools = [row for row in _rows(folder, "school_ranking") if row["周期编号"] == "2022"]
    headers = ("学校编号", "全市名次", "指数", "积分合计", "在册教师数")
    shown = [tuple(_start(header, row) for header in headers) for row in schools]
    assert shown == [
        ("S3", "1", "10.00", "10", "1"),
        ("S1", "2", "1.06", "85", "80"),
        ("S2", "2", "1.06", "17", "16"),
        ("S4", "", "", "0", "0"),
    ]
    assert [row["学段"] for row in schools] == ["特殊教育", "小学", "初中", "高中"]


def test_index_rounds_half_up_where_a_double_would_not(tmp_path):
    """107 points of 40 teachers are 2.675, shown as 2.68 although the double is smaller."""
    con = small_city()
    con.execute("update marts.indicator_index set points = 107, teachers = 40, index_value = 107 / 40")
    write_exports(con, tmp_path)
    assert {_start("指数", row) for row in _rows(tmp_path, "district_ranking")} == {"2.68"}


def test_every_listed_teacher_and_indicator_is_exported(folder):
    """Teacher rankings are whole, and each category and rule has a ranking of districts and of schools."""
    assert len(_rows(folder, "teacher_ranking")) == 2 * 97
    assert len(_rows(folder, "district_indicator_ranking")) == 2 * 2 * 3
    assert len(_rows(folder, "school_indicator_ranking")) == 2 * 2 * 4


def test_the_ledger_is_summed_by_period_rule_and_decision(folder):
    """Each period sums what was credited inside it; what has no day yet stands outside all periods."""
    rows = [list(row.values()) for row in _rows(folder, "ledger_summary")]
    assert [[row[0], row[2], *row[4:]] for row in rows] == [
        ["2022", "login", "计分", "1", "1", "1", "1"],
        ["2022", "login", "超出上限", "1", "0", "0", "1"],
        ["", "class_notice", "未达标", "1", "0", "0", "1"],
    ]


def test_quarantine_is_summed_by_reason(folder):
    """Refused records are counted per source and reason, in words, with the days of their drops."""
    assert [list(row.values()) for row in _rows(folder, "quarantine_summary")] == [
        ["登录", "格式损坏", "2", "1", "2022-03-01", "2022-03-01"],
        ["登录", "时间无法识别", "1", "1", "2022-03-01", "2022-03-01"],
    ]


def test_the_workbook_has_a_sheet_for_each_table(folder):
    """Every table is a sheet with all its rows, a frozen header and a filter."""
    path = folder / exports.WORKBOOK
    sheets = re.findall(r'<sheet name="([^"]+)"', _part(path, "xl/workbook.xml"))
    assert sheets == [table.sheet for table in TABLES]
    for number, table in enumerate(TABLES, 1):
        assert _sheet_rows(path, number) == 1 + len(_rows(folder, table.name))
        sheet = _part(path, f"xl/worksheets/sheet{number}.xml")
        assert 'state="frozen"' in sheet
        assert "<autoFilter" in sheet


def test_the_workbook_holds_no_formula(folder):
    """In the workbook every name is a string as it stands, never a formula or a link."""
    path = folder / exports.WORKBOOK
    assert FORMULA in _part(path, "xl/sharedStrings.xml")
    for number in range(1, len(TABLES) + 1):
        sheet = _part(path, f"xl/worksheets/sheet{number}.xml")
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet


def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(tmp_path, monkeypatch):
    """Rows past a sheet's limit go on in further sheets, none lost, also when written row by row."""
    monkeypatch.setattr(exports, "_SHEET_ROWS", 100)
    monkeypatch.setattr(exports, "_ROWS_IN_MEMORY", 10)
    write_exports(small_city(), tmp_path)
    path = tmp_path / exports.WORKBOOK
    sheets = re.findall(r'<sheet name="([^"]+)"', _part(path, "xl/workbook.xml"))
    parts = [n for n, name in enumerate(sheets, 1) if name.startswith("教师排行")]
    assert [sheets[n - 1] for n in parts] == ["教师排行", "教师排行 (2)"]
    assert [_sheet_rows(path, n) for n in parts] == [101, 95]


def test_the_manifest_vouches_for_each_file(folder):
    """The manifest names the run and, for each export, its rows and the sha256 of its bytes."""
    manifest = json.loads((folder / exports.MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["run_id"], manifest["as_of"]) == ("20220331T000000-abcdef01", "2022-03-31")
    assert (manifest["input_sha256"], manifest["code_sha256"]) == ("ab" * 32, "cd" * 32)
    assert len(manifest["rules_sha256"]) == 64
    assert [set(row) for row in manifest["inputs"]] == [{"source", "dt", "path", "sha256", "records"}] * 2
    listed = {e["file"]: e for e in manifest["exports"]}
    assert set(listed) == set(EXPORTS) - {exports.MANIFEST}
    for name, entry in listed.items():
        assert entry["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if name.endswith(".csv"):
            assert entry["rows"] == len(_rows(folder, Path(name).stem))


def test_the_same_tables_give_the_same_bytes(tmp_path, folder):
    """Exports are equal byte for byte, whatever order rows lie in and whenever they are written."""
    con = small_city()
    for table in ("teacher_index", "indicator_index", "points_ledger"):
        con.execute(f"create or replace table marts.{table} as from marts.{table} order by hash({table})")
    write_exports(con, tmp_path)
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in EXPORTS)


def test_an_empty_city_has_exports(tmp_path):
    """Without any data every export is there, with its headers alone."""
    write_exports(empty_warehouse(), tmp_path)
    assert all(_rows(tmp_path, table.name) == [] for table in TABLES)
    assert _sheet_rows(tmp_path / exports.WORKBOOK, 1) == 1


def test_a_name_longer_than_a_cell_is_cut_in_the_workbook_only(tmp_path):
    """A name past a sheet cell's limit is cut there, with …, and whole in CSV."""
    con = small_city()
    con.execute("update marts.teachers set teacher_name = repeat('长', 40000) where teacher_id = 'T001'")
    write_exports(con, tmp_path)
    assert "长" * 32_766 + "…" in _part(tmp_path / exports.WORKBOOK, "xl/sharedStrings.xml")
    assert "长" * 40_000 in {row["姓名"] for row in _rows(tmp_path, "teacher_ranking")}


def test_a_warehouse_without_a_run_is_refused(tmp_path):
    """Exports never leave without the run they come from."""
    con = empty_warehouse()
    con.execute("delete from ops.run")
    with pytest.raises(ValueError, match=r"ops\.run is empty"):
        write_exports(con, tmp_path)
    insert(con, "ops.run", [("r", "2022-03-31", None, "", "")])
    assert write_exports(con, tmp_path)
