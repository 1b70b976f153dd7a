"""What was done in a campaign, step by step: an append-only trail in which each line seals the one before.

AWARD/journal.jsonl   a line a step: number, step, on, told, files (sha256 by path in AWARD), before
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import CockpitError
from pipelines.files import write_text

JOURNAL = "journal.jsonl"
ORDER = ("open", "nominate", "sheets", "score", "decide", "publicize", "issue")
"""The steps, each of which wants the one before; `score` is taken once for each returned sheet."""
REFUSED, WITHDRAW, REVOKE, CORRECT, SHOWCASE, MOVED = (
    "refused", "withdraw", "revoke", "correct", "showcase", "moved",
)  # fmt: skip
ASIDE = (REFUSED, WITHDRAW, REVOKE, CORRECT, SHOWCASE, MOVED)
"""What is noted beside the steps."""


@dataclass(frozen=True)
class Entry:
    """One line of the trail."""

    number: int
    step: str
    on: str
    told: dict[str, Any]
    files: dict[str, str]
    before: str

    def line(self) -> str:
        """As it stands in the file, without the line end."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return text.encode("utf-8", "backslashreplace").decode()  # file names need not be text


@dataclass
class Journal:
    """The trail of a folder. `entries` are all; `standing` tells what of them has not been replaced."""

    root: Path
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path) -> "Journal":
        """The trail of AWARD, empty where nothing was opened. Raises CockpitError where it was changed."""
        path = root / JOURNAL
        if not path.exists():
            return cls(root)
        entries: list[Entry] = []
        seal = ""
        # Not splitlines(), which also ends a line at characters that a reason may hold, such as U+2028.
        for number, raw in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), 1):
            try:
                line = raw.decode()
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise CockpitError(f"{path} line {number}: is no line of a journal") from error
            if entry.before != seal or entry.number != number:
                raise CockpitError(f"{path} line {number}: does not follow the line before it")
            if entry.line() != line:
                raise CockpitError(f"{path} line {number}: was written by something else")
            entries.append(entry)
            seal = _seal(line)
        return cls(root, entries)

    def note(self, step: str, on: date, told: dict[str, Any], files: dict[str, str]) -> Entry:
        """Append a line, durable before this returns."""
        seal = _seal(self.entries[-1].line()) if self.entries else ""
        entry = Entry(len(self.entries) + 1, step, on.isoformat(), told, files, seal)
        self.entries.append(entry)
        write_text(self.root / JOURNAL, "".join(f"{e.line()}\n" for e in self.entries))
        return entry

    def standing(self, step: str) -> list[Entry]:
        """Entries of a step that no earlier step, taken again since, has undone."""
        found: list[Entry] = []
        for entry in self.entries:
            if entry.step == step:
                found = [*found, entry] if step == "score" else [entry]
            elif _undoes(entry.step, step):
                found = []
        return found

    def last(self, step: str) -> Entry | None:
        """The entry of a step that stands, or None."""
        return next(reversed(self.standing(step)), None)

    def aside(self, *kinds: str) -> list[Entry]:
        """What was noted beside the steps, of some kinds."""
        return [entry for entry in self.entries if entry.step in kinds]

    def want(self, step: str) -> None:
        """Raise CockpitError unless the step before `step` was taken and still stands."""
        wanted = ORDER[ORDER.index(step) - 1]
        if not self.standing(wanted):
            raise CockpitError(f"{self.root}: `award {step}` comes after `award {wanted}`, which is not done")

    def later(self, step: str) -> list[str]:
        """Steps after `step` that were taken and stand."""
        return [other for other in ORDER[ORDER.index(step) + 1 :] if self.standing(other)]


def _undoes(step: str, other: str) -> bool:
    """Whether taking `step` makes what was done in `other` void."""
    if step == WITHDRAW:
        step = "score"
    return step in ORDER and other in ORDER and ORDER.index(step) < ORDER.index(other)


def _seal(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


@contextmanager
def held(root: Path, is_new: bool) -> Iterator[None]:
    """Hold AWARD, made where `is_new`, for one step. Raises CockpitError where another step is at work."""
    if is_new:
        root.mkdir(parents=True, exist_ok=True)
    elif not root.is_dir():
        raise CockpitError(f"{root}: no campaign was opened here; begin with `award open`")
    descriptor = os.open(root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CockpitError(f"{root}: another step is at work here; try again when it has ended") from error
    finally:
        os.close(descriptor)
