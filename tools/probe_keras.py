"""Takes the package keras as it is installed, gives its modules and what stands in each.

It runs where probe_api.py does, under Python 3.6, 3.7 and 3.11 alike.
"""

import importlib
import pkgutil

NOT_LOOKED_INTO = "keras._tf_keras"  # it is what tf.keras is
TESTS = "_test"


def modules() -> "dict[str, str]":
    """Module -> its names with spaces between them, but for __special__ ones; empty without Keras 3.

    A module that cannot be imported here, as it wants another backend, has `*` in place of names.
    """
    try:
        keras = importlib.import_module("keras")
    except ImportError:
        return {}
    if not str(getattr(keras, "__version__", "")).startswith("3."):
        return {}
    listed = ["keras", *(each.name for each in pkgutil.walk_packages(keras.__path__, "keras.", lambda name: None))]
    kept = [name for name in listed if not name.startswith(NOT_LOOKED_INTO) and not name.endswith(TESTS)]
    found = {name: load(name) for name in kept}
    return {name: "*" if module is None else names_in(module) for name, module in found.items()}


def load(name: str) -> object:
    """A module; None where it wants what is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def names_in(module: object) -> str:
    """The attributes of a module, in order."""
    return " ".join(sorted(each for each in dir(module) if not each.startswith("__")))
