"""Who can get an award: listed teachers and schools of the frozen rosters, and why some cannot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipelines.award.campaign import Award
from pipelines.award.frozen import Frozen

NOT_VERIFIED, NO_STAGE, NO_TEACHER, NO_QUOTA = "not_verified", "stage", "no_listed_teacher", "no_quota"
REASONS = {
    NOT_VERIFIED: "未实名认证",
    NO_STAGE: "学段不在评选范围",
    NO_TEACHER: "无在册教师",
    NO_QUOTA: "所在区、学段未设名额",
}
"""Why somebody is not eligible, in words."""
_TEACHERS = """
    select
        teachers.teacher_id, teachers.teacher_name, schools.entity_id, schools.entity_name,
        schools.district_id, districts.entity_name, coalesce(schools.branch, ''), schools.stage,
        teachers.is_verified, index.points, 1
    from teachers
    inner join entities as schools on schools.level = 'school' and schools.entity_id = teachers.school_id
    inner join entities as districts
        on districts.level = 'district' and districts.entity_id = schools.district_id
    inner join teacher_index as index on index.teacher_id = teachers.teacher_id
    order by encode(teachers.teacher_id)
    """
_SCHOOLS = """
    select
        schools.entity_id, schools.entity_name, schools.entity_id, schools.entity_name,
        schools.district_id, districts.entity_name, coalesce(schools.branch, ''), schools.stage,
        true, index.points, index.teachers
    from entities as schools
    inner join entities as districts
        on districts.level = 'district' and districts.entity_id = schools.district_id
    inner join school_index as index on index.school_id = schools.entity_id
    where schools.level = 'school'
    order by encode(schools.entity_id)
    """


@dataclass(frozen=True)
class Candidate:
    """A listed teacher, or a school, with what an award asks about; `index` is exact, None of no teachers."""

    entity_id: str
    name: str
    school_id: str
    school_name: str
    district_id: str
    district_name: str
    branch: str
    stage: str
    is_verified: bool
    index: Fraction | None

    def group(self, award: Award) -> str | None:
        """The quota group that counts, None where there is none."""
        quota = award.quota(self.district_id, self.stage)
        return quota.group_id if quota else None

    def hindrance(self, award: Award) -> str:
        """Why this one cannot get the award, a key of REASONS; empty where nothing stands against it."""
        if self.stage not in award.stages:
            return NO_STAGE
        if award.needs_verified and not self.is_verified:
            return NOT_VERIFIED
        if self.index is None:
            return NO_TEACHER
        return "" if self.group(award) else NO_QUOTA


def candidates(bundle: Frozen, level: str) -> dict[str, Candidate]:
    """All listed teachers or all schools of the city, by id and in its order as bytes."""
    if level == "teacher":
        rows = bundle.rows(_TEACHERS, "teachers", "entities", "teacher_index")
    else:
        rows = bundle.rows(_SCHOOLS, "entities", "school_index")
    return {c.entity_id: c for c in _read(rows)}


def of_district(found: Mapping[str, Candidate], district_id: str | None) -> dict[str, Candidate]:
    """Those of a district; all of them for None."""
    return {id_: c for id_, c in found.items() if district_id in (None, c.district_id)}


def _read(rows: Iterable[tuple]) -> Iterable[Candidate]:
    for *texts, is_verified, points, teachers in rows:
        yield Candidate(*texts, is_verified, Fraction(points, teachers) if teachers else None)
