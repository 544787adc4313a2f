"""A number of kills comes in; runs over a tree are killed at random moments; the number of harmed files goes out.

Each process is a fork of this one, so that the moments fall into the writing and not into the start of Python.
Where what was judged of the files is given, the forks do as `migrate` does from there on; undo is killed as well.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tfce_migrate import journal, run
from tfce_migrate.outcome import Outcome
from tfce_migrate.settings import Settings

OLD = b"import tensorflow as tf\r\nx = tf.log(y)  # %d\r\n" + b"# text\n" * 200
NEW = OLD.replace(b"tf.log", b"tf.math.log")
IN_A_ROW = journal.KEPT - 2  # kills before a run is let through; more journals than that are not kept


@dataclass
class Tree:
    """A folder of files, what is to become of them, and what was seen of them."""

    root: Path
    count: int
    outcomes: list[Outcome] = field(default_factory=list)
    kills: int = 0
    midway: int = 0  # kills at which some files were old and some new
    harmed: int = 0
    incomplete: int = 0

    def path(self, number: int) -> Path:
        return self.root / f"{number % 10}" / f"{number}.py"

    def make(self) -> None:
        for number in range(self.count):
            self.path(number).parent.mkdir(exist_ok=True)
            self.path(number).write_bytes(OLD % number)
        self.outcomes = run.run(["."], Settings(jobs=1), "preview")

    def states(self) -> list[str]:
        """Of each file whether it is old, new or harmed."""
        found = [(number, self.path(number).read_bytes()) for number in range(self.count)]
        return ["old" if d == OLD % n else "new" if d == NEW % n else "harmed" for n, d in found]

    def migrate(self) -> None:
        """What migrate does after its judgement; files that an earlier run wrote have nothing to change."""
        left = [outcome for outcome, state in zip(self.outcomes, self.in_order(), strict=True) if state == "old"]
        run._written(left, {outcome.path: outcome.path for outcome in left}, Settings())

    def in_order(self) -> list[str]:
        names = {self.path(number).relative_to(self.root).as_posix(): number for number in range(self.count)}
        states = self.states()
        return [states[names[outcome.path]] for outcome in self.outcomes]

    def undo(self) -> None:
        while journal.undo(os.curdir) is not None:
            pass

    def look(self) -> None:
        """Count a kill and what it left."""
        states = self.states()
        self.kills += 1
        self.harmed += states.count("harmed")
        self.midway += len(set(states)) > 1

    def must_be(self, state: str) -> None:
        """After a run that was let through: every file is so, and nothing else is in the folders."""
        self.incomplete += self.states() != [state] * self.count
        self.incomplete += sum(1 for path in self.root.rglob("*") if path.is_file()) != self.count


def forked(work: Callable[[], None]) -> int:
    """The process that does some work and ends."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def seconds_of(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    os.waitpid(forked(work), 0)
    return time.perf_counter() - started


def killed(work: Callable[[], None], seconds: float) -> None:
    child = forked(work)
    time.sleep(random.uniform(0, seconds))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def measure(tree: Tree, kills: int) -> None:
    """Kill, let through, and so on, there and back again."""
    there = seconds_of(tree.migrate)
    back = seconds_of(tree.undo)
    print(f"{tree.count} files: {there:.2f} s to write, {back:.2f} s to undo", file=sys.stderr)
    while tree.kills < kills:
        for work, seconds, state in ((tree.migrate, there, "new"), (tree.undo, back, "old")):
            for _ in range(random.randint(1, IN_A_ROW)):
                killed(work, 0.6 * seconds)
                tree.look()
            os.waitpid(forked(work), 0)
            tree.must_be(state)
        print(f"{tree.kills} kills, {tree.harmed} files harmed", file=sys.stderr)


def main() -> int:
    """Say what came of it; 1 if anything was harmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--no-fsync", action="store_true", help="do not wait for the disk, which takes long and matters to no kill"
    )
    options = parser.parse_args()
    if options.no_fsync:
        os.fsync = lambda fd: None
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = os.path.join(folder, "state")
        tree = Tree(Path(folder, "tree"), options.files)
        tree.root.mkdir()
        os.chdir(tree.root)
        tree.make()
        measure(tree, options.kills)
        print(
            f"{tree.kills} kills over {tree.count} files, {tree.midway} of them midway: {tree.harmed} files harmed, "
            f"{tree.incomplete} runs that did not complete the work"
        )
        return int(bool(tree.harmed or tree.incomplete))


if __name__ == "__main__":
    sys.exit(main())
