"""Takes what interpreters say of their APIs, gives the tables of names: which target has which, what is one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

GENERATOR = "tools/generate_api.py"
NEWEST = "2.21"
DIFFERENT = {"2.15": ("v2", "v1"), "2.21-keras2": ("v2", "v1")}
OLD = {"compat.v1": "v1", "compat.v2": "v2"}
OWN_HOME = ("tf.contrib.deprecated.", "tf.contrib.quantization.", "tf.contrib.keras.")
FUTURE = ("absolute_import", "division", "print_function", "unicode_literals")
FALLBACK = "_eager_fallback"
UNREADABLE = "*"


def targets_table(surveys: Mapping[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    """For each target and API, the names and modules that it has and 2.21 with Keras 3 has not, and the reverse.

    What 1.15 has under tf.compat.v1 and tf.compat.v2 is told in the same way. raw_ops are told in full. attributes are
    what no import statement reaches, 1.15 moved later the names whose new name
    1.15 has not or for another object, insides gone the modules of tensorflow.python that 0.12 or 1.15 had.
    """
    newest = surveys[NEWEST]
    differences: dict[str, list[str]] = {}
    for version, apis in DIFFERENT.items():
        for api in apis:
            differences |= _difference(f"{version} {api}", surveys[version], api, newest, api)
    for compat, api in OLD.items():
        differences |= _difference(f"1.15 {api}", surveys["1.15"], compat, newest, api)
    now = set(newest.symbols["raw_ops"])
    for version in ("1.15", "2.15"):
        other = set(surveys[version].symbols["raw_ops"])
        differences |= {f"{version} raw_ops more": sorted(other - now), f"{version} raw_ops less": sorted(now - other)}
    for version in (NEWEST, *DIFFERENT):
        for api in ("v1", "v2"):
            differences[f"{version} {api} attributes"] = _outermost(surveys[version].attributes[api])
    table: dict[str, Any] = {"generator": GENERATOR, "raw_ops": sorted(now)}
    old = surveys["1.15"].symbols["v1"]
    table["1.15 moved later"] = [name for name in moved if not _is_one(old, name, moved[name])]
    table["insides gone"] = sorted({*surveys["0.12"].insides, *surveys["1.15"].insides}.difference(newest.insides))
    return table | differences


def _is_one(symbols: Mapping[str, Any], one: str, other: str) -> bool:
    return one in symbols and other in symbols and symbols[one].same == symbols[other].same


def _difference(title: str, one: Any, api: str, newest: Any, newest_api: str) -> dict[str, list[str]]:
    symbols, modules = set(one.symbols[api]), set(one.modules[api])
    new_symbols, new_modules = set(newest.symbols[newest_api]), set(newest.modules[newest_api])
    return {
        f"{title} more": sorted(symbols - new_symbols),
        f"{title} less": sorted(new_symbols - symbols),
        f"{title} more modules": sorted(modules - new_modules),
        f"{title} less modules": sorted(new_modules - modules),
    }


def other_signatures_table(surveys: Mapping[str, Any]) -> dict[str, Any]:
    """The signatures of each target that are not those of 2.21 with Keras 3, of symbols that an older API had."""
    old = surveys["1.15"].symbols["v1"]
    table: dict[str, Any] = {"generator": GENERATOR}
    for version, apis in DIFFERENT.items():
        for api in apis:
            newest, found = surveys[NEWEST].symbols[api], surveys[version].symbols[api]
            table[f"{version} {api}"] = {
                name: symbol.signature
                for name, symbol in found.items()
                if name in old and (name not in newest or newest[name].signature != symbol.signature)
            }
    return table


def insides_table(surveys: Mapping[str, Any]) -> dict[str, Any]:
    """The modules of tensorflow.python that 2.21 shares with 0.12 or 1.15, each with the names that it lost."""
    lost: dict[str, str] = {}
    for module, now in surveys[NEWEST].insides.items():
        olds = [surveys[version].insides[module] for version in ("0.12", "1.15") if module in surveys[version].insides]
        names = {name for old in olds for name in old.split() if not name.endswith(FALLBACK)} - {*FUTURE, UNREADABLE}
        if olds:
            lost[module] = "" if now == UNREADABLE else " ".join(sorted(names.difference(now.split())))
    return {"generator": GENERATOR, "lost": lost}


def keras_table(survey: Any) -> dict[str, Any]:
    """The modules of the package keras beside 2.21, each with the names in it; `*` where these are not known."""
    return {"generator": GENERATOR, "keras": survey.keras, "modules": survey.alone}


def _outermost(names: list[str]) -> list[str]:
    return [name for name in names if not any(name.startswith(f"{other}.") for other in names)]


def twins_table(old: Any, new: Any) -> dict[str, Any]:
    """Other names of an object, by identity: for contrib a name outside it, for what 1.15 lost one that it kept."""
    outside = new.symbols["v1"]
    kept_modules = set(new.modules["v1"])
    lost = {
        name: symbol
        for api in ("v1", "contrib")
        for name, symbol in old.symbols[api].items()
        if name not in outside and name not in new.symbols["contrib"]
    }
    return {
        "generator": GENERATOR,
        "contrib": _twins(new.symbols["contrib"], outside, lambda name: name in outside),
        "0.12": _twins(lost, old.symbols["v1"], lambda name: name in outside and name not in kept_modules),
    }


def _twins(names: Mapping[str, Any], others: Mapping[str, Any], fits: Callable[[str], bool]) -> dict[str, str]:
    by_object: dict[str, list[str]] = {}
    for name, symbol in others.items():
        if fits(name) and not symbol.literal:
            by_object.setdefault(symbol.same, []).append(name)
    found = {name: _best(name, by_object.get(symbol.same, ())) for name, symbol in names.items()}
    return {name: twin for name, twin in found.items() if twin is not None}


def _best(name: str, candidates: Iterable[str]) -> str | None:
    last = name.rpartition(".")[2]
    return min(candidates, key=lambda each: (each.rpartition(".")[2] != last, each.count("."), each), default=None)
