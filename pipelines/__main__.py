"""`python -m pipelines` is `cockpit`."""

import sys

from pipelines.cli import main

if __name__ == "__main__":
    sys.exit(main())
