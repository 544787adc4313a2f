"""A Source comes in; the names that it tries, asks for or sets itself go out: nothing is wrong with those."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tfce_migrate import versions
from tfce_migrate.source import Site, Source

NAMED = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError"})
CAUGHT = NAMED | {"Exception", "BaseException"}
EXITS = frozenset({"exit", "_exit", "quit", "abort"})
VERSIONS = frozenset({"__version__", "VERSION", "LooseVersion", "tf_version", "TF_VERSION", "TF2", "IS_TF2"})

MOST_TRIED = 3  # statements with calls behind a handler that catches everything

_SETS = r"(?m)^[ \t]*(?:\w[\w.]*,\s*)*(?:{})(?:\.\w+)+\s*(?:,[^=\n]*|:[^=\n]*)?[-+*/]?=(?!=)"
_SETS_BY_NAME = r"\bsetattr\s*\(\s*(?:{})\b"


@dataclass(frozen=True, slots=True)
class Guards:
    """The names of a file that are guarded; own: dotted names that the file sets."""

    source: Source
    own: frozenset[str]
    asks: bool  # whether a condition may stand inside an expression
    version: str | None  # the TensorFlow that conditions are asked about; None for several

    def leave(self, site: Site, written: str) -> bool:
        """Whether a mention is guarded, or is one of the file's own names."""
        if self.own and any(written == name or written.startswith(name + ".") for name in self.own):
            return True
        place = (site.line, site.column)
        body: Sequence[ast.stmt] = self.source.tree.body
        around, tried = None, False
        while (found := _around(body, place)) is not None:
            around, body = found, _blocks(found)
            if isinstance(around, ast.If) and any(_holds(part, place) for part in self._asked(around)):
                return True
            if isinstance(around, ast.Try):
                tried = tried or any(_holds(part, place) for part in _tried(around))
            elif isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                tried = False  # it is called somewhere else
        if tried or around is None or not self.asks:
            return tried
        return any(_holds(part, place) for node in ast.walk(around) for part in self._asked(node))

    def _asked(self, node: ast.AST) -> Iterator[ast.AST]:
        """The statements or expressions that run only where a name is there, or a version is another one."""
        if isinstance(node, ast.If) and _asks(node.test):
            yield from self._idle(node.test, node.body, node.orelse)
        elif isinstance(node, ast.IfExp) and _asks(node.test):
            yield from self._idle(node.test, [node.body], [node.orelse])
        elif isinstance(node, ast.BoolOp):
            for number, value in enumerate(node.values[:-1], 1):
                if _asks(value) and self._may_end(value, isinstance(node.op, ast.Or)):
                    yield from node.values[number:]
                    break

    def _may_end(self, test: ast.expr, end: bool) -> bool:
        """Whether a part of `and` or `or` may be the last that is looked at, as it comes to end."""
        return self._holds(test) in (None, end)

    def _idle(self, test: ast.expr, body: Sequence[ast.AST], others: Sequence[ast.AST]) -> Sequence[ast.AST]:
        """What does not run in the version, or may not as far as is known."""
        holds = self._holds(test)
        return [*body, *others] if holds is None else others if holds else body

    def _holds(self, test: ast.expr) -> bool | None:
        return versions.holds(test, self.version) if self.version is not None else None


def _around(body: Sequence[ast.stmt], place: tuple[int, int]) -> ast.stmt | None:
    """The statement of a body, its decorators apart, in which a place lies."""
    index = bisect_right(body, place, key=_start) - 1
    return body[index] if index >= 0 and _holds(body[index], place) else None


def _start(node: ast.stmt) -> tuple[int, int]:
    return (node.lineno, node.col_offset)


def _blocks(node: ast.stmt) -> list[ast.stmt]:
    """The statements inside a statement, in the order of the text."""
    handlers = [inner for handler in getattr(node, "handlers", ()) for inner in handler.body]
    body, *others = (getattr(node, name, []) for name in ("body", "orelse", "finalbody"))
    return [*body, *handlers, *others[0], *others[1]]


def _holds(node: ast.AST, place: tuple[int, int]) -> bool:
    """Whether a place lies in a statement or an expression."""
    assert isinstance(node, (ast.stmt, ast.expr))
    end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
    return (node.lineno, node.col_offset) <= place < end


def guards_of(source: Source, roots: frozenset[str], version: str | None = None) -> Guards:
    """The guards of a file for names that start with one of the roots, such as tf.

    version is that of the TensorFlow that the file shall run on; None if it shall run on several. The statements are
    walked only where the file may set such a name, its expressions where it does so by setattr.
    """
    own: set[str] = set()
    asks = any(word in source.text for word in (*VERSIONS, "hasattr"))
    assigns, calls = _patterns(roots)
    by_name = calls.search(source.text) is not None
    if not by_name and not assigns.search(source.text):
        return Guards(source, frozenset(), asks, version)
    for node in ast.walk(source.tree) if by_name else _statements(source.tree.body):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            own.update(_assigned(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            own.update(_set_by_name(node))
    return Guards(source, frozenset(own), asks, version)


@cache
def _patterns(roots: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(sorted(map(re.escape, roots)))
    return re.compile(_SETS.format(names)), re.compile(_SETS_BY_NAME.format(names))


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.Assign, ast.Expr, ast.Return)):
            yield from _statements(_blocks(statement))


def _assigned(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[str]:
    """The attributes that an assignment sets, of anything but self."""
    for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
        for one in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
            root = one
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(one, ast.Attribute) and isinstance(root, ast.Name) and root.id != "self":
                yield ast.unparse(one)


def _tried(node: ast.Try) -> Iterator[ast.AST]:
    """The statements that may fail, as something else is done then."""
    handlers = [handler for handler in node.handlers if _catches(handler) and not _gives_up(handler)]
    if any(_names_it(handler) for handler in handlers) or (handlers and _is_trial(node.body)):
        yield from node.body
    yield from (statement for handler in handlers for statement in handler.body)


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler ends the program or the function by an error."""
    return any(isinstance(statement, ast.Raise) or _is_exit(statement) for statement in handler.body)


def _is_exit(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in EXITS


def _is_trial(body: Sequence[ast.stmt]) -> bool:
    """Whether statements look like the trial of a name, and not like a program in whose errors nobody is interested."""
    simple = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.Pass)
    if not all(isinstance(statement, simple) for statement in body):
        return False
    return len(body) <= MOST_TRIED or not any(isinstance(node, ast.Call) for each in body for node in ast.walk(each))


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_types(handler) & CAUGHT)


def _names_it(handler: ast.ExceptHandler) -> bool:
    return bool(_types(handler) & NAMED)


def _types(handler: ast.ExceptHandler) -> set[str]:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {each.id for each in types if isinstance(each, ast.Name)}


def _asks(test: ast.expr) -> bool:
    """Whether a condition asks for a version or for an attribute."""
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and node.attr in VERSIONS:
            return True
        if isinstance(node, ast.Name) and node.id in (*VERSIONS, "hasattr"):
            return True
    return False


def _set_by_name(call: ast.Call) -> Iterator[str]:
    """`setattr(tf, "name", value)` sets `tf.name`."""
    name = call.args[1] if len(call.args) == 3 else None
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield f"{ast.unparse(call.args[0])}.{name.value}"
