"""Counter-based random numbers: each (seed, stream, day) has its own generator.

A day can so be made without the days before it, and a new stream never disturbs the others.
"""

import zlib

import numpy as np


def generator(seed: int, stream: str, day: int = 0) -> np.random.Generator:
    """The generator of one stream on one day (any integer from 0 up, below 2**32)."""
    key = [seed % 2**64, zlib.crc32(stream.encode()) << 32 | day]
    return np.random.Generator(np.random.Philox(key=np.array(key, dtype=np.uint64)))
