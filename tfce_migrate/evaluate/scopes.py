"""A `with` statement's context and a callee come in; what slim's arg_scopes give to the call goes out.

A scope is in force until its `with` ends, in the functions that are called meanwhile too. A list of functions adds to
the scopes around; a scope that an earlier arg_scope gave takes the place of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfce_migrate.evaluate.frame import Walk
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Kind, Term, options

KEPT = "scopes"  # the op of a scope that was kept: all that was in force
SCOPED = "tf.contrib.layers."
LISTED = ("list_ops_or_scope", "0")


def entered(walk: Walk, context: Term) -> tuple[Term, ...] | None:
    """The scopes in force inside `with context`; None if the context is no arg_scope, or a value that is none."""
    if context.op == KEPT:
        return tuple(context.args.values())
    if not _is_scope(context):
        return None
    first = context.arg(*LISTED)
    if first is None or first.op in ("list", "tuple"):
        return (*walk.scopes, context)
    if first.op == "dict" and not first.args:
        return ()
    kept = entered(walk, first) if first.op == KEPT or _is_scope(first) else None
    return kept if kept is not None else (Term("unknown", made=context.made, open=first.open),)


def kept(scopes: tuple[Term, ...], context: Term) -> Term:
    """What `as scope` binds."""
    opened = any(term.open for term in scopes)
    return Term(KEPT, {str(index): term for index, term in enumerate(scopes)}, made=context.made, open=opened)


def _is_scope(term: Term) -> bool:
    return term.op.startswith("tf.") and term.op.endswith(".arg_scope")


def given(walk: Walk, callee: Term) -> dict[str, Term]:
    """The arguments that the scopes in force give to calls of a library's symbol or of a user's function."""
    name = resolve(callee.value).name if callee.op == "symbol" else ""
    found: dict[str, Term] = {}
    for scope in walk.scopes:
        listed = scope.arg(*LISTED)
        if listed is None:  # whom it is for, and what it gives, nobody knows
            fact = resolve(name).fact if name.startswith(SCOPED) else None
            found.update({fact.activation: scope} if fact is not None and fact.activation else {})
        elif any(_is_same(one, callee, name) for one in listed.args.values()):
            found.update((key, term) for key, term in scope.args.items() if key not in LISTED)
    return found


def _is_same(one: Term, callee: Term, name: str) -> bool:
    if one.op == "symbol":
        return callee.op == "symbol" and resolve(one.value).name == name
    return one.op == callee.op == "function" and one.value is callee.value


def handed(walk: Walk) -> tuple[Term, ...]:
    """The scopes in force, if they can change what the values mean that a called function makes."""
    return walk.scopes if any(_matters(scope) for scope in walk.scopes) else ()


def _matters(scope: Term) -> bool:
    listed = scope.arg(*LISTED)
    if listed is None or any(one.op == "function" for one in listed.args.values()):
        return True
    return any(_speaks(option) for option in _activations(scope))


def _activations(scope: Term) -> Iterator[Term]:
    for key, term in scope.args.items():
        if key.startswith("activation"):
            yield from options(term)


def _speaks(activation: Term) -> bool:
    """Whether an activation is another than relu and its like, whose values mean nothing either."""
    if activation.op != "symbol":
        return True
    fact = resolve(activation.value).fact
    return fact is not None and fact.makes is not Kind.UNKNOWN
