"""A callable term and its arguments come in; what the call returns, and the calls inside it, go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from tfce_migrate.evaluate import classes, functions, keras, library, objects, scopes, values
from tfce_migrate.evaluate.frame import Arg, Call, Frame, Walk
from tfce_migrate.source import Site, way
from tfce_migrate.symbols import resolve, root_of
from tfce_migrate.terms import NONE, UNKNOWN, Term, either, is_const

LIMIT_ALTERNATIVES = 4
LIMIT_ROUNDS = 3


def call_term(
    walk: Walk, callee: Term, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None
) -> Term:
    """The term of `callee(*args, **keywords)`, called from the file that walk goes through."""
    if walk.scopes and callee.op in ("symbol", "function"):
        keywords = {**scopes.given(walk, callee), **keywords}
    if callee.op == "symbol":
        return _symbol(walk, callee.value, args, keywords, made)
    if callee.op == "function":
        return functions.call(walk, callee.value, None, args, keywords, made)
    if callee.op == "bound":
        return functions.call(walk, callee.value, callee.args["self"], args, keywords, made)
    if callee.op == "class":
        return classes.instantiate(walk, callee.value, args, keywords, made)
    if callee.op == "instance":
        method = classes.attribute(walk, callee, "__call__", made) or classes.attribute(walk, callee, "call", made)
        if method is not None and method.op == "bound":
            return call_term(walk, method, args, keywords, made)
    if callee.op == "partial":
        return _partial(walk, callee, args, keywords, made)
    if callee.op == "either" and len(callee.args) <= LIMIT_ALTERNATIVES:
        guards = callee.value or ((),) * len(callee.args)
        results = [call_term(walk, option, args, keywords, made) for option in callee.args.values()]
        return either(list(zip(guards, results, strict=True)), made)
    apply = partial(call_term, walk)
    if (callee.op == "attr" and callee.value in keras.METHODS) or callee.op in objects.MODELS:
        keras.used(walk, callee)
    known = library.layer_call(callee, args, keywords, made, apply) or keras.called(callee, args, made, apply)
    if known is None and callee.op == "attr" and callee.value in ("_replace", "_asdict"):
        known = classes.remade(callee.args["of"], str(callee.value), keywords, made)
    elif known is None and callee.op == "attr" and callee.value in ("get", "pop") and callee.args["of"].op == "dict":
        known = _taken(callee.args["of"], args)
    elif known is None and callee.op == "attr" and callee.value == "compile":
        known = keras.compiled(walk, callee.args["of"], args, keywords, made, apply)
    if known is None and callee.op == "const" and len(args) == 1:
        known = library.named_activation(callee.value, args[0], made, apply)
    if known is not None:
        return known
    named = {"callee": callee, **{str(index): term for index, term in enumerate(args)}, **keywords}
    return Term("call", named, made=made, open=any(term.open for term in named.values()))


def _taken(base: Term, args: Sequence[Term]) -> Term | None:
    """`d.get(key, default)`; None where the key is not written out."""
    if not args or args[0].op != "const":
        return None
    return base.args.get(repr(args[0].value), args[1] if len(args) > 1 else Term("unknown"))


def is_spread(star: str, term: Term) -> bool:
    """Whether the arguments that `*term` or `**term` stands for are known."""
    return term.op in ("tuple", "list") if star == "*" else term.op == "dict"


def deferred(
    callee: Term, args: Sequence[Term], keywords: Mapping[str, Term], stars: Mapping[str, Term], made: Site | None
) -> Term:
    """The term of a call with starred parameters: what it gives is worked out when a caller fills them."""
    named = {"callee": callee, **{str(index): term for index, term in enumerate(args)}, **keywords, **stars}
    return Term("call", named, made=made, open=True)


def resumed(walk: Walk, named: dict[str, Term], made: Site | None, at: Site | None) -> Term:
    """The term of a call whose callee and arguments stand under their names, starred ones too.

    at is where the function is called in which it stands. A loss is noted: what was called was not known before.
    """
    callee = named.pop("callee")
    stars = {star: named.pop(star) for star in ("*", "**") if star in named}
    args = [named.pop(key) for key in [key for key in named if key.isdigit()]]
    hidden: dict[str, Term] = {star: one for star, one in stars.items() if not is_spread(star, one) and one.open}
    if "*" in stars and is_spread("*", stars["*"]):
        args += stars["*"].args.values()
    if "**" in stars and is_spread("**", stars["**"]):
        named.update({key[1:-1]: term for key, term in stars["**"].args.items()})
    if hidden:
        return deferred(callee, args, named, hidden, made)
    result = call_term(walk, callee, args, named, made)
    if callee.op == "symbol" and made is not None and at is not None:
        _note_loss(walk, callee.value, args, named, result, made, at)
    return result


def _note_loss(
    walk: Walk, raw: str, args: list[Term], named: dict[str, Term], result: Term, made: Site, at: Site
) -> None:
    symbol = resolve(raw)
    if symbol.fact is None or not symbol.fact.takes:
        return
    given = [Arg(None, "", term, made) for term in args]
    given += [Arg(name, "", term, made) for name, term in named.items()]
    walk.calls.append(Call(symbol, raw, made, made, tuple(given), result, Frame(walk, None), {}, way(at)))


def _symbol(
    walk: Walk, raw: str, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None
) -> Term:
    if raw in _BUILTINS:
        found = _builtin(walk, _BUILTINS[raw], args, keywords, made)
        if found is not None:
            return found
    symbol = resolve(raw)
    if symbol.name in _REPEATERS:
        named = {**dict(zip(_REPEATERS[symbol.name], args, strict=False)), **keywords}
        return _repeated(walk, named, args[len(_REPEATERS[symbol.name]) :], made)
    if symbol.name in objects.MODELS:
        return keras.model(symbol.name, args, keywords, made, partial(call_term, walk))
    return library.symbol_call(symbol, args, keywords, made, partial(call_term, walk))


_REPEATERS = {
    "tf.contrib.layers.repeat": ("inputs", "repetitions", "layer"),
    "tf.contrib.layers.stack": ("inputs", "layer", "stack_args"),
}


def _repeated(walk: Walk, named: dict[str, Term], more: Sequence[Term], made: Site | None) -> Term:
    """What slim's repeat and stack give: the layer is called with what it gave before."""
    done, layer = named.pop("inputs", UNKNOWN), named.pop("layer", UNKNOWN)
    times, each = named.pop("repetitions", None), named.pop("stack_args", None)
    named.pop("scope", None)
    if times is not None:
        rounds = [list(more)] * (1 if is_const(times, 1) else 2)
    else:
        given = each.args.values() if each is not None and each.op in ("list", "tuple") else [UNKNOWN]
        rounds = [list(one.args.values()) if one.op in ("list", "tuple") else [one] for one in given]
    for arguments in rounds[-LIMIT_ROUNDS:]:
        done = call_term(walk, layer, [done, *arguments], named, made)
    return done


_BUILTINS = {
    "functools.partial": "partial",
    "builtins.dict": "dict",
    "builtins.list": "list",
    "builtins.tuple": "list",
    "builtins.getattr": "getattr",
    "builtins.reversed": "each",
    "builtins.sorted": "each",
    "builtins.set": "each",
    "collections.namedtuple": "namedtuple",
    "dataclasses.replace": "_replace",
    "dataclasses.asdict": "_asdict",
    "typing.NamedTuple": "namedtuple",
    "collections.OrderedDict": "dict",
    "importlib.import_module": "import",
}


def _builtin(
    walk: Walk, name: str, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None
) -> Term | None:
    if name == "partial" and args:
        named = {"callee": args[0], **{str(i): term for i, term in enumerate(args[1:])}, **keywords}
        return Term("partial", named, made=made, open=any(term.open for term in named.values()))
    if name == "dict" and not args:
        named = {repr(name): term for name, term in keywords.items()}
        return Term("dict", named, made=made, open=any(term.open for term in named.values()))
    if name in ("list", "dict") and len(args) == 1 and args[0].op in ("list", "tuple", "items", "dict"):
        return objects.apart(args[0], made)
    if name == "import" and len(args) == 1 and args[0].op == "const" and str(args[0].value).startswith("tensorflow"):
        module = str(args[0].value)
        return Term("symbol", value=root_of(module))
    if name == "list" and not args:
        return Term("list", made=made)
    if name == "getattr" and len(args) >= 2 and args[1].op == "const" and isinstance(args[1].value, str):
        return values.attribute(walk, args[0], args[1].value, made)
    if name == "each" and args and args[0].op == "items":
        return args[0]
    if name in ("_replace", "_asdict") and args:
        return classes.remade(args[0], name, keywords, made)
    if name == "namedtuple" and len(args) >= 2:
        return classes.namedtuple(args[0], args[1], made)
    return None


def _partial(
    walk: Walk, bound: Term, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None
) -> Term:
    before = [term for name, term in bound.args.items() if name.isdigit()]
    named = {name: term for name, term in bound.args.items() if not name.isdigit() and name != "callee"}
    return call_term(walk, bound.args.get("callee", NONE), [*before, *args], {**named, **keywords}, made)
