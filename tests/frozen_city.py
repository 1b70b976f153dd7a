"""A small city whose award window is over, frozen as a signed bundle: made once for the tests of evidence."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from once import made_once
from voiding import records, void
from warm import cockpit

from pipelines.errors import CockpitError
from pipelines.evidence.bundle import read_bundle
from pipelines.evidence.freeze import freeze
from pipelines.evidence.signing import public_pem
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.synth import write_city

PERIOD = "award-2022"


def quiet(line: str) -> None:
    """Says nothing."""


def make_key(path: Path) -> Path:
    """A new private key in PEM, its public half beside it as `public.pem`."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.with_name("public.pem").write_text(public_pem(key))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and home/ of a small city past the window, key.pem and public.pem, and a signed bundle/ of it.

    Some of its events are void by decisions in the drops.
    """
    folder = tmp_path_factory.mktemp("evidence") / "place"
    shutil.copytree(made_once(tmp_path_factory, "frozen-city", _make_place), folder, symlinks=True)
    last = (folder / "home" / "run.json").resolve()
    write_json(last, json.loads(last.read_text(encoding="utf-8")) | {"raw": str(folder / "raw")})
    return folder


def _make_place(folder: Path) -> None:
    write_city(folder / "raw", 40, date(2022, 5, 24), date(2022, 6, 2), seed=5, dirty=0.02)
    ids = [record.get("event_id") for record in records(folder / "raw", "activities")[:40]]
    void(folder / "raw", "2022-06-01", *(f"activities:{id_}" for id_ in dict.fromkeys(filter(None, ids))))
    done = cockpit("run", "--raw", folder / "raw", "--home", folder / "home")
    assert done.returncode == 0, done.stderr
    make_key(folder / "key.pem")
    freeze(Home(folder / "home"), PERIOD, folder / "bundle", folder / "key.pem", 3, quiet)


def faults_of(bundle: Path, public_key: Path | None = None) -> list[str]:
    """What reading a bundle finds wrong."""
    try:
        return read_bundle(bundle, public_key.read_bytes() if public_key else None).faults
    except CockpitError as error:
        return [str(error)]
