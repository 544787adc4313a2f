"""Import statements come in; an import is a binding like any other, so aliases and shadowing cost nothing extra."""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence

from tfce_migrate.evaluate.exports import UnreadableError, exports
from tfce_migrate.evaluate.frame import Frame, Neighbours, Reference, Walk
from tfce_migrate.source import Site
from tfce_migrate.symbols import exported, is_library, root_of
from tfce_migrate.terms import Term

STAR_MODULES = ("tf", "tf.compat.v1")  # star imports of these bind every public name of TF 1.15

KERAS = ("keras.", "tf_keras.")  # packages whose modules export what those of tf.keras do


def plain(node: ast.Import, frame: Frame) -> None:
    """`import tensorflow as tf`, `import tensorflow.contrib.slim as slim`, `import models.cnn`."""
    for alias in node.names:
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        frame.bind(alias.asname or name, _module(name, frame))
        raw = root_of(alias.name)
        if "." in raw and is_library(raw):
            frame.walk.references.append(Reference(raw, _site(alias, frame), frame, "module"))


def _module(name: str, frame: Frame) -> Term:
    raw = root_of(name)
    if not is_library(raw):
        frame.walk.imports.append((name, 0))
    found = _find(name, 0, frame) if not is_library(raw) else None
    return Term("module", value=found) if found is not None else Term("symbol", value=raw)


def _find(module: str, level: int, frame: Frame) -> str | None:
    walk = frame.walk
    return walk.neighbours.find(module, level, walk.path, walk.paths) if walk.neighbours is not None else None


def extend_path(raw: str, args: Sequence[Term], walk: Walk) -> None:
    """Note the folder of `sys.path.append(folder)` and `sys.path.insert(0, folder)`, where it can be told."""
    if raw in ("sys.path.append", "sys.path.insert") and args:
        folder = _folder(args[-1], walk.path)
        if folder is not None:
            walk.paths.append(folder)


def _folder(term: Term, path: str) -> str | None:
    """The path that a term spells, from the current folder; what is relative may be meant from the file's folder."""
    if term.op == "const" and isinstance(term.value, str):
        return term.value if os.path.isabs(term.value) else os.path.join(os.path.dirname(path), term.value)
    if term.op == "free" and term.value == "__file__":
        return path
    if term.op == "symbol":
        return os.pardir if term.value == "os.pardir" else None
    args = list(term.args.values())
    if term.op in ("os.path.abspath", "os.path.realpath", "os.path.normpath", "builtins.str") and args:
        return _folder(args[0], path)
    if term.op == "os.path.dirname" and args:
        inner = _folder(args[0], path)
        return os.path.dirname(inner) if inner is not None else None
    if term.op == "os.getcwd":
        return os.curdir
    if term.op == "os.path.join" and args:
        parts = [_folder(args[0], path), *(_part(arg) for arg in args[1:])]
        return os.path.join(*[part for part in parts if part is not None]) if None not in parts else None
    return None


def _part(term: Term) -> str | None:
    if term.op == "symbol" and term.value in ("os.pardir", "os.path.pardir"):
        return os.pardir
    return term.value if term.op == "const" and isinstance(term.value, str) else None


def names(node: ast.ImportFrom, frame: Frame) -> None:
    """`from tensorflow import nn`, `from tensorflow import *`, `from .model import inference as net`."""
    module = "." * node.level + (node.module or "")
    root = root_of(module)
    found = None
    if node.level or not is_library(root):
        frame.walk.imports.append((node.module or "", node.level))
        found = _find(node.module or "", node.level, frame)
    for alias in node.names:
        if alias.name == "*":
            frame.walk.stars += not is_library(root)
            _star(root, found, frame)
            if found is None and is_library(root):
                frame.walk.references.append(Reference(root, _site(alias, frame), frame, "star"))
            continue
        raw = root_of(f"{module}.{alias.name}") if node.level == 0 else f"{module}.{alias.name}"
        frame.bind(alias.asname or alias.name, _imported(found, alias.name, node.level, raw, frame))
        if found is None and node.level == 0 and is_library(raw):
            frame.walk.references.append(Reference(raw, _site(alias, frame), frame, "import"))


def _imported(found: str | None, name: str, level: int, raw: str, frame: Frame) -> Term:
    """The name of a neighbour, which is asked only when the name is used."""
    neighbours = frame.walk.neighbours
    if found is None or neighbours is None:
        beside = _find(name, level, frame) if level else None  # `from . import name` in a package's own __init__
        return Term("module", value=beside) if beside is not None else Term("symbol", value=raw)
    return Term("imported", value=(found, name, neighbours.child(found, name), raw))


def _star(root: str, found: str | None, frame: Frame) -> None:
    if found is not None and frame.walk.neighbours is not None:
        _all_of(found, frame.walk.neighbours, frame)
    elif root in STAR_MODULES:
        for name in exported("1.15") | exported("0.12") | {"tf.contrib"}:
            first = name.split(".")[1]
            frame.bind(first, Term("symbol", value=f"{root}.{first}"))
    elif root.startswith(("tf.", *KERAS)):
        module = root if root.startswith("tf.") else f"tf.keras.{root.partition('.')[2]}"
        depth = module.count(".") + 1
        for name in exported("1.15"):
            if name.startswith(module + "."):
                frame.bind(name.split(".")[depth], Term("symbol", value=f"{root}.{name.split('.')[depth]}"))


def _all_of(found: str, neighbours: Neighbours, frame: Frame) -> None:
    """Bind what a star import takes from a neighbour; libraries stay where it cannot be told whether it takes such."""
    top = neighbours.top(found)
    given = dict(top.env) if top is not None else {}
    try:
        names = exports(neighbours.source(found))
    except UnreadableError:
        names = frozenset(name for name in given if not name.startswith("_") and not _is_library(frame.env.get(name)))
    if names is None:
        names = frozenset(name for name in given if not name.startswith("_"))
    for name in names:
        if name in given and name.isidentifier():
            frame.bind(name, given[name])
        elif (child := neighbours.child(found, name)) is not None and name.isidentifier():
            frame.bind(name, Term("module", value=child))


def _is_library(term: Term | None) -> bool:
    return term is not None and term.op == "symbol" and is_library(str(term.value))


def _site(alias: ast.alias, frame: Frame) -> Site:
    return Site(frame.walk.path, alias.lineno, alias.col_offset, alias.end_lineno or 0, alias.end_col_offset or 0)
