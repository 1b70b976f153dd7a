"""The one resource: which RAW, which HOME, and the run that is under way there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg

from pipelines.errors import CockpitError, is_passing
from pipelines.home import Home
from pipelines.project import ROOT
from pipelines.steps import Run


def default_raw() -> str:
    """RAW where none is configured: COCKPIT_RAW, or the demo's."""
    return os.environ.get("COCKPIT_RAW", str(ROOT / "data" / "demo" / "raw"))


def default_home() -> str:
    """HOME where none is configured: COCKPIT_HOME, or the demo's."""
    return os.environ.get("COCKPIT_HOME", str(ROOT / "data" / "demo" / "home"))


class Workplace(dg.ConfigurableResource):
    """RAW and HOME of a run, locked while it lasts.

    `as_of` empty means the newest drop day, `known_at` empty that all drops are scored.
    """

    raw: str
    home: str
    as_of: str = ""
    known_at: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Run]:
        """Hold HOME's lock for as long as Dagster's run uses the resource."""
        home = Home(Path(self.home))
        days = [date.fromisoformat(day) if day else None for day in (self.as_of, self.known_at)]
        run = Run(home, Path(self.raw), *days, say=context.log.info if context.log else print)
        with home.lock():
            yield run


class CurrentRun(dg.ConfigurableResource):
    """A run that the command line has begun and holds the lock of."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Run]:
        """Hand out the run of `under_way`."""
        if _under_way is None:
            raise CockpitError("no run is under way in this process")
        yield _under_way


_under_way: Run | None = None


@contextmanager
def under_way(run: Run) -> Iterator[None]:
    """Make `run` the one that CurrentRun hands to assets."""
    global _under_way
    _under_way = run
    try:
        yield
    finally:
        _under_way = None


def step(function: Callable[..., object]) -> Callable[..., object]:
    """Call a step. Its failure ends the Dagster run at once, unless it is one that passes and is retried."""

    def call(*arguments: object) -> object:
        try:
            return function(*arguments)
        except CockpitError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        except Exception as error:
            if is_passing(error):
                raise
            where = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
            what = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            raise dg.Failure(description=" ".join(f"{where}{what}".split()), allow_retries=False) from error

    return call
