"""The house itself on trial: which room may import which, who may print and write, how long things may be."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The rooms from left to right: a module imports from its own room and from rooms to the left of it. A name
# stands for the module and all below it, the longest name that fits decides; "=" means the module alone.
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("data", ("tfce_migrate.outcome", "tfce_migrate.settings", "tfce_migrate.version", "tfce_migrate.record")),
    ("start", ("tfce_migrate.interrupt",)),
    ("settings file", ("tfce_migrate.settings_file",)),
    ("files", ("tfce_migrate.ignored", "tfce_migrate.files", "tfce_migrate.writing", "tfce_migrate.journal")),
    ("source", ("tfce_migrate.source",)),
    ("notebook", ("tfce_migrate.notebook",)),
    ("terms", ("tfce_migrate.terms", "tfce_migrate.symbols", "tfce_migrate.names", "tfce_migrate.standalone")),
    ("evaluate", ("tfce_migrate.evaluate",)),
    ("neighbours", ("tfce_migrate.project",)),
    (
        "questions of terms",
        tuple(f"tfce_migrate.{name}" for name in ("trace", "shapes", "extent", "era", "asking", "versions", "guards")),
    ),
    ("pages", ("tfce_migrate.page",)),
    ("check", ("tfce_migrate.rule", "tfce_migrate.check")),
    (
        "what rules ask",
        tuple(
            f"tfce_migrate.{name}"
            for name in (
                "order", "patterns", "binary", "keras_losses", "rows", "rewrites", "changes", "signatures", "lost",
                "keywords", "entry", "members",
            )
        ),
    ),
    ("rules", ("tfce_migrate.rules",)),
    ("edits", ("tfce_migrate.edits",)),
    ("findings", ("tfce_migrate.findings",)),
    ("python 2", ("tfce_migrate.python2",)),
    ("pure functions", ("=tfce_migrate",)),
    ("proof", ("tfce_migrate.proof",)),
    ("run", ("tfce_migrate.run", "tfce_migrate.baseline")),
    ("report", ("tfce_migrate.report",)),
    ("session", ("tfce_migrate.session",)),
    ("streams", ("tfce_migrate.streams",)),
    ("command line", ("tfce_migrate.cli", "tfce_migrate.__main__")),
)

# Who may import these at all, whatever the layer.
ONLY_IN = {
    "tensorflow": ("tfce_migrate.proof",),
    "numpy": ("tfce_migrate.proof",),
    "libcst": ("tfce_migrate.edits",),
    "click": ("tfce_migrate.cli",),
    "rich": ("tfce_migrate.cli", "tfce_migrate.report"),
    "fissix": ("tfce_migrate.python2",),
}
MAY_PRINT = ("tfce_migrate.streams", "tfce_migrate.proof")
MAY_WRITE = ("tfce_migrate.writing", "tfce_migrate.journal", "tfce_migrate.proof")

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 40
MEDIAN_LINES_OF_A_FUNCTION = 12

_WRITING_CALLS = frozenset(
    f"{module}.{name}"
    for module, names in {
        "os": "fdopen link makedirs mkdir remove rename renames replace rmdir symlink unlink",
        "shutil": "copy copy2 copyfile copytree move rmtree",
        "tempfile": "mkdtemp mkstemp NamedTemporaryFile TemporaryDirectory TemporaryFile",
    }.items()
    for name in names.split()
)
_WRITING_METHODS = frozenset({"write_text", "write_bytes", "touch", "mkdir", "unlink", "rmdir"})
_PRINTING = frozenset({"print", "click.echo", "click.secho", "sys.stdout", "sys.stderr"})


@dataclass(frozen=True)
class Module:
    """A file of the package with its dotted name and tree."""

    name: str
    path: Path
    tree: ast.Module


@cache
def modules() -> dict[str, Module]:
    """Every module that is installed, by the name under which it is imported."""
    found = {}
    for folder, package in ((ROOT / "tfce_migrate", "tfce_migrate"), (ROOT / "rules", "tfce_migrate.rules")):
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8")))
    return found


def python_files() -> list[Path]:
    folders = ("tfce_migrate", "rules", "tools", "benchmarks", "tests")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def stands_in(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def layer_of(module: str) -> int:
    """The number of a module's room. Raises AssertionError for a module that no room names."""
    fits = [
        (len(name), number)
        for number, (_, names) in enumerate(LAYERS)
        for name in names
        if (module == name[1:] if name.startswith("=") else stands_in(module, (name,)))
    ]
    assert fits, f"{module} stands in no room: give it a place in LAYERS, and in ARCHITECTURE.md"
    return max(fits)[1]


def imports_of(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a module imports, wherever in it, for types only or not."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.path}:{node.lineno}: imports are written in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node.lineno, inner if inner in modules() else str(node.module)


@pytest.mark.parametrize("name", modules())
def test_a_module_imports_only_what_stands_to_its_left(name: str) -> None:
    module, own = modules()[name], layer_of(name)
    wrong = [
        f"{module.path.name}:{line} imports {imported}, which stands to its right"
        for line, imported in imports_of(module)
        if stands_in(imported, ("tfce_migrate",)) and layer_of(imported) > own
    ]
    assert not wrong


def test_rules_are_found_by_listing_their_folder_and_never_imported_by_name() -> None:
    importers = [
        (name, imported)
        for name, module in modules().items()
        for _, imported in imports_of(module)
        if stands_in(imported, ("tfce_migrate.rules",))
    ]
    assert importers == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_met_in_its_room_only(library: str) -> None:
    allowed = ONLY_IN[library]
    users = {
        name
        for name, module in modules().items()
        for _, imported in imports_of(module)
        if stands_in(imported, (library,))
    }
    assert [name for name in users if not stands_in(name, allowed)] == []


def test_every_room_has_a_module() -> None:
    inhabited = {layer_of(name) for name in modules()}
    assert [room for number, (room, _) in enumerate(LAYERS) if number not in inhabited] == []


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text, as far as it is only names."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def opens_for_writing(call: ast.Call) -> bool:
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    modes = [mode.value if isinstance(mode, ast.Constant) else "w" for mode in given]
    return any(set(str(mode)) & set("wax+") for mode in modes)


def writes(call: ast.Call) -> bool:
    name = dotted(call.func)
    method = name.rpartition(".")[2]
    if name in ("open", "io.open"):
        return opens_for_writing(call)
    return name in _WRITING_CALLS or method in _WRITING_METHODS


def test_only_the_command_line_prints() -> None:
    prints = [
        f"{module.path.name}:{node.lineno}"
        for name, module in modules().items()
        if not stands_in(name, MAY_PRINT)
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.Name, ast.Attribute)) and dotted(node) in _PRINTING
    ]
    assert prints == []


def test_only_files_writes() -> None:
    written = [
        f"{module.path.name}:{node.lineno}"
        for name, module in modules().items()
        if not stands_in(name, MAY_WRITE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and writes(node)
    ]
    assert written == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open(p, 'w')", True),
        ("open(p, mode='ab')", True),
        ("open(p, kind)", True),
        ("open(p)", False),
        ("open(p, 'rb')", False),
        ("path.write_text(t)", True),
        ("os.replace(a, b)", True),
        ("text.replace(a, b)", False),
    ],
)
def test_the_test_sees_what_writes(code: str, expected: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert writes(call) is expected


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_are_short_and_files_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module opens with a sentence: what comes in, what goes out"
    assert len(text.splitlines()) <= MOST_LINES
    long = {name: lines for name, lines in functions(tree) if lines > MOST_LINES_OF_A_FUNCTION}
    assert long == {}


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_half_of_the_functions_are_very_short() -> None:
    lengths = [lines for module in modules().values() for _, lines in functions(module.tree)]
    assert statistics.median(lengths) < MEDIAN_LINES_OF_A_FUNCTION


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running code."""
    shown = code + "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules})"
    return set(subprocess.check_output([sys.executable, "-c", shown], text=True, cwd=ROOT).split())


def test_the_command_line_starts_without_what_it_may_not_need() -> None:
    loaded = loaded_by("import tfce_migrate.cli")
    assert "tfce_migrate" in loaded
    assert not loaded & {"libcst", "rich", "tensorflow", "numpy"}


def test_a_file_without_findings_never_meets_libcst() -> None:
    code = "import tfce_migrate\ntfce_migrate.migrate_source('import tensorflow as tf\\nx = tf.ones([2])\\n')"
    assert not loaded_by(code) & {"libcst", "rich", "tensorflow"}


def seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def test_version_is_said_at_once() -> None:
    """The best of several starts is under 0.15 s; a machine that is slow at everything gets more."""
    best = bare = float("inf")
    for _ in range(20):
        best = min(best, seconds("-m", "tfce_migrate", "--version"))
        bare = min(bare, seconds("-c", "import click"))
        if best < 0.15:
            break
    assert best < max(0.15, 2 * bare)
