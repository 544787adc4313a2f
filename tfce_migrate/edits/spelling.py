"""A symbol and a place come in; the name by which the file reaches it there goes out, with an import if none."""

from __future__ import annotations

import ast

from tfce_migrate.evaluate.frame import Frame
from tfce_migrate.notebook.marks import hidden_names
from tfce_migrate.source import Source
from tfce_migrate.symbols import exported, table
from tfce_migrate.terms import Term


def spell(symbol: str, frame: Frame, written: str) -> str | None:
    """The name of a symbol of the target API in a frame.

    written is what the code says now (`nn.softmax`): its own prefix is used where it reaches. None if no binding in
    scope reaches the symbol.
    """
    bindings = _modules(frame)
    own = written.partition(".")[0].strip()
    if own in bindings:
        text = _reach(symbol, own, bindings[own])
        if text is not None:
            return text
    texts = [text for name, raw in bindings.items() if (text := _reach(symbol, name, raw)) is not None]
    return min(texts, key=lambda text: (text.partition(".")[0] != "tf", len(text), text)) if texts else None


def _modules(frame: Frame) -> dict[str, str]:
    """The names bound to TensorFlow or one of its modules, as this frame sees them."""
    found: dict[str, str] = {}
    current: Frame | None = frame
    hidden: set[str] = set()
    while current is not None:
        if current is frame or not current.is_class:
            for name, term in current.env.items():
                if name not in found and name not in hidden and _is_module(term):
                    found[name] = term.value
                hidden.add(name)
        current = current.outer
    return found


def _is_module(term: Term) -> bool:
    return term.op == "symbol" and (term.value == "tf" or term.value.startswith("tf."))


def _reach(symbol: str, name: str, raw: str) -> str | None:
    if symbol == raw:
        return name
    if symbol.startswith(raw + ".") and not _other_api(symbol, raw):
        return name + symbol[len(raw) :]
    if raw.startswith("tf.compat.v1") and symbol.startswith("tf.") and not symbol.startswith("tf.compat."):
        return _reach_v1(symbol, name, raw)
    return None


def _other_api(symbol: str, raw: str) -> bool:
    """`tf.compat.v1` bound to a name reaches tf.compat.v1.X only; contrib modules reach nothing of TF 2."""
    return raw.startswith("tf.contrib") or (raw.startswith("tf.python") and not symbol.startswith("tf.python"))


def _reach_v1(symbol: str, name: str, raw: str) -> str | None:
    """Through tf.compat.v1, where it has the very same object under the name."""
    if symbol not in exported("2.21-v1") or symbol in table("names.json")["differs"]:
        return None
    inner = raw[len("tf.compat.v1") :]
    rest = symbol[len("tf") :]
    return name + rest[len(inner) :] if rest.startswith(inner + ".") or not inner else None


def import_edit(source: Source, names: set[str]) -> tuple[int, str, str] | None:
    """Where and how to import TensorFlow: offset, text, and the name; None when `tf` is taken by something else."""
    if "tf" in names:
        return None
    last = None
    for statement in source.tree.body:
        imported = isinstance(statement, (ast.Import, ast.ImportFrom))
        docstring = statement is source.tree.body[0] and isinstance(statement, ast.Expr)
        if not imported and not (docstring and last is None):
            break
        last = statement
    newline = source.newline
    line = (last.end_lineno or last.lineno) if last is not None else 0
    if line >= len(source.starts):
        return len(source.text), f"{newline}import tensorflow as tf{newline}", "tf"
    return source.starts[line], f"import tensorflow as tf{newline}", "tf"


def names_of(source: Source) -> set[str]:
    """Every plain name in the file: a new name must be none of them."""
    found: set[str] = set(hidden_names(source))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
    return found


