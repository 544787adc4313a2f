"""The small programs of tests/snippets/: run under TensorFlow 1.15, migrated and run under 2.21, and compared.

What tf_upgrade_v2 makes of them is run as well: where its program computes the same, this tool's does too.
"""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("libcst", reason="migrating needs what the package depends on: pip install -e .")

from reading_snippets import read

from tfce_migrate.proof.jobs import clean_environment
from tfce_migrate.proof.witness import missing

RUNNER = Path(__file__).with_name("run_snippets.py")
OLD, NEW = "1.15", "2.21"
SNIPPETS = {snippet.name: snippet for snippet in read()}
TOLD_INSTEAD = {
    "contrib: contrib.summary and staging",  # it calls tf.compat.v2.summary, which has other functions
    "data: iterators made in a function",  # it goes by the name of the method alone
}
LEGACY = {"TF_USE_LEGACY_KERAS": "1"}
UPGRADE = """
import io, json, sys
from tensorflow.tools.compatibility import ast_edits, tf_upgrade_v2
programs, upgraded = json.load(open(sys.argv[1])), {}
for name, text in programs.items():
    upgrader, out = ast_edits.ASTCodeUpgrader(tf_upgrade_v2.TFAPIChangeSpec()), io.StringIO()
    try:
        upgrader.process_opened_file("in.py", io.StringIO(text), "out.py", out)
    except Exception:
        out = io.StringIO("raise SystemExit('tf_upgrade_v2 stops')")
    upgraded[name] = out.getvalue()
json.dump(upgraded, open(sys.argv[2], "w"))
"""


def run(interpreter, programs, extra=None):
    """What every program binds to `out`, or its error; a program that ends the process has an error, the rest go on."""
    names, found = list(programs), {}
    while len(found) < len(names):
        waiting = names[len(found) :]
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = Path(folder, "programs.json"), Path(folder, "results.jsonl")
            asked.write_text(json.dumps([programs[name] for name in waiting]), encoding="utf-8")
            answered.touch()
            command = [interpreter, RUNNER, asked, answered]
            env = clean_environment() | (extra or {})
            process = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=folder, env=env)
            lines = answered.read_text(encoding="utf-8").splitlines()
        if not lines:
            raise RuntimeError(process.stderr[-2000:])
        found.update({name: json.loads(line) for name, line in zip(waiting, lines[1:], strict=False)})
        if len(lines) <= len(waiting):
            found[waiting[len(lines) - 1]] = {"error": process.stderr[-500:]}
    return found


def run_new(interpreter, programs):
    """As run, with legacy Keras for those that want it."""
    legacy = {name: text for name, text in programs.items() if SNIPPETS[name].legacy}
    plain = {name: text for name, text in programs.items() if name not in legacy}
    return run(interpreter, plain) | run(interpreter, legacy, LEGACY)


@pytest.fixture(scope="module")
def before(interpreters):
    if OLD not in interpreters:
        pytest.skip(missing(OLD))
    return run(interpreters[OLD], {name: snippet.text for name, snippet in SNIPPETS.items()})


@pytest.fixture(scope="module")
def after(interpreters):
    if NEW not in interpreters:
        pytest.skip(missing(NEW))
    whole = {name: snippet for name, snippet in SNIPPETS.items() if not snippet.code}
    return run_new(interpreters[NEW], {name: snippet.migrated().after for name, snippet in whole.items()})


@pytest.fixture(scope="module")
def official(interpreters, tmp_path_factory):
    if NEW not in interpreters:
        pytest.skip(missing(NEW))
    folder = tmp_path_factory.mktemp("official")
    asked, answered = folder / "programs.json", folder / "upgraded.json"
    asked.write_text(json.dumps({name: snippet.text for name, snippet in SNIPPETS.items()}), encoding="utf-8")
    command = [interpreters[NEW], "-c", UPGRADE, asked, answered]
    subprocess.run(command, capture_output=True, check=True, env=clean_environment())
    return run_new(interpreters[NEW], json.loads(answered.read_text(encoding="utf-8")))


def same(before, after):
    """Whether two results agree."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(same(old, new) for old, new in zip(before, after, strict=True))
    if type(before) is float and type(after) is float:
        return math.isclose(before, after, rel_tol=1e-4, abs_tol=1e-6) or (math.isnan(before) and math.isnan(after))
    return type(before) is type(after) and before == after


@pytest.mark.parametrize("name", SNIPPETS)
def test_runs_under_tensorflow_1(name, before):
    assert before[name].get("error") is None


@pytest.mark.parametrize("name", [name for name, snippet in SNIPPETS.items() if not snippet.code])
def test_computes_the_same_under_tensorflow_2(name, before, after):
    assert after[name].get("error") is None
    assert same(before[name]["out"], after[name]["out"]), f"{before[name]['out']} before, {after[name]['out']} after"


def test_is_never_worse_than_tf_upgrade_v2(before, official):
    works = {name for name in SNIPPETS if "out" in official[name] and same(before[name]["out"], official[name]["out"])}
    assert len(works) < len(SNIPPETS) * 0.8
    assert {name for name in works if SNIPPETS[name].code} == TOLD_INSTEAD


@pytest.mark.parametrize(
    ("before", "after"),
    [(1.0, 1.01), (1, 1.0), ([1.0], [1.0, 2.0]), ({"int32": 1}, {"int64": 1}), ("a", "b"), ([True], [False])],
)
def test_differences_are_seen(before, after):
    assert not same(before, after)
    assert same(before, before)
