"""What a loop goes through and what it leaves come in; what the places hold after its last round goes out."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfce_migrate.terms import Guard, Term, const, either, number, same

INDEX = "index"  # the op of a loop's counter; it has the first number and one more than the last
RANGES = ("builtins.range", "six.moves.range", "six.moves.xrange")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": lambda left, right: left == right, "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right, "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right, ">=": lambda left, right: left >= right,
}  # fmt: skip


def counter(iterated: Term) -> Term | None:
    """The counter of a loop over `range(n)`, `range(m, n)` or `enumerate(items)`."""
    args = [iterated.args[key] for key in iterated.args if key.isdigit()]
    if iterated.op == "builtins.enumerate" and len(args) == 1:
        until = Term("builtins.len", {"0": args[0]}, "", open=args[0].open)
    elif _is_range(iterated) and len(args) in (1, 2):
        until = args[-1]
    else:
        return None
    first = args[0] if len(args) == 2 else const(0)
    return Term(INDEX, {"until": until, "first": first}, made=iterated.made, open=until.open)


def _is_range(term: Term) -> bool:
    callee = term.args.get("callee") if term.op == "call" else None
    return term.op in RANGES or (callee is not None and callee.op == "free" and callee.value == "xrange")


def goes_through(body: list[ast.stmt]) -> bool:
    """Whether a loop ends with its last round only."""
    return not any(isinstance(node, (ast.Break, ast.Continue, ast.Return)) for part in body for node in ast.walk(part))


def after_last(term: Term, index: Term) -> Term:
    """What a value is after the last round: of the alternatives only those that the counter then allows."""
    if term.op != "either" or not term.value:
        return term
    kept: list[tuple[Guard, Term]] = []
    for guards, option in zip(term.value, term.args.values(), strict=True):
        if all(_holds(condition, index) in (None, outcome) for condition, outcome in guards):
            left = tuple(guard for guard in guards if _holds(guard[0], index) is None)
            kept.append((left, after_last(option, index)))
    if not kept or len(kept) == len(term.args):
        return term
    return either(kept if _has_rounds(index) else [(guards, _apart_from_names(one)) for guards, one in kept], term.made)


def _has_rounds(index: Term) -> bool:
    first, end = number(index.args["first"]), _end(index.args["until"])
    return first is not None and end is not None and first < end


def _apart_from_names(term: Term) -> Term:
    """The same value, of arguments that no name holds: perhaps there was no round, and no edit may count on one."""
    args = {name: Term(one.op, one.args, one.value, one.kind, one.made, one.open) for name, one in term.args.items()}
    return Term(term.op, args, term.value, term.kind, term.made, term.open)


def _end(until: Term) -> float | None:
    if until.op == "builtins.len" and until.args["0"].op in ("list", "tuple"):
        return len(until.args["0"].args)
    return number(until)


def _holds(condition: Term, index: Term) -> bool | None:
    """Whether a condition on the counter holds in the last round."""
    if condition.op == "not":
        inner = _holds(condition.args["0"], index)
        return None if inner is None else not inner
    if condition.op not in _COMPARE:
        return None
    sides = [_offset(condition.args[key], index) for key in ("0", "1")]
    if sides[0] is None or sides[1] is None or not (sides[0][1] or sides[1][1]):
        return None
    return _COMPARE[condition.op](sides[0][0], sides[1][0])


def _offset(term: Term, index: Term) -> tuple[float, bool] | None:
    """How much a term is above the number of rounds in the last one, and whether the counter is in it."""
    until = index.args["until"]
    if term is index:
        return -1, True
    base, step = _apart(until)
    if same(term, base):
        return -step, False
    value, end = number(term), _end(until)
    if value is not None and end is not None:
        return value - end, False
    base, step = _apart(term)
    inner = _offset(base, index) if base is not term else None
    return (inner[0] + step, inner[1]) if inner is not None else None


def _apart(term: Term) -> tuple[Term, float]:
    """What a number is added to or taken from, and the number."""
    step = number(term.args["1"]) if term.op in ("+", "-") else None
    return (term, 0) if step is None else (term.args["0"], step if term.op == "+" else -step)
