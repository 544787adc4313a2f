"""An expression of the tree and a frame come in; its term goes out, and calls and references are noted."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from tfce_migrate.evaluate import calling, idioms, values
from tfce_migrate.evaluate.frame import Arg, Call, Frame, Function, Reference
from tfce_migrate.source import Site
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Kind, Term, const, either, truth

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Is: "is", ast.IsNot: "is not", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
}  # fmt: skip
_BUILTINS = frozenset(dir(builtins))
LIBRARIES = ("tf", "tflearn", "keras", "tf_keras", "tf_slim", "tensorlayer")


def evaluate(node: ast.expr, frame: Frame) -> Term:
    """The term of an expression."""
    found = _EVALUATORS.get(type(node))
    return found(node, frame) if found is not None else _other(node, frame)


def site(node: ast.expr | ast.stmt, frame: Frame) -> Site:
    """Where a node stands."""
    return Site(frame.walk.path, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


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


def is_library(raw: str) -> bool:
    """Whether a dotted name belongs to TensorFlow or a library that the tables know."""
    return raw.partition(".")[0] in LIBRARIES


def _constant(node: ast.Constant, frame: Frame) -> Term:
    return const(node.value, site(node, frame))


def _name(node: ast.Name, frame: Frame) -> Term:
    found = frame.lookup(node.id)
    if found is None:
        return _undefined(node.id, frame)
    if found.op == "symbol" and isinstance(node.ctx, ast.Load) and "." in found.value and is_library(found.value):
        frame.walk.references.append(Reference(found.value, site(node, frame), frame, "name"))
    return found


def _undefined(name: str, frame: Frame) -> Term:
    if name in _BUILTINS:
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
    if base.op == "symbol":
        raw = f"{base.value}.{node.attr}"
        where = site(node, frame)
        if note and is_library(raw):
            frame.walk.references.append(Reference(raw, where, frame, "dotted", _base_of(node, frame)))
        return Term("symbol", value=raw, made=where)
    place = place_of(node)
    if place is not None:
        known = frame.lookup(place)
        if known is not None:
            return known
    found = values.attribute(base, node.attr, site(node, frame))
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
    return values.element(base, index, site(node, frame))


def _slice(node: ast.Slice, frame: Frame) -> Term:
    parts = {name: evaluate(part, frame) for name in ("lower", "upper", "step") if (part := getattr(node, name))}
    return Term("slice", parts, open=any(part.open for part in parts.values()))


def _call(node: ast.Call, frame: Frame) -> Term:
    callee = evaluate(node.func, frame)
    where = site(node, frame)
    args = [_argument(arg, None, frame) for arg in node.args]
    args += [_argument(keyword.value, keyword, frame) for keyword in node.keywords]
    known = _known_method(node, callee, args, frame)
    if known is not None:
        return known
    positional, keywords = _spread(args)
    if callee.op == "symbol" and callee.value == "builtins.super":
        return _super(frame)
    result = calling.call_term(callee, positional, keywords, where)
    _note_call(callee, node, args, result, frame)
    _leave_writes(node, callee, positional, keywords, frame)
    return result


def _argument(node: ast.expr, keyword: ast.keyword | None, frame: Frame) -> Arg:
    star = ""
    if isinstance(node, ast.Starred):
        star, node = "*", node.value
    elif keyword is not None and keyword.arg is None:
        star = "**"
    name = keyword.arg if keyword is not None else None
    return Arg(name, star, evaluate(node, frame), site(node, frame))


def _spread(args: list[Arg]) -> tuple[list[Term], dict[str, Term]]:
    """Positional and keyword terms; a starred argument counts where its elements are known."""
    positional: list[Term] = []
    keywords: dict[str, Term] = {}
    known = True
    for arg in args:
        if arg.star == "*":
            if arg.term.op in ("tuple", "list") and known:
                positional.extend(arg.term.args.values())
            else:
                known = False
        elif arg.star == "**":
            if arg.term.op == "dict":
                keywords.update({key[1:-1]: term for key, term in arg.term.args.items()})
        elif arg.keyword is not None:
            keywords[arg.keyword] = arg.term
        elif known:
            positional.append(arg.term)
    return positional, keywords


def _note_call(callee: Term, node: ast.Call, args: list[Arg], result: Term, frame: Frame) -> None:
    for option in (callee.args["callee"],) if callee.op == "partial" else (callee,):
        if option.op != "symbol" or not is_library(option.value):
            continue
        symbol = resolve(option.value)
        names = frame.snapshot() if symbol.fact is not None and symbol.fact.watch else {}
        where, func = site(node, frame), site(node.func, frame)
        if callee.op == "partial":
            args = [Arg(None, "*", callee, func), *args]
        frame.walk.calls.append(Call(symbol, option.value, where, func, tuple(args), result, frame, names))


def _known_method(node: ast.Call, callee: Term, args: list[Arg], frame: Frame) -> Term | None:
    """list.append and its like change what the place holds; setattr with a constant name is an assignment."""
    if callee.op == "symbol" and callee.value == "builtins.setattr" and len(args) == 3 and node.args:
        base = place_of(node.args[0])
        if base is not None and isinstance(args[1].term.value, str):
            frame.bind(f"{base}.{args[1].term.value}", args[2].term)
        return None
    if not isinstance(node.func, ast.Attribute) or callee.op != "attr":
        return None
    base, name = callee.args["of"], callee.value
    if base.op == "dict" and name == "get" and args:
        return base.args.get(repr(args[0].term.value), args[1].term if len(args) > 1 else Term("unknown"))
    if base.op == "dict" and name in ("values", "keys", "items"):
        return Term("items", {"each": Term("unknown")})
    target = place_of(node.func.value)
    if target is None or base.op not in ("list", "items") or not args:
        return None
    added = args[0].term
    if name == "append":
        frame.bind(target, _appended(base, added))
    elif name in ("extend", "insert", "pop", "remove", "reverse", "sort"):
        frame.bind(target, Term("items", {"each": Term("unknown")}))
    return None


def _appended(base: Term, added: Term) -> Term:
    if base.op == "list":
        items = {**base.args, str(len(base.args)): added}
        return Term("list", items, made=base.made, open=base.open or added.open)
    each = base.args["each"]
    joined = added if each.op == "unknown" and each.made is None else either([((), each), ((), added)])
    return Term("items", {"each": joined}, made=base.made, open=joined.open)


def _super(frame: Frame) -> Term:
    owner: Frame | None = frame
    while owner is not None and owner.self_class is None:
        owner = owner.outer
    if owner is None or owner.function is None or owner.function.owner is None:
        return Term("unknown")
    receiver = owner.env.get((owner.function.parameters() or ["self"])[0], Term("unknown"))
    return Term("super", {"self": receiver}, owner.function.owner)


def _leave_writes(
    node: ast.Call, callee: Term, args: list[Term], keywords: dict[str, Term], frame: Frame
) -> None:
    """After `obj.method()`, `obj.x` is what the method left in self.x."""
    if callee.op != "bound" or not isinstance(node.func, ast.Attribute):
        return
    target = place_of(node.func.value) or ("self" if callee.args["self"].op == "self" else None)
    if target is None:
        return
    from tfce_migrate.evaluate import functions, substitute

    receiver = callee.args["self"]
    function: Function = callee.value
    summary = functions.summarize(function, receiver.value)
    if summary is None:
        return
    change = substitute.Substitution(functions.bind(function, receiver, args, keywords))
    for place, term in summary.writes.items():
        frame.bind(target + place[len("self") :], change.of(term))


def _binary(node: ast.BinOp, frame: Frame) -> Term:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    op = _OPERATORS.get(type(node.op), "?")
    if op == "+" and left.op == "list" and right.op == "list":
        items = [*left.args.values(), *right.args.values()]
        return Term("list", {str(i): t for i, t in enumerate(items)}, open=left.open or right.open)
    return idioms.binary(op, left, right, site(node, frame))


def _unary(node: ast.UnaryOp, frame: Frame) -> Term:
    operand = evaluate(node.operand, frame)
    if isinstance(node.op, ast.USub):
        return idioms.negative(operand, site(node, frame))
    if isinstance(node.op, ast.Not):
        return idioms.compare("not", {"0": operand}, site(node, frame))
    return operand if isinstance(node.op, ast.UAdd) else Term("unknown", made=site(node, frame))


def _compare(node: ast.Compare, frame: Frame) -> Term:
    left = evaluate(node.left, frame)
    rights = [evaluate(right, frame) for right in node.comparators]
    if len(rights) != 1:
        return Term("unknown", made=site(node, frame))
    op = _COMPARISONS.get(type(node.ops[0]), "?")
    return idioms.compare(op, {"0": left, "1": rights[0]}, site(node, frame))


def _boolean(node: ast.BoolOp, frame: Frame) -> Term:
    parts = [evaluate(part, frame) for part in node.values]
    decisive = isinstance(node.op, ast.Or)
    for part in parts[:-1]:
        known = truth(part)
        if known is decisive:
            return part
        if known is None:
            return either([((), part) for part in parts], site(node, frame))
    return parts[-1]


def _conditional(node: ast.IfExp, frame: Frame) -> Term:
    condition = evaluate(node.test, frame)
    yes, no = evaluate(node.body, frame), evaluate(node.orelse, frame)
    return either([(((condition, True),), yes), (((condition, False),), no)], site(node, frame))


def _sequence(node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> Term:
    op = "tuple" if isinstance(node, ast.Tuple) else "list"
    items: list[Term] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            inner = evaluate(part.value, frame)
            if inner.op not in ("tuple", "list"):
                return Term("items", {"each": Term("unknown")}, made=site(node, frame))
            items.extend(inner.args.values())
        else:
            items.append(evaluate(part, frame))
    named = {str(index): term for index, term in enumerate(items)}
    return Term(op, named, None, Kind.UNKNOWN, site(node, frame), any(term.open for term in items))


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
    return Term("dict", items, made=site(node, frame), open=any(term.open for term in items.values()))


def _lambda(node: ast.Lambda, frame: Frame) -> Term:
    where = site(node, frame)
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
    return Term("items", {"each": each}, made=site(node, frame), open=each.open)


def _dict_comprehension(node: ast.DictComp, frame: Frame) -> Term:
    inner = _comprehension_frame(node.generators, frame)
    evaluate(node.key, inner)
    each = evaluate(node.value, inner)
    return Term("items", {"each": each}, made=site(node, frame), open=each.open)


def _comprehension_frame(generators: list[ast.comprehension], frame: Frame) -> Frame:
    inner = Frame(frame.walk, frame, function=frame.function, self_class=frame.self_class, summary=frame.summary)
    for generator in generators:
        iterated = evaluate(generator.iter, inner)
        assign(generator.target, iteration(iterated), inner)
        for condition in generator.ifs:
            evaluate(condition, inner)
    return inner


def iteration(iterated: Term) -> Term:
    """What a loop variable holds."""
    if iterated.op == "items":
        return iterated.args["each"]
    if iterated.op in ("list", "tuple") and iterated.args:
        return either([((), term) for term in iterated.args.values()])
    return Term("unknown", made=iterated.made)


def assign(target: ast.expr, term: Term, frame: Frame) -> None:
    """Bind a target to a term: names, attributes, elements, tuples."""
    if isinstance(target, ast.Starred):
        target = target.value
    if isinstance(target, (ast.Tuple, ast.List)):
        stars = [index for index, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        parts = values.unpack(term, len(target.elts), stars[0] if stars else None, site(target, frame))
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
    evaluate(target.slice, frame) if not isinstance(target.slice, ast.Slice) else None
    holder = place_of(target.value)
    base = frame.lookup(holder) if holder is not None else None
    if holder is not None and base is not None and base.op in ("list", "items", "dict"):
        each = term if not base.args else either([((), t) for t in (*base.args.values(), term)])
        frame.bind(holder, Term("items", {"each": each}, made=base.made, open=each.open))


def _named(node: ast.NamedExpr, frame: Frame) -> Term:
    term = evaluate(node.value, frame)
    assign(node.target, term, frame)
    return term


def _other(node: ast.expr, frame: Frame) -> Term:
    """An expression that the tables do not speak of: its parts are walked for what they call."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(child, frame)
    return Term("unknown", made=site(node, frame))


_EVALUATORS: dict[type[ast.expr], Callable[..., Term]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
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
