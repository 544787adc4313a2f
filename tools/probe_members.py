"""Takes a class, gives its public methods with their parameters, and its public attributes.

It runs where probe_api.py does, under Python 3.6, 3.7 and 3.11 alike.
"""

import ast
import enum
import inspect
import sys
from collections.abc import Callable
from typing import Any

FAMILY = ("keras", "tensorflow", "tensorflow_core", "tensorflow_estimator", "tf_keras")
ANY = "*"  # stands among the members of a class that may have others still
BELOW = "+"  # before what a subclass has, where calling the class may give an object of that
OPEN_DOORS = ("__getattr__", "__getattribute__")
_sources = {}  # type: dict[str, dict[str, set[str]]]


def members(cls: type, parameters: "Callable[..., str]") -> "dict[str, str | None] | None":
    """Name -> parameters of a method, or None for an attribute; None for a class that is data or not TensorFlow's.

    What a method of the class or of a base assigns to self is an attribute. parameters spells a function's.
    """
    if issubclass(cls, (enum.Enum, BaseException)) or hasattr(cls, "DESCRIPTOR") or not is_ours(cls):
        return None
    found = {}  # type: dict[str, str | None]
    for each in reversed(cls.__mro__):
        if is_ours(each):
            found.update(dict.fromkeys(assigned(each)))
            found.update(own(each, parameters))
            if any(name in vars(each) for name in OPEN_DOORS):
                found[ANY] = None
    if "__new__" in vars(cls):  # as in tf.keras.Model
        for other in filter(is_ours, cls.__subclasses__()):
            more = members(other, parameters) or {}
            found.update({BELOW + name: what for name, what in more.items() if name not in found})
    return {name: what for name, what in found.items() if not name.startswith("_")}


def is_ours(cls: type) -> bool:
    """Whether a class was written for TensorFlow or Keras."""
    return str(cls.__module__).split(".")[0] in FAMILY


def own(cls: type, parameters: "Callable[..., str]") -> "list[tuple[str, str | None]]":
    """What the body of a class defines."""
    found = []  # type: list[tuple[str, str | None]]
    for name, value in vars(cls).items():
        if isinstance(value, (staticmethod, classmethod)):
            found.append((name, parameters(value.__func__, bound=isinstance(value, classmethod))))
        elif inspect.isfunction(value) or hasattr(value, "_tf_decorator"):
            found.append((name, parameters(value, bound=True)))
        elif inspect.isroutine(value):
            found.append((name, "*args,**kwargs"))
        else:
            found.append((name, None))
    return found


def assigned(cls: type) -> "set[str]":
    """The attributes that methods of a class assign; ANY if they assign some by names that are not written."""
    module = str(cls.__module__)
    if module not in _sources:
        _sources[module] = classes_of(module)
    return _sources[module].get(cls.__name__, set())


def classes_of(module: str) -> "dict[str, set[str]]":
    """What the classes in the source of a module assign."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError):
        return {}
    return {node.name: set(written(node)) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def written(tree: ast.ClassDef) -> "list[str]":
    """The attributes of self that stand left of an equals sign, and ANY if setattr is called on self."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            found.append(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            found.extend([ANY] if node.args and is_self(node.args[0]) else [])
    return found


def is_self(node: Any) -> bool:
    """Whether an expression is the name self."""
    return isinstance(node, ast.Name) and node.id == "self"
