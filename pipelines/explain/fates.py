"""What becomes of an accepted record: a closed set, of which each record has exactly one.

The order is that of precedence: a record may bear on several units (a creation on every day of a habit, a
profile's update on every year), and then has the first of its fates.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """One way for an accepted record to end, in English and as a district office would print it."""

    code: str
    english: str
    chinese: str


_FATES = (
    Fate("decided_credit", "decided a credit that earned points", "使一次计分成立，已得分"),
    Fate("counted_to_credit", "counted towards a credit that earned points", "计入一次已得分的计分"),
    Fate(
        "decided_over_cap",
        "decided a credit over the cap, which earned 0",
        "使一次计分成立，超出上限，不得分",
    ),
    Fate("counted_to_over_cap", "counted towards a credit over the cap", "计入一次超出上限的计分，不得分"),
    Fate("unit_not_met", "in a unit that is short of its threshold so far", "所属单元尚未达标"),
    Fate(
        "credit_after_as_of", "behind a credit dated after the as-of day", "计分时刻在统计截止日之后，暂不计"
    ),
    Fate(
        "no_version",
        "its unit is of a day without a version of the rule in force",
        "当日无有效规则版本，不计分",
    ),
    Fate(
        "other_condition",
        "counted towards the rule's other condition, which did not decide",
        "计入该规则的另一条件，而计分由其他记录促成",
    ),
    Fate("left_class", "took a member out of the class", "学生退出班级，人数减少"),
    Fate(
        "profile_incomplete", "an update of a profile that is not complete in the year", "当年个人信息未完善"
    ),
    Fate(
        "idle_object", "created an object on which nothing that counts has happened", "创建后尚无可计的参与"
    ),
    Fate(
        "after_decision", "in a unit that another record had decided already", "所属单元已由其他记录促成计分"
    ),
    Fate("later_login", "a later login of the same day", "同日的后续登录"),
    Fate("repeated", "the same account, material or work again", "同一人、同一资源或同一作品重复"),
    Fate(
        "no_change",
        "a join of one who is in, or a leave of one who is out",
        "已在班再次加入或不在班退出，人数不变",
    ),
    Fate(
        "not_member_then", "a join of one who was not in when the class was fullest", "人数最多时该生不在班"
    ),
    Fate("after_window", "later than the window after the creation", "超出创建后的计分时限"),
    Fate("before_creation", "dated before the creation", "早于创建时间"),
    Fate("no_creation", "the object was never created, so nobody earns", "对象没有创建记录，无人得分"),
    Fate("created_before", "a creation of what had been created before", "对象此前已被创建"),
    Fate("not_creator", "an act of another than the object's creator", "操作者不是对象的创建人"),
    Fate("not_public", "a resource made private, or uploaded as private", "资源未公开"),
    Fate("too_few_photos", "a post with too few photos", "照片数量不足"),
    Fate("not_qualifying", "courseware that is not original, or whose upload failed", "课件非原创或上传失败"),
    Fate("too_short", "a part of a lesson that is too short", "授课时长不足"),
    Fate("no_rule", "no rule reads this type of event", "该类事件不参与计分"),
    Fate("void", "void by a decision, so that it counts nowhere", "经决定认定无效，不参与计分"),
    Fate("after_as_of", "after the as-of day", "在统计截止日之后"),
)
FATES: dict[str, Fate] = {fate.code: fate for fate in _FATES}
"""Every fate by its code, in order of precedence."""
EARNING = ("decided_credit", "counted_to_credit")
"""Fates of the records that stand behind points."""
DECIDING = ("decided_credit", "decided_over_cap")
"""Fates of the records that the ledger names as `event_id`."""
