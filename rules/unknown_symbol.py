"""A name that no TensorFlow from 0.12 to today had, or one of TensorFlow's insides."""

from collections.abc import Iterator
from difflib import get_close_matches

from tfce_migrate.check import Calls
from tfce_migrate.lost import lost
from tfce_migrate.names import Target, has, is_gone_inside, is_module_inside, modules_of, names_of, target_of
from tfce_migrate.rule import Match

GONE = "was inside TensorFlow, and is gone"
INSIDE = "is inside TensorFlow, where names come and go without notice"


def find(calls: Calls) -> Iterator[Match]:
    target = target_of(calls.settings)
    for one in lost(calls, "internal"):
        public = _public(one.name, target)
        hint = f"; {public} is public" if public else ""
        gone = is_gone_inside(one.name, target)
        message = f"{one.name} {GONE if gone else INSIDE}{hint}"
        yield Match(one.reference.site, one.reference.raw, message, severity=None if gone else "info")
    for one in lost(calls, "unknown"):
        near = _near(one.reference.raw, target)
        hint = f"; did you mean {near}?" if near else ""
        message = f"no TensorFlow from 0.12 to {target.columns[-1].partition('-')[0]} has {one.reference.raw}{hint}"
        yield Match(one.reference.site, one.reference.raw, message)


def _public(name: str, target: Target) -> str | None:
    """A public name that ends like a private one; for a module only one of Keras, as others are cut otherwise."""
    keras = f"tf.{name.removeprefix('tf.python.')}"
    if keras.startswith("tf.keras.") and has(keras, target):
        return keras
    if is_module_inside(name):
        return None
    last = name.rpartition(".")[2]
    same = [each for each in names_of(target.columns[-1], "v2") if each.rpartition(".")[2] == last]
    return min(same, key=lambda each: (each.count("."), each), default=None)


def _near(raw: str, target: Target) -> str | None:
    """The public name that is spelled most like it, of the same module if there is one."""
    column = target.columns[-1]
    known = names_of(column, "v2") | modules_of(column, "v2")
    parent = raw.rpartition(".")[0]
    for pool in ([each for each in known if each.rpartition(".")[0] == parent], sorted(known)):
        close = get_close_matches(raw, sorted(pool), n=1, cutoff=0.8)
        if close:
            return str(close[0])
    return None
