"""A period frozen as evidence: whole, checked anywhere, never changed, and what has moved since."""

import gzip
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
import zstandard
from frozen_city import PERIOD, faults_of, make_key, quiet
from site_files import tree

from pipelines.errors import CockpitError
from pipelines.evidence.bundle import DIGEST, MANIFEST, SIGNATURE, digest_line, members_of
from pipelines.evidence.freeze import freeze
from pipelines.evidence.spaces import write_spaces
from pipelines.evidence.tables import compare
from pipelines.evidence.verify import verify
from pipelines.home import Home
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.inventory import Inventory
from pipelines.steps import Run, run_id_of
from pipelines.warehouse import input_sha256

pytestmark = pytest.mark.slow


def look_at_spaces(con: duckdb.DuckDBPyConnection, place: Path) -> None:
    """Make the table of spaces' evidence, which is computed from the lake."""
    lake = Home(place / "home").lake
    write_spaces(con, lake, {source: lake.load(source) for source in SOURCES}, PERIOD)


@pytest.fixture
def bundle(place: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, to be tampered with."""
    return Path(shutil.copytree(place / "bundle", tmp_path / "copy"))


def sealed_again(bundle: Path, **changes: object) -> None:
    """Have the manifest fit what was tampered with, as a forger without the key would."""
    told = json.loads((bundle / MANIFEST).read_text())
    for name in (MANIFEST, DIGEST, SIGNATURE):
        (bundle / name).unlink(missing_ok=True)
    told |= {"members": members_of(bundle), "public_key": None} | changes
    manifest = json.dumps(told).encode()
    (bundle / MANIFEST).write_bytes(manifest)
    (bundle / DIGEST).write_bytes(digest_line(manifest))


def test_a_bundle_is_computed_anew_from_itself_alone(place: Path, bundle: Path) -> None:
    """Without RAW and HOME, a bundle's drops give its tables, row for row; it says whose signature it has."""
    said: list[str] = []
    assert verify(bundle, place / "public.pem", said.append) == []
    assert any("public.pem" in line for line in said)
    assert any("computed anew are equal" in line for line in said)
    assert tree(bundle) == tree(place / "bundle")


def test_decisions_are_part_of_what_is_computed(place: Path, bundle: Path) -> None:
    """A bundle holds the decisions; without them its results would be others, and verifying says so."""
    with duckdb.connect(str(place / "home" / "warehouse.duckdb"), read_only=True) as con:
        (units,) = con.execute("select count(*) from marts.voided_units").fetchone()
    assert units
    shutil.rmtree(bundle / "raw" / "decisions")
    told = json.loads((bundle / MANIFEST).read_text())
    drops = Run(Home(bundle / "none"), bundle / "raw").inventory.files
    input_ = input_sha256(Inventory(drops, tuple(told["strays"])))
    run_id = run_id_of(told["as_of"], input_, told["code_sha256"])
    sealed_again(bundle, input_sha256=input_, run_id=run_id)
    named = {fault.split(":")[0] for fault in verify(bundle, None, quiet)}
    assert "tables/voided_units.parquet" in named or "tables/points_ledger.parquet" in named


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_drop_that_unpacks_to_no_end_is_not_read(bundle: Path, suffix: str) -> None:
    """A few packed bytes that hold hundreds of megabytes are named before anything is taken in."""
    name = f"raw/logins/dt=2022-05-24/bomb.jsonl{suffix}"
    zeros = bytes(1 << 20)
    path = bundle / name
    with {".gz": gzip.open, ".zst": zstandard.open}[suffix](path, "wb") as file:
        for _ in range(65):
            file.write(zeros)
    sealed_again(bundle)
    assert faults_of(bundle) == []
    assert [fault.split(":")[0] for fault in verify(bundle, None, quiet)] == [name]


def test_a_flipped_byte_anywhere_is_found_and_named(place: Path, bundle: Path) -> None:
    """One bit turned in any member, in the manifest, its digest or its signature: that file is named."""
    luck = random.Random(11)
    files = sorted(p for p in bundle.rglob("*") if p.is_file())
    chosen = [bundle / n for n in (MANIFEST, DIGEST, SIGNATURE)] + luck.choices(files, k=30)
    for path in chosen:
        whole = path.read_bytes()
        at = luck.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << luck.randrange(8)]) + whole[at + 1 :])
        found = faults_of(bundle)
        assert len(found) == 1, path
        assert path.relative_to(bundle).as_posix() in found[0]
        path.write_bytes(whole)
    assert faults_of(bundle) == []


def test_what_is_missing_or_too_much_is_named(bundle: Path) -> None:
    """A member taken away, put in, cut short or made a link is found."""
    first, second, third = sorted((bundle / "raw").rglob("*.gz"))[:3]
    outside = bundle.parent / "outside"
    outside.write_bytes(second.read_bytes())
    first.unlink()
    second.unlink()
    second.symlink_to(outside)
    third.write_bytes(third.read_bytes()[:-1])
    (bundle / "raw" / "more.csv").write_text("x")
    named = {fault.split(":")[0] for fault in faults_of(bundle)}
    assert named == {p.relative_to(bundle).as_posix() for p in (first, second, third)} | {"raw/more.csv"}


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "raw/../../outside", "raw//x", MANIFEST])
def test_no_member_lies_outside(bundle: Path, name: str) -> None:
    """A manifest whose names lead out of the bundle is refused as a whole."""
    sealed_again(bundle, members={name: {"sha256": "0" * 64, "size": 1}})
    assert "outside" in faults_of(bundle)[0]


def test_a_signature_tells_who(place: Path, bundle: Path) -> None:
    """Another key, or no signature where one is asked for, is found; OpenSSL says the same of ours."""
    other = make_key(bundle.parent / "key.pem").with_name("public.pem")
    assert faults_of(bundle, place / "public.pem") == []
    assert [f.split(":")[0] for f in faults_of(bundle, other)] == [SIGNATURE]
    if shutil.which("openssl"):
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", place / "public.pem", "-rawin"]
        subprocess.run(
            [*command, "-in", bundle / MANIFEST, "-sigfile", bundle / SIGNATURE],
            check=True, capture_output=True,
        )  # fmt: skip
    (bundle / SIGNATURE).unlink()
    assert [f.split(":")[0] for f in faults_of(bundle)] == [SIGNATURE]
    sealed_again(bundle)
    assert faults_of(bundle) == []
    assert faults_of(bundle, place / "public.pem") == [f"{MANIFEST}: is not signed"]


def test_forged_words_are_found(bundle: Path) -> None:
    """Candidates rewritten or left out, and claims of the manifest, are held against the drops."""
    first, second, *_ = sorted((bundle / "candidates").iterdir())
    first.write_text(first.read_text().replace('"points": 1,', '"points": 999,', 1))
    second.unlink()
    sealed_again(bundle, input_sha256="0" * 64, known_at="2022-06-01")
    assert faults_of(bundle) == []
    faults = verify(bundle, None, quiet)
    late = {p.relative_to(bundle).as_posix() for p in bundle.glob("raw/*/dt=2022-06-02/*")}
    assert late
    names = {MANIFEST, f"candidates/{first.name}", f"candidates/{second.name}"}
    assert {fault.split(":")[0] for fault in faults} == late | names
    assert sum(fault.startswith(MANIFEST) for fault in faults) == 2


def test_a_later_rule_version_bears_on_nothing_frozen(place: Path, tmp_path: Path) -> None:
    """Next year's rules leave a bundle as it is computed; a number changed within its days does not."""
    path = tmp_path / "warehouse.duckdb"
    shutil.copyfile((place / "home" / "warehouse.duckdb").resolve(), path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "insert into rulebook.rules "
            "select * replace (date '2023-01-01' as valid_from, points + 1 as points) "
            "from rulebook.rules where rule_code = 'campus_office'; "
            "update rulebook.rules set valid_to = date '2022-12-31' "
            "where rule_code = 'campus_office' and valid_from < date '2023-01-01'"
        )
        look_at_spaces(con, place)
        assert compare(con, PERIOD, place / "bundle") == []
        con.execute("update rulebook.rules set points = 9 where rule_code = 'login'")
        assert [d.table for d in compare(con, PERIOD, place / "bundle")] == ["rules"]


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": "soon"},
        {"as_of": None},
        {"known_at": "2022-6-1"},
        {"period": 5},
        {"public_key": 5},
        {"candidates": "all"},
        {"members": []},
        {"strays": None},
        {"format": 2},
    ],
)
def test_a_manifest_of_wrong_parts_is_refused(bundle: Path, changes: dict) -> None:
    """Whatever a manifest says in place of what it must, one line refuses it; nothing is run."""
    sealed_again(bundle, **changes)
    (fault,) = faults_of(bundle)
    assert "is no manifest of a bundle" in fault


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{}", "null", "no JSON"])
def test_what_is_no_manifest_is_refused(bundle: Path, text: str) -> None:
    """A manifest that is none at all is one clear line."""
    (bundle / MANIFEST).write_text(text)
    (bundle / DIGEST).write_bytes(digest_line(text.encode()))
    (fault,) = faults_of(bundle)
    assert "is no manifest of a bundle" in fault


@pytest.mark.parametrize("name", [MANIFEST, DIGEST, SIGNATURE])
@pytest.mark.parametrize("kind", ["pipe", "link", "huge"])
def test_what_is_no_plain_file_is_not_read(bundle: Path, name: str, kind: str) -> None:
    """A pipe, an endless device or a huge file in place of the three is named, not waited for or read."""
    path = bundle / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(8 << 30)
    (fault,) = faults_of(bundle)
    assert name in fault
    assert ("is too large" if kind == "huge" else "is no plain file") in fault


def test_a_frozen_table_that_cannot_be_read_is_named(bundle: Path) -> None:
    """A table that is missing or no Parquet is told before anything is computed."""
    (bundle / "tables" / "rules.parquet").write_bytes(b"junk")
    (bundle / "tables" / "teacher_index.parquet").unlink()
    sealed_again(bundle)
    named = [fault.split(":")[0] for fault in verify(bundle, None, quiet)]
    assert named == ["tables/rules.parquet", "tables/teacher_index.parquet"]


def test_forged_points_are_computed_otherwise(place: Path, bundle: Path) -> None:
    """Points raised in a table, with a manifest that fits: computing anew names the table and the row."""
    path = bundle / "tables" / "teacher_index.parquet"
    with duckdb.connect(str(place / "home" / "warehouse.duckdb"), read_only=True) as con:
        look_at_spaces(con, place)
        assert compare(con, PERIOD, bundle) == []
        con.execute(
            f"copy (select * replace (points + 1 as points) from '{path}') to '{path}.new' (format parquet)"
        )
        os.replace(f"{path}.new", path)
        sealed_again(bundle)
        assert faults_of(bundle) == []
        (found,) = compare(con, PERIOD, bundle)
        rows = con.execute(f"select count(*) from '{path}'").fetchone()[0]
    assert rows
    assert (found.table, found.frozen_only, found.other_only) == ("teacher_index", rows, rows)


def test_candidates_have_the_lines_behind_their_points(place: Path) -> None:
    """Whoever stands at the line or above is explained down to record number, sha256 and raw text."""
    with duckdb.connect(str(place / "home" / "warehouse.duckdb"), read_only=True) as con:
        candidates = con.execute(
            "select teacher_id, points from marts.teacher_index where period_id = ? and city_rank <= 3",
            [PERIOD],
        ).fetchall()
    assert len(candidates) >= 3
    for teacher, points in candidates:
        told = json.loads((place / "bundle" / "candidates" / f"{teacher}.json").read_text())
        units = [unit for rule in told["rules"] for unit in rule["units"]]
        assert sum(unit["points"] or 0 for unit in units) == points
        lines = [record for unit in units for record in unit["records"]]
        assert lines
        assert all(line["sha256"] and line["text"] for line in lines)


def test_the_same_results_give_the_same_bundle(place: Path, tmp_path: Path) -> None:
    """Frozen twice with one key, all bytes are the same; a bundle is never written over."""
    home, key = Home(place / "home"), place / "key.pem"
    freeze(home, PERIOD, tmp_path / "again", key, 3, quiet)
    assert tree(tmp_path / "again") == tree(place / "bundle")
    with pytest.raises(CockpitError, match="is there already"):
        freeze(home, PERIOD, tmp_path / "again", key, 3, quiet)


def test_what_cannot_be_frozen_is_refused(place: Path, tmp_path: Path) -> None:
    """No such period, one that runs, no key, no HOME, a drop changed since: one line, and nothing is left."""
    home, out = Home(place / "home"), tmp_path / "out"
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no key")
    with pytest.raises(CockpitError, match="has no period '1999'; there are 2022, award-2022"):
        freeze(home, "1999", out, None, 3, quiet)
    with pytest.raises(
        CockpitError, match="2022 ends on 2022-12-31, after the as-of day 2022-06-02: it is not over"
    ):
        freeze(home, "2022", out, None, 3, quiet)
    with pytest.raises(CockpitError, match=r"wrong\.pem: is no plain private key"):
        freeze(home, PERIOD, out, wrong, 3, quiet)
    with pytest.raises(CockpitError, match="holds no finished run"):
        freeze(Home(tmp_path / "nowhere"), PERIOD, out, None, 3, quiet)
    drop = next((place / "raw" / "logins").glob("*/*"))
    whole = drop.read_bytes()
    try:
        drop.write_bytes(whole + b" ")
        with pytest.raises(CockpitError, match=f"{drop.name}: is not the file that was scored"):
            freeze(home, PERIOD, out, None, 3, quiet)
    finally:
        drop.write_bytes(whole)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["nowhere", "wrong.pem"]
