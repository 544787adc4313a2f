"""A program and its frame come in; the frame after its statements goes out, cell by cell where it is a notebook's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfce_migrate.evaluate import statements
from tfce_migrate.evaluate.frame import Frame
from tfce_migrate.notebook.marks import ALONE, cells
from tfce_migrate.source import Source
from tfce_migrate.terms import Term

_ROOT = re.compile(r"[^.\[]*")


def run(source: Source, frame: Frame) -> None:
    """Walk a program. Each cell of a notebook is begun, however the one before it ended."""
    for kind, body in cells(source):
        if kind:
            _apart(body, frame, frozenset(_own(body)) if kind == ALONE else frozenset())
        else:
            statements.run(body, frame)
            frame.alive = True


def _own(body: list[ast.stmt]) -> Iterator[str]:
    """The names that are local where statements are the body of a function."""
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _apart(body: list[ast.stmt], frame: Frame, own: frozenset[str]) -> None:
    """Walk a cell that is run in a function, or perhaps not at all: own names are not seen outside.

    What else it changes is unknown after it, because nobody knows how often it is run.
    """
    env = {place: term for place, term in frame.env.items() if _root(place) not in own}
    inner = Frame(frame.walk, None, env, free=frame.free)
    statements.run(body, inner)
    stored = {_root_name(node) for statement in body for node in ast.walk(statement) if _stores(node)}
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name) and not own:
            inner.bind(statement.value.id, Term("unknown"))  # a word of another language, perhaps
    for place, term in list(inner.env.items()):
        old, root = frame.env.get(place), _root(place)
        if term is old or (root in own and root not in inner.globals) or _same_import(term, old):
            continue
        if old is not None or place == root or root in stored:
            frame.bind(place, Term("unknown"))


def _root(place: str) -> str:
    match = _ROOT.match(place)
    return match.group() if match else place


def _stores(node: ast.AST) -> bool:
    return isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load)


def _root_name(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _same_import(term: Term, old: Term | None) -> bool:
    return old is not None and term.op == old.op == "symbol" and term.value == old.value
