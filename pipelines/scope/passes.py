"""In which passes a city is scored: each the events of some families, whole or a range of their keys.

No unit is cut in two: all that decides it is of one family, and of one object. The files of the lake lie in
order of type and key, so a pass reads little more than its own events.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.ingest.contract import Source
from pipelines.ingest.keys import DAY_BITS, FAMILIES, LOGIN, Family


@dataclass(frozen=True)
class Share:
    """The events of some families whose keys lie in one of `of` ranges of like length, `number` from 0 on."""

    families: tuple[Family, ...]
    number: int = 0
    of: int = 1

    def condition(self, source: Source) -> str | None:
        """The share's events of a source, as SQL; None if it has none of them."""
        types = sorted(t for family in self.families for t in family.event_types)
        if not (types if source.attributes else LOGIN in self.families):
            return None
        conditions = ["true"]
        if source.attributes and self.families != FAMILIES:
            # By the bounds DuckDB sees beforehand which models find nothing here, and reads no file for them.
            listing = ", ".join(f"'{t}'" for t in types)
            conditions.append(
                f"event_type between '{types[0]}' and '{types[-1]}' and event_type in ({listing})"
            )
        if self.number > 0:
            conditions.append(f"scope_key >= {self._begins(self.number)}")
        if self.number < self.of - 1:
            conditions.append(f"scope_key < {self._begins(self.number + 1)}")
        return " and ".join(conditions)

    def _begins(self, number: int) -> int:
        """Where a range of keys begins: at a whole object, never between two of its days."""
        return ((1 << 64) * number // self.of) >> DAY_BITS << DAY_BITS


def shares_of(families: tuple[Family, ...], events: int, most: int) -> list[Share]:
    """Shares of these families together, of which each has about `most` of their `events` at the most."""
    number = max(1, -(-events // most))
    return [Share(families, n, number) for n in range(number)]


def plan(events: Mapping[Family, int], most: int) -> list[Share]:
    """Shares of about `most` events at the most: small families together, of large ones ranges of keys."""
    together: list[tuple[list[Family], int]] = []
    shares: list[Share] = []
    for family in sorted(events, key=FAMILIES.index):
        if events[family] > most:
            shares += shares_of((family,), events[family], most)
            continue
        for at, (families, held) in enumerate(together):
            if held + events[family] <= most:
                together[at] = ([*families, family], held + events[family])
                break
        else:
            together.append(([family], events[family]))
    return [*(Share(tuple(families)) for families, _ in together), *shares]
