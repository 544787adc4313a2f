"""Classes come in; their attributes, properties, methods and instances go out as terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfce_migrate.evaluate import functions, substitute
from tfce_migrate.evaluate.frame import CHANGED, ClassInfo, Function, Walk
from tfce_migrate.source import Site
from tfce_migrate.terms import Term, either, is_const


def attribute(walk: Walk, base: Term, name: str, made: Site | None) -> Term | None:
    """The attribute of self, super(), a class or an instance; None if nothing is known of it."""
    info: ClassInfo = base.value
    if base.op == "instance" and name in base.args:
        return base.args[name]
    lineage = list(info.lineage())
    if base.op == "self" and name in info.fields and not any(name in current.writers for current in lineage):
        return Term("param", value=(info.place, name), open=True)
    if base.op == "super":
        lineage = lineage[1:]
    receiver = base.args.get("self", base)
    for current in lineage:
        member = current.members.get(name)
        if member is not None and member.op == "function":
            return _member(walk, member.value, receiver, made)
        found = _assigned(current, info, name)
        if found is not None:
            return _seen_from(found, receiver, walk)
        if member is not None:
            return member
    return None


def remade(instance: Term, method: str, keywords: Mapping[str, Term], made: Site | None) -> Term | None:
    """What `_replace` and `_asdict` of a namedtuple give, and dataclasses' functions of that kind."""
    if instance.op != "instance" or not instance.value.fields:
        return None
    given = {**instance.args, **keywords}
    opened = any(term.open for term in given.values())
    if method == "_replace":
        return Term("instance", given, instance.value, made=made, open=opened)
    return Term("dict", {repr(name): term for name, term in given.items()}, made=made, open=opened)


def _member(walk: Walk, function: Function, receiver: Term, made: Site | None) -> Term:
    if function.role == "property":
        return functions.call(walk, function, receiver, [], {}, made)
    if function.role == "static" or receiver.op == "class":
        return Term("function", value=function, made=made)
    return Term("bound", {"self": receiver}, function, made=made, open=receiver.open)


def _seen_from(term: Term, receiver: Term, walk: Walk) -> Term:
    """An attribute as an instance has it: the parameters of __init__ are what the instance was made with."""
    if receiver.op != "instance" or not term.open:
        return term
    mapping = {}
    for name, given in receiver.args.items():
        place, _, parameter = name.rpartition(" ")
        mapping[(place, parameter)] = given
    return substitute.Substitution(mapping, walk).of(term)


def _assigned(current: ClassInfo, owner: ClassInfo, name: str) -> Term | None:
    """What the methods of a class leave in self.<name>: joined, None left out where something else is there."""
    writers = current.writers.get(name)
    if not writers:
        return None
    walk = writers[0].frame.walk
    if walk.spoilt and (current.made, name) in walk.spoilt:
        return CHANGED
    place = f"self.{name}"
    frames = (frame for f, _, frame in reversed(walk.active) if f in writers)
    running = next((held for frame in frames if (held := frame.env.get(f"{frame.receiver}.{name}")) is not None), None)
    key = f"{id(owner)} {name}"
    if key in current.attributes:
        known = current.attributes[key]
        return known if known is not None else running
    current.attributes[key] = None  # while it is being found
    found: list[Term] = []
    for writer in writers:
        summary = functions.summarize(writer, owner)
        if summary is not None and place in summary.writes:
            found.append(summary.writes[place])
        elif summary is None and running is not None:
            found.append(running)
    del current.attributes[key]
    kept = [term for term in found if not is_const(term, None)] or found
    if not kept:
        return None
    joined = either([((), term) for term in kept])
    if not walk.active:
        current.attributes[key] = joined
    return joined


def instantiate(
    walk: Walk, info: ClassInfo, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None
) -> Term:
    """The instance that calling a class makes; __init__ is evaluated for what it demands of its arguments."""
    given = dict(keywords)
    if info.fields:
        given = {**dict(zip(info.fields, args, strict=False)), **given}
        return Term("instance", given, info, made=made, open=any(term.open for term in given.values()))
    instance = Term("instance", {}, info, made=made)
    for current in info.lineage():
        start = current.members.get("__init__")
        if start is None or start.op != "function":
            continue
        mapping = functions.bind(start.value, instance, args, keywords)
        named = {f"{place} {name}": term for (place, name), term in mapping.items() if term is not instance}
        instance = Term("instance", named, info, made=made, open=any(term.open for term in named.values()))
        functions.call(walk, start.value, instance, args, keywords, made)
        break
    return instance


def namedtuple(name: Term, fields: Term, made: Site | None) -> Term | None:
    """The class that collections.namedtuple makes, when its fields are spelled out."""
    names: list[object] = []
    if fields.op == "const" and isinstance(fields.value, str):
        names = list(fields.value.replace(",", " ").split())
    elif fields.op in ("list", "tuple"):
        parts = [part.args["0"] if part.op == "tuple" and part.args else part for part in fields.args.values()]
        names = [part.value for part in parts if part.op == "const"]
    if not names or not all(isinstance(field, str) for field in names):
        return None
    info = ClassInfo(str(name.value), {}, (), fields=tuple(str(field) for field in names))
    return Term("class", value=info, made=made)

