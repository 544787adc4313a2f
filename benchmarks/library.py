"""A folder of Python code comes in; the tool treats each like one of TensorFlow; harm goes out.

Files without TensorFlow are not looked at in earnest, so each gets a line that uses it at its end: that line alone may
be edited. Every other byte, each crash and each refusal is reported.
"""

from __future__ import annotations

import argparse
import collections
import gc
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tfce_migrate import files, run
from tfce_migrate.outcome import Outcome
from tfce_migrate.settings import Settings

USE, USED = "import tensorflow as tf\ntf.log(x)\n", "import tensorflow as tf\ntf.math.log(x)\n"
ASKED = Settings(unsafe_fixes=True, python2="convert")
SLOW = 10.0  # seconds


@dataclass(frozen=True)
class Seen:
    """What came of one file."""

    path: Path
    kind: str
    detail: str


def look(path: Path) -> Iterator[Seen]:
    """What is to be said of a file: nothing where all is well."""
    raw = path.read_bytes()
    started = time.perf_counter()
    try:
        decoded = files.decode(raw)
        end = "" if decoded.text.endswith(("\n", "\r")) or not decoded.text else "\n"
        given = decoded.encode(decoded.text + end + USE)
    except files.UnreadableError as error:
        yield Seen(path, "refused", str(error))
        return
    except files.WriteError as error:
        yield Seen(path, "skipped", str(error))
        return
    outcome = run.run_on_bytes(given, str(path), ASKED, "migrate")
    run.run_on_bytes(given, str(path), ASKED, "check")
    seconds = time.perf_counter() - started
    if seconds > SLOW:
        yield Seen(path, "slow", f"{seconds:.1f} s")
    yield from judged(path, decoded.text + end, outcome)


def judged(path: Path, before: str, outcome: Outcome) -> Iterator[Seen]:
    """Whether what was done with a file is what may be done with it."""
    for problem in outcome.problems:
        crash = "internal error" in problem.message or " failed with " in problem.message
        yield Seen(path, "crash" if crash else "refused", f"{problem.stage}: {problem.message}")
    converted = any(finding.code == "TFC901" and finding.fixed for finding in outcome.findings)
    if converted:
        yield Seen(path, "converted", "from Python 2")
    elif outcome.after not in (before + USE, before + USED):
        edited = [f"{finding.code} line {finding.start.line}" for finding in outcome.findings if finding.fixed]
        yield Seen(path, "edited", ", ".join(edited))


def main() -> int:
    """Print what was seen; 1 if there was a crash or an edit that is none of the last line's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    options = parser.parse_args()
    paths = [path for path in sorted(options.tree.rglob("*.py")) if "site-packages" not in path.parts]
    gc.set_threshold(500_000, 100, 1000)  # as a run has it
    counts: collections.Counter[str] = collections.Counter()
    for path in paths:
        for seen in look(path):
            counts[seen.kind] += 1
            print(f"{seen.kind:<10}{seen.path.relative_to(options.tree)}: {seen.detail[:200]}", flush=True)
    print(f"{len(paths)} files: {dict(counts)}")
    return int(bool(counts["crash"] or counts["edited"]))


if __name__ == "__main__":
    sys.exit(main())
