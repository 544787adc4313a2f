"""Arithmetic on terms: operators with the few idioms that mean a softmax or a sigmoid written by hand."""

from __future__ import annotations

from collections.abc import Mapping

from tfce_migrate.source import Site
from tfce_migrate.terms import Kind, Term, const, is_api, is_const, number, same, truth

SMALL = 0.01  # an addend up to this is a guard against log(0), not part of the mathematics


def binary(op: str, left: Term, right: Term, made: Site | None) -> Term:
    """The term of `left op right`: constants fold, a softmax or sigmoid by hand is seen as one."""
    if left.op == "const" and right.op == "const":
        folded = _fold(op, left.value, right.value)
        if folded is not None:
            return const(folded, made)
    if op == "/":
        found = _softmax(left, right, made) or _sigmoid(left, right, made)
        if found is not None:
            return found
    return Term(op, {"0": left, "1": right}, None, _kind(op, left, right), made, left.open or right.open)


def negative(term: Term, made: Site | None) -> Term:
    """The term of `-term`."""
    if term.op == "const" and isinstance(term.value, (int, float)) and not isinstance(term.value, bool):
        return const(-term.value, made)
    return Term("neg", {"0": term}, None, Kind.UNKNOWN, made, term.open)


def _fold(op: str, left: object, right: object) -> object | None:
    if op == "+" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < 1000:
        return left + right
    numbers = (int, float)
    if not isinstance(left, numbers) or not isinstance(right, numbers):
        return None
    if max(abs(left), abs(right)) > 1e12:
        return None
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    return left * right if op == "*" else None


def _kind(op: str, left: Term, right: Term) -> Kind:
    probable = (Kind.PROBABILITIES, Kind.SIGMOID)
    if op == "+":
        for one, other in ((left, right), (right, left)):
            if one.kind in probable and is_small(other):
                return one.kind
    if op == "-" and right.kind is Kind.SIGMOID and number(left) == 1:
        return Kind.SIGMOID
    return Kind.UNKNOWN


def is_small(term: Term) -> bool:
    """Whether a term is a small positive constant, such as the 1e-8 in log(p + 1e-8).

    A name whose value is not known counts by what it holds only: `eps` as a parameter is not small.
    """
    if term.op in ("tf.constant", "tf.cast", "tf.convert_to_tensor", "numpy.float32"):
        inner = term.arg("value", "x", "0")
        return inner is not None and is_small(inner)
    value = number(term)
    return value is not None and 0 < value <= SMALL


def is_setting(term: Term) -> bool:
    """Whether a term may be a number that cannot be seen: a parameter, an attribute, a flag, a constant of one."""
    held = term.arg("value") if term.op == "tf.constant" else term
    held = held.arg("x") if held is not None and held.op == "tf.cast" else held
    setting = held is not None and (held.op in ("param", "attr", "free") or (held.op == "symbol" and "." in held.value))
    return setting and term.kind is Kind.UNKNOWN


def _softmax(left: Term, right: Term, made: Site | None) -> Term | None:
    if left.op != "tf.exp":
        return None
    total = right
    while total.op in ("tf.tile", "tf.expand_dims", "tf.reshape", "tf.stack"):
        inner = total.arg("input", "tensor", "values")
        if inner is None:
            return None
        total = inner
    if total.op != "tf.reduce_sum":
        return None
    summed, raw = total.arg("input_tensor"), left.arg("x")
    if summed is None or raw is None:
        return None
    spelled = "by hand"
    if not same(summed, left):
        inner = summed.arg("x") if summed.op == "tf.exp" else None
        if inner is None or not same(_unclipped(inner), _unclipped(raw)):
            return None
        raw, spelled = _unclipped(raw), "by hand, clipped"
    args = {"logits": raw}
    axis = total.arg("axis")
    if axis is not None:
        args["axis"] = axis
    return Term("tf.nn.softmax", args, spelled, Kind.PROBABILITIES, made, left.open)


def _unclipped(term: Term) -> Term:
    return term.args["t"] if term.op == "tf.clip_by_value" and "t" in term.args else term


def _sigmoid(left: Term, right: Term, made: Site | None) -> Term | None:
    if number(left) is None and left.op == "tf.constant":
        left = left.arg("value") or left
    if number(left) != 1 or right.op != "+":
        return None
    for one, other in ((right.args["0"], right.args["1"]), (right.args["1"], right.args["0"])):
        one = one.arg("value") or one if one.op == "tf.constant" else one
        if number(one) != 1 or other.op != "tf.exp":
            continue
        exponent = other.arg("x")
        if exponent is not None and exponent.op == "neg":
            raw = exponent.args["0"]
            return Term("tf.sigmoid", {"x": raw}, "by hand", Kind.SIGMOID, made, raw.open)
    return None


def is_zero(term: Term) -> bool:
    """Whether a term is the constant 0."""
    return is_const(term) and number(term) == 0


def compare(op: str, args: Mapping[str, Term], made: Site | None) -> Term:
    """A comparison, decided where both sides are constants (or one is None and the other cannot be)."""
    left, right = args["0"], args.get("1")
    verdict: bool | None = None
    if op == "not":
        known = truth(left)
        verdict = None if known is None else not known
    elif right is not None and left.op == "const" and right.op == "const":
        verdict = _decide(op, left.value, right.value)
    elif right is not None and op in ("is", "is not", "==", "!="):
        verdict = _against_none(op, left, right)
    if verdict is not None:
        return Term("const", value=verdict, made=made)
    return Term(op, args, None, Kind.UNKNOWN, made, any(inner.open for inner in args.values()))


def _decide(op: str, left: object, right: object) -> bool | None:
    if op in ("is", "=="):
        return left == right
    if op in ("is not", "!="):
        return left != right
    if op == "in" and isinstance(right, str) and isinstance(left, str):
        return left in right
    return None


NEVER_NONE = ("function", "class", "instance", "partial", "tuple", "list", "dict", "bound")


def _against_none(op: str, left: Term, right: Term) -> bool | None:
    for one, other in ((left, right), (right, left)):
        none = one.op == "const" and one.value is None
        if none and (other.op in NEVER_NONE or other.op.startswith("tf.") or is_api(other)):
            return op in ("is not", "!=")
        if one.op == "const" and isinstance(one.value, str) and (other.op in NEVER_NONE or is_api(other)):
            return op in ("is not", "!=")
    return None
