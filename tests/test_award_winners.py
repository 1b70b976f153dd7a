"""Winners of made-up campaigns equal a recount by plain loops over what went into the bundle."""

import csv
import random
from fractions import Fraction
from pathlib import Path

import pytest
from award_city import School, Teacher, table, write_bundle

from pipelines.award.candidates import candidates
from pipelines.award.frozen import open_bundle
from pipelines.award.nominations import Nomination
from pipelines.award.scores import Combined
from pipelines.award.shortlist import shortlist
from pipelines.project import CAMPAIGN_TABLES

STAGES = ("primary", "junior", "senior", "vocational", "nine_year")
AWARDS = ("teacher_space", "school_space", "school_index", "teacher_index")
Won = set[tuple[str, str]]


class Made:
    """A random campaign: schools, teachers, quotas, a tie rule per award, nominees, scores, who withdrew."""

    def __init__(self, seed: int) -> None:
        rng = self.rng = random.Random(seed)
        self.schools = [
            School(f"s{n}", rng.choice(("d1", "d2")), rng.choice(STAGES)) for n in range(rng.randrange(3, 12))
        ]
        self.teachers = [
            Teacher(f"t{n}", rng.choice(self.schools).id, rng.randrange(0, 6), rng.random() < 0.8)
            for n in range(rng.randrange(10, 60))
        ]
        self.quotas = [row for award in AWARDS for row in self.quotas_of(award)]
        self.ties = {award: rng.choice(("include", "exclude")) for award in AWARDS}
        ids = {"teacher": [t.id for t in self.teachers], "school": [s.id for s in self.schools]}
        everybody = [(award, id_) for award in AWARDS for id_ in ids[award.split("_")[0]]]
        self.nominees = {k for k in everybody if k[0].endswith("space") and rng.random() < 0.5}
        self.scores = {k: Fraction(rng.randrange(0, 12), 3) for k in self.nominees}
        self.withdrawn = {k: "放弃" for k in everybody if rng.random() < 0.1}

    def quotas_of(self, award: str) -> list[dict[str, str]]:
        """Groups of stages for all districts, sometimes others for d2; some stages are in none."""
        found = []
        for district in ("*", "d2")[: self.rng.randrange(1, 3)]:
            stages = self.rng.sample(STAGES, len(STAGES))
            for group in ("a", "b"):
                mine, stages = stages[:2], stages[2:]
                places = str(self.rng.randrange(0, 4)) if self.rng.random() < 0.6 else ""
                percent = "" if places else str(self.rng.choice((5, 12.5, 40)))
                found.append({
                    "campaign_id": "2022", "award": award, "district_id": district, "group_id": group,
                    "group_name": group, "stages": "|".join(mine), "places": places, "percent": percent,
                    "source": "试",
                })  # fmt: skip
        return found

    def tables(self) -> dict[str, str]:
        """The campaign tables."""
        with (CAMPAIGN_TABLES / "awards.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        awards = [",".join((row | {"tie_rule": self.ties[row["award"]]}).values()) for row in rows]
        return {
            "awards": table("awards", *awards),
            "quotas": table("quotas", *(",".join(row.values()) for row in self.quotas)),
        }

    def recount(self) -> Won:
        """(award, id) of every winner."""
        by_id = {s.id: s for s in self.schools}
        won: Won = set()
        for award in AWARDS:
            groups: dict[tuple[str, str], dict[str, Fraction]] = {}
            eligible: dict[tuple[str, str], int] = {}
            rows: dict[tuple[str, str], dict[str, str]] = {}
            is_teacher = award.startswith("teacher")
            for one in self.teachers if is_teacher else self.schools:
                school = by_id[one.school] if is_teacher else one
                mine = [t.points for t in self.teachers if t.school == school.id]
                own = [q for q in self.quotas if q["award"] == award and q["district_id"] == school.district]
                for_all = [q for q in self.quotas if q["award"] == award and q["district_id"] == "*"]
                quota = next((q for q in own or for_all if school.stage in q["stages"].split("|")), None)
                if school.stage == "vocational" or quota is None or not mine:
                    continue
                if is_teacher and not one.is_verified:
                    continue
                if award.endswith("space") and (award, one.id) not in self.nominees:
                    continue
                key = (school.district, quota["group_id"])
                rows[key] = quota
                eligible[key] = eligible.get(key, 0) + 1
                index = Fraction(one.points) if is_teacher else Fraction(sum(mine), len(mine))
                if (award, one.id) not in self.withdrawn:
                    value = self.scores[award, one.id] if award.endswith("space") else index
                    groups.setdefault(key, {})[one.id] = value
            for key, values in groups.items():
                quota = rows[key]
                share = Fraction(quota["percent"] or 0) * eligible[key] / 100
                places = (
                    int(quota["places"]) if quota["places"] else max(1, share.numerator // share.denominator)
                )
                for id_, value in values.items():
                    better = sum(v > value for v in values.values())
                    as_good = sum(v >= value for v in values.values())
                    wins = better < places if self.ties[award] == "include" else as_good <= places
                    if wins and value > 0:
                        won.add((award, id_))
        return won


@pytest.mark.parametrize("seed", range(12))
def test_winners_equal_a_recount(tmp_path: Path, seed: int) -> None:
    """Over quotas by number and per cent, own rows of a district, ties, the ineligible and the withdrawn."""
    made = Made(seed)
    write_bundle(tmp_path / "bundle", made.schools, made.teachers, tables=made.tables())
    bundle = open_bundle(tmp_path / "bundle", None)
    campaign = bundle.campaign
    known = {level: candidates(bundle, level) for level in ("teacher", "school")}
    day = campaign.calendar["nomination"].starts_on
    nominated = [Nomination(award, id_, "x", day, "") for award, id_ in sorted(made.nominees)]
    scores = {key: Combined({}, (), mean, False) for key, mean in made.scores.items()}
    found = shortlist(campaign, known, nominated, scores, made.withdrawn)
    assert {(x.award.award, x.candidate.entity_id) for x in found if x.is_winner} == made.recount()
