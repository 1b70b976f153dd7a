"""Decisions handed over with a city's drops, to void events that are in them."""

import csv
import gzip
import json
from pathlib import Path


def records(raw: Path, source: str) -> list[dict]:
    """The records of the first JSON lines file of a source, as they stand there."""
    path = min(p for p in (raw / source).rglob("*.jsonl*") if p.suffix in (".jsonl", ".gz"))
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # a dirty record
            continue
    return found


def void(raw: Path, day: str, *targets: str) -> Path:
    """Hand over, in the drop of a day (ISO), a decision to void each of these targets; its file."""
    path = raw / "decisions" / f"dt={day}" / "voids.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["decision_id", "kind", "target", "reason", "decided_by", "decided_on"])
        writer.writerows(
            [f"{day}-{n}", "void", target, "代刷", "区教育局", day] for n, target in enumerate(targets, 1)
        )
    return path
