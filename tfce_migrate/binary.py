"""Terms come in; the binary cross entropies that are written by hand in them go out, with their parts named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tfce_migrate.check import Calls
from tfce_migrate.patterns import LOGS, MEANS, SUMS, Log, hangs_on, logs, may_log, opposite, read_log
from tfce_migrate.terms import Kind, Term, same
from tfce_migrate.trace import origin, raw_of

IN_ONE_LOG = "the fused loss is the same only for labels of exactly 0 and 1"


@dataclass(frozen=True, slots=True)
class Binary:
    """`y * log(p) + (1 - y) * log(1 - q)`, or its halves without labels; total is their sum or difference."""

    total: Term
    positive: Log
    negative: Log
    labels: Term | None
    negated: bool

    def is_said_elsewhere(self, calls: Calls) -> bool:
        """Whether it stands in a neighbour's function, where it is found without knowing who calls it."""
        made = self.total.made
        return self.labels is not None and made is not None and made.path != calls.source.path


def binaries(calls: Calls) -> Iterator[Binary]:
    """Every binary cross entropy of the file's statements."""
    if not may_log(calls):
        return
    for term in calls.terms("+", "-"):
        found = _binary(term)
        if found is not None:
            yield found


def _binary(total: Term) -> Binary | None:
    left, right = _signed(total.args["0"]), _signed(total.args["1"])
    if left is None or right is None:
        return None
    sign = right.sign if total.op == "+" else -right.sign
    if left.sign != sign or left.log.complement == right.log.complement:
        return None
    positive, negative = (right, left) if left.log.complement else (left, right)
    if (positive.factor is None) != (negative.factor is None):
        return None
    if positive.factor is not None and negative.factor is not None and not opposite(positive.factor, negative.factor):
        return None
    if positive.factor is not None and not _one_value(positive.log.inner, negative.log.inner):
        return None
    return Binary(total, positive.log, negative.log, positive.factor, left.sign < 0)


@dataclass(frozen=True, slots=True)
class Mixture:
    """`log(y * p + (1 - y) * (1 - p))`: for labels of exactly 0 and 1 the binary cross entropy in one log."""

    log: Log
    producer: Term


def mixtures(calls: Calls) -> Iterator[Mixture]:
    """Every log of the file's statements that is such a one, p being a sigmoid and y not computed from it."""
    for log in logs(calls):
        halves = [_factors(half) for half in log.inner.args.values()] if log.inner.op == "+" else []
        if len(halves) != 2 or log.complement:
            continue
        for (p, y), (first, second) in product(_turned(halves[0]), _turned(halves[1])):
            made, _ = origin(p)
            fits = made.kind is Kind.SIGMOID and opposite(p, first) and opposite(y, second)
            if fits and raw_of(made) is not None and not hangs_on(y, made):
                yield Mixture(log, made)
                break


def _factors(term: Term) -> tuple[Term, ...]:
    return tuple(term.args.values()) if term.op == "*" else ()


def _turned(factors: tuple[Term, ...]) -> Iterator[tuple[Term, Term]]:
    if len(factors) == 2:
        yield factors[0], factors[1]
        yield factors[1], factors[0]


def _one_value(left: Term, right: Term) -> bool:
    return same(left, right) or same(origin(left)[0], origin(right)[0])


@dataclass(frozen=True, slots=True)
class _Signed:
    sign: int
    factor: Term | None
    log: Log


def _signed(term: Term, *, bare: bool = False) -> _Signed | None:
    """`[-] [factor *] log(...)`, perhaps under a mean or sum of its own; bare is one without a factor."""
    if term.op in SUMS + MEANS:
        inner = term.arg("input_tensor", "x")
        return _signed(inner, bare=bare) if inner is not None else None
    if term.op == "neg":
        inner_signed = _signed(term.args["0"], bare=bare)
        return _Signed(-inner_signed.sign, inner_signed.factor, inner_signed.log) if inner_signed else None
    if term.op in LOGS:
        log = read_log(term)
        return _Signed(1, None, log) if log is not None else None
    if term.op != "*" or bare:
        return None
    for one, other in ((term.args["0"], term.args["1"]), (term.args["1"], term.args["0"])):
        inner_signed = _signed(other, bare=True)
        if inner_signed is not None:
            if one.op == "neg":
                return _Signed(-inner_signed.sign, one.args["0"], inner_signed.log)
            return _Signed(inner_signed.sign, one, inner_signed.log)
    return None
