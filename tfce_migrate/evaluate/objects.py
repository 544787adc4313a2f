"""An object that is changed in place comes in; the bindings go out with all that holds it changed, too, or unknown.

Terms never change. Two terms are the same object if they are one term, or models or containers made at one place.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfce_migrate.evaluate.frame import CHANGED, Frame
from tfce_migrate.source import Site
from tfce_migrate.terms import UNKNOWN, Term

SEQUENTIAL = "tf.keras.Sequential"
MODEL = "tf.keras.Model"
MODELS = (SEQUENTIAL, MODEL)
CONTAINERS = ("dict", "list", "items")
MUTABLE = frozenset({*MODELS, *CONTAINERS})
_GROUPS = frozenset({"dict", "list", "items", "tuple", "either", "attr", "item", "instance", "partial", "bound"})
HOLDING = MUTABLE | _GROUPS
_LISTED = ("dict", "list", "items", "tuple", "either")
_SILENT = ("const", "unknown", "symbol", "free")
PARTS = frozenset({"layers", "_layers", "outputs", "output_layers", "_self_tracked_trackables"})  # of a model
LIMIT = 100  # terms looked at inside one


def forgotten(term: Term) -> Term:
    """The same object when nothing is known any more of what is in it."""
    if term.args.get("output") is UNKNOWN or term.args.get("each") is CHANGED:
        return term
    if term.op in MODELS:
        return Term(term.op, {"output": UNKNOWN}, made=term.made)
    return Term("items", {"each": CHANGED}, made=term.made)


def of_both(left: Term, right: Term) -> Term | None:
    """An object of which nothing is known on one of two ways; None if it is none, or not one."""
    if left.op not in MUTABLE or not _is_one(left, right):
        return None
    return next((term for term in (left, right) if forgotten(term) is term), None)


def tells(term: Term, depth: int = 3) -> bool:
    """Whether anything but constants is known in an object, or of a value."""
    if term.op in MODELS:
        return term.args["output"] is not UNKNOWN
    if term.op in _LISTED:
        parts = [inner for inner in term.args.values() if inner.op not in _SILENT]
        return any(inner.op not in _LISTED or depth == 0 or tells(inner, depth - 1) for inner in parts)
    return True


def apart(term: Term, at: Site | None) -> Term:
    """An object like this one, made elsewhere."""
    return Term(term.op, term.args, term.value, term.kind, at, term.open) if term.op in MUTABLE else term


def roots(term: Term, deep: bool = False) -> Iterator[Term]:
    """The objects that may change when this one is handed on; deep says that a part of it is changed for sure."""
    stack, seen = [term], 0
    while stack and seen < LIMIT:
        current, seen = stack.pop(), seen + 1
        model = False
        while current.op in ("attr", "item"):
            model = model or (current.op == "attr" and current.value in PARTS)
            is_part = current.op == "item" or model
            current = current.args["of"]
            if not (deep or model or current.op in ("attr", "item")):
                break
        else:
            is_part = True
        if (current.op in MUTABLE and (is_part or current.op not in MODELS)) or current.op == "param":
            yield current
        if current.op in _LISTED:
            stack.extend(current.args.values())


def changed(frame: Frame, old: Term, new: Term | None = None, holder: str | None = None) -> None:
    """Let every name of an object hold what it is now, or forget it; in enclosing functions nobody knows when.

    holder is the place that the change was written with, if what it holds besides stays as it is.
    """
    if old.op == "param":
        _change_parameter(frame, old, holder)
        return
    around: Frame | None = frame
    while around is not None:
        own = around.function is frame.function
        for place, held in list(around.env.items()):
            if held.op not in HOLDING or (own and place == holder) or place not in around.env:
                continue
            found = _replaced(held, old, new if own else None, {})
            if found is None:
                continue
            around.bind(place, found)
            frame.walk.changes.append(place)
            if own:
                note_late(frame, place)
            if not own and frame.summary is not None:
                frame.summary.touched.add((around, place))
        around = around.outer


def note_late(frame: Frame, place: str) -> None:
    """Note that a method changes what an attribute of self holds: others may have read it."""
    name = place[len(frame.receiver) + 1 :]
    if frame.self_class is not None and place == f"{frame.receiver}.{name}" and name.isidentifier():
        frame.walk.late.append((frame.self_class, name))


def _change_parameter(frame: Frame, old: Term, holder: str | None) -> None:
    names = [place for place, held in frame.env.items() if held is old]
    for place in names:
        if place != holder:
            frame.bind(place, old)
    if frame.summary is not None:
        if (holder is None or names != [holder]) and old.value not in frame.summary.dirty:
            frame.summary.dirty.add(old.value)
            frame.walk.changes.extend(names)
        if not any(known is old for known in frame.summary.changed):
            frame.summary.changed.append(old)


def is_dirty(frame: Frame, term: Term) -> bool:
    """Whether a term is a parameter, or one's part, of which it is not known any more what is in it."""
    while term.op in ("attr", "item"):
        term = term.args["of"]
    if term.op != "param":
        return False
    around: Frame | None = frame
    while around is not None:
        if around.summary is not None and term.value in around.summary.dirty:
            return True
        around = around.outer
    return False


def _replaced(term: Term, old: Term, new: Term | None, done: dict[int, Term | None]) -> Term | None:
    """A term with an object in it replaced; None if it is not in it."""
    if id(term) in done or len(done) > LIMIT:
        return done.get(id(term))
    done[id(term)] = None
    if term is old and new is not None:
        found: Term | None = new
    elif term is old or _is_one(term, old):
        found = forgotten(term)
    else:
        found = _inside(term, old, new, done) if term.op in _GROUPS else None
    done[id(term)] = found
    return found


def _inside(term: Term, old: Term, new: Term | None, done: dict[int, Term | None]) -> Term | None:
    args, hit = dict(term.args), False
    for name, inner in term.args.items():
        found = _replaced(inner, old, new, done) if inner.op in HOLDING else None
        if found is not None:
            args[name], hit = found, True
    if not hit:
        return None
    return Term(term.op, args, term.value, term.kind, term.made, any(inner.open for inner in args.values()))


def _is_one(term: Term, old: Term) -> bool:
    if term.op not in MUTABLE or old.op not in MUTABLE or term.made is None or term.made != old.made:
        return False
    return getattr(term.made, "call", None) == getattr(old.made, "call", None)
