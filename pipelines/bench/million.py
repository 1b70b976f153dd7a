"""A million mixed JSON lines from nothing to finished pages, and how soon these show a ranking."""

import resource
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

from dashboards.browser import find_browser, offline, open_browser
from dashboards.screenshots import pages_of
from pipelines.ingest.contract import ACTIVITIES
from pipelines.ingest.inventory import take_inventory
from pipelines.ingest.lake import Lake
from pipelines.ingest.takein import take_in
from pipelines.synth import write_city

RECORDS = 1_000_000
_ROUNDS = 3
_VISITS = 5
_TEACHERS = 3_000
_FIRST, _LAST = date(2022, 3, 1), date(2022, 5, 31)


def _million_lines(folder: Path) -> Path:
    """A RAW whose one activities file holds RECORDS mixed JSON lines, with the city's rosters beside it."""
    city = folder / "city"
    write_city(city, _TEACHERS, _FIRST, _LAST, seed=1, dirty=0.01, fmt="jsonl")
    raw = folder / "raw"
    day = raw / "activities" / f"dt={_LAST}"
    day.mkdir(parents=True)
    left = RECORDS
    with open(day / "million.jsonl", "wb") as out:
        for path in sorted((city / "activities").rglob("*.jsonl")):
            lines = path.read_bytes().splitlines(keepends=True)[:left]
            out.writelines(lines)
            left -= len(lines)
    if left:
        raise AssertionError(f"the city is {left} records short")
    shutil.copytree(city / "roster", raw / "roster")
    shutil.rmtree(city)
    return raw


def _seconds_of_taking_in(raw: Path, folder: Path) -> float:
    lake = Lake(folder / "lake")
    began = time.perf_counter()
    present = take_inventory(raw).by_drop_day(ACTIVITIES.name)
    take_in(lake, ACTIVITIES, present, lambda line: None)
    seconds = time.perf_counter() - began
    shutil.rmtree(lake.root)
    return seconds


def _seconds_of_read_json(file: Path, folder: Path) -> float:
    """DuckDB's own reader on the same lines; malformed ones, which would stop it, it may pass over.

    The columns are told: of a file with malformed lines it would else make a single column.
    """
    columns = dict.fromkeys(ACTIVITIES.columns, "VARCHAR") | dict.fromkeys(ACTIVITIES.optional, "JSON")
    target = folder / "plain.parquet"
    began = time.perf_counter()
    with duckdb.connect() as con:
        con.execute(
            f"copy (select * from read_json('{file}', format = 'newline_delimited', columns = {columns}, "
            f"ignore_errors = true)) to '{target}'"
        )
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


def _whole_run(raw: Path, home: Path) -> tuple[float, float]:
    """(wall seconds, peak memory in GB) of `cockpit run` from nothing, process start included."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pipelines", "run", "--raw", str(raw), "--home", str(home)],
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6


# When the first row of a ranking has been painted, in milliseconds since navigation began.
_FIRST_RANKING = """
new MutationObserver(function (changes, watch) {
  if (!document.querySelector('main tbody tr')) { return; }
  watch.disconnect();
  requestAnimationFrame(function () { setTimeout(function () { window.__ranking = performance.now(); }); });
}).observe(document, {childList: true, subtree: true});
"""


def _seconds_to_first_ranking(site: Path) -> dict[str, float]:
    """By kind of page: from navigation to the first ranking on the screen, nothing cached by the browser."""
    path = find_browser()
    if path is None:
        return {}
    seconds: dict[str, list[float]] = {}
    with open_browser(path) as browser:
        for kind, address in pages_of(browser, site).items():
            for _ in range(_VISITS):
                with offline(browser) as context:
                    context.add_init_script(_FIRST_RANKING)
                    page = context.new_page()
                    page.goto(address, wait_until="commit")
                    shown = page.wait_for_function("() => window.__ranking").json_value()
                    seconds.setdefault(kind, []).append(shown / 1000)
    return {kind: statistics.median(found) for kind, found in seconds.items()}


def measure(folder: Path) -> dict[str, float]:
    """The figures by name; `folder` is left empty."""
    print(f"writing {RECORDS:,} mixed JSON lines", file=sys.stderr)
    raw = _million_lines(folder)
    file = next((raw / "activities").rglob("*.jsonl"))
    pairs = [
        (_seconds_of_taking_in(raw, folder), _seconds_of_read_json(file, folder)) for _ in range(_ROUNDS)
    ]
    whole, memory = _whole_run(raw, folder / "home")
    again, _ = _whole_run(raw, folder / "home")
    sights = _seconds_to_first_ranking(folder / "home" / "site")
    shutil.rmtree(folder)
    plain = statistics.median(p for _, p in pairs)
    return {
        "speed of taking in / speed of DuckDB's read_json to Parquet": statistics.median(
            p / t for t, p in pairs
        ),
        "wall time of a whole run from nothing / read_json to Parquet": whole / plain,
        "records per second of wall time, whole run": RECORDS / whole,
        "wall time of a second run with nothing new / whole run": again / whole,
        "peak memory of the whole run, GB": memory,
        **{f"seconds to the first ranking, {kind}": shown for kind, shown in sights.items()},
    }
