"""A file comes in; where its program can be told to start in graph mode, before anything is built, goes out."""

from __future__ import annotations

import ast
import sys

from tfce_migrate.evaluate import Neighbours
from tfce_migrate.source import Source, is_main_guard, site_of

LIMIT_DEPTH = 4  # neighbours that import one another
TENSORFLOW = ("tf", "tensorflow", "slim", "keras", "layers", "tflearn")
FLAGS = ("app", "flags", "FLAGS", "logging", "gfile")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
KNOWN_PACKAGES = (
    "numpy", "scipy", "pandas", "matplotlib", "sklearn", "PIL", "cv2", "tqdm", "six", "h5py", "absl", "IPython",
    "tensorflow", "keras", "skimage", "imageio", "seaborn", "gym", "nltk", "requests", "yaml",
)  # fmt: skip


def after_imports(source: Source, name: str | None, neighbours: Neighbours | None) -> int | None:
    """The offset after the run of imports at the top level in which a name is bound; None if none binds it.

    It ends before an import of a neighbour that builds something when it is imported, or of what may be one. Without a
    name: after the run of imports in which names are imported from TensorFlow.
    """
    found = None
    outer = source.tree.body
    binding = _binding(source, name) if name else [each for each in outer if _is_from_tensorflow(each)]
    for statement in source.tree.body:
        if statement in binding:
            found = statement
        elif name and _binds(statement, name):
            found = None  # to something else
        elif found is not None and not _is_idle(statement, source, neighbours):
            break
        elif found is not None:
            found = statement
    if found is None:
        return None
    line = found.end_lineno or found.lineno
    return source.starts[line] if line < len(source.starts) else len(source.text)


def _is_from_tensorflow(statement: ast.stmt) -> bool:
    module = statement.module if isinstance(statement, ast.ImportFrom) and not statement.level else None
    return module is not None and module.partition(".")[0] == "tensorflow"


def early_import(
    source: Source, name: str, neighbours: Neighbours | None
) -> tuple[int, str, tuple[int, int] | None] | None:
    """Where a neighbour that may build is imported before the name is bound, and the import that binds it; or None.

    With them go the offsets of that import's line, where it stands there alone and can be taken away.
    """
    early = None
    binding = _binding(source, name)
    for statement in source.tree.body:
        if statement in binding:
            if early is None or not isinstance(statement, (ast.Import, ast.ImportFrom)):
                return None
            imported = source.segment(site_of(source.path, statement))
            return source.starts[early.lineno - 1], imported, _line_of(source, statement, imported)
        imports = isinstance(statement, (ast.Import, ast.ImportFrom))
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if early is None and imports and not future and not _is_idle(statement, source, neighbours):
            early = statement
    return None


def _line_of(source: Source, statement: ast.stmt, text: str) -> tuple[int, int] | None:
    """The offsets of a statement's lines with their end, if nothing else stands there."""
    last = statement.end_lineno or statement.lineno
    start = source.starts[statement.lineno - 1]
    end = source.starts[last] if last < len(source.starts) else len(source.text)
    return (start, end) if source.text[start:end].strip() == text else None


def _is_idle(statement: ast.stmt, source: Source, neighbours: Neighbours | None) -> bool:
    """Whether a statement imports nothing that builds graphs meanwhile."""
    return isinstance(statement, (ast.Import, ast.ImportFrom)) and not any(
        _builds(module, level, source.path, neighbours, 0) for module, level in _modules(statement)
    )


def _modules(statement: ast.Import | ast.ImportFrom) -> list[tuple[str, int]]:
    if isinstance(statement, ast.Import):
        return [(alias.name, 0) for alias in statement.names]
    module = statement.module or ""
    inside = [(f"{module}.{alias.name}".lstrip("."), statement.level) for alias in statement.names if alias.name != "*"]
    return [(module, statement.level), *inside]  # what is imported from a package may be a module


def _builds(module: str, level: int, path: str, neighbours: Neighbours | None, depth: int) -> bool:
    """Whether importing a module may build graphs: a neighbour that does, or one of which nothing is known."""
    if not level and _is_known(module):
        return False
    if neighbours is None:
        return True
    found = neighbours.find(module, level, path)
    if found is None:
        return False  # installed elsewhere: packages offer functions
    read = neighbours.source(found)
    if read is None or depth >= LIMIT_DEPTH:
        return found.endswith(".py")
    own = _own_names(read.tree.body)
    return any(_works(statement, own, found, neighbours, depth) for statement in read.tree.body)


def _own_names(body: list[ast.stmt]) -> set[str]:
    """What a module defines, and what it imports of others that are not known: calling these may build anything."""
    found = {*TENSORFLOW, *(statement.name for statement in body if isinstance(statement, DEFINITIONS))}
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            known = all(not level and _is_known(module) for module, level in _modules(statement))
            found.update(() if known else (alias.asname or alias.name.partition(".")[0] for alias in statement.names))
    return found


def _is_known(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names | set(KNOWN_PACKAGES)


def _works(statement: ast.stmt, own: set[str], path: str, neighbours: Neighbours, depth: int) -> bool:
    """Whether a statement at the top level of a neighbour uses TensorFlow, other than for flags and logs."""
    if isinstance(statement, DEFINITIONS):
        return False
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return any(_builds(name, level, path, neighbours, depth + 1) for name, level in _modules(statement))
    if is_main_guard(statement):
        return False
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(_may_build(func, own) for func in calls)


def _may_build(func: ast.expr, own: set[str]) -> bool:
    """Whether `tf.Variable` or a function of the module, but not `tf.app.flags.DEFINE_string`, is called."""
    names = []
    while isinstance(func, ast.Attribute):
        names.append(func.attr)
        func = func.value
    return isinstance(func, ast.Name) and func.id in own and not set(names) & set(FLAGS)


def _binding(source: Source, name: str) -> list[ast.stmt]:
    """The statements that bind a name to TensorFlow; where none says so itself, those that bind it to any module."""
    found = [statement for statement in source.tree.body if _binds(statement, name)]
    to_tensorflow = [statement for statement in found if _binds(statement, name, "tensorflow")]
    if to_tensorflow or any(_binds_inside(statement, name) for statement in source.tree.body):
        return to_tensorflow
    return found


def _binds_inside(statement: ast.stmt, name: str) -> bool:
    """Whether a block of the module, such as a with, binds a name to TensorFlow."""
    if not isinstance(statement, (ast.With, ast.If, ast.For, ast.While)):
        return False
    return any(isinstance(node, ast.stmt) and _binds(node, name, "tensorflow") for node in ast.walk(statement))


def _binds(statement: ast.stmt, name: str, package: str = "") -> bool:
    """Whether a statement binds a name to a module, of a package if one is named."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        own = [*(alias for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) == name)]
        modules = [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [alias.name for alias in own]
        return bool(own) and (not package or all(module.partition(".")[0] == package for module in modules))
    if isinstance(statement, ast.Try):
        blocks = [statement.body, *(handler.body for handler in statement.handlers)]
        return all(any(_binds(inner, name, package) for inner in block) for block in blocks)
    return False
