"""A name of the package keras comes in; whether Keras 3 has it, and what to use where it has not, goes out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tfce_migrate.names import Target, column_has
from tfce_migrate.symbols import table

ROOT = "keras"
LEGACY = "keras.optimizers.legacy."
UNREADABLE = "*"  # in place of the names of a module that could not be imported where the table was made
BEFORE_KERAS_3 = "2.15"


def is_standalone(raw: str) -> bool:
    """Whether a name is one of the package keras."""
    return raw.startswith(f"{ROOT}.")


@cache
def is_there(raw: str, target: Target) -> bool:
    """Whether the package keras has a name, as far as the target tells: beside TensorFlow 2.16 and later it is Keras 3.

    What stands behind a function, a class or an object of a module is taken to be there.
    """
    return target.columns[-1] == BEFORE_KERAS_3 or _has(raw)


@cache
def _has(raw: str) -> bool:
    if raw.startswith(LEGACY):
        return False  # the classes are there, and raise ImportError
    listed, module = _modules(), ROOT
    for part in raw.split(".")[1:]:
        inner = f"{module}.{part}"
        if inner not in listed:
            return part in listed[module] or UNREADABLE in listed[module] or part.startswith("__")
        module = inner
    return True


@cache
def _modules() -> dict[str, frozenset[str]]:
    return {name: frozenset(names.split()) for name, names in table("keras3.json")["modules"].items()}


@cache
def use(raw: str, whole: bool) -> str:
    """What to use in place of a name that Keras 3 has not; whole says that it is a module as a whole."""
    told = table("keras3.toml")["names"]
    for name in _names(raw):
        if name in told:
            return str(told[name])
    old, homes = _homes(raw)
    if raw == old or (whole and old != ROOT):
        return f"{homes[0]} has what is left of it"
    found = next((name for name in _names(raw) if _has(name) and name not in _modules()), None)
    if found is not None:
        return f"{found} is its name there"
    part = next((name for name in _above(raw) if name in told), None)
    if part is not None:
        return str(told[part])
    return _elsewhere(raw)


def _elsewhere(raw: str) -> str:
    """Who else has a name: TensorFlow, or the package tf_keras."""
    under = f"tf.{raw}"
    if column_has(under, "2.21"):
        return f"{under} is there, under TensorFlow's name"
    if column_has(under, "2.21-keras2"):
        return f"the package tf_keras, which is Keras 2, has it as tf_{raw}"
    return "nothing took its place"


def _names(raw: str) -> Iterator[str]:
    """The name itself, and what it would be called where Keras 3 has what stood beside it."""
    yield raw
    old, homes = _homes(raw)
    rest = raw[len(old) + 1 :]
    for home in homes if rest else ():
        yield f"{home}.{rest}"
        yield f"{home}.{rest.rpartition('.')[2]}"


def _homes(raw: str) -> tuple[str, tuple[str, ...]]:
    """The longest part of a name of which the tables know where its contents went, and where."""
    moved = table("keras3.toml")["modules"]
    for part in (raw, *_above(raw)):
        if part in moved:
            return part, tuple(moved[part])
        if part in _modules():
            return part, (part, ROOT)
    return ROOT, (ROOT,)


def _above(raw: str) -> Iterator[str]:
    while "." in raw:
        raw = raw.rpartition(".")[0]
        yield raw
