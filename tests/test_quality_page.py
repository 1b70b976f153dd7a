"""The page of checks: offline, escaped, the same bytes every time, and its first sentence is the verdict."""

import html
import json
import re

import pytest

from pipelines.quality.page import write_checks_page
from pipelines.quality.run import CheckResult

DAY = "2022-03-10"


def _result(**changed):
    texts = {"suite": "landing", "check_name": "event_ids_unique", "column_name": "repeated_ids"}
    told = {"label": "编号", "advice": "重建。", "observed": "1"}
    return CheckResult(**texts | told | {"is_blocking": True, "is_passed": False} | changed)


def test_the_page_escapes_what_the_data_hold(tmp_path):
    """An id that is markup is shown as text."""
    markup = '<script>alert("1")</script>&\''
    page = write_checks_page([_result(observed=markup)], tmp_path, "2022-03-10", "<b>run</b>")
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>run" not in text
    assert html.escape(markup, quote=False)[:20] in text


def test_the_page_needs_nothing_else(tmp_path):
    """No script, no resource, no address: the page opens from a file without a network."""
    text = write_checks_page([_result()], tmp_path, DAY, "r").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<link|<img|\bsrc=|@import|url\(", text)
    assert '<meta charset="utf-8">' in text
    assert 'lang="zh-CN"' in text


def test_the_page_and_its_json_are_the_same_bytes_every_time(tmp_path):
    """The same results give the same files, and the JSON holds what the page shows."""
    results = [_result(), _result(check_name="w", is_blocking=False), _result(check_name="p", is_passed=True)]
    for folder in ("a", "b"):
        assert write_checks_page(results, tmp_path / folder, DAY, "r") == tmp_path / folder / "checks.html"
    for name in ("checks.html", "checks.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    held = json.loads((tmp_path / "a" / "checks.json").read_text(encoding="utf-8"))
    assert held["summary"] == {
        "total": 3,
        "blocking": 2,
        "blocking_failed": 1,
        "warning": 1,
        "warning_failed": 1,
    }
    assert {c["check_name"] for s in held["suites"] for c in s["checks"]} == {"event_ids_unique", "w", "p"}


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], "没有检查结果"),
        ([_result(is_passed=True)], "全部检查通过"),
        ([_result()], "1 项阻断检查未通过"),
        ([_result(is_blocking=False)], "1 项提醒值得一看"),
    ],
)
def test_the_page_opens_with_the_verdict(tmp_path, results, said):
    """The first sentence says whether the result may be trusted."""
    assert said in write_checks_page(results, tmp_path, DAY, "r").read_text(encoding="utf-8")
