"""A Source comes in; the names that it tries, asks for or sets itself go out: nothing is wrong with those."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfce_migrate.source import Site, Source

CAUGHT = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "Exception", "BaseException"})
VERSIONS = frozenset({"__version__", "VERSION", "LooseVersion", "tf_version", "TF_VERSION", "TF2", "IS_TF2"})


@dataclass(frozen=True, slots=True)
class Guards:
    """spans: first and last position of code that is tried or asked for. own: dotted names that the file sets."""

    spans: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    own: frozenset[str]

    def leave(self, site: Site, written: str) -> bool:
        """Whether a mention is guarded, or is one of the file's own names."""
        start = (site.line, site.column)
        if any(low <= start < high for low, high in self.spans):
            return True
        return any(written == name or written.startswith(name + ".") for name in self.own)


def guards_of(source: Source) -> Guards:
    """Walk the statements once, and the expressions where a word in the text says that one may ask or set."""
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    own: set[str] = set()
    words = any(word in source.text for word in (*VERSIONS, "hasattr", "setattr"))
    for node in ast.walk(source.tree) if words else _statements(source.tree.body):
        spans.extend(_span(part) for part in _guarded(node))
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            own.update(_assigned(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            own.update(_set_by_name(node))
    return Guards(tuple(spans), frozenset(own))


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)


def _assigned(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[str]:
    """The attributes that an assignment sets, of anything but self."""
    for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
        for one in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
            root = one
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(one, ast.Attribute) and isinstance(root, ast.Name) and root.id != "self":
                yield ast.unparse(one)


def _guarded(node: ast.AST) -> Iterator[ast.AST]:
    """The statements or expressions that run only where a name is there, or that may fail."""
    if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
        yield from node.body
        yield from (statement for handler in node.handlers if _catches(handler) for statement in handler.body)
    elif isinstance(node, ast.If) and _asks(node.test):
        yield from (*node.body, *node.orelse)
    elif isinstance(node, ast.IfExp) and _asks(node.test):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.BoolOp) and any(_asks(value) for value in node.values[:-1]):
        yield from node.values[1:]


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(each, ast.Name) and each.id in CAUGHT for each in types)


def _asks(test: ast.expr) -> bool:
    """Whether a condition asks for a version or for an attribute."""
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and node.attr in VERSIONS:
            return True
        if isinstance(node, ast.Name) and node.id in (*VERSIONS, "hasattr"):
            return True
    return False


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    assert isinstance(node, (ast.stmt, ast.expr))
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _set_by_name(call: ast.Call) -> Iterator[str]:
    """`setattr(tf, "name", value)` sets `tf.name`."""
    name = call.args[1] if len(call.args) == 3 else None
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield f"{ast.unparse(call.args[0])}.{name.value}"
