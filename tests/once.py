"""What is dear to make, made once for all test processes, by whichever asks first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make`, given it empty, has filled; nobody may change what is in it."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    root.mkdir(exist_ok=True)
    folder, made = root / "it", root / "made"
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of one whose making failed
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
