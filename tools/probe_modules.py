"""Takes packages as they are installed, gives their modules and what stands in each.

It runs where probe_api.py does, under Python 3.6, 3.7 and 3.11 alike.
"""

import importlib
import os
import pkgutil

NOT_LOOKED_INTO = "keras._tf_keras"  # it is what tf.keras is
TESTS = "_test"
UNREADABLE = "*"  # in place of names that are not known, as where a module wants what is not installed


def keras() -> "dict[str, str]":
    """The modules of the package keras, each with its names; empty without Keras 3."""
    try:
        root = importlib.import_module("keras")
    except ImportError:
        return {}
    if not str(getattr(root, "__version__", "")).startswith("3."):
        return {}
    listed = ["keras", *(each.name for each in pkgutil.walk_packages(root.__path__, "keras.", lambda name: None))]
    kept = [name for name in listed if not name.startswith(NOT_LOOKED_INTO) and not name.endswith(TESTS)]
    return names_of({name: name for name in kept})


def insides() -> "dict[str, str]":
    """The modules of tensorflow.python as they lie on the disk, each with its names."""
    folder = os.path.dirname(os.path.abspath(str(importlib.import_module("tensorflow.python").__file__)))
    found = {}  # type: dict[str, str]
    for here, _, files in os.walk(folder):
        package = "python" + here[len(folder) :].replace(os.sep, ".")
        for name in {name.split(".")[0] for name in files if name.endswith((".py", ".so"))}:
            module = package if name == "__init__" else package + "." + name
            found["tf." + module] = "tensorflow." + module
    return names_of(found)


def names_of(modules: "dict[str, str]") -> "dict[str, str]":
    """The names in each module with spaces between them, but for __special__ ones; first all are imported."""
    loaded = {name: load(path) for name, path in sorted(modules.items())}
    return {name: UNREADABLE if module is None else names_in(module) for name, module in loaded.items()}


def load(name: str) -> object:
    """A module; None where it cannot be imported."""
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit):  # they raise what they like
        return None


def names_in(module: object) -> str:
    """The attributes of a module, in order; not known where it makes some when they are asked for."""
    if "__getattr__" in vars(module):
        return UNREADABLE
    return " ".join(sorted(each for each in dir(module) if not each.startswith("__")))
