"""A call of a library's symbol comes in; the term that the tables make of it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tfce_migrate.evaluate.idioms import binary, negative
from tfce_migrate.source import Site
from tfce_migrate.symbols import Fact, Symbol, resolve
from tfce_migrate.terms import NONE, Kind, Term, either, is_const, number

SPELLED_ACTIVATIONS = {"softmax": "tf.nn.softmax", "sigmoid": "tf.sigmoid", "relu": "tf.nn.relu", "tanh": "tf.tanh"}
IDENTITIES = ("linear", None)


class Apply(Protocol):
    """How a callable term is called: the evaluation hands this in."""

    def __call__(self, callee: Term, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None) -> Term: ...


def symbol_call(
    symbol: Symbol, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None, apply: Apply
) -> Term:
    """The term of calling a symbol; starred arguments must have been left out of args."""
    fact = symbol.fact
    if fact is None:
        named = {str(index): term for index, term in enumerate(args)} | dict(keywords)
        return Term(symbol.name, named, symbol.api, made=made, open=_open(named))
    return fact_call(fact, bind(fact, symbol, args, keywords), made, apply)


def bind(fact: Fact, symbol: Symbol, args: Sequence[Term], keywords: Mapping[str, Term]) -> dict[str, Term]:
    """The arguments by the parameter names of today; an old name (keep_dims) counts as its new one."""
    signature = fact.signature("2.x" if symbol.api == "v2" else "1.x")
    if args and "0.x" in fact.signatures and symbol.api == "" and _is_old_order(fact, args):
        signature = fact.signatures["0.x"]
    bound = {
        (signature[index] if index < len(signature) else str(index)): term for index, term in enumerate(args)
    }
    bound.update(keywords)
    for old, new in fact.renamed.items():
        if old in bound:
            bound.setdefault(new, bound.pop(old))
    return bound


def _is_old_order(fact: Fact, args: Sequence[Term]) -> bool:
    """0.x order: concat(0, values) and split(0, n, value) show it by a number in front, losses by no None there."""
    if fact.makes is Kind.LOSS:
        return not is_const(args[0], None)
    return number(args[0]) is not None and len(args) > 1


def fact_call(fact: Fact, bound: dict[str, Term], made: Site | None, apply: Apply) -> Term:
    """The term of a call whose arguments are bound."""
    if fact.operator:
        return _operator(fact, bound, made)
    if fact.calls:
        results = [apply(bound[name], [], {}, made) for name in fact.calls if name in bound]
        return either([((), result) for result in results], made) if results else Term("unknown", made=made)
    if fact.activation:
        return _with_activation(fact, bound, made, apply)
    return Term(fact.name, bound, None, _kind(fact, bound), made, _open(bound))


def layer_call(
    layer: Term, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None, apply: Apply
) -> Term | None:
    """The term of calling an object such as `tf.layers.Dense(10, tf.nn.softmax)`; None if it is none of the tables."""
    inner = what_it_does(layer)
    if inner is None:
        return None
    bound = {**layer.args, **dict(zip(inner.signature(), args, strict=False)), **keywords}
    result = fact_call(inner, bound, made, apply)
    if inner.activation and "name" in bound and result.op.startswith("tf.") and "name" not in result.args:
        named = {**result.args, "name": bound["name"]}  # outputs of a Keras model go by the names of their layers
        return Term(result.op, named, result.value, result.kind, result.made, result.open)
    return result


def what_it_does(layer: Term) -> Fact | None:
    """The symbol that calling an object does: tf.layers.dense for a `tf.layers.Dense(10)`."""
    fact = resolve(layer.op).fact if layer.op.startswith("tf.") else None
    return resolve(fact.layer).fact if fact is not None and fact.layer else None


def _operator(fact: Fact, bound: dict[str, Term], made: Site | None) -> Term:
    left = bound.get("x")
    if left is None:
        return Term(fact.name, bound, None, made=made, open=_open(bound))
    if fact.operator == "neg":
        return negative(left, made)
    right = bound.get("y")
    if right is None:
        return Term(fact.name, bound, None, made=made, open=_open(bound))
    return binary(fact.operator, left, right, made)


def _with_activation(fact: Fact, bound: dict[str, Term], made: Site | None, apply: Apply) -> Term:
    given = bound.pop(fact.activation, None)
    inner = _inner(fact, bound, made)
    if given is None and fact.keeps:
        return Term("unknown", made=made)  # a layer that is nothing but an activation, and that is not to be seen
    if given is None:
        return inner if not fact.of else _spelled(fact.of, inner, made, apply)
    if given.op == "const":
        return named_activation(given.value, inner, made, apply)
    return _mark(apply(given, [inner], {}, made))


def named_activation(name: object, inner: Term, made: Site | None, apply: Apply) -> Term:
    """What an activation that is named by a text, or None, gives."""
    if name in IDENTITIES:
        return inner
    spelled = SPELLED_ACTIVATIONS.get(name) if isinstance(name, str) else None
    if spelled is not None:
        return _spelled(spelled, inner, made, apply)
    if isinstance(name, str):
        return Term("activation", {"x": inner}, name, made=made, open=inner.open)
    return Term("unknown", made=made)


def _inner(fact: Fact, bound: dict[str, Term], made: Site | None) -> Term:
    if fact.keeps:
        return bound.get(fact.keeps[0], NONE)
    return Term(fact.name, bound, None, Kind.UNKNOWN, made, _open(bound))


def _spelled(symbol: str, inner: Term, made: Site | None, apply: Apply) -> Term:
    return _mark(apply(Term("symbol", value=symbol), [inner], {}, made))


def _mark(term: Term) -> Term:
    """An activation's result remembers that nothing in the source spells the raw value."""
    if term.value is None and term.op.startswith(("tf.", "tflearn.")):
        return Term(term.op, term.args, "activation", term.kind, term.made, term.open)
    return term


def _kind(fact: Fact, bound: Mapping[str, Term]) -> Kind:
    if fact.name in ("tf.log", "tf.keras.backend.log"):
        inner = bound.get("x")
        probable = inner is not None and inner.kind in (Kind.PROBABILITIES, Kind.SIGMOID)
        return Kind.LOG_PROBABILITIES if probable else Kind.UNKNOWN
    if fact.makes is not Kind.UNKNOWN:
        return fact.makes
    through = (fact.guards,) if fact.guards else fact.keeps
    kinds = {_kind_of(bound[name]) for name in through if name in bound}
    return kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN


def _kind_of(term: Term) -> Kind:
    if term.op in ("list", "tuple", "items"):
        kinds = {inner.kind for inner in term.args.values()}
        return kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN
    return term.kind


def _open(args: Mapping[str, Term]) -> bool:
    return any(term.open for term in args.values())
