"""`make ui`: Dagster's pages over a HOME, with the run history `cockpit run` writes there."""

import os
import sys
from pathlib import Path

from pipelines.orchestration.inprocess import instance
from pipelines.orchestration.workplace import default_home


def main() -> None:
    """Replace this process by `dagster dev`."""
    home = Path(default_home()).absolute()
    instance(home).dispose()
    os.environ["DAGSTER_HOME"] = str(home / "dagster")
    program = Path(sys.executable).with_name("dagster")
    os.execv(program, [str(program), "dev", *sys.argv[1:]])


if __name__ == "__main__":
    main()
