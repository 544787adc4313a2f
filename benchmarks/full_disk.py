"""A small disk is mounted and filled; the tool migrates a tree on it, before and after room is made; harm goes out.

Mounting wants Linux and root; elsewhere this says that it was skipped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = 4096
OLD = (b"import tensorflow as tf\nx = tf.log(y)  # %3d\n" + b"#" * 2 * PAGE)[: 2 * PAGE - 2] + b"\n"
NEW = OLD.replace(b"tf.log", b"tf.math.log")  # one page more
SKIPPED = "skipped: no disk can be mounted here (it takes Linux and root)"


@contextmanager
def disk(kilobytes: int) -> Iterator[Path | None]:
    """A folder on a disk of its own; None where nothing can be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def run(folder: Path, state: Path, *words: str) -> tuple[int, str]:
    """The exit code of a command and what it said."""
    environment = {**os.environ, "XDG_STATE_HOME": str(state), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tfce_migrate", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def states(tree: Path, count: int) -> Counter[str]:
    """How many files are old, new or harmed, and what else there is."""
    found: Counter[str] = Counter()
    for number in range(count):
        data = (tree / f"{number:03}.py").read_bytes()
        found["old" if data == OLD % number else "new" if data == NEW % number else "harmed"] += 1
    found["others"] = sum(1 for _ in tree.iterdir()) - count
    return +found


def fill(folder: Path, left: int) -> Path:
    """Leave so many pages of the disk."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize // PAGE
    ballast.write_bytes(b"-" * PAGE * max(0, free - left))
    return ballast


def attempt(folder: Path, state: Path, count: int, left: int) -> Iterator[str]:
    """What goes wrong with one tree: migrated without room, taken back, migrated with room, and taken back."""
    tree = folder / "tree"
    tree.mkdir()
    for number in range(count):
        (tree / f"{number:03}.py").write_bytes(OLD % number)
    ballast = fill(folder, left)
    code, said = run(tree, state, "migrate", "--isolated", "--jobs", "1", ".")
    seen = states(tree, count)
    complaints = [line for line in said.splitlines() if "problem[write]" in line]
    print(f"  {left} pages left: {dict(seen)}, exit {code}, {len(complaints)} complaints, the first: {complaints[:1]}")
    if code != 2 or "Traceback" in said or len(complaints) != seen["old"] or seen["harmed"] or seen["others"]:
        yield f"migrate on a full disk: exit {code}, {dict(seen)}: {said[-600:]}"
    code, said = run(tree, state, "undo")
    if states(tree, count) != {"old": count} or "Traceback" in said or (code and seen["new"]):
        yield f"undo on a full disk: exit {code}, {dict(states(tree, count))}: {said[-600:]}"
    ballast.unlink()
    code, said = run(tree, state, "migrate", "--isolated", "--jobs", "1", ".")
    if code or states(tree, count) != {"new": count}:
        yield f"migrate with room: exit {code}, {dict(states(tree, count))}: {said[-600:]}"
    code, said = run(tree, state, "undo")
    if code or states(tree, count) != {"old": count}:
        yield f"undo with room: exit {code}, {dict(states(tree, count))}: {said[-600:]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what came of it; 1 if anything was harmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=60)
    options = parser.parse_args(arguments)
    harm: list[str] = []
    for beside, left in ((True, 40), (True, 1), (False, 40), (False, 3 * options.files), (False, 0)):
        with disk(40 * options.files) as folder, tempfile.TemporaryDirectory() as elsewhere:
            if folder is None:
                print(SKIPPED)
                return 0
            print(f"journal {'on another disk' if beside else 'on the same disk'}:")
            harm += attempt(folder, Path(elsewhere) if beside else folder / "state", options.files, left)
    print("\n".join((*harm, f"{len(harm)} times harm")))
    return int(bool(harm))


if __name__ == "__main__":
    sys.exit(main())
