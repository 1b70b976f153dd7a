"""Rule tables that change in the middle of a hostile city's weeks, and named windows around them."""

import random
from datetime import date, timedelta

from .hostile_city import first_day_of
from .rulebook import read_seed

CHANGES = {
    "points": lambda rng: rng.choice((0, 1, 3, 7)),
    "cap": lambda rng: rng.choice((1, 2, 3, 8)),
    "cap_period": lambda rng: rng.choice(("day", "week", "year")),
    "works_threshold": lambda rng: rng.choice((4, 5, 6)),
    "window_hours": lambda rng: rng.choice((24, 48, 719, 720)),
    "streak_day": lambda rng: rng.choice((2, 5, 8)),
    "streak_points": lambda rng: rng.choice((2, 4)),
}
THRESHOLDS = {  # around the seed's own, so that both sides are met in the data
    "profile_complete": (2, 3, 4),
    "photo_record": (0, 1, 2),
    "interactive_lesson": (3, 14, 15, 16),
    "assignment_reach": (1, 9, 10, 11),
    "assignment_review": (1, 9, 10, 11),
    "material_search": (1, 4, 5, 6),
    "class_formation": (1, 24, 25, 26),
    "class_notice": (1, 9, 10, 11),
    "class_activity": (1, 14, 15, 16),
}


def random_rules(seed: int) -> list[dict[str, str]]:
    """The seed's rules with up to three versions each, cut inside the weeks of `write_city(seed)`.

    Now and then there is a gap without a version. Rows are text, like those of the seed.
    """
    rng = random.Random(f"rules {seed}")
    rows = []
    for rule in read_seed("rules"):
        if rng.random() < 0.25:
            rows.append(rule)
            continue
        starts = cut_days(rng, first_day_of(seed), rng.choice((1, 2)))
        versions = [dict(rule, valid_from=str(day)) for day in ("0001-01-01", *starts)]
        for version, after in zip(versions, starts, strict=False):
            gap = rng.choice((0, 0, 0, 4))
            version["valid_to"] = str(after - timedelta(days=1 + gap))
        for version in versions[1:]:
            change(rng, version)
        rows += [version for version in versions if version["valid_from"] <= version["valid_to"]]
    return rows


def cut_days(rng: random.Random, first: date, count: int) -> list[date]:
    """Different days of the city's first weeks, in order."""
    return sorted(first + timedelta(days=n) for n in rng.sample(range(1, 26), count))


def change(rng: random.Random, version: dict[str, str]) -> None:
    """Change one to three of a version's numbers, never giving a rule a number it does not have."""
    names = [name for name in CHANGES if version[name]]
    for name in rng.sample(names, rng.randint(1, 3)):
        version[name] = str(CHANGES[name](rng))
    if version["rule_code"] in THRESHOLDS and rng.random() < 0.6:
        version["threshold"] = str(rng.choice(THRESHOLDS[version["rule_code"]]))


def random_periods(seed: int) -> list[dict[str, str]]:
    """Named windows: one inside the city's weeks, one of a single day, one across its end, one to come."""
    rng = random.Random(f"periods {seed}")
    first = first_day_of(seed)
    spans = {
        "inside": (rng.randint(0, 9), rng.randint(10, 20)),
        "one-day": (12, 12),
        "across": (rng.randint(5, 25), rng.randint(60, 400)),
        "to-come": (900, 950),
    }
    return [
        {
            "period_id": period_id,
            "period_name": period_id,
            "starts_on": str(first + timedelta(days=start)),
            "ends_on": str(first + timedelta(days=end)),
            "source": "hostile",
        }
        for period_id, (start, end) in spans.items()
    ]
