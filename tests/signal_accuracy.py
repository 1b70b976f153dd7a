"""Precision and recall of each signal on a made-up city with planted cheats.

`python tests/signal_accuracy.py TRUTH SIGNALS`: the list that `cockpit synth --cheats` writes beside the
city, and the folder that `cockpit signals` writes.
"""

import csv
import sys
from pathlib import Path


def told(path: Path, signal: str, teacher: str) -> dict[str, set[str]]:
    """Teachers by signal, from a table with these two columns."""
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row[signal], set()).add(row[teacher])
    return found


def accuracy(truth: Path, folder: Path) -> dict[str, tuple[int, int, int]]:
    """(planted, told, both) of each signal that was planted or told."""
    planted = told(truth, "signal", "teacher_id")
    found = told(folder / "signals.csv", "提示编号", "教师编号")
    return {
        signal: (len(a := planted.get(signal, set())), len(b := found.get(signal, set())), len(a & b))
        for signal in sorted(planted.keys() | found.keys())
    }


if __name__ == "__main__":
    print("signal, planted, told, precision, recall")
    for name, (planted, found, both) in accuracy(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{name}, {planted}, {found}, {both / max(1, found):.3f}, {both / max(1, planted):.3f}")
