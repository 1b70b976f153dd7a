"""The program in processes of its own that begin loaded: loading is half of the work of a small run.

They are forked from one process that has loaded the modules and done nothing else; kill -9 ends them as it
ends any other.
"""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

_LOADED = [
    "dbt.adapters.duckdb.connections",
    "dbt.cli.main",
    "great_expectations",
    "pipelines.cli",
    "pipelines.orchestration.inprocess",
    "pipelines.quality.run",
    "pipelines.running",
]
_SECONDS = 300

_warm = multiprocessing.get_context("forkserver")
_warm.set_forkserver_preload(_LOADED)


def _work(arguments: list[str], out: Path, err: Path) -> None:
    for path, stream in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    # A run of its own has the program for its main module, which the processes it spawns may load.
    sys.modules["__main__"] = sys.modules["pipelines.cli"]
    from pipelines.cli import main

    code = main(arguments)
    sys.stdout.flush()
    os._exit(code)


def start(*arguments: object, out: Path, err: Path) -> BaseProcess:
    """Begin the program; its output goes to these files."""
    process = _warm.Process(target=_work, args=([str(a) for a in arguments], out, err))
    process.start()
    return process


def cockpit(*arguments: object) -> CompletedProcess[str]:
    """Run the program to its end."""
    with TemporaryDirectory() as name:
        out, err = Path(name) / "out", Path(name) / "err"
        process = start(*arguments, out=out, err=err)
        process.join(_SECONDS)
        if process.is_alive():
            process.kill()
        assert process.exitcode is not None, f"no end after {_SECONDS} s"
        texts = [p.read_text(encoding="utf-8") for p in (out, err)]
        return CompletedProcess(list(arguments), process.exitcode, *texts)
