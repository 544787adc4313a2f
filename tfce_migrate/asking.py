"""A file evaluated by itself comes in; whether its neighbours could change what is found in it goes out."""

from __future__ import annotations

from collections.abc import Iterable

from tfce_migrate.evaluate import Call, Module, Neighbours
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Kind, Term
from tfce_migrate.trace import DATA_LIBRARIES, walk

MEANINGFUL = (Kind.PROBABILITIES, Kind.SIGMOID, Kind.ONE_HOT, Kind.CLASS_IDS)
WORDS = ("cross_entropy", "crossentropy", "softmax", "sigmoid", "log_loss")
LOGS = ("tf.log", "tf.keras.backend.log")
LIMIT = 2000  # terms behind one argument that are looked at


def asks(module: Module, neighbours: Neighbours) -> bool:
    """Whether a loss, a log or a neighbour is given what only a neighbour knows, or a class inherits from one.

    Most files of a project ask nothing, and are not evaluated a second time.
    """
    walked = module.top.walk
    if not any(word in module.source.text for word in WORDS):
        return False
    if not any(neighbours.find(name, level, walked.path) is not None for name, level in walked.imports):
        return False
    makes = any(_makes_probabilities(reference.raw) for reference in module.references)
    losses = [call for call in module.calls if _is_loss(call)]
    if (makes or losses) and any(_is_foreign(base) for info in walked.classes for base in info.bases):
        return True
    if any(_hangs_on_foreign(arg.term for arg in call.args) for call in losses):
        return True
    seen: set[int] = set()
    for root in module.roots:
        for term in walk(root, seen) if id(root) not in seen else ():
            if _is_foreign(term) and (_is_loss_name(term.op) or any(a.kind in MEANINGFUL for a in term.args.values())):
                return True
    return walked.stars > 0 and bool(losses)


def _makes_probabilities(raw: str) -> bool:
    fact = resolve(raw).fact
    return fact is not None and fact.makes in (Kind.PROBABILITIES, Kind.SIGMOID)


def _is_loss(call: Call) -> bool:
    """Whether a call is of a loss, of one_hot, or of the log that a loss by hand takes."""
    fact = call.symbol.fact
    return fact is not None and (bool(fact.takes) or fact.makes is Kind.ONE_HOT or fact.name in LOGS)


def _is_foreign(term: Term) -> bool:
    """Whether a term is a name, or a call of a name, that neither the file nor a library explains."""
    name = term.value if term.op == "symbol" else term.op
    if not isinstance(name, str) or "." not in name:
        return False
    return not name.startswith(("tf.", "tflearn.", "keras.", *DATA_LIBRARIES))


def _is_loss_name(name: str) -> bool:
    return any(word in name for word in WORDS)


def _hangs_on_foreign(terms: Iterable[Term]) -> bool:
    seen: set[int] = set()
    for start in terms:
        for term in walk(start, seen):
            if _is_foreign(term):
                return True
            if len(seen) > LIMIT:
                return False
    return False
