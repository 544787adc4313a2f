"""What the walk over a program knows of the values in it, and where it must not pretend to know."""

from __future__ import annotations

import pytest

from tfce_migrate.evaluate import Module, evaluate
from tfce_migrate.source import parse

LOSS = "tf.nn.softmax_cross_entropy_with_logits"


ACT = "def act(x, f=None):\n    return x if f is None else f(x)\n"


def walked(code: str) -> Module:
    return evaluate(parse("import tensorflow as tf\n" + code, "program.py"))


def kinds_of_logits(code: str) -> list[str]:
    """The kind of the logits of every call of the loss, as its own code sees them."""
    calls = [call for call in walked(code).calls if call.symbol.name == LOSS and not call.via]
    return [call.term.args["logits"].kind.value for call in calls]


def mentions(code: str) -> set[str]:
    return {reference.raw for reference in walked(code).references}


CHOSEN = """
if {condition}:
    model = 1
elif {condition} == 'other':
    model = 2
else:
    raise ValueError(model)
tf.placeholder(tf.float32)
"""


@pytest.mark.parametrize(
    "condition",
    [
        "FLAGS.model",
        "FLAGS.model == 'gcn'",
        "FLAGS.model is None",
        "config.MODEL == 'gcn'",
        "config.MODEL",
        "args.model",
    ],
)
def test_a_value_from_outside_decides_no_branch(condition: str) -> None:
    before = "import argparse, config\nflags = tf.app.flags\nFLAGS = flags.FLAGS\nargs = argparse.ArgumentParser()\n"
    assert "tf.placeholder" in mentions(before + CHOSEN.format(condition=condition))


def test_what_follows_a_raise_in_one_branch_is_walked() -> None:
    assert "tf.ones" in mentions("def f(x):\n    if x is None:\n        raise ValueError\n    return tf.ones(x)\n")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("p = tf.nn.softmax(z)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("p = tf.reshape(tf.nn.softmax(z), [-1, 3])\n{loss}(labels=y, logits=p)", "probabilities"),
        ("p = tf.nn.softmax(z)\np = tf.matmul(p, w)\n{loss}(labels=y, logits=p)", "unknown"),
        ("p = tf.nn.softmax(z) if train else z\n{loss}(labels=y, logits=p)", "unknown"),
        ("p = tf.nn.softmax(z if train else v)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("if c:\n  p = tf.nn.softmax(z)\nelse:\n  p = tf.nn.softmax(v)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("def net(x):\n    return tf.nn.softmax(x), x\np, q = net(z)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("def net(x):\n    return tf.nn.softmax(x), x\np, q = net(z)\n{loss}(labels=y, logits=q)", "unknown"),
        ("d = {{'out': tf.nn.softmax(z)}}\n{loss}(labels=y, logits=d['out'])", "probabilities"),
        ("d = {{}}\nd['out'] = tf.nn.softmax(z)\nd['raw'] = z\n{loss}(labels=y, logits=d['raw'])", "unknown"),
        ("p = tf.exp(z) / tf.reduce_sum(tf.exp(z), 1, keep_dims=True)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("z = v\nfor i in range(n):\n    z = tf.nn.softmax(z)\n{loss}(labels=y, logits=z)", "unknown"),
        (ACT + "{loss}(labels=y, logits=act(z, tf.nn.softmax))", "probabilities"),
        (ACT + "{loss}(labels=y, logits=act(z))", "unknown"),
        ("p = tf.layers.dense(x, 3, activation=tf.nn.softmax)\n{loss}(labels=y, logits=p)", "probabilities"),
        ("p = tf.nn.log_softmax(z)\n{loss}(labels=y, logits=p)", "log probabilities"),
    ],
)
def test_knows_what_reaches_the_loss(code: str, kind: str) -> None:
    assert kinds_of_logits(code.format(loss=LOSS)) == [kind]


def test_attributes_cross_methods() -> None:
    code = """
class Model:
    def __init__(self, x):
        self.build(x)
        self.loss = {loss}(labels=self.y, logits=self.prob)
        self.raw_loss = {loss}(labels=self.y, logits=self.raw)

    def build(self, x):
        self.raw = tf.matmul(x, w)
        self.prob = tf.nn.softmax(self.raw)
"""
    assert kinds_of_logits(code.format(loss=LOSS)) == ["probabilities", "unknown"]


@pytest.mark.parametrize("depth", [50, 3000])
def test_deep_and_wide_code_comes_to_an_end(depth: int) -> None:
    wide = "".join(f"if c{n}:\n    p = tf.nn.softmax(z)\n" for n in range(depth))
    assert walked(wide).references
    calls = "".join(f"def f{n}(x):\n    return f{n - 1}((x, x))\n" for n in range(1, 40))
    assert walked("def f0(x):\n    return (x, x)\n" + calls + "f39(z)\n").calls == ()


ENDS = ["return p", "raise ValueError(p)", "while True:\n        break\n        p = tf.abs(x)\n    return p"]


@pytest.mark.parametrize("end", ENDS)
def test_what_is_never_reached_is_looked_at_and_decides_nothing(end: str) -> None:
    code = f"def net(x):\n    p = tf.nn.softmax(x)\n    {end}\n    p = tf.erf(x)\n    return x\n"
    assert {"tf.nn.softmax", "tf.erf"} <= mentions(code)
    if end == "return p":
        assert kinds_of_logits(f"{code}loss = {LOSS}(logits=net(z), labels=y)\n") == ["probabilities"]
