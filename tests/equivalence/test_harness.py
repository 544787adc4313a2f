"""The proof itself on trial: pages that lie must be refuted, and the same pages told truly must not be."""

from __future__ import annotations

import sys

import pytest

from tfce_migrate.page import parse_page
from tfce_migrate.proof.claims import claims_of, refutations
from tfce_migrate.proof.jobs import Job, run_jobs
from tfce_migrate.proof.witness import WITNESSES, WitnessError, find_interpreters, main, make

LOGITS = "z = [[0.5, 1.5, 0.1], [2.2, 1.3, 1.7]]\n"
LABELS = "y = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]\n"
EXTREME = "z = [[-200.0, 200.0, 0.0]]\ny = [[1.0, 0.0, 0.0]]\n"
BY_HAND = "loss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)"
LOG_SOFTMAX = "loss = -tf.reduce_sum(y * tf.nn.log_softmax(z), 1)"
FUSED = "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"
STOPPED = "loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(y), logits=z)"
GRAPH = """
z = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.zeros([3], tf.float32))
loss = tf.nn.log_softmax(z * w)"""


def write_page(before, after, *, safety="exact", given=LOGITS + LABELS, extreme=""):
    """A whole page with one example that runs on compat.v1 only."""

    def block(words, code):
        return f"```python {words}\n{code}\n```\n\n"

    toml = f"""```toml
code = "TFC301"
name = "trial"
severity = "warning"
safety = "{safety}"
summary = "A page on trial."
runs_on = ["compat.v1"]
```

# trial (TFC301)

"""
    givens = (block("given", given) if given else "") + (block("given extreme", extreme) if extreme else "")
    code = [f"import tensorflow as tf\n{text}" for text in (before, after)]
    return toml + givens + block("before", code[0]) + block("after", code[1])


def compat(code):
    return code.replace("tf.", "tf.compat.v1.")


TRUE = {
    "same function": write_page(FUSED, STOPPED),
    "log of softmax": write_page(BY_HAND, LOG_SOFTMAX, safety="stabler", extreme=EXTREME),
    "placeholder and variable": write_page(GRAPH, compat(GRAPH), given=LOGITS + "w = [1.0, -2.0, 3.0]\n"),
    "float32 written out": write_page(
        "loss = tf.cast(z, tf.float32) * tf.constant(2.0, 'float')", "loss = z + z", given=LOGITS
    ),
    "cannot run in float64": write_page("loss = z * tf.zeros([3])", "loss = z * tf.zeros([3])", given=LOGITS),
    "python values stay": write_page(
        "loss = tf.reduce_sum(z, axis) if keep else z", "loss = tf.reduce_sum(z, 1)",
        given=LOGITS + "axis = 1\nkeep = True\n",
    ),
    "exact where nothing is finite": write_page(
        "loss = tf.log(z)", "loss = tf.math.log(z)", given="z = [-1.0, 0.0]",
    ),
}  # fmt: skip

LIES = {
    "another value": (write_page(FUSED, FUSED.replace("=y", "=z").replace("s=z)", "s=y)")), "the value is"),
    "another shape": (
        write_page(LOG_SOFTMAX, LOG_SOFTMAX.replace(", 1)", ", 1, keepdims=True)")), "shape (2, 1)",
    ),
    "a gradient that was not there": (write_page(FUSED, FUSED), "gradient of y is None before"),
    "a gradient that is gone": (
        write_page(LOG_SOFTMAX, LOG_SOFTMAX.replace("y *", "tf.stop_gradient(y) *")), "before and None after",
    ),
    "same value, other gradient": (
        write_page(LOG_SOFTMAX, STOPPED, given=LOGITS + "y = [[0.0, 2.0, 0.0], [0.0, 1.0, 0.0]]"),
        "gradient of z",
    ),
    "a small constant only float64 sees": (
        write_page("loss = tf.log(z)", "loss = tf.math.log(z + 1e-8)", given="z = [0.5, 0.25]"), "in float64",
    ),
    "stabler, but infinite after": (
        write_page(BY_HAND, BY_HAND.replace("tf.log", "tf.math.log"), safety="stabler", extreme=EXTREME),
        "after is not finite in the value",
    ),
    "stabler, but finite before": (
        write_page(LOG_SOFTMAX, LOG_SOFTMAX, safety="stabler", extreme=EXTREME),
        "before is finite everywhere",
    ),
    "stabler, but other on ordinary inputs": (
        write_page(BY_HAND, LOG_SOFTMAX + " * 1.001", safety="stabler", extreme=EXTREME), "the value is",
    ),
    "exact, but only stabler": (write_page(BY_HAND, LOG_SOFTMAX, given=EXTREME), "before and [400]"),
    "equal only for the variable's own start": (
        write_page("w = tf.Variable([0.0])\nloss = w * z", "loss = 0.0 * z", given=LOGITS + "w = [2.0]"),
        "the value is",
    ),
    "after does not run": (write_page("loss = tf.log(z)", "loss = tf.log(z)"), "after fails: AttributeError"),
    "before does not run": (write_page("loss = tf.lag(z)", "loss = z"), "before fails: AttributeError"),
    "no loss": (write_page("cost = z", "cost = z"), "binds no `loss`"),
    "ragged inputs": (
        write_page("loss = z", "loss = z", given="z = [[1.0], [1.0, 2.0]]"), "differ in length",
    ),
    "only after runs in float64": (
        write_page("loss = z * tf.zeros([3], z.dtype)", "loss = z * tf.zeros([3])"), "after fails",
    ),
}  # fmt: skip

DODGES = {
    "no inputs": write_page(FUSED, STOPPED, given=""),
    "stabler without extremes": write_page(BY_HAND, LOG_SOFTMAX, safety="stabler"),
    "unknown witness": write_page(FUSED, STOPPED).replace('"compat.v1"', '"1.14"'),
}


def claims(page):
    return claims_of(parse_page(page))


@pytest.fixture(scope="module")
def trial(bench):
    bench.require("2.21")
    pages = [*TRUE.values(), *(page for page, _ in LIES.values())]
    bench.announce(claim for page in pages for claim in claims(page))
    return bench


@pytest.mark.parametrize("name", TRUE)
def test_truth_stands(name, trial):
    [claim] = claims(TRUE[name])
    assert not refutations(claim, trial.ask)


@pytest.mark.parametrize("name", LIES)
def test_lie_is_refuted(name, trial):
    page, reason = LIES[name]
    [claim] = claims(page)
    found = refutations(claim, trial.ask)
    assert any(reason in text for text in found), found


@pytest.mark.parametrize("name", DODGES)
def test_page_cannot_dodge(name):
    with pytest.raises(ValueError, match=r"given|extreme|runs_on"):
        claims(DODGES[name])


def test_job_that_kills_its_process_takes_no_other_with_it(trial, interpreters):
    kill = Job("import os\nos._exit(3)\n", "{}", "float32", "v2")
    fine = Job("loss = z", '{"z": [Infinity, 2.0]}', "float32", "v2")
    first, killed, last = run_jobs(interpreters["2.21"], [fine, kill, fine])
    assert first == last
    assert first.value.data == (float("inf"), 2.0)
    assert "ended with 3" in killed.error


def write_script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_interpreter_without_tensorflow_fails_every_job(tmp_path):
    broken = write_script(tmp_path / "python", "echo no such module >&2\nexit 1")
    job = Job("loss = z", '{"z": [1.0]}', "float32", "v2")
    results = run_jobs(broken, [job, job])
    assert [result.error for result in results] == ["the interpreter ended with 1: no such module"] * 2


@pytest.fixture
def bare_machine(tmp_path, monkeypatch):
    """A machine with no Python but the running one, and an empty cache folder."""
    for witness in WITNESSES.values():
        monkeypatch.delenv(witness.variable, raising=False)
    for variable in ("PATH", "PYENV_ROOT", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


def test_named_interpreter_must_have_its_tensorflow(bare_machine, monkeypatch):
    monkeypatch.setenv("TFCE_TF115_PYTHON", sys.executable)
    with pytest.raises(WitnessError, match="TFCE_TF115_PYTHON names"):
        find_interpreters()


def test_named_interpreter_comes_before_the_cache(bare_machine, monkeypatch):
    named = write_script(bare_machine / "named", "echo 0.12.1")
    monkeypatch.setenv("TFCE_TF012_PYTHON", str(named))
    write_script(bare_machine / "tfce-migrate/witness/tensorflow-0.12.1/bin/python", "echo 0.12.1")
    assert find_interpreters()["0.12"] == named


def test_cached_interpreter_is_found_and_not_made_again(bare_machine):
    cached = bare_machine / "tfce-migrate/witness/tensorflow-1.15.5/bin/python"
    assert "1.15" not in find_interpreters()
    write_script(cached, "echo 1.15.5")
    assert find_interpreters()["1.15"] == cached
    assert make(WITNESSES["1.15"]) == f"TensorFlow 1.15.5 is already there: {cached}"


def test_shim_that_does_not_run_is_no_python(bare_machine, capsys):
    write_script(bare_machine / "python3.7", "echo not installed >&2\nexit 127")
    assert main(["1.15"]) == 1
    assert "no Python 3.7 found" in capsys.readouterr().err


def test_witness_that_cannot_be_made_is_bad_usage(capsys):
    assert main(["2.21"]) == 2
    assert "choose from 0.12, 1.15" in capsys.readouterr().err
