"""The one exception a user is meant to read, and what kinds of faults there are below it."""

import errno

_PASSING = {errno.EAGAIN, errno.EBUSY, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENETDOWN}


def is_machine_fault(error: BaseException) -> bool:
    """Whether the operating system failed, rather than what a file holds: corrupt content has no errno."""
    return isinstance(error, OSError) and error.errno is not None


def is_passing(error: BaseException) -> bool:
    """Whether a fault of a disk or a network share may be gone in a minute; a full disk is not."""
    return isinstance(error, OSError) and error.errno in _PASSING


class CockpitError(Exception):
    """Something the user can act on: one clear line that names what was wrong and where."""
