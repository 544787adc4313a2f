"""Names that functions bind outside of themselves come in; where they are, and what a call leaves in them, goes out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfce_migrate.evaluate.frame import CHANGED, Frame, Function, Walk
from tfce_migrate.evaluate.objects import MODELS
from tfce_migrate.source import Site, Source
from tfce_migrate.terms import NONE, Kind, Term, is_const, options

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_GLOBAL = re.compile(r"^[^#'\"\n]*\bglobal \w", re.MULTILINE)
_KEPT = ("tf", "tf.compat.v1", "numpy")  # what code binds once, in whichever function


def of_module(source: Source) -> frozenset[str]:
    """The module's variables that functions bind."""
    if not _GLOBAL.search(source.text):
        return frozenset()
    parts = [part for part in source.tree.body if source.has("global ", part)]
    return frozenset(name for part in parts for name in _bound_in(part, ast.Global, source, "global "))


def of_function(function: Function) -> frozenset[str]:
    """The variables of a function that the functions inside it bind."""
    node, source = function.node, function.frame.walk.source
    if isinstance(node, ast.Lambda) or not source.has("nonlocal ", node):
        return frozenset()
    return frozenset(name for part in node.body for name in _bound_in(part, ast.Nonlocal, source, "nonlocal "))


def _bound_in(
    tree: ast.stmt, kind: type[ast.Global] | type[ast.Nonlocal], source: Source, word: str
) -> Iterator[str]:
    for function in ast.walk(tree):
        if not isinstance(function, _FUNCTIONS) or not source.has(word, function):
            continue
        nodes = list(ast.walk(function))
        said = {name for node in nodes if isinstance(node, kind) for name in node.names}
        yield from {n.id for n in nodes if isinstance(n, ast.Name) and n.id in said and not isinstance(n.ctx, ast.Load)}


def at_start(name: str, is_global: bool, frame: Frame) -> Term | None:
    """What a variable around a function holds when it begins, where functions bind it: None as long as only it does."""
    home = _home(frame, name, is_global)
    if home is None:
        return None
    return NONE if is_const(home.env.get(name), None) and _is_sole(name, home) else CHANGED


def _is_sole(name: str, home: Frame) -> bool:
    source = home.walk.source
    bound = [one for part in source.tree.body for one in _bound_in(part, ast.Global, source, "global ")]
    return home.outer is None and bound.count(name) == 1


def _home(frame: Frame, name: str, is_global: bool) -> Frame | None:
    around = frame.outer
    while around is not None:
        if name in around.unstable and (around.outer is None) is is_global:
            return around
        around = around.outer
    return None


def forget(frame: Frame) -> None:
    """Forget the variables that a call of one of the file's functions may bind."""
    around: Frame | None = frame
    while around is not None:
        names = around.unstable
        if around is frame and frame.globals and frame.function is not None:
            names = names | frame.globals
        for name in names:
            held = around.env.get(name)
            if held is not None and held is not CHANGED and not (held.op == "symbol" and held.value in _KEPT):
                around.bind(name, CHANGED)
                frame.walk.changes.append(name)
        around = around.outer


def left(frame: Frame) -> dict[str, Term]:
    """What a function leaves in the variables that are not its own."""
    return {name: frame.env[name] for name in frame.globals if name in frame.env}


def leave(function: Function, name: str, term: Term, frame: Frame) -> None:
    """Bind what a function's call left in a variable, if it is one of the caller's."""
    home: Frame | None = function.frame
    while home is not None and name not in home.unstable:
        home = home.outer
    if home is not None and home.function is frame.function:
        home.bind(name, term)


def spoilt(walk: Walk) -> frozenset[tuple[Site | None, str]]:
    """The attributes, by their class, of which methods change the objects, and which mean something as assigned."""
    found = set()
    for owner, name in walk.late:
        for info in owner.lineage():
            left = [s.writes.get(f"self.{name}") for f in info.writers.get(name, ()) for s in f.summaries.values()]
            if any(term is not None and _means(term) for term in left):
                found.add((info.made, name))
    return frozenset(found) - walk.spoilt


def _means(term: Term) -> bool:
    held = [one for option in options(term) for one in (option, *option.args.values())]
    return any(one.kind is not Kind.UNKNOWN or one.op in MODELS for one in held)
