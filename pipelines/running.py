"""`cockpit run`: what is asked for, whether there is anything to do, and how it ended."""

import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.home import Home
from pipelines.project import ROOT
from pipelines.steps import Run, note_lineage
from pipelines.summary import leaders


def run(
    raw: Path,
    home: Path,
    as_of: date | None,
    known_at: date | None,
    full_refresh: bool,
    say: Callable[[str], None],
) -> int:
    """Bring HOME up to RAW.

    Returns 0, or 1 where some file or roster was refused whole (all else is up to date then). Raises
    CockpitError where nothing could be brought up to date; the last good release stays in force.
    """
    place = Home(home)
    if not raw.is_dir():
        raise CockpitError(f"{raw}: the raw folder does not exist or is no folder")
    with place.lock():
        if full_refresh:
            place.forget()
        job = Run(place, raw, as_of, known_at, full_refresh, say)
        by = f" handed over by {job.known_by}" if job.known_by else ""
        say(f"{len(job.known.files)} drop files in {raw}{by}, as of {job.effective_as_of}")
        for stray in job.known.strays:
            say(f"left alone, fits no pattern: {_printable(stray)}")
        if not full_refresh and job.is_up_to_date():
            say(f"nothing has changed since run {place.last_run()['run_id']}: everything is up to date")
        else:
            _materialize(job)
        last = place.last_run()
    return _report(last, place)


def _materialize(job: Run) -> None:
    # Dagster is imported only where there is something to do: it takes seconds.
    from dagster import BetaWarning

    warnings.simplefilter("ignore", BetaWarning)
    from pipelines.orchestration.inprocess import materialize

    try:
        materialize(job)
    except Exception as error:
        # Told also where nothing was published; a fault of that itself must not hide the first.
        with suppress(OSError, CockpitError):
            note_lineage(job, str(error))
        raise


def _report(last: dict, home: Home) -> int:
    counts = last["counts"]
    print("\n".join(leaders(home.warehouse)))
    print(
        f"records accepted {counts['accepted']:,}, duplicate {counts['duplicates']:,}, "
        f"quarantined {counts['quarantined']:,}"
    )
    print(f"page to open: {_shown(home.root / 'site' / 'index.html')}")
    for fault in last["faults"]:
        print(f"cockpit: refused: {_printable(fault)}", file=sys.stderr)
    return 1 if last["faults"] else 0


def _printable(text: str) -> str:
    """A name from outside, unable to steer the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) and Path.cwd() == ROOT else path)
