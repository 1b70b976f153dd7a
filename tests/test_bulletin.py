"""`cockpit bulletin`: every number is one of the marts, page and documents say the same, the same bytes."""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest
from bulletin_city import MISSING, MONDAY, NAME, REFUSED, write_bulletin_city

from pipelines.bulletin.bulletin import write_bulletin
from pipelines.bulletin.content import write_content
from pipelines.bulletin.figures import Figures
from pipelines.bulletin.units import Unit, Week, ranks
from pipelines.bulletin.words import counted, decimals, gained, moved, percent, share_moved
from pipelines.cli import main
from pipelines.home import Home

WEEK = [MONDAY + timedelta(n) for n in range(7)]
BEFORE = [day - timedelta(7) for day in WEEK]


@dataclass
class Told:
    """The bulletins of a city and of one of its districts, and a warehouse to recount them from."""

    home: Home
    folder: Path
    city: Figures
    district: Figures
    con: duckdb.DuckDBPyConnection

    def table(self, which: str, name: str) -> list[dict[str, str]]:
        """Rows of a table beside a bulletin."""
        with (self.folder / which / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def rows(self, query: str) -> list[tuple]:
        """Rows of the warehouse."""
        return self.con.execute(query).fetchall()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """Both bulletins of the last whole week, by the command and by the function."""
    folder = tmp_path_factory.mktemp("bulletin")
    home = write_bulletin_city(folder)
    city = write_bulletin(home, None, None, folder / "city")
    district_id = next(s.district_id for s in city.city.schools if s.id == "z1")
    arguments = ["--home", str(home.root), "--week", "2022-03-16", "--district", district_id]
    assert main(["bulletin", *arguments, "--out", str(folder / "district")]) == 0
    district = write_bulletin(home, MONDAY, district_id, folder / "again")
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        yield Told(home, folder, city, district, con)


def _recount(told: Told) -> dict[str, dict[str, Any]]:
    """Each school's week, from ledger, roster, days and events, in plain Python."""
    listed = told.rows(
        "select teacher_id, school_id, is_verified from marts.teachers where period_id = '2022'"
    )
    of = {teacher: school for teacher, school, _ in listed}
    found: dict[str, dict[str, Any]] = {
        key: Counter() for (key,) in told.rows("select entity_id from marts.entities where level = 'school'")
    }
    for _, school, is_verified in listed:
        found[school]["teachers"] += 1
        found[school]["unverified"] += not is_verified
    for teacher, day, points in told.rows("select teacher_id, credited_on, points from marts.points_ledger"):
        if teacher in of:
            found[of[teacher]]["points"] += points * (day in WEEK)
            found[of[teacher]]["before"] += points * (day in BEFORE)
    days = told.rows("select teacher_id, day, logins from state.teacher_days")
    for name, span in (("active", WEEK), ("active_before", BEFORE)):
        for teacher in {t for t, day, _ in days if day in span} & of.keys():
            found[of[teacher]][name] += 1
    for teacher in of.keys() - {t for t, day, logins in days if logins and day <= WEEK[-1]}:
        found[of[teacher]]["never"] += 1
    posts: dict[str, tuple] = {}
    for path in (told.home.lake.root / "activities").rglob("*.accepted.parquet"):
        for event, at, post, school in told.con.execute(
            "select event_id, occurred_at, object_id, posted_school_id from read_parquet(?) "
            "where event_type = 'school_post' and event_id <> 'zz2'", [str(path)]
        ).fetchall():  # fmt: skip
            posts[post] = min(posts.get(post, (at, event, school)), (at, event, school))
    for at, _, school in posts.values():
        if school in found:
            found[school]["posts"] += at.date() in WEEK
    return found


def _rounded(value: Fraction) -> str:
    """Half up, by another road than the project's."""
    whole = int(abs(value) * 100 + Fraction(1, 2))
    return f"{'-' if value < 0 and whole else ''}{whole // 100}.{whole % 100:02d}"


def _places(indices: dict[str, Fraction]) -> dict[str, int]:
    return {key: 1 + sum(other > value for other in indices.values()) for key, value in indices.items()}


def test_numbers_of_schools_are_those_of_the_ledger(told: Told) -> None:
    """Points, activity, posts, people and ranks of every school equal a recount from ledger and events."""
    expected = _recount(told)
    rows = {row["学校编号"]: row for row in told.table("city", "schools")}
    assert rows.keys() == expected.keys()
    places = _places({k: Fraction(e["points"], e["teachers"]) for k, e in expected.items() if e["teachers"]})
    for key, e in expected.items():
        row, n = rows[key], e["teachers"]
        names = (
            "在册教师数", "活跃教师数", "上周活跃教师数", "积分", "上周积分", "学校空间发布条数",
            "未实名教师数", "从未登录教师数", "全市名次", "指数", "上周指数", "指数增减（按未舍入的值）",
        )  # fmt: skip
        assert [row[name] for name in names] == [
            str(n), str(e["active"]), str(e["active_before"]), str(e["points"]), str(e["before"]),
            str(e["posts"]), str(e["unverified"]), str(e["never"]), str(places.get(key, "")),
            *([_rounded(Fraction(e["points"], n)), _rounded(Fraction(e["before"], n)),
               _rounded(Fraction(e["points"] - e["before"], n))] if n else ["", "", ""]),
        ]  # fmt: skip
    assert (expected["z1"]["never"], expected["z1"]["unverified"], expected["z2"]["posts"]) == (2, 1, 1)
    assert rows["z2"]["最近一次发布"] == "2022-03-15"


def test_districts_categories_and_days_add_up_to_the_schools(told: Told) -> None:
    """The same points and people stand in each table; a district's index is weighted by teacher."""
    schools, districts = told.table("city", "schools"), told.table("city", "districts")
    for name in ("在册教师数", "积分", "上周积分", "活跃教师数", "学校空间发布条数", "从未登录教师数"):
        sums: dict[str, int] = defaultdict(int)
        for row in schools:
            sums[row["区编号"]] += int(row[name])
        assert {row["区编号"]: int(row[name]) for row in districts if row["区编号"] in sums} == sums
    for row in districts:
        if int(row["在册教师数"]):
            assert row["指数"] == _rounded(Fraction(int(row["积分"]), int(row["在册教师数"])))
    for which in ("city", "district"):
        points = sum(int(row["积分"]) for row in told.table(which, "schools"))
        assert points == sum(int(row["积分"]) for row in told.table(which, "categories"))
        assert points == sum(int(row["积分"]) for row in told.table(which, "days"))
        before = sum(int(row["上周积分"]) for row in told.table(which, "schools"))
        assert before == sum(int(row["上周积分"]) for row in told.table(which, "categories"))
        assert before == sum(int(row["上周同日积分"]) for row in told.table(which, "days"))


def test_data_faults_are_those_of_the_weeks_drops(told: Told) -> None:
    """Quarantined records by source and reason, a day without a drop, a refused file with what is wrong."""
    quarantined = told.rows("select source, reason, dt from ops.quarantine")
    now = Counter((source, reason) for source, reason, dt in quarantined if dt in WEEK)
    before = Counter((source, reason) for source, reason, dt in quarantined if dt in BEFORE)
    assert now
    found = {(f.source, f.reason): (f.records, f.records_before) for f in told.city.faults}
    assert found == {key: (now[key], before[key]) for key in now | before}
    assert told.city.faults == told.district.faults
    gaps = {row["来源"]: row["缺批次的日期"] for row in told.table("city", "deliveries")}
    assert (gaps["登录"], gaps["活动"]) == (MISSING, "")
    assert [row["文件"] for row in told.table("city", "refused_files")] == [REFUSED]
    text = _page_texts(told.folder / "city")
    assert any("登录缺3月16日" in line for line in text)
    assert REFUSED in text


def test_a_districts_bulletin_has_its_own_schools_alone(told: Told) -> None:
    """Schools, absentees and sums are those of the district; ranks in the city stay."""
    key = told.district.scope.total.id
    of_city = [row for row in told.table("city", "schools") if row["区编号"] == key]
    assert 1 < len(of_city) < len(told.city.city.schools)
    assert told.table("district", "schools") == of_city
    absent = [row for row in told.table("city", "absentees") if row["区编号"] == key]
    assert told.table("district", "absentees") == absent
    assert {"never1", "never2"} <= {row["教师编号"] for row in absent}
    assert len(absent) == told.district.scope.total.never_logged_in
    others = {s.name for s in told.city.city.schools if s.district_id != key}
    assert not others & set(_page_texts(told.folder / "district"))


def _page_texts(folder: Path) -> list[str]:
    body = (folder / "index.html").read_text(encoding="utf-8").split("<main>")[1]
    return [unescape(text).strip() for text in re.findall(r">([^<]+)<", body) if text.strip()]


def _docx_texts(folder: Path) -> list[str]:
    document = docx.Document(io.BytesIO((folder / "bulletin.docx").read_bytes()))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return [p.text for p in document.paragraphs] + cells


@pytest.mark.parametrize("which", ["city", "district"])
def test_page_and_document_say_the_same(told: Told, which: str) -> None:
    """Every sentence and cell stands in page and DOCX, with run and as-of day; a name prints as it is."""
    figures = getattr(told, which)
    content = write_content(figures)
    folder = told.folder / which
    page, document = Counter(_page_texts(folder)), Counter(_docx_texts(folder))
    wanted = Counter(b.text for b in content.blocks if b.kind != "sheet")
    wanted += Counter(cell for b in content.blocks for row in b.rows for cell in row)
    assert wanted[NAME]
    assert wanted <= page
    assert wanted <= document
    (foot,) = (text for text in document if figures.run_id in text)
    assert "2022年3月22日" in foot
    head = (folder / "index.html").read_text(encoding="utf-8").split("<main>")[0]
    assert figures.run_id in head
    assert "2022-03-22" in head
    assert (folder / "bulletin.pdf").read_bytes().startswith(b"%PDF-")


def test_who_lags_is_named(told: Told) -> None:
    """Districts below the city, the silent school, the schools that fell most are those of the figures."""
    texts, city = _page_texts(told.folder / "city"), told.city.city.total
    (below,) = (text for text in texts if text.startswith("全市指数"))
    low = [g.total for g in told.city.districts if g.total.teachers and g.total.index < city.index]
    assert low
    for group in told.city.districts:
        assert (f"{group.total.name}（" in below) == (group.total in low)
    assert any("无人登录、也无人开展应用的学校2所，其中上周也无人活跃的2所" in text for text in texts)
    fallen = sorted(
        (s for s in told.city.city.schools if s.gain is not None and s.gain < 0), key=lambda s: s.gain
    )
    assert texts.index(fallen[0].name) < texts.index(fallen[-1].name)
    assert f"指数比上周下降的学校{len(fallen)}所" in "".join(texts)


def test_the_public_learns_nothing_of_a_single_teacher(told: Told, tmp_path: Path) -> None:
    """A school of one has no figures, nor has the one that subtraction would tell of; no name, no path."""
    figures = write_bulletin(told.home, None, None, tmp_path / "out", is_public=True)
    with (tmp_path / "out" / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(told.city.city.schools)
    blank = {row["学校编号"] for row in rows if row["在册教师数"] != "0" and not row["积分"]}
    assert blank == figures.withheld & {row["学校编号"] for row in rows}
    assert "z3" in blank
    district = next(row["区编号"] for row in rows if row["学校编号"] == "z3")
    assert sum(row["区编号"] == district for row in rows if row["学校编号"] in blank) > 1
    texts = _page_texts(tmp_path / "out")
    told_of = [row for block in write_content(figures).blocks for row in block.rows if "独师学校" in row]
    # That its space holds no post is the school's own matter.
    assert [row[-1] for row in told_of] == ["从未发布"]
    by_rank = next(b for b in write_content(figures).blocks if b.columns and b.columns[0].header == "名次")
    withheld = [row[0] == "—" and row[2] != "0" for row in by_rank.rows]
    assert withheld == sorted(withheld)
    assert any(text.startswith("本件为公开版") for text in texts)
    names = {row["教师编号"] for row in told.table("city", "absentees")}
    assert names
    for path in (tmp_path / "out").glob("*.*"):
        if path.suffix in (".csv", ".html", ".json"):
            content = path.read_text(encoding="utf-8-sig")
            assert REFUSED not in content
            assert not [name for name in names if name in content]
    assert figures.city == told.city.city


def test_the_same_release_gives_the_same_bytes(told: Told) -> None:
    """Made again, no file differs; the page needs no other file and no network."""
    first, again = told.folder / "district", told.folder / "again"
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {
        p.name: p.read_bytes() for p in again.iterdir()
    }
    page = (first / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link [^>]*stylesheet)|\bsrc=|https?://", page)


def test_the_first_week_is_compared_with_nothing(told: Told, tmp_path: Path) -> None:
    """Where the week before is not whole in the data, no change is claimed."""
    figures = write_bulletin(told.home, date(2022, 3, 7), None, tmp_path / "out")
    assert not figures.is_comparable
    texts = _page_texts(tmp_path / "out")
    assert "数据自3月7日起，上一周没有完整数据，本期不作环比。" in texts
    assert not [text for text in texts if "比上周增加" in text or "比上周上升" in text]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ["--week", "2022-03-22"],
            "the week of 2022-03-22 ends on 2022-03-27, after the as-of day 2022-03-22",
        ),
        (["--week", "2022-02-20"], "the week of 2022-02-14 lies before the first event, of 2022-03-07"),
        (["--district", "nowhere"], "no district 'nowhere' on the roster"),
    ],
)
def test_what_cannot_be_told_is_refused(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], why: str
) -> None:
    """A week that is not over or without data and an unknown district: one line, and nothing is written."""
    arguments = ["bulletin", "--home", str(told.home.root), *options, "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with something in it, HOME, and a HOME without a release are refused."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    home = str(told.home.root)
    for arguments, why in (
        ((home, str(tmp_path / "mine")), "is not an empty folder"),
        ((home, f"{home}/bulletin"), "lies in HOME"),
        ((str(tmp_path / "mine"), str(tmp_path / "out")), "holds no release"),
        ((str(tmp_path / "none"), str(tmp_path / "out")), "is no folder"),
    ):
        assert main(["bulletin", "--home", arguments[0], "--out", arguments[1]]) == 1
        assert why in capsys.readouterr().err


def test_who_stands_at_the_citys_index_does_not_lag(told: Told) -> None:
    """A district that is the whole city has its index, and is not below it."""
    only = replace(
        told.city.city, total=replace(told.city.city.total, id="d", name="唯一的区", district_id="d")
    )
    texts = [block.text for block in write_content(replace(told.city, districts=(only,))).blocks]
    assert "没有区的指数低于全市指数。" in texts


def test_ranks_are_shared_at_a_tie() -> None:
    """1, 2, 2, 4 on the exact value; without teachers no rank."""
    index = {"a": (1, 3), "b": (2, 3), "c": (4, 6), "d": (9, 4), "e": (0, 0), "f": (0, 2)}
    units = [
        Unit(key, key, None, teachers, 0, 0, points, None, 0, None, 0, None, None)
        for key, (points, teachers) in index.items()
    ]
    assert ranks(units, lambda u: u.index) == {"d": 1, "b": 2, "c": 2, "a": 4, "f": 5}
    assert ranks(units, lambda u: u.index_before) == {}


def test_weeks_and_roundings() -> None:
    """The last whole week ends on the as-of Sunday at most; halves round up; nothing is told as all."""
    first = date(2021, 1, 1)
    assert Week.asked_for(None, first, date(2022, 3, 20)).starts_on == MONDAY
    assert Week.asked_for(None, first, date(2022, 3, 26)).starts_on == MONDAY
    assert Week.holding(date(2021, 1, 3)).name == "2020年第53周"
    assert (decimals(Fraction(2675, 1000)), gained(Fraction(-5, 1000)), gained(Fraction(1, 1000))) == (
        "2.68", "-0.01", "0.00",
    )  # fmt: skip
    assert (percent(9999, 10000), percent(1, 10000), percent(1, 8), percent(0, 0)) == (
        "99.9%", "0.1%", "12.5%", None,
    )  # fmt: skip
    assert counted(12, 10, "条") == "，比上周增加2条（20.0%）"
    assert counted(3, 0, "条") == "，比上周增加3条"
    assert (moved(Fraction(1, 999)), moved(Fraction(0)), moved(None)) == (
        "，比上周上升不足0.01", "，与上周持平", "",
    )  # fmt: skip
    assert share_moved(3, 4, 8) == "，比上周降低12.5个百分点"
