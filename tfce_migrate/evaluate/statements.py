"""Statements and a frame come in; the frame's bindings after them go out: branches join, loops forget first."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfce_migrate.evaluate import captured, definitions, idioms, imports, objects, rounds, scopes
from tfce_migrate.evaluate.expressions import evaluate
from tfce_migrate.evaluate.frame import CHANGED, Frame, Function
from tfce_migrate.evaluate.targets import assign, assigned, deleted, iteration, place_of
from tfce_migrate.source import site_of
from tfce_migrate.terms import UNKNOWN, Guard, Term, either, joiner, truth

LIMIT_PASSES = 3  # through a loop's body: anew when a round changes objects that the next one finds
_AUGMENTED: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
def run(statements: list[ast.stmt], frame: Frame) -> None:
    """Walk statements in order; what follows a return or raise is walked too, and changes nothing outside."""
    for number, statement in enumerate(statements):
        if not frame.alive:
            _never_run(statements[number:], frame)
            return
        found = _STATEMENTS.get(type(statement))
        if found is not None:
            found(statement, frame)


def _never_run(statements: list[ast.stmt], frame: Frame) -> None:
    """Walk statements that are never reached: what they name has to be migrated as well."""
    env, guards, returns = frame.env, frame.guards, len(frame.returns)
    frame.replace(dict(env))
    frame.alive = True
    run(statements, frame)
    del frame.returns[returns:]
    frame.replace(env)
    frame.guards, frame.alive = guards, False


def run_body(function: Function, frame: Frame) -> None:
    """Walk a function's body; what it returns collects in frame.returns."""
    node = function.node
    if isinstance(node, ast.Lambda):
        frame.returns.append(((), _root(node.body, frame)))
        return
    run(node.body, frame)
    if frame.alive and frame.returns:
        frame.returns.append((frame.guards, Term("const", value=None)))


def _root(node: ast.expr, frame: Frame) -> Term:
    term = evaluate(node, frame)
    frame.walk.roots.append(term)
    return term


def _expression(node: ast.Expr, frame: Frame) -> None:
    _root(node.value, frame)


def _assignment(node: ast.Assign, frame: Frame) -> None:
    term = _root(node.value, frame)
    for target in node.targets:
        assign(target, term, frame)


def _annotated(node: ast.AnnAssign, frame: Frame) -> None:
    if frame.function is None:  # in a function what is said of a variable is never computed
        definitions.annotated(node.annotation, frame)
    if node.value is not None:
        assign(node.target, _root(node.value, frame), frame)


def _augmented(node: ast.AugAssign, frame: Frame) -> None:
    right = evaluate(node.value, frame)
    place = place_of(node.target)
    left = frame.lookup(place) if place is not None else None
    if left is None:
        left = evaluate(node.target, frame)
    op = _AUGMENTED.get(type(node.op), "?")
    if left.op in objects.MUTABLE or left.op == "param":
        objects.changed(frame, left)
    if left.op in objects.CONTAINERS:
        term = Term("items", {"each": UNKNOWN if left.op != "dict" else CHANGED}, made=left.made)
    else:
        term = idioms.binary(op, left, right, site_of(frame.walk.path, node))
    frame.walk.roots.append(term)
    assign(node.target, term, frame)


def _return(node: ast.Return, frame: Frame) -> None:
    term = _root(node.value, frame) if node.value is not None else Term("const", value=None)
    frame.returns.append((frame.guards, term))
    frame.alive = False


def _stop(node: ast.stmt, frame: Frame) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(child, frame)
    frame.alive = False


def _if(node: ast.If, frame: Frame) -> None:
    condition = evaluate(node.test, frame)
    known = truth(condition)
    before, guards = frame.env, frame.guards
    yes = _branch(node.body, before, (*guards, (condition, True)), frame)
    no = _branch(node.orelse, before, (*guards, (condition, False)), frame)
    frame.guards = guards
    if known is not None and condition.op == "const":
        alive, env = yes if known else no
        frame.alive, merged = alive, env
    else:
        frame.alive = yes[0] or no[0]
        merged = _merge(condition, yes, no)
        if yes[0] != no[0]:  # the code after runs only under the other outcome
            frame.guards = (*guards, (condition, yes[0]))
    frame.replace(merged)


def _branch(body: list[ast.stmt], env: dict[str, Term], guards: Guard, frame: Frame) -> tuple[bool, dict[str, Term]]:
    frame.replace(dict(env))
    frame.guards, frame.alive = guards, True
    run(body, frame)
    alive = frame.alive
    frame.alive = True
    return alive, frame.env


def _merge(
    condition: Term, yes: tuple[bool, dict[str, Term]], no: tuple[bool, dict[str, Term]]
) -> dict[str, Term]:
    if not yes[0] or not no[0]:
        return no[1] if not yes[0] else yes[1]
    merged = dict(no[1])
    join = joiner(condition)
    for place, term in yes[1].items():
        other = merged.get(place)
        if other is None:
            merged[place] = term
        elif other is not term:
            merged[place] = objects.of_both(term, other) or join(term, other)
    return merged


def _loop_body(node: ast.For | ast.AsyncFor | ast.While, frame: Frame, index: Term | None = None) -> None:
    before, marks, spoilt = frame.env, frame.walk.marks(), frozenset[str]()
    for again in reversed(range(LIMIT_PASSES)):
        start = _forget_assigned(node, before, spoilt, frame)
        first = len(frame.walk.changes)
        run(node.body, frame)
        frame.alive = True
        found = {place for place in frame.walk.changes[first:] if _is_found(place, start.get(place), node, frame)}
        if found <= spoilt or not again:
            break
        spoilt |= found
        frame.walk.back_to(marks, node)
    after = frame.env
    merged = dict(after)
    if index is not None:
        merged.update(_decided(node.body, before, after, index))
    for place, held in before.items():
        new = merged.get(place, held)
        if new is not after.get(place, held):  # what the last round decides was decided: there is one
            continue
        if new is not held and new.op not in ("items", objects.SEQUENTIAL):
            merged[place] = objects.of_both(new, held) or either([((), new), ((), held)])
    frame.replace(merged)
    run(node.orelse, frame)


def _forget_assigned(
    node: ast.For | ast.AsyncFor | ast.While, before: dict[str, Term], spoilt: frozenset[str], frame: Frame
) -> dict[str, Term]:
    """The bindings as a round finds them: what it binds is another one each time, spoilt objects are unknown."""
    frame.replace(dict(before))
    rebound = assigned(node.body, methods=False)
    for place in assigned(node.body):
        held = before.get(place)
        if held is not None and held.op == "param" and place not in rebound:
            continue
        forgotten = _emptied(held) if held is not None else None
        frame.bind(place, forgotten or Term("unknown", value="before", made=site_of(frame.walk.path, node)))
    for place in spoilt:
        held = frame.env.get(place)
        if held is not None and held.op != "param":
            frame.bind(place, objects.forgotten(held) if held.op in objects.MUTABLE else CHANGED)
    return dict(frame.env)


def _is_found(place: str, held: Term | None, node: ast.stmt, frame: Frame) -> bool:
    """Whether a round may have found something known in a place that a round changes."""
    if held is None or held.op == "unknown":
        return False
    if held.op == "param":
        return any(frame.walk.source.has(place + after, node) for after in ("[", ".compile"))
    return objects.tells(held)


def _decided(
    body: list[ast.stmt], before: dict[str, Term], after: dict[str, Term], index: Term
) -> dict[str, Term]:
    """What the places that a loop changed hold where its last round decides."""
    found = {}
    for place, term in after.items():
        last = rounds.after_last(term, index) if term is not before.get(place) else term
        if last is not term:
            found[place] = last
    return found if found and rounds.goes_through(body) else {}


def _emptied(held: Term) -> Term | None:
    """A list or model of which a loop makes another one each time."""
    if held.op == objects.SEQUENTIAL:
        return objects.forgotten(held)
    return Term("items", {"each": UNKNOWN}, made=held.made) if held.op in ("list", "items") else None


def _for(node: ast.For | ast.AsyncFor, frame: Frame) -> None:
    iterated = evaluate(node.iter, frame)
    each = iteration(iterated)
    assign(node.target, each, frame)
    first = each.args["0"] if each.op == "tuple" and each.args else each
    _loop_body(node, frame, first if first.op == rounds.INDEX else None)


def _while(node: ast.While, frame: Frame) -> None:
    evaluate(node.test, frame)
    _loop_body(node, frame)


def _with(node: ast.With | ast.AsyncWith, frame: Frame) -> None:
    walk = frame.walk
    around = walk.scopes
    for item in node.items:
        term = evaluate(item.context_expr, frame)
        inside = scopes.entered(walk, term)
        if inside is not None:
            walk.scopes = inside
        if item.optional_vars is not None:
            held = Term("unknown", made=term.made) if inside is None else scopes.kept(inside, term)
            assign(item.optional_vars, held, frame)
    run(node.body, frame)
    walk.scopes = around


def _try(node: ast.Try, frame: Frame) -> None:
    before, guards = dict(frame.env), frame.guards
    run([*node.body, *node.orelse], frame)
    result = (frame.alive, frame.env)
    for handler in node.handlers:
        env = {**result[1], **before} if node.body and _imports_only(node.body) else dict(before)
        if handler.type is not None:
            evaluate(handler.type, frame)
        if handler.name:
            env[handler.name] = Term("unknown")
        other = _branch(handler.body, env, guards, frame)
        result = (result[0] or other[0], _merge(Term("unknown"), result, other))
    frame.guards, frame.alive = guards, result[0]
    frame.replace(result[1])
    was_alive = frame.alive
    frame.alive = True
    run(node.finalbody, frame)
    frame.alive = frame.alive and was_alive


def _imports_only(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body)


def _global(node: ast.Global | ast.Nonlocal, frame: Frame) -> None:
    frame.globals.update(node.names)
    for name in node.names if frame.function is not None else ():
        start = captured.at_start(name, isinstance(node, ast.Global), frame)
        if start is not None:
            frame.bind(name, start)


def _delete(node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        deleted(target, frame)


def _match(node: ast.Match, frame: Frame) -> None:
    evaluate(node.subject, frame)
    before, guards = frame.env, frame.guards
    result: tuple[bool, dict[str, Term]] = (True, before)
    for case in node.cases:
        other = _branch(case.body, before, guards, frame)
        result = (True, _merge(Term("unknown"), result, other))
    frame.guards, frame.alive = guards, True
    frame.replace(result[1])


def _assert(node: ast.Assert, frame: Frame) -> None:
    evaluate(node.test, frame)


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _stop,
    ast.Continue: _stop,
    ast.Break: _stop,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.FunctionDef: definitions.function,
    ast.AsyncFunctionDef: definitions.function,
    ast.ClassDef: lambda node, frame: definitions.class_(node, frame, run),
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Delete: _delete,
    ast.Match: _match,
    ast.Assert: _assert,
    ast.Import: imports.plain,
    ast.ImportFrom: imports.names,
}
