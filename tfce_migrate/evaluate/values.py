"""Attributes, elements and calls of terms come in; what they are goes out, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable

from tfce_migrate.evaluate import classes, objects
from tfce_migrate.evaluate.frame import Walk
from tfce_migrate.source import Site
from tfce_migrate.terms import Kind, Term, either, is_const


def attribute(walk: Walk, base: Term, name: str, made: Site | None) -> Term:
    """The term of `base.name`."""
    if base.op == "symbol" and not base.value.endswith(".FLAGS"):
        return Term("symbol", value=f"{base.value}.{name}", made=made)
    if base.op == "module":
        found = _of_module(walk, base, name)
        if found is not None:
            return found
    if name in ("output", "outputs"):
        if base.op in objects.MODELS:
            return base.args["output"]
        if base.value == "activation":  # a layer object of tensorlayer, known by what it gives
            return base
    if base.op == "either":
        return _of_each(base, lambda option: attribute(walk, option, name, made), made)
    if base.op in ("instance", "self", "super", "class"):
        found = classes.attribute(walk, base, name, made)
        if found is not None:
            return found
    return Term("attr", {"of": base}, name, Kind.UNKNOWN, made, base.open)


def _of_module(walk: Walk, base: Term, name: str) -> Term | None:
    """A name of a neighbouring module, or a module inside a package."""
    neighbours = walk.neighbours
    top = neighbours.top(base.value) if neighbours is not None else None
    found = top.lookup(name) if top is not None else None
    if found is not None:
        return found
    inner = neighbours.child(base.value, name) if neighbours is not None else None
    return Term("module", value=inner) if inner is not None else None


def element(base: Term, index: Term, made: Site | None) -> Term:
    """The term of `base[index]`; a slice of a tensor keeps the tensor's kind."""
    if base.op == "either":
        return _of_each(base, lambda option: element(option, index, made), made)
    if base.op == "items":
        return base.args.get("last", base.args["each"]) if is_const(index, -1) else base.args["each"]
    if base.op in ("tuple", "list") and index.op == "slice":
        return _sliced(base, index, made)
    if base.op in ("tuple", "list", "dict"):
        found = _known_element(base, index)
        if found is not None:
            return found
        if base.args and base.op != "dict" and index.op != "const":
            return either([((), term) for term in base.args.values()], made)
        return Term("unknown", made=made)
    if base.op == "instance" and base.value.fields and index.op == "const" and isinstance(index.value, int):
        fields = base.value.fields
        if -len(fields) <= index.value < len(fields):
            return base.args.get(fields[index.value], Term("unknown", made=made))
    kind = base.kind if base.op not in ("unknown", "call") else Kind.UNKNOWN
    return Term("item", {"of": base, "index": index}, None, kind, made, base.open or index.open)


def _sliced(base: Term, index: Term, made: Site | None) -> Term:
    """`base[1:]`; of bounds that are not known a list of unknown length."""
    bounds = {name: part.value for name, part in index.args.items() if is_const(part)}
    if len(bounds) == len(index.args) and all(isinstance(bound, int) for bound in bounds.values()) and base.args:
        parts = list(base.args.values())[slice(bounds.get("lower"), bounds.get("upper"), bounds.get("step") or None)]
        return Term(base.op, {str(i): part for i, part in enumerate(parts)}, made=made, open=any(p.open for p in parts))
    each = either([((), term) for term in base.args.values()], made) if base.args else Term("unknown")
    return Term("items", {"each": each}, made=made, open=each.open or index.open)


def _known_element(base: Term, index: Term) -> Term | None:
    if index.op != "const":
        return None
    if base.op == "dict":
        return base.args.get(repr(index.value))
    if isinstance(index.value, int) and not isinstance(index.value, bool):
        position = index.value if index.value >= 0 else len(base.args) + index.value
        return base.args.get(str(position))
    return None


def _of_each(
    base: Term, ask: Callable[[Term], Term], made: Site | None, known: dict[int, Term] | None = None
) -> Term:
    """What is asked of a term, of each of its alternatives; of those that several branches share only once."""
    if base.op != "either":
        return ask(base)
    known = {} if known is None else known
    found = known.get(id(base))
    if found is None:
        options = [(guards, _of_each(option, ask, made, known)) for guards, option in _guarded(base)]
        found = known[id(base)] = either(options, made)
    return found


def _guarded(base: Term) -> list[tuple[tuple[tuple[Term, bool], ...], Term]]:
    guards = base.value or ((),) * len(base.args)
    return list(zip(guards, base.args.values(), strict=True))


def unpack(term: Term, count: int, star: int | None, made: Site | None) -> list[Term]:
    """The terms that `a, b, c = term` binds; star is the index of a starred target."""
    if term.op in ("tuple", "list") and (len(term.args) == count or (star is not None and len(term.args) >= count - 1)):
        items = list(term.args.values())
        if star is None:
            return items
        after = count - star - 1
        rest = items[star : len(items) - after]
        middle = Term("list", {str(i): item for i, item in enumerate(rest)}, open=any(t.open for t in rest))
        return [*items[:star], middle, *items[len(items) - after :]]
    if term.op == "either":
        columns = zip(*(unpack(option, count, star, made) for _, option in _guarded(term)), strict=True)
        guards = [guard for guard, _ in _guarded(term)]
        return [either(list(zip(guards, column, strict=True)), made) for column in columns]
    return [element(term, Term("const", value=index), made) for index in range(count)]

