"""Steps keep their order, can be taken again, and their trail tells whatever was changed."""

import os
from pathlib import Path

import pytest
from award_city import write_bundle
from award_hands import DAY, GOOD, award, city, fill_all, nominations, open_campaign

from pipelines.award.journal import JOURNAL, Journal
from pipelines.award.state import State
from pipelines.errors import CockpitError


def test_steps_want_their_order(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step whose forerunner is not done is refused by name, and leaves no trace."""
    before = (opened / JOURNAL).read_bytes()
    path = nominations(opened.parent, *GOOD)
    for words in (
        ["sheets", opened, path],
        ["score", opened, path],
        ["decide", opened],
        ["publicize", opened],
    ):
        assert award(*words, "--on", "2022-06-12") == 1
        assert "comes after `award" in capsys.readouterr().err
    assert (opened / JOURNAL).read_bytes() == before


def test_a_step_taken_again_changes_nothing_or_wants_a_reason(
    given_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same again is no step; another file undoes what came after it, which wants a reason and is kept."""
    journal = (given_out / JOURNAL).read_bytes()
    folder = given_out.parent
    assert award("nominate", given_out, nominations(folder, *GOOD), "--on", DAY) == 0
    assert (given_out / JOURNAL).read_bytes() == journal
    other = nominations(folder, *GOOD[:2], GOOD[4])
    assert award("nominate", given_out, other, "--on", DAY) == 1
    assert "undoes sheets; say why with --reason" in capsys.readouterr().err
    assert award("nominate", given_out, other, "--on", DAY, "--reason", "漏报更正") == 0
    assert Journal.read(given_out).last("sheets") is None
    assert list((given_out / "superseded").glob("*-sheets"))


def test_sheets_of_before_can_be_handed_in_again_after_the_decision(given_out: Path) -> None:
    """The same files once more are no step, whatever was done since, and want no reason."""
    back = fill_all(given_out)
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 0
    journal = (given_out / JOURNAL).read_bytes()
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert (given_out / JOURNAL).read_bytes() == journal


def test_a_mistyped_folder_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step on a folder that is not there says so, and leaves none."""
    assert award("decide", tmp_path / "typo", "--on", DAY) == 1
    assert f"{tmp_path / 'typo'}: no campaign was opened here" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_decide_waits_for_every_sheet(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing sheet stops the decision; an expert may be left out by name and reason if enough remain."""
    back = [path for path in fill_all(given_out) if not path.name.startswith("E4")]
    assert award("score", given_out, *back, "--on", DAY) == 0
    assert award("decide", given_out, "--on", DAY) == 1
    assert "sheets are missing: E4" in capsys.readouterr().err
    assert award("decide", given_out, "--without", "E4", "--reason", "病假", "--on", DAY) == 1
    assert "too few experts scored t-p1-0 (teacher_space)" in capsys.readouterr().err


def test_a_changed_journal_or_file_is_found(given_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of the trail or a kept file that was changed stops every further step."""
    name = next(iter(Journal.read(given_out).last("nominate").files))
    content = (given_out / name).read_bytes()
    (given_out / name).write_bytes(content.replace(b"t-p1-1", b"t-p1-2"))
    with pytest.raises(CockpitError, match="sha256 differs"):
        _ = State.read(given_out).nominations
    (given_out / name).write_bytes(content)
    text = (given_out / JOURNAL).read_text(encoding="utf-8")
    (given_out / JOURNAL).write_text(text.replace('"nominations": 5', '"nominations": 6'), encoding="utf-8")
    assert award("status", given_out) == 1
    assert "does not follow the line before it" in capsys.readouterr().err


@pytest.mark.parametrize("reason", ["甲\u2028乙\x85丙", "一\n二", "\udcff"])
def test_any_reason_can_be_noted_and_read(opened: Path, reason: str) -> None:
    """Separators, line ends and what is no text at all, in a reason or a file's name, harm no journal."""
    words = ("--of", "teacher_index", "--id", "t-p1-0", "--reason", reason, "--on", DAY)
    assert award("withdraw", opened, *words) == 0
    assert State.read(opened).withdrawn == {("teacher_index", "t-p1-0"): reason}
    named = opened.parent / os.fsdecode(b"\xff.csv")
    named.write_text("x", encoding="utf-8")
    assert award("nominate", opened, named, "--on", DAY) == 1
    assert Journal.read(opened).aside("refused")[0].told["name"] == named.name


def test_a_journal_that_is_no_text_is_told(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are no UTF-8 end in one line that names file and line."""
    (opened / JOURNAL).write_bytes(b"\xff\n")
    assert award("status", opened) == 1
    assert f"{opened / JOURNAL} line 1: is no line of a journal" in capsys.readouterr().err


def test_a_bundle_that_changed_stops_the_campaign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A frozen table changed after `open` is found when it is read."""
    opened = open_campaign(tmp_path)
    path = tmp_path / "bundle" / "tables" / "teachers.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert award("nominate", opened, nominations(opened.parent, *GOOD), "--on", DAY) == 1
    assert "teachers.parquet: is not the file that was frozen" in capsys.readouterr().err


def test_a_bundle_that_was_moved_is_found_again(tmp_path: Path) -> None:
    """Opening anew on the same bundle in another place undoes nothing, and the next step finds it there."""
    folder, opened = tmp_path, open_campaign(tmp_path)
    (folder / "bundle").rename(folder / "elsewhere")
    path = nominations(folder, *GOOD)
    assert award("nominate", opened, path, "--on", DAY) == 1
    words = ("--bundle", folder / "elsewhere", "--district", "d1", "--on", DAY)
    assert award("open", opened, *words) == 0
    assert award("open", opened, *words) == 0
    assert award("nominate", opened, path, "--on", DAY) == 0
    assert [e.step for e in Journal.read(opened).entries] == ["open", "moved", "nominate"]


def test_opening_on_another_bundle_undoes_all_and_wants_a_reason(
    given_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bundle frozen anew starts the campaign again, where a reason is given; what was made is put away."""
    schools, teachers = city()
    other = write_bundle(given_out.parent / "other", schools, teachers[:-1])
    words = ("open", given_out, "--bundle", other, "--district", "d1", "--on", DAY)
    assert award(*words) == 1
    assert "`award open` undoes nominate, sheets; say why with --reason" in capsys.readouterr().err
    assert award(*words, "--reason", "名册更正") == 0
    assert State.read(given_out).nominations == []
    assert list((given_out / "superseded").glob("*-sheets"))


def test_status_names_whom_and_why(opened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was noted beside the steps is told with its file or candidate and the reason."""
    assert award("nominate", opened, nominations(opened.parent), "--on", DAY) == 1
    words = ("--of", "teacher_index", "--id", "t-p1-0", "--reason", "本人放弃", "--on", DAY)
    assert award("withdraw", opened, *words) == 0
    capsys.readouterr()
    assert award("status", opened) == 0
    said = capsys.readouterr().out
    assert f"{DAY} withdraw t-p1-0: 本人放弃" in said
    assert f"{DAY} refused nominations.csv: " in said
    assert "holds no nomination" in said
