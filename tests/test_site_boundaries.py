"""Each folder is a boundary of access: what is in it, and what must not be."""

from pathlib import Path

import pytest
from site_files import read_shard, shards_of, strings
from tiny_warehouse import site_city

from dashboards.site import build_site

LISTED = "select teacher_id, school_id, district_id from marts.teacher_index where period_id = '2022'"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's site."""
    out = tmp_path_factory.mktemp("boundaries") / "site"
    build_site(site_city(), out)
    return out


@pytest.fixture(scope="module")
def people() -> list[tuple[str, ...]]:
    """(id, name, school, district) of every listed teacher."""
    return (
        site_city()
        .execute(
            f"""
            select listed.teacher_id, teachers.teacher_name, listed.school_id, listed.district_id
            from ({LISTED}) as listed
            inner join marts.teachers as teachers using (teacher_id)
            where teachers.period_id = '2022'
            """
        )
        .fetchall()
    )


@pytest.fixture(scope="module")
def entities() -> list[tuple[str, ...]]:
    """(id, name, district) of every district and school."""
    return (
        site_city()
        .execute("select entity_id, entity_name, district_id from marts.entities where level <> 'city'")
        .fetchall()
    )


def _said(folder: Path) -> set[str]:
    return set(strings(shards_of(folder)))


def test_public_names_no_teacher(site, people, entities):
    """No file of public/ holds the id or name of a teacher, and no shard lists teachers."""
    names = {name for _, name, _ in entities}
    said = _said(site / "public")
    assert not said & {text for id_, name, *_ in people for text in (id_, name)} - names
    assert not {n for n in shards_of(site / "public") if n.startswith(("top", "people", "teachers"))}


def test_a_district_holds_its_own_alone(site, people, entities):
    """A district's folder names no other district and no school or teacher of another."""
    for district in ("D1", "D2", "D3"):
        said = _said(site / "district" / district)
        own = {t for id_, name, of in entities if of == district for t in (id_, name)}
        others = {t for id_, name, of in entities if of != district for t in (id_, name)}
        others |= {t for id_, name, _, of in people if of != district for t in (id_, name)}
        assert not said & (others - own)


def test_a_school_holds_its_own_alone(site, people, entities):
    """A school's folder names itself, its district and its teachers, and no one else."""
    for school, district in (("S1", "D1"), ("S2", "D2"), ("S3", "D2"), ("S4", "D2")):
        said = _said(site / "school" / school)
        own = {t for id_, name, _ in entities if id_ in (school, district) for t in (id_, name)}
        others = {t for id_, name, _ in entities if id_ not in (school, district) for t in (id_, name)}
        others |= {t for id_, name, of, _ in people if of != school for t in (id_, name)}
        assert not said & (others - own)
        listed = read_shard(site / "school" / school / "data" / "teachers.2022.js")
        assert sorted(listed["id"]) == sorted(id_ for id_, _, of, _ in people if of == school)


def test_a_teacher_reads_no_one_elses_name(site, people, entities):
    """A teacher's data hold the own name and id alone, with the names of the school and the district."""
    for id_, name, _, _ in people:
        folder = site / "teacher" / id_
        assert sorted(p.name for p in folder.iterdir()) == ["data.js", "earlier.js", "index.html"]
        said = {text for name in ("data", "earlier") for text in strings(read_shard(folder / f"{name}.js"))}
        own = {id_, name} | {name for _, name, _ in entities}
        assert not said & ({t for i, n, *_ in people for t in (i, n)} - own)


def test_who_is_on_no_roster_has_no_page(site):
    """A teacher on no roster has no folder; the points are told as a sum, and that to the city alone."""
    assert not (site / "teacher" / "stranger").exists()
    for kind in ("public", "city"):
        spans = read_shard(site / kind / "data" / "core.js")["reconciliation"]
        assert [span["unlisted_points"] for span in spans] == [9, 9, 0, 8]  # one of T000 before the window
    told = read_shard(site / "district" / "D1" / "data" / "core.js")["reconciliation"]
    assert all(set(span) == {"lines"} for span in told)


def test_public_does_not_number_a_school_of_one(site):
    """What a school of one listed teacher has is not public, nor what the district's sum would tell of it."""
    found = {n: s for n, s in shards_of(site / "public").items() if n.startswith("rank.school.")}
    assert len(found) == 4 * 3
    for rank in found.values():
        rows = dict(zip(rank["entity"], zip(rank["hidden"], rank["points"], rank["index"], rank["rank"],
                                            rank["before"], rank["scoring"], rank["cap_share"],
                                            rank["index_before"], strict=True), strict=True))  # fmt: skip
        # S3 has one teacher, and S2 is the only other school of its district with any.
        assert [rows[at][0] for at in range(4)] == [False, True, True, False]
        assert set(rows[1][1:]) == set(rows[2][1:]) == {None}
        assert rows[0][1] is not None
        assert rank["entity"][-2:] == [1, 2]
        assert sorted(rank["teachers"]) == [0, 1, 16, 80]


def test_the_city_numbers_every_school(site):
    """In city/ nothing is withheld."""
    rank = read_shard(site / "city" / "data" / "rank.school.2022.total.js")
    assert "hidden" not in rank
    assert dict(zip(rank["entity"], rank["points"], strict=True)) == {0: 85, 1: 17, 2: 10, 3: 0}


def test_how_points_lie_within_a_school_is_not_public(site):
    """The least, the most and the quartiles of a small school are single teachers' points."""
    assert list((site / "public" / "data").glob("spread.*")) == []
    assert read_shard(site / "city" / "data" / "spread.2022.js")["entity"] == [0, 1, 2]


def test_public_says_nothing_of_when_a_withheld_school_was_active(site):
    """Schools gone quiet are told, but for those whose numbers are not public."""
    quiet = read_shard(site / "city" / "data" / "active.js")["quiet"]
    assert quiet == {"school": [2, 1], "last_active_on": [None, "2022-03-20"], "days": [None, 11]}
    assert read_shard(site / "public" / "data" / "active.js")["quiet"]["school"] == []


def test_public_quality_tells_counts_and_no_path(site):
    """Public data quality counts what was refused, and names no file, no stray and nothing observed."""
    said = " ".join(strings(read_shard(site / "public" / "data" / "quality.js")))
    assert "dt=" not in said
    assert "notes & ideas" not in said
    public, city = (read_shard(site / kind / "data" / "quality.js") for kind in ("public", "city"))
    assert public["reasons"] == city["reasons"]
    assert (public["refused_count"], public["strays_count"]) == (1, 1)
    assert city["files"][0]["path"] == "logins/dt=2022-03-01/a.csv"
    assert city["files"][0]["reasons"] == {"malformed": 2, "bad_timestamp": 1}
    assert city["strays"] == ["notes & ideas.txt"]


def test_decisions_are_told_to_the_city_alone(site):
    """The public learn how many records are void, the city which, by whom and why, and what is left of it."""
    public, city = (read_shard(site / kind / "data" / "quality.js") for kind in ("public", "city"))
    counts = {"decisions_count": 4, "void_count": 1}
    assert {name: public[name] for name in counts} == {name: city[name] for name in counts} == counts
    assert public["decisions"] == []
    assert {d["decision_id"]: d["standing"] for d in city["decisions"]} == {
        "V4": "unmatched", "V3": "restored", "V2": "overtaken", "V1": "void"
    }  # fmt: skip
    told = city["decisions"][-1]
    assert (told["reason"], told["actor_id"], told["units"], told["gone"]) == ("代刷 <b>", "T005", 2, 1)
    for page in ("lineage.html", "data/quality.js"):
        text = (site / "public" / page).read_text(encoding="utf-8")
        assert not [word for word in ("dt=", "T005", "代刷") if word in text]


@pytest.mark.parametrize("kind", ["public", "city", "district/D1", "school/S1"])
def test_a_folder_copied_alone_works(site, kind):
    """Each folder has its own page, run, core and a link to every asset, and refers to nothing above it."""
    folder = site / kind
    shared = {p.name: p.stat().st_ino for p in (site / "assets").iterdir()}
    assert {p.name: p.stat().st_ino for p in (folder / "assets").iterdir()} == shared
    assert {"run", "core", "decisions", "active"} <= set(shards_of(folder))
    assert "../" not in (folder / "index.html").read_text(encoding="utf-8")


def test_pages_of_a_kind_are_one_file(site):
    """The page of a kind is the same in all its folders; teachers share one shell."""
    for kind, count in (("district", 3), ("school", 4), ("teacher", 97)):
        pages = {p.stat().st_ino for p in (site / kind).glob("*/index.html")}
        assert (len(pages), len(list((site / kind).glob("*/index.html")))) == (1, count)


def test_a_school_that_has_moved_is_in_each_span_where_it_was(tmp_path):
    """A school stands in the folder of the district that counted it, in the spans in which it did."""
    con = site_city()
    con.execute(
        """
        update marts.entities set district_id = 'D1' where period_id = 'award-2022' and entity_id = 'S2';
        update marts.span_indicator_index set district_id = 'D1'
            where span_id = 'award-2022' and entity_id = 'S2';
        """
    )
    build_site(con, tmp_path / "site")
    for district, spans in (("D1", ["award-2022"]), ("D2", ["2022", "month", "week"])):
        shards = shards_of(tmp_path / "site/district" / district)
        at = shards["core"]["schools"]["id"].index("S2")
        assert shards["core"]["schools"]["district"][at] == 0
        ranks = {
            n.split(".")[2]: s for n, s in shards.items() if n.startswith("rank.") and n.endswith(".total")
        }
        assert sorted(span for span, rank in ranks.items() if at in rank["entity"]) == spans
    own = read_shard(tmp_path / "site/school/S2/data/core.js")
    assert own["scope"]["district_id"] == "D2"
