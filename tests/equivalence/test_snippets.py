"""The small programs of tests/snippets/: run under TensorFlow 1.15, migrated and run under 2.21, and compared.

What tf_upgrade_v2 makes of them is run as well: where its program computes the same, this tool's does too.
"""

from __future__ import annotations

import json
import subprocess

import pytest

pytest.importorskip("libcst", reason="migrating needs what the package depends on: pip install -e .")

from reading_snippets import read
from under_tensorflow import run_programs, same

from tfce_migrate.proof.jobs import clean_environment
from tfce_migrate.proof.witness import missing

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


def run_new(interpreter, programs):
    """What every program binds to `out`, with legacy Keras for those that want it."""
    legacy = {name: text for name, text in programs.items() if SNIPPETS[name].legacy}
    plain = {name: text for name, text in programs.items() if name not in legacy}
    return run_programs(interpreter, plain) | run_programs(interpreter, legacy, LEGACY)


@pytest.fixture(scope="module")
def before(interpreters):
    if OLD not in interpreters:
        pytest.skip(missing(OLD))
    return run_programs(interpreters[OLD], {name: snippet.text for name, snippet in SNIPPETS.items()})


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
