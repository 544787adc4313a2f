"""A file as the rules see it comes in; what it asks of TensorFlow's objects that the target's have not so, goes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call, Reference
from tfce_migrate.evaluate.members import DIMENSION, classes_of
from tfce_migrate.guards import guards_of
from tfce_migrate.names import Target, has, split_api, target_of
from tfce_migrate.signatures import entries
from tfce_migrate.symbols import table
from tfce_migrate.terms import Term

OLD = ("0.x", "1.x")
ALONE = ("keras.", "tf_keras.")  # Keras without TensorFlow's name
MANY = 4  # arguments by position, of which one may be the keyword that is looked for
KERAS_3, LEGACY = "2.21", "2.21-keras2"
LEGACY_HAS_IT = "legacy Keras has it: install tf_keras, set TF_USE_LEGACY_KERAS=1 before TensorFlow is imported"


@dataclass(frozen=True, slots=True)
class Gone:
    """A member that the target's class has not: by a value, or by the name of its class; use says what to do."""

    at: Call | Reference
    name: str
    use: str
    home: str | None = None  # the name of the same in tf.compat.v1, where a class was named
    becomes: str = ""  # what the very same member is called


@dataclass(frozen=True, slots=True)
class Misfit:
    """A call that the target does not take as it is written.

    lost are parameters that it has not; keywords what arguments need, by index; silent says that nothing would stop.
    """

    call: Call
    name: str
    lost: tuple[str, ...] = ()
    keywords: Mapping[int, str] = field(default_factory=dict)
    drop: frozenset[int] = frozenset()
    use: str = ""
    silent: bool = False


def gone(calls: Calls) -> Iterator[Gone]:
    """The attributes and methods that no object of the target has, where nothing guards them."""
    target, old = target_of(calls.settings), calls.era == "0.x"
    for call in _noted(calls, called=False):
        member = call.raw.rpartition(".")[2]
        if all(member in _gone(each, target, old) for each in classes_of(call.term.args["of"])):
            row = _row(call.raw)
            becomes = row.get("becomes", "") if "1.15" not in target.columns else ""
            yield Gone(call, call.raw, _use(call.raw, target), becomes=becomes)
    for reference in calls.written():
        owner, _, member = reference.raw.rpartition(".")
        own = owner.count(".") and not owner.startswith("tf.losses.")  # these have a rule of their own
        if own and _is_class(owner) and member in _gone(owner, target, old):
            v1 = f"tf.compat.v1{owner[2:]}"
            kept = split_api(owner)[0] == "" and has(v1, target) and member not in _gone(v1, target, old)
            yield Gone(reference, reference.raw, _use(reference.raw, target), f"{v1}.{member}" if kept else None)


def misfits(calls: Calls) -> Iterator[Misfit]:
    """The methods' and constructors' calls that the target refuses or takes for others."""
    known = calls.notes.get("misfits")
    if not isinstance(known, tuple):
        known = calls.notes["misfits"] = tuple(_misfits(calls))
    yield from known


def _misfits(calls: Calls) -> Iterator[Misfit]:
    target, old = target_of(calls.settings), calls.era == "0.x"
    for call in _noted(calls, called=True):
        member = call.raw.rpartition(".")[2]
        pairs = {_pair(each, member, target, old) for each in classes_of(call.term.args["of"])}
        pair = pairs.pop() if len(pairs) == 1 else None
        found = _misfit(call, *pair, calls.era) if pair is not None else None
        if found is not None:
            yield found
    for call in calls.module.calls:
        if call.raw.startswith(("tf.keras.", "tf.compat.v1.keras.", *ALONE)) and not call.via:
            yield from _hidden(call, _column(call, target))


def values(calls: Calls) -> Iterator[tuple[Call, str]]:
    """The calls that hand Keras 3 what it refuses, and why it does."""
    target = target_of(calls.settings)
    noted = list(_noted(calls, called=True)) if target.columns[-1] == KERAS_3 else []
    named = [each for each in calls.module.calls if each.raw.startswith(("tf.keras.", *ALONE)) and not each.via]
    for call in (*noted, *(each for each in named if _column(each, target) == KERAS_3)):
        name = call.raw.rpartition(".")[2] if call in noted else _plain(call)
        for row in table("members.toml")["value"]:
            if name in row["calls"] and _is_refused(call, row):
                yield call, row["why"]


def _is_refused(call: Call, row: Mapping[str, Any]) -> bool:
    given = call.keyword(row["keyword"])
    if given is None and len(call.positional()) > row["position"]:
        given = call.positional()[row["position"]]
    if given is None or call.starred or not _is_asked(call, row):
        return False
    if "made" in row:
        return given.term.op.startswith(row["made"]) and given.term.op.endswith("Optimizer")
    text = given.term.value if given.term.op == "const" else None
    return isinstance(text, str) and not text.endswith(tuple(row["ends"]))


def _is_asked(call: Call, row: Mapping[str, Any]) -> bool:
    """Whether the keyword that a row depends on is known to be as it wants it."""
    if "when" not in row and "unless" not in row:
        return True
    arg = call.keyword(row.get("when", row.get("unless")))
    if arg is not None and arg.term.op != "const":
        return False
    return ("when" in row) == bool(arg is not None and arg.term.value) and len(call.positional()) < MANY


def dimensions(calls: Calls) -> Iterator[Call]:
    """The mentions of the value of a dimension."""
    return (call for call in calls.module.members if call.raw.startswith(DIMENSION))


def _column(call: Call, target: Target) -> str:
    """The target whose Keras a name means: keras is Keras 3 whatever tf.keras is, and tf_keras is Keras 2."""
    column = target.columns[-1]
    known = {"keras": {LEGACY: KERAS_3}, "tf_keras": {KERAS_3: LEGACY}}
    return known.get(call.raw.partition(".")[0], {}).get(column, column)


def _plain(call: Call) -> str:
    """The name that the tables know a function or class of Keras by."""
    return call.symbol.name if call.raw.startswith(ALONE) else split_api(call.raw)[1]


def _noted(calls: Calls, called: bool) -> Iterator[Call]:
    """The calls of members, or their mentions, that nothing guards."""
    noted = [call for call in calls.module.members if (call.func != call.site) is called]
    written = {call: calls.source.segment(call.site) for call in noted if not call.raw.startswith(DIMENSION)}
    if not written:
        return
    roots = frozenset(text.partition(".")[0] for text in written.values())
    guards = guards_of(calls.source, roots, calls.settings.newest)
    yield from (call for call, text in written.items() if not guards.leave(call.site, text))


@cache
def _is_class(name: str) -> bool:
    return (table("signatures-1.15.json")["symbols"].get(split_api(name)[1]) or "").startswith("class:")


@cache
def _rows(name: str, target: Target, old: bool) -> tuple[Mapping[str, Any], ...]:
    """What the table says of a class where code that says its name runs on the target; of 0.12 too, if it is so old."""
    api, plain = split_api(name)
    if plain in entries() or plain in table("changed.toml")["always"]:
        return ()  # it becomes the one of tf.compat.v1
    column = target.columns[-1]
    api = api or ("v2" if has(plain, target) or plain in table("names.json")["moved"] else "v1")
    titles = (f"{column} {api}", f"0.12 {column} {api}") if old else (f"{column} {api}",)
    return tuple(row for title in titles if (row := _by_class(title).get(plain)) is not None)


@cache
def _by_class(title: str) -> dict[str, Mapping[str, Any]]:
    rows: dict[str, Any] = table("members.json")[title]
    return {name: row for first, row in rows.items() for name in (first, *row.get("also", "").split())}


@cache
def _gone(name: str, target: Target, old: bool) -> frozenset[str]:
    return frozenset(member for row in _rows(name, target, old) for member in row.get("gone", "").split())


@cache
def _pair(name: str, member: str, target: Target, old: bool) -> tuple[str, str] | None:
    """The parameters of a method before and on the target, where these do not take all that fits those."""
    pairs = [row["args"][member] for row in _rows(name, target, old) if member in row.get("args", {})]
    return (pairs[-1][0], pairs[-1][1]) if pairs else None


def _row(raw: str) -> Mapping[str, Any]:
    """What is known by hand of a member that is gone."""
    owner, _, member = split_api(raw)[1].rpartition(".")
    rows: list[dict[str, Any]] = table("members.toml")["gone"]
    return next((row for row in rows if member in row["names"] and f"{owner}.".startswith(row["of"])), {})


def _use(raw: str, target: Target) -> str:
    owner, _, member = split_api(raw)[1].rpartition(".")
    if row := _row(raw):
        return str(row["use"])
    before = Target((LEGACY,), "legacy")
    if target.columns[-1] == KERAS_3 and owner.startswith("tf.keras.") and member not in _gone(owner, before, False):
        return LEGACY_HAS_IT
    return "nothing took its place"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a method takes: defaults are as text, by name; rest says that it takes any keyword."""

    positional: tuple[str, ...]
    named: frozenset[str]
    rest: bool
    defaults: Mapping[str, str]


@cache
def _parameters(text: str) -> Parameters:
    (function,) = ast.parse(f"def f({text}): ...").body
    assert isinstance(function, ast.FunctionDef)
    found = function.args
    positional = tuple(each.arg for each in found.args)
    named = frozenset((*positional, *(each.arg for each in found.kwonlyargs)))
    last = positional[len(positional) - len(found.defaults) :]
    defaults = {name: ast.unparse(default) for name, default in zip(last, found.defaults, strict=True)}
    return Parameters(positional, named, found.kwarg is not None, defaults)


def _misfit(call: Call, old: str, new: str, era: str) -> Misfit | None:
    before, now, about = _parameters(old), _parameters(new), table("members.toml")["about"]
    taken = now.named.union(about["by_rest"] if now.rest else ())
    lost = {
        index: arg.keyword
        for index, arg in enumerate(call.args)
        if arg.keyword in before.named and arg.keyword not in now.named and not now.rest
    }
    moved: dict[int, str] = {}
    for index, (name, _) in enumerate(zip(before.positional, call.positional(), strict=False)):
        if moved or now.positional[index : index + 1] not in ((name,), (about["same"].get(name),)):
            moved[index] = name
    if era not in OLD and not any(_is_text(call.args[index].term, name) for index, name in moved.items()):
        moved = {}  # it may be written for the new order
    lost |= {index: name for index, name in moved.items() if name not in taken}
    idle = {index for index, name in lost.items() if _is_default(call.args[index].term, before.defaults.get(name))}
    if not lost and not moved:
        return None
    if len(idle) < len(lost):
        return Misfit(call, call.raw, tuple(name for index, name in lost.items() if index not in idle))
    keywords = {index: name for index, name in moved.items() if index not in lost}
    return Misfit(call, call.raw, tuple(lost.values()), keywords, frozenset(lost))


def _is_text(term: Term, name: str) -> bool:
    """Whether an argument by position is a name by its looks: it stands where the old order had one."""
    return name == "name" and term.op == "const" and isinstance(term.value, str)


def _is_default(term: Term, default: str | None) -> bool:
    return term.op == "const" and default is not None and repr(term.value) == default


def _hidden(call: Call, column: str) -> Iterator[Misfit]:
    """The keywords that a constructor took by **kwargs."""
    name = _plain(call)
    for row in table("members.toml")["hidden"] if _is_class(name) else ():
        fits = name.startswith(row["of"]) if row["of"].endswith(".") else name == row["of"]
        ignored = column in row.get("ignored", ())
        if not fits or name in row.get("without", ()) or not (ignored or column in row["columns"]):
            continue
        for index, arg in enumerate(call.args):
            if arg.keyword is None or arg.keyword not in row["keywords"]:
                continue
            new = row.get("becomes")
            if new is not None and call.keyword(new) is None and (index == 0 or call.args[0].keyword):
                yield Misfit(call, call.raw, (arg.keyword,), {index: new}, silent=ignored)
            elif arg.term.op == "const" and repr(arg.term.value) in row.get("idle", ()):
                yield Misfit(call, call.raw, (arg.keyword,), drop=frozenset({index}), silent=ignored)
            else:
                use = row.get("use", f"{new} is its name")
                yield Misfit(call, call.raw, (arg.keyword,), use=use, silent=ignored)
