"""An expression of the tree and a frame come in; its term goes out, and calls and references are noted."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from tfce_migrate.evaluate import callsites, idioms, members, objects, values
from tfce_migrate.evaluate.frame import Frame, Function, Reference
from tfce_migrate.evaluate.targets import assign, iteration, place_of
from tfce_migrate.source import site_of
from tfce_migrate.symbols import is_library
from tfce_migrate.terms import Kind, Term, const, either, truth

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Is: "is", ast.IsNot: "is not", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_BUILTINS = frozenset(dir(builtins))


def evaluate(node: ast.expr, frame: Frame) -> Term:
    """The term of an expression."""
    found = _EVALUATORS.get(type(node))
    return found(node, frame) if found is not None else _other(node, frame)


def _constant(node: ast.Constant, frame: Frame) -> Term:
    return const(node.value)


def _name(node: ast.Name, frame: Frame) -> Term:
    found = frame.lookup(node.id)
    if found is None:
        return _undefined(node.id, frame)
    noted = found.op == "symbol" and frame.walk.own
    if noted and isinstance(node.ctx, ast.Load) and "." in found.value and is_library(found.value):
        frame.walk.references.append(Reference(found.value, site_of(frame.walk.path, node), frame, "name"))
    return found


def _undefined(name: str, frame: Frame) -> Term:
    if name == "__name__" and not frame.walk.own:
        return const("neighbour")
    if name in _BUILTINS and name != "__name__":
        return Term("symbol", value=f"builtins.{name}")
    while frame.outer is not None:
        frame = frame.outer
    if name not in frame.free:
        frame.free[name] = Term("free", value=name)
    return frame.free[name]


def _attribute(node: ast.Attribute, frame: Frame) -> Term:
    base_node = node.value
    if isinstance(base_node, ast.Name):
        base = frame.lookup(base_node.id) or _undefined(base_node.id, frame)
    elif isinstance(base_node, ast.Attribute):
        base = _attribute_quietly(base_node, frame)
    else:
        base = evaluate(base_node, frame)
    return _attribute_of(base, node, frame, note=True)


def _attribute_quietly(node: ast.Attribute, frame: Frame) -> Term:
    """The inner part of a dotted name: the reference is noted once, for the whole of it."""
    inner = node.value
    if isinstance(inner, ast.Attribute):
        base = _attribute_quietly(inner, frame)
    elif isinstance(inner, ast.Name):
        base = frame.lookup(inner.id) or _undefined(inner.id, frame)
    else:
        base = evaluate(inner, frame)
    return _attribute_of(base, node, frame, note=False)


def _attribute_of(base: Term, node: ast.Attribute, frame: Frame, note: bool) -> Term:
    if base.op == "symbol" and not base.value.endswith(".FLAGS"):
        raw = f"{base.value}.{node.attr}"
        if note and frame.walk.own and is_library(raw):
            where = site_of(frame.walk.path, node)
            frame.walk.references.append(Reference(raw, where, frame, "dotted", _base_of(node, frame)))
        return Term("symbol", value=raw)
    if base.op == "symbol" and isinstance(node.value, ast.Attribute) and is_library(base.value):
        where = site_of(frame.walk.path, node.value)  # tf.flags.FLAGS.name: what is a name of TensorFlow ends here
        frame.walk.references.append(Reference(base.value, where, frame, "dotted", _base_of(node.value, frame)))
    place = place_of(node)
    if place is not None:
        known = frame.lookup(place)
        if known is not None:
            if known.op in members.ASKED:
                members.note(known, node, node.value, None, frame)
            return known
    found = values.attribute(frame.walk, base, node.attr, site_of(frame.walk.path, node))
    if found.op in members.ASKED:
        members.note(found, node, node.value, None, frame)
    if place is not None and found.op not in ("bound", "function"):
        frame.env[place] = found
        frame._snapshot = None
    return found


def _base_of(node: ast.Attribute, frame: Frame) -> str:
    """What the first part of a dotted name is bound to."""
    first: ast.expr = node
    while isinstance(first, ast.Attribute):
        first = first.value
    bound = frame.lookup(first.id) if isinstance(first, ast.Name) else None
    return str(bound.value) if bound is not None and bound.op == "symbol" else ""


def _subscript(node: ast.Subscript, frame: Frame) -> Term:
    place = place_of(node)
    if place is not None:
        known = frame.lookup(place)
        if known is not None:
            return known
    base = evaluate(node.value, frame)
    index = evaluate(node.slice, frame) if not isinstance(node.slice, ast.Slice) else _slice(node.slice, frame)
    if base.open and objects.is_dirty(frame, base):
        return Term("unknown", made=site_of(frame.walk.path, node))
    return values.element(base, index, site_of(frame.walk.path, node))


def _slice(node: ast.Slice, frame: Frame) -> Term:
    parts = {name: evaluate(part, frame) for name in ("lower", "upper", "step") if (part := getattr(node, name))}
    return Term("slice", parts, open=any(part.open for part in parts.values()))


def _binary(node: ast.BinOp, frame: Frame) -> Term:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    op = _OPERATORS.get(type(node.op), "?")
    if op == "+" and left.op == "list" and right.op == "list":
        items = [*left.args.values(), *right.args.values()]
        return Term("list", {str(i): t for i, t in enumerate(items)}, open=left.open or right.open)
    return idioms.binary(op, left, right, site_of(frame.walk.path, node))


def _unary(node: ast.UnaryOp, frame: Frame) -> Term:
    operand = evaluate(node.operand, frame)
    if isinstance(node.op, ast.USub):
        return idioms.negative(operand, site_of(frame.walk.path, node))
    if isinstance(node.op, ast.Not):
        return idioms.compare("not", {"0": operand}, site_of(frame.walk.path, node))
    return operand if isinstance(node.op, ast.UAdd) else Term("unknown", made=site_of(frame.walk.path, node))


def _compare(node: ast.Compare, frame: Frame) -> Term:
    left = evaluate(node.left, frame)
    rights = [evaluate(right, frame) for right in node.comparators]
    if len(rights) != 1:
        return Term("unknown", made=site_of(frame.walk.path, node))
    op = _COMPARISONS.get(type(node.ops[0]), "?")
    return idioms.compare(op, {"0": left, "1": rights[0]}, site_of(frame.walk.path, node))


def _boolean(node: ast.BoolOp, frame: Frame) -> Term:
    parts = [evaluate(part, frame) for part in node.values]
    decisive = isinstance(node.op, ast.Or)
    for part in parts[:-1]:
        known = truth(part)
        if known is decisive:
            return part
        if known is None:
            return either([((), part) for part in parts], site_of(frame.walk.path, node))
    return parts[-1]


def _conditional(node: ast.IfExp, frame: Frame) -> Term:
    condition = evaluate(node.test, frame)
    yes, no = evaluate(node.body, frame), evaluate(node.orelse, frame)
    return either([(((condition, True),), yes), (((condition, False),), no)], site_of(frame.walk.path, node))


def _sequence(node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> Term:
    op = "tuple" if isinstance(node, ast.Tuple) else "list"
    items: list[Term] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            inner = evaluate(part.value, frame)
            if inner.op not in ("tuple", "list"):
                return Term("items", {"each": Term("unknown")}, made=site_of(frame.walk.path, node))
            items.extend(inner.args.values())
        else:
            items.append(evaluate(part, frame))
    named = {str(index): term for index, term in enumerate(items)}
    return Term(op, named, None, Kind.UNKNOWN, site_of(frame.walk.path, node), any(term.open for term in items))


def _dict(node: ast.Dict, frame: Frame) -> Term:
    items: dict[str, Term] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        term = evaluate(value, frame)
        if key is None:
            items.update(term.args if term.op == "dict" else {})
            continue
        name = evaluate(key, frame)
        if name.op == "const":
            items[repr(name.value)] = term
    return Term("dict", items, made=site_of(frame.walk.path, node), open=any(term.open for term in items.values()))


def _lambda(node: ast.Lambda, frame: Frame) -> Term:
    where = site_of(frame.walk.path, node)
    place = f"{where.path}:{where.line}:{where.column}:lambda"
    function = Function("lambda", place, node, frame, defaults_of(node.args, frame))
    frame.walk.functions.append(function)
    return Term("function", value=function, made=where)


def defaults_of(arguments: ast.arguments, frame: Frame) -> dict[str, Term]:
    """The default values of a function's parameters, evaluated where it is defined."""
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    found = {
        name: evaluate(default, frame)
        for name, default in zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True)
    }
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            found[arg.arg] = evaluate(default, frame)
    return found


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame) -> Term:
    inner = _comprehension_frame(node.generators, frame)
    each = evaluate(node.elt, inner)
    return Term("items", {"each": each}, made=site_of(frame.walk.path, node), open=each.open)


def _dict_comprehension(node: ast.DictComp, frame: Frame) -> Term:
    inner = _comprehension_frame(node.generators, frame)
    evaluate(node.key, inner)
    each = evaluate(node.value, inner)
    return Term("items", {"each": each}, made=site_of(frame.walk.path, node), open=each.open)


def _comprehension_frame(generators: list[ast.comprehension], frame: Frame) -> Frame:
    inner = Frame(frame.walk, frame, function=frame.function, self_class=frame.self_class, summary=frame.summary)
    for generator in generators:
        iterated = evaluate(generator.iter, inner)
        assign(generator.target, iteration(iterated), inner)
        for condition in generator.ifs:
            evaluate(condition, inner)
    return inner


def _named(node: ast.NamedExpr, frame: Frame) -> Term:
    term = evaluate(node.value, frame)
    assign(node.target, term, frame)
    return term


def _other(node: ast.expr, frame: Frame) -> Term:
    """An expression that the tables do not speak of: its parts are walked for what they call."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(child, frame)
    return Term("unknown", made=site_of(frame.walk.path, node))


_EVALUATORS: dict[type[ast.expr], Callable[..., Term]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: lambda node, frame: callsites.call(node, frame, evaluate),
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.NamedExpr: _named,
}
