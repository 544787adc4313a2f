"""`python -m tfce_migrate`: the arguments come in, the exit code goes out."""

from __future__ import annotations

import sys

from tfce_migrate.cli import main

if __name__ == "__main__":
    sys.exit(main())
