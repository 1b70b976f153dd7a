"""Who is on the shortlists equals a recount: by index, by experts, over ties, quotas and withdrawals."""

import random
from fractions import Fraction
from pathlib import Path

import pytest
from award_city import School, Teacher, write_bundle
from award_hands import DAY, award, candidates, experts, fill_all, nominations

from pipelines.award.journal import Journal
from pipelines.award.places import BELOW, TIED_OUT, WINNER, fill
from pipelines.award.results import rounded


@pytest.mark.parametrize("seed", range(20))
def test_places_equal_a_recount(seed: int) -> None:
    """One wins where fewer than the places are better; ties all win, or all lose where they are too many."""
    rng = random.Random(seed)
    values = {f"c{n}": Fraction(rng.randrange(0, 6), rng.choice((1, 3))) for n in range(rng.randrange(0, 9))}
    places, ties_win = rng.randrange(0, 5), rng.random() < 0.5
    found = fill(places, values, ties_win).by_id
    for id_, value in values.items():
        better = sum(v > value for v in values.values())
        as_good = sum(v >= value for v in values.values())
        wins = value > 0 and (better < places if ties_win else as_good <= places)
        assert (found[id_].status == WINNER) == wins
        assert found[id_].rank == better + 1
        assert (found[id_].status == TIED_OUT) == (not ties_win and value > 0 and better < places < as_good)
        assert found[id_].is_tied == (value > 0 and better < places < as_good)
    assert all(p.status in (WINNER, TIED_OUT, BELOW) for p in found.values())


def test_shortlists_by_index_follow_quota_ties_and_eligibility(given_out: Path) -> None:
    """By index: groups of stages, ties at the line in, the unverified, vocational and other districts out."""
    assert award("score", given_out, *fill_all(given_out), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    found = candidates(given_out)
    of = {id_: row for (name, id_), row in found.items() if name == "深度应用优秀个人"}
    assert {id_ for id_, row in of.items() if row["结果"] == "入围"} == {"t-p1-0", "t-p1-1", "t-s1-0"}
    assert of["t-p1-0"]["名额"] == "1"
    assert of["t-p1-0"]["线上并列"] == "是"
    assert (of["t-p2-0"]["结果"], of["t-p2-0"]["说明"]) == ("不符合条件", "未实名认证")
    assert (of["t-v1-0"]["结果"], of["t-v1-0"]["说明"]) == ("不符合条件", "学段不在评选范围")
    assert "t-x1-0" not in of
    assert of["t-p2-1"]["与入围线之差"] == "-1.00"
    schools = {id_: row for (name, id_), row in found.items() if name == "深度应用优秀学校"}
    assert {id_ for id_, row in schools.items() if row["结果"] == "入围"} == {"p2", "p3", "j1", "s1"}
    assert schools["p2"]["指数或评审均分"] == "7.75"
    assert schools["e1"]["说明"] == "无在册教师"


def test_experts_scores_equal_a_recount(given_out: Path) -> None:
    """By experts: own school not scored, extremes dropped, the exact mean, totals far apart flagged."""
    rng = random.Random(3)
    names = {"布局设计": 10, "综合应用": 50, "应用效果": 20, "特色创新": 20}
    scores = {
        e: {
            (t, n): rng.randrange(0, 2 * most + 1) / 2
            for t in ("t-p1-0", "t-p1-1", "t-s1-0")
            for n, most in names.items()
        }
        for e in ("E1", "E2", "E3", "E4")
    }
    assert award("score", given_out, *fill_all(given_out, scores), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    found = candidates(given_out)
    for teacher in ("t-p1-0", "t-p1-1", "t-s1-0"):
        judges = ("E2", "E3", "E4") if teacher != "t-s1-0" else ("E1", "E2", "E3", "E4")
        totals = sorted(sum(Fraction(scores[e][teacher, n]) for n in names) for e in judges)
        kept = totals[1:-1]
        row = found["优秀教师空间", teacher]
        assert row["指数或评审均分"] == f"{rounded(sum(kept) / len(kept)):.2f}"
        assert row["评分专家数"] == str(len(judges))
        assert (row["分差过大"] == "是") == (totals[-1] - totals[0] > 20)
    assert found["优秀教师空间", "t-p2-0"]["说明"] == "未实名认证"


def test_a_withdrawn_candidate_leaves_the_place_to_the_next(given_out: Path) -> None:
    """Who withdraws is named so, the next in line wins, and the decision has to be taken again."""
    assert award("score", given_out, *fill_all(given_out), "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    before = candidates(given_out)
    for teacher in ("t-p1-0", "t-p1-1"):
        words = ("--of", "teacher_index", "--id", teacher, "--reason", "本人放弃", "--on", "2022-06-02")
        assert award("withdraw", given_out, *words) == 0
    assert Journal.read(given_out).last("decide") is None
    assert list((given_out / "superseded").glob("*-results"))
    assert award("decide", given_out, "--on", "2022-06-02") == 0
    after = candidates(given_out)
    assert before["深度应用优秀个人", "t-p2-1"]["结果"] == "未入围"
    assert after["深度应用优秀个人", "t-p2-1"]["结果"] == "入围"
    gone = after["深度应用优秀个人", "t-p1-0"]
    assert (gone["结果"], gone["说明"]) == ("已退出", "本人放弃")


def test_a_withdrawal_takes_no_place_of_a_percentage(tmp_path: Path) -> None:
    """5% of 40 eligible are 2 places, and stay 2 when one of the 40 withdraws."""
    schools = [School("p1"), School("s1", stage="senior", branch=None)]
    write_bundle(tmp_path / "bundle", schools, [Teacher(f"t{n:02}", "p1", 100 - n) for n in range(40)])
    root = tmp_path / "A"
    assert award("open", root, "--bundle", tmp_path / "bundle", "--on", DAY) == 0
    assert (
        award("nominate", root, nominations(tmp_path, "teacher_space,t00,一街总支,2022-05-21,"), "--on", DAY)
        == 0
    )
    assert award("sheets", root, experts(tmp_path, "E1,甲,", "E2,乙,", "E3,丙,"), "--on", DAY) == 0
    assert award("score", root, *fill_all(root), "--on", DAY) == 0
    words = ("--of", "teacher_index", "--id", "t00", "--reason", "本人放弃", "--on", DAY)
    assert award("withdraw", root, *words) == 0
    assert award("decide", root, "--on", DAY) == 0
    rows = candidates(root)
    won = [id_ for (name, id_), row in rows.items() if name == "深度应用优秀个人" and row["结果"] == "入围"]
    assert won == ["t01", "t02"]
