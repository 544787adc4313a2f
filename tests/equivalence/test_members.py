"""What the tables say of objects is asked of objects: made under 1.15 and 2.x, asked for members, handed arguments."""

from __future__ import annotations

import json
import subprocess

import pytest

from tfce_migrate.proof.jobs import clean_environment
from tfce_migrate.symbols import table

LOOK = """
import json, sys
sys.stdout, answer = sys.stderr, sys.stdout
import numpy as np
import tensorflow as tf
k, L = tf.keras, tf.keras.layers
flat, image, steps = L.Input(shape=(4,)), L.Input(shape=(8, 8, 3)), L.Input(shape=(5, 3))
def built(layer, value):
    layer(value)
    return layer
def weighted(*args, **kwargs):
    return L.Dense(3).add_weight(*args, **kwargs)
def model():
    made = k.Sequential([L.Dense(3, input_shape=(4,))])
    made.compile("sgd", "mse")
    return made
def runs(code):
    try:
        return str(eval(code))
    except Exception as error:
        return "refused: " + type(error).__name__
def has(value, name):
    try:
        getattr(value, name)
    except AttributeError:
        return False
    except Exception:
        pass
    return True
asked = json.load(sys.stdin)
there = {}
for name, (code, members) in asked["objects"].items():
    value = eval(code)
    there[name] = [member for member in members if has(value, member)]
json.dump({"there": there, "calls": {code: runs(code) for code in asked["calls"]}}, answer)
"""

OBJECTS = {
    "tf.keras.Model": "k.Model(flat, L.Dense(2)(flat))",
    "tf.keras.Sequential": "k.Sequential([L.Dense(3, input_shape=(4,))])",
    "tf.keras.optimizers.Adam": "k.optimizers.Adam()",
    "tf.keras.optimizers.SGD": "k.optimizers.SGD()",
    "tf.keras.layers.Dense": "built(L.Dense(3), flat)",
    "tf.keras.layers.Conv2D": "built(L.Conv2D(3, 2), image)",
    "tf.keras.layers.DepthwiseConv2D": "built(L.DepthwiseConv2D(2), image)",
    "tf.keras.layers.MaxPool2D": "built(L.MaxPool2D(), image)",
    "tf.keras.layers.BatchNormalization": "built(L.BatchNormalization(), image)",
    "tf.keras.layers.LSTM": "built(L.LSTM(3), steps)",
    "tf.keras.layers.GRU": "built(L.GRU(3), steps)",
    "tf.keras.layers.Bidirectional": "built(L.Bidirectional(L.LSTM(3)), steps)",
    "tf.keras.layers.LeakyReLU": "built(L.LeakyReLU(), flat)",
    "tf.keras.metrics.Mean": "k.metrics.Mean()",
    "tf.keras.metrics.AUC": "k.metrics.AUC()",
    "tf.keras.callbacks.EarlyStopping": "k.callbacks.EarlyStopping()",
    "tf.keras.callbacks.ModelCheckpoint": "k.callbacks.ModelCheckpoint('a.keras')",
    "tf.keras.callbacks.TensorBoard": "k.callbacks.TensorBoard()",
    "tf.data.Dataset": "tf.data.Dataset.from_tensor_slices([1, 2])",
    "tf.constant_initializer": "tf.constant_initializer(1)",
    "tf.distribute.MirroredStrategy": "tf.distribute.MirroredStrategy(['/cpu:0'])",
}
# What 1.15 makes in compile, fit or nowhere: its objects need not have it.
MADE_LATER = {
    "loss_functions", "loss_weights", "name_scope", "sample_weight_mode", "sample_weights", "total_loss", "input",
    "input_mask", "input_shape", "output", "output_mask", "output_shape", "assign_embeddings", "batch_id", "saver",
    "step", "writer",
}  # fmt: skip
EVERYWHERE, KERAS_3, KERAS_2 = ("2.21", "2.21-keras2", "2.15"), ("2.21",), ("2.21-keras2", "2.15")
RATE = "float(k.backend.get_value(k.optimizers.{}(lr=0.25).learning_rate))"
# What 1.15 takes, and the targets that refuse it, by the tables.
CALLS = {
    "k.optimizers.SGD(decay=0.5)": KERAS_2,
    "k.optimizers.Nadam(schedule_decay=0.004)": EVERYWHERE,
    "k.callbacks.ModelCheckpoint('a.keras', period=2)": KERAS_3,
    "k.callbacks.ModelCheckpoint('a.keras', load_weights_on_restart=True)": KERAS_3,
    "L.Dense(3, batch_input_shape=(2, 4))": KERAS_3,
    "L.Dense(3, batch_size=2)": KERAS_3,
    "L.Dense(3, weights=None)": KERAS_3,
    "L.Dense(3, dynamic=True)": KERAS_3,
    "L.LSTM(3, input_length=4)": KERAS_3,
    "L.Embedding(3, 2, input_length=4)": (),
    "L.GRU(3, time_major=False)": KERAS_3,
    "L.BatchNormalization(fused=False)": KERAS_3,
    "L.BatchNormalization(virtual_batch_size=None)": KERAS_3,
    "weighted('kernel', (3,))": KERAS_3,
    "weighted(name='kernel', shape=(3,))": (),
    "model().fit(np.ones((2, 4)), np.ones((2, 3)), workers=1, verbose=0)": KERAS_3,
    "model().save('a.h5', include_optimizer=False)": (),
}


def answer(python, keras, request):
    env = clean_environment() | {"TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0"}
    command = [python, "-c", LOOK]
    run = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=240, env=env)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def rows(column):
    part = table("members.json")[f"{column} v2"]
    found = {name: row for first, row in part.items() for name in (first, *row.get("also", "").split())}
    return {name: found.get(name, {}).get("gone", "").split() for name in OBJECTS}


@pytest.fixture(scope="module", params=["2.21", "2.21-keras2", "2.15"])
def both(request, interpreters, tmp_path_factory):
    """A target, and what objects of 1.15 and of the target say."""
    column = request.param
    for name in ("1.15", column.partition("-")[0]):
        if name not in interpreters:
            pytest.skip(f"TensorFlow {name} not found")
    asked = {"objects": {name: (code, rows(column)[name]) for name, code in OBJECTS.items()}}
    asked["calls"] = [*CALLS, *(RATE.format(name) for name in ("Adam", "SGD", "RMSprop"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("files"))  # some of the calls write
        old = answer(interpreters["1.15"], "2", asked)
        new = answer(interpreters[column.partition("-")[0]], "2" if column.endswith("keras2") else "3", asked)
    return column, old, new


def test_what_is_gone_is_gone(both):
    column, old, new = both
    assert {name: members for name, members in new["there"].items() if members} == {}
    gone = rows(column)
    assert {name: set(gone[name]) - set(old["there"][name]) - MADE_LATER for name in OBJECTS} == {
        name: set() for name in OBJECTS
    }


def test_what_is_refused_is_refused(both):
    column, old, new = both
    assert [code for code in CALLS if old["calls"][code].startswith("refused")] == []
    assert {code: new["calls"][code].startswith("refused") for code in CALLS} == {
        code: column in refusing for code, refusing in CALLS.items()
    }


def test_a_rate_that_nobody_takes(both):
    """lr= is refused by Keras 3, and taken by Keras 2 of 2.11 and later without effect."""
    column, old, new = both
    for name in ("Adam", "SGD", "RMSprop"):
        code = RATE.format(name)
        assert float(old["calls"][code]) == 0.25
        if column == "2.21":
            assert new["calls"][code].startswith("refused")
        else:
            assert float(new["calls"][code]) < 0.02
