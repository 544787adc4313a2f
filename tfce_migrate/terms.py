"""Term says what an expression is, Kind what its values mean; join and look-through are decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from types import MappingProxyType
from typing import Any

from tfce_migrate.record import record
from tfce_migrate.source import Site

# Modules: nothing can be asked of None, which a branch may have in place of one (`except ImportError: tf = None`).
MODULES = frozenset(
    (
        "tf", "keras", "tf_keras", "tf_slim", "tflearn", "tensorlayer", "tf.compat.v1", "tf.contrib",
        "tf.contrib.slim", "tf.keras", "tf.keras.backend", "keras.backend", "tf.nn",
    )
)  # fmt: skip
LIMIT_OPTIONS = 8  # alternatives kept where branches join; more of them are unknown


class Kind(Enum):
    """What the values of a tensor mean."""

    UNKNOWN = "unknown"
    LOGITS = "logits"
    PROBABILITIES = "probabilities"
    LOG_PROBABILITIES = "log probabilities"
    SIGMOID = "sigmoid probabilities"
    ONE_HOT = "one-hot"
    CLASS_IDS = "class ids"
    LOSS = "loss"



NOTHING: Mapping[str, Term] = MappingProxyType({})


@record
class Term:
    """What an expression is.

    op is a canonical symbol that was called (`tf.nn.softmax`), an operator (`+`), or one of: unknown, free (a
    name that nothing defines), const, symbol (named, not called), param, self, either, tuple, list, dict, items
    (a list of unknown length), index (a loop's counter), function, class, instance, partial, call, attr, item, module,
    imported, cut (too deep inside a called function). args are by parameter
    name; value is what op needs beside them. made is where the expression is written that made it. open says
    that a parameter is somewhere inside. Two terms are the same value only if they are the same object.
    """

    op: str
    args: Mapping[str, Term] = field(default_factory=lambda: NOTHING)
    value: Any = None
    kind: Kind = Kind.UNKNOWN
    made: Site | None = None
    open: bool = False

    def arg(self, *names: str) -> Term | None:
        """The first of these arguments that was given."""
        for name in names:
            if name in self.args:
                return self.args[name]
        return None


UNKNOWN = Term("unknown")
NONE = Term("const", value=None)


def const(value: object, made: Site | None = None) -> Term:
    """A constant."""
    return Term("const", NOTHING, value, Kind.UNKNOWN, made)


def is_const(term: Term | None, *values: object) -> bool:
    """Whether the term is a constant, and one of the values if some are given (1 is not True here)."""
    if term is None or term.op != "const":
        return False
    return not values or any(term.value == value and type(term.value) is type(value) for value in values)


def number(term: Term | None) -> float | None:
    """The number that a term is, if it is a constant one (also with a sign before it)."""
    if term is None:
        return None
    if term.op == "neg":
        inner = number(term.args["0"])
        return None if inner is None else -inner
    if term.op == "const" and isinstance(term.value, (int, float)) and not isinstance(term.value, bool):
        return float(term.value)
    return None


FOLDED = ("either", "symbol")  # what several alternatives may fold into one
Guard = tuple[tuple["Term", bool], ...]


def either(options: list[tuple[Guard, Term]], made: Site | None = None) -> Term:
    """One of several terms, each under its guards (condition, outcome).

    Keeps a kind only when all agree. Equal options fold; guards that are constant decide.
    """
    if len(options) == 2:
        (one, left), (other, right) = options
        if left.op not in FOLDED and right.op not in FOLDED and not _is_decided(one) and not _is_decided(other):
            return left if left is right else _of_two(one, left, other, right, made)
    kept: list[tuple[Guard, Term]] = []
    for guards, term in options:
        verdicts = [(truth(condition), outcome) for condition, outcome in guards]
        if any(known is not None and known != outcome for known, outcome in verdicts):
            continue
        if term.op == "either" and not term.value:
            kept.extend(((), option) for option in term.args.values())
        else:
            kept.append((guards, term))
        if all(known is not None for known, _ in verdicts) and guards:
            break
    return _fold(kept, made)


def _is_decided(guards: Guard) -> bool:
    return any(truth(condition) is not None for condition, _ in guards)


def _of_two(one: Guard, left: Term, other: Guard, right: Term, made: Site | None) -> Term:
    """What either comes to in most cases: two terms, none of which is alternatives itself."""
    kind = left.kind if left.kind is right.kind else Kind.UNKNOWN
    opened = left.open or right.open or any(condition.open for condition, _ in (*one, *other))
    return Term("either", {"0": left, "1": right}, (one, other), kind, made or left.made, opened)


def joiner(condition: Term) -> Callable[[Term, Term], Term]:
    """What makes one term of that where a condition holds and that where it does not: either, for many pairs."""
    yes, no = ((condition, True),), ((condition, False),)
    guards, decided = (yes, no), truth(condition) is not None

    def join(held: Term, other: Term) -> Term:
        if decided or held.op in FOLDED or other.op in FOLDED:
            return either([(yes, held), (no, other)])
        kind = held.kind if held.kind is other.kind else Kind.UNKNOWN
        opened = held.open or other.open or condition.open
        return Term("either", {"0": held, "1": other}, guards, kind, held.made, opened)

    return join


def _fold(kept: list[tuple[Guard, Term]], made: Site | None) -> Term:
    distinct: dict[int, tuple[Guard, Term]] = {}
    for guards, term in kept:
        distinct.setdefault(id(term), (guards, term))
    if not distinct:
        return UNKNOWN
    terms = [term for _, term in distinct.values()]
    if len(terms) == 1:
        return terms[0]
    kinds = {term.kind for term in terms}
    kind = kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN
    if len(terms) > LIMIT_OPTIONS:
        return Term("unknown", kind=kind, made=made)
    same = _same_symbol([term for term in terms if not is_const(term, None)] or terms)
    if same is not None and (same.value in MODULES or not any(is_const(term) for term in terms)):
        return same
    guards_of = tuple(guards for guards, _ in distinct.values())
    opened = any(t.open for t in terms) or any(c.open for guards in guards_of for c, _ in guards)
    return Term("either", {str(i): t for i, t in enumerate(terms)}, guards_of, kind, made or terms[0].made, opened)


def _same_symbol(terms: list[Term]) -> Term | None:
    """`tf` from one branch and `tf.compat.v1` from the other: code for TF 1, reached by the second name."""
    if any(term.op != "symbol" for term in terms):
        return None
    bare = {term.value.replace("tf.compat.v1", "tf", 1) for term in terms}
    if len(bare) != 1:
        return None
    return next((term for term in terms if "compat.v1" in term.value), terms[0])


def truth(term: Term) -> bool | None:
    """Whether a condition is known to hold."""
    if term.op == "const":
        return bool(term.value)
    if term.op in ("function", "class", "instance", "partial") or is_api(term):
        return True
    if term.op in ("tuple", "list", "dict"):
        return bool(term.args)
    return None


def is_api(term: Term) -> bool:
    """Whether a term names something that TensorFlow offers, which is not None, not false and no text.

    A name of another module may hold any value, and so may a flag.
    """
    return term.op == "symbol" and term.value.startswith("tf.") and ".FLAGS" not in term.value


def options(term: Term) -> Iterator[Term]:
    """The alternatives of a term, itself if it has none."""
    if term.op == "either":
        for option in term.args.values():
            yield from options(option)
    else:
        yield term


PURE_RANDOM = ("random", "dropout", "Variable", "get_variable", "placeholder", "multinomial", "shuffle")


def same(left: Term, right: Term, depth: int = 12) -> bool:
    """Whether two terms are sure to be the same value: one object, or one pure expression written twice."""
    if left is right:
        return left.op != "unknown" or left.made is not None
    if depth == 0 or left.op != right.op or left.op in ("unknown", "call", "items", "either", "instance", "index"):
        return False
    if left.value != right.value or left.args.keys() != right.args.keys():
        return False
    if left.op.startswith("tf.") and any(word in left.op for word in PURE_RANDOM):
        return False
    if not left.args and left.op not in ("const", "symbol", "param", "self", "free"):
        return False
    return all(same(left.args[name], right.args[name], depth - 1) for name in left.args)
