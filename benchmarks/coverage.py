"""The names of an old API come in, each as a program of one reference; what is broken after migrate goes out as a table.

    python benchmarks/coverage.py --tensorflow PYTHON [--upgrade TF_UPGRADE_V2] [--list]

PYTHON has the TensorFlow to run on, and tf_keras beside it: whether a name is there is asked of that, not of the tables.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tfce_migrate import Settings, migrate_source
from tfce_migrate.symbols import exported, table

LOOK = """
import importlib, json, sys
sys.stdout, answer = sys.stderr, sys.stdout
import tensorflow as tf
def there(name):
    found = tf
    try:
        for part in name.split(".")[1:]:
            found = getattr(found, part)
    except Exception:
        return False
    return True
json.dump([there(name) for name in json.load(sys.stdin)], answer)
"""
OPTIONS = {"Keras 3": {"keras": "3"}, "legacy Keras": {"keras": "legacy"}}


@dataclass
class Tally:
    """What became of the names of one API."""

    resolved: int = 0
    reported: int = 0
    broken: list[str] = field(default_factory=list)


def apis() -> dict[str, tuple[str, list[str]]]:
    """Title -> era and names, of what is measured."""
    old = sorted(exported("1.15"))
    operations = table("targets.json")
    raw = set(operations["raw_ops"]).union(operations["1.15 raw_ops more"]).difference(operations["1.15 raw_ops less"])
    return {
        "1.15": ("1.x", old),
        "1.15 contrib": ("1.x", sorted(exported("1.15-contrib"))),
        "1.15 raw_ops": ("1.x", sorted(raw)),
        "1.15 compat.v1": ("1.x", [f"tf.compat.v1{name[2:]}" for name in old]),
        "0.12": ("0.x", sorted(exported("0.12"))),
        "0.12 contrib": ("0.x", sorted(exported("0.12-contrib"))),
    }


def ask(python: str, keras: str, names: Iterable[str]) -> dict[str, bool]:
    """Whether a TensorFlow has each name."""
    wanted = sorted(set(names))
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": "1" if keras == "legacy" else "0"}
    run = subprocess.run([python, "-c", LOOK], input=json.dumps(wanted), capture_output=True, text=True, env=environment)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    return dict(zip(wanted, json.loads(run.stdout), strict=True))


def names_in(text: str) -> list[str]:
    """The dotted names of TensorFlow in a program that imports it as tf."""
    inner = {id(node.value) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    del inner
    found = []
    tree = ast.parse(text)
    parts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in parts:
            name = ast.unparse(node)
            if name.startswith("tf."):
                found.append(name)
    return found


def migrated(name: str, settings: Settings) -> tuple[list[str], bool]:
    """The names in a program of one reference after migrate, and whether a finding is left that says something."""
    outcome = migrate_source(f"import tensorflow as tf\n{name}\n", "program.py", settings)
    left = [finding for finding in outcome.findings if not finding.fixed]
    return names_in(outcome.after), bool(left)


def measure(python: str, title: str) -> tuple[Tally, list[str]]:
    """One API, for both kinds of Keras."""
    raise NotImplementedError


def ours(era: str, names: list[str], python: str, keras: str) -> Tally:
    """What migrate makes of the names."""
    settings = Settings(keras=keras, from_=era)  # type: ignore[arg-type]
    after = {name: migrated(name, settings) for name in names}
    there = ask(python, keras, (each for found, _ in after.values() for each in found))
    tally = Tally()
    for name, (found, said) in after.items():
        if all(there[each] for each in found):
            tally.resolved += 1
        elif said:
            tally.reported += 1
        else:
            tally.broken.append(name)
    return tally


def theirs(names: list[str], upgrade: str, python: str, keras: str) -> Tally:
    """What the official tool makes of them, in one file."""
    with tempfile.TemporaryDirectory() as folder:
        before, after, report = (Path(folder) / name for name in ("before.py", "after.py", "report.txt"))
        before.write_text("import tensorflow as tf\n" + "\n".join(names) + "\n", encoding="utf-8")
        words = [upgrade, "--infile", before, "--outfile", after, "--reportfile", report, "--no_import_rename"]
        subprocess.run(words, capture_output=True, text=True, check=False)
        lines = after.read_text(encoding="utf-8").splitlines()[1:]
        told = {int(part.split(":")[1]) for part in _reported(report.read_text(encoding="utf-8"), str(before))}
    there = ask(python, keras, (line.strip() for line in lines))
    tally = Tally()
    for number, (name, line) in enumerate(zip(names, lines, strict=True), start=2):
        if there[line.strip()]:
            tally.resolved += 1
        elif number in told:
            tally.reported += 1
        else:
            tally.broken.append(name)
    return tally


def _reported(report: str, path: str) -> list[str]:
    """The places in the official tool's report at which it says that something is left to do."""
    words = ("ERROR", "WARNING")
    return [line for line in report.splitlines() if line.startswith(path) and any(word in line for word in words)]


def row(title: str, kind: str, tally: Tally) -> str:
    """A line of the table."""
    return f"{title:16} {kind:24} {tally.resolved:9} {tally.reported:9} {len(tally.broken):15}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; the exit code says whether something was left broken without a word."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--tensorflow", required=True, metavar="PYTHON")
    parser.add_argument("--upgrade", metavar="TF_UPGRADE_V2")
    parser.add_argument("--only", action="append", default=[], metavar="API")
    parser.add_argument("--list", action="store_true", help="name what is broken")
    options = parser.parse_args(arguments)
    print(f"{'names of':16} {'after':24} {'resolved':>9} {'reported':>9} {'silently broken':>15}")
    silent = 0
    for title, (era, names) in apis().items():
        if options.only and title not in options.only:
            continue
        for kind, setting in OPTIONS.items():
            tally = ours(era, names, options.tensorflow, setting["keras"])
            silent += len(tally.broken)
            print(row(title, f"migrate, {kind}", tally), flush=True)
            if options.list:
                print("\n".join(f"    {name}" for name in tally.broken))
            if options.upgrade:
                print(row(title, f"tf_upgrade_v2, {kind}", theirs(names, options.upgrade, options.tensorflow, setting["keras"])))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
