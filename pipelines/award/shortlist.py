"""The shortlists of a campaign: every candidate with place, line and distance, or the reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.award.campaign import Award, Campaign
from pipelines.award.candidates import Candidate
from pipelines.award.nominations import Nomination
from pipelines.award.places import WINNER, Place, fill
from pipelines.award.scores import Combined

INELIGIBLE, WITHDRAWN, NOT_SCORED, REVOKED = "ineligible", "withdrawn", "not_scored", "revoked"
STATUSES = {
    WINNER: "入围",
    "tied_out": "线上并列，名额不足，均不入围",
    "below": "未入围",
    INELIGIBLE: "不符合条件",
    WITHDRAWN: "已退出",
    NOT_SCORED: "评分专家不足",
    REVOKED: "证书已作废",
}
"""What becomes of a candidate, in words."""


@dataclass(frozen=True)
class Listed:
    """One candidate of one award; exact numbers, None where there is none.

    `value` is the index or the mean score, `line` the lowest that won in the group, `places` its quota.
    """

    award: Award
    candidate: Candidate
    district_id: str
    group_id: str
    group_name: str
    status: str
    reason: str
    value: Fraction | None
    place: Place | None
    places: int | None
    line: Fraction | None
    scores: Combined | None

    @property
    def is_winner(self) -> bool:
        """Whether the award is theirs."""
        return self.status == WINNER

    @property
    def distance(self) -> Fraction | None:
        """How far above the line (below: negative)."""
        return None if self.value is None or self.line is None else self.value - self.line


def shortlist(
    campaign: Campaign,
    known: Mapping[str, Mapping[str, Candidate]],
    nominations: Sequence[Nomination],
    scores: Mapping[tuple[str, str], Combined],
    withdrawn: Mapping[tuple[str, str], str],
) -> list[Listed]:
    """Everybody who stands for an award of the campaign, by award, district, group and place.

    `known` are all candidates by level and id; `scores` and `withdrawn` (the reason) go by (award, entity).
    For an award by index everybody stands, for one by experts the nominees alone.
    """
    found: list[Listed] = []
    for award in campaign.awards.values():
        nominees = {n.entity_id for n in nominations if n.award == award.award}
        standing = [c for id_, c in known[award.level].items() if award.scoring is None or id_ in nominees]
        found += _of_award(award, standing, scores, withdrawn)
    return found


def _of_award(
    award: Award,
    standing: Sequence[Candidate],
    scores: Mapping[tuple[str, str], Combined],
    withdrawn: Mapping[tuple[str, str], str],
) -> list[Listed]:
    groups: dict[tuple[str, str], list[Candidate]] = {}
    eligible: dict[tuple[str, str], int] = {}
    apart: list[Listed] = []
    for candidate in standing:
        key = (award.award, candidate.entity_id)
        group = (candidate.district_id, candidate.group(award) or "")
        score = scores.get(key)
        hindrance = candidate.hindrance(award)
        if hindrance:
            apart.append(_apart(award, candidate, INELIGIBLE, hindrance, score))
            continue
        eligible[group] = eligible.get(group, 0) + 1
        if key in withdrawn:
            apart.append(_apart(award, candidate, WITHDRAWN, withdrawn[key], score))
        elif award.scoring and (score is None or score.mean is None):
            apart.append(_apart(award, candidate, NOT_SCORED, "", score))
        else:
            groups.setdefault(group, []).append(candidate)
    found: list[Listed] = []
    for group, members in sorted(groups.items()):
        found += _of_group(award, members, eligible[group], scores)
    return found + sorted(apart, key=_order)


def _of_group(
    award: Award, members: Sequence[Candidate], eligible: int, scores: Mapping[tuple[str, str], Combined]
) -> list[Listed]:
    """A group's places filled; `eligible` counts who withdrew too, so that no place goes with them."""
    quota = award.quota(members[0].district_id, members[0].stage)
    assert quota is not None
    value: Callable[[Candidate], Fraction | None] = lambda c: (  # noqa: E731 - which of the two numbers counts
        scores[award.award, c.entity_id].mean if award.scoring else c.index
    )
    values = {c.entity_id: v for c in members if (v := value(c)) is not None}
    filled = fill(quota.places_of(eligible), values, award.ties_win)
    by_id = {c.entity_id: c for c in members}
    return [
        Listed(
            award, by_id[id_], by_id[id_].district_id, quota.group_id, quota.group_name, place.status, "",
            values[id_], place, filled.places, filled.line, scores.get((award.award, id_)),
        )
        for id_, place in filled.by_id.items()
    ]  # fmt: skip


def _apart(award: Award, candidate: Candidate, status: str, reason: str, score: Combined | None) -> Listed:
    quota = award.quota(candidate.district_id, candidate.stage)
    return Listed(
        award, candidate, candidate.district_id, quota.group_id if quota else "",
        quota.group_name if quota else "", status, reason,
        score.mean if score and award.scoring else candidate.index, None, None, None, score,
    )  # fmt: skip


def _order(listed: Listed) -> tuple[str, str, bytes]:
    return (listed.district_id, listed.group_id, listed.candidate.entity_id.encode())
