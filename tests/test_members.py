"""Objects of TensorFlow on trial: which of their methods, attributes and arguments are found, edited or left alone."""

from __future__ import annotations

import pytest

from tfce_migrate import Settings, check_source, migrate_source
from tfce_migrate.symbols import table

CODES = ("TFC402", "TFC403", "TFC404", "TFC406")
HEAD = "import tensorflow as tf\n\n"


def said(text: str, **options: str) -> list[str]:
    """The codes of what is said of objects."""
    outcome = check_source(HEAD + text, "model.py", Settings(**{"from_": "1.x", **options}))  # type: ignore[arg-type]
    assert outcome.problems == ()
    return [f.code for f in outcome.findings if f.code in CODES]


def after(text: str, **options: str) -> str:
    """The text after migrate."""
    settings = Settings(**{"from_": "1.x", **options})  # type: ignore[arg-type]
    return migrate_source(HEAD + text, "model.py", settings).after.removeprefix(HEAD)


MODEL = "model = tf.keras.Sequential([tf.keras.layers.Dense(3)])\n"
SUBCLASS = "class Net(tf.keras.Model):\n    def call(self, x):\n        return x\n\n\nnet = Net()\n"


class TestGone:
    @pytest.mark.parametrize(
        "text",
        [
            MODEL + "model.fit_generator(batches, steps_per_epoch=3)\n",
            MODEL + "train = model.fit_generator\n",
            MODEL + "other = model\nif deep:\n    other = tf.keras.Sequential()\nother.predict_classes(x)\n",
            "class Trainer:\n    def __init__(self):\n        self.model = tf.keras.Sequential()\n\n"
            "    def train(self):\n        self.model.fit_generator(batches)\n",
            "def build():\n    return tf.keras.Model(a, b)\n\n\nbuild().evaluate_generator(batches)\n",
            SUBCLASS + "net.predict_generator(batches)\n",
            "opt = tf.keras.optimizers.Adam()\nopt.minimize(loss, [v])\n",
            "opt = tf.keras.optimizers.Adam() if a else tf.keras.optimizers.SGD()\nopt.get_updates(loss, [v])\n",
            "m = tf.keras.metrics.Mean()\nm.reset_states()\n",
            "data = tf.data.Dataset.range(3)\ndata.map(f).map_with_legacy_function(g)\n",
            "strategy = tf.distribute.MirroredStrategy()\nstrategy.experimental_run_v2(step)\n",
        ],
    )
    def test_is_said_once(self, text: str) -> None:
        assert said(text) == ["TFC406"]
        assert after(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "model = build()\nmodel.fit_generator(batches)\n",
            "def train(model):\n    model.fit_generator(batches)\n",
            MODEL + "model.metrics_names, model.layers, model.summary()\n",
            MODEL + "if hasattr(model, 'predict_classes'):\n    model.predict_classes(x)\n",
            MODEL + "try:\n    model.predict_classes(x)\nexcept AttributeError:\n    pass\n",
            MODEL + "model.fit_generator = train\nmodel.fit_generator(batches)\n",
            "class Net(tf.keras.Model):\n    def to_yaml(self, x):\n        return x\n\n\nNet().to_yaml(3)\n",
            "class Net(Base, tf.keras.Model):\n    pass\n\n\nNet().fit_generator(3)\n",
            "class Net(tf.keras.Model):\n    def __init__(self):\n        self.stateful = True\n\n"
            "    def call(self, x):\n        return self.stateful\n",
            "model = tf.keras.Sequential() if a else other()\nmodel.fit_generator(batches)\n",
            "class Model:\n    pass\n\n\nmodel = Model()\nmodel.fit_generator(batches)\n",
            "opt = tf.compat.v1.train.AdamOptimizer()\nopt.minimize(loss, colocate_gradients_with_ops=True)\n",
            "x = tf.Variable(1.0)\nx.initialized_value(), x.read_value(), x.eval(session=s), x.get_shape()\n",
            "data = tf.compat.v1.data.Dataset.range(3)\ndata.map_with_legacy_function(f)\n",
        ],
    )
    def test_is_left_alone(self, text: str) -> None:
        assert said(text) == []

    def test_what_legacy_keras_has_is_there_with_it(self) -> None:
        text = MODEL + "model.fit_generator(batches)\n"
        assert said(text, keras="legacy") == []
        assert said(text, tf_version="2.15") == []
        assert said(text, tf_version="1.15") == ["TFC406"]

    @pytest.mark.parametrize(
        ("before", "written"),
        [
            ("tf.data.Dataset.from_sparse_tensor_slices(s)", "tf.compat.v1.data.Dataset.from_sparse_tensor_slices(s)"),
            ("tf.data.Iterator.from_structure(a, b)", "tf.compat.v1.data.Iterator.from_structure(a, b)"),
            ("tf.lite.TFLiteConverter.from_session(s)", "tf.compat.v1.lite.TFLiteConverter.from_session(s)"),
            ("tf.data.Dataset.from_tensors(s)", "tf.data.Dataset.from_tensors(s)"),
        ],
    )
    def test_by_the_name_of_the_class(self, before: str, written: str) -> None:
        assert after(f"x = {before}\n") == f"x = {written}\n"

    def test_of_0_12_only(self) -> None:
        text = "rows = tf.TensorArray(tf.float32, 3).unpack(x)\n"
        assert said(text, from_="0.x") == ["TFC406"]
        assert said(text) == []


class TestArguments:
    @pytest.mark.parametrize(
        ("before", "written"),
        [
            ("opt = tf.keras.optimizers.Adam(lr=0.1)", "opt = tf.keras.optimizers.Adam(learning_rate=0.1)"),
            ("opt = tf.keras.optimizers.SGD(lr=r, decay=0.0)", "opt = tf.keras.optimizers.SGD(learning_rate=r)"),
            ("model.fit(x, y, workers=1)", "model.fit(x, y)"),
            ("model.fit(x, y, 32, 3, 1)", "model.fit(x, y, 32, 3, 1)"),
            ("model.load_weights(path, True)", "model.load_weights(path, by_name=True)"),
            ("model.compile(opt, 'mse', ['mae'])", "model.compile(opt, 'mse', metrics=['mae'])"),
            ("tf.keras.layers.Dense(3, dynamic=False)", "tf.keras.layers.Dense(3)"),
        ],
    )
    def test_what_is_provably_the_same_is_written(self, before: str, written: str) -> None:
        assert after(f"{MODEL}{before}\n") == f"{MODEL}{written}\n"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("tf.keras.optimizers.Adam(lr=0.1, learning_rate=0.2)", "TFC402"),
            ("tf.keras.optimizers.Adam(0.2, lr=0.1)", "TFC402"),
            ("tf.keras.optimizers.SGD(0.1, decay=1e-6)", "TFC402"),
            ("tf.keras.layers.Dense(3, batch_input_shape=(2, 4))", "TFC402"),
            ("tf.keras.callbacks.ModelCheckpoint(path, period=3)", "TFC402"),
            ("model.fit(x, y, workers=4)", "TFC402"),
            ("model.train_on_batch(x, y, None, None, False)", "TFC402"),
        ],
    )
    def test_the_rest_is_said(self, text: str, code: str) -> None:
        assert said(f"{MODEL}{text}\n") == [code]
        assert after(f"{MODEL}{text}\n") == f"{MODEL}{text}\n"

    @pytest.mark.parametrize(
        "text",
        [
            "tf.keras.optimizers.Ftrl(lr=0.1)",
            "Adam(lr=0.1)",
            "tf.keras.layers.InputLayer((3,), batch_size=2)",
            "model.fit(x, y, **more)",
            "model.fit(x, y, nonsense=1)",
            "model.evaluate(x, y, 32)",
        ],
    )
    def test_left_alone(self, text: str) -> None:
        assert said(f"{MODEL}{text}\n") == []

    def test_a_name_by_position_shows_the_old_order_in_any_era(self) -> None:
        layer = (
            "class Layer(tf.keras.layers.Layer):\n    def build(self, shape):\n        self.w = self.add_weight({})\n"
        )
        new = layer.format('name="kernel", shape=shape[-1:], initializer="zeros"')
        assert after(layer.format('"kernel", shape[-1:], initializer="zeros"'), from_="auto") == new
        assert said(layer.format("shape[-1:], name='kernel'"), from_="auto") == []

    def test_an_order_that_nothing_shows_is_left_alone(self) -> None:
        text = MODEL + "model.compile(opt, 'mse', more)\n"
        assert said(text, from_="auto") == []
        assert said(text) == ["TFC403"]

    def test_with_keras_2_a_rate_that_has_no_effect_is_written_too(self) -> None:
        text = "opt = tf.keras.optimizers.Adam(lr=0.1)\n"
        for options in ({"keras": "legacy"}, {"tf_version": "2.15"}):
            assert "has no effect" in check_source(HEAD + text, "a.py", Settings(**options)).findings[0].message  # type: ignore[arg-type]
            assert after(text, **options) == text.replace("lr=", "learning_rate=")


class TestDimensions:
    @pytest.mark.parametrize(
        ("before", "written"),
        [
            ("w.get_shape()[0].value", "tf.compat.dimension_value(w.get_shape()[0])"),
            ("w.shape[-1].value", "tf.compat.dimension_value(w.shape[-1])"),
            ("w.shape[1:][i].value", "tf.compat.dimension_value(w.shape[1:][i])"),
            ("w.shape.dims[0].value", "w.shape.dims[0].value"),
            ("x.get_shape()[0].value", "x.get_shape()[0].value"),
            ("w.get_shape().as_list()[0].value", "w.get_shape().as_list()[0].value"),
            ("w[0].value", "w[0].value"),
            ("w.shape.value", "w.shape.value"),
        ],
    )
    def test_in_a_library(self, before: str, written: str) -> None:
        text = "def size(x):\n    w = tf.zeros([3, 4])\n    return {}\n"
        assert after(text.format(before)) == text.format(written)

    def test_not_where_the_old_shapes_are_asked_for(self) -> None:
        use = "print(tf.zeros([3]).shape[0].value)\n"
        assert said(use) == ["TFC404"]
        assert said("tf.compat.v1.disable_v2_behavior()\n" + use) == []
        assert said("x = tf.placeholder(tf.float32)\n" + use) == []  # migrate calls it there
        assert said("tf.compat.v1.disable_eager_execution()\n" + use) == ["TFC404"]


def test_every_entry_by_hand_speaks_of_something() -> None:
    data, members = table("members.toml"), table("members.json")
    assert data["about"]["source"]
    rows = [(first, row) for part in members.values() if isinstance(part, dict) for first, row in part.items()]
    for entry in data["gone"]:
        for name in entry["names"]:
            classes = [first for first, row in rows if name in row.get("gone", "").split()]
            assert any(f"{first}.".startswith(entry["of"]) for first in classes), name
    for entry in data["hidden"]:
        assert entry.get("use") or entry.get("becomes")
        assert {*entry["columns"], *entry.get("ignored", ())} <= {"2.21", "2.15", "2.21-keras2"}
