"""A function at work beside the run: its result, its failure, and its end with the run's."""

import signal
import subprocess
import sys
import time

import pytest

from pipelines.aside import aside

_PARENT = """
import os, sys, time
from pipelines.aside import aside

def told():
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    with aside(told):
        time.sleep(60)
"""


def test_the_result_comes_back() -> None:
    """What the function returns is handed over."""
    with aside(max, 3, 4) as found:
        assert found.result() == 4


def test_a_failure_is_raised_where_it_is_waited_for() -> None:
    """What the function raises is raised by `result`, with its own words."""
    with aside(int, "no number") as found, pytest.raises(ValueError, match="no number"):
        found.result()


@pytest.mark.slow
def test_it_ends_with_a_killed_run(tmp_path) -> None:
    """kill -9 of the run ends what works beside it: nothing goes on writing into a release."""
    program = tmp_path / "parent.py"
    program.write_text(_PARENT, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _ in range(50):
        if not _is_running(child):
            return
        time.sleep(0.1)
    pytest.fail(f"process {child} is still at work")


def _is_running(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
