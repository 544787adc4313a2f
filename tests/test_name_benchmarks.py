"""The scripts that count names and keywords, with a made-up TensorFlow of a few names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import coverage, references  # noqa: E402
from tfce_migrate.source import parse  # noqa: E402

TENSORFLOW = """
from types import SimpleNamespace as module
def log(x, name=None): ...
math = module(log=log)
compat = module(v1=module(placeholder=log, disable_v2_behavior=log))
"""


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Python whose TensorFlow has three functions."""
    (tmp_path / "tensorflow.py").write_text(TENSORFLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return sys.executable


def test_names_are_resolved_reported_or_broken(python: str) -> None:
    names = ["tf.log", "tf.placeholder", "tf.estimator.Estimator", "tf.nn.relu"]
    tally = coverage.ours("1.x", names, "dotted", python, "3")
    assert (tally.resolved, tally.reported, tally.broken) == (2, 1, ["tf.nn.relu"])


def test_keywords_are_asked_of_the_function_that_is_called_in_the_end(python: str) -> None:
    tally = coverage.ours("1.x", ["tf.log(x=value)", "tf.log(y=value)"], "keyword", python, "3")
    assert (tally.resolved, tally.broken) == (1, ["tf.log(y=value)"])


def test_statements() -> None:
    assert coverage.statement("tf.nn.relu", "import") == "from tensorflow.nn import relu"
    assert coverage.asked("tf.f(tf.g(a=1), b=2)", "keyword") == "takes(tf.f, 'b'); takes(tf.g, 'a')"
    assert "tf.nn.relu(features=value)" in coverage.calls_of(["tf.nn.relu"], "1.15")
    assert coverage.reported("a.py:3:4: ERROR: x\na.py:5:1: INFO: y\n", "a.py") == {3}


def test_mentions_of_a_file() -> None:
    text = (
        "import tensorflow as tf\nfrom tensorflow import nn as layers\n"
        "y = layers.relu(tf.log(x))\ntf.mine = 1\nz = tf.mine\n"
        "try:\n    tf.gone\nexcept AttributeError:\n    pass\n"
    )
    found = [(mention.line, mention.name) for mention in references.mentions_in(parse(text, "m.py"))]
    assert sorted(found) == [(1, "tf"), (2, "tf.nn"), (3, "tf.log"), (3, "tf.nn.relu")]


def test_a_name_that_is_bound_twice_is_not_followed() -> None:
    tree = parse("import tensorflow as tf\n\n\ndef f(tf):\n    return tf.log\n", "m.py").tree
    assert references.bindings(tree) == {}


def test_a_tree(python: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").write_text("import tensorflow as tf\ny = tf.log(1.0)\nm = tf.estimator.Estimator\n")
    (tree / "b.py").write_text("print 'two'\n")
    assert references.main([str(tree), "--tensorflow", python]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line == ["tree", "migrate", "3", "1", "1", "0"]
