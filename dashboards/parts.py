"""A frame cut by the values of columns, once: filtering it anew for each part would cost the square."""

import polars as pl


class Parts:
    """The rows of a frame by the values of its `keys`, in the frame's order; no rows where there are none."""

    def __init__(self, frame: pl.DataFrame, *keys: str):
        self._parts = frame.partition_by(*keys, as_dict=True)
        self._nothing = frame.clear()

    def __getitem__(self, key: str | tuple[str, ...]) -> pl.DataFrame:
        """The rows of one value of the key, or of one value of each."""
        return self._parts.get(key if isinstance(key, tuple) else (key,), self._nothing)
