"""Typesetting: which characters fonts have, PDF of the same bytes, and certificates that hold any name."""

import re
import struct
import time
from pathlib import Path

import pytest
import segno
from paper import BUNDLE, ISSUER, LONG, MARKUP, RARE, RUN, SCHOOL, certificate
from pdf_text import pages_of, text_of

from pipelines.award.documents import certificates
from pipelines.award.documents.certificates import (
    TEMPLATE,
    certificate_data,
    certificate_pdf,
    qr_svg,
    write_certificates,
)
from pipelines.award.documents.content import solemn_day
from pipelines.documents.fonts import Typefaces, find_fonts
from pipelines.documents.glyphs import characters_of
from pipelines.documents.typesetting import Typesetter, typeset
from pipelines.errors import CockpitError

PACKAGE = TEMPLATE.parents[2]


@pytest.fixture(scope="module")
def setter(fonts: Typefaces) -> Typesetter:
    """Sets certificates."""
    return Typesetter(TEMPLATE, fonts)


def _font(form: int, told: bytes, encoding: int) -> bytes:
    """A font that is nothing but a character map."""
    table = struct.pack(">HHHHI", 0, 1, 3, encoding, 12) + struct.pack(">H", form) + told
    return struct.pack(">4sHHHH4sIII", b"OTTO", 1, 0, 0, 0, b"cmap", 0, 28, len(table)) + table


def test_a_long_map_is_read(tmp_path: Path) -> None:
    """Format 12 gives runs of characters past U+FFFF; glyph 0 is the box of what is missing."""
    runs = [(0x41, 0x43, 5), (0x50, 0x51, 0), (0x20BB7, 0x20BB7, 9)]
    told = struct.pack(">HIII", 0, 0, 0, len(runs)) + b"".join(struct.pack(">III", *run) for run in runs)
    (tmp_path / "a.otf").write_bytes(_font(12, told, 10))
    assert characters_of(tmp_path / "a.otf", 0) == {0x41, 0x42, 0x43, 0x51, 0x20BB7}


def test_a_short_map_is_read(tmp_path: Path) -> None:
    """Format 4 shifts a segment by a delta or looks its glyphs up; both can lead to glyph 0."""
    lasts, firsts, deltas = (0x42, 0x63, 0xFFFF), (0x41, 0x61, 0xFFFF), (65536 - 0x41, 3, 1)
    # From its own place, the second segment's offset reaches the glyphs behind the last of three.
    offsets, glyphs = (0, 4, 0), (7, 0, 65533)
    told = struct.pack(">6H3HH", 0, 0, 6, 0, 0, 0, *lasts, 0)
    told += b"".join(struct.pack(">3H", *part) for part in (firsts, deltas, offsets, glyphs))
    (tmp_path / "a.ttf").write_bytes(_font(4, told, 1))
    assert characters_of(tmp_path / "a.ttf", 0) == {0x42, 0x61}


def test_what_is_no_font_has_no_characters(tmp_path: Path) -> None:
    """A broken file among the fonts is one without characters."""
    (tmp_path / "a.ttf").write_bytes(b"\x00\x01\x00\x00\x00\x09")
    assert characters_of(tmp_path / "a.ttf", 0) == frozenset()


def test_no_chinese_font_is_a_clear_error(tmp_path: Path) -> None:
    """Without a Chinese font one line says where was looked and what to install."""
    with pytest.raises(CockpitError, match=rf"no Chinese font .*{tmp_path}.*fonts-noto-cjk"):
        find_fonts([tmp_path], of_system=False)


def test_templates_need_no_network() -> None:
    """Typst would download what a template imports by `@`."""
    templates = sorted(PACKAGE.rglob("*.typ"))
    assert templates
    assert [t.name for t in templates if re.search(r'(import|include)\s*"@', t.read_text("utf-8"))] == []


@pytest.mark.parametrize("text", [MARKUP, RARE, LONG, "#sys.version", "= a", "// a", "$ x $", "@a <b>"])
def test_data_never_becomes_markup(fonts: Typefaces, tmp_path: Path, text: str) -> None:
    """Whatever a name holds, it is printed as it is, and the same bytes come again."""
    template = tmp_path / "a.typ"
    template.write_text(
        "#let (data, faces) = (json(bytes(sys.inputs.data)), json(bytes(sys.inputs.fonts)))\n"
        "#set document(date: none)\n#set text(font: faces.body, fallback: false)\n#data.name",
        encoding="utf-8",
    )
    made = typeset(template, {"name": text}, fonts)
    assert text_of(made) == re.sub(r"\s", "", text)
    assert typeset(template, {"name": text}, fonts) == made


def test_a_character_without_a_glyph_is_refused(fonts: Typefaces, setter: Typesetter) -> None:
    """A name is never printed with an empty box: certificate, name and character are told."""
    wanted = r"certificate 2022-TI-0001 of 王.*「王.」 cannot be printed: no font .* U\+E0F0; install"
    with pytest.raises(CockpitError, match=wanted):
        certificate_pdf(certificate(holder_name="王\ue0f0"), setter)
    assert fonts.missing("王\u200b\U000e0100 \n") == []  # nothing is drawn for these
    assert fonts.missing("王\x01") == ["\x01"]


def test_a_certificate_says_all(setter: Typesetter) -> None:
    """Holder, school, award, occasion, issuer, day, number, code, bundle and run are printed."""
    told = text_of(certificate_pdf(certificate(), setter))
    for text in (
        "荣誉证书", f"{RARE}老师：", SCHOOL, "在2022年深度应用评选中，荣获", "“深度应用优秀个人”称号", ISSUER,
        "二〇二二年六月二十日", "2022-TI-0001", "7K2M-9QXA-03DE-VV41", "用核验码可查验", BUNDLE, RUN,
    ):  # fmt: skip
        assert text in told


def test_a_certificate_is_one_picture(setter: Typesetter) -> None:
    """A README's picture of a document: a PNG a page, A4 landscape at 50 pixels an inch."""
    (picture,) = setter.pictures(certificate_data(certificate()), 50)
    assert picture.startswith(b"\x89PNG")
    assert [side / 50 * 25.4 for side in struct.unpack(">II", picture[16:24])] == pytest.approx(
        [297, 210], abs=1
    )


def test_a_school_is_no_teacher(setter: Typesetter) -> None:
    """A school's certificate is addressed to the school alone."""
    told = text_of(certificate_pdf(certificate(holder_name=SCHOOL, school_name=""), setter))
    assert f"荣誉证书{SCHOOL}：在" in told
    assert "老师" not in told


@pytest.mark.parametrize(
    ("holder", "school"),
    [("王芳", "一小"), (LONG, SCHOOL), (LONG, SCHOOL * 8), ("长" * 40, "A" * 90), (SCHOOL * 6, "")],
)
def test_names_stay_inside_the_frame(setter: Typesetter, holder: str, school: str) -> None:
    """Names of 2 to 20 characters and the longest schools stay on one page, inside the frame, whole."""
    made = certificate_pdf(certificate(holder_name=holder, school_name=school, bundle_id="3f9a" * 16), setter)
    (page,) = pages_of(made)
    assert holder in text_of(made)
    assert school in text_of(made)
    left, right = 39 * 72 / 25.4 - 10, (297 - 36) * 72 / 25.4 + 12
    assert [run for run in page if run.x < left or run.right > right] == []
    (day,) = (run for run in page if run.text == "二〇二二年六月二十日")
    body = [run for run in page if run.size > 3 and run.text in "特颁此证，以资鼓励。"]
    assert body
    assert min(run.y for run in body) > day.y + 30


@pytest.mark.parametrize(
    ("month", "day", "wanted"), [(1, 10, "一月十日"), (10, 11, "十月十一日"), (12, 31, "十二月三十一日")]
)
def test_solemn_days(month: int, day: int, wanted: str) -> None:
    """Months and days as spoken: 十, 十一, 二十, 三十一."""
    assert solemn_day(certificate().issued_on.replace(month=month, day=day)) == f"二〇二二年{wanted}"


def test_the_qr_code_is_whole() -> None:
    """The path's squares are the code's dark ones, inside four light ones."""
    number = f"{certificate().number} {certificate().code}"
    assert certificate_data(certificate())["qr"] == qr_svg(number)
    rows = [list(row) for row in segno.make(number, error="m", encoding="utf-8", micro=False).matrix]
    drawn = [[0] * len(rows) for _ in rows]
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", qr_svg(number)):
        for at in range(int(wide)):
            drawn[int(y) - 4][int(x) - 4 + at] += 1
    assert drawn == rows
    assert f'viewBox="0 0 {len(rows) + 8} {len(rows) + 8}"' in qr_svg(number)


def test_certificates_are_the_same_again(
    fonts: Typefaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file a winner, none for what is revoked; the same bytes in any order and by two processes."""
    all_of = [certificate(f"2022-TI-{at:04d}", holder_name=f"教师{at}") for at in range(6)]
    made = write_certificates([*all_of, certificate("2022-TI-0099", is_revoked=True)], tmp_path / "a")
    assert [path.name for path in made] == [f"2022-TI-{at:04d}.pdf" for at in range(6)]
    assert sorted(tmp_path.rglob("*.pdf")) == made
    monkeypatch.setattr(certificates, "_WORTH_A_PROCESS", 2)
    again = write_certificates(all_of[::-1], tmp_path / "b")
    assert [path.read_bytes() for path in again[::-1]] == [path.read_bytes() for path in made]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([certificate("a"), certificate("a")], "certificate a: the number is there twice"),
        ([certificate("a/b")], "certificate 'a/b' of 䶮㑇𠮷: no file can have this number"),
        ([certificate("a"), certificate("b", holder_name="\ue0f0")], "certificate b of"),
    ],
)
def test_faulty_certificates_leave_nothing(fonts: Typefaces, tmp_path: Path, wrong: list, told: str) -> None:
    """A number twice, one that names no file, a name that cannot be printed: refused, no file is left."""
    with pytest.raises(CockpitError, match=told):
        write_certificates(wrong, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_certificates_are_never_written_over(tmp_path: Path) -> None:
    """A folder with anything in it is left alone."""
    (tmp_path / "kept.pdf").touch()
    with pytest.raises(CockpitError, match="is not an empty folder"):
        write_certificates([certificate()], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.pdf"]


def test_many_certificates_are_made_fast(setter: Typesetter) -> None:
    """2,000 in 60 s on 2 cores are 60 ms a certificate on one; the processor's time counts, not others'."""
    certificate_pdf(certificate(), setter)
    begun = time.process_time()
    for at in range(40):
        certificate_pdf(certificate(f"2022-TI-{at:04d}", holder_name=f"王{chr(0x4E00 + at)}"), setter)
    assert (time.process_time() - begun) / 40 < 0.06
