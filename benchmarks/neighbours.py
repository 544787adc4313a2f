"""A folder of Python code comes in; what looking into neighbouring files costs, there and in twice of it, goes out."""

from __future__ import annotations

import argparse
import cProfile
import gc
import os
import pstats
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tfce_migrate import Settings, check_source, files
from tfce_migrate.project import Project

GARBAGE = 500_000


@dataclass(frozen=True)
class Cost:
    """What checking every file of a folder took: processor seconds, the interpreter's function calls if counted."""

    seconds: float
    calls: int
    files: int
    findings: int


@dataclass(frozen=True)
class Row:
    """One folder: the measured runs without and with neighbours, and a counted one of each."""

    name: str
    without: list[Cost]
    across: list[Cost]
    counted: tuple[Cost, Cost]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, help="the folder to run on")
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each, in turn (3)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        rows = [measured(name, folder, options.runs) for name, folder in trees(options.tree, Path(made))]
    print(table(rows))
    return 0


def trees(tree: Path, made: Path) -> list[tuple[str, Path]]:
    """The folder once and twice, copied so that neither lies inside a project of its own."""
    for place in ("once/a", "twice/a", "twice/b"):
        shutil.copytree(tree, made / place, symlinks=True)
    return [("once", made / "once"), ("twice", made / "twice")]


def measured(name: str, folder: Path, runs: int) -> Row:
    """Timed runs without and with neighbours, in turn, then one counted run of each."""
    without: list[Cost] = []
    across: list[Cost] = []
    for number in range(runs):
        for into, look in ((without, False), (across, True)):
            into.append(apart(folder, look, count=False))
            print(f"  {name} run {number + 1} neighbours {look}: {into[-1].seconds:.2f} s", file=sys.stderr, flush=True)
    return Row(name, without, across, (apart(folder, False, count=True), apart(folder, True, count=True)))


def apart(folder: Path, look: bool, count: bool) -> Cost:
    """check in a process of its own, which remembers nothing of the run before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(check, str(folder), look, count).result()


def check(folder: str, look: bool, count: bool) -> Cost:
    """Check each file of a folder, as the command does in one process, with neighbours or without."""
    os.chdir(folder)
    gc.set_threshold(GARBAGE, 100, 1000)
    settings = Settings()
    project = Project() if look else None
    read = [(files.shown_path(path), files.read_bytes(path)) for path in files.find_files(["."]).files]
    texts = [(path, files.decode(raw).text) for path, raw in read if files.worth_reading(raw)]
    check_source("import tensorflow as tf\ntf.log(tf.nn.softmax(x))\n")  # tables are read once
    profile = cProfile.Profile(subcalls=False, builtins=False)
    begin = time.process_time()
    if count:
        profile.enable()
    findings = 0
    for path, text in texts:
        gc.collect(0)
        findings += len(check_source(text, path, settings, project).findings)
    profile.disable()
    seconds = time.process_time() - begin
    calls = pstats.Stats(profile).total_calls if count else 0  # type: ignore[attr-defined]
    return Cost(seconds, calls, len(texts), findings)


def table(rows: Sequence[Row]) -> str:
    """The costs as a table in Markdown, the last line with the ratios of the folder twice to once."""
    head = ["files", "seconds without", "with", "ratio", "calls without", "with", "ratio", "findings without", "with"]
    lines = [f"| tree | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
    values = [figures(row) for row in rows]
    for row, (size, slow, fast, few, many, found, more) in zip(rows, values, strict=True):
        shown = [size, f"{slow:.2f}", f"{fast:.2f}", f"{fast / slow:.3f}", few, many, f"{many / few:.3f}", found, more]
        lines.append(f"| {row.name} | {' | '.join(str(cell) for cell in shown)} |")
    growth = [f"{last / first:.3f}" for first, last in zip(values[0], values[-1], strict=True)]
    cells = [*growth[:3], "", *growth[3:5], "", *growth[5:]]
    lines.append(f"| {rows[-1].name} / {rows[0].name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(row: Row) -> tuple[float, ...]:
    """Files, median seconds without and with, calls without and with, findings without and with."""
    plain, across = row.counted
    slow, fast = (statistics.median(cost.seconds for cost in costs) for costs in (row.without, row.across))
    return (plain.files, slow, fast, plain.calls, across.calls, plain.findings, across.findings)


if __name__ == "__main__":
    sys.exit(main())
