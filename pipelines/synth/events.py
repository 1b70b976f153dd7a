"""Events as columns of numbers: what streams make, what is delivered, and what the renderer turns into text.

An account or object is one int64: the letter of its id in the bits above 40, its number (up to ten digits)
below. Instants are seconds since 1970 of local (Asia/Shanghai) wall-clock time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

LETTER_SHIFT = 40
NUMBER_MASK = (1 << LETTER_SHIFT) - 1
DAY_SECONDS = 86_400
OBJECTS_PER_DAY = 1_000_000  # an object's number is its day (four digits), then six digits


def code(letter: str, number: np.ndarray | int) -> np.ndarray:
    """The int64 code of ids with this letter."""
    return np.asarray(number, dtype=np.int64) + (ord(letter) << LETTER_SHIFT)


@dataclass
class Events:
    """Events, one column per field, all of one length.

    `detail` means what the kind says (kinds.py); `id` is 0 until the day is put in order; `dirt` is 0 for a
    clean record, else the number of the refusal reason it is made for (dirt.py).
    """

    kind: np.ndarray  # uint8, index into kinds.KINDS
    at: np.ndarray  # int64, local seconds
    actor: np.ndarray  # int64 code
    obj: np.ndarray  # int64 code
    detail: np.ndarray  # int64
    id: np.ndarray  # int64
    dirt: np.ndarray  # uint8

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: np.ndarray | slice) -> "Events":
        """The events at these positions, or under this mask."""
        return Events(*(getattr(self, column.name)[which] for column in fields(self)))


def make(
    kind: np.ndarray | int,
    at: np.ndarray,
    actor: np.ndarray,
    obj: np.ndarray | int,
    detail: np.ndarray | int = 0,
) -> Events:
    """Events from their columns; single values are repeated."""
    count = len(at)

    def column(values: np.ndarray | int, dtype: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, dtype=dtype), count)

    return Events(
        column(kind, np.uint8),
        np.asarray(at, dtype=np.int64),
        column(actor, np.int64),
        column(obj, np.int64),
        column(detail, np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.uint8),
    )


def concat(parts: Sequence[Events]) -> Events:
    """All events of the parts, in their order."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return make(0, np.empty(0, np.int64), np.empty(0, np.int64), 0)
    return Events(*(np.concatenate([getattr(p, column.name) for p in parts]) for column in fields(Events)))


def in_order(events: Events, id_base: int) -> Events:
    """The events by instant (ties as made), with ids counted up from `id_base`."""
    if not len(events):
        return events
    # One sort of plain integers (instant in the high bits, position in the low ones) is several times
    # faster than a stable argsort, and just as reproducible.
    start = int(events.at.min())
    keys = ((events.at - start) << 32) | np.arange(len(events), dtype=np.int64)
    keys.sort()
    ordered = events.take(keys & 0xFFFFFFFF)
    ordered.id = id_base + np.arange(len(events), dtype=np.int64)
    return ordered


def spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For `counts[i]` copies of each i: (i of every copy, the copy's number from 0 within its i)."""
    which = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return which, np.arange(len(which)) - starts[which]
