"""All streams of a city, and one day of them.

A stream is a function (plan, day) -> Events that draws only from `plan.rng(its own name, day)`. To plant
something new, write a stream and add it here: the others' events stay as they are, but for the sequence
numbers in event ids. So do planted cheats, where they are asked for.
"""

from collections.abc import Callable

from .cheats import cheat_streams
from .events import Events, concat, in_order
from .groups import GROUP_STREAMS
from .kinds import LOGIN
from .plan import Plan
from .tasks import TASK_STREAMS
from .work import WORK_STREAMS

Stream = Callable[[Plan, int], Events]
STREAMS: tuple[Stream, ...] = (*WORK_STREAMS, *TASK_STREAMS, *GROUP_STREAMS)
IDS_PER_DAY = 100_000_000


def day_events(plan: Plan, day: int) -> tuple[Events, Events]:
    """(logins, activities) that happen on a day, each by instant and with its ids."""
    parts = [stream(plan, day) for stream in (*STREAMS, *cheat_streams(plan))]
    logins = concat([part for part in parts if len(part) and part.kind[0] == LOGIN])
    others = concat([part for part in parts if len(part) and part.kind[0] != LOGIN])
    plan.forget(day)
    base = plan.number(day) * IDS_PER_DAY
    return in_order(logins, base), in_order(others, base)
