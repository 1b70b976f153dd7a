"""A bundle: a folder whose manifest names every other file in it by sha256 and size.

BUNDLE/manifest.json        what is frozen, by what code, and every member
BUNDLE/manifest.sha256      the manifest's own sha256, as `sha256sum -c` reads it
BUNDLE/manifest.json.sig    its Ed25519 signature, where it was signed
BUNDLE/raw/…                the drop files, as they lay in RAW
BUNDLE/tables/<name>.parquet
                            the period's results (pipelines.evidence.tables)
BUNDLE/campaign/<name>.csv  the campaign's calendar, awards, quotas and rubrics (data/campaign)
BUNDLE/candidates/<id>.json every point of an award candidate, and the raw lines behind it
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.errors import CockpitError
from pipelines.evidence.signing import is_signature
from pipelines.ingest.inventory import sha256_of

MANIFEST, DIGEST, SIGNATURE = "manifest.json", "manifest.sha256", "manifest.json.sig"
_ABOUT = (MANIFEST, DIGEST, SIGNATURE)
CAMPAIGN = "campaign"
"""The folder of campaign tables."""
_LONGEST_MANIFEST = 1 << 30
_SIGNATURE_BYTES = 64
FORMAT = 1
"""Of the manifest and what it names."""


@dataclass
class Bundle:
    """A bundle that was read. `faults` has a line for each member that is not what the manifest says."""

    root: Path
    told: dict[str, Any]
    is_signed: bool
    faults: list[str] = field(default_factory=list)


def members_of(root: Path) -> dict[str, dict[str, Any]]:
    """{sha256, size} of every file of a bundle being made, by its path in it."""
    return {
        path.relative_to(root).as_posix(): {"sha256": sha256_of(path), "size": path.stat().st_size}
        for path in sorted(p for p in root.rglob("*") if p.is_file())
    }


def digest_line(manifest: bytes) -> bytes:
    """The content of manifest.sha256."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def read_bundle(root: Path, public_key: bytes | None = None) -> Bundle:
    """Read a bundle and hold every byte of it against its manifest and signature.

    `public_key` (PEM) is the key it has to be signed with; without one the key it names itself is held to,
    which tells a fault but not who signed. Raises CockpitError where the manifest cannot be trusted at all.
    """
    manifest = _manifest(root)
    told = _told(root, manifest)
    bundle = Bundle(root, told, is_signed=told["public_key"] is not None)
    _check_signature(bundle, manifest, public_key)
    found = {}
    for name, status in _files(root):
        if name in _ABOUT:
            continue
        if not stat.S_ISREG(status.st_mode):
            bundle.faults.append(f"{name}: is no plain file")
        else:
            found[name] = status.st_size
    for name in sorted(found.keys() - told["members"].keys()):
        bundle.faults.append(f"{name}: is not in the manifest")
    for name, member in sorted(told["members"].items()):
        if name not in found:
            bundle.faults.append(f"{name}: is missing")
        elif found[name] != member["size"]:
            bundle.faults.append(f"{name}: has {found[name]:,} bytes, not {member['size']:,}")
        elif sha256_of(root / name) != member["sha256"]:
            bundle.faults.append(f"{name}: is not the file that was frozen, its sha256 differs")
    return bundle


def said_of(bundle: Bundle, public_key_file: Path | None) -> str:
    """That a bundle is whole, and what its signature tells."""
    members = f"all {len(bundle.told['members']):,} members are as frozen"
    if not bundle.is_signed:
        return f"{members}; not signed: anybody could have made this bundle"
    if public_key_file is None:
        return f"{members}; signed with the key it names itself: give --public-key to know whose it is"
    return f"{members}; signed with the key of {public_key_file}"


def _plain(path: Path, limit: int) -> bytes:
    """The content of a plain file of no more than `limit` bytes. Raises CockpitError for any other."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise CockpitError(f"{path}: is no plain file")
        if status.st_size > limit:
            raise CockpitError(f"{path}: is too large, {status.st_size:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise CockpitError(f"{path}: cannot be read: {error.strerror}") from error


def _manifest(root: Path) -> bytes:
    manifest = _plain(root / MANIFEST, _LONGEST_MANIFEST)
    if _plain(root / DIGEST, len(digest_line(b""))) != digest_line(manifest):
        raise CockpitError(f"{root}: {DIGEST} does not fit {MANIFEST}: one of the two was changed")
    return manifest


def _told(root: Path, manifest: bytes) -> dict[str, Any]:
    """What a manifest tells. Raises CockpitError where a part of it is not what it has to be."""
    try:
        told = json.loads(manifest)
        wrong = [name for name, is_sound in _PARTS.items() if not is_sound(told[name])]
        sound = all(
            _is_safe(name) and isinstance(m["size"], int) and isinstance(m["sha256"], str)
            for name, m in told["members"].items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"{type(error).__name__} {error}" if isinstance(error, KeyError) else error
        raise CockpitError(f"{root / MANIFEST}: is no manifest of a bundle: {what}") from error
    if wrong:
        raise CockpitError(f"{root / MANIFEST}: is no manifest of a bundle: {', '.join(wrong)}")
    if not sound:
        raise CockpitError(f"{root / MANIFEST}: names a member outside of it, or without sha256 and size")
    return told


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_day(value: object) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


_PARTS: dict[str, Callable[[Any], bool]] = {
    "format": lambda value: value == FORMAT,
    "period": _is_text,
    "as_of": _is_day,
    "known_at": lambda value: value is None or _is_day(value),
    "run_id": _is_text,
    "input_sha256": _is_text,
    "code_sha256": _is_text,
    "candidates": lambda value: isinstance(value, int) and value > 0,
    "strays": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "public_key": lambda value: value is None or _is_text(value),
    "members": lambda value: isinstance(value, dict),
}


def _is_safe(name: str) -> bool:
    """Whether a member's name leads to nowhere but into the bundle."""
    path = PurePosixPath(name)
    parts = not path.is_absolute() and path.parts and ".." not in path.parts
    return bool(parts) and path.as_posix() == name and name not in _ABOUT and "\0" not in name


def _files(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """(path, status) of everything below, links not followed."""
    for folder, names, files in os.walk(root):
        for name in [*files, *(n for n in names if os.path.islink(os.path.join(folder, n)))]:
            path = Path(folder) / name
            yield path.relative_to(root).as_posix(), path.lstat()


def _check_signature(bundle: Bundle, manifest: bytes, public_key: bytes | None) -> None:
    path = bundle.root / SIGNATURE
    own = bundle.told["public_key"]
    if own is None:
        if os.path.lexists(path):
            bundle.faults.append(f"{SIGNATURE}: is there, but the manifest was not signed")
        if public_key is not None:
            bundle.faults.append(f"{MANIFEST}: is not signed")
        return
    try:
        signature = _plain(path, _SIGNATURE_BYTES)
    except CockpitError as error:
        bundle.faults.append(f"{SIGNATURE}: {str(error).removeprefix(f'{path}: ')}")
        return
    if not is_signature(signature, manifest, own.encode()):
        bundle.faults.append(f"{SIGNATURE}: is no signature of this manifest")
    elif public_key is not None and not is_signature(signature, manifest, public_key):
        bundle.faults.append(f"{SIGNATURE}: was made with another key than the one given")
