"""The certificates of a campaign as they stand, and the register that tells what their codes stand for."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from dashboards.assets import asset_files
from pipelines.award.codes import Certified, code_of, register
from pipelines.award.documents.content import Certificate
from pipelines.award.journal import CORRECT, REVOKE, SHOWCASE, Entry, Journal
from pipelines.award.places import WINNER
from pipelines.award.shortlist import REVOKED, Listed
from pipelines.award.state import State
from pipelines.award.step import Step
from pipelines.errors import CockpitError
from pipelines.rendering import write_page

REGISTER = "register"
_VERIFY = "在交流展示专区“证书核验”页输入核验码查验"


def all_certificates(state: State) -> dict[str, Certificate]:
    """Every certificate ever issued by number, corrected ones too; `is_revoked` where it is void."""
    issued = state.journal.last("issue")
    if issued is None:
        raise CockpitError(f"{state.root}: `award issue` is not done, so there are no certificates")
    found = {c.number: c for c in certificates_of(state, decided(state), date.fromisoformat(issued.on))}
    for entry in state.journal.aside(REVOKE, CORRECT):
        old = found[entry.told["number"]]
        found[old.number] = replace(old, is_revoked=True)
        if entry.step == CORRECT:
            number = entry.told["new_number"]
            found[number] = replace(
                old, number=number, code=code_for(state, number), holder_name=entry.told["name"],
                issued_on=date.fromisoformat(entry.on),
            )  # fmt: skip
    return found


def as_it_stands(state: State, found: list[Listed]) -> list[Listed]:
    """The shortlists after what befell certificates: names corrected, no winner whose certificate is void."""
    certificates, became, told = all_certificates(state), what_became(state.journal), list(found)
    issued = certificates_of(state, found, date.min)
    for at, first in zip(winners_of(found), issued, strict=True):
        number = first.number
        while number in became and became[number].step == CORRECT:
            number = became[number].told["new_number"]
        candidate = replace(found[at].candidate, name=certificates[number].holder_name)
        status = REVOKED if certificates[number].is_revoked else WINNER
        told[at] = replace(found[at], candidate=candidate, status=status)
    return told


def decided(state: State) -> list[Listed]:
    """The shortlists, which have to be those that were decided."""
    entry = state.journal.last("decide")
    if entry is None or state.folder.changed(entry.files):
        raise CockpitError(f"{state.root / 'results'}: is not what was decided; take `award decide` again")
    return state.shortlist()


def winners_of(found: list[Listed]) -> list[int]:
    """Places of winners in the shortlists."""
    return [at for at, listed in enumerate(found) if listed.is_winner]


def certificates_of(state: State, found: list[Listed], on: date) -> list[Certificate]:
    """The winners' certificates, numbered by award in the order of the shortlists."""
    made: list[Certificate] = []
    counted: dict[str, int] = {}
    for at in winners_of(found):
        award, candidate = found[at].award, found[at].candidate
        counted[award.award] = counted.get(award.award, 0) + 1
        number = f"{state.campaign.campaign_id}-{award.number}-{counted[award.award]:04d}"
        made.append(
            Certificate(
                number, code_for(state, number), award.name, candidate.name,
                candidate.school_name if award.level == "teacher" else "", state.campaign.name, state.issuer,
                on, state.bundle.short_id, state.bundle.told["run_id"], _VERIFY,
            )
        )  # fmt: skip
    return made


def code_for(state: State, number: str) -> str:
    """The code of a certificate's number."""
    return code_of(state.folder.secret(), state.bundle.bundle_id, number)


def what_became(journal: Journal) -> dict[str, Entry]:
    """What made certificates void, by number."""
    return {entry.told["number"]: entry for entry in journal.aside(REVOKE, CORRECT)}


def write_register(step: Step) -> None:
    """Write the register and its page: what codes stand for after the last entry of the journal."""
    content = register_of(step.state)

    def write(out: Path) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (out / "register.json").write_text(text, encoding="utf-8")
        write_check_page(content, out)

    step.state.folder.make(REGISTER, write, step.number)
    if step.journal.aside(SHOWCASE) and step.journal.entries[-1].step != SHOWCASE:
        step.say("the site shows what was before; take `award showcase` again")


def register_of(state: State) -> dict[str, Any]:
    """The register: what codes stand for after the last entry of the journal."""
    became = what_became(state.journal)
    certified = {}
    for certificate in all_certificates(state).values():
        entry = became.get(certificate.number)
        told = Certified(
            certificate.number, certificate.award_name, certificate.holder_name, certificate.school_name,
            certificate.issuer, certificate.issued_on.isoformat(), state.bundle.bundle_id,
        )  # fmt: skip
        if entry is not None:
            told = replace(told, revoked_on=entry.on, reason=entry.told["reason"])
        certified[certificate.code] = told
    about = {
        "campaign": state.campaign.name, "issuer": state.issuer, "bundle_id": state.bundle.bundle_id,
    }  # fmt: skip
    return register(certified, about)


def write_check_page(content: dict, out: Path) -> None:
    """Write the page that checks codes against a register, and the look it needs, into `out`."""
    here = Path(__file__).parent
    (out / "assets").mkdir(exist_ok=True)
    (out / "assets" / "site.css").write_bytes(asset_files({})["site.css"])
    script = (here / "check.js").read_text(encoding="utf-8")
    write_page(here / "check.html.j2", {"register": content, "script": script}, out / "check.html")
