"""Import statements come in; an import is a binding like any other, so aliases and shadowing cost nothing extra."""

from __future__ import annotations

import ast

from tfce_migrate.evaluate.frame import Frame, Reference
from tfce_migrate.source import Site
from tfce_migrate.symbols import exported, is_library, root_of
from tfce_migrate.terms import Term

STAR_MODULES = ("tf", "tf.compat.v1")  # star imports of these bind every public name of TF 1.15


def plain(node: ast.Import, frame: Frame) -> None:
    """`import tensorflow as tf`, `import tensorflow.contrib.slim as slim`, `import tensorflow.nn`."""
    for alias in node.names:
        if alias.asname:
            frame.bind(alias.asname, Term("symbol", value=root_of(alias.name)))
        else:
            first = alias.name.partition(".")[0]
            frame.bind(first, Term("symbol", value=root_of(first)))


def names(node: ast.ImportFrom, frame: Frame) -> None:
    """`from tensorflow import nn`, `from tensorflow.nn import softmax as sm`, `from tensorflow import *`."""
    module = "." * node.level + (node.module or "")
    root = root_of(module)
    for alias in node.names:
        if alias.name == "*":
            _star(root, frame)
            continue
        raw = root_of(f"{module}.{alias.name}") if node.level == 0 else f"{module}.{alias.name}"
        frame.bind(alias.asname or alias.name, Term("symbol", value=raw))
        if node.level == 0 and is_library(raw):
            frame.walk.references.append(Reference(raw, _site(alias, frame), frame, "import"))


def _star(root: str, frame: Frame) -> None:
    if root in STAR_MODULES:
        for name in exported("1.15"):
            first = name.split(".")[1]
            frame.bind(first, Term("symbol", value=f"{root}.{first}"))
    elif root.startswith("tf."):
        depth = root.count(".") + 1
        for name in exported("1.15"):
            if name.startswith(root + "."):
                frame.bind(name.split(".")[depth], Term("symbol", value=f"{root}.{name.split('.')[depth]}"))


def _site(alias: ast.alias, frame: Frame) -> Site:
    return Site(frame.walk.path, alias.lineno, alias.col_offset, alias.end_lineno or 0, alias.end_col_offset or 0)
