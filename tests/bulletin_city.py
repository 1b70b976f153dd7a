"""A small made-up city for the tests of bulletins, with everything that a bulletin has to tell."""

import gzip
import json
from datetime import date
from pathlib import Path

from harness import BUILT_ON, scored

from pipelines.home import Home
from pipelines.ingest.lake import Lake
from pipelines.synth import write_city

MONDAY = date(2022, 3, 14)
MISSING, REFUSED = "2022-03-16", "activities/dt=2022-03-17/cut.jsonl.gz"
NAME = "{{ 7*7 }}<b>校</b>"
_MARTS = (
    *BUILT_ON, "activity_daily", "activity_spans", "category_weekly", "entities", "indicators", "teachers",
)  # fmt: skip


def write_bulletin_city(folder: Path) -> Home:
    """Sixty teachers and two weeks up to a Tuesday, scored as a run would.

    Besides: a school with two teachers who never log in, one of them not verified, one with a single teacher
    who never does, and one without teachers; a post that appears twice, one that is void, one from before the
    week; a day without logins; a cut file.
    """
    raw = folder / "raw"
    write_city(raw, 60, date(2022, 3, 7), date(2022, 3, 22), seed=4, dirty=0.02, fmt="jsonl")
    for drop in (raw / "roster").iterdir():
        schools = [("z1", NAME), ("z2", "无师学校"), ("z3", "独师学校")]
        _add(drop / "schools.csv", ("school_id", "name"), schools)
        people = [("never1", "z1", "active", "true"), ("never2", "z1", "active", "false")]
        people += [("never3", "z3", "active", "true")]
        _add(drop / "teachers.csv", ("teacher_id", "school_id", "status", "verified"), people)
    posts = [("p1", "z2", "2022-03-15"), ("p1", "z2", "2022-03-16"), ("p2", "z2", "2022-03-16"),
             ("p3", "z2", "2022-03-10"), ("p3", "z2", "2022-03-17")]  # fmt: skip
    lines = [_post(f"zz{n}", *post) for n, post in enumerate(posts)]
    (raw / "activities/dt=2022-03-18/posts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    decisions = raw / "decisions" / "dt=2022-03-21"
    decisions.mkdir(parents=True)
    (decisions / "a.csv").write_text(
        "decision_id,kind,target,reason,decided_by,decided_on\n"
        "D1,void,activities:zz2,误发,区教育局,2022-03-21\n",
        encoding="utf-8",
    )
    for path in (raw / "logins" / f"dt={MISSING}").iterdir():
        path.unlink()
    (raw / REFUSED).write_bytes(gzip.compress(b"{}\n" * 99)[:-9])
    home = Home(folder / "home")
    home.root.mkdir()
    with scored(raw, lake=Lake(home.lake.root), warehouse=home.warehouse, marts=_MARTS):
        pass
    return home


def _post(event_id: str, post: str, school: str, day: str) -> str:
    attributes = {
        "school_id": school, "column": "公告", "column_kind": "system", "original": True, "media": "none",
    }  # fmt: skip
    return json.dumps(
        {"event_id": event_id, "event_type": "school_post", "occurred_at": f"{day}T09:00:00",
         "actor_id": "clerk", "actor_role": "teacher", "object_id": post, "attributes": attributes}
    )  # fmt: skip


def _add(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Add rows that are like the last one but for these columns."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    lines = text.splitlines()
    header = lines[0].split(",")
    last = dict(zip(header, lines[-1].split(","), strict=True))
    made = [last | dict(zip(columns, row, strict=True)) for row in rows]
    lines += [",".join(row[name] for name in header) for row in made]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
