"""The people of the city: districts, schools, teachers, classes; all made once, from the seed alone."""

from dataclasses import dataclass

import numpy as np

from .names import STAGE_WEIGHTS, STAGES, SUBJECT_WEIGHTS, SUBJECTS, person_names, school_name
from .rng import generator
from .schoolcal import reference_rows

# Groups of doings a teacher can be keen on; each teacher has a weight per group.
GROUPS = ("space", "teach", "interact", "research", "office", "visit")
SEAT_LIMIT = 58  # below the smallest of PRIMES, see tasks.py
SEATS = 100  # numbers reserved per class in a student's id
NEVER = 1 << 30


@dataclass
class Schools:
    """Columns of the schools, shape (schools,)."""

    number: np.ndarray  # ten digits: district code, then a running number
    name: list[str]
    district: np.ndarray  # index into districts
    branch: list[str]
    stage: np.ndarray  # index into STAGES


@dataclass
class Teachers:
    """Columns of the teachers; the first `listed` of them appear on rosters, the others on none."""

    listed: int
    name: np.ndarray
    school: np.ndarray  # at the start
    moved_to: np.ndarray  # the school from `move_day` on
    move_day: np.ndarray
    subject: np.ndarray  # index into SUBJECTS
    hire_day: np.ndarray  # days since the city's first day; <= 0: there from the start
    retire_day: np.ndarray
    off_from: np.ndarray
    off_to: np.ndarray
    verify_day: np.ndarray
    cumulative: np.ndarray  # (groups, teachers): cumulative weights, ending at 1
    login_chance: np.ndarray  # on a school day
    classes: np.ndarray  # (teachers, 3): classes taught
    profile_day: np.ndarray  # (2, teachers): days of profile updates, NEVER for none
    profile_pattern: np.ndarray  # (2, teachers)

    def __len__(self) -> int:
        return len(self.school)

    def pick(self, rng: np.random.Generator, group: str, count: int, day: int) -> np.ndarray:
        """Up to `count` teachers, drawn by their weight in the group, without those not at work that day."""
        cumulative = self.cumulative[GROUPS.index(group)]
        who = np.searchsorted(cumulative, rng.random(count), side="right").clip(max=len(cumulative) - 1)
        return who[self.at_work(day)[who]]

    def at_work(self, day: int) -> np.ndarray:
        """Whether each teacher uses the platform that day, shape (teachers,)."""
        away = (self.off_from <= day) & (day < self.off_to)
        return (self.hire_day <= day) & (day < self.retire_day + 5) & ~away


@dataclass
class Classes:
    """Columns of the classes (行政班), shape (classes,)."""

    school: np.ndarray
    size: np.ndarray
    creator: np.ndarray  # teacher
    create_day: np.ndarray  # NEVER: formed before the city's first day
    create_second: np.ndarray
    has_creation: np.ndarray  # false: the creation event is in no drop
    joiners: np.ndarray
    slow: np.ndarray
    leavers: np.ndarray


def school_count(teachers: int) -> int:
    """About 120 schools for 3,000 teachers and 1,100 for 100,000, and never more than teachers."""
    return min(teachers, max(16, round(120 * (teachers / 3000) ** 0.632)))


def make_schools(seed: int, teachers: int) -> Schools:
    """The schools, each district's in a row; every district has one if there are sixteen."""
    rng = generator(seed, "schools")
    districts = reference_rows("districts.csv")
    streets = reference_rows("streets.csv")
    count = school_count(teachers)
    share = np.array([float(row["teacher_share"]) for row in districts])
    extra = np.maximum(count - len(districts), 0)
    per_district = np.bincount(
        np.concatenate(
            [
                np.arange(min(count, len(districts))),
                rng.choice(len(districts), extra, p=share / share.sum()),
            ]
        ),
        minlength=len(districts),
    )
    district = np.repeat(np.arange(len(districts)), per_district)
    stage = rng.choice(len(STAGES), count, p=STAGE_WEIGHTS)
    if count >= len(STAGES):
        stage[rng.permutation(count)[: len(STAGES)]] = np.arange(len(STAGES))
    names, branches, taken = [], [], set()
    for index in range(count):
        row = districts[district[index]]
        local = [s for s in streets if s["district_id"] == row["district_id"]]
        street = local[int(rng.integers(len(local)))]
        kind = STAGES[stage[index]]
        names.append(school_name(row["name"], street["street"], kind, int(rng.integers(4)), taken))
        in_branch = street["has_branch"] == "true" and kind in ("primary", "junior", "nine_year")
        branches.append(f"{street['street']}街教育总支" if in_branch else "")
    within = np.arange(count) - (np.cumsum(per_district) - per_district)[district]
    codes = np.array([int(row["district_id"]) for row in districts])
    return Schools(codes[district] * 10_000 + within + 1, names, district, branches, stage)


def make_classes(seed: int, schools: Schools, school_of: np.ndarray, days: int, formed: float) -> Classes:
    """The classes: ten students to a teacher, 45 to a class; the share `formed` of them starts here."""
    rng = generator(seed, "classes")
    staff = np.bincount(school_of, minlength=len(schools.number))
    per_school = np.maximum(1, np.round(staff * 10 / 45).astype(int))
    school = np.repeat(np.arange(len(per_school)), per_school)
    count = len(school)
    size = rng.normal(45, 4, count).round().astype(int).clip(28, SEAT_LIMIT - 2)
    special = schools.stage[school] == STAGES.index("special")
    size[special] = rng.integers(7, 16, special.sum())
    first_of = np.searchsorted(school_of, np.arange(len(per_school)))
    creator = first_of[school] + (rng.random(count) * np.maximum(staff[school], 1)).astype(int)
    creator = creator.clip(max=len(school_of) - 1)
    early = rng.random(count) < 0.7
    create_day = np.where(
        early, rng.integers(0, max(1, min(14, days)), count), rng.integers(0, max(1, days - 5), count)
    )
    create_day[rng.random(count) >= formed] = NEVER
    share = np.where(rng.random(count) < 0.08, rng.uniform(0.2, 0.55, count), rng.uniform(0.8, 1.0, count))
    return Classes(
        school,
        size,
        creator,
        create_day,
        rng.integers(8 * 3600, 17 * 3600, count),
        rng.random(count) >= 0.03,
        np.ceil(size * share).astype(int),
        rng.random(count) < 0.3,
        np.where(rng.random(count) < 0.3, rng.integers(1, 4, count), 0),
    )


def make_school_of(seed: int, schools: Schools, teachers: int, unlisted: int) -> np.ndarray:
    """Each teacher's school, ascending for the `teachers` listed ones; the last of many schools has none."""
    rng = generator(seed, "staff")
    weights = rng.lognormal(0, 0.45, len(schools.number))
    if len(weights) >= 40:
        weights[-1] = 0.0  # a school that has just opened: no teacher, hence no index
    drawn = rng.choice(len(weights), max(0, teachers - len(weights)), p=weights / weights.sum())
    everyone = np.flatnonzero(weights > 0)
    listed = np.sort(np.concatenate([everyone, drawn, everyone])[:teachers])
    return np.concatenate([listed, rng.integers(0, len(weights), unlisted)])


def make_teachers(
    seed: int, schools: Schools, school_of: np.ndarray, listed: int, classes: Classes, days: int
) -> Teachers:
    """The teachers: activity is log-normal, with idle ones; some move, retire, join or are off post."""
    rng = generator(seed, "teachers")
    count = len(school_of)
    keen = rng.lognormal(0, 1.0, count)
    keen[rng.random(count) < 0.07] = 0.0  # idle: they never do a thing
    if not keen.any():
        keen[0] = 1.0
    groups = keen * rng.lognormal(0, 0.8, (len(GROUPS), count))
    cumulative = np.cumsum(groups, axis=1)
    cumulative /= cumulative[:, -1:]

    def someday(share: float) -> np.ndarray:
        return np.where(rng.random(count) < share, rng.integers(1, max(2, days), count), NEVER)

    hire_day = np.where(rng.random(count) < 0.02, rng.integers(1, max(2, days), count), 0)
    retire_day = np.where(rng.random(count) < 0.015, -10, someday(0.007))
    off_from = np.where(rng.random(count) < 0.01, -10, someday(0.01))
    class_first = np.searchsorted(classes.school, np.arange(len(schools.number)))
    class_count = np.bincount(classes.school, minlength=len(schools.number))
    taught = class_first[school_of] + (rng.random((3, count)) * class_count[school_of]).astype(int)
    profile_day = np.where(
        rng.random((2, count)) < [[0.85], [0.5]],
        np.minimum(rng.geometric(0.08, (2, count)), rng.integers(1, max(2, days), (2, count))) - 1,
        NEVER,
    )
    profile_day[:, keen == 0] = NEVER
    return Teachers(
        listed,
        person_names(rng, count),
        school_of,
        neighbours(rng, schools, school_of),
        someday(0.02),
        rng.choice(len(SUBJECTS), count, p=SUBJECT_WEIGHTS / SUBJECT_WEIGHTS.sum()),
        hire_day,
        retire_day,
        off_from,
        np.where(off_from == NEVER, NEVER, off_from + rng.integers(20, 120, count)),
        np.where(rng.random(count) < 0.93, -1, someday(0.5)),
        cumulative,
        np.where(keen > 0, 1 - np.exp(-0.75 * keen), 0.0),
        taught.T,
        profile_day,
        np.stack([rng.choice(5, count, p=[0.4, 0.25, 0.2, 0.1, 0.05]), rng.integers(0, 7, count)]),
    )


def neighbours(rng: np.random.Generator, schools: Schools, school_of: np.ndarray) -> np.ndarray:
    """For each teacher another school to move to, mostly in the same district."""
    first = np.searchsorted(schools.district, schools.district[school_of])
    last = np.searchsorted(schools.district, schools.district[school_of], side="right")
    near = first + (rng.random(len(school_of)) * (last - first)).astype(int)
    far = rng.integers(0, len(schools.number), len(school_of))
    return np.where(rng.random(len(school_of)) < 0.9, near, far)
