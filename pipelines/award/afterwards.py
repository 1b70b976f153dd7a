"""What becomes of certificates once they are issued: revoked, corrected, checked."""

import json
from dataclasses import replace
from pathlib import Path

from pipelines.award.certified import (
    REGISTER,
    all_certificates,
    code_for,
    register_of,
    write_register,
)
from pipelines.award.codes import Certified, look_up
from pipelines.award.documents.certificates import write_certificates
from pipelines.award.documents.content import Certificate
from pipelines.award.journal import CORRECT, JOURNAL, REVOKE
from pipelines.award.state import State
from pipelines.award.step import Say, Step
from pipelines.award.tables import read_content
from pipelines.errors import CockpitError


def revoke(step: Step, number: str) -> None:
    """Note that a certificate is void; its code says so from now on."""
    if any(e.told["number"] == number for e in step.journal.aside(REVOKE)):
        write_register(step)
        step.say(f"{number} is void already")
        return
    certificate = _standing_certificate(step, number)
    step.begin_beside()
    step.journal.note(REVOKE, step.on, {"number": number, "reason": step.reason}, {})
    write_register(step)
    step.say(f"revoked {number} of {certificate.holder_name}")


def correct(step: Step, number: str, name: str) -> None:
    """Make a certificate anew under the right name and a number of its own; the old one is void."""
    if not name.strip():
        raise CockpitError("--name is blank")
    done = next((e for e in step.journal.aside(CORRECT) if e.told["number"] == number), None)
    if done is not None and done.told["name"] == name:
        write_register(step)  # what a step killed half way has not written
        step.say(f"{number} is {done.told['new_number']}, of {name}, already")
        return
    certificate = _standing_certificate(step, number)
    step.begin_beside()
    made = replace(
        certificate, number=_corrected_number(step.state, number), holder_name=name, issued_on=step.on
    )
    made = replace(made, code=code_for(step.state, made.number))
    folder = f"correction-{made.number}"
    files = step.state.folder.make(folder, lambda out: write_certificates([made], out / "pdf"), step.number)
    told = {"number": number, "new_number": made.number, "name": name, "reason": step.reason}
    step.journal.note(CORRECT, step.on, told, files)
    write_register(step)
    step.say(f"{number} is now {made.number}, of {name}")


def _standing_certificate(step: Step, number: str) -> Certificate:
    found = all_certificates(step.state)
    if number not in found:
        raise CockpitError(f"{number!r} is no certificate of this campaign")
    if found[number].is_revoked:
        raise CockpitError(f"{number} is void already")
    return found[number]


def _corrected_number(state: State, number: str) -> str:
    """The number of a certificate made anew: that of the first one, and how often it was."""
    first, times = number, 1
    for entry in reversed(state.journal.aside(CORRECT)):
        if entry.told["new_number"] == first:
            first, times = entry.told["number"], times + 1
    return f"{first}-r{times}"


def check(root: Path, code: str, say: Say) -> int:
    """Say what a code stands for by AWARD's register; 1 where the certificate is void.

    Raises CockpitError where the code is unknown, or the register says of it what journal and bundle do not.
    A register handed on alone is believed.
    """
    path = root / REGISTER / "register.json"
    try:
        found = look_up(json.loads(read_content(path)), code)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CockpitError(f"{path}: is no register of certificates") from error
    if found is None:
        raise CockpitError(f"{path}: knows no certificate of this code")
    _hold_against_campaign(path, found, code, root)
    state = f"revoked on {found.revoked_on}: {found.reason}" if found.revoked_on else "valid"
    say(f"{found.number} {found.award_name} {found.holder_name} {found.school_name} by {found.issuer} on "
        f"{found.issued_on}, bundle {found.bundle_id[:12]}: {state}")  # fmt: skip
    return 1 if found.revoked_on else 0


def _hold_against_campaign(path: Path, found: Certified, code: str, root: Path) -> None:
    """Raise CockpitError where the register is not what journal, bundle and what was handed in come to."""
    state = State.read(root)
    if state.journal.last("open") is None:
        return  # a register handed on without its campaign
    if look_up(register_of(state), code) != found:
        raise CockpitError(
            f"{path}: says of {found.number} what {JOURNAL} does not, or the bundle does not bear out; "
            "`award issue` again writes it anew"
        )
