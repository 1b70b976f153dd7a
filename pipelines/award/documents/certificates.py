"""Certificates: one PDF per winner, the same bytes whenever and by however many processes they are made."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import segno

from pipelines.aside import aside
from pipelines.award.documents.content import Certificate, solemn_day
from pipelines.documents.fonts import find_fonts
from pipelines.documents.typesetting import Typesetter
from pipelines.errors import CockpitError
from pipelines.files import fsync_path

TEMPLATE = Path(__file__).with_name("certificate.typ")

# Below, a second process is not there before the first is done.
_WORTH_A_PROCESS = 300
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def certificate_data(certificate: Certificate) -> dict[str, Any]:
    """What the template is filled with."""
    return {
        "number": certificate.number,
        "code": certificate.code,
        "award_name": certificate.award_name,
        "holder_name": certificate.holder_name,
        "school_name": certificate.school_name,
        "occasion": certificate.occasion,
        "issuer": certificate.issuer,
        "issued_on": solemn_day(certificate.issued_on),
        "bundle_id": certificate.bundle_id,
        "run_id": certificate.run_id,
        "verify_text": certificate.verify_text,
        "qr": qr_svg(f"{certificate.number} {certificate.code}"),
    }


def qr_svg(text: str) -> str:
    """A QR code as SVG: one path of its dark squares, within the four light ones that readers want."""
    rows = segno.make(text, error="m", encoding="utf-8", micro=False).matrix
    size = len(rows) + 8
    path = "".join(
        f"M{4 + match.start()} {4 + y}h{len(match[0])}v1h-{len(match[0])}z"
        for y, row in enumerate(rows)
        for match in re.finditer("1+", "".join("1" if dark else "0" for dark in row))
    )
    box = f'viewBox="0 0 {size} {size}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{path}" fill="#000"/></svg>'


def file_name(certificate: Certificate) -> str:
    """A certificate's file, named by its number. Raises CockpitError where no file can be named so."""
    number = certificate.number
    if not number or number.startswith(".") or number != number.strip() or _UNFIT.search(number):
        raise CockpitError(
            f"certificate {number!r} of {certificate.holder_name}: no file can have this number"
        )
    return f"{number}.pdf"


def write_certificates(certificates: Iterable[Certificate], folder: Path) -> list[Path]:
    """Write a PDF per certificate that is not revoked into `folder`, which must be new or empty; their paths.

    The folder is seen when all are there. Raises CockpitError for a number twice or one that names no file,
    and for a name with a character no font has.
    """
    standing = [certificate for certificate in certificates if not certificate.is_revoked]
    names = [file_name(certificate) for certificate in standing]
    if len(set(names)) < len(names):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise CockpitError(f"certificate {twice.removesuffix('.pdf')}: the number is there twice")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CockpitError(f"{folder}: is not an empty folder; certificates are never written over")
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    part.mkdir(parents=True)
    try:
        _write_all(standing, part)
        fsync_path(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        fsync_path(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [folder / name for name in names]


def _write_all(certificates: list[Certificate], part: Path) -> None:
    if len(certificates) < _WORTH_A_PROCESS:
        _write(certificates, part)
        return
    half = len(certificates) // 2
    with aside(_write, certificates[:half], part) as other:
        _write(certificates[half:], part)
        other.result()


def _write(certificates: list[Certificate], part: Path) -> None:
    setter = Typesetter(TEMPLATE, find_fonts())
    for certificate in certificates:
        path = part / file_name(certificate)
        path.write_bytes(certificate_pdf(certificate, setter))
        fsync_path(path)


def certificate_pdf(certificate: Certificate, setter: Typesetter) -> bytes:
    """One certificate, by a Typesetter of TEMPLATE."""
    try:
        return setter.pdf(certificate_data(certificate))
    except CockpitError as error:
        raise CockpitError(
            f"certificate {certificate.number} of {certificate.holder_name}: {error}"
        ) from error
