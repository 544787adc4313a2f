"""A call in the tree and a frame come in; its term goes out, and the call is noted with what it leaves behind."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfce_migrate.evaluate import (
    calling,
    effects,
    functions,
    imports,
    keras,
    library,
    members,
    scopes,
    substitute,
    unread,
)
from tfce_migrate.evaluate.frame import Arg, Call, Frame, Function
from tfce_migrate.evaluate.targets import place_of
from tfce_migrate.source import Site, site_of
from tfce_migrate.symbols import is_library, resolve
from tfce_migrate.terms import Term, options

Evaluate = Callable[[ast.expr, Frame], Term]


def call(node: ast.Call, frame: Frame, evaluate: Evaluate) -> Term:
    """The term of a call."""
    callee = evaluate(node.func, frame)
    where = site_of(frame.walk.path, node)
    args = [_argument(arg, None, frame, evaluate) for arg in node.args]
    args += [_argument(keyword.value, keyword, frame, evaluate) for keyword in node.keywords]
    if callee.op in ("free", "attr"):
        unread.forget(node.func, args, frame)
    known = _known_method(node, callee, args, frame)
    if known is not None:
        return known
    callee = effects.before(node.func, callee, args, frame)
    positional, keywords, hidden = _spread(args)
    if callee.op == "symbol" and callee.value == "builtins.super":
        return _super(frame)
    if callee.op == "symbol":
        imports.extend_path(callee.value, positional, frame.walk)
    if hidden:
        result = calling.deferred(callee, positional, keywords, hidden, where)
    else:
        result = calling.call_term(frame.walk, callee, positional, keywords, where)
    if result.op == "call" and callee.open:
        frame.walk.waiting.append(result)
    _note_call(callee, node, where, args, result, frame)
    _note_object(callee, node, where, args, result, frame)
    if callee.op in members.ASKED and isinstance(node.func, ast.Attribute):
        members.note(callee, node, node.func.value, tuple(args), frame)
    effects.after(node, callee, (args, positional, keywords), where, frame)
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


def _spread(args: list[Arg]) -> tuple[list[Term], dict[str, Term], dict[str, Term]]:
    """Positional and keyword terms, and the starred ones that only a caller knows; what nobody knows is left out."""
    positional: list[Term] = []
    keywords: dict[str, Term] = {}
    hidden: dict[str, Term] = {}
    known = True
    for arg in args:
        if arg.star and not calling.is_spread(arg.star, arg.term):
            known = known and arg.star == "**"
            if arg.term.open:
                hidden[arg.star] = arg.term
        elif arg.star == "*":
            positional.extend(arg.term.args.values() if known else ())
        elif arg.star == "**":
            keywords.update({key[1:-1]: term for key, term in arg.term.args.items()})
        elif arg.keyword is not None:
            keywords[arg.keyword] = arg.term
        elif known:
            positional.append(arg.term)
    return positional, keywords, hidden


def _note_call(callee: Term, node: ast.Call, where: Site, args: list[Arg], result: Term, frame: Frame) -> None:
    for option in (callee.args["callee"],) if callee.op == "partial" else (callee,):
        if option.op != "symbol" or not is_library(option.value):
            continue
        symbol = resolve(option.value)
        if not frame.walk.own and not functions.is_watched(symbol):
            continue
        names = frame.snapshot() if symbol.fact is not None and symbol.fact.watch else {}
        func = site_of(frame.walk.path, node.func)
        if callee.op == "partial":
            args = [Arg(None, "*", callee, func), *args]
        frame.walk.calls.append(Call(symbol, option.value, where, func, tuple(args), result, frame, names))


def _note_object(callee: Term, node: ast.Call, where: Site, args: list[Arg], result: Term, frame: Frame) -> None:
    """Note what calling an object does: the loss of `loss = tf.keras.losses.X()`, the compile of a model.

    The object stands among the arguments as "self".
    """
    if callee.op == "symbol":
        return
    func = site_of(frame.walk.path, node.func)
    for option, done in zip(options(callee), options(result), strict=False):
        inner = library.what_it_does(option)
        if inner is not None and inner.takes and done.op == inner.name:
            noted, raw = resolve(inner.name), option.op
        elif done.op == keras.COMPILE:
            noted, raw, option = resolve(keras.COMPILE), keras.COMPILE, done.args["model"]
        else:
            continue
        given = (Arg("self", "", option, func), *args)
        frame.walk.calls.append(Call(noted, raw, where, func, given, done, frame, frame.snapshot()))


def _known_method(node: ast.Call, callee: Term, args: list[Arg], frame: Frame) -> Term | None:
    """list.append and its like change what the place holds; setattr with a constant name is an assignment."""
    if callee.op == "symbol" and callee.value == "builtins.setattr" and len(args) == 3 and node.args:
        holder = place_of(node.args[0])
        if holder is not None and isinstance(args[1].term.value, str):
            frame.bind(f"{holder}.{args[1].term.value}", args[2].term)
        return None
    if callee.op == "symbol" and callee.value == "builtins.getattr" and len(args) >= 2:
        holder = place_of(node.args[0]) if node.args else None
        return frame.lookup(f"{holder}.{args[1].term.value}") if holder is not None else None
    if not isinstance(node.func, ast.Attribute) or callee.op != "attr":
        return None
    base, name = callee.args["of"], str(callee.value)
    if base.op == "dict" and name in ("values", "keys", "items"):
        return Term("items", {"each": Term("unknown")})
    return None


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
    target = place_of(node.func.value) or (frame.receiver if callee.args["self"].op == "self" else None)
    if target is None:
        return
    receiver = callee.args["self"]
    function: Function = callee.value
    summary = functions.summarize(function, receiver.value, scopes.handed(frame.walk))
    if summary is None:
        return
    where = site_of(frame.walk.path, node)
    change = substitute.Substitution(functions.bind(function, receiver, args, keywords), frame.walk, where)
    for place, term in summary.writes.items():
        left = change.of(term)
        if left is not term:
            frame.walk.roots.append(left)
        frame.bind(target + place[len("self") :], left)
