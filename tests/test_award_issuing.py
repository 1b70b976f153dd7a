"""From a decided campaign to lists, notice, certificates and their register, and what becomes of these."""

import json
import shutil
from pathlib import Path

import pytest
from award_city import write_bundle
from award_hands import DAY, GOOD, award, candidates, city, experts, fill_all, nominations
from docx import Document
from site_files import tree

from pipelines.award.certified import all_certificates
from pipelines.award.codes import Certified, code_of, look_up, plain, register
from pipelines.award.journal import Journal
from pipelines.award.state import State
from pipelines.documents.fonts import find_fonts
from pipelines.errors import CockpitError
from pipelines.files import write_json

PUBLIC, LATER = "2022-06-11", "2022-06-18"
NUMBER = "新教函〔2022〕15号"


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    """Skip where no document can be made."""
    try:
        find_fonts()
    except CockpitError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with AWARD, decided."""
    folder = tmp_path_factory.mktemp("decided")
    write_bundle(folder / "bundle", *city())
    root = folder / "A"
    assert award("open", root, "--bundle", folder / "bundle", "--district", "d1", "--on", DAY) == 0
    assert award("nominate", root, nominations(folder, *GOOD), "--on", DAY) == 0
    assert (
        award("sheets", root, experts(folder, "E1,甲,p1", "E2,乙,", "E3,丙,", "E4,丁,x1"), "--on", DAY) == 0
    )
    assert award("score", root, *fill_all(root), "--on", DAY) == 0
    assert award("decide", root, "--on", DAY) == 0
    return folder


@pytest.fixture(scope="module")
def issued(decided: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AWARD, issued; not to be changed."""
    root = tmp_path_factory.mktemp("issued") / "A"
    shutil.copytree(decided / "A", root)
    assert award("publicize", root, "--on", PUBLIC) == 0
    assert award("issue", root, "--number", NUMBER, "--on", LATER) == 0
    return root


@pytest.fixture
def own(issued: Path, tmp_path: Path) -> Path:
    """A copy of AWARD, issued, to be changed."""
    shutil.copytree(issued, tmp_path / "A")
    return tmp_path / "A"


def winners(root: Path) -> list[tuple[str, str]]:
    """(award, id) of everybody whose result is 入围."""
    return [key for key, row in candidates(root).items() if row["结果"] == "入围"]


def test_each_winner_has_one_numbered_certificate(issued: Path) -> None:
    """As many certificates as winners, of their names, numbered in the order of the results, none twice."""
    found = all_certificates(State.read(issued))
    rows = candidates(issued)
    assert [c.holder_name for c in found.values()] == [rows[key]["姓名或校名"] for key in winners(issued)]
    assert sorted(p.stem for p in (issued / "documents" / "certificates").iterdir()) == sorted(found)
    assert next(iter(found)) == "2022-1-0001"
    assert {c.bundle_id for c in found.values()} == {State.read(issued).bundle.short_id}


def test_the_same_campaign_gives_the_same_bytes(issued: Path, decided: Path, tmp_path: Path) -> None:
    """Lists, notice, tables, certificates, register and page are the same when made again elsewhere."""
    root = tmp_path / "again"
    shutil.copytree(decided / "A", root)
    assert award("publicize", root, "--on", PUBLIC) == 0
    assert award("issue", root, "--number", NUMBER, "--on", LATER) == 0
    for name in ("results", "publicity", "documents", "register"):
        assert tree(root / name) == tree(issued / name)


def test_a_lost_document_is_made_again_by_the_same_step(own: Path) -> None:
    """Issuing again restores what is missing or damaged, byte for byte, and notes no new step."""
    before, entries = tree(own / "documents"), len(Journal.read(own).entries)
    (own / "documents" / "notice.pdf").unlink()
    (own / "documents" / "winners.csv").write_text("x")
    shutil.rmtree(own / "register")
    assert award("issue", own, "--number", NUMBER, "--on", "2022-07-01") == 0
    assert tree(own / "documents") == before
    assert (own / "register" / "check.html").is_file()
    assert len(Journal.read(own).entries) == entries


def test_a_code_tells_its_own_certificate_alone(issued: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each code opens its own certificate; the register holds no name, number or code in the clear."""
    found = all_certificates(State.read(issued))
    text = (issued / "register" / "register.json").read_text(encoding="utf-8")
    for certificate in found.values():
        assert award("check", issued, certificate.code.lower().replace("-", " ")) == 0
        said = capsys.readouterr().out
        assert certificate.number in said
        assert certificate.holder_name in said
        assert not {c.number for c in found.values() if c.number in said} - {certificate.number}
        for secret in (certificate.holder_name, certificate.number, certificate.code):
            assert secret not in text


def test_a_register_the_bundle_does_not_bear_out_is_refused(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A forged name under a true code fits the journal, but not what the bundle gives."""
    certificate = next(iter(all_certificates(State.read(own)).values()))
    state = State.read(own)
    told = Certified(
        certificate.number, certificate.award_name, "冒名者", certificate.school_name, certificate.issuer,
        certificate.issued_on.isoformat(), state.bundle.bundle_id,
    )  # fmt: skip
    text = json.dumps(register({certificate.code: told}, {}))
    (own / "register" / "register.json").write_text(text, encoding="utf-8")
    assert award("check", own, certificate.code) == 1
    assert (
        f"says of {certificate.number} what journal.jsonl does not, or the bundle does not bear out"
        in capsys.readouterr().err
    )


def test_an_unknown_or_mistyped_code_is_told(issued: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A code of nobody, and what can be no code, end in one line each."""
    assert award("check", issued, "0000-0000-0000-0000") == 1
    assert "knows no certificate of this code" in capsys.readouterr().err
    assert award("check", issued, "0000-0000") == 1
    assert "is no verification code" in capsys.readouterr().err


def test_a_revoked_certificate_says_so(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Revocation keeps the file and the trail; the code tells day and reason; others are untouched."""
    found = all_certificates(State.read(own))
    number, other = list(found)[:2]
    before = json.loads((own / "register" / "register.json").read_text(encoding="utf-8"))
    assert award("revoke", own, "--number", number, "--reason", "材料不实", "--on", "2022-07-01") == 0
    assert award("check", own, found[number].code) == 1
    assert "revoked on 2022-07-01: 材料不实" in capsys.readouterr().out
    assert award("check", own, found[other].code) == 0
    after = json.loads((own / "register" / "register.json").read_text(encoding="utf-8"))
    assert before["entries"].keys() == after["entries"].keys()
    assert sum(after["entries"][key] != value for key, value in before["entries"].items()) == 1
    assert (own / "documents" / "certificates" / f"{number}.pdf").is_file()
    assert award("revoke", own, "--number", number, "--reason", "再次", "--on", "2022-07-02") == 0
    assert [e.told["reason"] for e in Journal.read(own).aside("revoke")] == ["材料不实"]


def test_a_corrected_certificate_replaces_the_old(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A corrected name comes under a number and code of its own; the old one is void; again and again."""
    number = next(iter(all_certificates(State.read(own))))
    assert (
        award(
            "correct", own, "--number", number, "--name", "㑇䶮𠮷", "--reason", "错字", "--on", "2022-07-01"
        )
        == 0
    )
    made = all_certificates(State.read(own))[f"{number}-r1"]
    assert (made.holder_name, made.is_revoked) == ("㑇䶮𠮷", False)
    assert list((own / f"correction-{number}-r1").rglob("*.pdf"))
    assert award("check", own, made.code) == 0
    assert (
        award(
            "correct",
            own,
            "--number",
            f"{number}-r1",
            "--name",
            "丙",
            "--reason",
            "又错",
            "--on",
            "2022-07-02",
        )
        == 0
    )
    assert (
        award("correct", own, "--number", number, "--name", "丁", "--reason", "晚了", "--on", "2022-07-02")
        == 1
    )
    assert f"{number} is void already" in capsys.readouterr().err
    assert all_certificates(State.read(own))[f"{number}-r2"].holder_name == "丙"


def test_a_correction_killed_half_way_is_finished_by_taking_it_again(own: Path, monkeypatch) -> None:
    """Noted but not in the register yet: the same correction again writes the register, and no new entry."""
    number = next(iter(all_certificates(State.read(own))))
    words = ("correct", own, "--number", number, "--name", "丙", "--reason", "错字", "--on", "2022-07-01")
    with monkeypatch.context() as patched:
        patched.setattr("pipelines.award.afterwards.write_register", _killed)
        with pytest.raises(KeyError):
            award(*words)
    entries = len(Journal.read(own).entries)
    assert award(*words) == 0
    assert len(Journal.read(own).entries) == entries
    assert award("check", own, all_certificates(State.read(own))[f"{number}-r1"].code) == 0


def _killed(*_: object) -> None:
    raise KeyError("killed")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("revoke", "--reason", "假", "--on", "2022-06-17"), "is before the last step"),
        (("revoke", "--reason", " ", "--on", "2022-07-01"), "--reason is blank"),
        (("correct", "--reason", "错", "--name", "丙", "--on", "2022-06-17"), "is before the last step"),
        (("correct", "--reason", "错", "--name", " ", "--on", "2022-07-01"), "--name is blank"),
    ],
)
def test_what_befalls_a_certificate_has_a_day_and_words(own: Path, words, told: str, capsys) -> None:
    """A revocation before the certificate was issued, without a reason, or a blank name is refused."""
    step, *others = words
    entries = len(Journal.read(own).entries)
    assert award(step, own, "--number", "2022-1-0001", *others) == 1
    assert told in capsys.readouterr().err
    assert len(Journal.read(own).entries) == entries


def test_nothing_is_taken_back_after_issuing(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After certificates are issued, earlier steps are refused, reason or not."""
    row = GOOD[0]
    assert award("nominate", own, nominations(own.parent, row), "--reason", "改", "--on", "2022-07-01") == 1
    assert "certificates were issued" in capsys.readouterr().err
    words = ("--of", "teacher_index", "--id", "t-p1-0", "--reason", "放弃", "--on", "2022-07-01")
    assert award("withdraw", own, *words) == 1
    assert "use `award revoke`" in capsys.readouterr().err


def test_issuing_waits_for_the_publicity_to_end(decided: Path, tmp_path: Path, capsys) -> None:
    """The list is not made public before its first day, and nothing is issued before its last has passed."""
    root = tmp_path / "A"
    shutil.copytree(decided / "A", root)
    assert award("publicize", root, "--on", "2022-06-10") == 1
    assert "the publicity begins on 2022-06-11" in capsys.readouterr().err
    assert award("publicize", root, "--on", PUBLIC) == 0
    assert award("issue", root, "--number", NUMBER, "--on", "2022-06-17") == 1
    assert "the publicity lasts to 2022-06-17" in capsys.readouterr().err
    assert award("issue", root, "--number", "15", "--on", LATER) == 1
    assert "is no document number" in capsys.readouterr().err


def test_a_list_made_public_late_is_public_as_long(decided: Path, tmp_path: Path, capsys) -> None:
    """Seven days of publicity run from the day the list came out; the notice names those days."""
    root = tmp_path / "A"
    shutil.copytree(decided / "A", root)
    assert award("publicize", root, "--on", "2022-06-20") == 0
    assert award("issue", root, "--number", NUMBER, "--on", "2022-06-26") == 1
    assert "the publicity lasts to 2022-06-26" in capsys.readouterr().err
    assert award("issue", root, "--number", NUMBER, "--on", "2022-06-27") == 0
    texts = {
        name: "".join(p.text for p in Document(str(root / f"{name}.docx")).paragraphs)
        for name in ("publicity/publicity", "documents/notice")
    }
    assert "公示时间：2022年6月20日至2022年6月26日" in texts["publicity/publicity"]
    assert "2022年6月20日至2022年6月26日公示" in texts["documents/notice"]


def test_a_clerks_template_is_kept(decided: Path, tmp_path: Path, capsys) -> None:
    """The notice can be made again with the template that AWARD keeps, and with no other."""
    root, template = tmp_path / "A", tmp_path / "own.docx"
    shutil.copytree(decided / "A", root)
    assert award("template", template) == 0
    assert award("publicize", root, "--on", PUBLIC) == 0
    words = ("issue", root, "--number", NUMBER, "--on", LATER)
    assert award(*words, "--template", template) == 0
    before = (root / "documents" / "notice.docx").read_bytes()
    (root / "documents" / "notice.docx").unlink()
    template.unlink()
    assert award(*words) == 1
    assert "by a template of its own, kept in template/" in capsys.readouterr().err
    (kept,) = (root / "template").iterdir()
    assert award(*words, "--template", kept) == 0
    assert (root / "documents" / "notice.docx").read_bytes() == before


def test_results_that_were_changed_stop_the_documents(decided: Path, tmp_path: Path, capsys) -> None:
    """Documents are made of what was decided, and of nothing that was edited since."""
    root = tmp_path / "A"
    shutil.copytree(decided / "A", root)
    path = root / "results" / "candidates.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("未入围", "入围"), encoding="utf-8")
    assert award("publicize", root, "--on", PUBLIC) == 1
    assert "is not what was decided" in capsys.readouterr().err


def test_a_register_of_before_a_revocation_is_not_believed(own: Path, capsys) -> None:
    """An old register put back, or a file that is none, does not make a void certificate valid again."""
    number, certificate = next(iter(all_certificates(State.read(own)).items()))
    path = own / "register" / "register.json"
    old = path.read_bytes()
    assert award("revoke", own, "--number", number, "--reason", "假", "--on", "2022-07-01") == 0
    path.write_bytes(old)
    assert award("check", own, certificate.code) == 1
    assert f"{path}: says of {number} what journal.jsonl does not" in capsys.readouterr().err
    for content in ("{}", "x", "[]"):
        path.write_text(content)
        assert award("check", own, certificate.code) == 1
        assert f"{path}: is no register" in capsys.readouterr().err


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A HOME with a site, as far as the showcase looks at it."""
    (tmp_path / "home" / "site").mkdir(parents=True)
    write_json(tmp_path / "home" / "run.json", {"run_id": "r"})
    return tmp_path / "home"


def test_the_showcase_drops_the_revoked_and_takes_the_right_name(own: Path, home: Path, capsys) -> None:
    """Who holds no valid certificate is no winner on the site; a corrected name stands alone, twice too."""
    wrong, gone = "t-p1-1老师", "t-s1-0老师"
    numbers = {c.holder_name: n for n, c in all_certificates(State.read(own)).items() if n[5] in "14"}
    for number, certificate in all_certificates(State.read(own)).items():
        if certificate.holder_name == gone:
            assert award("revoke", own, "--number", number, "--reason", "假", "--on", "2022-07-01") == 0
        elif certificate.holder_name == wrong:
            for at, name in (("", "改一"), ("-r1", "改二")):
                words = ("--number", number + at, "--name", name, "--reason", "错字", "--on", "2022-07-01")
                assert award("correct", own, *words) == 0
    assert {wrong, gone} <= numbers.keys()
    assert award("showcase", own, "--home", home, "--on", "2022-07-01") == 0
    text = (home / "site" / "showcase" / "index.html").read_text(encoding="utf-8")
    assert "改二" in text
    assert not [name for name in (wrong, gone, "改一") if name in text]
    capsys.readouterr()
    words = ("--number", numbers["t-p1-0老师"], "--reason", "假", "--on", "2022-07-01")
    assert award("revoke", own, *words) == 0
    assert "take `award showcase` again" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["publicity/publicity.pdf", "documents/notice.docx"])
def test_the_showcase_takes_no_changed_document(own: Path, home: Path, name: str, capsys) -> None:
    """A list or notice edited after it was made does not get into the site; neither does a changed page."""
    (own / "register" / "check.html").write_text("changed")
    content = (own / name).read_bytes()
    (own / name).write_bytes(content + b"x")
    assert award("showcase", own, "--home", home, "--on", "2022-07-01") == 1
    assert f"{own / name}: is not what was made" in capsys.readouterr().err
    (own / name).write_bytes(content)
    assert award("showcase", own, "--home", home, "--on", "2022-07-01") == 0
    assert (home / "site" / "showcase" / "check.html").read_text(encoding="utf-8") != "changed"


def test_codes_are_even_and_read_as_people_type_them() -> None:
    """Codes differ by number, bundle and secret; letters that look like digits are read as these."""
    codes = {code_of(secret, bundle, n) for secret in (b"a", b"b") for bundle in "xy" for n in ("1", "2")}
    assert len(codes) == 8
    assert all(len(plain(code)) == 16 for code in codes)
    assert plain("o1il-0000 0000-zzzz") == "0111" + "0" * 8 + "ZZZZ"


def test_a_changed_register_entry_is_not_believed() -> None:
    """An entry in which a bit was flipped is refused instead of shown."""
    told = Certified("1", "奖", "人", "校", "局", "2022-06-18", "b")
    code = code_of(b"s", "b", "1")
    found = register({code: told}, {})
    assert look_up(found, code) == told
    ((key, entry),) = found["entries"].items()
    found["entries"][key] = entry[:-1] + ("0" if entry[-1] != "0" else "1")
    with pytest.raises(CockpitError, match="was changed"):
        look_up(found, code)
