"""A call comes in; the keyword arguments that TF 1 takes and the function of the target does not go out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.names import Target, has, home_of, split_api, target_of
from tfce_migrate.signatures import entry_of, signature
from tfce_migrate.symbols import table
from tfce_migrate.terms import is_const

LOSSES = ("_sentinel", "dim", "targets", "partition_strategy")  # the rules about losses speak of these


@dataclass(frozen=True, slots=True)
class Refused:
    """keywords are those that the function of the target does not take; v1 is its twin that takes them all."""

    call: Call
    name: str
    keywords: tuple[str, ...]
    v1: str | None


def refused(calls: Calls) -> Iterator[Refused]:
    """The calls with keywords that 0.12 or 1.15 took and the target does not, where no table knows a new keyword."""
    target, renames = target_of(calls.settings), table("renamed-arguments.toml")["functions"]
    for call in calls.module.calls:
        if call.via or not call.raw.startswith("tf."):
            continue
        if not any(arg.keyword for arg in call.args) and len(call.args) < 4:
            continue
        if entry_of(call.raw) is not None:
            continue  # what becomes of its arguments stands in the table of changes
        name, home = _names(call.raw, target)
        fact = call.symbol.fact
        of_loss = {*fact.renamed, *LOSSES} if fact is not None and fact.takes else set()
        known = of_loss | set(renames.get(name, ()))
        lost = tuple(
            arg.keyword
            for arg in call.args
            if arg.keyword and not (arg.keyword in known and (arg.keyword != "_sentinel" or is_const(arg.term, None)))
            and _is_lost(name, home, arg.keyword, target)
        ) + _too_many(call, name, home, target)
        if lost:
            yield Refused(call, home, lost, _twin(name, home, call, target))


@cache
def _names(raw: str, target: Target) -> tuple[str, str]:
    """The plain name of a callee, and what the target calls it."""
    api, name = split_api(raw)
    if api == "v1":
        return name, f"tf.compat.v1{name[2:]}"
    return name, name if has(name, target) else home_of(name, target) or ""


def _too_many(call: Call, name: str, home: str, target: Target) -> tuple[str, ...]:
    """The parameters of TF 1 to which a call gives more by position than the target's function has."""
    given = 0 if call.starred else sum(arg.keyword is None for arg in call.args)
    old = list(signature("1.15", name)) if given > 3 else []
    if not home or given > len(old) or any("*" in each for each in old):
        return ()
    api, plain = split_api(home)
    new = _signature(target.columns[-1], api or "v2", plain)
    count = len(_parameters(target.columns[-1], api or "v2", plain) or ())
    return tuple(old[count:given]) if new is not None and "*" not in new else ()


def _is_lost(name: str, home: str, keyword: str, target: Target) -> bool:
    if not home or not _refuses(home, keyword, target):
        return False
    return any(keyword in (_parameters(version, "", name) or ()) for version in ("1.15", "0.12"))


@cache
def _refuses(home: str, keyword: str, target: Target) -> bool:
    api, name = split_api(home)
    signature = _signature(target.columns[-1], api or "v2", name)
    if signature is None or f",{keyword}=" in f",{signature.removeprefix('class:')}":
        return False  # most calls end here, without the signature being parsed
    found = _parameters(target.columns[-1], api or "v2", name)
    return found is not None and keyword not in found and not any(each.startswith("**") for each in found)


def _twin(name: str, home: str, call: Call, target: Target) -> str | None:
    """The function of tf.compat.v1, if it takes every keyword of the call."""
    v1 = f"tf.compat.v1{name[2:]}"
    if home == v1 or not has(v1, target) or name.startswith("tf.keras."):
        return None
    short = bool(_too_many(call, name, v1, target))
    return None if short or any(arg.keyword and _refuses(v1, arg.keyword, target) for arg in call.args) else v1


@cache
def _parameters(column: str, api: str, name: str) -> frozenset[str] | None:
    """The names of a function's or class's parameters, None for what is neither."""
    signature = _signature(column, api, name)
    if signature is None:
        return None
    (function,) = ast.parse(f"def f({signature.removeprefix('class:')}): ...").body
    assert isinstance(function, ast.FunctionDef)
    found = function.args
    more = [f"**{found.kwarg.arg}"] if found.kwarg is not None else []
    return frozenset([*(each.arg for each in (*found.posonlyargs, *found.args, *found.kwonlyargs)), *more])


def _signature(column: str, api: str, name: str) -> str | None:
    if column in ("2.15", "2.21-keras2"):
        other: dict[str, str | None] = table("signatures-other.json")[f"{column} {api}"]
        if name in other:
            return other[name]
        column = "2.21"
    file = f"{column}-v1" if api == "v1" else column
    found: str | None = table(f"signatures-{file}.json")["symbols"].get(name)
    return found
