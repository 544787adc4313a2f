"""A module's tree comes in; the names that a star import takes from it go out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfce_migrate.source import Source

ALL = "__all__"


class UnreadableError(Exception):
    """What a module exports shows only when it runs."""


def exports(source: Source | None) -> frozenset[str] | None:
    """The names that a module lists in `__all__`; None if it has no such list.

    Raises:
        UnreadableError: it has one, and what is in it shows only when it runs.
    """
    if source is None or ALL not in source.text:
        return None
    mentions = sum(isinstance(node, ast.Name) and node.id == ALL for node in ast.walk(source.tree))
    changes = [change for each in _statements(source.tree.body) if (change := _change(each)) is not None]
    if len(changes) != mentions:
        raise UnreadableError
    found: set[str] = set()
    for replaces, names in changes:
        found = {*names} if replaces else found | {*names}
    return frozenset(found) if changes else None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those in branches among them."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            handlers = [inner for handler in getattr(statement, "handlers", ()) for inner in handler.body]
            yield from _statements([*statement.body, *handlers, *statement.orelse])


def _change(statement: ast.stmt) -> tuple[bool, list[str]] | None:
    """Whether a statement sets the list anew, and the names that it puts there; None if it does neither."""
    match statement:
        case ast.Assign([ast.Name(name)], value) if name == ALL:
            names = _strings(value)
            return None if names is None else (True, names)
        case ast.AugAssign(ast.Name(name), ast.Add(), value) if name == ALL:
            names = _strings(value)
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "extend"), [value], [])) if name == ALL:
            names = _strings(value)
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])) if name == ALL:
            names = _strings(ast.List([value]))
        case _:
            return None
    return None if names is None else (False, names)


def _strings(value: ast.expr) -> list[str] | None:
    match value:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            names = [each.value for each in elements if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            return names if len(names) == len(elements) else None
        case ast.BinOp(left, ast.Add(), right):
            one, other = _strings(left), _strings(right)
            return None if one is None or other is None else one + other
    return None
