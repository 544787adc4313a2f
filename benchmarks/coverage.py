"""The names of an old API come in, each as a program of one mention; what is broken after migrate goes out.

    python benchmarks/coverage.py --tensorflow PYTHON [--upgrade TF_UPGRADE_V2] [--only API] [--form FORM] [--list]

PYTHON has the TensorFlow to run on, and tf_keras: whether a name is there is asked of that, not of the tables.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from itertools import product
from pathlib import Path

from tfce_migrate import Settings, migrate_source
from tfce_migrate.symbols import exported, modules, table

LOOK = """
import inspect, json, sys
sys.stdout, answer = sys.stderr, sys.stdout
import tensorflow as tf
def takes(function, keyword):
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:
        return
    if keyword not in parameters and all(each.kind is not each.VAR_KEYWORD for each in parameters.values()):
        raise TypeError(keyword)
def there(code):
    try:
        exec(code, {"tf": tf, "takes": takes})
    except Exception:
        return False
    return True
json.dump([there(code) for code in json.load(sys.stdin)], answer)
"""
OPTIONS = {"Keras 3": "3", "legacy Keras": "legacy"}
FORMS = ("dotted", "import", "keyword")


@dataclass
class Tally:
    """What became of the names of one API."""

    resolved: int = 0
    reported: int = 0
    broken: list[str] = field(default_factory=list)

    def count(self, name: str, runs: bool, said: bool) -> None:
        """Add a name to what it is."""
        if runs:
            self.resolved += 1
        elif said:
            self.reported += 1
        else:
            self.broken.append(name)


def apis() -> dict[str, tuple[str, list[str]]]:
    """Title -> era and names, of what is measured."""
    old = sorted(exported("1.15") | modules("1.15") - {"tf"})
    operations = table("targets.json")
    raw = set(operations["raw_ops"]).union(operations["1.15 raw_ops more"]).difference(operations["1.15 raw_ops less"])
    return {
        "1.15": ("1.x", old),
        "1.15 contrib": ("1.x", sorted(exported("1.15-contrib") | modules("1.15-contrib"))),
        "1.15 raw_ops": ("1.x", sorted(raw)),
        "1.15 compat.v1": ("1.x", [f"tf.compat.v1{name[2:]}" for name in old]),
        "0.12": ("0.x", sorted(exported("0.12") | modules("0.12") - {"tf"})),
        "0.12 contrib": ("0.x", sorted(exported("0.12-contrib") | modules("0.12-contrib"))),
    }


def ask(python: str, keras: str, statements: Iterable[str]) -> dict[str, bool]:
    """Whether each statement runs on a TensorFlow."""
    wanted = sorted(set(statements))
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": "1" if keras == "legacy" else "0"}
    words = [python, "-c", LOOK]
    run = subprocess.run(words, input=json.dumps(wanted), capture_output=True, text=True, env=environment, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    return dict(zip(wanted, json.loads(run.stdout), strict=True))


def statement(name: str, form: str) -> str:
    """A statement that mentions a name: `tf.nn.relu`, `from tensorflow.nn import relu`, or `tf.nn.relu(features=x)`."""
    if form != "import":
        return name
    module, _, last = name.rpartition(".")
    return f"from tensorflow{module[2:]} import {last}"


def ours(era: str, names: list[str], form: str, python: str, keras: str) -> Tally:
    """What migrate makes of the names, each in a program of its own."""
    settings = Settings(keras=keras, from_=era)  # type: ignore[arg-type]
    after: dict[str, tuple[list[str], bool]] = {}
    for name in names:
        outcome = migrate_source(f"import tensorflow as tf\n{statement(name, form)}\n", "program.py", settings)
        said = any(not finding.fixed for finding in outcome.findings)
        after[name] = [asked(line, form) for line in outcome.after.splitlines()[1:] if line], said
    there = ask(python, keras, (line for lines, _ in after.values() for line in lines))
    tally = Tally()
    for name, (lines, said) in after.items():
        tally.count(name, all(there[line] for line in lines), said)
    return tally


def asked(line: str, form: str) -> str:
    """What to ask a TensorFlow of a line: of calls, whether the functions take the keywords."""
    if form != "keyword":
        return line.removesuffix("()")  # what migrate wants called is only looked for
    calls = [node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call)]
    pairs = [(ast.unparse(call.func), keyword.arg) for call in calls for keyword in call.keywords]
    return "; ".join([f"takes({function}, {keyword!r})" for function, keyword in pairs] or ["pass"])


def calls_of(names: Iterable[str], version: str) -> list[str]:
    """For each function or class and each of its parameters, a call with that keyword."""
    signatures = table(f"signatures-{version}.json")["symbols"]
    found: list[str] = []
    for name in names:
        text = (signatures.get(name) or "").removeprefix("class:")
        (function,) = ast.parse(f"def f({text}): ...").body
        assert isinstance(function, ast.FunctionDef)
        parameters = [*function.args.args, *function.args.kwonlyargs]
        found.extend(f"{name}({parameter.arg}=value)" for parameter in parameters)
    return found


def theirs(names: list[str], form: str, upgrade: str, python: str, keras: str) -> Tally:
    """What the official tool makes of them, in one file; where it fails, in files of half of them."""
    try:
        return _theirs(names, form, upgrade, python, keras)
    except FileNotFoundError:
        if len(names) == 1:
            return Tally(reported=1)  # a traceback is a word, too
    middle = len(names) // 2
    halves = [theirs(half, form, upgrade, python, keras) for half in (names[:middle], names[middle:])]
    return Tally(*(a + b for a, b in zip(*map(astuple, halves), strict=True)))


def _theirs(names: list[str], form: str, upgrade: str, python: str, keras: str) -> Tally:
    statements = [statement(name, form) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        before, after, report = (Path(folder) / name for name in ("before.py", "after.py", "report.txt"))
        before.write_text("import tensorflow as tf\n" + "\n".join(statements) + "\n", encoding="utf-8")
        files = ["--infile", str(before), "--outfile", str(after), "--reportfile", str(report)]
        subprocess.run([upgrade, *files, "--no_import_rename"], capture_output=True, text=True, check=False)
        lines = [asked(line.strip(), form) for line in after.read_text(encoding="utf-8").splitlines()[1:]]
        told = reported(report.read_text(encoding="utf-8"), str(before))
    there = ask(python, keras, lines)
    tally = Tally()
    for number, (name, line) in enumerate(zip(names, lines, strict=True), start=2):
        tally.count(name, there[line], number in told)
    return tally


def reported(report: str, path: str) -> set[int]:
    """The lines of which the official tool's report says that something is left to do."""
    words = ("ERROR", "WARNING")
    told = [line for line in report.splitlines() if line.startswith(path) and any(word in line for word in words)]
    return {int(line.removeprefix(path).split(":")[1]) for line in told}


def row(title: str, form: str, kind: str, tally: Tally) -> str:
    """A line of the table."""
    return f"{title:15} {form:7} {kind:28} {tally.resolved:9} {tally.reported:9} {len(tally.broken):15}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; the exit code says whether migrate left something broken without a word."""
    options = _options(arguments)
    print(f"{'names of':15} {'form':7} {'after':28} {'resolved':>9} {'reported':>9} {'silently broken':>15}")
    silent = 0
    for title, (era, names) in apis().items():
        for form, (kind, keras) in product(options.form, OPTIONS.items()):
            if (options.only and title not in options.only) or (form == "keyword" and " " in title):
                continue
            mentions = calls_of(names, title) if form == "keyword" else names
            tally = ours(era, mentions, form, options.tensorflow, keras)
            silent += len(tally.broken)
            print(row(title, form, f"migrate, {kind}", tally), flush=True)
            if options.list:
                print("\n".join(f"    {name}" for name in tally.broken))
            if options.upgrade:
                tally = theirs(mentions, form, options.upgrade, options.tensorflow, keras)
                print(row(title, form, f"tf_upgrade_v2, {kind}", tally), flush=True)
    return 1 if silent else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--tensorflow", required=True, metavar="PYTHON")
    parser.add_argument("--upgrade", metavar="TF_UPGRADE_V2")
    parser.add_argument("--only", action="append", default=[], metavar="API", help=", ".join(apis()))
    parser.add_argument("--form", action="append", choices=FORMS, help="how names are mentioned; both if not said")
    parser.add_argument("--list", action="store_true", help="name what is broken")
    options = parser.parse_args(arguments)
    options.form = options.form or FORMS
    return options


if __name__ == "__main__":
    sys.exit(main())
