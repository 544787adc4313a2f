"""Folders of TensorFlow 1 programs come in; each is checked, migrated twice and taken back, on a copy; harm goes out.

Harm is an answer that is a crash, a file that does not parse any more, a byte changed where nothing was reported as
changed, a second run that changes something, and a file that undo does not bring back. Each refusal is printed.
"""

from __future__ import annotations

import argparse
import ast
import collections
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Contents = Mapping[str, tuple[bytes, int]]
OPTIONS = ("--unsafe-fixes", "--python2", "convert")


@dataclass
class Seen:
    """What came of a folder: counts, harm, and what was refused."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    harm: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tool:
    """The command with a folder to run in and one for its journals."""

    folder: Path
    state: Path

    def run(self, *words: str) -> tuple[int, str, float]:
        """The exit code, what was said on both streams, and the seconds."""
        environment = {**os.environ, "XDG_STATE_HOME": str(self.state), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tfce_migrate", *words]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False)
        said = (done.stdout + done.stderr).decode(errors="replace")
        return done.returncode, said, time.perf_counter() - started

    def report(self, seen: Seen, command: str, *words: str) -> dict[str, Any]:
        """The JSON report of a run; what it says of crashes is harm."""
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            given = (command, *words, "--isolated", "--quiet", "--output-format", "json", "--output-file", file.name)
            code, said, seconds = self.run(*given, ".")
            seen.counts[f"tenths of a second to {command}"] += round(seconds * 10)
            if code not in (0, 1, 2) or "Traceback" in said:
                seen.harm.append(f"{command}: exit {code}: {said[-500:]}")
                return {"findings": [], "problems": [], "summary": {}}
            report: dict[str, Any] = json.loads(Path(file.name).read_bytes())
        for problem in report["problems"]:
            if "internal error" in problem["message"] or "worker process died" in problem["message"]:
                seen.harm.append(f"{command}: {problem['path']}: {problem['message']}")
        return report


def contents(folder: Path) -> Contents:
    """The bytes and mode of every file; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = os.fsencode(os.readlink(path)), 0
        elif path.is_file():
            found[name] = path.read_bytes(), path.stat().st_mode
    return found


def is_sound(name: str, data: bytes) -> bool:
    """Whether a file is Python, or JSON."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            json.loads(data) if name.endswith(".ipynb") else ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def look(tree: Path, work: Path) -> Seen:
    """Check a copy of a folder, migrate it twice, and take that back."""
    seen = Seen()
    folder = work / "copy"
    shutil.copytree(tree, folder, symlinks=True)
    tool, before = Tool(folder, work / "state"), contents(folder)
    tool.report(seen, "check")
    if contents(folder) != before:
        seen.harm.append("check writes")
    report = tool.report(seen, "migrate", *OPTIONS)
    after = contents(folder)
    judge(seen, before, after, report)
    again = tool.report(seen, "migrate", *OPTIONS)
    seen.harm += [f"{name}: migrating twice changes something" for name in differing(after, contents(folder))]
    seen.counts["left"] = again["summary"].get("left", 0)
    code, said, _ = tool.run("undo")
    if differing(before, after) and code:
        seen.harm.append(f"undo: exit {code}: {said[-500:]}")
    seen.harm += [f"{name}: not as it was after undo" for name in differing(before, contents(folder))]
    return seen


def differing(one: Contents, other: Contents) -> list[str]:
    """The names of the files that are not the same in both."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def judge(seen: Seen, before: Contents, after: Contents, report: Mapping[str, Any]) -> None:
    """What a migration did to the files, against what it says that it did."""
    fixed = {finding["path"] for finding in report["findings"] if finding["fix"] and finding["fix"]["applied"]}
    changed = differing(before, after)
    for name in changed:
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old[1] != new[1]:
            seen.harm.append(f"{name}: came, went, or has another mode")
        elif not is_sound(name, new[0]):
            seen.harm.append(f"{name}: is not sound any more")
        else:
            seen.counts["sound before"] += is_sound(name, old[0])
    seen.harm += [f"{name}: changed without a word" for name in changed if name not in fixed]
    seen.harm += [f"{name}: said to be changed" for name in sorted(fixed) if name not in changed]
    seen.counts.update(
        files=report["summary"].get("files", 0), findings=len(report["findings"]), changed=len(changed),
        problems=len(report["problems"]),
    )  # fmt: skip
    for problem in report["problems"]:
        seen.refused.append(f"{problem['path']}:{problem['line'] or ''}: {problem['stage']}: {problem['message']}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of each folder; 1 if there was harm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    harmed = 0
    for tree in options.trees:
        with tempfile.TemporaryDirectory() as folder:
            seen = look(tree, Path(folder))
        print(f"{tree.name}: {dict(seen.counts)}, harm: {len(seen.harm)}")
        for line in (*(f"  HARM {one}" for one in seen.harm), *(f"  refused {one}" for one in seen.refused)):
            print(line[:400], flush=True)
        harmed += bool(seen.harm)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{len(options.trees)} folders, {harmed} with harm, at most {peak:.0f} MB in a process")
    return int(bool(harmed))


if __name__ == "__main__":
    sys.exit(main())
