"""A symbol or module that TF 2 has only in tf.compat.v1."""

from collections.abc import Iterator
from functools import cache

from tfce_migrate.changes import STUCK, native_calls, stuck
from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call, Reference
from tfce_migrate.lost import doubtful_methods
from tfce_migrate.names import Target, has, target_of
from tfce_migrate.rule import Keep, Match, New, Rename, Replace
from tfce_migrate.symbols import exported, modules, public_part, table

NEEDS_KERAS_2 = (
    "it needs the package tf_keras and TF_USE_LEGACY_KERAS=1 set before TensorFlow is imported; --keras legacy says "
    "that both are there, and renames it"
)
STARRED = "some of the arguments are hidden behind a star"
OWN_RULES = ("tf.losses.", "tf.nn.softmax_cross_entropy_with_logits_v2")


def find(calls: Calls) -> Iterator[Match]:
    older = table("moved-by-hand.toml")["compat"]
    target, native, held = target_of(calls.settings), native_calls(calls), stuck(calls)
    for reference in calls.written():
        if reference.site in native:
            change = native[reference.site]
            message = f"{reference.raw} is {change.symbol} in TF 2"
            yield Match(reference.site, reference.raw, message, change=change)
            continue
        part, rest = public_part(reference.raw)
        name = older.get(part, part)
        if name in table("names.json")["keras2"]:
            if not has(name, target):
                yield _legacy(reference, part, rest, target)
            continue
        if name.startswith(OWN_RULES) or not _is_compat_only(name, target) or _is_said(reference, calls, target):
            continue
        home = f"tf.compat.v1{name[2:]}"
        message = f"{part} is in TF 2 only as {home}"
        why_not = STUCK if reference.site in held else None
        yield Match(reference.site, reference.raw, message, change=Rename(reference, home + rest), why_not=why_not)
    yield from map(_method, calls.module.methods)
    for site, method in doubtful_methods(calls):
        message = f"a dataset of TF 2 has no {method}: {table('datasets.toml')['methods'][method]} takes it"
        why_not = "nothing here shows that it is a dataset of TF 2"
        yield Match(site, f"tf.data.Dataset.{method}", message, why_not=why_not, severity="warning")


def _method(call: Call) -> Match:
    """A method or an attribute of a dataset that TF 2 has as a function."""
    data = table("datasets.toml")
    target = (data["methods"] | data["attributes"])[call.raw.rpartition(".")[2]]
    message = f"{call.raw} is {target} in TF 2"
    given = tuple((arg.keyword, Keep(arg.site)) for arg in call.args)
    change = Replace(call.site, New(target, ((None, Keep(call.func)), *given)), call)
    return Match(call.site, call.raw, message, change=change, why_not=STARRED if call.starred else None)


def _is_said(reference: Reference, calls: Calls, target: Target) -> bool:
    """Whether the module that a dotted name starts from is a finding where it is bound, which a star import is not."""
    stars = tuple(f"{star.raw}." for star in calls.references if star.kind == "star")
    return _is_compat_only(reference.base, target) and not (stars and reference.base.startswith(stars))


def _legacy(reference: Reference, part: str, rest: str, target: Target) -> Match:
    """tf.layers, the cells and more of Keras: in tf.compat.v1 with Keras 2 only."""
    home = f"tf.compat.v1{part[2:]}"
    message = f"{part} is in TF 2 only as {home}, and from 2.16 on only with legacy Keras"
    why_not = None if has(home, target) else NEEDS_KERAS_2
    return Match(reference.site, reference.raw, message, change=Rename(reference, home + rest), why_not=why_not)


@cache
def _is_compat_only(name: str, target: Target) -> bool:
    if name in modules("1.15"):
        return has(f"tf.compat.v1{name[2:]}", target) and not has(name, target)
    return name in table("names.json")["compat"] and name in exported("2.21-v1")
