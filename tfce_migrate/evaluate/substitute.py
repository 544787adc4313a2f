"""A term with parameters and what they stand for come in; the term with its consequences worked out goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from tfce_migrate.evaluate import calling, idioms, keras, library, values
from tfce_migrate.evaluate.frame import Walk
from tfce_migrate.evaluate.relevance import cut
from tfce_migrate.source import CalledSite, Site
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Kind, Term, either

LIMIT_DEPTH = 12  # terms inside one another that a call works out; what lies deeper is kept as it was, unread
LIMIT_NODES = 60  # terms rebuilt for one call


@dataclass(slots=True)
class Substitution:
    """Replaces parameters by arguments, remembering what it has done so that shared terms stay shared."""

    mapping: Mapping[tuple[str, str], Term]
    walk: Walk
    at: Site | None = None
    done: dict[int, tuple[Term, Term]] = field(default_factory=dict)
    depth: int = 0

    def of(self, term: Term) -> Term:
        """The term with the mapping's parameters replaced."""
        if not term.open:
            return term
        known = self.done.get(id(term))
        if known is not None:
            return known[1]
        if term.op == "param":
            found = self.mapping.get(term.value, term)
        elif self.depth >= LIMIT_DEPTH or len(self.done) >= LIMIT_NODES or not self.walk.spend():
            found = cut(term)
        else:
            self.depth += 1
            found = self._inside(term)
            self.depth -= 1
        self.done[id(term)] = (term, found)
        return found

    def _inside(self, term: Term) -> Term:
        args, same = {}, True
        for name, inner in term.args.items():
            filled = args[name] = self.of(inner) if inner.open else inner
            same = same and filled is inner
        value = term.value
        if term.op == "either" and value:
            value = tuple([tuple([(self.of(c), outcome) for c, outcome in guards]) for guards in value])
        elif same:
            return term
        return _rebuilt(self, term, args, value)


def _rebuilt(change: Substitution, term: Term, args: dict[str, Term], value: object) -> Term:
    walk, made = change.walk, called(term.made, change.at)
    if term.op == "either":
        guards = value if isinstance(value, tuple) and value else ((),) * len(args)
        return either(list(zip(guards, args.values(), strict=True)), made)
    if term.op == "call":
        return calling.resumed(walk, args, made, change.at)
    if term.op == keras.COMPILE:
        apply = partial(calling.call_term, walk)
        again = keras.compiled(walk, args["model"], [], {"loss": args["loss"]}, made, apply)
        return again if again is not None else Term("unknown", made=made)
    if term.op == "attr":
        return values.attribute(walk, args["of"], str(term.value), made)
    if term.op == "item":
        return values.element(args["of"], args["index"], made)
    if term.op in ("+", "-", "*", "/"):
        return idioms.binary(term.op, args["0"], args["1"], made)
    if term.op == "neg":
        return idioms.negative(args["0"], made)
    if term.op in ("is", "is not", "==", "!=", "not", "in", "<", "<=", ">", ">="):
        return idioms.compare(term.op, args, made)
    fact = resolve(term.op).fact if "." in term.op else None
    if fact is not None and not str(term.value).startswith("by hand"):
        result = library.fact_call(fact, args, made, partial(calling.call_term, walk))
        return Term(result.op, result.args, term.value, result.kind, result.made, result.open)
    kind = term.kind if term.op != "unknown" else Kind.UNKNOWN
    return Term(term.op, args, value, kind, made, any(inner.open for inner in args.values()))


def called(made: Site | None, at: Site | None) -> Site | None:
    """The site of a term that a call makes inside the function that is called."""
    if made is None:
        return None
    where = tuple.__new__(CalledSite, made)
    where.call = at if at is not None else getattr(made, "call", None)
    return where
