"""Programs come in; what each binds to `out` under a TensorFlow goes out, and whether two such results agree."""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tfce_migrate.proof.jobs import clean_environment

RUNNER = Path(__file__).with_name("equivalence") / "run_programs.py"
SECONDS = 900  # for all the programs of one call


def run_programs(
    interpreter: Path, programs: Mapping[str, str], extra: Mapping[str, str] | None = None
) -> dict[str, dict[str, object]]:
    """By name {"out": ...} or {"error": ...}; a program that ends the process has an error, the rest go on.

    Raises RuntimeError where TensorFlow cannot be imported, subprocess.TimeoutExpired after SECONDS.
    """
    names, found = list(programs), {}
    while len(found) < len(names):
        waiting = names[len(found) :]
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = Path(folder, "programs.json"), Path(folder, "results.jsonl")
            asked.write_text(json.dumps([programs[name] for name in waiting]), encoding="utf-8")
            answered.touch()
            command = [interpreter, RUNNER, asked, answered]
            env = clean_environment() | dict(extra or {})
            process = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=folder, env=env)
            lines = answered.read_text(encoding="utf-8").splitlines()
        if not lines:
            raise RuntimeError(process.stderr[-2000:])
        found.update({name: json.loads(line) for name, line in zip(waiting, lines[1:], strict=False)})
        if len(lines) <= len(waiting):
            found[waiting[len(lines) - 1]] = {"error": process.stderr[-500:]}
    return found


def same(before: object, after: object, rel: float = 1e-4, slack: float = 1e-6) -> bool:
    """Whether two results agree, numbers within rel of each other or slack apart."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key], rel, slack) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(same(old, new, rel, slack) for old, new in pairs)
    if type(before) is float and type(after) is float:
        close = math.isclose(before, after, rel_tol=rel, abs_tol=slack)
        return close or (math.isnan(before) and math.isnan(after))
    return type(before) is type(after) and before == after
