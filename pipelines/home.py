"""HOME: where everything a run makes lives, who may write to it, and how readers see a new release.

HOME/lake/            what has been taken in (see pipelines.ingest.lake)
HOME/releases/<id>/   warehouse.duckdb, site/, exports/ and run.json (what was read, how it ended) of one run
HOME/current          link to the release in force; replacing it publishes all of that at once
HOME/warehouse.duckdb, HOME/site, HOME/exports, HOME/run.json
                      links through `current`
HOME/dagster/         run history of `make ui`
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import CockpitError
from pipelines.files import fsync_path, write_json
from pipelines.ingest.lake import Lake

_RUN = "run.json"
_PUBLISHED = ("warehouse.duckdb", "site", "exports", _RUN)
_KEPT_RELEASES = 2


class Home:
    """A HOME folder. Creating the object touches nothing."""

    def __init__(self, root: Path):
        self.root = root.absolute()
        self.lake = Lake(self.root / "lake")
        self.building = self.root / "releases" / ".building"
        self.scratch = self.root / "scratch"

    @property
    def warehouse(self) -> Path:
        """The warehouse of the release in force."""
        return self.root / "warehouse.duckdb"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold HOME for one run. Raises CockpitError at once where another run holds it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CockpitError(f"{self.root}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise CockpitError(
                f"{self.root}: another run is at work here; try again when it has ended"
            ) from error
        try:
            yield
        finally:
            os.close(descriptor)

    def begin_release(self) -> Path:
        """An empty folder for the release being built; what a killed run left there is removed."""
        shutil.rmtree(self.building, ignore_errors=True)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.building.mkdir(parents=True)
        self.scratch.mkdir()
        return self.building

    def publish(self, run_id: str, run: dict[str, Any]) -> Path:
        """Make the built release the one in force, in one step, and sweep older ones but the last.

        `run` is what `last_run` will tell of it.
        """
        write_json(self.building / _RUN, run)
        release = self.root / "releases" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{run_id}"
        # One sync for the site: a city's has 250,000 small files, and an fsync of each takes minutes.
        os.sync()
        for part in self.building.iterdir():
            for path in (part, *part.glob("*")) if part.name != "site" else ():
                if path.is_file():
                    fsync_path(path)
        os.replace(self.building, release)
        fsync_path(release.parent)
        self._link("current", Path("releases") / release.name)
        for name in _PUBLISHED:
            self._link(name, Path("current") / name)
        fsync_path(self.root)
        older = sorted((p for p in release.parent.iterdir() if p != release), key=lambda p: p.stat().st_mtime)
        for path in older[: -(_KEPT_RELEASES - 1)]:
            shutil.rmtree(path)
        shutil.rmtree(self.scratch, ignore_errors=True)
        return release

    def _link(self, name: str, target: Path) -> None:
        link = self.root / name
        if link.is_symlink() and Path(os.readlink(link)) == target:
            return
        temporary = self.root / f".{name}.link"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        os.replace(temporary, link)

    def last_run(self) -> dict[str, Any] | None:
        """What was said of the run behind the release in force, or None where there is none."""
        try:
            told = json.loads((self.root / _RUN).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return told if isinstance(told, dict) else None

    def forget(self) -> None:
        """Drop what has been taken in, so that the next run reads every drop again."""
        # Manifests first: killed half way, what is left is named by none and taken in anew.
        for manifest in self.lake.root.glob("*.json"):
            manifest.unlink()
        shutil.rmtree(self.lake.root, ignore_errors=True)
