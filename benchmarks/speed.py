"""A folder of Python code comes in, how long the tool and tf_upgrade_v2 take over it goes out."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.sources import decode
from benchmarks.tool import ToolFailed, command_from, run_tool, without_cache

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}


@dataclass(frozen=True)
class Run:
    """One run of a command: wall-clock seconds, processor seconds, peak memory in megabytes, exit code."""

    seconds: float
    processor: float
    megabytes: float
    exit_code: int


@dataclass(frozen=True)
class Contender:
    """A program to time: its name and the words that run it on a folder, given an empty one to write to."""

    name: str
    words: Callable[[Path, Path], list[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison from the command line."""
    options = parse_arguments(arguments)
    pinned = pin() if options.pin else None
    contenders = [tool(options), *([] if options.without_upgrade else [upgrade(options)])]
    print(f"{describe_machine(pinned)}\n{describe_tree(options.tree)}", flush=True)
    print(describe_result(command_from(options.tool), options.tree), flush=True)
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for number in range(options.runs + options.warmup):
        for contender in contenders:
            run = measure(contender, options.tree)
            print(f"  {contender.name:<16}{run.seconds:9.3f} s{run.megabytes:9.0f} MB", file=sys.stderr)
            if number >= options.warmup:
                runs[contender.name].append(run)
    idle = {contender.name: on_nothing(contender) for contender in contenders} if options.startup else {}
    print(table(runs, idle))
    if options.json_to:
        options.json_to.write_text(json.dumps(as_json(runs, idle), indent=1) + "\n", encoding="utf-8")
    return 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("tree", type=Path, help="the folder to run on")
    add("--runs", type=int, default=5, help="measured runs of each (5)")
    add("--warmup", type=int, default=1, help="runs of each before, not counted (1)")
    add("--tool", metavar="CMD", help="the tool's command (default: tfce-migrate of this interpreter)")
    add("--tf-upgrade", metavar="CMD", help="tf_upgrade_v2's command (default: beside this interpreter)")
    add("--without-upgrade", action="store_true", help="time the tool alone")
    add("--startup", action="store_true", help="time both on an empty folder too")
    add("--no-pin", dest="pin", action="store_false", help="leave all processor cores to both")
    add("--json", type=Path, dest="json_to", help="write every run there")
    return parser.parse_args(arguments)


def tool(options: argparse.Namespace) -> Contender:
    """tfce-migrate check in one process, without its cache or a project's settings."""
    command = command_from(options.tool)
    fixed = ["check", "--jobs", "1", "--isolated", "--output-format", "json", *without_cache(command)]
    return Contender("tfce-migrate", lambda tree, _: [*command, *fixed, "--", str(tree)])


def upgrade(options: argparse.Namespace) -> Contender:
    """tf_upgrade_v2 over the tree, without copying the files that are no code."""
    default = [str(Path(sys.executable).with_name("tf_upgrade_v2"))]
    command = shlex.split(options.tf_upgrade) if options.tf_upgrade else default

    def words(tree: Path, into: Path) -> list[str]:
        places = ["--intree", str(tree), "--outtree", str(into / "out")]
        return [*command, *places, "--reportfile", str(into / "report.txt"), "--copyotherfiles", "False"]

    return Contender("tf_upgrade_v2", words)


def pin() -> int | None:
    """Keep this process and its children on one core, where the system can; the core's number."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def measure(contender: Contender, tree: Path) -> Run:
    """Run a contender once, on files that have just been read; OSError where its command is not there."""
    for path in tree.rglob("*.py"):
        if path.is_file():
            path.read_bytes()
    with tempfile.TemporaryDirectory() as made:
        words = contender.words(tree.resolve(), Path(made))
        begin = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=made, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **QUIET}
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, process.returncode)


def on_nothing(contender: Contender) -> Run:
    """A run on an empty folder: what starting up costs."""
    with tempfile.TemporaryDirectory() as empty:
        return measure(contender, Path(empty))


def table(runs: dict[str, list[Run]], idle: dict[str, Run]) -> str:
    """Medians, by the clock and of processor time, and how many times longer than the first each takes."""
    heads = ("median s", "least s", "most s", "ratio", "CPU s", "ratio", "peak MB", "exits")
    lines = [f"{'':<16}" + "".join(f"{head:>10}" for head in heads)]
    own = next(iter(runs.values()))
    first, first_cpu = median(own), processor(own)
    for name, listed in runs.items():
        seconds = [run.seconds for run in listed]
        exits = ",".join(sorted({str(run.exit_code) for run in listed}))
        middle, cpu = median(listed), processor(listed)
        peak = max(run.megabytes for run in listed)
        lines.append(
            f"{name:<16}{middle:>10.3f}{min(seconds):>10.3f}{max(seconds):>10.3f}{middle / first:>10.1f}"
            f"{cpu:>10.3f}{cpu / first_cpu:>10.1f}{peak:>10.0f}{exits:>10}"
        )
    lines += [f"{name} on an empty folder: {run.seconds:.3f} s" for name, run in idle.items()]
    return "\n".join(lines)


def median(runs: Sequence[Run]) -> float:
    """The median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def processor(runs: Sequence[Run]) -> float:
    """The median of the processor's seconds, which a busy machine stretches less than the clock's."""
    return statistics.median(run.processor for run in runs)


def as_json(runs: dict[str, list[Run]], idle: dict[str, Run]) -> dict[str, object]:
    """Every run as plain data."""
    return {
        "runs": {name: [vars(run) for run in listed] for name, listed in runs.items()},
        "medians": {name: median(listed) for name, listed in runs.items()},
        "empty folder": {name: vars(run) for name, run in idle.items()},
    }


def describe_machine(pinned: int | None) -> str:
    """What was measured on."""
    where = "not pinned" if pinned is None else f"pinned to core {pinned}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {where}, Python {platform.python_version()}"


def describe_tree(tree: Path) -> str:
    """How much code the folder holds."""
    texts = [decode(path.read_bytes()) for path in sorted(tree.rglob("*.py")) if path.is_file()]
    lines = sum(text.count("\n") for text in texts)
    notebooks = sum(1 for _ in tree.rglob("*.ipynb"))
    return f"{len(texts)} Python files, {lines} lines, {notebooks} notebooks"


def describe_result(command: Sequence[str], tree: Path) -> str:
    """What the tool finds there: one that crashes on every file would look fast."""
    try:
        report = run_tool(command, ["check"], tree, ["."])
    except ToolFailed as trouble:
        return f"tfce-migrate gives no report: {trouble}"
    crashes = sum(problem.stage == "rule" for problem in report.problems)
    found = f"{len(report.findings)} findings, {len(report.problems)} problems"
    return f"tfce-migrate: {report.files} files, {found}, {crashes} of them its own"


if __name__ == "__main__":
    sys.exit(main())
