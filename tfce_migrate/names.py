"""A name of TensorFlow and a target come in; whether the target has it, and what it is called there, goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tfce_migrate.settings import Settings
from tfce_migrate.symbols import exported, modules, table

INTERNAL = (
    "tf.python", "tf.core", "tf.compiler", "tf.tools", "tf.stream_executor", "tf.include", "tf.lite.python",
    "tf.lite.tools", "tf.lite.schema_py_generated", "tf.tsl", "tf.dtensor", "tf.pywrap_tensorflow", "tf._api",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A TensorFlow that code has to run on, as the tables know it: 1.15, 2.15, 2.21 or 2.21-keras2."""

    columns: tuple[str, ...]
    keras: str

    @property
    def title(self) -> str:
        """How a message names it."""
        version = self.columns[-1].partition("-")[0]
        return f"TensorFlow {version}" + (" with Keras 3" if version == "2.21" and self.keras == "3" else "")


@cache
def target_of(settings: Settings) -> Target:
    """The tables to ask for --tf-version and --keras; 1.15 asks for code that runs on both 1.15 and 2.21.

    Before 2.16 TensorFlow had a Keras 2 of its own. 2.15 stands for what came before it, 2.21 for what came after.
    """
    if settings.judged_by == "2.15":
        return Target(("2.15",), "legacy")
    newest = "2.21" if settings.keras == "3" else "2.21-keras2"
    return Target(("1.15", newest) if settings.judged_by == "1.15" else (newest,), settings.keras)


def split_api(raw: str) -> tuple[str, str]:
    """`tf.compat.v1.nn.relu` -> ("v1", "tf.nn.relu"); a plain name has the API ""."""
    api = ""
    while raw.startswith(("tf.compat.v1", "tf.compat.v2")) and (len(raw) == 12 or raw[12] == "."):
        api, raw = raw[10:12], "tf" + raw[12:]
    return api, raw


@cache
def names_of(column: str, api: str) -> frozenset[str]:
    """The public symbols of one API of a target."""
    return _listed(column, api, exported, "")


@cache
def modules_of(column: str, api: str) -> frozenset[str]:
    """The public modules of one API of a target."""
    return _listed(column, api, modules, " modules")


def _listed(column: str, api: str, known: Callable[[str], frozenset[str]], what: str) -> frozenset[str]:
    """What a table of 1.15 or 2.21 lists; for another column, that of 2.21 with the differences."""
    if column == "1.15" and api == "":
        return known("1.15")
    api = api or "v2"
    base = known("2.21-v1" if api == "v1" else "2.21")
    if column == "2.21":
        return base
    more, less = (table("targets.json")[f"{column} {api} {word}{what}"] for word in ("more", "less"))
    return base.union(more).difference(less)


@cache
def raw_ops(column: str) -> frozenset[str]:
    """The names in tf.raw_ops of a target."""
    data = table("targets.json")
    version = column.partition("-")[0]
    now = frozenset(data["raw_ops"])
    if version == "2.21":
        return now
    return now.union(data[f"{version} raw_ops more"]).difference(data[f"{version} raw_ops less"])


@cache
def column_has(raw: str, column: str) -> bool:
    """Whether a name, or the symbol that it is an attribute of, is in one TensorFlow's API."""
    api, name = split_api(raw)
    if name == "tf" or (api == "v2" and name == "tf.enable_v2_behavior"):
        return True
    if name.startswith("tf.raw_ops."):
        return ".".join(name.split(".")[:3]) in raw_ops(column)
    if column == "2.21" and ".optimizers.legacy." in name:
        return False  # Keras 3 has the names, and its classes raise ImportError
    symbols, parts = names_of(column, api), modules_of(column, api)
    if name in symbols or name in parts:
        return True
    parent = name.rpartition(".")[0]
    while parent.count(".") > 0:
        if parent in symbols:
            return True
        if parent in parts:
            return False
        parent = parent.rpartition(".")[0]
    return False


def has(raw: str, target: Target) -> bool:
    """Whether code that says the name runs on the target, as far as the name goes."""
    if any(part.startswith("__") for part in raw.split(".")) and split_api(raw)[1] not in _every_symbol():
        return True  # what every module or class has
    return all(column_has(raw, column) for column in target.columns)


@cache
def can_import(raw: str, columns: tuple[str, ...] = ("2.21-keras2",)) -> bool:
    """Whether an import statement reaches a name that the targets have; some are attributes only."""
    api, name = split_api(raw)
    for column in columns:
        kept = table("targets.json")[f"{column} {api or 'v2'} attributes"] if column != "1.15" else ()
        if any(name == each or name.startswith(f"{each}.") for each in kept):
            return name.count(".") == 1
    return True


def is_internal(raw: str) -> bool:
    """Whether a name is no part of TensorFlow's public API, but of its insides."""
    name = split_api(raw)[1]
    private = any(part.startswith("_") and not part.startswith("__") for part in name.split("."))
    return private or any(name == part or name.startswith(part + ".") for part in INTERNAL)


@cache
def is_gone_inside(raw: str, target: Target) -> bool:
    """Whether a name of tensorflow.python is in a module that today's TensorFlow has not, or was lost by its module."""
    name = split_api(raw)[1]
    if any(f"{name}.".startswith(f"{module}.") for module in table("targets.json")["insides gone"]):
        return True
    if target.columns[-1] == "2.15":
        return False  # of names in modules it is known what 2.21 has
    lost, module, last = table("insides.json")["lost"], name, ""
    while module and module not in lost:
        module, _, last = module.rpartition(".")
    return bool(module and last) and last in lost[module].split()


@cache
def is_module_inside(raw: str) -> bool:
    """Whether some TensorFlow has or had a module of this name in tensorflow.python."""
    name = split_api(raw)[1]
    return name in table("insides.json")["lost"] or name in table("targets.json")["insides gone"]


@cache
def once_public(raw: str) -> str | None:
    """The longest part of a name that some TensorFlow from 0.12 to today had, where it is a symbol or the whole."""
    name = split_api(raw)[1]
    if name.startswith("tf.raw_ops."):
        part = ".".join(name.split(".")[:3])
        return part if part in raw_ops("1.15") or part in raw_ops("2.21") else None
    if name in _every_module():
        return name
    while name.count(".") > 0:
        if name in _every_symbol():
            return name
        name = name.rpartition(".")[0]
    return None


@cache
def _every_symbol() -> frozenset[str]:
    found = exported("0.12").union(exported("1.15"), exported("2.21"), exported("2.21-v1"))
    return found.union(*(names_of(column, api) for column in ("2.15", "2.21-keras2") for api in ("v1", "v2")))


@cache
def _every_module() -> frozenset[str]:
    found = modules("0.12").union(modules("1.15"), modules("2.21"), modules("2.21-v1"))
    return found.union(*(modules_of(column, api) for column in ("2.15", "2.21-keras2") for api in ("v1", "v2")))


@cache
def home_of(name: str, target: Target) -> str | None:
    """What a symbol of TF 1.15 is called where the target has that very object; None where it has it nowhere."""
    names = table("names.json")
    if name in names["moved"]:
        moved: str = names["moved"][name]
        later = "1.15" in target.columns and name in table("targets.json")["1.15 moved later"]
        return moved if has(moved, target) and not later else _in_compat(name, target)
    if name in names["differs"] or name in names["compat"] or name in names["keras2"] or not has(name, target):
        return _in_compat(name, target)
    return name


def _in_compat(name: str, target: Target) -> str | None:
    compat = f"tf.compat.v1{name[2:]}"
    return compat if has(compat, target) else None
