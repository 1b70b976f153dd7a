"""Certificates' numbers and verification codes, and the register that lets a code be checked.

A code has 80 random-looking bits: HMAC-SHA256 under the campaign's secret of the bundle's id and the
certificate's number, in base 32 without letters that look like digits. The register holds for each
certificate a key derived from its code, and what it says, enciphered under that code: who has a code sees
that certificate, and nobody sees anything of another. The page does the same in the browser.
"""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.errors import CockpitError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_LETTERS = 16
_NONCE = 16
_BLOCK = 256
_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
FORMAT = 1


@dataclass(frozen=True)
class Certified:
    """What a certificate says, and what became of it: `revoked_on` and `reason` are empty while it stands."""

    number: str
    award_name: str
    holder_name: str
    school_name: str
    issuer: str
    issued_on: str
    bundle_id: str
    revoked_on: str = ""
    reason: str = ""


def code_of(secret: bytes, bundle_id: str, number: str) -> str:
    """A certificate's code, as XXXX-XXXX-XXXX-XXXX."""
    digest = hmac.digest(secret, f"{bundle_id}\0{number}".encode(), "sha256")
    bits = int.from_bytes(digest[:10], "big")
    letters = "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_LETTERS)))
    return "-".join(letters[at : at + 4] for at in range(0, _LETTERS, 4))


def plain(code: str) -> str:
    """A code as typed: its letters alone, in capitals. Raises CockpitError where it can be none."""
    letters = re.sub(r"[\s-]", "", code).upper().translate(_ALIKE)
    if len(letters) != _LETTERS or set(letters) - set(_ALPHABET):
        raise CockpitError(f"{code!r} is no verification code such as 7K2M-9QXA-03DE-VV41")
    return letters


def register(certified: dict[str, Certified], about: dict[str, Any]) -> dict[str, Any]:
    """The register of certificates (by code); `about` is told to everybody."""
    entries = {}
    for code, told in certified.items():
        letters = plain(code)
        text = json.dumps(asdict(told), ensure_ascii=False, sort_keys=True).encode()
        padded = text.ljust(-(-len(text) // _BLOCK) * _BLOCK)  # its length tells nothing of a name's
        entries[_key(letters)] = _enciphered(letters, padded).hex()
    return {"format": FORMAT, "about": about, "entries": dict(sorted(entries.items()))}


def look_up(told: dict[str, Any], code: str) -> Certified | None:
    """What a register says of the certificate of a code, None where it knows none."""
    letters = plain(code)
    entry = told["entries"].get(_key(letters))
    if entry is None:
        return None
    return Certified(**json.loads(_deciphered(letters, bytes.fromhex(entry))))


def _key(letters: str) -> str:
    return hashlib.sha256(f"key:{letters}".encode()).hexdigest()


def _nonce(letters: str, text: bytes) -> bytes:
    """Another for another text under one code, as after a revocation; it also seals the text."""
    return hashlib.sha256(f"nonce:{letters}:".encode() + text).digest()[:_NONCE]


def _mixed(letters: str, nonce: bytes, text: bytes) -> bytes:
    """`text` under the stream of SHA-256 over code, nonce and counter; the same again undoes it."""
    seed = f"{letters}:{nonce.hex()}"
    blocks = range(-(-len(text) // 32))
    stream = b"".join(hashlib.sha256(f"stream:{seed}:{n}".encode()).digest() for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _enciphered(letters: str, text: bytes) -> bytes:
    nonce = _nonce(letters, text)
    return nonce + _mixed(letters, nonce, text)


def _deciphered(letters: str, entry: bytes) -> bytes:
    nonce, text = entry[:_NONCE], _mixed(letters, entry[:_NONCE], entry[_NONCE:])
    if not hmac.compare_digest(nonce, _nonce(letters, text)):
        raise CockpitError("the register's entry of this code was changed")
    return text
