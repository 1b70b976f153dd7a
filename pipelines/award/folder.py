"""AWARD: the folder of a campaign, and what stands in it once a step has been taken.

AWARD/journal.jsonl          what was done (pipelines.award.journal)
AWARD/secret.key             what codes of certificates are derived from; whoever has it can make them
AWARD/nominations/  experts/  returned/<expert>/<award>/  template/
                             every file that was taken in, under its sha256
AWARD/refused/               every file that was refused; why is in the journal
AWARD/sheets/<expert>/       <award>.xlsx and .csv, as given out
AWARD/results/  publicity/  documents/
                             what `decide`, `publicize` and `issue` made
AWARD/register/              what codes stand for, and the page that tells it
AWARD/correction-<number>/   a certificate made anew under the right name
AWARD/superseded/            what a step taken again has replaced
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.award.journal import REFUSED, Journal
from pipelines.award.tables import read_content
from pipelines.errors import CockpitError
from pipelines.files import fsync_path, replace_durably

SECRET = "secret.key"
_LONGEST_SUFFIX = 20


@dataclass(frozen=True)
class Folder:
    """AWARD on disk."""

    root: Path

    def secret(self) -> bytes:
        """What codes are derived from."""
        return read_content(self.root / SECRET)

    def keep_secret(self, content: bytes) -> None:
        """Write the secret, readable to its owner alone."""
        part = self.root / f".{SECRET}.part"
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        replace_durably(part, self.root / SECRET)

    def keep(self, content: bytes, kind: str, suffix: str) -> str:
        """Keep a file that was handed in under its sha256; its path in AWARD."""
        ending = suffix.lower() if len(suffix.encode()) <= _LONGEST_SUFFIX else ""
        name = f"{kind}/{hashlib.sha256(content).hexdigest()[:16]}{ending}"
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        replace_durably(part, path)
        return name

    def kept(self, files: dict[str, str]) -> tuple[str, bytes]:
        """(path in AWARD, content) of the one file of an entry. Raises CockpitError where it has changed."""
        ((name, sha256),) = files.items()
        content = read_content(self.root / name)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise CockpitError(f"{self.root / name}: is not the file that was taken in, its sha256 differs")
        return name, content

    def refuse(self, journal: Journal, step: str, path: Path, content: bytes, why: str, on: date) -> None:
        """Keep a file that was refused, and why."""
        name = self.keep(content, "refused", path.suffix)
        told = {"of": step, "name": path.name, "why": why}
        journal.note(REFUSED, on, told, {name: hashlib.sha256(content).hexdigest()})

    def make(self, name: str, write: Callable[[Path], None], number: int) -> dict[str, str]:
        """Make a folder of AWARD anew, whole at once; sha256 of its files by path in AWARD.

        What stood there and differs goes to superseded/<number>-<name>.
        """
        part, final = self.root / f".{name}.part", self.root / name
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        write(part)
        made = _digests(part)
        if final.exists() and _digests(final) == made:
            shutil.rmtree(part)
        else:
            for path in part.rglob("*"):
                fsync_path(path)
            self.supersede(name, number)
            part.rename(final)
            fsync_path(self.root)
        return {f"{name}/{path}": sha256 for path, sha256 in made.items()}

    def supersede(self, name: str, number: int) -> None:
        """Move a folder that no longer holds to superseded/, where there is one."""
        final = self.root / name
        if final.exists():
            old = self.root / "superseded" / f"{number:03d}-{name}"
            old.parent.mkdir(exist_ok=True)
            shutil.rmtree(old, ignore_errors=True)  # of a step that was killed before it was noted
            final.rename(old)

    def changed(self, files: dict[str, str]) -> list[str]:
        """Files of an entry that are no longer what was made."""
        return [name for name, sha256 in files.items() if _sha256_or_none(self.root / name) != sha256]


def _sha256_or_none(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
