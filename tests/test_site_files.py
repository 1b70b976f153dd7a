"""Which files a site is, which bytes, and which of them are those of the site in force."""

import errno
import os
from pathlib import Path

import duckdb
import pytest
from site_files import inodes, read_shard, shards_of, tree
from tiny_warehouse import empty_warehouse, insert, site_city

from dashboards import placing
from dashboards import site as site_module
from dashboards.placing import Site
from dashboards.site import build_site
from pipelines import steps
from pipelines.home import Home


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's site."""
    out = tmp_path_factory.mktemp("files") / "first"
    build_site(site_city(), out)
    return out


def _rebuilt(con: duckdb.DuckDBPyConnection, first: Path, out: Path) -> set[str]:
    """Build the site again with `first` in force; the paths that are not links to it."""
    build_site(con, out, first)
    before = inodes(first)
    return {path for path, inode in inodes(out).items() if before.get(path) != inode}


def test_the_same_warehouse_gives_the_same_bytes(first, tmp_path):
    """Two builds are equal byte for byte, whatever order the rows lie in."""
    con = site_city()
    for (table,) in con.execute(
        "select table_name from information_schema.tables where table_schema = 'marts'"
    ).fetchall():
        con.execute(f"create or replace table marts.{table} as from marts.{table} order by hash({table})")
    build_site(con, tmp_path / "again")
    assert tree(tmp_path / "again") == tree(first)


def test_nothing_is_rewritten_where_nothing_has_changed(first, tmp_path):
    """With equal data every file is the one of the site in force."""
    assert _rebuilt(site_city(), first, tmp_path / "again") == set()


def test_another_run_of_the_same_data_changes_run_files_alone(first, tmp_path):
    """Run id and digests stand in run.js alone, and on the pages that tell where all comes from."""
    con = site_city()
    con.execute("update ops.run set run_id = 'another', code_sha256 = 'ef'")
    changed = _rebuilt(con, first, tmp_path / "again")
    plain = {"index.html", "public/lineage.html", "city/lineage.html", "city/inputs.html"}
    assert changed - plain == {p for p in tree(first) if p.endswith("/run.js")}


def test_only_folders_whose_data_changed_are_rewritten(first, tmp_path):
    """A teacher's new name changes that teacher's page and the lists that name the teacher, nothing else."""
    con = site_city()
    con.execute("update marts.teachers set teacher_name = '新名' where teacher_id = 'T005'")
    changed = _rebuilt(con, first, tmp_path / "again")
    folders = {path.split("/data")[0] for path in changed}
    assert folders == {"city", "district/D1", "school/S1", "teacher/T005"}
    assert {p.rpartition("/")[2].split(".")[0] for p in changed} == {"top", "people", "teachers", "data"}
    assert read_shard(tmp_path / "again/teacher/T005/data.js")["name"] == "新名"
    assert read_shard(first / "teacher/T005/data.js")["name"] == "教师T005"


def test_who_has_left_has_no_folder_left(first, tmp_path):
    """What the site in force had of a teacher no longer listed anywhere is not carried over."""
    con = site_city()
    for table in ("teachers", "teacher_index", "span_teacher_index", "span_teacher_points"):
        con.execute(f"delete from marts.{table} where teacher_id = 'T005'")
    build_site(con, tmp_path / "again", first)
    assert not (tmp_path / "again/teacher/T005").exists()
    assert "T005" not in read_shard(tmp_path / "again/district/D1/data/people.js")["id"]


def test_links_outlive_the_release_they_came_from(first, tmp_path):
    """Removing an older release takes nothing from a newer one."""
    build_site(site_city(), tmp_path / "older")
    build_site(site_city(), tmp_path / "newer", tmp_path / "older")
    for path in sorted((tmp_path / "older").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert tree(tmp_path / "newer") == tree(first)


def test_a_site_that_has_been_meddled_with_is_not_trusted(first, tmp_path):
    """Files are compared by their bytes: one changed by hand in the site in force is written anew."""
    build_site(site_city(), tmp_path / "older")
    path = tmp_path / "older/city/data/core.js"
    path.write_bytes(path.read_bytes()[:-3] + b" ;\n")
    assert _rebuilt(site_city(), tmp_path / "older", tmp_path / "again") == {"city/data/core.js"}
    assert tree(tmp_path / "again") == tree(first)


def test_a_file_system_without_links_gets_copies(first, tmp_path, monkeypatch):
    """Where no link can be made every file is written."""

    def refuse(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    build_site(site_city(), tmp_path / "copies", first)
    assert tree(tmp_path / "copies") == tree(first)
    assert not set(inodes(first).values()) & set(inodes(tmp_path / "copies").values())


def test_a_shared_file_has_a_bounded_number_of_links(tmp_path, monkeypatch):
    """ext4 allows 65,000 links: past a bound another file is begun, which the next site keeps."""
    monkeypatch.setattr(placing, "_LINKS", 3)
    for out, previous in (("a", None), ("b", tmp_path / "a")):
        site = Site(tmp_path / out, previous)
        for n in range(10):
            site.share(f"{n}/index.html", b"shell")
    a, b = inodes(tmp_path / "a"), inodes(tmp_path / "b")
    assert a == b
    assert len(set(a.values())) == 3
    assert site.written == 0


def test_the_first_page_comes_last(tmp_path, monkeypatch):
    """A site cut short has no index.html, by which publishing tells a whole site from a half one."""

    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(site_module, "write_teachers", fails)
    with pytest.raises(KeyboardInterrupt):
        build_site(site_city(), tmp_path / "half")
    assert (tmp_path / "half" / "city" / "index.html").is_file()
    assert not (tmp_path / "half" / "index.html").exists()


def test_a_path_is_written_once(tmp_path):
    """Two entities that claim one path are an error, never one another's data."""
    site = Site(tmp_path / "out")
    site.put("a/data.js", b"1")
    with pytest.raises(FileExistsError):
        site.put("a/data.js", b"2")


def test_strange_ids_stay_inside(tmp_path):
    """An id such as ../../x or one of 300 characters has a folder inside the site, told in `folder`."""
    con = site_city()
    strange = ["../../x", "a/b%", "<b>" * 100, "assets", "t001"]
    for at, id_ in enumerate(strange):
        for table in ("teachers", "teacher_index", "span_teacher_index", "teacher_streaks"):
            con.execute(
                f"update marts.{table} set teacher_id = ? where teacher_id = ?", [id_, f"T{at + 2:03}"]
            )
    build_site(con, tmp_path / "site")
    told = read_shard(tmp_path / "site/district/D1/data/people.js")
    folder = dict(zip(told["id"], told["folder"], strict=True))
    assert folder["../../x"] == "%2E%2E%2F%2E%2E%2Fx"
    assert folder["a/b%"] == "a%2Fb%25"
    assert folder["T000"] is None
    # Neither a stick that takes T001 and t001 for one nor a name that teachers share may mix data.
    assert (folder["T001"], folder["t001"], folder["assets"]) == ("%54001", None, "%61ssets")
    for id_ in strange:
        path = tmp_path / "site/teacher" / (folder[id_] or id_) / "data.js"
        assert read_shard(path)["id"] == id_
    assert {p.name for p in tmp_path.iterdir()} == {"site"}


def test_an_empty_city_has_a_site(tmp_path):
    """Without periods, rosters or files the pages are there, with nothing on them."""
    build_site(empty_warehouse(), tmp_path / "site")
    for kind in ("public", "city"):
        shards = shards_of(tmp_path / "site" / kind)
        assert set(shards) == {"run", "decisions", "core", "active", "quality"}
        assert shards["core"]["spans"] == []
        assert shards["active"]["daily"] == {"day": [], "active": [], "logins": [], "points": []}
        assert shards["quality"]["sources"] == []
    assert not (tmp_path / "site/district").exists()


def test_a_city_without_a_roster_has_a_site(tmp_path):
    """Where no roster has come yet, spans are shown with nothing in them."""
    con = empty_warehouse()
    insert(con, "marts.periods", [("2022", "year", "2022年", "2022-01-01", "2022-12-31", "2022-03-31")])
    days = ("2022-01-01", "2022-12-31", "2022-03-31", None, None, None, None)
    insert(con, "marts.spans", [("2022", "year", "2022年", *days, "2022")])
    insert(con, "marts.indicators", [("total", "total", "总分", "total", 0)])
    build_site(con, tmp_path / "site")
    core = read_shard(tmp_path / "site/city/data/core.js")
    assert core["totals"][0]["points"] is None
    assert read_shard(tmp_path / "site/public/data/rank.school.2022.total.js")["entity"] == []
    assert core["reconciliation"][0]["lines"][0] == {
        "of": "points", "city": 0, "districts": 0, "schools": 0, "listed": 0
    }  # fmt: skip


def test_building_only_reads(tmp_path):
    """A site is built from a warehouse opened for reading only, and leaves nothing in the connection."""
    path = tmp_path / "warehouse.duckdb"
    con = site_city()
    con.execute(f"attach '{path}' as kept")
    con.execute("copy from database memory to kept")
    con.close()
    with duckdb.connect(str(path), read_only=True) as opened:
        build_site(opened, tmp_path / "site")
        assert opened.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (0,)


def test_a_run_links_to_the_site_in_force(first, tmp_path, monkeypatch):
    """A run hands the site of the release in force to the writer, and begins in an empty folder."""
    home = Home(tmp_path / "home")
    (home.root / "releases").mkdir(parents=True)
    (home.root / "site").symlink_to(first)
    home.begin_release()
    (home.building / "site").mkdir()
    (home.building / "site" / "left.js").write_text("of an attempt that was killed")
    con = site_city()
    con.execute(f"attach '{home.building / 'warehouse.duckdb'}' as kept")
    con.execute("copy from database memory to kept")
    con.close()
    monkeypatch.setattr(steps, "_refuse_another_runs_release", lambda run: None)
    run = steps.Run(home, tmp_path / "raw")
    run.effective_as_of, run.run_id = "2022-03-31", "test"
    pages, _ = steps.make_pages_and_exports(run)
    site = home.building / "site"
    assert pages == [site / "index.html", site / "checks.html"]
    assert not (site / "left.js").exists()
    same = {p for p, inode in inodes(site).items() if inodes(first).get(p) == inode}
    assert {p for p in tree(first) if "/data/" in p and "quality" not in p} <= same


def test_what_does_not_fit_into_memory_is_spilled(tmp_path):
    """The folder for it is made with all above it, whether or not dbt needed one before."""
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    spill = tmp_path / "scratch" / "spill" / "teachers"
    with steps._reading(tmp_path / "warehouse.duckdb", spill) as con:
        con.execute("set memory_limit = '50MB'")
        con.execute("create temp table wide as select hash(n) as h from range(10_000_000) as r (n)")
        assert any(spill.iterdir())
