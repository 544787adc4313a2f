"""Assignment targets and a term come in; the frame's bindings after the assignment go out."""

from __future__ import annotations

import ast

from tfce_migrate.evaluate import objects, rounds, unread, values
from tfce_migrate.evaluate.frame import CHANGED, Frame
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
    if (iterated.op == "attr" and iterated.value in ("shape", "layers")) or _gives_shape(iterated):
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
    if isinstance(target, ast.Subscript):
        _assign_key(target, term, frame)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(target, frame)
    if place is not None:
        frame.bind(place, term)


def _assign_key(target: ast.Subscript, term: Term, frame: Frame) -> None:
    """`d['a'] = x` also makes another object of what d holds, under every name; of an unknown key anything."""
    base = _quiet(target.value, frame)
    if base is None:
        return
    holder = place_of(target.value)
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    new: Term | None = None
    if key is not None and (base.op == "dict" or (base.op == "list" and isinstance(key, int))):
        new = Term(base.op, {**base.args, repr(key): term}, made=base.made, open=base.open or term.open)
    elif base.op in objects.CONTAINERS and not isinstance(target.slice, ast.Slice):
        each = term if not base.args else either([((), t) for t in (*base.args.values(), term)])
        new = Term("items", {"each": each}, made=base.made, open=each.open)
    if base.op == "param" and key is not None:
        objects.changed(frame, base, None, holder)
        return
    kept = _children(holder, frame) if key is not None else {}
    for root in (base,) if new is not None else objects.roots(base, deep=True):
        objects.changed(frame, root, new)
    if holder is not None:
        objects.note_late(frame, holder)
    if holder is not None and new is not None:
        frame.bind(holder, new)
    elif holder is not None and holder.startswith(frame.receiver + ".") and base.op not in ("param", "instance"):
        frame.bind(holder, CHANGED)
    frame.env.update(kept)


def _children(holder: str | None, frame: Frame) -> dict[str, Term]:
    return {k: v for k, v in frame.env.items() if holder is not None and k.startswith((holder + "[", holder + "."))}


HARMLESS = frozenset({"trainable", "name", "_name"})


def _assign_attribute(target: ast.Attribute, frame: Frame) -> None:
    """`model.layers[-1].activation = f` changes the model."""
    if target.attr in HARMLESS:
        return
    base = _quiet(target.value, frame)
    if base is None:
        return
    whole = Term("attr", {"of": base}, target.attr) if target.attr in objects.PARTS else base
    for root in objects.roots(whole, deep=base.op == "param"):
        if root is not base or whole is not base or root.op == "param":
            objects.changed(frame, root)


def _quiet(node: ast.expr, frame: Frame) -> Term | None:
    """What stands before the last dot or bracket of a target, without a note of it; None if nothing is known of it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_layer":
        base = _quiet(node.func.value, frame)
        return Term("attr", {"of": base}, "layers") if base is not None else None
    place = place_of(node)
    known = frame.lookup(place) if place is not None else None
    if known is not None or not isinstance(node, (ast.Attribute, ast.Subscript)):
        return known
    base = _quiet(node.value, frame)
    if base is None or base.op in ("symbol", "module"):
        return None
    if isinstance(node, ast.Attribute):
        return values.attribute(frame.walk, base, node.attr, None)
    return values.element(base, _index(node.slice), None)


def _index(node: ast.expr) -> Term:
    match node:
        case ast.Constant(value):
            return Term("const", value=value)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return Term("const", value=-value)
    return Term("unknown")


def deleted(target: ast.expr, frame: Frame) -> None:
    """`del d['a']`: what d holds is another object after it; `del x`: nothing is bound to it."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            deleted(part, frame)
    place = place_of(target)
    if place is not None and place in frame.env:
        frame.replace({key: term for key, term in frame.env.items() if key != place})
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        base = _quiet(target.value, frame)
        for root in objects.roots(base, deep=True) if base is not None else ():
            objects.changed(frame, root)


def assigned(body: list[ast.stmt], methods: bool = True) -> list[str]:
    """The places that statements bind, nested blocks included, functions and classes not; methods: by append, too."""
    found: dict[str, None] = {}
    for statement in body:
        for target in _targets(statement, methods):
            found.update(dict.fromkeys(_places(target)))
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list) and not isinstance(statement, DEFINITIONS):
                found.update(dict.fromkeys(assigned(inner, methods)))
        for handler in getattr(statement, "handlers", []):
            found.update(dict.fromkeys(assigned(handler.body, methods)))
    return list(found)


def _targets(statement: ast.stmt, methods: bool) -> list[ast.expr]:
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
        return [func.value] if methods else []
    return unread.may_bind(call)


def _places(target: ast.expr) -> list[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [place for part in target.elts for place in _places(part)]
    if isinstance(target, ast.Starred):
        return _places(target.value)
    place = place_of(target)
    return [place] if place is not None else []
