"""The API tables come in; what a name of TensorFlow means, takes, returns and became goes out."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from tfce_migrate.terms import Kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Api = Literal["", "v1", "v2"]
EraName = Literal["0.x", "1.x", "2.x"]

# Roots under which code reaches a library, and the canonical root; longest first.
ROOTS = (
    ("tensorflow.compat.v1", "tf.compat.v1"),
    ("tensorflow.compat.v2", "tf.compat.v2"),
    ("tensorflow", "tf"),
)


LIMIT_PREFIXES = 3  # keras.layers.core. -> tf.keras.layers.core. -> tf.keras.layers.
LIBRARIES = ("tf", "tflearn", "keras", "tf_keras", "tf_slim", "tensorlayer")


@dataclass(frozen=True, slots=True)
class Fact:
    """What the hand-written tables say of one symbol.

    signatures: parameter names in positional order, by era. takes: what a parameter must hold. makes, of: the kind
    that comes out, and the parameter that holds the raw values. keeps: parameters whose kind comes out. guards: the
    parameter that is clipped. activation: the parameter that holds an activation; inner: the symbol's result before
    it. layer: calling the instance does what that symbol does. gives: network, data, or "" (as its arguments).
    calls: parameters that hold functions whose result comes out. operator: the Python operator it is.
    """

    name: str
    signatures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    makes: Kind = Kind.UNKNOWN
    of: str = ""
    keeps: tuple[str, ...] = ()
    guards: str = ""
    activation: str = ""
    layer: str = ""
    gives: str = ""
    calls: tuple[str, ...] = ()
    operator: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    watch: bool = False

    def signature(self, era: EraName = "1.x") -> tuple[str, ...]:
        """The parameters in positional order in an era; the nearest one that the table knows."""
        for name in (era, "1.x", "2.x", "0.x"):
            if name in self.signatures:
                return self.signatures[name]
        return ()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A resolved reference: its canonical name, the API asked for by compat.v1 or compat.v2, what is known of it."""

    name: str
    api: Api
    fact: Fact | None


@cache
def table(name: str) -> dict[str, Any]:
    """One file of rules/api as data."""
    file = resources.files("tfce_migrate.rules.api").joinpath(name)
    raw = file.read_bytes()
    if name.endswith(".json"):
        data: dict[str, Any] = json.loads(raw)
        return data
    return tomllib.loads(raw.decode("utf-8"))


@cache
def facts() -> dict[str, Fact]:
    """Every fact of the hand-written tables by canonical name."""
    found: dict[str, Fact] = {}
    for name in ("losses.toml", "values.toml", "layers.toml"):
        for symbol, entry in table(name).items():
            if symbol != "about":
                found[symbol] = _fact(symbol, entry)
    return found


@cache
def aliases() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Names that are one thing: whole names, and prefixes (longest first)."""
    data = table("aliases.toml")
    prefixes = sorted(data["prefixes"].items(), key=lambda pair: -len(pair[0]))
    return data["names"], tuple(prefixes)


@cache
def resolve(raw: str) -> Symbol:
    """The symbol that a dotted name means, once its root is canonical (`tf.compat.v1.nn.softmax`)."""
    api: Api = ""
    name = raw
    while name.startswith("tf.compat.v"):
        api = "v1" if name.startswith("tf.compat.v1") else "v2"
        name = "tf" + name[len("tf.compat.v1") :]
    names, prefixes = aliases()
    for _ in range(LIMIT_PREFIXES):
        shorter = next((canonical + name[len(old) :] for old, canonical in prefixes if name.startswith(old)), name)
        if shorter == name:
            break
        name = shorter
    name = names.get(name, name)
    return Symbol(name, api, facts().get(name))


def is_library(raw: str) -> bool:
    """Whether a dotted name belongs to TensorFlow or a library that the tables know."""
    return raw.partition(".")[0] in LIBRARIES


def root_of(module: str) -> str:
    """The canonical dotted name of an imported module: `tensorflow.nn` -> `tf.nn`; others stay."""
    for root, canonical in ROOTS:
        if module == root or module.startswith(root + "."):
            return canonical + module[len(root) :]
    return module


@cache
def exported(version: str) -> frozenset[str]:
    """The public names of a TensorFlow version's API ('1.15', '2.21' or '2.21-v1'), modules left out."""
    return frozenset(table(f"signatures-{version}.json")["symbols"])


@cache
def modules(version: str) -> frozenset[str]:
    """The public modules of a TensorFlow version's API, named as in `exported`."""
    return frozenset(table(f"signatures-{version}.json")["modules"])


@cache
def public_part(raw: str) -> tuple[str, str]:
    """The longest part of a dotted name that TF 1.15 exports, and the rest: an attribute of a class, perhaps."""
    name, rest = raw, ""
    while name.count(".") > 0:
        if name in exported("1.15"):
            return name, rest
        name, _, last = name.rpartition(".")
        rest = f".{last}{rest}"
    return raw, ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _list(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _fact(symbol: str, entry: Mapping[str, Any]) -> Fact:
    written = entry.get("signature", "")
    by_era = {"1.x": written} if isinstance(written, str) else written
    signatures = {era: _names(names) for era, names in by_era.items()}
    return Fact(
        name=symbol,
        signatures={era: names for era, names in signatures.items() if names},
        takes=entry.get("takes", {}),
        makes=Kind(entry["makes"]) if "makes" in entry else Kind.UNKNOWN,
        of=entry.get("of", ""),
        keeps=_list(entry.get("keeps", [])),
        guards=entry.get("guards", ""),
        activation=entry.get("activation", ""),
        layer=entry.get("layer", ""),
        gives=entry.get("gives", ""),
        calls=_list(entry.get("calls", [])),
        operator=entry.get("operator", ""),
        renamed=entry.get("renamed", {}),
        watch=bool(entry.get("watch", False)) or bool(entry.get("takes")),
    )
