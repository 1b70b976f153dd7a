"""The steps after the decision: lists made public, notice and certificates, and what becomes of them."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from dashboards.assets import asset_files
from pipelines.award.campaign import Stage
from pipelines.award.codes import Certified, code_of, look_up, register
from pipelines.award.documents.certificates import write_certificates
from pipelines.award.documents.content import Certificate, Contact, Notice, PublicityList
from pipelines.award.documents.notice import notice_docx, notice_pdf, notice_template, write_template
from pipelines.award.documents.publicity import publicity_docx, publicity_pdf
from pipelines.award.documents.tables import write_winners
from pipelines.award.journal import CORRECT, JOURNAL, REVOKE, SHOWCASE, Entry, Journal
from pipelines.award.places import WINNER
from pipelines.award.prose import award_lists, notice_text, publicity_text
from pipelines.award.shortlist import REVOKED, Listed
from pipelines.award.state import State
from pipelines.award.steps import Say, Step, midnight
from pipelines.award.tables import read_content
from pipelines.documents.fonts import find_fonts
from pipelines.errors import CockpitError
from pipelines.rendering import write_page

REGISTER = "register"
_DOCUMENT_NUMBER = re.compile(r"\S+〔[0-9]{4}〕[0-9]+号")
_VERIFY = "在交流展示专区“证书核验”页输入核验码查验"
_ADDRESSEES = "各街镇教育总支，各中小学"


def publicize(step: Step) -> None:
    """Write the list made public, once its days have come."""
    state = step.state
    last = step.journal.last("publicize")
    if last is not None and not state.folder.changed(last.files):
        step.say(f"{state.root}: made public already, on {last.on}")
        return
    if last is None:
        step.begin("publicize")
    on = _first_day(step, "publicity") if last is None else date.fromisoformat(last.on)
    public, bundle = _public(state, on), state.bundle
    told = PublicityList(
        state.issuer,
        f"{state.campaign.name}入围名单公示",
        publicity_text(state.campaign),
        award_lists(state.campaign, _decided(state), {}),
        public.starts_on,
        public.ends_on,
        Contact(state.issuer),
        on,
        bundle.short_id,
        bundle.told["run_id"],
    )

    def write(out: Path) -> None:
        (out / "publicity.docx").write_bytes(publicity_docx(told))
        (out / "publicity.pdf").write_bytes(publicity_pdf(told, find_fonts()))

    made = state.folder.make("publicity", write, step.number)
    if last is None:
        step.note("publicize", {}, made)
    step.say(f"wrote the list made public to {state.root / 'publicity'}")


def issue(step: Step, document_number: str, template: Path | None) -> None:
    """Write notice, certificates, the clerk's tables and the register, once the publicity is over."""
    if not _DOCUMENT_NUMBER.fullmatch(document_number):
        raise CockpitError(f"--number {document_number!r} is no document number such as 新教函〔2022〕15号")
    state = step.state
    last = step.journal.last("issue")
    own = read_content(template) if template else None
    told = {"number": document_number, "template": _sha256(own) if own is not None else None}
    if last is not None and any(last.told[k] != v for k, v in told.items()):
        by = "a template of its own, kept in template/" if last.told["template"] else "the default template"
        raise CockpitError(f"{state.root}: was issued as {last.told['number']} by {by} already")
    if last is not None and not state.folder.changed(last.files):
        _write_register(step)  # what a step killed half way has not written
        step.say(f"{state.root}: issued already, on {last.on}")
        return
    if last is None:
        step.begin("issue")
    public = _public(state, date.fromisoformat(step.journal.standing("publicize")[-1].on))
    if last is None and step.on <= public.ends_on:
        raise CockpitError(f"--on {step.on}: the publicity lasts to {public.ends_on}")
    on = step.on if last is None else date.fromisoformat(last.on)
    found, bundle = _decided(state), state.bundle
    certificates = _certificates(state, found, on)
    numbers = {at: c.number for at, c in zip(_winners(found), certificates, strict=True)}
    notice = Notice(
        state.issuer, document_number, f"关于公布{state.campaign.name}结果的通知", _ADDRESSEES,
        notice_text(state.campaign, found, public), award_lists(state.campaign, found, numbers), on,
        bundle.short_id, bundle.told["run_id"],
    )  # fmt: skip

    def write(out: Path) -> None:
        (out / "notice.docx").write_bytes(notice_docx(notice, template))
        (out / "notice.pdf").write_bytes(notice_pdf(notice, find_fonts()))
        write_winners(notice.awards, out, midnight(state), bundle.short_id, bundle.told["run_id"])
        write_certificates(certificates, out / "certificates")

    made = state.folder.make("documents", write, step.number)
    kept = {state.folder.keep(own, "template", ".docx"): told["template"]} if own is not None else {}
    if last is None:
        step.note("issue", told, made | kept)
    _write_register(step)
    step.say(f"issued {document_number} with {len(certificates)} certificates in {state.root / 'documents'}")


def revoke(step: Step, number: str) -> None:
    """Note that a certificate is void; its code says so from now on."""
    if any(e.told["number"] == number for e in step.journal.aside(REVOKE)):
        _write_register(step)
        step.say(f"{number} is void already")
        return
    certificate = _standing_certificate(step, number)
    step.begin_beside()
    step.journal.note(REVOKE, step.on, {"number": number, "reason": step.reason}, {})
    _write_register(step)
    step.say(f"revoked {number} of {certificate.holder_name}")


def correct(step: Step, number: str, name: str) -> None:
    """Make a certificate anew under the right name and a number of its own; the old one is void."""
    if not name.strip():
        raise CockpitError("--name is blank")
    done = next((e for e in step.journal.aside(CORRECT) if e.told["number"] == number), None)
    if done is not None and done.told["name"] == name:
        _write_register(step)  # what a step killed half way has not written
        step.say(f"{number} is {done.told['new_number']}, of {name}, already")
        return
    certificate = _standing_certificate(step, number)
    step.begin_beside()
    made = replace(
        certificate, number=_corrected_number(step.state, number), holder_name=name, issued_on=step.on
    )
    made = replace(made, code=_code(step.state, made.number))
    folder = f"correction-{made.number}"
    files = step.state.folder.make(folder, lambda out: write_certificates([made], out / "pdf"), step.number)
    told = {"number": number, "new_number": made.number, "name": name, "reason": step.reason}
    step.journal.note(CORRECT, step.on, told, files)
    _write_register(step)
    step.say(f"{number} is now {made.number}, of {name}")


def write_notice_template(out: Path) -> None:
    """Write the notice's template for a clerk to edit."""
    write_template(out, notice_template())


def check(root: Path, code: str, say: Say) -> int:
    """Say what a code stands for by AWARD's register; 1 where the certificate is void.

    Raises CockpitError where the code is unknown, or the register is not what the journal says.
    """
    path = root / REGISTER / "register.json"
    try:
        found = look_up(json.loads(read_content(path)), code)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CockpitError(f"{path}: is no register of certificates") from error
    if found is None:
        raise CockpitError(f"{path}: knows no certificate of this code")
    _hold_against_journal(path, found, Journal.read(root))
    state = f"revoked on {found.revoked_on}: {found.reason}" if found.revoked_on else "valid"
    say(f"{found.number} {found.award_name} {found.holder_name} {found.school_name} by {found.issuer} on "
        f"{found.issued_on}, bundle {found.bundle_id[:12]}: {state}")  # fmt: skip
    return 1 if found.revoked_on else 0


def _hold_against_journal(path: Path, found: Certified, journal: Journal) -> None:
    """Raise CockpitError where a register is older than the journal, or of another campaign."""
    opened = journal.last("open")
    if opened is None:
        return  # a register handed on without its campaign
    entry = _became(journal).get(found.number)
    revoked = (entry.on, entry.told["reason"]) if entry else ("", "")
    if found.bundle_id != opened.told["bundle_id"] or (found.revoked_on, found.reason) != revoked:
        raise CockpitError(
            f"{path}: says of {found.number} what {JOURNAL} does not; `award issue` again writes it anew"
        )


def _became(journal: Journal) -> dict[str, Entry]:
    """What made certificates void, by number."""
    return {entry.told["number"]: entry for entry in journal.aside(REVOKE, CORRECT)}


def _decided(state: State) -> list[Listed]:
    """The shortlists, which have to be those that were decided."""
    entry = state.journal.last("decide")
    if entry is None or state.folder.changed(entry.files):
        raise CockpitError(f"{state.root / 'results'}: is not what was decided; take `award decide` again")
    return state.shortlist()


def _winners(found: list[Listed]) -> list[int]:
    return [at for at, listed in enumerate(found) if listed.is_winner]


def _public(state: State, on: date) -> Stage:
    """The days of a list made public on a day: those of the calendar, or as many where it came later."""
    return state.campaign.calendar["publicity"].begun(on)


def _first_day(step: Step, stage: str) -> date:
    starts_on = step.state.campaign.calendar[stage].starts_on
    if step.on < starts_on:
        raise CockpitError(f"--on {step.on}: the {stage} begins on {starts_on}")
    return step.on


def _code(state: State, number: str) -> str:
    return code_of(state.folder.secret(), state.bundle.bundle_id, number)


def _certificates(state: State, found: list[Listed], on: date) -> list[Certificate]:
    """The winners' certificates, numbered by award in the order of the shortlists."""
    made: list[Certificate] = []
    counted: dict[str, int] = {}
    for at in _winners(found):
        award, candidate = found[at].award, found[at].candidate
        counted[award.award] = counted.get(award.award, 0) + 1
        number = f"{state.campaign.campaign_id}-{award.number}-{counted[award.award]:04d}"
        made.append(
            Certificate(
                number, _code(state, number), award.name, candidate.name,
                candidate.school_name if award.level == "teacher" else "", state.campaign.name, state.issuer,
                on, state.bundle.short_id, state.bundle.told["run_id"], _VERIFY,
            )
        )  # fmt: skip
    return made


def all_certificates(state: State) -> dict[str, Certificate]:
    """Every certificate ever issued by number, corrected ones too; `is_revoked` where it is void."""
    issued = state.journal.last("issue")
    if issued is None:
        raise CockpitError(f"{state.root}: `award issue` is not done, so there are no certificates")
    found = {c.number: c for c in _certificates(state, _decided(state), date.fromisoformat(issued.on))}
    for entry in state.journal.aside(REVOKE, CORRECT):
        old = found[entry.told["number"]]
        found[old.number] = replace(old, is_revoked=True)
        if entry.step == CORRECT:
            number = entry.told["new_number"]
            found[number] = replace(
                old, number=number, code=_code(state, number), holder_name=entry.told["name"],
                issued_on=date.fromisoformat(entry.on),
            )  # fmt: skip
    return found


def as_it_stands(state: State, found: list[Listed]) -> list[Listed]:
    """The shortlists after what befell certificates: names corrected, no winner whose certificate is void."""
    certificates, became, told = all_certificates(state), _became(state.journal), list(found)
    issued = _certificates(state, found, date.min)
    for at, first in zip(_winners(found), issued, strict=True):
        number = first.number
        while number in became and became[number].step == CORRECT:
            number = became[number].told["new_number"]
        candidate = replace(found[at].candidate, name=certificates[number].holder_name)
        status = REVOKED if certificates[number].is_revoked else WINNER
        told[at] = replace(found[at], candidate=candidate, status=status)
    return told


def _standing_certificate(step: Step, number: str) -> Certificate:
    found = all_certificates(step.state)
    if number not in found:
        raise CockpitError(f"{number!r} is no certificate of this campaign")
    if found[number].is_revoked:
        raise CockpitError(f"{number} is void already")
    return found[number]


def _corrected_number(state: State, number: str) -> str:
    base = number.split("-r")[0]
    times = sum(e.told["number"].split("-r")[0] == base for e in state.journal.aside(CORRECT))
    return f"{base}-r{times + 1}"


def _write_register(step: Step) -> None:
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
    became = _became(state.journal)
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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
