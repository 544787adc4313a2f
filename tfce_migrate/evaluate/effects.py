"""A call and what it is given come in; the bindings go out with what the call may have changed changed or forgotten."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial

from tfce_migrate.evaluate import calling, captured, classes, functions, keras, objects, scopes, substitute
from tfce_migrate.evaluate.frame import CHANGED, Arg, Frame, Function, Summary
from tfce_migrate.evaluate.targets import HARMLESS, place_of
from tfce_migrate.source import Site
from tfce_migrate.symbols import is_library, resolve
from tfce_migrate.terms import Term, either, options

READERS = frozenset({*sys.stdlib_module_names, "numpy", "six", "absl", "scipy", "pandas", "matplotlib", "builtins"})
CHANGERS = ("random.shuffle", "numpy.random.shuffle", "heapq.", "bisect.insort", "operator.")
METHODS = frozenset({
    "append", "extend", "insert", "pop", "remove", "reverse", "sort", "update", "setdefault", "popitem", "clear", "add",
    "__setitem__", "__delitem__", "__iadd__", "move_to_end",
})  # fmt: skip
LAYERS = ("add", "pop")

Given = tuple[Sequence[Arg], Sequence[Term], Mapping[str, Term]]  # arguments; those by position and by keyword


@cache
def is_reader(raw: str) -> bool:
    """Whether a function of a library changes none of the models, lists and dicts that it is given."""
    holder, _, name = raw.rpartition(".")
    if raw.startswith(CHANGERS) or raw == "builtins.setattr":
        return False
    if name in METHODS and (holder in ("builtins.list", "builtins.dict") or resolve(holder).name in objects.MODELS):
        return False
    return is_library(raw) or raw.partition(".")[0] in READERS


def before(func: ast.expr, callee: Term, args: Sequence[Arg], frame: Frame) -> Term:
    """The callee as it is for what hangs on a parameter whose object is not known any more; methods change theirs."""
    if callee.op == "attr" and callee.value in METHODS:
        _method(func, callee, args, frame)
    elif callee.op == "either":
        for option in options(callee):
            if option.op == "attr" and option.value in METHODS and option.args["of"].op != objects.SEQUENTIAL:
                for root in objects.roots(option.args["of"], deep=True):
                    objects.changed(frame, root)
    if callee.op == "attr" and callee.value == "compile" and objects.is_dirty(frame, callee.args["of"]):
        return Term("attr", {"of": CHANGED}, "compile")
    return callee


def _method(func: ast.expr, callee: Term, args: Sequence[Arg], frame: Frame) -> None:
    base, name = callee.args["of"], str(callee.value)
    if base.op in objects.CONTAINERS or (base.op == objects.SEQUENTIAL and name in LAYERS):
        new = _after(base, name, args, frame)
        holder = place_of(func.value) if isinstance(func, ast.Attribute) else None
        around = holder is not None and holder not in frame.env and frame.lookup(holder) is base
        objects.changed(frame, base, new)
        if holder is not None and around:
            frame.bind(holder, new or objects.forgotten(base))
    elif base.op not in objects.MODELS:
        held = _picked_from(func, frame) if base.op == "unknown" else base
        for root in objects.roots(held, deep=True) if held is not None else ():
            objects.changed(frame, root)


def _picked_from(func: ast.expr, frame: Frame) -> Term | None:
    """What holds the element that a method is called of, where nobody knows which: `models[name].pop()`."""
    picked = func.value if isinstance(func, ast.Attribute) else None
    place = place_of(picked.value) if isinstance(picked, ast.Subscript) else None
    return frame.lookup(place) if place is not None else None


def _after(base: Term, name: str, args: Sequence[Arg], frame: Frame) -> Term | None:
    """A model or container after a method that changes it; None if nothing is known of it any more."""
    if base.op == objects.SEQUENTIAL:
        layer = args[0].term if args and name == "add" else None
        return keras.changed(base, layer, partial(calling.call_term, frame.walk))
    if name == "append" and base.op != "dict" and len(args) == 1:
        return _appended(base, args[0].term)
    return _updated(base, args) if name == "update" and base.op == "dict" else None


def _updated(base: Term, args: Sequence[Arg]) -> Term | None:
    """A dict after update: with dicts and keywords that are known, or with anything."""
    merged = dict(base.args)
    for arg in args:
        if arg.keyword is not None:
            merged[repr(arg.keyword)] = arg.term
        elif arg.term.op == "dict":
            merged.update(arg.term.args)
        else:
            return None
    return Term("dict", merged, made=base.made, open=any(term.open for term in merged.values()))


def _appended(base: Term, added: Term) -> Term:
    if base.op == "list":
        items = {**base.args, str(len(base.args)): added}
        return Term("list", items, made=base.made, open=base.open or added.open)
    each = base.args["each"]
    is_new = each.op == "unknown" and each.made is None and each is not CHANGED
    joined = added if is_new else either([((), each), ((), added)])
    return Term("items", {"each": joined, "last": added}, made=base.made, open=joined.open or added.open)


def after(node: ast.Call, callee: Term, given: Given, where: Site, frame: Frame) -> None:
    """Forget what a call may have changed; given are its arguments, and those by position and by keyword."""
    if callee.op == "symbol" and is_reader(callee.value):
        if any(arg.term.op in ("function", "bound") for arg in given[0]):
            captured.forget(frame)
        return
    captured.forget(frame)
    for option in options(callee):
        called = list(_called(option, frame))
        if called:
            for function, receiver in called:
                _user(function, receiver, given, where, frame)
        elif not _only_reads(option, given[0]):
            _stranger(node, given[0], frame)


def _called(callee: Term, frame: Frame) -> Iterator[tuple[Function, Term | None]]:
    """The functions of the user's that a call runs, with what they get as self."""
    if callee.op == "function":
        yield callee.value, None
    elif callee.op == "bound":
        yield callee.value, callee.args["self"]
    elif callee.op == "instance":
        found = (classes.attribute(frame.walk, callee, name, None) for name in ("__call__", "call"))
        method = next((each for each in found if each is not None), None)
        if method is not None and method.op == "bound":
            yield method.value, callee
    elif callee.op == "class":
        for info in callee.value.lineage():
            start = info.members.get("__init__")
            if start is not None and start.op == "function":
                yield start.value, Term("instance", {}, callee.value)
                return


def _only_reads(callee: Term, args: Sequence[Arg]) -> bool:
    """Whether what is called is known to change none of its arguments, though it is none of the user's functions."""
    if callee.op == "symbol":
        named = args[1].term.value if len(args) > 1 and args[1].term.op == "const" else None
        return is_reader(callee.value) or (callee.value == "builtins.setattr" and named in HARMLESS)
    if callee.op == "attr":
        base = callee.args["of"]
        return base.op in (*objects.MUTABLE, "const") or base.op.startswith("builtins.") or is_library(base.op)
    if callee.op == "partial":
        return _only_reads(callee.args["callee"], args)
    if callee.op == "class":
        return not any(base.op not in ("class", "symbol") for info in callee.value.lineage() for base in info.bases)
    return callee.op in objects.MODELS or callee.op == "const" or is_library(callee.op)


def _user(
    function: Function,
    receiver: Term | None,
    given: Given,
    where: Site,
    frame: Frame,
) -> None:
    """What a function of the user's changes: its parameters' objects, and those around it."""
    args, positional, keywords = given
    owner = receiver.value if receiver is not None and receiver.op in ("self", "instance") else None
    summary = functions.summarize(function, owner, scopes.handed(frame.walk) if frame.walk.scopes else ())
    if summary is None:
        _forget_all(args, frame)
        return
    held = receiver is not None or any(arg.term.op in objects.HOLDING or arg.term.op == "param" for arg in args)
    if not (summary.touched or summary.leaves or (summary.changed and held)):
        return
    mapping = functions.bind(function, receiver, positional, keywords)
    if receiver is not None and receiver.op == "instance":
        mapping = {**functions.constructed(receiver), **mapping}
    change = substitute.Substitution(mapping, frame.walk, where)
    if summary.changed and any(arg.star for arg in args):
        _forget_all(args, frame)
    for term in summary.changed:
        for root in objects.roots(change.of(term), deep=True):
            objects.changed(frame, root)
    _around(summary, frame)
    for name, term in summary.leaves.items():
        captured.leave(function, name, change.of(term), frame)


def _around(summary: Summary, frame: Frame) -> None:
    for home, place in summary.touched:
        held = home.env.get(place)
        if held is not None:
            for root in objects.roots(held):
                objects.changed(frame, root)
            home.bind(place, CHANGED if home.env.get(place) is held else home.env[place])
        if home.function is not frame.function and frame.summary is not None:
            frame.summary.touched.add((home, place))


def _stranger(node: ast.Call, args: Sequence[Arg], frame: Frame) -> None:
    """Somebody else's function may change all that it is given, and what stands in attributes of that."""
    _forget_all(args, frame)
    handed = [*node.args, *(keyword.value for keyword in node.keywords)]
    if isinstance(node.func, ast.Attribute):
        handed.append(node.func.value)
    prefixes = tuple(place + "." for part in handed if (place := place_of(part)) is not None)
    if not prefixes:
        return
    for place, held in list(frame.env.items()):
        if held.op in objects.MUTABLE and place.startswith(prefixes) and frame.env.get(place) is held:
            objects.changed(frame, held)


def _forget_all(args: Sequence[Arg], frame: Frame) -> None:
    for arg in args:
        if arg.term.op in objects.HOLDING or arg.term.op == "param":
            for root in objects.roots(arg.term):
                objects.changed(frame, root)
