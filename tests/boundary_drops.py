"""Small RAW folders for tests of the checks at the boundary, and the checks run on them."""

import json

import duckdb
from harness import take_in_all

from pipelines.ingest.lake import Lake
from pipelines.quality.expectations import CHECKS
from pipelines.quality.run import run_checks

BLOCKING = [c for c in CHECKS if c.is_blocking]
DAY = "2022-03-10"
ROSTER = {
    "districts.csv": "district_id,name\nD1,江岸区\n",
    "schools.csv": "school_id,name,district_id,branch,stage\nS1,一小,D1,,primary\n",
    "teachers.csv": "teacher_id,name,school_id,status,subject,verified\n"
    + "".join(f"T{i},教师{i},S1,active,语文,true\n" for i in range(10)),
}


class Tampered:
    """A lake to spoil, with what its manifests and inventory say."""

    def __init__(self, root, inventory):
        self.lake, self.inventory = Lake(root), inventory
        self.manifests = {s: self.lake.load(s) for s in ("activities", "logins", "roster", "decisions")}

    def rewrite(self, source, select, kind="accepted", day=DAY):
        """Replace a data file by `select` over it, called `held`."""
        path = self.lake.root / self.manifests[source].days[day].data[kind]
        with duckdb.connect() as con:
            con.execute(f"create table held as from read_parquet('{path}', hive_partitioning = false)")
            con.execute(f"copy ({select}) to '{path}' (format parquet)")

    def file(self, source):
        """The account of the source's file."""
        return self.manifests[source].days[DAY].files[0]


def login(number, day=DAY, **changed):
    """A good login record."""
    return {
        "event_id": f"L{number}", "teacher_id": f"T{number % 10}", "occurred_at": f"{day}T08:00:00",
        "channel": "web",
    } | changed  # fmt: skip


def activity(number, day=DAY, **changed):
    """A good activity record."""
    return {
        "event_id": f"A{number}", "event_type": "photo_post", "occurred_at": f"{day}T09:00:00+08:00",
        "actor_id": f"T{number % 10}", "actor_role": "teacher", "object_id": "P1",
        "attributes": {"place": "album", "photo_count": 3},
    } | changed  # fmt: skip


def drop(raw, source, day, records, name="a.jsonl"):
    """Write one drop file; a record that is text is written as it is."""
    path = raw / source / f"dt={day}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def drop_roster(raw, day, **changed):
    """Write a roster snapshot; `changed` replaces a file's text by its stem."""
    folder = raw / "roster" / f"dt={day}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ROSTER.items():
        (folder / name).write_text(changed.get(name.removesuffix(".csv"), text), encoding="utf-8")


def check(lake, inventory, manifests, checks=BLOCKING):
    """Results by check name."""
    return {r.name: r for r in run_checks(lake, manifests, inventory, checks)}


def check_raw(tmp_path, raw, checks=CHECKS):
    """Results by check name of taking in `raw`."""
    lake = Lake(tmp_path / "lake")
    return check(lake, *take_in_all(lake, raw), checks)


def failed(results):
    """Names of checks that failed."""
    return {name for name, r in results.items() if not r.is_passed}
