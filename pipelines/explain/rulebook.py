"""The dated rule table in words. Every number comes from the row in force, none from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from dashboards.catalogue import named, texts
from pipelines.explain.words import counted

_CONDITIONS = {
    "login": "a day with a login, at its first; from day {streak_day} of a streak on, {streak_points} each",
    "profile_complete": "a calendar year in which {threshold} parts of the profile are held at once: avatar; "
    "e-mail, phone or WeChat; school or class; subject",
    "resource_share": "a resource first made public by the teacher",
    "photo_record": "a post with at least {photos}",
    "teaching_article": "an article first published",
    "result_spread": "an article shared, once per article and day",
    "interactive_lesson": "a session with a part of {threshold} minutes or more, dated when they are over",
    "assignment_reach": "an assignment that {threshold} distinct students have read or completed, from its "
    "creation to {window_hours} h after it",
    "assignment_review": "an assignment on which the work of {threshold} distinct students is reviewed",
    "material_search": "a week with {threshold} distinct materials collected or downloaded",
    "courseware": "an original courseware uploaded with success",
    "class_formation": "a class with {threshold} members at one time, once ever per class",
    "class_notice": "a notice on which {threshold} distinct accounts have taken part, from its posting on",
    "class_activity": "an activity and week: {threshold} distinct students take part in the week, or the "
    "{works_threshold}-th distinct work its creator has reviewed or shared falls in it",
    "habit_checkin": "a habit and day with a check-in by a student or an act of its creator",
    "research_activity": "taking part in a topic of a studio or course community, once per topic and day",
    "campus_office": "a document submitted or approved, the first time for each",
}


@dataclass(frozen=True)
class Version:
    """A row of the rule table."""

    rule_code: str
    rule_no: int
    category_name: str
    rule_name: str
    valid_from: date
    valid_to: date
    points: int
    cap: int
    cap_period: str
    threshold: int | None
    works_threshold: int | None
    window_hours: int | None
    streak_day: int | None
    streak_points: int | None

    def text(self) -> str:
        """The rule in one line, with the numbers of this version."""
        numbers = vars(self) | {"photos": counted(self.threshold or 0, "photo")}
        condition = _CONDITIONS.get(self.rule_code, "").format(**numbers)
        each = f"{counted(self.points, 'point')} each, at most {self.cap} a {self.cap_period}"
        return f"{each}: {condition}" if condition else each

    def chinese(self) -> str:
        """The same in the words of the cockpit's pages."""
        words = texts()["zh"]
        numbers = {name: value or 0 for name, value in vars(self).items()}
        condition = words.get(f"rule.{self.rule_code}", words["rule.other"]).format(
            **numbers,
            days=f"{(self.window_hours or 0) / 24:g}",
            works=self.works_threshold or 0,
            streak_before=(self.streak_day or 1) - 1,
        )
        return f"每次 {self.points} 分，{named('cap_period', self.cap_period)}至多 {self.cap} 次：{condition}"


class Rulebook:
    """All versions of all rules."""

    def __init__(self, versions: Sequence[Version]):
        self.versions = sorted(versions, key=lambda v: (v.rule_no, v.valid_from))

    @classmethod
    def load(cls, con: duckdb.DuckDBPyConnection) -> "Rulebook":
        """Read the seeds from a warehouse."""
        columns = ", ".join(Version.__dataclass_fields__)
        rows = con.execute(
            f"select {columns} from rulebook.rules join rulebook.categories using (category)"
        ).fetchall()
        return cls([Version(*row) for row in rows])

    def codes(self) -> list[str]:
        """Rule codes in the rules' order."""
        return list(dict.fromkeys(v.rule_code for v in self.versions))

    def of(self, rule_code: str) -> list[Version]:
        """The versions of one rule, oldest first."""
        return [v for v in self.versions if v.rule_code == rule_code]

    def in_force(self, rule_code: str, day: date) -> Version | None:
        """The version in force on a day, or None."""
        return next((v for v in self.of(rule_code) if v.valid_from <= day <= v.valid_to), None)

    def texts(self, rule_code: str, as_of: date) -> list[str]:
        """The rule's versions in words up to a day, each with its dates where there is more than one."""
        versions = self.of(rule_code)
        if len(versions) == 1:
            return [versions[0].text()]
        return [f"{v.valid_from} to {v.valid_to}: {v.text()}" for v in versions if v.valid_from <= as_of]

    def chinese_texts(self, rule_code: str, as_of: date) -> list[str]:
        """The same in Chinese."""
        versions = self.of(rule_code)
        if len(versions) == 1:
            return [versions[0].chinese()]
        return [f"{v.valid_from} 至 {v.valid_to}：{v.chinese()}" for v in versions if v.valid_from <= as_of]
