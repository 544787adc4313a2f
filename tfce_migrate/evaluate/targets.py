"""Assignment targets and a term come in; the frame's bindings after the assignment go out."""

from __future__ import annotations

import ast

from tfce_migrate.evaluate import rounds, unread, values
from tfce_migrate.evaluate.frame import Frame
from tfce_migrate.source import site_of
from tfce_migrate.terms import Term, either

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def place_of(node: ast.expr) -> str | None:
    """The place that a target names: `x`, `self.pred`, `d['a']`; None for anything that moves."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = place_of(node.value)
        return None if base is None else f"{base}.{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        base = place_of(node.value)
        return None if base is None else f"{base}[{node.slice.value!r}]"
    return None


def iteration(iterated: Term) -> Term:
    """What a loop variable holds."""
    if iterated.op == "items":
        return iterated.args["each"]
    index = rounds.counter(iterated)
    if index is not None:
        if iterated.op != "builtins.enumerate":
            return index
        return Term("tuple", {"0": index, "1": iteration(iterated.args["0"])}, made=iterated.made, open=index.open)
    if iterated.op in ("list", "tuple") and iterated.args:
        return either([((), term) for term in iterated.args.values()])
    if (iterated.op == "attr" and iterated.value == "shape") or _gives_shape(iterated):
        return Term("item", {"of": iterated, "index": Term("unknown")}, made=iterated.made, open=iterated.open)
    return Term("unknown", made=iterated.made)


def _gives_shape(term: Term) -> bool:
    callee = term.args["callee"] if term.op == "call" else None
    return callee is not None and callee.op == "attr" and callee.value == "get_shape"


def assign(target: ast.expr, term: Term, frame: Frame) -> None:
    """Bind a target to a term: names, attributes, elements, tuples."""
    if isinstance(target, ast.Starred):
        target = target.value
    if isinstance(target, (ast.Tuple, ast.List)):
        stars = [index for index, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        parts = values.unpack(term, len(target.elts), stars[0] if stars else None, site_of(frame.walk.path, target))
        for part, inner in zip(target.elts, parts, strict=True):
            assign(part, inner, frame)
        return
    place = place_of(target)
    if place is None:
        if isinstance(target, ast.Subscript):
            _assign_unknown_key(target, term, frame)
        return
    if isinstance(target, ast.Name) and target.id in frame.globals:
        _global_frame(frame).bind(place, term)
        return
    if isinstance(target, ast.Subscript):
        _assign_key(target, term, frame)
    frame.bind(place, term)


def _global_frame(frame: Frame) -> Frame:
    while frame.outer is not None:
        frame = frame.outer
    return frame


def _assign_key(target: ast.Subscript, term: Term, frame: Frame) -> None:
    """`d['a'] = x` also makes another dict of what d holds."""
    holder = place_of(target.value)
    base = frame.lookup(holder) if holder is not None else None
    if holder is None or base is None or base.op not in ("dict", "list") or not isinstance(target.slice, ast.Constant):
        return
    key = repr(target.slice.value) if base.op == "dict" else str(target.slice.value)
    kept = {k: v for k, v in frame.env.items() if k.startswith((holder + "[", holder + "."))}
    frame.bind(holder, Term(base.op, {**base.args, key: term}, made=base.made, open=base.open or term.open))
    frame.env.update(kept)


def _assign_unknown_key(target: ast.Subscript, term: Term, frame: Frame) -> None:
    holder = place_of(target.value)
    base = frame.lookup(holder) if holder is not None else None
    if holder is not None and base is not None and base.op in ("list", "items", "dict"):
        each = term if not base.args else either([((), t) for t in (*base.args.values(), term)])
        frame.bind(holder, Term("items", {"each": each}, made=base.made, open=each.open))


def assigned(body: list[ast.stmt]) -> list[str]:
    """The places that statements bind, nested blocks included, functions and classes not."""
    found: dict[str, None] = {}
    for statement in body:
        for target in _targets(statement):
            found.update(dict.fromkeys(_places(target)))
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list) and not isinstance(statement, DEFINITIONS):
                found.update(dict.fromkeys(assigned(inner)))
        for handler in getattr(statement, "handlers", []):
            found.update(dict.fromkeys(assigned(handler.body)))
    return list(found)


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars is not None]
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return []
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in ("append", "extend", "add"):
        return [func.value]
    return unread.may_bind(call)


def _places(target: ast.expr) -> list[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [place for part in target.elts for place in _places(part)]
    if isinstance(target, ast.Starred):
        return _places(target.value)
    place = place_of(target)
    return [place] if place is not None else []
