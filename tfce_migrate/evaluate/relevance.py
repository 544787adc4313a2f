"""A function's result and a call's arguments come in; whether working out the call can tell anything goes out."""

from __future__ import annotations

from collections.abc import Iterable

from tfce_migrate.symbols import Fact, resolve
from tfce_migrate.terms import Kind, Term, is_api

MEANINGFUL = (Kind.PROBABILITIES, Kind.SIGMOID, Kind.LOG_PROBABILITIES, Kind.ONE_HOT, Kind.CLASS_IDS, Kind.LOSS)
CALLABLE = ("function", "bound", "partial", "class", "instance", "self", "tf.keras.Sequential", "tf.keras.Model")
SPEAKING = ("param", "call", "attr", *CALLABLE)
GROUPS = ("tuple", "list", "dict", "either", "items")
LIMIT = 200  # terms looked at


def is_meaningful(terms: Iterable[Term]) -> bool:
    """Whether an argument means something: probabilities, labels, a callable, a text or flag that may choose."""
    stack = list(terms)
    for _ in range(LIMIT):
        if not stack:
            return False
        term = stack.pop()
        if term.kind in MEANINGFUL or term.op in CALLABLE or is_api(term):
            return True
        if term.op == "const" and isinstance(term.value, (str, bool)):
            return True
        if _goes_on(term, stack):
            return True
    return False


def speaks(returned: Term) -> bool:
    """Whether a function's result has a meaning of its own, or is that of a parameter or of what one is called with."""
    stack = [returned]
    for _ in range(LIMIT):
        if not stack:
            return False
        term = stack.pop()
        if term.kind in MEANINGFUL or term.op in SPEAKING or _goes_on(term, stack):
            return True
    return False


def _goes_on(term: Term, stack: list[Term]) -> bool:
    """Put on the stack what a term's meaning comes from; True if it is a layer object, which may be called."""
    if term.op in GROUPS:
        stack.extend(term.args.values())
        return False
    fact = resolve(term.op).fact if "." in term.op else None
    if fact is not None and fact.layer:
        return True
    kept = _kept(term, fact)
    if kept is not None:
        stack.append(kept)
    return False


def near_parameter(terms: Iterable[Term]) -> bool:
    """Whether one of these is a parameter, perhaps reshaped or picked from: a caller may know what it means."""
    for term in terms:
        current: Term | None = term
        for _ in range(8):
            if current is None:
                break
            if current.op == "param":
                return True
            current = _kept(current, resolve(current.op).fact if "." in current.op else None)
    return False


def _kept(term: Term, fact: Fact | None) -> Term | None:
    """What a value-keeping op was applied to; fact is what is known of the op."""
    if term.op in ("item", "attr"):
        return term.args["of"]
    names = (*fact.keeps, fact.guards) if fact is not None and not fact.layer else ()
    return next((term.args[name] for name in names if name in term.args), None)


def cut(term: Term) -> Term:
    """The term left as the function has it: its groups stay groups, what is inside is not worked out."""
    return _cut(term, {})


def _cut(term: Term, done: dict[int, Term]) -> Term:
    """As cut; a group that stands in others many times is cut once."""
    if not term.open:
        return term
    if id(term) not in done:
        if term.op in ("tuple", "list", "dict", "items"):
            args = {name: _cut(inner, done) for name, inner in term.args.items()}
            done[id(term)] = Term(term.op, args, term.value, term.kind, term.made)
        else:
            done[id(term)] = Term("cut", value=term, kind=term.kind, made=term.made)
    return done[id(term)]
