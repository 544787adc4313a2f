"""A text before and after its edits come in; the edits that take away what only those edits left unused go out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator

from tfce_migrate.edits.span import Span
from tfce_migrate.notebook.marks import hidden_names, refusal
from tfce_migrate.source import Source
from tfce_migrate.symbols import is_library, root_of

QUIET_CALLS = (
    "log", "log_softmax", "log_sigmoid", "multiply", "mul", "clip_by_value", "add", "subtract", "negative", "maximum",
    "minimum",
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unused(before: Source, after: Source, failing: Collection[int] = ()) -> tuple[tuple[Span, str], ...]:
    """The removals of imports, aliases and intermediate terms that were read before the edits and no longer are.

    Only a statement with lines of its own is taken away, and never the only one of its block. A name that any other
    scope or `__all__` mentions counts as read. What a module binds stays, as another file may import it, but for
    imports of libraries, and for what would fail: failing has the lines of names that the target has not. An import of
    anything else runs code.
    """
    was, now = _reads(before.tree), _reads(after.tree)
    spans = []
    for block, statement, inside in _statements(after.tree.body, False):
        name = _bound(statement)
        if name is None or not was[name] or now[name] or len(block) == 1:
            continue
        if isinstance(statement, ast.Assign) and not inside and statement.lineno not in failing:
            continue
        span = _lines(after, statement)
        if span is not None and refusal(after, span.start, span.end) is None and name not in hidden_names(after):
            spans.append((span, name))
    return tuple(spans)


def _reads(tree: ast.Module) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found[node.value] += 1
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
    return found


def _statements(body: list[ast.stmt], inside: bool) -> Iterator[tuple[list[ast.stmt], ast.stmt, bool]]:
    """The statements, each with its block and whether it stands in a function."""
    for statement in body:
        yield body, statement, inside
        if isinstance(statement, ast.ClassDef):
            continue  # what a class binds is an attribute of it
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list):
                yield from _statements(inner, inside or isinstance(statement, _FUNCTIONS))


def _bound(statement: ast.stmt) -> str | None:
    """The one name that a statement binds, if taking the statement away changes nothing else."""
    match statement:
        case ast.Import(names=[ast.alias(name=name, asname=local)]) if is_library(root_of(name)):
            return local or (name if "." not in name else None)
        case ast.ImportFrom(names=[ast.alias(name=name, asname=local)], module=str(module), level=0):
            return None if name == "*" or not is_library(root_of(module)) else local or name
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_quiet(value):
            return name
    return None


def _is_quiet(value: ast.expr) -> bool:
    """A name, an arithmetic of names, or the log of one: no variable, no random op, no name in the graph."""
    match value:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=inner):
            return _is_quiet(inner)
        case ast.BinOp(left=left, right=right):
            return _is_quiet(left) and _is_quiet(right)
        case ast.UnaryOp(operand=operand):
            return _is_quiet(operand)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args, keywords=[]) if attr in QUIET_CALLS:
            return _is_quiet(inner) and all(_is_quiet(arg) for arg in args)
    return False


def _lines(source: Source, statement: ast.stmt) -> Span | None:
    """The whole lines of a statement; None if it shares them with another or carries a comment."""
    start = source.starts[statement.lineno - 1]
    end_line = statement.end_lineno or statement.lineno
    end = source.starts[end_line] if end_line < len(source.starts) else len(source.text)
    head = source.text[start : source.offset(statement.lineno, statement.col_offset)]
    tail = source.text[source.offset(end_line, statement.end_col_offset or 0) : end]
    return Span(start, end, "") if not head.strip() and not tail.strip() else None
