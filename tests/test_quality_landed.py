"""What the checks count of a data file is kept, and gives the same as counting everything anew."""

import os
import shutil

import duckdb
import pytest
from boundary_drops import DAY, Tampered, activity, drop, drop_roster, failed, login
from harness import take_in_all

from pipelines import steps
from pipelines.home import Home
from pipelines.ingest.lake import Lake
from pipelines.quality import landed
from pipelines.quality.boundary import Boundary
from pipelines.quality.expectations import CHECKS
from pipelines.quality.frames import FRAMES, frame
from pipelines.quality.landed import TABLES, read_kept, write_kept
from pipelines.quality.repeats import repeated_ids
from pipelines.scope.basis import carry_over

NEXT = "2022-03-11"


def seen(lake, inventory, manifests, kept=None):
    """(every frame as text, what is to be kept) of a lake."""
    with Boundary(lake, manifests, inventory, kept) as boundary:
        return {name: frame(boundary, name).to_csv() for name in FRAMES}, boundary.kept()


def spoil(path):
    """Make a file unreadable without its size or time telling."""
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def city(tmp_path):
    """A RAW folder with one day of every source."""
    raw = tmp_path / "raw"
    drop(raw, "logins", DAY, [login(1), login(2), login(1), login(2, channel="mobile"), "{}"])
    updates = [activity(n, event_type="profile_update", attributes={"email": "a@b"}) for n in (7, 8)]
    drop(raw, "activities", DAY, [activity(1), activity(2, event_type="space_visit"), "no JSON", *updates])
    drop_roster(raw, DAY)
    return raw


@pytest.fixture
def read(monkeypatch):
    """The data files read to be counted, by name."""
    names = []
    real = landed.parquet

    def spied(files):
        names.extend(file.rpartition("/lake/")[2] for file in files)
        return real(files)

    monkeypatch.setattr(landed, "parquet", spied)
    return names


def test_what_was_counted_is_not_read_again(city, tmp_path, read):
    """Where nothing was added no data file of events is read, and the frames are the same."""
    lake = Lake(tmp_path / "lake")
    found = take_in_all(lake, city)
    frames, kept = seen(lake, *found)
    assert read
    read.clear()
    for file in (*lake.root.glob("logins/*/*.parquet"), *lake.root.glob("activities/*/*.parquet")):
        spoil(file)
    again, kept_again = seen(lake, *found, kept)
    assert again == frames
    assert not read
    assert {n: t.to_pylist() for n, t in kept_again.items()} == {n: t.to_pylist() for n, t in kept.items()}


def test_only_new_files_are_counted(city, tmp_path, read):
    """A day that is added is counted by itself."""
    lake = Lake(tmp_path / "lake")
    _, kept = seen(lake, *take_in_all(lake, city))
    read.clear()
    drop(city, "logins", NEXT, [login(3, NEXT), login(1, NEXT), "{}"])
    inventory, manifests = take_in_all(lake, city)
    seen(lake, inventory, manifests, kept)
    assert set(read) == set(manifests["logins"].days[NEXT].data.values())


def _added(raw):
    drop(raw, "logins", NEXT, [login(3, NEXT), login(1, NEXT), login(4, NEXT, channel="mobile")])
    drop(raw, "activities", NEXT, [activity(9, NEXT), activity(1, object_id="P9"), "bad"])


def _first_came_late(raw):
    """What was accepted before becomes a duplicate of an earlier day's."""
    drop(raw, "logins", "2022-03-09", [login(1), login(3, NEXT), login(5, "2022-03-09")])


def _changed(raw):
    drop(raw, "activities", DAY, [activity(2), activity(3, event_type="photo_post")])
    drop(raw, "logins", NEXT, [login(6, NEXT)], "b.jsonl")


def _removed(raw):
    shutil.rmtree(raw / "logins" / f"dt={DAY}")
    shutil.rmtree(raw / "activities" / f"dt={NEXT}")


def _all_gone(raw):
    shutil.rmtree(raw / "logins")


def test_a_history_tells_the_same_as_a_fresh_home(city, tmp_path):
    """Whatever was added, changed and removed: the frames are those of the same RAW taken in at once."""
    lake, kept = Lake(tmp_path / "lake"), None
    for number, step in enumerate((None, _added, _first_came_late, _changed, _removed, _all_gone)):
        if step:
            step(city)
        frames, kept = seen(lake, *take_in_all(lake, city), kept)
        fresh = Lake(tmp_path / f"fresh {number}")
        assert frames == seen(fresh, *take_in_all(fresh, city))[0], step


def test_counts_go_with_their_files(city, tmp_path):
    """What the manifests no longer name is not kept."""
    lake = Lake(tmp_path / "lake")
    _added(city)
    _, kept = seen(lake, *take_in_all(lake, city))
    _removed(city)
    _, manifests = found = take_in_all(lake, city)
    _, left = seen(lake, *found, kept)
    named = {name for m in manifests.values() for day in m.days.values() for name in day.data.values()}
    for name, table in left.items():
        assert 0 < table.num_rows < kept[name].num_rows
        assert set(table["data_file"].to_pylist()) <= named


def test_a_counted_file_that_was_changed_is_counted_anew(city, tmp_path):
    """A hand that changes a data file is noticed, though the file was counted before."""
    lake = Lake(tmp_path / "lake")
    inventory, manifests = take_in_all(lake, city)
    _, kept = seen(lake, inventory, manifests)
    Tampered(lake.root, inventory).rewrite("logins", "from held limit 1")
    assert seen(lake, inventory, manifests, kept)[0] == seen(lake, inventory, manifests)[0]


@pytest.mark.parametrize(
    ("event_ids", "repeated"),
    [(("L1", "L5"), 1), (("L5", "L5"), 1), (("L1", "L1"), 2), (("L1", "L2"), 2), (("L5", "L6"), 0)],
)
def test_repeats_of_new_files_are_found(city, tmp_path, event_ids, repeated):
    """An id that a new file repeats, of its own or of a file counted before, is found and counted."""
    lake = Lake(tmp_path / "lake")
    _, kept = seen(lake, *take_in_all(lake, city))
    drop(city, "logins", NEXT, [login(3, NEXT), login(4, NEXT)])
    inventory, manifests = take_in_all(lake, city)
    first, second = event_ids
    named = f"case event_id when 'L3' then '{first}' else '{second}' end"
    Tampered(lake.root, inventory).rewrite(
        "logins", f"select * replace ({named} as event_id, hash({named}) as id_key) from held", day=NEXT
    )
    with Boundary(lake, manifests, inventory, kept) as boundary:
        assert boundary.repeated_ids("logins") == repeated
        assert boundary.repeated_ids("activities") == 0
    with Boundary(lake, manifests, inventory) as boundary:
        assert boundary.repeated_ids("logins") == repeated


@pytest.mark.parametrize("at_once", [1, 3, 10**6])
def test_repeats_are_found_in_any_number_of_parts(tmp_path, at_once):
    """However few ids are held at a time, each repeat is counted once, and a shared key alone is none."""
    numbers = {"a": "range(40)", "b": "range(30, 50)", "c": "range(45, 60)"}
    files = {name: str(tmp_path / f"dt={DAY}" / f"{name}.parquet") for name in numbers}
    (tmp_path / f"dt={DAY}").mkdir()
    with duckdb.connect() as con:
        for name, rows in numbers.items():
            key = "case when range = 3 then hash('i59') else hash('i' || range) end"
            select = f"select 'i' || range as event_id, {key} as id_key from {rows}"
            con.execute(f"copy ({select}) to '{files[name]}'")
        a, b, c = files.values()
        assert repeated_ids(con, [a, b, c], [], 75, at_once) == 15
        assert repeated_ids(con, [b], [a], 20, at_once) == 10
        assert repeated_ids(con, [c], [a], 15, at_once) == 0
        assert repeated_ids(con, [], [a, c], 0, at_once) == 0


def test_the_sample_is_some_events_of_each_file(city, tmp_path, monkeypatch):
    """As many of each data file, the same wherever its records lie; a frame cut short keeps some of each."""
    monkeypatch.setattr(landed, "SAMPLE_EVENTS", 3)
    drop(city, "logins", NEXT, [login(n, NEXT) for n in range(50, 70)])
    lake = Lake(tmp_path / "lake")
    inventory, manifests = take_in_all(lake, city)
    _, kept = seen(lake, inventory, manifests)
    sampled = kept["landed_samples"].to_pandas().groupby("data_file").size()
    assert sorted(sampled) == [2, 3, 3]
    Tampered(lake.root, inventory).rewrite("logins", "from held order by event_id desc", day=NEXT)
    with Boundary(lake, manifests, inventory) as boundary:
        rows = frame(boundary, "sample")
    assert rows.path.nunique() == 3
    assert rows.path[:3].nunique() == 3
    assert seen(lake, inventory, manifests, kept)[0]["sample"] == rows.to_csv()


def test_what_other_code_counted_is_not_built_on(city, tmp_path, monkeypatch):
    """Counts are kept for the very code that made them."""
    lake = Lake(tmp_path / "lake")
    _, kept = seen(lake, *take_in_all(lake, city))
    with duckdb.connect() as con:
        assert read_kept(con) == {}
        write_kept(con, kept)
        assert read_kept(con) == kept
        monkeypatch.setattr(landed, "checker_sha256", lambda: "other")
        assert read_kept(con) == {}


def test_counts_are_carried_over_whatever_scores(tmp_path):
    """A warehouse with nothing to build a ledger on keeps what was counted, and loses all else."""
    with duckdb.connect() as con:
        con.execute("create schema state; create table state.drop_days (dt date)")
        for name in TABLES:
            con.execute(f"create table state.{name} (data_file varchar)")
        assert carry_over(con, Lake(tmp_path)) is None
        left = con.execute("select table_name from information_schema.tables").fetchall()
    assert {name for (name,) in left} == TABLES.keys()


def test_what_failed_is_counted_again(city, tmp_path):
    """Counts are kept in the warehouse where every blocking check passed, and only there."""
    run = steps.Run(Home(tmp_path / "home"), city)
    for source in steps.SOURCES:
        steps.take_in_source(run, source)
    steps.open_release(run)
    tampered = Tampered(run.home.lake.root, run.inventory)
    data = run.home.lake.root / tampered.manifests["logins"].days[DAY].data["accepted"]
    whole = data.read_bytes()
    tampered.rewrite("logins", "select * replace ('L1' as event_id, hash('L1') as id_key) from held")
    for _ in range(2):
        assert "event_ids_unique" in failed({r.name: r for r in steps.check_boundary(run)})
        with duckdb.connect(str(run.warehouse), read_only=True) as con:
            assert read_kept(con) == {}
    data.write_bytes(whole)
    results = steps.check_boundary(run)
    assert [r.name for r in results] == [c.name for c in CHECKS]
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        assert len(read_kept(con)["landed_files"]) == 5
