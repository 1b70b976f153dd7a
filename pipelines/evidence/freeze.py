"""`cockpit freeze`: a period's results with all they were made of, as a bundle that never changes."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CockpitError
from pipelines.evidence.bundle import CAMPAIGN, DIGEST, FORMAT, MANIFEST, SIGNATURE, digest_line, members_of
from pipelines.evidence.candidates import explained
from pipelines.evidence.signing import public_pem, read_private_key
from pipelines.evidence.spaces import write_spaces
from pipelines.evidence.tables import refuse_unfinished, write_tables
from pipelines.explain.rawrecords import location
from pipelines.files import fsync_path
from pipelines.home import Home
from pipelines.ingest.inventory import sha256_of
from pipelines.ingest.lake import TakenFile
from pipelines.project import CAMPAIGN_TABLES
from pipelines.steps import SOURCES


def freeze(
    home: Home,
    period: str,
    out: Path,
    key_file: Path | None,
    candidates: int,
    say: Callable[[str], None],
    campaign: Path = CAMPAIGN_TABLES,
) -> None:
    """Write the bundle `out`, which must not be there yet, of a period that is over on the as-of day.

    `candidates`: the award line, as a rank in the city; who ties with it is a candidate too.
    `campaign`: the folder of campaign tables, which are frozen as they are. Raises
    CockpitError where HOME has no results, the period is not over, or RAW is not what was scored.
    """
    key = read_private_key(key_file) if key_file else None
    if os.path.lexists(out):
        raise CockpitError(f"{out}: is there already; a bundle is never written over")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    with home.lock():
        last = home.last_run()
        if last is None or not home.warehouse.exists():
            raise CockpitError(f"{home.root}: holds no finished run; do `cockpit run` first")
        try:
            part.mkdir(parents=True)
            told = {"format": FORMAT, "period": period, "candidates": candidates}
            told |= {
                name: last[name] for name in ("run_id", "as_of", "known_at", "input_sha256", "code_sha256")
            }
            told["public_key"] = public_pem(key) if key else None
            with duckdb.connect(str(home.warehouse), read_only=True) as con:
                refuse_unfinished(con, home, period)
                say("copying the drop files")
                _copy_raw(home, Path(last["raw"]), last["known_at"], part / "raw")
                say("writing the tables")
                manifests = {s: home.lake.load(s).handed_over_by(last["known_at"]) for s in SOURCES}
                write_spaces(con, home.lake, manifests, period)
                write_tables(con, period, part / "tables")
                told["strays"] = [path for (path,) in con.execute("from ops.strays").fetchall()]
            _copy_campaign(campaign, part / CAMPAIGN)
            say("explaining the candidates")
            (part / "candidates").mkdir()
            for name, content in explained(home, period, candidates, last["run_id"]).items():
                (part / "candidates" / name).write_bytes(content)
            _seal(part, told, key)
            part.rename(out)
            fsync_path(out.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    say(f"froze {period} as of {told['as_of']} in {out}, {'signed' if key else 'not signed'}")


def _copy_campaign(tables: Path, out: Path) -> None:
    """Copy the campaign's tables, so that awards are given by those that were in force."""
    found = sorted(tables.glob("*.csv"))
    if not found:
        raise CockpitError(f"{tables}: holds no campaign tables (.csv)")
    out.mkdir()
    for path in found:
        shutil.copyfile(path, out / path.name)


def _copy_raw(home: Home, raw: Path, known_at: str | None, out: Path) -> None:
    """Copy what was taken in, refused files too; each has to be the file that was scored."""
    for source in SOURCES:
        for day in home.lake.load(source).handed_over_by(known_at).days.values():
            for file in day.files:
                _copy_file(raw, file, out)


def _copy_file(raw: Path, file: TakenFile, out: Path) -> None:
    target = out / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(location(raw, file.path), target)
    except OSError as error:
        raise CockpitError(f"{file.path}: cannot be copied from {raw}: {error.strerror}") from error
    if sha256_of(target) != file.sha256:
        raise CockpitError(f"{file.path}: is not the file that was scored; do `cockpit run` again")


def _seal(part: Path, told: dict[str, Any], key: Any) -> None:
    """Write the manifest, last, and make all of it durable."""
    told["members"] = members_of(part)
    manifest = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    (part / MANIFEST).write_bytes(manifest)
    (part / DIGEST).write_bytes(digest_line(manifest))
    if key is not None:
        (part / SIGNATURE).write_bytes(key.sign(manifest))
    os.sync()
