"""What a campaign's publicity list and notice say, from its shortlists and calendar."""

from collections.abc import Sequence

from pipelines.award.campaign import Award, Campaign, Stage
from pipelines.award.documents.content import AwardList, Line, Paragraph, Winner, day
from pipelines.award.results import rounded
from pipelines.award.shortlist import Listed

_TIES = {True: "并列者均入围", False: "并列者超出名额，均不入围"}
_VALUES = {True: "评审均分", False: "深度应用指数"}


def award_lists(
    campaign: Campaign, shortlist: Sequence[Listed], numbers: dict[int, str]
) -> tuple[AwardList, ...]:
    """Each award with its winners and lines; `numbers` of certificates by place in `shortlist`."""
    found = []
    for award in campaign.awards.values():
        mine = [(at, x) for at, x in enumerate(shortlist) if x.award is award]
        winners = tuple(_winner(x, numbers.get(at, "")) for at, x in mine if x.is_winner)
        lines = _lines(award, [x for _, x in mine])
        found.append(AwardList(award.name, award.level, winners, lines, _VALUES[bool(award.scoring)]))
    return tuple(found)


def _winner(listed: Listed, number: str) -> Winner:
    candidate, place = listed.candidate, listed.place
    is_teacher = listed.award.level == "teacher"
    return Winner(
        candidate.name,
        candidate.school_name if is_teacher else candidate.branch or candidate.district_name,
        f"{candidate.district_name}{listed.group_name}",
        number,
        place.rank if place else None,
        rounded(listed.value),
        bool(place and place.is_tied),
    )


def _lines(award: Award, listed: Sequence[Listed]) -> tuple[Line, ...]:
    groups: dict[tuple[str, str], list[Listed]] = {}
    for x in listed:
        if x.place:
            groups.setdefault((x.district_id, x.group_id), []).append(x)
    return tuple(
        Line(
            f"{members[0].candidate.district_name}{members[0].group_name}",
            members[0].places or 0,
            sum(x.is_winner for x in members),
            rounded(members[0].line),
            sum(bool(x.place and x.place.is_tied) for x in members),
            _TIES[award.ties_win],
        )
        for members in groups.values()
    )


def publicity_text(campaign: Campaign) -> tuple[Paragraph, ...]:
    """The publicity list's text."""
    return (
        Paragraph(f"{campaign.name}经推荐报名、专家评审和指数核算，产生下列入围名单，现予公示。"),
        Paragraph(
            "对名单有异议的，请在公示期内实名提出，并附具体事实。各组名额、入围线和并列处理列于各奖项名单之前。"
        ),
    )


def notice_text(campaign: Campaign, shortlist: Sequence[Listed], public: Stage) -> tuple[Paragraph, ...]:
    """The notice's text; numbers are counted from the shortlists, `public` are the days of publicity."""
    told = [
        Paragraph(
            f"{campaign.name}已经结束。经推荐报名、专家评审、指数核算，并于{day(public.starts_on)}至"
            f"{day(public.ends_on)}公示，现将结果通知如下。"
        ),
        Paragraph("一、评选结果", 1),
    ]
    for award in campaign.awards.values():
        mine = [x for x in shortlist if x.award is award]
        won = sum(x.is_winner for x in mine)
        unit = "名教师" if award.level == "teacher" else "所学校"
        how = (
            f"由专家按百分制评分，去掉{award.scoring.trim}个最高分和{award.scoring.trim}个最低分后取平均"
            if award.scoring and award.scoring.trim
            else "由专家按百分制评分取平均"
            if award.scoring
            else "以评选窗口内的深度应用指数为准"
        )
        told.append(Paragraph(f"{award.name}：{won}{unit}。{how}，参评{len(mine)}{unit}。"))
    return (
        *told,
        Paragraph("二、有关说明", 1),
        Paragraph(
            "各组名额、入围线和并列处理见附件。证书逐张编号并附核验码，可在交流展示专区的“证书核验”页查验。"
        ),
        Paragraph("获奖学校和教师的做法将在交流展示专区陆续展示，供各校学习借鉴。"),
    )
