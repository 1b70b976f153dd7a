"""Numbers to fixed-width text, column at a time: ids and timestamps as Arrow string arrays.

Each id of one column has the same width, so a column is a NumPy record array whose bytes are the Arrow
buffer: digits come out of tables by four at a time, and no string object is ever made.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .events import DAY_SECONDS, LETTER_SHIFT, NUMBER_MASK


def _digits(width: int) -> np.ndarray:
    """The text of 0 .. 10**width - 1, zero-padded, shape (10**width,), dtype S<width>."""
    numbers = np.arange(10**width)
    columns = [numbers // 10**place % 10 + ord("0") for place in reversed(range(width))]
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.uint8)).view(f"S{width}").ravel()


TWO = _digits(2)
FOUR = _digits(4)
FOUR_WORD = FOUR.view(np.uint32)
TWO_WORD = TWO.view(np.uint16)


def _clock_times() -> np.ndarray:
    """HH:MM:SS of each second of the day, shape (86400,), as eight-byte words."""
    second = np.arange(DAY_SECONDS)
    parts = np.empty(DAY_SECONDS, dtype=[("h", "S2"), ("a", "u1"), ("m", "S2"), ("b", "u1"), ("s", "S2")])
    parts["h"], parts["m"], parts["s"] = TWO[second // 3600], TWO[second // 60 % 60], TWO[second % 60]
    parts["a"] = parts["b"] = ord(":")
    return parts.view("u8").ravel()


CLOCK = _clock_times()


def as_strings(fixed: np.ndarray) -> pa.StringArray:
    """An Arrow string array over a record array, without copying; each record's bytes are one text."""
    width, count = fixed.dtype.itemsize, len(fixed)
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    data = np.ascontiguousarray(fixed)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data.view(np.uint8)))


def id_texts(codes: np.ndarray) -> pa.StringArray:
    """The texts of account and object codes: a letter and ten digits."""
    number = codes & NUMBER_MASK
    fixed = np.empty(len(codes), dtype=[("letter", "u1"), ("a", "<u2"), ("b", "<u4"), ("c", "<u4")])
    upper, lower = np.divmod(number, 100_000_000)
    high, low = np.divmod(lower.astype(np.uint32), np.uint32(10_000))
    fixed["letter"] = codes >> LETTER_SHIFT
    fixed["a"], fixed["b"], fixed["c"] = TWO_WORD[upper], FOUR_WORD[high], FOUR_WORD[low]
    return as_strings(fixed)


def event_ids(letter: str, ids: np.ndarray) -> pa.StringArray:
    """The texts of event ids: a letter, the day's four digits, and eight digits within the day."""
    fixed = np.empty(len(ids), dtype=[("letter", "u1"), ("a", "<u4"), ("b", "<u4"), ("c", "<u4")])
    day, lower = np.divmod(ids, 100_000_000)
    high, low = np.divmod(lower.astype(np.uint32), np.uint32(10_000))
    fixed["letter"] = ord(letter)
    fixed["a"], fixed["b"], fixed["c"] = FOUR_WORD[day], FOUR_WORD[high], FOUR_WORD[low]
    return as_strings(fixed)


@dataclass(frozen=True)
class TimeStyle:
    """How one exporter writes timestamps: `2022-03-10 08:05:09` and its kin, always with seconds."""

    separator: str
    suffix: str
    offset: int = 0  # seconds to take from local time before writing


SPACED = TimeStyle(" ", "")
STYLES = (
    SPACED,
    TimeStyle("T", ""),
    TimeStyle("T", "+08:00"),
    TimeStyle("T", "Z", 8 * 3600),
    TimeStyle(" ", ".000"),
    TimeStyle("T", ".000000+0800"),
)


def timestamps(at: np.ndarray, style: TimeStyle = SPACED) -> pa.StringArray:
    """The texts of local instants (seconds)."""
    day, second = np.divmod(at - style.offset, DAY_SECONDS)
    suffix = f"S{len(style.suffix)}" if style.suffix else "V0"
    fixed = np.empty(len(at), dtype=[("day", "S10"), ("sep", "u1"), ("time", "<u8"), ("suffix", suffix)])
    if len(at):
        start = int(day.min())
        days = np.arange(start, int(day.max()) + 1).astype("datetime64[D]")
        fixed["day"] = np.datetime_as_string(days).astype("S10")[day - start]
    fixed["sep"] = ord(style.separator)
    fixed["time"] = CLOCK[second]
    if style.suffix:
        fixed["suffix"] = style.suffix.encode()
    return as_strings(fixed)


def spreadsheet_timestamps(at: np.ndarray) -> pa.Array:
    """The texts of local instants as a spreadsheet writes them: `2022/3/10 8:05:09`."""
    stamp = pa.array(at).cast(pa.timestamp("s"))
    fields = [pc.year(stamp), pc.month(stamp), pc.day(stamp), pc.hour(stamp)]
    year, month, day, hour = (field.cast(pa.string()) for field in fields)
    rest = pc.utf8_slice_codeunits(timestamps(at), 13, 19)
    date = pc.binary_join_element_wise(year, month, day, "/")
    return pc.binary_join_element_wise(pc.binary_join_element_wise(date, hour, " "), rest, "")
