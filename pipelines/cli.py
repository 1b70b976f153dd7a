"""`cockpit`: the program. Exits 0 when all of it worked, 2 on a usage error, 1 otherwise."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from pipelines.arguments import day, positive, share
from pipelines.award.cli import add_options as award_options
from pipelines.bulletin.cli import add_options as bulletin_options
from pipelines.errors import CockpitError
from pipelines.project import CAMPAIGN_TABLES
from pipelines.whatif.award_line import AwardLine


class _Parser(argparse.ArgumentParser):
    """Says a usage error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _run(args: argparse.Namespace) -> int:
    from pipelines.running import run

    return run(args.raw, args.home, args.as_of, args.known_at, args.full_refresh, say=_teller())


def _synth(args: argparse.Namespace) -> int:
    from pipelines.synth import write_city

    say = _teller()
    try:
        counts = write_city(
            args.out, args.teachers, args.first, args.last, seed=args.seed, dirty=args.dirty, fmt=args.format,
            progress=say, cheats=args.cheats,
        )  # fmt: skip
    except ValueError as error:
        raise CockpitError(str(error)) from error
    say(
        f"wrote {counts.records:,} records in {counts.files:,} files to {args.out}: "
        f"{counts.logins:,} logins, {counts.activities:,} activities, of these "
        f"{counts.duplicates:,} duplicates and {sum(counts.quarantined.values()):,} to be quarantined"
    )
    return 0


def _explain(args: argparse.Namespace) -> int:
    from pipelines.explain.cli import main

    if args.unit and (args.level != "teacher" or args.rank):
        args.parser.error("--unit goes with a teacher's points alone, not with --level or --rank")
    return main(args)


def _trace(args: argparse.Namespace) -> int:
    from pipelines.trace.cli import main

    return main(args)


def _lineage(args: argparse.Namespace) -> int:
    from pipelines.lineage.cli import main

    return main(args)


def _docs(args: argparse.Namespace) -> int:
    from pipelines.dbt_docs import main

    return main(args)


def _evidence(name: str) -> Callable[[argparse.Namespace], int]:
    def call(args: argparse.Namespace) -> int:
        from pipelines.evidence import cli

        return getattr(cli, name)(args, _teller())

    return call


def _whatif(args: argparse.Namespace) -> int:
    from pipelines.whatif.cli import main

    return main(args, _teller())


def _signals(args: argparse.Namespace) -> int:
    from pipelines.home import Home
    from pipelines.signals.signals import Signals

    page = Signals(Home(args.home), args.out, args.first, args.last, _teller()).run()
    print(f"page to open: {page}")
    return 0


def _award_line(text: str) -> AwardLine:
    try:
        return AwardLine.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _teller():
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {line}", flush=True)

    return say


def _run_options(commands: Any) -> None:
    run = commands.add_parser(
        "run", help="take in what is new in RAW and bring everything in HOME up to date"
    )
    run.add_argument("--raw", type=Path, required=True, help="the raw folder")
    run.add_argument("--home", type=Path, required=True, help="where results live")
    run.add_argument("--as-of", type=day, metavar="D", help="as-of day (default: the newest dt)")
    run.add_argument(
        "--known-at",
        type=day,
        metavar="T",
        help="score only drops handed over by this day (default: all)",
    )
    run.add_argument("--full-refresh", action="store_true", help="read every drop again")
    run.set_defaults(function=_run)


def _synth_options(commands: Any) -> None:
    synth = commands.add_parser("synth", help="write a made-up city in the raw format")
    synth.add_argument("--out", type=Path, required=True, help="a new or empty folder")
    synth.add_argument("--teachers", type=positive, required=True, metavar="N")
    synth.add_argument("--from", dest="first", type=day, required=True, metavar="D", help="first day")
    synth.add_argument("--to", dest="last", type=day, required=True, metavar="D", help="last day")
    synth.add_argument("--seed", type=int, default=0, metavar="S", help="same seed, same bytes (default 0)")
    synth.add_argument("--dirty", type=share, default=0.0, metavar="P", help="share of dirty records, 0 to 1")
    synth.add_argument(
        "--cheats", type=positive, default=0, metavar="N", help="plant N cheats of each kind (default: none)"
    )
    synth.add_argument(
        "--format", choices=("mixed", "jsonl", "parquet"), default="mixed", help="file formats"
    )
    synth.set_defaults(function=_synth)


def _explain_options(commands: Any) -> None:
    explain = commands.add_parser("explain", help="every point given and not given, an index, or a rank")
    explain.add_argument("--home", type=Path, required=True, help="where results live")
    explain.add_argument("id", metavar="ID", help="a teacher's id, or a school's or district's with --level")
    explain.add_argument(
        "--level", choices=("teacher", "school", "district"), default="teacher", help="whose id it is"
    )
    explain.add_argument("--period", metavar="P", help="one period, such as 2022 or award-2022")
    explain.add_argument("--rule", metavar="R", help="one rule_code")
    explain.add_argument("--unit", metavar="U", help="one unit_id, with all of its records")
    explain.add_argument("--rank", action="store_true", help="what lies between the rank and its neighbours")
    _form_options(explain)
    explain.set_defaults(function=_explain, parser=explain)


def _form_options(command: Any) -> None:
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--html", type=Path, metavar="FILE", help="as a page in Chinese, alone in a file")


def _trace_options(commands: Any) -> None:
    trace = commands.add_parser("trace", help="what became of one record, up to the ranks it moved")
    trace.add_argument("--home", type=Path, required=True, help="where results live")
    trace.add_argument("--raw", type=Path, help="the raw folder (default: the last run's)")
    trace.add_argument("file", metavar="FILE", help="a drop file, its path relative to RAW")
    trace.add_argument("record", metavar="RECORD", type=positive, help="the record's number, from 1")
    _form_options(trace)
    trace.set_defaults(function=_trace)


def _lineage_options(commands: Any) -> None:
    lineage = commands.add_parser("lineage", help="of what a column is made, down to the drops")
    lineage.add_argument("column", metavar="TABLE[.COLUMN]", help="such as marts.teacher_index.points")
    lineage.set_defaults(function=_lineage)


def _docs_options(commands: Any) -> None:
    docs = commands.add_parser("docs", help="dbt's documentation of all models, as one offline page")
    docs.add_argument("--home", type=Path, required=True, help="where results live; nothing there changes")
    docs.add_argument("--out", type=Path, required=True, metavar="DIR", help="where index.html is written")
    docs.set_defaults(function=_docs)


def _freeze_options(commands: Any) -> None:
    freeze = commands.add_parser("freeze", help="the results of a period with all they were made of")
    freeze.add_argument("--home", type=Path, required=True, help="where results live")
    freeze.add_argument("period", metavar="PERIOD", help="a period that is over, such as award-2022")
    freeze.add_argument("--out", type=Path, required=True, metavar="BUNDLE", help="a new folder")
    freeze.add_argument("--key", type=Path, metavar="FILE", help="an Ed25519 private key in PEM to sign with")
    freeze.add_argument(
        "--candidates", type=positive, default=100, metavar="N",
        help="teachers up to this rank in the city are explained line by line (default 100)",
    )  # fmt: skip
    freeze.add_argument(
        "--campaign", type=Path, default=CAMPAIGN_TABLES, metavar="DIR",
        help="tables of the award campaign (default: data/campaign)",
    )  # fmt: skip
    freeze.set_defaults(function=_evidence("freeze"))


def _verify_options(commands: Any) -> None:
    verify = commands.add_parser("verify", help="check every byte of a bundle and compute its results anew")
    verify.add_argument("bundle", type=Path, metavar="BUNDLE")
    verify.add_argument("--public-key", type=Path, metavar="FILE", help="whose signature it must bear, PEM")
    verify.set_defaults(function=_evidence("verify"))


def _restate_options(commands: Any) -> None:
    restate = commands.add_parser("restate", help="what has moved since a bundle was frozen, and why")
    restate.add_argument("--home", type=Path, required=True, help="where today's results live")
    restate.add_argument("bundle", type=Path, metavar="BUNDLE")
    restate.add_argument("--out", type=Path, required=True, help="a new folder for the tables")
    restate.add_argument("--public-key", type=Path, metavar="FILE", help="whose signature it must bear, PEM")
    restate.set_defaults(function=_evidence("restate"))


def _whatif_options(commands: Any) -> None:
    whatif = commands.add_parser("whatif", help="another rule table scored beside the one in force")
    whatif.add_argument("--home", type=Path, required=True, help="where results live; nothing there changes")
    whatif.add_argument("--rules", type=Path, required=True, metavar="FILE", help="a table such as rules.csv")
    whatif.add_argument("--out", type=Path, metavar="DIR", help="a new or empty folder (whatif-FILE)")
    whatif.add_argument(
        "--period", nargs="+", default=[], metavar="P", help="periods (default: all with a point)"
    )
    whatif.add_argument(
        "--award-line", type=_award_line, nargs="+", default=[], metavar="[LEVEL:]N|P%",
        help="who is inside: the first N, or P percent of the ranked; LEVEL district, school or teacher",
    )  # fmt: skip
    whatif.set_defaults(function=_whatif)


def _signals_options(commands: Any) -> None:
    signals = commands.add_parser("signals", help="what looks made up, with its evidence: advice, no verdict")
    signals.add_argument("--home", type=Path, required=True, help="where results live; nothing there changes")
    signals.add_argument(
        "--out", type=Path, default=Path("signals"), metavar="DIR", help="a new or empty folder"
    )
    signals.add_argument(
        "--from", dest="first", type=day, metavar="D", help="first day (default: four weeks)"
    )
    signals.add_argument("--to", dest="last", type=day, metavar="D", help="last day (default: the as-of day)")
    signals.set_defaults(function=_signals)


_COMMANDS: tuple[Callable[[Any], None], ...] = (
    _run_options,
    _synth_options,
    _explain_options,
    _trace_options,
    _lineage_options,
    _docs_options,
    _freeze_options,
    _verify_options,
    _restate_options,
    _whatif_options,
    _signals_options,
)


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = _Parser(prog="cockpit", description="From raw drops to points, indices and ranks.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    award_options(commands, _teller)
    bulletin_options(commands, _teller)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    args = parser().parse_args(arguments)
    try:
        return args.function(args)
    except CockpitError as error:
        print(f"cockpit: {' '.join(str(error).split())}", file=sys.stderr)
    except BrokenPipeError:
        pass
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"cockpit: {where}{error.strerror or error}", file=sys.stderr)
    except duckdb.Error as error:
        print(f"cockpit: {' '.join(str(error).split())}", file=sys.stderr)
    except KeyboardInterrupt:
        print("cockpit: interrupted", file=sys.stderr)
    return 1
