"""What the documents of a campaign say: plain values, in words where a document prints words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Certificate:
    """One winner's certificate.

    `school_name` is a teacher's school, empty where the holder is a school; `occasion` what the award was won
    at; `verify_text` says where the code can be checked; `is_revoked`: none is made.
    """

    number: str
    code: str
    award_name: str
    holder_name: str
    school_name: str
    occasion: str
    issuer: str
    issued_on: date
    bundle_id: str
    run_id: str
    verify_text: str
    is_revoked: bool = False


@dataclass(frozen=True)
class Winner:
    """A row of a list of winners; `unit` is a teacher's school, or a school's 总支 or district.

    `value` is the index or mean score, rounded to 2 decimals; `is_tied` with others at the line.
    """

    name: str
    unit: str
    group: str
    certificate_number: str = ""
    rank: int | None = None
    value: float | None = None
    is_tied: bool = False


@dataclass(frozen=True)
class Line:
    """The line of one group of an award: the lowest value that won, None where none did.

    `tied` candidates stand at it, `tie_rule` says what becomes of them.
    """

    group: str
    places: int
    winners: int
    value: float | None
    tied: int = 0
    tie_rule: str = ""


@dataclass(frozen=True)
class AwardList:
    """An award with its winners in the order they are printed; `level` is `teacher` or `school`."""

    award_name: str
    level: str
    winners: tuple[Winner, ...]
    lines: tuple[Line, ...] = ()
    value_name: str = "指数"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a text; level 1 is a heading (一、……), 2 one below it (（一）……), 0 text."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Notice:
    """The award notice; `document_number` such as 新教函〔2022〕15号, empty where there is none yet."""

    issuer: str
    document_number: str
    title: str
    addressees: str
    paragraphs: tuple[Paragraph, ...]
    awards: tuple[AwardList, ...]
    issued_on: date
    bundle_id: str
    run_id: str


@dataclass(frozen=True)
class Contact:
    """To whom objections go; what is empty is left out."""

    department: str
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class PublicityList:
    """The list shown before awards are given, from `starts_on` to `ends_on`, both included."""

    issuer: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    awards: tuple[AwardList, ...]
    starts_on: date
    ends_on: date
    contact: Contact
    issued_on: date
    bundle_id: str
    run_id: str


def day(value: date) -> str:
    """A day as official documents print it: 2022年6月20日."""
    return f"{value.year}年{value.month}月{value.day}日"


def solemn_day(value: date) -> str:
    """A day as certificates print it: 二〇二二年六月二十日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(value.year))
    return f"{year}年{_numeral(value.month)}月{_numeral(value.day)}日"


def _decimals(value: float | None) -> str:
    """A number with its two decimals; a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


def _numeral(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones else ""
    )


def line_in_words(line: Line, value_name: str) -> str:
    """The line of a group as a sentence."""
    text = f"{line.group}：名额{line.places}个，入围{line.winners}个，"
    text += f"入围线（{value_name}）{_decimals(line.value)}"
    return text + (f"；线上并列{line.tied}个，{line.tie_rule}。" if line.tied else "；线上无并列。")


def awards_data(awards: Sequence[AwardList]) -> list[dict[str, Any]]:
    """The awards for templates, each an attachment: 附件1, 附件2, or 附件 where it is alone."""
    found = []
    for at, award in enumerate(awards, 1):
        number = str(at) if len(awards) > 1 else ""
        # As the text lists them one below the other, the word before the first alone.
        listed = ("附件：" if at == 1 else "　　　") + (f"{number}. " if number else "")
        told = _award_data(award)
        found.append(told | {"mark": f"附件{number}", "listed_as": f"{listed}{told['list_name']}"})
    return found


def _award_data(award: AwardList) -> dict[str, Any]:
    """An award's list by name, headers, lines in words, and winners numbered from 1."""
    return {
        "award_name": award.award_name,
        "list_name": f"{award.award_name}名单",
        "name_header": "姓名" if award.level == "teacher" else "学校",
        "unit_header": "所在学校" if award.level == "teacher" else "所属单位",
        "value_header": award.value_name,
        "notes": [line_in_words(line, award.value_name) for line in award.lines],
        "winners": [
            {
                "order": str(at),
                "name": winner.name,
                "unit": winner.unit,
                "group": winner.group,
                "number": winner.certificate_number,
                "rank": "" if winner.rank is None else str(winner.rank),
                "value": _decimals(winner.value),
                "remark": "线上并列" if winner.is_tied else "",
            }
            for at, winner in enumerate(award.winners, 1)
        ],
    }
