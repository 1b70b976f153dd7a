"""A made-up bundle of a few schools for the tests of awards, written as `cockpit freeze` lays it out."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.award.campaign import TABLES
from pipelines.evidence.bundle import DIGEST, FORMAT, MANIFEST, digest_line, members_of
from pipelines.project import CAMPAIGN_TABLES

PERIOD = "award-2022"


@dataclass(frozen=True)
class School:
    """A school of the roster."""

    id: str
    district: str = "d1"
    stage: str = "primary"
    branch: str | None = "一街总支"

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.id}学校"


@dataclass(frozen=True)
class Teacher:
    """A listed teacher with points of the period."""

    id: str
    school: str
    points: int
    is_verified: bool = True
    name: str = ""


def write_bundle(
    root: Path,
    schools: Sequence[School],
    teachers: Sequence[Teacher],
    evidence: Iterable[tuple] = (("teacher", "t1", "visits", 3, None),),
    tables: dict[str, str] | None = None,
) -> Path:
    """Write the bundle; `tables` replaces campaign tables by name (CSV text)."""
    folder = root / "tables"
    folder.mkdir(parents=True)
    districts = sorted({school.district for school in schools})
    entities = [(PERIOD, "district", d, f"{d}区", d, None, None) for d in districts]
    entities += [(PERIOD, "school", s.id, s.name, s.district, s.branch, s.stage) for s in schools]
    _write(folder, "entities", entities, "period_id level entity_id entity_name district_id branch stage")
    people = [(PERIOD, t.id, t.name or f"{t.id}老师", t.school, "语文", t.is_verified) for t in teachers]
    _write(folder, "teachers", people, "period_id teacher_id teacher_name school_id subject is_verified")
    index = [(PERIOD, t.id, t.school, t.points) for t in teachers]
    _write(folder, "teacher_index", index, "period_id teacher_id school_id points")
    by_school = [(PERIOD, s.id, *_sum(t for t in teachers if t.school == s.id)) for s in schools]
    _write(folder, "school_index", by_school, "period_id school_id teachers points")
    _write(folder, "space_evidence", list(evidence), "level entity_id measure value out_of")
    (root / "campaign").mkdir()
    for name in TABLES:
        text = (tables or {}).get(name) or (CAMPAIGN_TABLES / f"{name}.csv").read_text(encoding="utf-8")
        (root / "campaign" / f"{name}.csv").write_text(text, encoding="utf-8")
    seal(root)
    return root


def seal(root: Path) -> None:
    """Write the manifest of what lies in a bundle."""
    told = {
        "format": FORMAT, "period": PERIOD, "as_of": date(2022, 5, 31).isoformat(), "known_at": None,
        "run_id": "2022-05-31-abc", "input_sha256": "0" * 64, "code_sha256": "1" * 64, "candidates": 1,
        "strays": [], "public_key": None, "members": members_of(root),
    }  # fmt: skip
    manifest = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    (root / MANIFEST).write_bytes(manifest)
    (root / DIGEST).write_bytes(digest_line(manifest))


def table(name: str, *rows: str) -> str:
    """A campaign table as CSV."""
    return "\n".join((",".join(TABLES[name]), *rows)) + "\n"


def _sum(teachers: Iterable[Teacher]) -> tuple[int, int]:
    points = [t.points for t in teachers]
    return len(points), sum(points)


def _write(folder: Path, name: str, rows: list[tuple], columns: str) -> None:
    values = list(zip(*rows, strict=True))
    made = pa.table({c: pa.array(v) for c, v in zip(columns.split(), values, strict=True)})
    with duckdb.connect() as con:
        con.register("made", made)
        pq.write_table(con.sql("from made").to_arrow_table(), folder / f"{name}.parquet")
