"""What a loop goes through and what it leaves come in; what the places hold after its last round goes out."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfce_migrate.terms import Guard, Term, either, number, same

INDEX = "index"  # the op of a loop's counter; its argument is one more than the last one
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
    return Term(INDEX, {"until": until}, made=iterated.made, open=until.open)


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
    return either(kept, term.made) if kept and len(kept) < len(term.args) else term


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
    if same(term, until):
        return 0, False
    value, end = number(term), number(until)
    if end is None and until.op == "builtins.len" and until.args["0"].op in ("list", "tuple"):
        end = len(until.args["0"].args)
    if value is not None and end is not None:
        return value - end, False
    step = number(term.args["1"]) if term.op in ("+", "-") else None
    inner = _offset(term.args["0"], index) if step is not None else None
    if inner is None or step is None:
        return None
    return inner[0] + (step if term.op == "+" else -step), inner[1]
