"""What the shards say, held against the marts they come from."""

from pathlib import Path

import duckdb
import pytest
from site_files import read_shard, shards_of
from tiny_warehouse import FORMULA, LONG, SCRIPT, insert, site_city

from dashboards.shards import shard, to_json
from dashboards.site import build_site

SPANS = ["2022", "month", "week", "award-2022"]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """The small city's warehouse."""
    return site_city()


@pytest.fixture(scope="module")
def site(con, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's site."""
    out = tmp_path_factory.mktemp("data") / "site"
    build_site(con, out, titles={"not_too_few": "数据量"})
    return out


def _core(site: Path, folder: str) -> dict:
    return read_shard(site / folder / "data" / "core.js")


def test_spans_begin_with_the_year_of_the_as_of_day(site):
    """The year comes first, then month, week and windows; a year in which nobody has a point is left out."""
    for folder in ("public", "city", "district/D1", "school/S1"):
        assert [s["id"] for s in _core(site, folder)["spans"]] == SPANS
    assert _core(site, "city")["spans"][2] == {
        "id": "week", "kind": "week", "name": "本周", "starts_on": "2022-03-28", "ends_on": "2022-04-03",
        "counted_on": "2022-03-31", "before_from": None, "before_to": None, "last_year_from": None,
        "last_year_to": None,
    }  # fmt: skip


def test_an_event_of_the_year_1_keeps_the_site_small(tmp_path):
    """Two thousand years without a point are folded away; the one with a point is shown, last."""
    con = site_city()
    years = [
        (str(y), "year", f"{y}年", f"{y:04}-01-01", f"{y:04}-12-31", f"{y:04}-12-31") for y in range(1, 2021)
    ]
    insert(con, "marts.periods", years)
    insert(con, "marts.spans", [(*y, None, None, None, None, y[0]) for y in years])
    insert(con, "marts.teacher_rule_points", [("1", "stranger", "login", 1, 1)])
    con.execute("insert into marts.activity_daily select date '0001-01-01', 'D1', 'S1', 80, 1, 1, 1")
    con.execute("insert into marts.category_weekly values ('0001-01-01', 'S1', 'D1', 'space', 1)")
    build_site(con, tmp_path / "site")
    assert [s["id"] for s in _core(tmp_path / "site", "city")["spans"]] == [*SPANS, "1"]
    active = read_shard(tmp_path / "site/city/data/active.js")
    assert active["daily"]["day"] == ["2022-03-01", "2022-03-30"]
    assert active["categories"]["week"] == ["2022-03-21", "2022-03-28"]


@pytest.mark.parametrize(
    ("folder", "level", "id_"),
    [("public", "city", "city"), ("city", "city", "city"), ("district/D2", "district", "D2"),
     ("school/S1", "school", "S1"), ("school/S4", "school", "S4")],
)  # fmt: skip
def test_totals_are_those_of_the_marts(site, con, folder, level, id_):
    """Each folder's totals are its entity's rows of the index, and its levels add up."""
    core = _core(site, folder)
    for span, told, sums in zip(SPANS, core["totals"], core["reconciliation"], strict=True):
        row = con.execute(
            """
            select points, teachers, index_value, scoring_teachers, points_before, city_rank, district_rank
            from marts.span_indicator_index
            where span_id = ? and level = ? and entity_id = ? and indicator = 'total'
            """,
            [span, level, id_],
        ).fetchone()
        names = ("points", "teachers", "index_value", "scoring_teachers", "points_before", "city_rank",
                 "district_rank")  # fmt: skip
        assert tuple(told[name] for name in names) == row
        for line, value in zip(sums["lines"], row[:2], strict=True):
            assert set(line.values()) - {line["of"]} == {value}


def test_a_difference_between_levels_is_told(tmp_path):
    """Each level is summed from its own rows: a teacher missing from the listed makes the sums differ."""
    con = site_city()
    con.execute("delete from marts.span_teacher_index where teacher_id = 'T000' and span_id = '2022'")
    build_site(con, tmp_path / "site")
    line = _core(tmp_path / "site", "district/D1")["reconciliation"][0]["lines"][0]
    assert line == {"of": "points", "district": 85, "schools": 85, "listed": 79}


def test_active_teachers_stand_beside_those_of_a_whole_span_alone(site):
    """This week's and month's active teachers; those before only where that month or week is whole."""
    totals = _core(site, "city")["totals"]
    assert [t["active_teachers"] for t in totals] == [None, 3, 3, None]
    assert [t["active_before"] for t in totals] == [None, 4, None, None]


def test_rankings_are_those_of_the_marts(site, con):
    """Every ranking holds the marts' rows, in order of rank, those without a rank last."""
    ids = {"school": ["S1", "S2", "S3", "S4"], "district": ["D1", "D2", "D3"]}
    found = {n: s for n, s in shards_of(site / "city").items() if n.startswith("rank.")}
    assert len(found) == 2 * 4 * 3
    for name, rank in found.items():
        _, level, span, indicator = name.split(".")
        rows = con.execute(
            """
            select entity_id, city_rank, city_rank_before, points, teachers, index_value, index_before,
                scoring_teachers, credits / nullif(credits_possible, 0)
            from marts.span_indicator_index where level = ? and span_id = ? and indicator = ?
            order by city_rank nulls last, entity_id
            """,
            [level, span, indicator],
        ).fetchall()
        rank["entity"] = [ids[level][at] for at in rank["entity"]]
        assert list(zip(*rank.values(), strict=True)) == rows


def test_a_district_ranks_its_schools_among_themselves(site):
    """In a district's folder the rank is that within it, beside the city's; ties are equal ranks."""
    rank = read_shard(site / "district/D2/data/rank.school.2022.total.js")
    assert rank["entity"] == [1, 0, 2]  # S3, S2, S4
    assert rank["rank"] == [1, 2, None]
    assert rank["city_rank"] == [1, 2, None]
    city = read_shard(site / "city/data/rank.school.2022.total.js")
    assert city["rank"] == [1, 2, 2, None]  # 85 of 80 and 17 of 16 are the same


def test_leaders_have_ranks_of_all_and_say_who_is_left_out(site):
    """Equal points are equal ranks; who has no point is left out and counted."""
    top = read_shard(site / "city/data/top.2022.total.js")
    assert (top["listed"], top["scoring"], top["more"]) == (97, 97, 0)
    assert top["id"][:4] == ["T096", "T000", "T080", "T001"]
    assert top["rank"][:5] == [1, 2, 3, 4, 4]
    assert top["before"][:5] == [1, 2, 3, 4, 4]
    assert top["before_points"][:4] == [5, 3, 1, 0]
    district = read_shard(site / "district/D2/data/top.2022.space.js")
    assert (district["id"][:2], district["rank"][:3], district["listed"]) == (["T096", "T080"], [1, 2, 3], 17)
    week = read_shard(site / "city/data/top.week.login.js")
    assert (week["id"], week["listed"], week["scoring"]) == ([], 97, 0)


def test_a_long_tie_of_leaders_is_cut_and_counted(tmp_path):
    """A tie at the two hundredth place is kept up to four hundred rows; the rest is counted."""
    con = site_city()
    con.execute(
        """
        insert into marts.teachers select '2022', 'X' || n, '师', 'S1', '语文', true from range(600) as r (n);
        insert into marts.span_teacher_index
            select '2022', 'X' || n, 'S1', 'D1', 3, 1, 1, 1, 0, 1, 1, 1 from range(600) as r (n);
        """
    )
    build_site(con, tmp_path / "site")
    top = read_shard(tmp_path / "site/city/data/top.2022.total.js")
    assert (len(top["id"]), top["more"], set(top["rank"][2:])) == (400, 697 - 400, {3})


def test_a_schools_report_has_every_teacher_by_every_rule(site, con):
    """Points, points before and what was over the cap, by teacher and rule; ranks at all three levels."""
    for span in SPANS:
        report = read_shard(site / f"school/S2/data/teachers.{span}.js")
        rows = con.execute(
            """
            select teacher_id, points, school_rank, district_rank, city_rank, points_before
            from marts.span_teacher_index where span_id = ? and school_id = 'S2'
            order by school_rank, teacher_id
            """,
            [span],
        ).fetchall()
        told = ("id", "total", "rank", "district_rank", "city_rank", "total_before")
        assert list(zip(*(report[name] for name in told), strict=True)) == rows
        assert report["rules"] == ["login"]
        assert report["points"] == [[row[1]] for row in rows]
        assert report["over_cap"] == [[int(row[1] > 0)] for row in rows]
        assert report["points_before"] == (None if span == "week" else [[row[5]] for row in rows])


def test_a_school_without_teachers_has_its_pages(site):
    """A school without a listed teacher has a folder, whose report is empty and whose index is none."""
    shards = shards_of(site / "school/S4")
    assert shards["teachers.2022"]["id"] == []
    assert shards["spread.2022"]["entity"] == []
    assert shards["core"]["totals"][0]["index_value"] is None
    assert shards["core"]["scope"] == {
        "kind": "school", "id": "S4", "name": "无师学校", "district_id": "D2", "district_name": SCRIPT
    }  # fmt: skip


def test_heat_has_a_row_for_each_entity_and_a_column_for_each_rule(site):
    """Districts by rule in the city, schools by rule in a district; no index without a listed teacher."""
    heat = read_shard(site / "city/data/heat.2022.js")
    assert heat == {
        "rows": [0, 1, 2], "rules": ["login"], "index": [[85 / 80], [27 / 17], [None]],
        "cap_share": [[85 / 80 / 31], [27 / 17 / 31], [None]],
    }  # fmt: skip
    assert read_shard(site / "district/D2/data/heat.2022.js")["rows"] == [0, 1, 2]


def test_activity_is_that_of_the_folder(site):
    """Days, weeks, months, hours, streaks and categories are summed over the folder's own schools."""
    city, own = (read_shard(site / folder / "data/active.js") for folder in ("city", "school/S2"))
    assert city["daily"] == {
        "day": ["2022-03-01", "2022-03-30"],
        "active": [1, 0],
        "logins": [1, 0],
        "points": [1, 0],
    }
    assert city["weekly"] == {
        "starts_on": ["2022-03-21", "2022-03-28"],
        "active": [3, 3],
        "new": [3, 2],
        "lost": [0, 2],
    }
    assert own["weekly"]["active"] == [0, 2]
    assert (city["hours"][0][8], city["hours"][6][23], sum(map(sum, own["hours"]))) == (5, 2, 2)
    assert (city["hours_from"], city["hours_to"]) == ("2022-03-04", "2022-03-31")
    assert city["streaks"] == {"bucket": ["0", "1-7", "8-14", "15-30", "31+"], "teachers": [17, 80, 0, 0, 0]}
    assert city["categories"] == {"week": ["2022-03-21", "2022-03-28"], "space": [80, 5]}
    assert (city["teachers"], own["teachers"]) == (97, 16)
    assert "quiet" not in own


def test_checks_carry_what_they_are_called(site):
    """A check has its title where one is known, and what it observed; failed ones come first."""
    checks = read_shard(site / "city/data/quality.js")["checks"]
    assert [(c["id"], c["title"], c["passed"], c["blocking"]) for c in checks] == [
        ("not_too_few", "数据量", False, False), ("roster_is_there", "roster_is_there", True, True)
    ]  # fmt: skip


def test_the_search_finds_everyone_listed(site):
    """The city's lists by district hold every listed teacher once, with initials and school."""
    lists = [s for n, s in shards_of(site / "city").items() if n.startswith("people.")]
    assert len(lists) == 3  # a district without teachers has an empty one
    assert sorted(id_ for own in lists for id_ in own["id"]) == [f"T{n:03}" for n in range(97)]
    own = read_shard(site / "district/D1/data/people.js")
    assert "wls" in own["initials"][0].split(" ")  # @王老师
    assert set(own["school"]) == {0}


def test_names_are_whole_and_harmless_in_scripts(site):
    """Markup, a formula, forty characters: a name is what it was, and no file can end its script."""
    schools = _core(site, "public")["schools"]["name"]
    assert schools[:3] == [LONG, FORMULA, "A & B <b>校</b>"]
    assert read_shard(site / "teacher/T096/data.js")["name"] == SCRIPT
    for path in (site / "public/data").iterdir():
        assert b"<" not in path.read_bytes()


def test_a_shard_may_hold_anything():
    """Quotes, line ends of JavaScript and the end of a script cannot get out of a string."""
    nasty = "\"'\\</script><!--\u2028\u2029\n\x00&amp;"
    text = shard("x", {nasty: [nasty]}).decode()
    assert text.count("\n") == 1
    assert not set(text) & set("<\u2028\u2029\x00")
    assert eval(text.removeprefix('COCKPIT.put("x",').removesuffix(");\n")) == {nasty: [nasty]}


def test_a_number_that_is_none_is_an_error():
    """NaN is no JSON: it never reaches a page."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))
