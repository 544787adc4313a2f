"""A number of programs comes in; they run under TensorFlow before and after migrating; what breaks the law goes out.

    python benchmarks/running.py --programs 1000 --seed 0

The law: a migrated program computes the values and gradients that it did, or a finding that is left says that it does
not. TensorFlow 0.12, 1.15, 2.15 and 2.21 are looked for as the proofs do (CONTRIBUTING.md).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from running_laws import OLD, verdicts  # type: ignore[import-not-found]  # noqa: E402

from tfce_migrate.proof.witness import find_interpreters, missing  # noqa: E402

AT_ONCE = 200  # programs of one process, whose graphs take memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what became of the programs, by era; 1 if one broke the law."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=1000, help="of each era")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    options = parser.parse_args(arguments)
    interpreters, broken = find_interpreters(), 0
    for era, old in OLD.items():
        absent = [name for name in (old, "2.21") if name not in interpreters]
        if absent:
            print(f"{era}: skipped, {missing(absent[0])}")
            continue
        count: Counter[str] = Counter()
        for first in range(options.seed, options.seed + options.programs, AT_ONCE):
            seeds = range(first, min(first + AT_ONCE, options.seed + options.programs))
            for verdict in verdicts(seeds, era, interpreters):
                count[verdict.what] += 1
                if verdict.what == "broken":
                    print(f"{era} {verdict.seed}: {verdict.why[:1000]}", flush=True)
        broken += count["broken"]
        said = ", ".join(f"{number} {what}" for what, number in sorted(count.items()))
        print(f"{era}: {said}", flush=True)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
