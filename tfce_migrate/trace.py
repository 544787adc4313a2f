"""Questions about a term's past: where its meaning was made, what it hangs on, whether a gradient can flow into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tfce_migrate.symbols import exported, resolve
from tfce_migrate.terms import Kind, Term

DATA_LIBRARIES = (
    "tf.data.", "tf.contrib.data.", "numpy.", "scipy.", "pandas.", "cv2.", "random.", "math.", "PIL.", "sklearn.",
    "builtins.",
)  # fmt: skip
FUNCTION_TERMS = ("function", "bound", "partial", "class", "instance", "self")
INTEGER_TYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "string")
STATEFUL = ("variable", "Variable", "template", "while_loop", "scan", "map_fn", "foldl", "foldr", "py_function")
PURE_ROOTS = ("tf.math.", "tf.linalg.", "tf.nn.", "tf.sparse.", "tf.image.", "tf.random.", "tf.strings.", "tf.bitwise.")
LIMIT = 300  # steps back that a question goes


def through(term: Term) -> Term | None:
    """What a value-keeping op was applied to: reshape, cast, dropout, an element; None at the end of the way."""
    if term.op == "item":
        return term.args["of"]
    fact = resolve(term.op).fact if "." in term.op else None
    if fact is None or fact.layer:
        return None
    for name in (fact.guards, *fact.keeps):
        inner = term.args.get(name) if name else None
        if inner is None:
            continue
        if inner.op in ("list", "tuple", "items"):
            return next(iter(inner.args.values()), None)
        return inner
    return None


def origin(term: Term) -> tuple[Term, tuple[Term, ...]]:
    """The term in which the meaning was made, and the ops that it went through since, the last one first.

    Of alternatives that mean the same the first speaks; the `either` is among the steps.
    """
    steps: list[Term] = []
    for _ in range(LIMIT):
        if term.op == "either":
            kinds = {option.kind for option in term.args.values()}
            if len(kinds) > 1:
                return term, tuple(steps)
            steps.append(term)
            term = next(iter(term.args.values()))
            continue
        inner = through(term)
        if inner is None:
            break
        steps.append(term)
        term = inner
    return term, tuple(steps)


def raw_of(term: Term) -> Term | None:
    """The raw values behind probabilities: the argument of the softmax or sigmoid."""
    fact = resolve(term.op).fact if "." in term.op else None
    return term.args.get(fact.of) if fact is not None and fact.of and not fact.activation else None


def walk(term: Term, seen: set[int] | None = None) -> Iterator[Term]:
    """The term and all terms below it, each once."""
    seen = set() if seen is None else seen
    stack = [term]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        stack.extend(current.args.values())


@dataclass(slots=True)
class Gradients:
    """Whether a trained value reaches a term with a gradient: True, False (sure not), or None (not known)."""

    known: dict[int, tuple[Term, bool | None]] = field(default_factory=dict)

    def of(self, term: Term, depth: int = 0) -> bool | None:
        """The answer for one term; unknown past a depth."""
        if depth > LIMIT:
            return None
        found = self.known.get(id(term))
        if found is None:
            self.known[id(term)] = (term, None)
            found = (term, self._answer(term, depth + 1))
            self.known[id(term)] = found
        return found[1]

    def _answer(self, term: Term, depth: int) -> bool | None:
        simple = _SIMPLE.get(term.op)
        if simple is not None:
            return simple(self, term, depth)
        if term.op in _COMBINED:
            return self._combined(term, depth)
        if term.op.startswith(DATA_LIBRARIES):
            return False
        symbol = resolve(term.op) if "." in term.op else None
        if symbol is None or not term.op.startswith(("tf.", "tflearn.", "tensorlayer.")):
            return None
        if symbol.fact is not None and symbol.fact.gives:
            return symbol.fact.gives == "network"
        if symbol.fact is None and not is_pure(term.op):
            return None
        if _to_integers(term):
            return False
        return self._combined(term, depth)

    def _combined(self, term: Term, depth: int) -> bool | None:
        answers = {self.of(inner, depth) for inner in term.args.values()}
        if any(inner.op in FUNCTION_TERMS for inner in term.args.values()):
            answers.add(None)
        return True if True in answers else None if None in answers else False

    def _base(self, term: Term, depth: int) -> bool | None:
        """An attribute, element or method of data is data; of anything else nothing is known."""
        base = term.args.get("of") or term.args.get("callee")
        answer = self.of(base, depth) if base is not None else None
        if term.op == "item":
            return answer
        return False if answer is False else None

    def _alternatives(self, term: Term, depth: int) -> bool | None:
        answers = {self.of(option, depth) for option in term.args.values()}
        return True if True in answers else None if None in answers else False


_SIMPLE: dict[str, Callable[[Gradients, Term, int], bool | None]] = {
    "const": lambda _self, _term, _depth: False,
    "symbol": lambda _self, term, _depth: False if _is_value_name(term.value) else None,
    "attr": Gradients._base,
    "item": Gradients._base,
    "call": Gradients._base,
    "either": Gradients._alternatives,
    "cut": lambda self, term, depth: self.of(term.value, depth),
}
_COMBINED = (
    "+", "-", "*", "/", "//", "%", "**", "@", "neg", "tuple", "list", "dict", "items", "slice", "activation",
    "is", "is not", "==", "!=",
)  # fmt: skip


def _is_value_name(raw: str) -> bool:
    return raw.startswith(("tf.", *DATA_LIBRARIES))


def is_pure(name: str) -> bool:
    """Whether a symbol without a fact is an op on its arguments and nothing else: no variables, no functions inside."""
    if any(word in name for word in STATEFUL) or "rnn" in name or "lookup" in name:
        return False
    single = name.count(".") == 1 and name[3:4].islower()
    return (single or name.startswith(PURE_ROOTS)) and (name in exported("1.15") or name in exported("2.21"))


def _to_integers(term: Term) -> bool:
    dtype = term.arg("dtype", "out_type", "output_type")
    name = dtype.value if dtype is not None and dtype.op in ("symbol", "const") else None
    return isinstance(name, str) and name.rpartition(".")[2] in INTEGER_TYPES


def side(term: Term, gradients: Gradients) -> str | None:
    """Which side of a loss the dataflow shows a term to be on: "logits", "labels" or None."""
    made, _ = origin(term)
    if made.kind in (Kind.ONE_HOT, Kind.CLASS_IDS):
        return "labels"
    carries = gradients.of(term)
    if carries is None:
        return None
    return "logits" if carries else "labels"
