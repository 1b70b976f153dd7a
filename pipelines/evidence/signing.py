"""Ed25519 signatures beside a file, as OpenSSL makes and checks them.

openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out public.pem
openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in manifest.json -sigfile manifest.json.sig
"""

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pipelines.errors import CockpitError


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """A private key in PEM, not encrypted. Raises CockpitError where the file holds none."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise CockpitError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CockpitError(f"{path}: is no plain private key in PEM: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CockpitError(f"{path}: is a private key of another kind than Ed25519")
    return key


def read_public_key(path: Path) -> bytes:
    """A public key in PEM as bytes. Raises CockpitError where the file holds none."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise CockpitError(f"{path}: cannot be read: {error.strerror}") from error
    if _public_key(text) is None:
        raise CockpitError(f"{path}: is no Ed25519 public key in PEM")
    return text


def public_pem(key: Ed25519PrivateKey) -> str:
    """The public half of a key in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def is_signature(signature: bytes, signed: bytes, public_key: bytes) -> bool:
    """Whether it is the signature of `signed` by the private half of a key in PEM."""
    key = _public_key(public_key)
    if key is None:
        return False
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _public_key(pem: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None
