"""`cockpit award`: a campaign, step by step."""

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pipelines.arguments import day

LOCAL = timezone(timedelta(hours=8))
"""Local time has been eight hours ahead since 1992; no time zone database is asked."""
Say = Callable[[str], None]
Call = Callable[[argparse.Namespace, Say], int]


def add_options(commands: Any, teller: Callable[[], Say]) -> None:
    """Add `award` and the commands below it to `commands`."""
    award = commands.add_parser(
        "award", help="from the frozen index to notice and certificates, step by step"
    )
    steps = award.add_subparsers(dest="step", required=True, metavar="STEP")

    def add(name: str, call: Call, text: str, is_dated: bool = True) -> argparse.ArgumentParser:
        step = steps.add_parser(name, help=text)
        step.add_argument("award", type=Path, metavar="AWARD", help="the campaign's folder")
        if is_dated:
            step.add_argument("--on", type=day, metavar="D", help="the day it is done (default: today)")
        step.set_defaults(function=lambda args: call(args, teller()))
        return step

    _options_until_decided(add)
    _options_of_documents(add)
    add("status", _status, "where the campaign stands", is_dated=False)
    template = steps.add_parser("template", help="write the notice's template, to be edited in WPS or Word")
    template.add_argument("out", type=Path, metavar="FILE", help="a new .docx")
    template.set_defaults(function=lambda args: _template(args, teller()))


def _options_until_decided(add: Callable[..., argparse.ArgumentParser]) -> None:
    opened = add("open", _open, "begin a campaign on an evidence bundle")
    opened.add_argument("--bundle", type=Path, required=True, help="what `cockpit freeze` wrote")
    opened.add_argument("--district", metavar="ID", help="whose campaign it is (default: the city's)")
    opened.add_argument(
        "--public-key", type=Path, metavar="FILE", help="whose signature the bundle must bear"
    )
    nominate = add("nominate", _nominate, "take in who was nominated for the awards that experts decide")
    nominate.add_argument("file", type=Path, metavar="FILE", help="a CSV, good as a whole or refused")
    sheets = add(
        "sheets", _sheets, "write each expert's score sheets, with the evidence beside each criterion"
    )
    sheets.add_argument("file", type=Path, metavar="FILE", help="a CSV of the experts")
    score = add("score", _score, "take in sheets that came back, each good as a whole or refused by cell")
    score.add_argument("files", type=Path, nargs="+", metavar="FILE", help="XLSX or CSV")
    withdraw = add("withdraw", _withdraw, "note that somebody wants no award")
    withdraw.add_argument("--of", required=True, metavar="PRIZE", help="such as teacher_index")
    withdraw.add_argument("--id", required=True, help="a teacher's or school's id")
    withdraw.add_argument("--reason", required=True, help="why")
    decide = add("decide", _decide, "work out who is on the shortlists")
    decide.add_argument("--without", nargs="+", default=[], metavar="EXPERT", help="whose sheets stay away")
    for step in (opened, nominate, sheets, score, decide):
        step.add_argument("--reason", default="", help="why, where it undoes what was done")


def _options_of_documents(add: Callable[..., argparse.ArgumentParser]) -> None:
    add("publicize", _publicize, "write the lists that are made public before anything is given")
    issue = add("issue", _issue, "write notice, certificates, register and the clerk's tables")
    issue.add_argument(
        "--number", required=True, help="the notice's document number, such as 新教函〔2022〕15号"
    )
    issue.add_argument("--template", type=Path, metavar="FILE", help="a notice template of your own, DOCX")
    for name in ("revoke", "correct"):
        after = add(name, _after, f"{name} a certificate that was issued; the trail stays")
        after.add_argument("--number", required=True, help="the certificate's number")
        after.add_argument("--reason", required=True, help="why")
        if name == "correct":
            after.add_argument("--name", required=True, help="the name as it should be")
    showcase = add("showcase", _showcase, "put winners, evidence, criteria and lists into the site")
    showcase.add_argument("--home", type=Path, required=True, help="whose site it is")
    check = add("check", _check, "what a verification code stands for, and nothing else", is_dated=False)
    check.add_argument("code", metavar="CODE")


def _stepping(args: argparse.Namespace, say: Say, call: Callable[[Any], int | None]) -> int:
    """Hold AWARD, read how it stands, take one step."""
    from pipelines.award.journal import held
    from pipelines.award.state import State
    from pipelines.award.step import Step

    on: date = args.on or datetime.now(LOCAL).date()
    with held(args.award, is_new=args.step == "open"):
        return call(Step(State.read(args.award), on, say, getattr(args, "reason", ""))) or 0


def _open(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.intake import open_campaign

    return _stepping(args, say, lambda s: open_campaign(s, args.bundle, args.district, args.public_key))


def _nominate(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.intake import nominate

    return _stepping(args, say, lambda s: nominate(s, args.file))


def _sheets(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.intake import give_out_sheets

    return _stepping(args, say, lambda s: give_out_sheets(s, args.file))


def _score(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.intake import score

    def call(step: Any) -> int:
        faults = score(step, args.files)
        for fault in faults:
            print(f"cockpit: {fault}", file=sys.stderr)
        return 1 if faults else 0

    return _stepping(args, say, call)


def _withdraw(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.intake import withdraw

    return _stepping(args, say, lambda s: withdraw(s, args.of, args.id))


def _decide(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.deciding import decide

    return _stepping(args, say, lambda s: decide(s, args.without) and None)


def _publicize(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.issuing import publicize

    return _stepping(args, say, publicize)


def _issue(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.issuing import issue

    return _stepping(args, say, lambda s: issue(s, args.number, args.template))


def _after(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.afterwards import correct, revoke

    if args.step == "revoke":
        return _stepping(args, say, lambda s: revoke(s, args.number))
    return _stepping(args, say, lambda s: correct(s, args.number, args.name))


def _showcase(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.showcase import show

    return _stepping(args, say, lambda s: show(s, args.home))


def _check(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.afterwards import check

    return check(args.award, args.code, say)


def _status(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.deciding import status
    from pipelines.award.state import State

    for line in status(State.read(args.award)):
        print(line)
    return 0


def _template(args: argparse.Namespace, say: Say) -> int:
    from pipelines.award.issuing import write_notice_template

    write_notice_template(args.out)
    say(f"wrote {args.out}; its fields in {{{{ }}}} are filled by `award issue --template`")
    return 0
