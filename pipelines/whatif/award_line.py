"""An award line: who is inside, who outside, and whose tie lies across it."""

import re
from dataclasses import dataclass
from decimal import Decimal

LEVELS = ("district", "school", "teacher")
_WRITTEN = re.compile(r"(?:(district|school|teacher):)?(?:([0-9]{1,9})|([0-9]{1,3}(?:\.[0-9]{1,2})?)%)")


@dataclass(frozen=True)
class AwardLine:
    """A line in the city's ranking of one level: the first `rank`, or a share of all that are ranked.

    The share is in hundredths of a percent and rounded down to whole places. Just one of the two is given.
    """

    level: str
    rank: int | None = None
    basis_points: int | None = None

    @classmethod
    def parse(cls, text: str) -> "AwardLine":
        """From `100`, `10%`, `school:5`, `district:20%`. Raises ValueError."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no award line such as 100, 10% or school:5")
        level, rank, share = match[1] or "teacher", match[2], match[3]
        if rank is not None:
            if not int(rank):
                raise ValueError(f"{text!r}: the first rank is 1")
            return cls(level, rank=int(rank))
        points = int(Decimal(share) * 100)
        if not 0 < points <= 10_000:
            raise ValueError(f"{text!r}: a share is more than 0% and at most 100%")
        return cls(level, basis_points=points)

    def places(self, ranked: str) -> str:
        """The last place inside, as SQL over the number of ranked ones."""
        return str(self.rank) if self.rank is not None else f"{ranked} * {self.basis_points} // 10000"

    def words(self) -> str:
        """The line in Chinese."""
        who = {"district": "区", "school": "学校", "teacher": "教师"}[self.level]
        if self.rank is not None:
            return f"{who}全市前 {self.rank} 名"
        return f"{who}全市前 {Decimal(self.basis_points or 0) / 100}%（名额向下取整）"
