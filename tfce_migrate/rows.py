"""Labels come in; whether each of their rows is sure to sum to one goes out."""

from __future__ import annotations

from tfce_migrate.shapes import LITERALS
from tfce_migrate.terms import Kind, Term, is_const, number
from tfce_migrate.trace import LIMIT, through

SOFTMAXES = ("tf.nn.softmax", "tf.contrib.layers.softmax", "tf.keras.backend.softmax")
COPIES = ("tf.identity", "tf.stop_gradient", "tf.to_float", "tf.to_double", "tf.Print")
ALWAYS_ONE_HOT = "tf.keras.utils.to_categorical"  # it raises for an id out of range


def sum_to_one(labels: Term, depth: int = 0) -> bool:
    """Whether labels are softmaxes over the last axis or one-hot rows, as they stand.

    `tf.one_hot` makes a row of zeros for an id out of range, so that its ids have to be known.
    """
    if labels.op == "either":
        return depth < LIMIT and all(sum_to_one(option, depth + 1) for option in labels.args.values())
    if labels.op in COPIES:
        inner = through(labels)
        return depth < LIMIT and inner is not None and sum_to_one(inner, depth + 1)
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
