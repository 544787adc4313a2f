"""Takes interpreters that have TensorFlow 0.12, 1.15, 2.15 and 2.21, writes the generated tables of rules/api.

    python tools/generate_api.py --interpreter 0.12=PYTHON --interpreter 1.15=PYTHON \\
        --interpreter 2.15=PYTHON --interpreter 2.21=PYTHON --interpreter 2.21-keras2=PYTHON

The interpreter for 2.21-keras2 has tf_keras too, and may be the same as the one for 2.21. If some are not
given, the tables that can do without them are written.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import class_tables, name_tables

GENERATOR = "tools/generate_api.py"
ROOT = Path(__file__).resolve().parent.parent
PROBE = Path(__file__).with_name("probe_api.py")
V1_ROOTS = {"tensorflow": "v1", "tensorflow.contrib": "contrib"}
COMPAT = {"tensorflow.compat.v1": "compat.v1", "tensorflow.compat.v2": "compat.v2"}
V2_ROOTS = {"tensorflow": "v2", "tensorflow.compat.v1": "v1", "tensorflow.raw_ops": "raw_ops"}
ROOTS = {
    "0.12": V1_ROOTS,
    "1.15": V1_ROOTS | COMPAT | {"tensorflow.raw_ops": "raw_ops"},
    "2.15": V2_ROOTS,
    "2.21": V2_ROOTS,
    "2.21-keras2": V2_ROOTS,
}
SIGNATURES = {
    "signatures-0.12.json": ("0.12", "v1"),
    "signatures-0.12-contrib.json": ("0.12", "contrib"),
    "signatures-1.15.json": ("1.15", "v1"),
    "signatures-1.15-contrib.json": ("1.15", "contrib"),
    "signatures-2.21.json": ("2.21", "v2"),
    "signatures-2.21-v1.json": ("2.21", "v1"),
}
NEVER_A_TARGET = ("tf.keras.backend.", "tf.contrib.deprecated.", "tf.contrib.quantization.")
SHORTEST_TELLING_DOCSTRING = 20

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Symbol:
    """What the probe says of one object: objects of one interpreter with equal `same` are one object."""

    signature: str | None
    same: str
    literal: bool
    exported: list[str]
    about: str

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters, in order."""
        text = (self.signature or "").removeprefix("class:")
        (function,) = ast.parse(f"def f({text}): ...").body
        return [each.arg for each in function.args.args] if isinstance(function, ast.FunctionDef) else []


Symbols = Mapping[str, Symbol]


@dataclass(frozen=True, slots=True)
class Survey:
    """All that one interpreter says: versions, and per API its modules and symbols."""

    tensorflow: str
    keras: str | None
    modules: dict[str, list[str]]
    symbols: dict[str, dict[str, Symbol]]
    attributes: dict[str, list[str]] = field(default_factory=dict)
    insides: dict[str, str] = field(default_factory=dict)
    classes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)


def main(arguments: list[str] | None = None) -> int:
    """Ask the interpreters on the command line and write every table that can be made of the answers."""
    parser = argparse.ArgumentParser(description="Generate rules/api from installed TensorFlow wheels.")
    parser.add_argument("--interpreter", action="append", default=[], metavar="VERSION=PYTHON", required=True)
    parser.add_argument("--output", type=Path, default=ROOT / "rules" / "api", metavar="FOLDER")
    options = parser.parse_args(arguments)
    asked = dict(each.split("=", 1) for each in options.interpreter)
    if unknown := sorted(set(asked) - set(ROOTS)):
        parser.error(f"no such version: {', '.join(unknown)}; there are {', '.join(ROOTS)}")
    tables = make_tables({version: survey(version, python) for version, python in asked.items()})
    for name, table in tables.items():
        (options.output / name).write_text(render(table), encoding="utf-8")
        print(f"{name}: {describe(table)}", file=sys.stderr)
    return 0


def survey(version: str, python: str) -> Survey:
    """Run the probe in an interpreter; raises RuntimeError if it fails or has another version."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    environment["TF_USE_LEGACY_KERAS"] = "1" if version.endswith("-keras2") else "0"
    request = json.dumps(ROOTS[version])
    run = subprocess.run([python, PROBE], input=request, capture_output=True, text=True, env=environment)
    if run.returncode:
        raise RuntimeError(f"{python} failed: {run.stderr[-2000:]}")
    answer = json.loads(run.stdout)
    if not answer["tensorflow"].startswith(version.removesuffix("-keras2") + "."):
        raise RuntimeError(f"{python} has TensorFlow {answer['tensorflow']}, not {version}")
    modules = {api: found["modules"] for api, found in answer["apis"].items()}
    symbols = {
        api: {name: Symbol(**about) for name, about in found["symbols"].items()}
        for api, found in answer["apis"].items()
    }
    attributes = {api: found.get("attributes", []) for api, found in answer["apis"].items()}
    more = {key: answer[key] for key in ("insides", "classes", "alone") if key in answer}
    return Survey(answer["tensorflow"], answer["keras"], modules, symbols, attributes, **more)


def make_tables(surveys: Mapping[str, Survey]) -> dict[str, Table]:
    """File name -> table, for every table whose surveys are all there."""
    tables: dict[str, Table] = {}
    for name, (version, api) in SIGNATURES.items():
        if version in surveys:
            tables[name] = signature_table(surveys[version], api)
    if "2.21" in surveys:
        tables["keras3.json"] = name_tables.keras_table(surveys["2.21"])
    if {"1.15", "2.21", "2.21-keras2"} <= surveys.keys():
        tables["names.json"] = names_table(surveys["1.15"], surveys["2.21"], surveys["2.21-keras2"])
    if {"0.12", "1.15"} <= surveys.keys():
        tables["renamed-0.12.json"] = renamed_table(surveys["0.12"], surveys["1.15"])
        tables["twins.json"] = name_tables.twins_table(surveys["0.12"], surveys["1.15"])
    if ROOTS.keys() <= surveys.keys():
        tables["insides.json"] = name_tables.insides_table(surveys)
        tables["targets.json"] = name_tables.targets_table(surveys, tables["names.json"]["moved"])
        tables["signatures-other.json"] = name_tables.other_signatures_table(surveys)
        tables["members.json"] = class_tables.members_table(surveys, tables["names.json"]["moved"])
    return tables


def signature_table(survey: Survey, api: str) -> Table:
    """Every public symbol of an API with its signature, and the names of its modules."""
    table: Table = {"generator": GENERATOR, "tensorflow": survey.tensorflow, "modules": survey.modules[api]}
    if survey.keras:
        table["keras"] = survey.keras
    table["symbols"] = {name: symbol.signature for name, symbol in survey.symbols[api].items()}
    return table


def names_table(old: Survey, new: Survey, legacy: Survey) -> Table:
    """What became of each symbol of 1.15 in 2.21; one in none of the lists is one object under one name."""
    v1, v2 = new.symbols["v1"], new.symbols["v2"]
    targets = by_identity(v2)
    table: Table = {
        "generator": GENERATOR,
        "moved": {},
        "compat": [],
        "differs": [],
        "keras2": [],
        "gone": [],
    }
    for name in old.symbols["v1"]:
        if name in v1 and name in v2:
            if v1[name].same != v2[name].same:
                table["differs"].append(name)
        elif name in v1:
            if target := best_target(name, v1[name], targets[v1[name].same]):
                table["moved"][name] = target
            else:
                table["compat"].append(name)
        else:
            table["keras2" if name in legacy.symbols["v1"] else "gone"].append(name)
    table["aliases"] = aliases(old.symbols["v1"], [*table["keras2"], *table["gone"]], v1, v2)
    return table


def best_target(name: str, symbol: Symbol, candidates: Iterable[str]) -> str | None:
    """The name of the TF 2 API by which an object should be called from now on, None if it has none there.

    Equal literals are one object only if the last part of their names agrees. Of several candidates the one
    with the same last part wins, then the one TensorFlow names first, then the one with the shortest path.
    """
    last = last_part(name)
    fitting = [
        each for each in candidates if allowed(each) and (not symbol.literal or last_part(each) == last)
    ]
    exported = [f"tf.{each}" for each in symbol.exported]

    def rank(target: str) -> tuple[object, ...]:
        order = exported.index(target) if target in exported else len(exported)
        return last_part(target) != last, order, ".experimental." in target, target.count("."), target

    return min(fitting, key=rank, default=None)


def aliases(old: Symbols, lost: Iterable[str], v1: Symbols, v2: Symbols) -> dict[str, str]:
    """For names that 2.21 does not have: another name of the object in 1.15 that it has, in either API."""
    others = by_identity(old)
    found: dict[str, str] = {}
    for name in lost:
        kept = [each for each in others[old[name].same] if each in v1 or each in v2]

        def rank(each: str, name: str = name) -> tuple[object, ...]:
            return each not in v2, parent(each) != parent(name), each.count("."), each

        if kept and not old[name].literal:
            found[name] = min(kept, key=rank)
    return found


def renamed_table(old: Survey, new: Survey) -> Table:
    """Symbols of 0.12 that 1.15 has under another name only, as far as names and docstrings tell.

    The new one has the docstring of the old, and its name ends alike or it takes the same parameters; in the
    second case only one object outside contrib may do so.
    """
    outside, everywhere = new.symbols["v1"], new.symbols["contrib"] | new.symbols["v1"]
    twins = grouped(everywhere, lambda symbol: symbol.about)
    renamed: dict[str, str] = {}
    for name, symbol in old.symbols["v1"].items():
        if name in outside or not symbol.about:
            continue
        alike = [each for each in twins[symbol.about] if allowed(each)]
        same_end = [each for each in alike if last_part(each) == last_part(name)]
        same_use = [each for each in alike if each in outside and takes_the_same(symbol, outside[each])]
        if (
            len(symbol.about) < SHORTEST_TELLING_DOCSTRING
            or len({outside[each].same for each in same_use}) > 1
        ):
            same_use = []
        if candidates := same_end or same_use:
            renamed[name] = min(candidates, key=lambda each: (each not in outside, each.count("."), each))
    return {"generator": GENERATOR, "renamed": renamed}


def takes_the_same(old: Symbol, new: Symbol) -> bool:
    """Whether every call of the old function means the same parameters of the new one."""
    return new.parameters[: len(old.parameters)] == old.parameters


def by_identity(symbols: Symbols) -> defaultdict[str, list[str]]:
    """The names of each object."""
    return grouped(symbols, lambda symbol: symbol.same)


def grouped(symbols: Symbols, key: Callable[[Symbol], str]) -> defaultdict[str, list[str]]:
    """The names of the symbols that have the same key, by key."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, symbol in symbols.items():
        names[key(symbol)].append(name)
    return names


def allowed(target: str) -> bool:
    """Whether a name is one to send people to."""
    return not target.startswith(NEVER_A_TARGET)


def last_part(name: str) -> str:
    """What stands behind the last dot."""
    return name.rpartition(".")[2]


def parent(name: str) -> str:
    """What stands before the last dot."""
    return name.rpartition(".")[0]


def render(table: Table) -> str:
    """A table as JSON with sorted keys, and one symbol or module a line."""
    parts = [f"{json.dumps(key)}: {render_value(table[key])}" for key in sorted(table)]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def render_value(value: Any) -> str:
    """One value of a table as JSON."""
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}:{json.dumps(value[key])}" for key in sorted(value)]
        return "{\n" + ",\n".join(lines) + "\n}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(each) for each in sorted(value)) + "\n]"
    return json.dumps(value)


def describe(table: Table) -> str:
    """How much a table holds, for the one who runs this."""
    return ", ".join(f"{len(value)} {key}" for key, value in table.items() if isinstance(value, dict | list))


if __name__ == "__main__":
    sys.exit(main())
