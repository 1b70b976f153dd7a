"""`cockpit whatif`: what another rule table would do, by the same models, with nothing in force touched."""

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from harness import BUILT_ON, SEEDS, read_seed, score, scored
from reference.hostile import write_city

from pipelines.cli import main
from pipelines.ingest.lake import Lake
from pipelines.whatif.award_line import AwardLine
from pipelines.whatif.results import side_sql
from pipelines.whatif.rules_file import RulesInForce, read_rules

LINE = 1
INDICES = ("teacher_index", "school_index", "district_index")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small hostile city, some of whose events are void by decisions."""
    folder = tmp_path_factory.mktemp("whatif") / "raw"
    write_city(folder, 8101, refused_rosters=False, decisions=True)
    return folder


@pytest.fixture(scope="module")
def home(raw: Path) -> Path:
    """A HOME as a run leaves it, as far as a what-if reads it."""
    folder = raw.parent / "home"
    folder.mkdir()
    (folder / ".lock").touch()
    marts = [*INDICES, *BUILT_ON, "teacher_rule_points", "teachers", "entities"]
    with scored(raw, lake=Lake(folder / "lake"), warehouse=folder / "warehouse.duckdb", marts=marts):
        pass
    return folder


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """A rule file of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def other_rules() -> list[dict[str, str]]:
    """The rules with other points, caps and thresholds, one rule less, and one that changes in the year."""
    changes = {
        "login": {"points": "3"},
        "photo_record": {"cap": "1"},
        "result_spread": {"cap_period": "day"},
        "class_notice": {"threshold": "2"},
        "class_activity": {"works_threshold": "2"},
    }
    rows = [row | changes.get(row["rule_code"], {}) for row in read_seed("rules")]
    kept = [row for row in rows if row["rule_code"] != "campus_office"]
    (lesson,) = (row for row in kept if row["rule_code"] == "interactive_lesson")
    later = lesson | {"valid_from": "2022-04-01", "threshold": "10", "points": "4"}
    return [*(row | {"valid_to": "2022-03-31"} if row is lesson else row for row in kept), later]


def content(folder: Path) -> dict[str, str]:
    """Every file's digest."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def rows_of(path: Path) -> list[dict]:
    """A Parquet table's rows."""
    with duckdb.connect() as con:
        return con.sql(f"from '{path}'").fetch_arrow_table().to_pylist()


@pytest.fixture(scope="module")
def compared(home: Path) -> Path:
    """The what-if of `other_rules`; HOME has to hold the same bytes as before."""
    before = content(home)
    rules = written(home.parent / "other.csv", other_rules())
    out = home.parent / "out" / "other"
    arguments = ["--home", home, "--rules", rules, "--out", out, "--award-line", str(LINE), "school:50%"]
    assert main(["whatif", *map(str, arguments)]) == 0
    assert content(home) == before
    assert [p.name for p in out.parent.iterdir()] == ["other"]
    return out


@pytest.mark.slow
def test_a_whatif_equals_a_full_run_with_its_rules(compared: Path, raw: Path) -> None:
    """Points and ranks after are, row for row, those of scoring all anew by the other rules."""
    tables = {name: f"marts.{name}" for name in (*INDICES, "points_ledger")}
    full = score(raw, rules=other_rules(), tables=tables)
    moved = 0
    for name in INDICES:
        level = name.removesuffix("_index")
        found = rows_of(compared / f"{level}s.parquet")
        periods = {row["period_id"] for row in found}
        columns = ["period_id", f"{level}_id", "points", "city_rank"]
        columns += ["district_rank"] * (level != "district") + ["school_rank"] * (level == "teacher")
        wanted = {tuple(r[c] for c in columns) for r in full[name] if r["period_id"] in periods}
        assert {tuple(r[c if c in r else f"{c}_after"] for c in columns) for r in found} == wanted
        assert len(found) == len(wanted)
        moved += sum(row["city_rank_gain"] not in (0, None) for row in found)
    assert moved
    ledger = rows_of(compared / "ledger.parquet")
    open_units = sum(row["decision"] == "not_met" for row in full["points_ledger"])
    assert sum(row["units_after"] for row in ledger if row["decision"] == "not_met") == open_units


@pytest.mark.slow
def test_a_whatif_tells_who_crosses_the_line(compared: Path) -> None:
    """Crossings are those whose side of the line differs, and the line is the one asked for."""
    crossings = rows_of(compared / "crossings.parquet")
    assert {row["level"] for row in crossings} <= {"teacher", "school"}
    teachers = rows_of(compared / "teachers.parquet")
    differing = {(r["period_id"], r["teacher_id"]) for r in teachers if r["side_before"] != r["side_after"]}
    assert differing
    assert {(r["period_id"], r["id"]) for r in crossings if r["level"] == "teacher"} == differing
    for row in teachers:
        for when in ("before", "after"):
            rank = row[f"city_rank_{when}"]
            others = [r for r in teachers if r["period_id"] == row["period_id"]]
            last = rank - 1 + sum(r[f"city_rank_{when}"] == rank for r in others)
            side = "outside" if rank > LINE else "tied" if last > LINE else "inside"
            assert row[f"side_{when}"] == side


@pytest.mark.slow
def test_the_files_of_a_whatif_belong_together(compared: Path) -> None:
    """The manifest names every file with its digest; the page loads nothing that is not beside it."""
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    held = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in compared.iterdir() if p.is_file()}
    assert {f["file"]: f["sha256"] for f in manifest["files"]} == {
        name: digest for name, digest in held.items() if name != "manifest.json"
    }
    page = (compared / "index.html").read_text(encoding="utf-8")
    assert "现行规则、积分与名次均未改动" in page
    assert "http" not in page
    assert all((compared / "assets" / name).is_file() for name in ("site.css", "plotly.min.js"))
    with (compared / "teachers.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) - 1 == manifest["rows"]["teachers"]


@pytest.mark.slow
def test_the_rules_in_force_differ_nowhere(home: Path, tmp_path: Path) -> None:
    """A what-if of the rules in force moves no point, no rank and no unit, and nobody crosses a line."""
    arguments = [
        "--home",
        home,
        "--rules",
        SEEDS / "rules.csv",
        "--out",
        tmp_path / "out",
        "--award-line",
        "3",
    ]
    assert main(["whatif", *map(str, arguments)]) == 0
    for name in ("teachers", "schools", "districts", "ledger"):
        rows = rows_of(tmp_path / "out" / f"{name}.parquet")
        assert rows
        for row in rows:
            assert not any(value for key, value in row.items() if key.endswith("_gain")), row
            assert all(row[k] == row[f"{k[:-7]}_after"] for k in row if k.endswith("_before")), row
    assert rows_of(tmp_path / "out" / "crossings.parquet") == []
    assert rows_of(tmp_path / "out" / "rule_changes.parquet") == []


def test_every_fault_of_a_rule_file_is_told(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A faulty file ends with 1 and a line per fault that names file, record and rule; nothing is written."""
    changes = {
        "login": {"points": "-1", "streak_day": ""},
        "photo_record": {"cap": "many", "cap_period": "month"},
        "courseware": {"threshold": "3"},
        "class_notice": {"valid_from": "2022-02-30"},
        "habit_checkin": {"rule_code": "habits"},
    }
    rows = [row | changes.get(row["rule_code"], {}) for row in read_seed("rules")]
    rules = written(tmp_path / "rules.csv", [*rows, rows[2] | {"valid_from": "2022-04-01"}])
    arguments = ["--home", home, "--rules", rules, "--out", tmp_path / "out"]
    assert main(["whatif", *map(str, arguments)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 8
    assert f"cockpit: {rules}: record 1 (login): points '-1' is no whole number from 0 to 1000000" in told
    assert any("record 15 (habits): no model scores" in line for line in told)
    assert any("resource_share: the version from 0001-01-01 to 9999-12-31 overlaps" in line for line in told)
    assert not (tmp_path / "out").exists()


def test_a_rule_file_needs_just_the_columns(tmp_path: Path) -> None:
    """A missing and an unknown column are each named."""
    rows = read_seed("rules")
    in_force = RulesInForce.of(tuple(rows[0]), {"space"}, rows)
    file = written(tmp_path / "r.csv", [{"cop" if k == "cap" else k: v for k, v in r.items()} for r in rows])
    found, faults = read_rules(file, in_force)
    assert found == []
    assert [fault.split(": ")[1] for fault in faults] == [
        "column 'cap' is missing",
        "column 'cop' is unknown",
    ]


@pytest.mark.parametrize(
    ("line", "sides"),
    [
        ("2", ["inside", "tied", "tied", "tied", "outside", None]),
        ("4", ["inside", "inside", "inside", "inside", "outside", None]),
        ("20%", ["inside", "outside", "outside", "outside", "outside", None]),
        ("teacher:39.99%", ["inside", "outside", "outside", "outside", "outside", None]),
    ],
)
def test_a_tie_across_the_line_is_seen(line: str, sides: list[str | None]) -> None:
    """Of ranks 1, 2, 2, 2, 5 and none, those of a tie that the line cuts are `tied`; quotas round down."""
    side = side_sql("b", AwardLine.parse(line))
    with duckdb.connect() as con:
        rows = con.execute(
            f"select {side} from (select 'p' as period_id, unnest([1, 2, 2, 2, 5, null]) as city_rank) as b "
            "order by city_rank nulls last"
        ).fetchall()
    assert [row[0] for row in rows] == sides


@pytest.mark.parametrize("text", ["0", "0%", "101%", "town:5", "5 %", "-1"])
def test_what_is_no_line_is_refused(text: str) -> None:
    """A line is a rank from 1 or a share up to 100%."""
    with pytest.raises(ValueError, match=text):
        AwardLine.parse(text)


def test_a_whatif_needs_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is nothing in force, one line says so and no HOME is made."""
    arguments = ["--home", tmp_path / "home", "--rules", SEEDS / "rules.csv", "--out", tmp_path / "out"]
    assert main(["whatif", *map(str, arguments)]) == 1
    assert "holds no release" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
