"""One function at work in a process of its own while this one goes on; it never outlives this one."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

_PR_SET_PDEATHSIG = 1
P = ParamSpec("P")
R = TypeVar("R")


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends.

    A run that was killed must not have a child that goes on writing into the release the next run builds.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@contextmanager
def aside(function: Callable[P, R], *arguments: P.args) -> Iterator[Future[R]]:
    """Begin `function(*arguments)`; within the block its result can be waited for, after it it has ended.

    Function, arguments and result are pickled; what the function raises is raised by the future's `result`.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, initializer=_die_with, initargs=(os.getpid(),)) as process:
        yield process.submit(function, *arguments)
