"""The steps after the decision: the list made public, the notice and the certificates."""

import re
from datetime import date
from pathlib import Path

from pipelines.award.campaign import Stage
from pipelines.award.certified import certificates_of, decided, winners_of, write_register
from pipelines.award.documents.certificates import write_certificates
from pipelines.award.documents.content import Contact, Notice, PublicityList
from pipelines.award.documents.notice import notice_docx, notice_pdf, notice_template, write_template
from pipelines.award.documents.publicity import publicity_docx, publicity_pdf
from pipelines.award.documents.winners import write_winners
from pipelines.award.prose import award_lists, notice_text, publicity_text
from pipelines.award.state import State
from pipelines.award.step import Step, midnight, sha256
from pipelines.award.tables import read_content
from pipelines.documents.fonts import find_fonts
from pipelines.errors import CockpitError

_DOCUMENT_NUMBER = re.compile(r"\S+〔[0-9]{4}〕[0-9]+号")
_ADDRESSEES = {True: "各区教育局，各街镇教育总支，各中小学", False: "各街镇教育总支，各中小学"}
"""Whom the notice of the city's campaign, or of a district's, goes to."""


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
        award_lists(state.campaign, decided(state), {}),
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
    told = {"number": document_number, "template": sha256(own) if own is not None else None}
    if last is not None and any(last.told[k] != v for k, v in told.items()):
        by = "a template of its own, kept in template/" if last.told["template"] else "the default template"
        raise CockpitError(f"{state.root}: was issued as {last.told['number']} by {by} already")
    if last is not None and not state.folder.changed(last.files):
        write_register(step)  # what a step killed half way has not written
        step.say(f"{state.root}: issued already, on {last.on}")
        return
    if last is None:
        step.begin("issue")
    public = _public(state, date.fromisoformat(step.journal.standing("publicize")[-1].on))
    if last is None and step.on <= public.ends_on:
        raise CockpitError(f"--on {step.on}: the publicity lasts to {public.ends_on}")
    on = step.on if last is None else date.fromisoformat(last.on)
    found, bundle = decided(state), state.bundle
    certificates = certificates_of(state, found, on)
    numbers = {at: c.number for at, c in zip(winners_of(found), certificates, strict=True)}
    notice = Notice(
        state.issuer, document_number, f"关于公布{state.campaign.name}结果的通知",
        _ADDRESSEES[state.district_id is None],
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
    write_register(step)
    step.say(f"issued {document_number} with {len(certificates)} certificates in {state.root / 'documents'}")


def _public(state: State, on: date) -> Stage:
    """The days of a list made public on a day: those of the calendar, or as many where it came later."""
    return state.campaign.calendar["publicity"].begun(on)


def _first_day(step: Step, stage: str) -> date:
    starts_on = step.state.campaign.calendar[stage].starts_on
    if step.on < starts_on:
        raise CockpitError(f"--on {step.on}: the {stage} begins on {starts_on}")
    return step.on


def write_notice_template(out: Path) -> None:
    """Write the notice's template for a clerk to edit."""
    write_template(out, notice_template())
