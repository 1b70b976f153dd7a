"""`cockpit verify`: a bundle's bytes held against its manifest, its results computed anew from its drops."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pipelines import steps
from pipelines.evidence.bundle import MANIFEST, Bundle, read_bundle, said_of
from pipelines.evidence.candidates import explained
from pipelines.evidence.signing import read_public_key
from pipelines.evidence.spaces import write_spaces
from pipelines.evidence.tables import TABLES, compare, unreadable
from pipelines.evidence.unpacking import too_large
from pipelines.home import Home
from pipelines.ingest.inventory import Inventory
from pipelines.project import code_sha256
from pipelines.steps import Run, run_id_of
from pipelines.warehouse import input_sha256


def verify(root: Path, public_key_file: Path | None, say: Callable[[str], None]) -> list[str]:
    """What is wrong with a bundle, a line each; none where it is whole and its results are what it says.

    Raises CockpitError where the manifest cannot be read or was changed, or the drops cannot be scored.
    """
    say("reading every member")
    bundle = read_bundle(root, read_public_key(public_key_file) if public_key_file else None)
    if faults := bundle.faults or too_large(root, bundle.told["members"]):
        return faults
    say(said_of(bundle, public_key_file))
    return recompute(bundle, say)


def recompute(bundle: Bundle, say: Callable[[str], None]) -> list[str]:
    """What of the frozen results differs from those computed from the bundle's drops, a line each."""
    told = bundle.told
    if told["code_sha256"] != code_sha256():
        say("frozen by another version of the code; what differs below may come from that")
    if faults := unreadable(bundle.root):
        return faults
    with TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        run = Run(home, bundle.root / "raw", date.fromisoformat(told["as_of"]), say=say)
        with home.lock():
            for source in steps.SOURCES:
                steps.take_in_source(run, source)
            faults = _false_claims(told, run)
            steps.open_release(run)
            steps.build_tables(run)
            with duckdb.connect(str(run.warehouse), read_only=True) as con:
                write_spaces(con, home.lake, run.manifests(), told["period"])
                found = compare(con, told["period"], bundle.root)
            home.publish(run.run_id, run.asked_for() | {"run_id": run.run_id})
        if not found:
            say(f"all {len(TABLES)} tables computed anew are equal, row for row")
            say("explaining the candidates")
            faults += _other_candidates(bundle, home)
    return faults + [
        f"tables/{d.table}.parquet: {d.frozen_only:,} rows are only frozen, {d.other_only:,} only computed, "
        f"such as {d.example}"
        for d in found
    ]


def _false_claims(told: dict[str, Any], run: Run) -> list[str]:
    """What the manifest says of the frozen run that the drops do not bear out."""
    faults = []
    found = input_sha256(Inventory(run.inventory.files, tuple(told["strays"])))
    if found != told["input_sha256"]:
        faults.append(f"{MANIFEST}: its input_sha256 is not that of these drops")
    if run_id_of(told["as_of"], told["input_sha256"], told["code_sha256"]) != told["run_id"]:
        faults.append(f"{MANIFEST}: its run_id is not that of its as_of, input_sha256 and code_sha256")
    if told["known_at"] is not None:
        later = (f.path for f in run.inventory.files if f.dt > told["known_at"])
        faults += [f"raw/{path}: was handed over after the known_at day {told['known_at']}" for path in later]
    return faults


def _other_candidates(bundle: Bundle, home: Home) -> list[str]:
    """Candidates who are not those explained in the bundle, or are explained otherwise."""
    told = bundle.told
    anew = explained(home, told["period"], told["candidates"], told["run_id"])
    folder = bundle.root / "candidates"
    frozen = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    faults = [
        f"candidates/{name}: is nobody who stands at the line or above"
        for name in sorted(frozen - anew.keys())
    ]
    for name, content in anew.items():
        if name not in frozen:
            faults.append(f"candidates/{name}: is missing, though who it is of stands at the line or above")
        elif (folder / name).read_bytes() != content:
            faults.append(f"candidates/{name}: is explained otherwise from the drops")
    return faults
