"""Putting the files of a new site in place beside the site in force, of which unchanged files are links."""

import os
from pathlib import Path

# ext4 allows 65,000 links to a file. Three releases may stand side by side: two kept and one being built.
_LINKS = 20_000


class Site:
    """The folder of a site being written. Files are named by their path in it, with slashes.

    A file whose bytes equal those of the same path of `previous` becomes a hard link to it: its inode stays,
    and nothing is written. To read and compare takes half the time of writing, and little more than digests
    kept beside the site, which would have to be believed. Where links are impossible the bytes are written.
    """

    def __init__(self, out: Path, previous: Path | None = None):
        self.out = f"{out}/"
        self.previous = f"{previous}/" if previous is not None and previous.is_dir() else None
        self.written = 0
        self._folders: set[str] = set()
        self._sources: dict[bytes, tuple[str, int]] = {}
        self._equal: dict[tuple[int, bytes], bool] = {}

    def put(self, path: str, content: bytes) -> None:
        """Place one file."""
        self._make_folder(path)
        if not (self._is_unchanged(path, content) and self._link(f"{self.previous}{path}", path)):
            self._write(path, content)

    def is_in_force(self, path: str) -> bool:
        """Whether the site in force has this file."""
        return self.previous is not None and os.path.isfile(f"{self.previous}{path}")

    def keep(self, path: str) -> None:
        """Place a file as the site in force has it, unread. Raises OSError where it has none."""
        self._make_folder(path)
        if not self._link(f"{self.previous}{path}", path):
            with open(f"{self.previous}{path}", "rb") as file:
                self._write(path, file.read())

    def share(self, path: str, content: bytes) -> None:
        """Place one of many files with these very bytes: all are links to a few."""
        self._make_folder(path)
        if self._is_unchanged_share(path, content) and self._link(f"{self.previous}{path}", path):
            self._sources.setdefault(content, (path, 0))
            return
        source, links = self._sources.get(content, ("", _LINKS))
        if links < _LINKS and self._link(f"{self.out}{source}", path):
            self._sources[content] = (source, links + 1)
        else:
            self._write(path, content)
            self._sources[content] = (path, 0)

    def _is_unchanged(self, path: str, content: bytes) -> bool:
        if self.previous is None:
            return False
        try:
            with open(f"{self.previous}{path}", "rb", buffering=0) as file:
                return os.fstat(file.fileno()).st_size == len(content) and file.readall() == content
        except OSError:
            return False

    def _is_unchanged_share(self, path: str, content: bytes) -> bool:
        """The same, reading each inode once."""
        if self.previous is None:
            return False
        try:
            inode = os.stat(f"{self.previous}{path}").st_ino
        except OSError:
            return False
        if (inode, content) not in self._equal:
            self._equal[inode, content] = self._is_unchanged(path, content)
        return self._equal[inode, content]

    def _make_folder(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if folder in self._folders:
            return
        try:
            os.mkdir(self.out + folder)
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(self.out + folder, exist_ok=True)
        self._folders.add(folder)

    def _link(self, source: str, path: str) -> bool:
        try:
            os.link(source, self.out + path)
        except FileExistsError:
            raise
        except OSError:  # another file system, one without links, or one link too many
            return False
        return True

    def _write(self, path: str, content: bytes) -> None:
        with open(self.out + path, "xb") as file:
            file.write(content)
        self.written += 1
