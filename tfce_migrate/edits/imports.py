"""An imported name and what it became come in; the edit of its import statement goes out."""

from __future__ import annotations

import ast
from collections import Counter

import libcst as cst

from tfce_migrate.edits import syntax
from tfce_migrate.edits.span import Span
from tfce_migrate.edits.syntax import CannotEditError
from tfce_migrate.evaluate import Reference
from tfce_migrate.names import can_import
from tfce_migrate.source import Source, site_of


def change_import(source: Source, reference: Reference, symbol: str) -> Span:
    """`from tensorflow import placeholder` becomes `from tensorflow.compat.v1 import placeholder`.

    A name among several gets a line of its own below; its local name stays, so that its uses need no edit.

    Raises:
        CannotEditError: the statement shares its line with another, or no statement imports the symbol.
    """
    statement = _statement(source, reference)
    start, end = source.span(site_of(source.path, statement))
    line_start = source.starts[statement.lineno - 1]
    indent = source.text[line_start:start]
    if indent.strip():
        raise CannotEditError("the import shares its line with another statement")
    index = next(i for i, alias in enumerate(statement.names) if _is_at(alias, reference))
    alias = statement.names[index]
    if not can_import(symbol):
        raise CannotEditError(f"no import statement reaches {symbol}, which can only be written as an attribute")
    module, _, name = symbol.rpartition(".")
    local = alias.asname or alias.name
    new = f"from tensorflow{module[len('tf'):]} import {name}" + (f" as {local}" if local != name else "")
    if len(statement.names) == 1:
        if syntax.comments(source.text[start:end]):
            raise CannotEditError("a comment stands inside the import and would be lost")
        return Span(start, end, new)
    newline = source.newline
    kept = _without(source.text[start:end], index)
    lost = Counter(syntax.comments(source.text[start:end])) - Counter(syntax.comments(kept))
    about = "".join(f"  {comment}" for comment in lost.elements())
    return Span(start, end, f"{kept}{newline}{indent}{new}{about}")


def _statement(source: Source, reference: Reference) -> ast.ImportFrom:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and any(_is_at(alias, reference) for alias in node.names):
            return node
    raise CannotEditError("the import statement was not found")


def _is_at(alias: ast.alias, reference: Reference) -> bool:
    return (alias.lineno, alias.col_offset) == (reference.site.line, reference.site.column)


def _without(text: str, index: int) -> str:
    """The statement without one of its names."""
    tree = cst.parse_module(text)
    statement = tree.body[0]
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.ImportFrom):
        raise CannotEditError("the import has a form that the rewriter cannot read")
    node = statement.body[0]
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    removed = names.pop(index)
    if index == len(names) and names:
        names[-1] = names[-1].with_changes(comma=removed.comma)
    return tree.with_changes(body=[statement.with_changes(body=[node.with_changes(names=names)])]).code
