"""One step of a campaign: when it may be taken, how it is noted, what it undoes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.award.journal import ORDER, Journal
from pipelines.award.state import State
from pipelines.errors import CockpitError

Say = Callable[[str], None]
_MADE = {"sheets": "sheets", "decide": "results", "publicize": "publicity", "issue": "documents"}
"""Step to the folder it makes."""


@dataclass
class Step:
    """One step being taken on a day; `reason` is wanted where it undoes steps already taken."""

    state: State
    on: date
    say: Say
    reason: str = ""
    undone: list[str] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        """The campaign's trail."""
        return self.state.journal

    @property
    def number(self) -> int:
        """The number the step's entry will have."""
        return len(self.journal.entries) + 1

    def begin(self, step: str) -> None:
        """Raise CockpitError unless the step may be taken now."""
        if step != ORDER[0]:
            self.journal.want(step)
        self.undone = self.journal.later(step)
        if "issue" in self.undone or (step != "issue" and self.journal.standing("issue")):
            raise CockpitError(
                f"{self.state.root}: certificates were issued; only `award revoke` and `correct` are left"
            )
        if self.undone and not self.reason.strip():
            raise CockpitError(
                f"{self.state.root}: `award {step}` undoes {', '.join(self.undone)}; say why with --reason"
            )
        self.follow()

    def follow(self) -> None:
        """Raise CockpitError where the day is before that of the last entry."""
        last = max((e.on for e in self.journal.entries), default="")
        if self.on.isoformat() < last:
            raise CockpitError(f"--on {self.on} is before the last step, which was taken on {last}")

    def begin_beside(self) -> None:
        """Raise CockpitError unless what is noted beside the steps has a reason and a day that follows."""
        if not self.reason.strip():
            raise CockpitError("--reason is blank")
        self.follow()

    def note(self, step: str, told: dict[str, Any], files: dict[str, str]) -> None:
        """Note the step, and put away what later steps had made."""
        if self.undone:
            told = told | {"reason": self.reason, "undoes": self.undone}
        entry = self.journal.note(step, self.on, told, files)
        for later in self.undone:
            if later in _MADE:
                self.state.folder.supersede(_MADE[later], entry.number)

    def take(self, step: str, path: Path, content: bytes, check: Callable[[], Any]) -> Any:
        """What `check` makes of a file that was handed in; where it is at fault it is kept as refused."""
        try:
            return check()
        except CockpitError as error:
            self.state.folder.refuse(self.journal, step, path, content, str(error), self.on)
            raise


def midnight(state: State) -> datetime:
    """The as-of day of the bundle: what files are dated by, instead of a clock."""
    return datetime.combine(date.fromisoformat(state.bundle.told["as_of"]), time())


def sha256(content: bytes) -> str:
    """The digest of a file that was handed in."""
    return hashlib.sha256(content).hexdigest()
