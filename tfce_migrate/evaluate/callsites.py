"""A call in the tree and a frame come in; its term goes out, and the call is noted with what it leaves behind."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfce_migrate.evaluate import calling, datasets, functions, substitute
from tfce_migrate.evaluate.frame import Arg, Call, Frame, Function
from tfce_migrate.evaluate.targets import place_of
from tfce_migrate.source import site_of
from tfce_migrate.symbols import is_library, resolve
from tfce_migrate.terms import Term, either

Evaluate = Callable[[ast.expr, Frame], Term]


def call(node: ast.Call, frame: Frame, evaluate: Evaluate) -> Term:
    """The term of a call."""
    callee = evaluate(node.func, frame)
    where = site_of(frame.walk.path, node)
    args = [_argument(arg, None, frame, evaluate) for arg in node.args]
    args += [_argument(keyword.value, keyword, frame, evaluate) for keyword in node.keywords]
    known = _known_method(node, callee, args, frame)
    if known is not None:
        return known
    positional, keywords = _spread(args)
    if callee.op == "symbol" and callee.value == "builtins.super":
        return _super(frame)
    result = calling.call_term(frame.walk, callee, positional, keywords, where)
    _note_call(callee, node, args, result, frame)
    if callee.op == "attr" and isinstance(node.func, ast.Attribute):
        datasets.note(callee, node, node.func.value, tuple(args), frame)
    _leave_writes(node, callee, positional, keywords, frame)
    return result


def _argument(node: ast.expr, keyword: ast.keyword | None, frame: Frame, evaluate: Evaluate) -> Arg:
    star = ""
    if isinstance(node, ast.Starred):
        star, node = "*", node.value
    elif keyword is not None and keyword.arg is None:
        star = "**"
    name = keyword.arg if keyword is not None else None
    return Arg(name, star, evaluate(node, frame), site_of(frame.walk.path, node))


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
        where, func = site_of(frame.walk.path, node), site_of(frame.walk.path, node.func)
        if callee.op == "partial":
            args = [Arg(None, "*", callee, func), *args]
        frame.walk.calls.append(Call(symbol, option.value, where, func, tuple(args), result, frame, names))


def _known_method(node: ast.Call, callee: Term, args: list[Arg], frame: Frame) -> Term | None:
    """list.append and its like change what the place holds; setattr with a constant name is an assignment."""
    if callee.op == "symbol" and callee.value == "builtins.setattr" and len(args) == 3 and node.args:
        holder = place_of(node.args[0])
        if holder is not None and isinstance(args[1].term.value, str):
            frame.bind(f"{holder}.{args[1].term.value}", args[2].term)
        return None
    if not isinstance(node.func, ast.Attribute) or callee.op != "attr":
        return None
    base, name = callee.args["of"], str(callee.value)
    if base.op == "dict" and name == "get" and args and args[0].term.op == "const":
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
    receiver = callee.args["self"]
    function: Function = callee.value
    summary = functions.summarize(function, receiver.value)
    if summary is None:
        return
    change = substitute.Substitution(functions.bind(function, receiver, args, keywords), frame.walk)
    for place, term in summary.writes.items():
        frame.bind(target + place[len("self") :], change.of(term))
