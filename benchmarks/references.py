"""A tree of Python files comes in; the mentions of TensorFlow that do not resolve after migrate go out, counted.

    python benchmarks/references.py TREE... --tensorflow PYTHON [--upgrade TF_UPGRADE_V2] [--keras legacy] [--list]

PYTHON has the TensorFlow to run on: whether a name is there is asked of that. What a file tries, asks for with hasattr
or a version is left out, and so is what any file of the tree sets itself. Files that are not Python 3 are counted.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.coverage import ask, reported
from benchmarks.sources import decode
from benchmarks.tool import Report, default_command, run_tool
from tfce_migrate.guards import guards_of
from tfce_migrate.source import ParseError, Source, parse, site_of


@dataclass(frozen=True)
class Mention:
    """One mention: the statement that a TensorFlow would have to run for it, and the name."""

    path: str
    line: int
    name: str
    statement: str


@dataclass
class Tree:
    """All mentions in a tree, and the files that could not be parsed."""

    mentions: list[Mention]
    unread: int


def read(root: Path) -> Tree:
    """The mentions in every Python file of a folder."""
    mentions: list[Mention] = []
    own: set[str] = set()
    unread = 0
    for path in sorted(root.rglob("*.py")):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                source = parse(decode(path.read_bytes()), path.relative_to(root).as_posix())
        except ParseError:
            unread += 1
            continue
        mentions.extend(mentions_in(source))
        own.update(set_names(source))
    return Tree([mention for mention in mentions if plain(mention.name) not in own], unread)


def set_names(source: Source) -> Iterator[str]:
    """The names of TensorFlow's that a file sets itself."""
    bound = bindings(source.tree)
    for name in guards_of(source, frozenset(bound)).own:
        first, _, rest = name.partition(".")
        if first in bound:
            yield plain(f"{bound[first]}.{rest}")


def plain(name: str) -> str:
    """A name without the API that it is asked of."""
    return name.replace("tf.compat.v1.", "tf.")


def mentions_in(source: Source) -> Iterator[Mention]:
    """The imports of TensorFlow and the dotted names that start from what they bind, guarded ones left out."""
    bound, path = bindings(source.tree), source.path
    guards = guards_of(source, frozenset(bound))
    inner = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(source.tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Attribute)) or id(node) in inner:
            continue
        if guards.leave(site_of(path, node), ast.unparse(node)):
            continue
        if isinstance(node, ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            if first in bound and all(part.isidentifier() for part in rest.split(".")):
                name = f"{bound[first]}.{rest}"
                yield Mention(path, node.lineno, name, name)
        else:
            yield from (Mention(path, node.lineno, *pair) for pair in imported(node))


def bindings(tree: ast.Module) -> dict[str, str]:
    """Local name -> name of TensorFlow, where every binding of the local name is an import of it."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            for alias in node.names:
                whole = f"{module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
                local = alias.asname or (alias.name if module else alias.name.partition(".")[0])
                if not alias.asname and isinstance(node, ast.Import):
                    whole = local
                found.setdefault(local, set()).add(whole)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, set()).add("")
        elif isinstance(node, ast.arg):
            found.setdefault(node.arg, set()).add("")
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.setdefault(node.name, set()).add("")
    sure = {local: wholes.pop() for local, wholes in found.items() if len(wholes) == 1}
    return {local: f"tf{whole[10:]}" for local, whole in sure.items() if f"{whole}.".startswith("tensorflow.")}


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import statement asks TensorFlow for, each with the statement."""
    for alias in node.names:
        if isinstance(node, ast.Import) and f"{alias.name}.".startswith("tensorflow."):
            yield f"tf{alias.name[10:]}", f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("tensorflow.") and not node.level:
            module = f"tf{str(node.module)[10:]}"
            name = module if alias.name == "*" else f"{module}.{alias.name}"
            yield name, f"from {node.module} import {alias.name}"


def is_said(mention: Mention, report: Report) -> bool:
    """Whether a finding that is left speaks of the name, of a module that it is in, or of what it is a part of."""
    for finding in report.findings:
        if finding.path != mention.path or finding.fixed:
            continue
        said, name = plain(f"{finding.symbol}."), plain(f"{mention.name}.")
        if name.startswith(said) or said.startswith(name):
            return True
    return False


def migrate(tree: Path, copy: Path, keras: str) -> Report:
    """Copy a tree and migrate the copy."""
    shutil.copytree(tree, copy)
    return run_tool(default_command(), ["migrate", "--keras", keras], copy, ["."])


def upgrade(tree: Path, copy: Path, command: str) -> set[tuple[str, int]]:
    """Let the official tool make a copy; the places that its report says something of."""
    report = copy.with_suffix(".txt")
    words = ["--intree", str(tree), "--outtree", str(copy), "--reportfile", str(report), "--no_import_rename"]
    subprocess.run([command, *words], capture_output=True, text=True, check=False)
    text = report.read_text(encoding="utf-8")
    paths = {path.relative_to(tree).as_posix() for path in tree.rglob("*.py")}
    return {(path, line) for path in paths for line in reported(text, str(tree / path))}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit code says whether migrate left something broken without a word."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--tensorflow", required=True, metavar="PYTHON")
    parser.add_argument("--upgrade", metavar="TF_UPGRADE_V2")
    parser.add_argument("--keras", choices=("3", "legacy"), default="3")
    parser.add_argument("--list", action="store_true", help="name what is broken")
    options = parser.parse_args(arguments)
    print(f"{'tree':24} {'after':14} {'mentions':>9} {'unread':>7} {'unresolved':>11} {'unreported':>11}")
    silent = 0
    for tree in options.trees:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "migrated"
            report = migrate(tree, copy, options.keras)
            found = read(copy)
            broken = unresolved(found, options)
            left = [mention for mention in broken if not is_said(mention, report)]
            silent += len(left)
            _print(tree, "migrate", found, broken, left, options.list)
            if options.upgrade:
                copy = Path(folder) / "upgraded"
                said = upgrade(tree, copy, options.upgrade)
                found = read(copy)
                broken = unresolved(found, options)
                _print(tree, "tf_upgrade_v2", found, broken, [m for m in broken if (m.path, m.line) not in said], False)
    return 1 if silent else 0


def unresolved(tree: Tree, options: argparse.Namespace) -> list[Mention]:
    """The mentions that the TensorFlow asked has not."""
    there = ask(options.tensorflow, options.keras, {mention.statement for mention in tree.mentions})
    return [mention for mention in tree.mentions if not there[mention.statement]]


def _print(tree: Path, after: str, found: Tree, broken: list[Mention], left: list[Mention], listed: bool) -> None:
    numbers = f"{len(found.mentions):9} {found.unread:7} {len(broken):11} {len(left):11}"
    print(f"{tree.name:24} {after:14} {numbers}", flush=True)
    for mention in left if listed else ():
        print(f"    {mention.path}:{mention.line} {mention.name}")


if __name__ == "__main__":
    sys.exit(main())
