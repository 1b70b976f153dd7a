"""`cockpit bulletin`: the inspection bulletin of a week."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.arguments import day

Say = Callable[[str], None]


def add_options(commands: Any, teller: Callable[[], Say]) -> None:
    """Add `bulletin` to `commands`."""
    bulletin = commands.add_parser(
        "bulletin", help="inspection bulletin of a week: progress, who lags, what is missing, data faults"
    )
    bulletin.add_argument(
        "--home", type=Path, required=True, help="where results live; nothing there changes"
    )
    bulletin.add_argument(
        "--week", type=day, metavar="D", help="a day of the week (default: the last whole week)"
    )
    bulletin.add_argument("--district", metavar="ID", help="a district and its schools (default: the city)")
    bulletin.add_argument(
        "--public", action="store_true", help="for everybody: nothing about a single teacher, no file names"
    )
    bulletin.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    bulletin.set_defaults(function=lambda args: _bulletin(args, teller()))


def _bulletin(args: argparse.Namespace, say: Say) -> int:
    from pipelines.bulletin.bulletin import PAGE, write_bulletin
    from pipelines.errors import CockpitError
    from pipelines.home import Home

    home = Home(args.home)
    if args.out.resolve().is_relative_to(home.root.resolve()):
        raise CockpitError(f"{args.out}: lies in HOME, where a bulletin writes nothing")
    if not home.root.is_dir():
        raise CockpitError(f"{args.home}: is no folder; run `cockpit run` first")
    with home.lock():
        figures = write_bulletin(home, args.week, args.district, args.out, is_public=args.public)
    say(
        f"bulletin of {figures.scope.total.name}, {figures.week.starts_on} to {figures.week.ends_on}, "
        f"by run {figures.run_id}, as of {figures.as_of}"
    )
    print(f"page to open: {args.out / PAGE}")
    return 0
