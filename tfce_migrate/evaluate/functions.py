"""Functions come in with arguments; each is evaluated once, with parameters as terms, and a call substitutes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tfce_migrate.evaluate import captured, objects, relevance, substitute
from tfce_migrate.evaluate.frame import CHANGED, Arg, Call, ClassInfo, Frame, Function, Summary, Walk
from tfce_migrate.evaluate.scopes import handed
from tfce_migrate.source import Site, way
from tfce_migrate.symbols import Symbol
from tfce_migrate.terms import UNKNOWN, Kind, Term, either, options

LIMIT_DEPTH = 40  # functions evaluated inside one another
LIMIT_TIMES = 3  # evaluations of one body: anew when a name around it was bound to something else
LIMIT_SCOPES = 12  # evaluations of one body in different arg_scopes
LIMIT_NESTED = 12  # calls worked out inside the working out of another
LIMIT_VIA = 4  # calls of the user's own functions between a value and the loss
LIMIT_NOTED = 50_000  # calls noted in one file
HANDED = ("symbol", "function", "bound", "partial", "instance", "dict", "self", "either")
CALLABLE = ("symbol", "function", "bound", "partial", "instance")
LIMIT_CALLS = 60  # calls that a function hands on to its callers


def parameter(function: Function, name: str) -> Term:
    """The term that stands for a parameter inside its function."""
    return Term("param", value=(function.place, name), open=True)


def summarize(function: Function, owner: ClassInfo | None, scopes: tuple[Term, ...] = ()) -> Summary | None:
    """The summary of a function (for a method: with self of that class); None while it is being made.

    scopes are the arg_scopes in which it is called.
    """
    walk = function.frame.walk
    own = id(owner) if owner is not None else 0
    key = own if not scopes else (own, *(id(scope) for scope in scopes))
    known = function.summaries.get(key)
    if known is not None and _fresh(known):
        return known
    if walk.depth >= LIMIT_DEPTH or any(f is function and c is owner for f, c, _ in walk.active):
        return None
    times = walk.evaluated.get((function.place, own, bool(scopes)), 0)
    if times >= (LIMIT_SCOPES if scopes else LIMIT_TIMES):
        return known
    walk.evaluated[(function.place, own, bool(scopes))] = times + 1
    noted = (len(walk.calls), len(walk.references), len(walk.roots))
    defined = len(walk.functions)
    summary = _evaluate(function, owner, scopes)
    if known is not None or scopes:
        del walk.calls[noted[0] :], walk.references[noted[1] :], walk.roots[noted[2] :]
    if scopes:
        del walk.functions[defined:]
    function.summaries[key] = summary
    return summary


def _fresh(summary: Summary) -> bool:
    return all(frame.env.get(name) is term for (_, name), (frame, term) in summary.reads.items())


def _evaluate(function: Function, owner: ClassInfo | None, scopes: tuple[Term, ...]) -> Summary:
    walk = function.frame.walk
    summary = Summary(UNKNOWN, owner=owner, scopes=scopes)
    frame = Frame(walk, function.frame, function=function, self_class=owner, summary=summary)
    frame.unstable = captured.of_function(function)
    for name in _all_parameters(function.node.args):
        frame.env[name] = parameter(function, name)
    names = function.parameters()
    if owner is not None and names and function.role in ("plain", "property"):
        frame.env[names[0]] = Term("self", value=owner)
        frame.receiver = names[0]
    if owner is not None and names and function.role == "class":
        frame.env[names[0]] = Term("class", value=owner)
    first, waited = len(walk.calls), len(walk.waiting)
    walk.active.append((function, owner, frame))
    walk.depth += 1
    around, walk.scopes = walk.scopes, scopes
    try:
        walk.run_body(function, frame)
    finally:
        walk.active.pop()
        walk.depth -= 1
        walk.scopes = around
    summary.returns = either(frame.returns) if frame.returns else UNKNOWN
    if function.opaque:
        summary.returns = UNKNOWN
    summary.leaves = captured.left(frame)
    held = {place: frame.env.get(frame.receiver + place[len("self") :]) for place in frame.writes}
    summary.writes = {place: _left(held[place] or term) for place, term in frame.writes.items()}
    watched = [call for call in walk.calls[first:] if is_watched(call.symbol)]
    summary.calls = [call for call in watched if call.term.open][:LIMIT_CALLS]
    summary.waiting = walk.waiting[waited:][:LIMIT_CALLS]
    summary.closed = [call for call in watched if not call.term.open][:LIMIT_CALLS]
    return summary


def _left(term: Term) -> Term:
    """What is left in an attribute: not what a loop may have found there before its first round."""
    kept = [option for option in options(term) if option.op != "unknown" or option.value != "before"]
    return either([((), option) for option in kept]) if kept and term.op == "either" else term


def is_watched(symbol: Symbol) -> bool:
    """Whether what a call of it is given matters to the callers: losses, and one_hot."""
    fact = symbol.fact
    return fact is not None and (bool(fact.takes) or fact.makes is Kind.ONE_HOT)


def _all_parameters(arguments: ast.arguments) -> list[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    return [arg.arg for arg in every]


def bind(
    function: Function, receiver: Term | None, args: Sequence[Term], keywords: Mapping[str, Term]
) -> dict[tuple[str, str], Term]:
    """The mapping from a function's parameters to the arguments of one call; defaults fill what is missing."""
    arguments = function.node.args
    names = function.parameters()
    given = list(args)
    if receiver is not None and function.role != "static":
        given.insert(0, receiver)
    bound: dict[str, Term] = dict(function.defaults)
    bound.update(zip(names, given, strict=False))
    rest = given[len(names) :]
    if arguments.vararg is not None:
        items = {str(index): term for index, term in enumerate(rest)}
        bound[arguments.vararg.arg] = Term("tuple", items, open=any(term.open for term in rest))
    accepted = {*names, *(arg.arg for arg in arguments.kwonlyargs)}
    extra = {name: term for name, term in keywords.items() if name not in accepted}
    bound.update({name: term for name, term in keywords.items() if name in accepted})
    if arguments.kwarg is not None:
        items = {repr(name): term for name, term in extra.items()}
        bound[arguments.kwarg.arg] = Term("dict", items, open=any(term.open for term in extra.values()))
    return {(function.place, name): term for name, term in bound.items()}


def call(
    walk: Walk,
    function: Function,
    receiver: Term | None,
    args: Sequence[Term],
    keywords: Mapping[str, Term],
    made: Site | None,
) -> Term:
    """What a call of a user's function returns; the calls inside that depend on the arguments are noted anew."""
    owner = receiver.value if receiver is not None and receiver.op in ("self", "instance") else None
    summary = summarize(function, owner, handed(walk) if walk.scopes else ())
    if summary is None or walk.nested >= LIMIT_NESTED or not walk.spend():
        return Term("unknown", made=made)
    mapping = bind(function, receiver, args, keywords)
    if receiver is not None and receiver.op == "instance":
        mapping = {**constructed(receiver), **mapping}
    change = substitute.Substitution(mapping, walk, made)
    meaningful = relevance.is_meaningful(term for term in mapping.values() if term is not receiver)
    walk.nested += 1
    try:
        if made is not None:
            _hand_on(walk, summary, change, made)
            if function.frame.walk is not walk and owner is not None:
                walk.borrowed.append((function, id(owner)))
                inherit(walk, function, owner, made)
        if not meaningful and not relevance.speaks(summary.returns):
            return relevance.cut(summary.returns)
        changed = _changed(mapping, summary) if summary.changed else {}
        if changed:
            change = substitute.Substitution({**mapping, **changed}, walk, made)
        return _own(change.of(summary.returns), made)
    finally:
        walk.nested -= 1


def _changed(mapping: dict[tuple[str, str], Term], summary: Summary) -> dict[tuple[str, str], Term]:
    """The arguments that the function has changed, as they are after it."""
    after = {}
    for parameter in summary.changed:
        held = mapping.get(parameter.value)
        if held is not None and any(root.op in objects.MUTABLE for root in objects.roots(held)):
            after[parameter.value] = objects.forgotten(held) if held.op in objects.MUTABLE else CHANGED
    return after


def _own(returned: Term, made: Site | None) -> Term:
    """What a function returns: each call makes another object, where no argument is in it."""
    if returned.open or made is None or returned.made is None:
        return returned
    if returned.op in objects.MUTABLE:
        return objects.apart(returned, substitute.called(returned.made, made))
    return returned


def constructed(instance: Term) -> dict[tuple[str, str], Term]:
    """What the parameters of __init__ were when the instance was made."""
    found: dict[tuple[str, str], Term] = {}
    for name, term in instance.args.items():
        place, _, parameter_name = name.rpartition(" ")
        found[(place or instance.value.place, parameter_name)] = term
    return found


def _hand_on(walk: Walk, summary: Summary, change: substitute.Substitution, made: Site) -> None:
    handed = summary.waiting and any(term.op in HANDED for term in change.mapping.values())
    for term in summary.waiting if handed else ():
        if change.of(term.args["callee"]).op in CALLABLE:
            change.of(term)
    for inner in summary.calls:
        if len(inner.via) >= LIMIT_VIA or made in inner.via or len(walk.calls) > LIMIT_NOTED:
            continue
        if not relevance.near_parameter(arg.term for arg in inner.args):
            continue
        term = change.of(inner.term)
        if term is inner.term:
            continue
        args = tuple(given for arg in inner.args for given in _substituted(arg, change))
        walk.calls.append(replace(inner, term=term, args=args, via=(*inner.via, *way(made))))


def _substituted(arg: Arg, change: substitute.Substitution) -> list[Arg]:
    """An argument as a caller fills it; a starred one is those that the caller gives in its place."""
    term = change.of(arg.term)
    if arg.star == "*" and term.op in ("tuple", "list"):
        return [Arg(None, "", one, arg.site) for one in term.args.values()]
    if arg.star == "**" and term.op == "dict":
        return [Arg(name[1:-1], "", one, arg.site) for name, one in term.args.items()]
    return [arg if term is arg.term else Arg(arg.keyword, arg.star, term, arg.site)]


def inherit(walk: Walk, function: Function, owner: ClassInfo, made: Site) -> None:
    """Note the calls in a method of another file that come out otherwise for a class of this one than for its own."""
    base = summarize(function, function.owner) if function.frame.walk is not walk else None
    if base is None or not (base.closed or base.calls):
        return
    summary = summarize(function, owner)
    if summary is None or summary is base:
        return
    known = {call.site: _kinds(call) for call in (*base.closed, *base.calls)}
    for inner in (*summary.closed, *summary.calls):
        if len(inner.via) < LIMIT_VIA and _kinds(inner) != known.get(inner.site):
            walk.calls.append(replace(inner, via=(*inner.via, made)))


def _kinds(call: Call) -> tuple[Kind, ...]:
    return tuple(arg.term.kind for arg in call.args)

