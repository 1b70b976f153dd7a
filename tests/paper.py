"""Fonts where the machine has them, and a campaign's documents, for tests of these. A pytest plugin."""

from datetime import date

import pytest

from pipelines.award.documents.content import (
    AwardList,
    Certificate,
    Contact,
    Line,
    Notice,
    Paragraph,
    PublicityList,
    Winner,
)
from pipelines.documents.fonts import Typefaces, find_fonts
from pipelines.errors import CockpitError

MARKUP = '*张_#[x]$"\\<b>&{{x}}'
"""A name that would be markup to typst, to XML and to a template."""
RARE = "䶮㑇𠮷"
LONG = "阿卜杜热西提·艾则孜·穆罕默德·买买提江"
BUNDLE, RUN = "3f9ac41e77d0", "2022-06-20-abdc7271aba6"
ISSUER, SCHOOL = "某区教育局", "某区附属新城实验九年一贯制学校（东校区）小学部"


@pytest.fixture(scope="session")
def fonts() -> Typefaces:
    """The machine's Chinese fonts."""
    try:
        return find_fonts()
    except CockpitError as error:
        pytest.skip(str(error))


def certificate(number: str = "2022-TI-0001", **other: object) -> Certificate:
    """A teacher's certificate, with other values where given."""
    told = {
        "code": "7K2M-9QXA-03DE-VV41", "award_name": "深度应用优秀个人", "holder_name": RARE,
        "school_name": SCHOOL, "occasion": "2022年深度应用评选", "issuer": ISSUER,
        "issued_on": date(2022, 6, 20), "bundle_id": BUNDLE, "run_id": RUN, "verify_text": "用核验码可查验",
    }  # fmt: skip
    return Certificate(number, **(told | other))


def awards() -> tuple[AwardList, ...]:
    """Two awards: one of a school, one of so many teachers that their table takes pages."""
    names = (LONG, RARE, MARKUP, *(f"教师{at}" for at in range(60)))
    teachers = tuple(
        Winner(name, SCHOOL, "小学组", f"2022-TI-{at:04d}", at + 1, 900.5 - at, at in (61, 62))
        for at, name in enumerate(names)
    )
    schools = (Winner("某区第一小学", "东街教育总支", "小学组", "2022-SI-0001", 1, 812.25),)
    return (
        AwardList("优秀学校空间", "school", schools, (Line("小学组", 1, 1, 812.25),), "评审均分"),
        AwardList(
            "深度应用优秀个人", "teacher", teachers, (Line("小学组", 62, 63, 838.5, 2, "按规定均入围"),)
        ),
    )


def notice() -> Notice:
    """A notice of both awards."""
    text = (Paragraph("现将结果予以公布。"), Paragraph("一、评选情况", 1), Paragraph("（一）指数评选", 2))
    return Notice(
        ISSUER, "某教函〔2022〕15号", "关于公布评选结果的通报", "各街镇教育总支：", text, awards(),
        date(2022, 6, 20), BUNDLE, RUN,
    )  # fmt: skip


def publicity() -> PublicityList:
    """A publicity list of both awards."""
    return PublicityList(
        ISSUER, "拟表彰名单公示", (Paragraph("现将名单予以公示。"),), awards(), date(2022, 6, 11),
        date(2022, 6, 17), Contact("电教站", "027-00000000"), date(2022, 6, 10), BUNDLE, RUN,
    )  # fmt: skip
