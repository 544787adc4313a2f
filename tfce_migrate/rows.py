"""Labels come in; whether each of their rows is sure to sum to one goes out."""

from __future__ import annotations

from tfce_migrate.shapes import LITERALS
from tfce_migrate.terms import UNKNOWN, Kind, Term, is_const, number
from tfce_migrate.trace import through

SOFTMAXES = ("tf.nn.softmax", "tf.contrib.layers.softmax", "tf.keras.backend.softmax")
COPIES = ("tf.identity", "tf.stop_gradient", "tf.to_float", "tf.to_double", "tf.Print")
ALWAYS_ONE_HOT = "tf.keras.utils.to_categorical"  # it raises for an id out of range


def sum_to_one(labels: Term) -> bool:
    """Whether labels are softmaxes over the last axis or one-hot rows, as they stand.

    `tf.one_hot` makes a row of zeros for an id out of range, so that its ids have to be known.
    """
    waiting, seen = [labels], set[int]()
    while waiting:
        term = waiting.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        if term.op == "either":
            waiting += term.args.values()
        elif term.op in COPIES:
            waiting.append(through(term) or UNKNOWN)
        elif not _sums_to_one(term):
            return False
    return True


def _sums_to_one(labels: Term) -> bool:
    if labels.kind is Kind.PROBABILITIES:
        axis = labels.arg("axis")
        return labels.op in SOFTMAXES and (axis is None or is_const(axis, -1))
    if labels.op == "tf.one_hot" and not any(labels.arg(name) for name in ("on_value", "off_value", "axis")):
        ids, classes = _numbers(labels.arg("indices")), number(labels.arg("depth"))
        return ids is not None and classes is not None and all(0 <= each < classes for each in ids)
    return labels.op == ALWAYS_ONE_HOT


def _numbers(term: Term | None) -> list[float] | None:
    """The numbers of a literal, a list of literals or a constant made of one; None if one is not known."""
    if term is None:
        return None
    if term.op in LITERALS:
        return _numbers(next(iter(term.args.values()), None))
    if term.op in ("list", "tuple"):
        parts = [_numbers(inner) for inner in term.args.values()]
        known = [part for part in parts if part is not None]
        return [each for part in known for each in part] if len(known) == len(parts) else None
    value = number(term)
    return None if value is None else [value]
