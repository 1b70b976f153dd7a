"""Who gets the places of a quota: by exact value, with a stated rule for ties at the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

WINNER, TIED_OUT, BELOW = "winner", "tied_out", "below"


@dataclass(frozen=True)
class Place:
    """Where one stands: `rank` as 1, 2, 2, 4; `status` WINNER, TIED_OUT or BELOW; `is_tied` at the line."""

    rank: int
    status: str
    is_tied: bool


@dataclass(frozen=True)
class Filled:
    """A quota filled: `line` is the lowest value that won, None where nobody did."""

    places: int
    line: Fraction | None
    by_id: dict[str, Place]


def fill(places: int, values: Mapping[str, Fraction], ties_win: bool) -> Filled:
    """Give `places` to the highest of `values` (by id); a value of 0 never wins.

    Where more stand at the last place than there are places left, all of them win if `ties_win`, and none
    of them otherwise: no rule but the value itself decides between two of equal value.
    """
    ordered = sorted(values, key=lambda id_: (-values[id_], id_.encode()))
    ranks: dict[Fraction, int] = {}
    for number, id_ in enumerate(ordered, 1):
        ranks.setdefault(values[id_], number)
    within = [id_ for id_ in ordered if ranks[values[id_]] <= places and values[id_] > 0]
    tied = [id_ for id_ in within if values[id_] == values[within[-1]]] if len(within) > places else []
    winners = within if ties_win or not tied else within[: len(within) - len(tied)]
    won, at_line = set(winners), set(tied)
    by_id = {
        id_: Place(
            ranks[values[id_]],
            WINNER if id_ in won else TIED_OUT if id_ in at_line else BELOW,
            id_ in at_line,
        )
        for id_ in ordered
    }
    return Filled(places, values[winners[-1]] if winners else None, by_id)
