"""`cockpit verify`: a bundle's bytes held against its manifest, its results computed anew from its drops."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipelines import steps
from pipelines.evidence.bundle import Bundle, read_bundle
from pipelines.evidence.signing import read_public_key
from pipelines.evidence.tables import TABLES, compare
from pipelines.home import Home
from pipelines.project import code_sha256
from pipelines.steps import Run


def verify(root: Path, public_key_file: Path | None, say: Callable[[str], None]) -> list[str]:
    """What is wrong with a bundle, a line each; none where it is whole and its results are what it says.

    Raises CockpitError where the manifest cannot be read or was changed, or the drops cannot be scored.
    """
    say("reading every member")
    bundle = read_bundle(root, read_public_key(public_key_file) if public_key_file else None)
    if bundle.faults:
        return bundle.faults
    say(_said_of(bundle, public_key_file))
    return recompute(bundle, say)


def _said_of(bundle: Bundle, public_key_file: Path | None) -> str:
    members = f"all {len(bundle.told['members']):,} members are as frozen"
    if not bundle.is_signed:
        return f"{members}; not signed: anybody could have made this bundle"
    if public_key_file is None:
        return f"{members}; signed with the key it names itself: give --public-key to know whose it is"
    return f"{members}; signed with the key of {public_key_file}"


def recompute(bundle: Bundle, say: Callable[[str], None]) -> list[str]:
    """What of the frozen tables differs from those computed from the bundle's drops, a line each."""
    told = bundle.told
    if told["code_sha256"] != code_sha256():
        say("frozen by another version of the code; what differs below may come from that")
    with TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        run = Run(home, bundle.root / "raw", date.fromisoformat(told["as_of"]), say=say)
        with home.lock():
            for source in steps.SOURCES:
                steps.take_in_source(run, source)
            steps.open_release(run)
            steps.build_tables(run)
            with duckdb.connect(str(run.warehouse), read_only=True) as con:
                found = compare(con, told["period"], bundle.root)
    if not found:
        say(f"all {len(TABLES)} tables computed anew are equal, row for row")
    return [
        f"tables/{d.table}.parquet: {d.frozen_only:,} rows are only frozen, {d.other_only:,} only computed, "
        f"such as {d.example}"
        for d in found
    ]
