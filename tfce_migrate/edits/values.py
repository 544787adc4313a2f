"""A value and a place come in; a name that holds it there goes out, or the edits that give it one where it is made."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tfce_migrate.edits import syntax
from tfce_migrate.edits.span import Span
from tfce_migrate.edits.spelling import names_of
from tfce_migrate.edits.syntax import CannotEditError
from tfce_migrate.evaluate import Call, Module
from tfce_migrate.evaluate.classes import attribute
from tfce_migrate.source import CalledSite, Site, Source, site_of
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Term


def name_of(term: Term, call: Call) -> str | None:
    """A name that holds this very value where the call stands; a plain name rather than an attribute."""
    found = [place for place, held in call.names.items() if held is term]
    if not found:
        frame = call.frame.outer
        while frame is not None and not found:
            found = [place for place, held in frame.env.items() if held is term and not frame.is_class]
            frame = frame.outer
    if term.op == "free":
        found = [str(term.value)]
    plain = [place for place in found or _attributes(term, call) if "(" not in place]
    return min(plain, key=lambda place: (not place.isidentifier(), len(place), place)) if plain else None


def _attributes(term: Term, call: Call) -> list[str]:
    """The attributes of self that hold a value, as seen from a method."""
    frame, function = call.frame, call.frame.function
    if frame.self_class is None or function is None or not function.parameters():
        return []
    me = Term("self", value=frame.self_class)
    names = {name for info in frame.self_class.lineage() for name, writers in info.writers.items() if len(writers) == 1}
    held = [name for name in sorted(names) if attribute(frame.walk, me, name, None) is term]
    return [f"{function.parameters()[0]}.{name}" for name in held]


def inside(site: Site | None, around: Site) -> bool:
    """Whether a site lies within another."""
    if site is None or site.path != around.path:
        return False
    start, end = (site.line, site.column), (site.end_line, site.end_column)
    return (around.line, around.column) <= start and end <= (around.end_line, around.end_column)


def give_name(
    term: Term, producer: Term | None, place: Site, module: Module, taken: Collection[str] = ()
) -> tuple[str, tuple[Span, ...]]:
    """Name a value where it is made: the new name, none of those taken, and the edits that bind it.

    Raises:
        CannotEditError: the place does not see the statement, or writing it would evaluate something in another order.
    """
    source = module.source
    made = term.made
    if made is None or isinstance(made, CalledSite) or made.path != source.path:
        raise CannotEditError("the raw value is made where this place cannot see it")
    activation = producer is not None and producer.value == "activation" and producer.made == made
    owner = _owner(source, made)
    reader = _owner(source, place)
    if owner is None or reader is None:
        raise CannotEditError("the raw value has no name, and its statement cannot take a line before it")
    attribute = _attribute_target(owner.statement)
    if owner.function is not reader.function:
        if attribute is None or not _reads(source, place, attribute):
            raise CannotEditError("the raw value has no name where the loss stands: it is made in another function")
    elif not _dominates(owner, reader):
        raise CannotEditError("the raw value is made on a branch that the loss does not stand on")
        attribute = None
    name = _free_name(source, attribute if owner.function is not reader.function else None, owner.statement, taken)
    _check_order(source, owner.statement, made)
    if activation and producer is not None:
        return name, _split_activation(source, owner.statement, made, producer, name)
    text = syntax.as_statement(source.segment(made))
    start, end = source.span(made)
    return name, (_line_before(source, owner.statement, f"{name} = {text}"), Span(start, end, name))


@dataclass(frozen=True, slots=True)
class _Owner:
    """The simple statement around a site, the function it is in, and the blocks that enclose it from outside in."""

    statement: ast.stmt
    function: ast.AST | None
    blocks: tuple[tuple[int, int, bool], ...]  # id of the list of statements, index in it, does it always run


def _owner(source: Source, site: Site) -> _Owner | None:
    for owner in _statements(source.tree.body, None, ()):
        statement = owner.statement
        if inside(site, site_of(site.path, statement)) and not hasattr(statement, "body"):
            return owner
    return None


def _statements(
    body: list[ast.stmt], function: ast.AST | None, blocks: tuple[tuple[int, int, bool], ...], always: bool = True
) -> Iterator[_Owner]:
    for index, statement in enumerate(body):
        here = (*blocks, (id(body), index, always))
        yield _Owner(statement, function, here)
        inner = statement if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else function
        for name in ("body", "orelse", "finalbody"):
            block = getattr(statement, name, None)
            if isinstance(block, list):
                runs = isinstance(statement, (ast.With, ast.AsyncWith)) and name == "body"
                yield from _statements(block, inner, here, runs)
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body, inner, here, False)


def _dominates(owner: _Owner, reader: _Owner) -> bool:
    """Whether the owner's statement has always run, in this pass, when the reader's runs."""
    for depth, (block, index, _) in enumerate(owner.blocks):
        if depth >= len(reader.blocks) or reader.blocks[depth][0] != block:
            return all(always for _, _, always in owner.blocks[depth:])
        if reader.blocks[depth][1] != index:
            later = reader.blocks[depth][1] > index
            return later and all(always for _, _, always in owner.blocks[depth + 1 :])
    return False


def _attribute_target(statement: ast.stmt) -> str | None:
    """`self.pred` when the statement is `self.pred = ...`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            return f"self.{target.attr}"
    return None


def _reads(source: Source, place: Site, attribute: str) -> bool:
    return attribute in source.segment(place)


def _free_name(source: Source, attribute: str | None, statement: ast.stmt, given: Collection[str]) -> str:
    attributes = {node.attr for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    taken = attributes | names_of(source) if attribute else names_of(source)
    base = "logits"
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    target = targets[0] if targets else None
    own = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
    second = f"{own}_logits" if own and not own.endswith("logits") else "raw_logits"
    candidates = [base, second, *(f"{base}_{number}" for number in range(2, 100))]
    prefix = "self." if attribute else ""
    return next(prefix + name for name in candidates if name not in taken and prefix + name not in given)


_LAZY = (
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp, ast.NamedExpr,
    ast.Await, ast.Yield,
)  # fmt: skip


def _check_order(source: Source, statement: ast.stmt, made: Site) -> None:
    """The value must be the first thing that the statement computes, and computed exactly once."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.AugAssign)):
        raise CannotEditError("the raw value has no name, and its statement cannot take a line before it")
    start = source.starts[statement.lineno - 1]
    if source.text[start : source.offset(statement.lineno, statement.col_offset)].strip():
        raise CannotEditError("the raw value has no name, and its statement shares a line with another")
    value = statement.value
    for node in ast.walk(value) if value is not None else ():
        if isinstance(node, _LAZY) and inside(made, _site(source, node)):
            raise CannotEditError("the raw value is made inside a lambda, a comprehension or a condition")
        if not isinstance(node, (ast.Call, ast.Subscript, ast.Await)) or inside(_site(source, node), made):
            continue
        if (node.end_lineno, node.end_col_offset) <= (made.line, made.column):
            raise CannotEditError("something else is computed before the raw value in its statement")


def _site(source: Source, node: ast.expr) -> Site:
    return Site(source.path, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def _line_before(source: Source, statement: ast.stmt, line: str) -> Span:
    start = source.starts[statement.lineno - 1]
    indent = source.text[start : source.offset(statement.lineno, statement.col_offset)]
    newline = source.newline
    return Span(start, start, f"{indent}{line}{newline}")


def _split_activation(
    source: Source, statement: ast.stmt, made: Site, producer: Term, name: str
) -> tuple[Span, ...]:
    """`dense(x, 10, activation=softmax)` becomes the layer without it, and softmax of that."""
    segment = source.segment(made)
    call = syntax.as_call(segment)
    fact = next((f for f in (resolve(t.op).fact for t in producer.args.values()) if f and f.activation), None)
    if fact is None:
        raise CannotEditError("the layer's activation is not written in its call")
    index = next((i for i, arg in enumerate(call.args) if arg.keyword and arg.keyword.value == fact.activation), None)
    if index is None:
        position = fact.signature().index(fact.activation) if fact.activation in fact.signature() else len(call.args)
        if position >= len(call.args) or any(arg.keyword or arg.star for arg in call.args[: position + 1]):
            raise CannotEditError("the layer's activation is not written in its call")
        index = position
    spelled = syntax.code(call.args[index].value)
    if not all(part.isidentifier() for part in spelled.split(".")):
        raise CannotEditError("the layer's activation is given as text, which nothing here can call")
    if fact.of:  # the layer has a default activation, so that leaving it out would bring it back
        bare = syntax.change_call(segment, None, {index: fact.activation}, (), {}, ())
        bare = syntax.replace_argument(bare, index, "None")
    else:
        if index < len(call.args) - 1 and any(arg.keyword is None for arg in call.args[index + 1 :]):
            raise CannotEditError("further arguments by position follow the layer's activation")
        bare = syntax.change_call(segment, None, {}, (index,), {}, ())
    start, end = source.span(made)
    line = _line_before(source, statement, f"{name} = {syntax.as_statement(bare)}")
    return line, Span(start, end, f"{spelled}({name})")
