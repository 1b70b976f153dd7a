"""`make ui`: Dagster's pages over a HOME, with the history of the runs Dagster itself started."""

import os
import sys
from pathlib import Path

from pipelines.orchestration.workplace import default_home

_INSTANCE = """\
# One run at a time: a HOME has one writer. The lock of HOME refuses a second one in any case.
concurrency:
  runs:
    max_concurrent_runs: 1
telemetry:
  enabled: false
nux:
  enabled: false
"""


def main() -> None:
    """Replace this process by `dagster dev`, its run history in HOME/dagster."""
    home = Path(default_home()).absolute()
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    settings = home / "dagster" / "dagster.yaml"
    if not settings.exists():
        settings.write_text(_INSTANCE, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home / "dagster")
    program = Path(sys.executable).with_name("dagster")
    os.execv(program, [str(program), "dev", *sys.argv[1:]])


if __name__ == "__main__":
    main()
