"""Takes {"root of an API": "name for it"} as JSON, prints as JSON what is public below each root.

It runs in the interpreter whose TensorFlow is asked, under Python 3.6, 3.7 and 3.11 alike: no newer syntax,
and annotations that 3.6 does not know stand in quotes.
"""

import enum
import functools
import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

FAMILY = ("absl", "keras", "tensorflow", "tensorflow_core", "tensorflow_estimator", "tf_keras")
DUNDERS = (
    "__compiler_version__",
    "__cxx11_abi_flag__",
    "__git_version__",
    "__monolithic_build__",
    "__version__",
)
NOT_API = ("api", "compiler", "core", "include", "ops", "python", "pywrap_tensorflow", "src")
NOT_API_AT_ROOT = ("contrib", "dtensor", "security", "tools")
OWN_PREFIX = (".contrib", ".raw_ops")
NAMED_ONLY = ("tf.compat.v1", "tf.compat.v2", "tf.raw_ops")
PARTS_OF_UNTIDY = (
    "tf.app.flags",
    "tf.contrib.slim.layers",
    "tf.contrib.slim.losses",
    "tf.contrib.slim.metrics",
    "tf.nn.rnn_cell",
    "tf.nn.seq2seq",
)
UNTIDY = ("tensorflow.python.platform.flags",)
LITERALS = (type(None), bool, int, float, complex, str, bytes)
LONGEST_DEFAULT = 60
CLASSES = {}  # type: dict[int, type]


def main() -> None:
    """Read the request and print {"tensorflow": ..., "keras": ..., "apis": {name: what survey() says}}."""
    request = json.load(sys.stdin)
    answer_goes_to, sys.stdout = sys.stdout, sys.stderr
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tensorflow = importlib.import_module("tensorflow")
    apis = {name: survey(root) for root, name in request.items()}
    answer = {"tensorflow": tensorflow.__version__, "keras": keras_version(tensorflow), "apis": apis}
    answer["classes"] = classes()
    answer["alone"] = beside("probe_modules").keras()
    answer["insides"] = beside("probe_modules").insides()
    json.dump(answer, answer_goes_to, sort_keys=True)


def classes() -> "dict[str, dict[str, str | None]]":
    """The members of every public class that was described, by what describe() calls `same`."""
    probe = beside("probe_members")
    found = {}
    for cls in list(CLASSES.values()):
        members = probe.members(cls, parameters)
        if members is not None:
            found[str(id(cls))] = members
    return found


def beside(name: str) -> ModuleType:
    """A module that lies beside this one."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    return importlib.import_module(name)


def keras_version(tensorflow: ModuleType) -> "str | None":
    """The version of the package that tf.keras is, None where TensorFlow has its own copy or none."""
    version = getattr(getattr(tensorflow, "keras", None), "__version__", "-tf")
    return None if version.endswith("-tf") else version


def survey(where: str) -> "dict[str, Any]":
    """What is public below a root: {"modules": [...], "symbols": {name: description}}."""
    root = find(where)
    prefix = next(("tf" + where[len("tensorflow") :] for end in OWN_PREFIX if where.endswith(end)), "tf")
    found = dict(walk(root, prefix, ()))
    modules = sorted(name for name, what in found.items() if what is None)
    symbols = {name: what for name, what in found.items() if what is not None}
    return {"modules": modules, "symbols": symbols, "attributes": attributes(where, prefix, modules, symbols)}


def attributes(where: str, prefix: str, modules: "list[str]", symbols: "dict[str, Any]") -> "list[str]":
    """The modules and symbols that can be had as attributes, but not by an import statement."""
    found = []
    for name in modules:
        try:
            module = importlib.import_module(where + name[len(prefix) :])
        except ImportError:
            found.append(name)
            continue
        own = [each for each in symbols if each.rpartition(".")[0] == name]
        found.extend(each for each in own if not hasattr(module, each.rpartition(".")[2]))
    return sorted(found)


def find(where: str) -> Any:
    """The module at a dotted path; one that is not a package on disk is an attribute of its parent."""
    try:
        return importlib.import_module(where)
    except ImportError:
        parent, _, name = where.rpartition(".")
        return getattr(find(parent), name)


def walk(module: ModuleType, prefix: str, above: "tuple[int, ...]") -> "Iterator[tuple[str, Any]]":
    """The public names from a module downward with what describe() says of each, None for a module."""
    yield prefix, None
    tidy = is_tidy(module, prefix)
    for name, value in members(module):
        full = prefix + "." + name
        if full in NAMED_ONLY:
            yield full, None
        elif not isinstance(value, ModuleType):
            if is_public(value, full, tidy):
                yield full, describe(value)
        elif is_part(value, full, module, tidy) and id(value) not in above:
            yield from walk(value, full, (*above, id(module)))
        elif tidy and module_name(value).split(".")[0] not in (*FAMILY, ""):
            yield full, describe(value)  # a guest, such as tf.test.mock


def members(module: ModuleType) -> "Iterator[tuple[str, Any]]":
    """The attributes of a module that are public and can be had, in alphabetical order."""
    for name in sorted(dir(module)):
        if not name.startswith("_") or name in DUNDERS:
            try:
                yield name, getattr(module, name)
            except Exception:  # lazy members raise all sorts of things when their package is missing
                continue


def is_tidy(module: ModuleType, prefix: str) -> bool:
    """Whether dir() shows public names only: a module that was never cleaned still has its __future__."""
    untidy = any(is_future(vars(module).get(name)) for name in ("absolute_import", "print_function"))
    return prefix == "tf" or not (untidy or module.__name__ in UNTIDY)


def is_future(value: Any) -> bool:
    """Whether a value is what `from __future__ import` binds."""
    return type(value).__name__ == "_Feature"


def is_public(value: Any, full: str, tidy: bool) -> bool:
    """Whether an object other than a module belongs to the API: an untidy module shows all it imported."""
    if is_future(value) or full == "tf.contrib":
        return False
    made_in = home(value)
    if full.startswith("tf.contrib.") and ".python.ops.gen_" in made_in and ".contrib." not in made_in:
        return False  # kernels, which are public elsewhere
    if made_in.endswith(".all_util"):
        return False
    return tidy or full.rpartition(".")[2].isupper() or made_in.split(".")[0] in FAMILY


def is_part(value: ModuleType, full: str, parent: ModuleType, tidy: bool) -> bool:
    """Whether a module found under a full name is a part of the API of its parent."""
    prefix, _, name = full.rpartition(".")
    path = module_name(value)
    hidden = (name in NOT_API and full != "tf.keras.ops") or (prefix == "tf" and name in NOT_API_AT_ROOT)
    if hidden or path.split(".")[0] not in FAMILY:
        return False
    if tidy or full in PARTS_OF_UNTIDY:
        return True
    if prefix.startswith("tf.contrib.") and prefix.count(".") == 2:
        return path.startswith("tensorflow" + prefix[2:] + ".")
    return path == module_name(parent) + "." + name


def module_name(module: ModuleType) -> str:
    """The path of a module, empty for a lazy one that cannot be loaded."""
    try:
        return module.__name__
    except Exception:  # as above
        return ""


def home(value: Any) -> str:
    """The path of the module that a function or class was written in."""
    return str(getattr(getattr(value, "func", value), "__module__", None))


def describe(value: Any) -> "dict[str, Any]":
    """What can be said of an object in plain data; `same` is equal for the same object, within one run."""
    literal = isinstance(value, LITERALS)
    if inspect.isclass(value):
        CLASSES[id(value)] = value
    return {
        "signature": signature_of(value),
        "same": f"{type(value).__name__}:{value!r}" if literal else str(id(value)),
        "literal": literal,
        "exported": exported_as(value),
        "about": about(value),
    }


def exported_as(value: Any) -> "list[str]":
    """The names that TensorFlow says it exports an object by, in its order."""
    if inspect.isclass(value):
        return list(vars(value).get("_tf_api_names", ()))
    return list(getattr(value, "_tf_api_names", ())) if inspect.isroutine(value) else []


def about(value: Any) -> str:
    """The first line of the docstring of a function or class."""
    has_one = inspect.isclass(value) or inspect.isroutine(value)
    lines = (value.__doc__ or "").strip().splitlines() if has_one else []
    return lines[0].strip() if lines else ""


def signature_of(value: Any) -> "str | None":
    """Parameters as text, "class:" before those of a constructor; None for neither function nor class."""
    if inspect.isclass(value):
        return "class:" + constructor(value)
    if inspect.isroutine(value) or isinstance(value, functools.partial) or hasattr(value, "_tf_decorator"):
        return parameters(value)
    return None


def constructor(cls: type) -> str:
    """The parameters that a class is called with."""
    if issubclass(cls, enum.Enum):
        return "value"
    if hasattr(cls, "DESCRIPTOR"):
        return "**kwargs"  # a protocol buffer takes its fields by name
    for each in cls.__mro__:
        if each.__module__ in ("abc", "builtins", "typing"):
            continue
        if each.__module__.split(".")[0] == "numpy":
            return "*args,**kwargs"  # what inspect makes of these differs from release to release
        for maker in ("__init__", "__new__"):
            if maker in vars(each):
                return parameters(getattr(each, maker), bound=True)
    return ""


def parameters(function: Any, bound: bool = False) -> str:
    """The parameters of a function as text, without a first one that stands for the object it is bound to."""
    try:
        listed = list(true_signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C
        return "*args,**kwargs"
    if bound and listed and listed[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        del listed[0]
    texts = [parameter_text(each) for each in listed]
    kinds = [each.kind for each in listed]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        texts.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    return ",".join(texts)


def true_signature(function: Any) -> inspect.Signature:
    """The signature below the decorators, or the one that a decorator declares."""
    while True:
        declared = getattr(getattr(function, "_tf_decorator", None), "decorator_argspec", None)
        if declared is not None:
            return from_argspec(declared)
        if not hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
            return inspect.signature(function)
        function = function.__wrapped__


def from_argspec(spec: Any) -> inspect.Signature:
    """An argument specification of either of inspect's older kinds as a signature."""
    made = inspect.Parameter
    count = len(spec.defaults or ())
    defaults = dict(zip(spec.args[len(spec.args) - count :], spec.defaults or ()))  # noqa: B905
    defaults.update(getattr(spec, "kwonlydefaults", None) or {})
    kinds = dict.fromkeys(spec.args, made.POSITIONAL_OR_KEYWORD)  # type: dict[str, Any]
    kinds.update({spec.varargs: made.VAR_POSITIONAL} if spec.varargs else {})
    kinds.update((name, made.KEYWORD_ONLY) for name in getattr(spec, "kwonlyargs", ()))
    rest = getattr(spec, "varkw", None) or getattr(spec, "keywords", None)
    kinds.update({rest: made.VAR_KEYWORD} if rest else {})
    return inspect.Signature(
        [made(name, kinds[name], default=defaults.get(name, made.empty)) for name in kinds]
    )


def parameter_text(parameter: inspect.Parameter) -> str:
    """One parameter as it would be written, without its annotation."""
    if parameter.default is not inspect.Parameter.empty:
        return parameter.name + "=" + default_text(parameter.default)
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
    return stars + parameter.name


def default_text(value: Any) -> str:
    """A default as a literal, `...` where it is none or too long to be worth its place."""
    text = repr(value) if is_plain(value) else "..."
    return text if len(text) <= LONGEST_DEFAULT else "..."


def is_plain(value: Any) -> bool:
    """Whether repr() of a value is a literal."""
    if type(value) in (tuple, list):
        return all(is_plain(each) for each in value)
    if type(value) is dict:
        return all(is_plain(key) and is_plain(each) for key, each in value.items())
    is_number = type(value) in (float, complex)
    return type(value) in LITERALS and not (is_number and repr(value).strip("-") in ("inf", "nan"))


if __name__ == "__main__":
    main()
