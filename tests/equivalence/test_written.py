"""Every name of the old APIs is migrated, mentioned and called; what is written in its place is asked of the target."""

from __future__ import annotations

import ast
import re

import pytest

from tfce_migrate import Settings, migrate_source
from tfce_migrate.symbols import table

NAME = re.compile(r"\btf(?:\.[A-Za-z_]\w*)+")
LINES = 200  # of one program
APIS = {"0.12": "0.x", "0.12-contrib": "0.x", "1.15": "1.x", "1.15-contrib": "1.x"}
# Options, and the interpreters that must have the names, with their Keras.
TARGETS = {
    "2.21": ({}, {"2.21": "0"}),
    "2.21 with legacy Keras": ({"keras": "legacy"}, {"2.21": "1"}),
    "2.15": ({"tf_version": "2.15"}, {"2.15": "0"}),
    "1.15": ({"tf_version": "1.15"}, {"1.15": "0", "2.21": "0"}),
}


def statements(version):
    """A mention of each symbol, and a call with an argument for each of its parameters."""
    for name, signature in table(f"signatures-{version}.json")["symbols"].items():
        yield name
        if signature:
            (function,) = ast.parse(f"def f({signature.removeprefix('class:')}): ...").body
            yield f"{name}({', '.join(each.arg + '_' for each in function.args.args)})"


def written(options):
    """The names in lines that migrate changed, with the line as it was."""
    found = {}
    for version, era in APIS.items():
        lines = list(statements(version))
        for start in range(0, len(lines), LINES):
            part = lines[start : start + LINES]
            text = "\n".join(["import tensorflow as tf", *part, ""])
            settings = Settings(from_=era, ignore=("TFC501",), **options)
            after = [line for line in migrate_source(text, "a.py", settings).after.splitlines()[1:] if line]
            assert len(after) == len(part)
            for before, line in zip(part, after, strict=True):
                if line != before:
                    found.update((name, before) for name in NAME.findall(line))
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_written_is_there(target, interpreters, missing_names):
    options, asked = TARGETS[target]
    for witness in asked:
        if witness not in interpreters:
            pytest.skip(f"TensorFlow {witness} not found")
    names = written(options)
    assert len(names) > 500
    for witness, legacy in asked.items():
        assert {name: names[name] for name in missing_names(witness, names, legacy)} == {}, f"not in {witness}"
