"""Takes the interpreters at hand and the generator, checks that it would write the tables of rules/api as they are."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tfce_migrate.proof.witness import find_interpreters, missing
from tfce_migrate.symbols import table as read

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import class_tables, generate_api, name_tables

FATES = ("moved", "compat", "differs", "keras2", "gone")
MADE_BY_KERAS = ("tf.keras.", "tf.initializers.", "tf.losses.", "tf.metrics.", "tf.optimizers.")

pytestmark = pytest.mark.xdist_group("regenerated")  # one worker asks each interpreter once


def table(name: str) -> dict[str, Any]:
    return read(f"{name}.json")


@cache
def asked(version: str) -> Any:
    """What the interpreter for a version says now; skips where there is none, or one with another patch release."""
    witness = version.removesuffix("-keras2")
    if witness not in find_interpreters():
        pytest.skip(missing(witness))
    python = str(find_interpreters()[witness])
    here, there = installed(python, "tensorflow"), table("signatures-2.21")["tensorflow"]
    if witness == "2.21" and here != there:
        pytest.skip(f"{python} has TensorFlow {here}, the tables are of {there}")
    if version == "2.21-keras2" and not installed(python, "tf_keras"):
        pytest.skip(f"{python} has no tf_keras")
    return generate_api.survey(version, python)


def installed(python: str, package: str) -> str:
    """The version of a package that an interpreter has, empty if it has none."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def without_keras(found: dict[str, Any]) -> dict[str, Any]:
    return {name: signature for name, signature in found.items() if not name.startswith(MADE_BY_KERAS)}


class TestRegenerated:
    """The tables are what the interpreters say; what needs one that is not at hand is skipped."""

    @pytest.mark.parametrize("name", [name.removesuffix(".json") for name in generate_api.SIGNATURES])
    def test_signatures(self, name: str) -> None:
        version, api = generate_api.SIGNATURES[f"{name}.json"]
        now, then = generate_api.signature_table(asked(version), api), table(name)
        if now.get("keras") == then.get("keras"):
            assert now == then
        else:
            assert without_keras(now["symbols"]) == without_keras(then["symbols"])

    def test_renamed(self) -> None:
        assert generate_api.renamed_table(asked("0.12"), asked("1.15")) == table("renamed-0.12")

    def test_names(self) -> None:
        new = asked("2.21")
        if new.keras != table("signatures-2.21")["keras"]:
            pytest.skip(f"this Python has Keras {new.keras}, which decides over many names")
        made = generate_api.names_table(asked("1.15"), new, asked("2.21-keras2"))
        assert generate_api.render(made) == generate_api.render(table("names"))

    def test_twins(self) -> None:
        made = name_tables.twins_table(asked("0.12"), asked("1.15"))
        assert generate_api.render(made) == generate_api.render(table("twins"))

    def test_targets(self) -> None:
        surveys = {version: asked(version) for version in ("0.12", "1.15", "2.15", "2.21", "2.21-keras2")}
        if surveys["2.21"].keras != table("signatures-2.21")["keras"]:
            pytest.skip(f"this Python has Keras {surveys['2.21'].keras}, which decides over many names")
        targets = name_tables.targets_table(surveys, table("names")["moved"])
        assert generate_api.render(targets) == generate_api.render(table("targets"))
        insides = name_tables.insides_table(surveys)
        assert generate_api.render(insides) == generate_api.render(table("insides"))
        others = name_tables.other_signatures_table(surveys)
        assert generate_api.render(others) == generate_api.render(table("signatures-other"))
        members = class_tables.members_table(surveys, table("names")["moved"])
        assert generate_api.render(members) == generate_api.render(table("members"))

    def test_the_package_keras(self) -> None:
        new = asked("2.21")
        if new.keras != table("keras3")["keras"]:
            pytest.skip(f"this Python has Keras {new.keras}, the table is of {table('keras3')['keras']}")
        assert generate_api.render(name_tables.keras_table(new)) == generate_api.render(table("keras3"))

    def test_names_as_far_as_2_21_decides_them(self) -> None:
        kept = [name for name in table("signatures-1.15")["symbols"] if not name.startswith("tf.keras.")]
        old = {name: generate_api.Symbol(None, name, False, [], "") for name in kept}
        made = generate_api.names_table(
            generate_api.Survey("1.15", None, {}, {"v1": old}),
            asked("2.21"),
            generate_api.Survey("2.21", None, {}, {"v1": {}}),
        )
        names = {
            fate: {each for each in table("names")[fate] if not each.startswith("tf.keras.")}
            for fate in FATES
        }
        assert made["moved"] == table("names")["moved"]
        assert set(made["compat"]) == names["compat"]
        assert set(made["differs"]) == names["differs"]
        assert set(made["gone"]) == names["gone"] | names["keras2"]
