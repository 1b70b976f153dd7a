"""`make bench`: prints how fast, as ratios measured in one run.

`--teachers` and `--days` choose the cities; the default is small enough for a quarter of an hour. The year of
a whole city is `--teachers 1000 10000 100000 --days 365`: an hour or two, and about 60 GB of disk.
"""

import argparse
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from pipelines.bench import cities, million
from pipelines.bench.cities import City

_DEAREST = 8
_RIVALS = ("lean", "polars", "pandas", "postgres")


def _rows(measured: list[City]) -> list[tuple[str, str]]:
    """What the issue of scale asks for, a line each."""
    rows: list[tuple[str, str]] = []
    for city in measured:
        name = f"{city.teachers:,} teachers"
        rebuild = City.scoring(city.rebuild)
        lean = city.yardsticks["lean"]["seconds"]
        rows += [
            (f"{name}: records", f"{city.records:,}"),
            (f"{name}: full rebuild / lean script", f"{rebuild / lean:.2f}"),
            (f"{name}: full rebuild, microseconds per record", f"{rebuild / city.records * 1e6:.2f}"),
            (f"{name}: taking in, microseconds per record",
             f"{city.first['seconds']['taking in'] / city.records * 1e6:.2f}"),
            (f"{name}: peak memory of first run, rebuild, day, GB",
             ", ".join(f"{s['memory_gb']:.2f}" for s in (city.first, city.rebuild, city.day))),
            (f"{name}: records of the day", f"{city.day_records:,}"),
            (f"{name}: day's scoring / full rebuild", f"{City.scoring(city.day) / rebuild:.3f}"),
            (f"{name}: day until tables, all, seconds",
             f"{City.until_tables(city.day):.1f}, {City.whole(city.day):.1f}"),
            (f"{name}: late drop / ordinary day", f"{City.whole(city.late) / City.whole(city.day):.2f}"),
            (f"{name}: HOME, GB", f"{city.home_gb:.2f}"),
            (f"{name}: where the day's time goes",
             ", ".join(f"{k} {v / City.whole(city.day):.0%}" for k, v in city.day["seconds"].items())),
            (f"{name}: of the day's tables", _shares_of_nodes(city.day["nodes"])),
        ]  # fmt: skip
        for rival, found in city.yardsticks.items():
            if rival != "lean":
                told = found.get("skipped") or f"{rebuild / found['seconds']:.2f}"
                rows.append((f"{name}: full rebuild / {rival}, totals alone", told))
    for smaller, larger in pairwise(measured):
        grown = f"{smaller.teachers:,} to {larger.teachers:,} teachers"
        per_record = [City.scoring(c.rebuild) / c.records for c in (smaller, larger)]
        days = [City.scoring(c.day) for c in (smaller, larger)]
        rows += [
            (f"{grown}: rebuild's time per record", f"x {per_record[1] / per_record[0]:.2f}"),
            (f"{grown}: day's scoring", f"x {days[1] / days[0]:.2f}"),
        ]
    return rows


def _shares_of_nodes(seconds: dict[str, float]) -> str:
    """The part of data tests, and of the dearest models, in the time that all dbt nodes took together."""
    tests = {name for name in seconds if name.startswith("test.")}
    dearest = sorted(seconds.keys() - tests, key=lambda name: -seconds[name])[:_DEAREST]
    parts = [("data tests", sum(seconds[name] for name in tests))]
    parts += [(name.rpartition(".")[2], seconds[name]) for name in dearest]
    return ", ".join(f"{name} {took / sum(seconds.values()):.0%}" for name, took in parts)


def main() -> int:
    """Measure, print, clean up."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench", description=__doc__)
    parser.add_argument("--teachers", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--cities-only", action="store_true", help="leave out the million JSON lines")
    told = parser.parse_args()
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-") as name:
        folder = Path(name)
        if not told.cities_only:
            rows += [(k, f"{v:,.3f}") for k, v in million.measure(folder / "million").items()]
        smallest = min(told.teachers)
        rows += _rows(
            [
                cities.measure(folder / str(n), n, told.days, _RIVALS if n == smallest else _RIVALS[:1])
                for n in sorted(told.teachers)
            ]
        )
    width = max(len(k) for k, _ in rows)
    print("\n".join(f"{k:<{width}}  {v}" for k, v in rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
