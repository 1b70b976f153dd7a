"""`python -m pipelines.synth.campaign`: a made-up campaign's hands: nominations, experts, filled sheets.

nominations BUNDLE OUT --district ID    OUT/nominations.csv, and faulty.csv with a fault in every row
experts BUNDLE OUT --district ID        OUT/experts.csv: five, one of them of a nominee's school
fill SHEETS OUT                         OUT/good/ and OUT/faulty/: the sheets of AWARD/sheets, filled in

Scores are drawn from the candidate's id and the expert's, so the same sheets are filled the same way.
"""

import argparse
import csv
import random
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook

from pipelines.award.campaign import Campaign
from pipelines.award.candidates import Candidate, candidates, of_district
from pipelines.award.experts import COLUMNS as EXPERT_COLUMNS
from pipelines.award.frozen import Frozen, open_bundle
from pipelines.award.nominations import COLUMNS, nominators
from pipelines.award.sheets import COMMENT, ENTITY, HEADER_ROW, HEADERS, SCORE

_EXPERTS = (("E1", "曾国安"), ("E2", "欧阳娜"), ("E3", "㑇文"), ("E4", "田维"), ("E5", "闵䶮"))
_TEACHERS, _SCHOOLS = 12, 6
_POINTS = 5  # the place of 满分 in HEADERS
_COMMENTS = ("", "", "内容扎实", "更新可再均匀些", "互动较多")


def _nominees(campaign: Campaign, known: dict[str, Candidate], count: int) -> list[Candidate]:
    """The best by index, and the last who is not eligible for some reason, if there is one."""
    award = {a.level: a for a in campaign.by_experts}
    level = "school" if all(c.entity_id == c.school_id for c in known.values()) else "teacher"
    fit = [c for c in known.values() if not c.hindrance(award[level])]
    unfit = [c for c in known.values() if c.hindrance(award[level])]
    best = sorted(fit, key=lambda c: (-(c.index or 0), c.entity_id))[: count - len(unfit[:1])]
    return best + unfit[:1]


def nominations(bundle: Frozen, district_id: str, out: Path) -> None:
    """Write who is nominated, and a file nobody can take in."""
    campaign = bundle.campaign
    first = campaign.calendar["nomination"].starts_on
    rows = []
    for award in campaign.by_experts:
        known = of_district(candidates(bundle, award.level), district_id)
        count = _TEACHERS if award.level == "teacher" else _SCHOOLS
        for number, nominee in enumerate(_nominees(campaign, known, count)):
            on = first + timedelta(days=number % 10)
            rows.append((award.award, nominee.entity_id, nominators(nominee)[0], on, "材料齐全"))
    _write(out / "nominations.csv", COLUMNS, rows)
    award, entity, by, on, _ = rows[0]
    faulty = [
        (award, entity, by, on, ""),
        (award, entity, by, on, "重复推荐"),
        ("best_space", entity, by, on, "奖项不存在"),
        (award, "nobody", by, on, "不在册"),
        (award, rows[1][1], "外区教育总支", on, "无权推荐"),
        (award, rows[2][1], rows[2][2], first - timedelta(days=1), "早于报名期"),
    ]
    _write(out / "faulty.csv", COLUMNS, faulty)


def experts(bundle: Frozen, district_id: str, out: Path) -> None:
    """Write five experts; the first works at the school of the best teacher nominated."""
    best = _nominees(bundle.campaign, of_district(candidates(bundle, "teacher"), district_id), 1)[0]
    rows = [(id_, name, best.school_id if id_ == "E1" else "") for id_, name in _EXPERTS]
    _write(out / "experts.csv", EXPERT_COLUMNS, rows)


def fill(sheets: Path, out: Path) -> None:
    """Fill in every sheet that was given out; of the first expert's also a copy full of faults."""
    for folder in sorted(p for p in sheets.iterdir() if p.is_dir()):
        for path in sorted(folder.glob("*.xlsx")):
            for kind in ("faulty", "good") if folder.name == "E1" else ("good",):
                target = out / kind / f"{folder.name}-{path.name}"
                target.parent.mkdir(parents=True, exist_ok=True)
                _fill_workbook(path, folder.name, target, kind == "faulty")
            if folder.name == "E2":  # one expert sends text files
                source = path.with_suffix(".csv")
                (out / "good" / f"{folder.name}-{path.name}").unlink()
                _fill_csv(source, folder.name, out / "good" / f"{folder.name}-{source.name}")


def _score(expert: str, entity: str, most: int, at: int) -> float:
    """A candidate's quality is their own, an expert's severity theirs."""
    quality = random.Random(entity).uniform(0.6, 0.95)
    drawn = random.Random(f"{expert}|{entity}|{at}").gauss(quality, 0.06)
    return round(min(1.0, max(0.2, drawn)) * most * 2) / 2


def _fill_workbook(path: Path, expert: str, target: Path, is_faulty: bool) -> None:
    book = load_workbook(path)
    page = book.worksheets[0]
    wrong: Iterable[object] = iter((None, 101, "优", -1, 7.25) if is_faulty else ())
    for row in range(HEADER_ROW + 2, page.max_row + 1):
        entity = str(page.cell(row, ENTITY + 1).value)
        most = int(page.cell(row, _POINTS + 1).value)
        value = next(iter(wrong), _score(expert, entity, most, row)) if is_faulty else None
        page.cell(row, SCORE + 1).value = value if is_faulty else _score(expert, entity, most, row)
        page.cell(row, COMMENT + 1).value = _COMMENTS[row % len(_COMMENTS)] or None
    book.save(target)


def _fill_csv(path: Path, expert: str, target: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for at, row in enumerate(rows, HEADER_ROW + 2):
        row[SCORE] = f"{_score(expert, row[ENTITY], int(row[_POINTS]), at):g}"
        row[COMMENT] = _COMMENTS[at % len(_COMMENTS)]
    assert tuple(header) == HEADERS
    with target.open("w", encoding="gb18030", newline="") as file:  # as Chinese spreadsheets save a CSV
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main() -> int:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.synth.campaign", description=__doc__)
    parser.add_argument("what", choices=("nominations", "experts", "fill"))
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--district")
    told = parser.parse_args()
    if told.what == "fill":
        fill(told.source, told.out)
    else:
        {"nominations": nominations, "experts": experts}[told.what](
            open_bundle(told.source, None), told.district, told.out
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
