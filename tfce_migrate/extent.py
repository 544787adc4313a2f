"""A term comes in; the least and the greatest number in it go out, where the code writes them out."""

from __future__ import annotations

from collections.abc import Callable

from tfce_migrate.terms import Term, number
from tfce_migrate.trace import through

LIMIT = 40
ENDS = {"tf.linspace": ("start", "stop"), "tf.lin_space": ("start", "stop"), "numpy.linspace": ("0", "1")}
HOLDS = {
    "tf.constant": "value", "tf.Variable": "initial_value", "tf.fill": "value", "tf.convert_to_tensor": "value",
    "numpy.array": "0", "numpy.full": "1",
}  # fmt: skip
FILLED = {
    "tf.ones": 1.0, "tf.zeros": 0.0, "tf.ones_like": 1.0, "tf.zeros_like": 0.0, "numpy.ones": 1.0, "numpy.zeros": 0.0,
}  # fmt: skip


Extent = tuple[float, float] | None


def extent(term: Term) -> Extent:
    """The least and the greatest number that a constant tensor holds; None if that is not written out."""
    return _extent(term, {}, 0)


def _extent(term: Term, known: dict[int, Extent], depth: int) -> Extent:
    """As extent; each term is worked out once, as it may be part of another in many ways."""
    if depth > LIMIT:
        return None
    if id(term) not in known:
        known[id(term)] = _worked_out(term, lambda inner: _extent(inner, known, depth + 1))
    return known[id(term)]


def _worked_out(term: Term, of: Callable[[Term], Extent]) -> Extent:
    value = number(term)
    if value is not None:
        return value, value
    if term.op in FILLED:
        return FILLED[term.op], FILLED[term.op]
    if term.op in ("list", "tuple"):
        return _around([of(inner) for inner in term.args.values()])
    if term.op in ENDS:
        ends = [_positioned(term, name, place) for place, name in enumerate(ENDS[term.op])]
        return _around([of(end) if end is not None else None for end in ends])
    if term.op in HOLDS:
        place = 1 if term.op == "tf.fill" else 0
        inner = _positioned(term, HOLDS[term.op], place)
        return of(inner) if inner is not None else None
    kept = through(term)
    return of(kept) if kept is not None else None


def _positioned(term: Term, name: str, place: int) -> Term | None:
    """An argument by its name, or by its place where the tables do not know the names."""
    return term.arg(name, str(place))


def _around(parts: list[Extent]) -> Extent:
    known = [part for part in parts if part is not None]
    if not known or len(known) != len(parts):
        return None
    return min(low for low, _ in known), max(high for _, high in known)
