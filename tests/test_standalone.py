"""Names of the package keras on trial: what Keras 3 has, what is said of the rest, and what is left alone."""

from __future__ import annotations

import re

import pytest

from tfce_migrate import Settings, check_source
from tfce_migrate.names import has, target_of
from tfce_migrate.standalone import is_there, use
from tfce_migrate.symbols import table

TODAY = target_of(Settings())
ADVICE = table("keras3.toml")["names"]
MODULES = table("keras3.toml")["modules"]


def said(text: str, **options: str) -> list[tuple[int, str]]:
    """Line and code of what is found."""
    outcome = check_source(text, "model.py", Settings(**options))  # type: ignore[arg-type]
    assert outcome.problems == ()
    return sorted({(f.start.line, f.code) for f in outcome.findings})


def message(text: str) -> str:
    """The one message about a text."""
    (found,) = check_source(text, "model.py", Settings()).findings
    return found.message


class TestTables:
    @pytest.mark.parametrize("name", ADVICE)
    def test_advice_is_for_what_is_gone_and_names_what_is_there(self, name: str) -> None:
        assert not is_there(name, TODAY)
        mentioned = re.findall(r"\b(?:tf|keras)(?:\.[A-Za-z_]\w*)+", ADVICE[name])
        there = {"tf": has, "keras": is_there}
        assert [each for each in mentioned if not there[each.partition(".")[0]](each, TODAY)] == []

    @pytest.mark.parametrize("name", MODULES)
    def test_the_modules_to_look_in_are_there(self, name: str) -> None:
        assert [each for each in MODULES[name] if each != "keras" and not is_there(each, TODAY)] == []


class TestWhatKeras3Has:
    @pytest.mark.parametrize(
        ("name", "there"),
        [
            ("keras.layers.Dense", True),
            ("keras.layers.Dense.call", True),
            ("keras.layers.Convolution2D", True),
            ("keras.layers.core.Dense", False),
            ("keras.src.layers.core.dense.Dense", True),
            ("keras.src.engine.base_layer.Layer", False),
            ("keras.src.backend.torch.core", True),
            ("keras._tf_keras.keras.layers", True),
            ("keras.backend.epsilon", True),
            ("keras.backend.sum", False),
            ("keras.backend.__name__", True),
            ("keras.__version__", True),
            ("keras.optimizers.legacy", True),
            ("keras.optimizers.legacy.Adam", False),
        ],
    )
    def test_is_there(self, name: str, there: bool) -> None:
        assert is_there(name, TODAY) is there
        assert is_there(name, target_of(Settings(keras="legacy"))) is there
        assert is_there(name, target_of(Settings(tf_version="2.15")))

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("keras.layers.advanced_activations.LeakyReLU", "keras.layers.LeakyReLU is"),
            ("keras.layers.core.Dense", "keras.layers.Dense is"),
            ("keras.layers.experimental.preprocessing.Rescaling", "keras.layers.Rescaling is"),
            ("keras.layers.core.MaxoutDense", "nothing took its place: write a layer"),
            ("keras.engine.topology.Layer", "keras.layers.Layer is"),
            ("keras.engine.training.Model", "keras.models.Model is"),
            ("keras.utils.np_utils.to_categorical", "keras.utils.to_categorical is"),
            ("keras.utils.np_utils", "keras.utils has"),
            ("keras.objectives.binary_crossentropy", "keras.losses.binary_crossentropy is"),
            ("keras.objectives.mse", "keras.losses.mean_squared_error"),
            ("keras.api.models.Sequential", "keras.models.Sequential is"),
            ("keras.backend.sum", "keras.ops.sum is"),
            ("keras.backend.tensorflow_backend.sum", "keras.ops.sum is"),
            ("keras.backend.dropout", "keras.random.dropout is"),
            ("keras.backend.argmax", "keras.ops.argmax with axis=-1"),
            ("keras.preprocessing.text.Tokenizer", "tf.keras.preprocessing.text.Tokenizer is there"),
            ("keras.layers.DenseFeatures", "the package tf_keras, which is Keras 2, has it as tf_keras.layers"),
            ("keras.models.Input", "keras.Input is its name there"),
            ("keras.backend.tensorflow_backend._get_available_gpus", "tf.config.list_logical_devices"),
            ("keras.nonsense", "nothing took its place"),
        ],
    )
    def test_what_to_use(self, name: str, told: str) -> None:
        assert use(name, False).startswith(told)


class TestMentions:
    @pytest.mark.parametrize(
        "line",
        [
            "from keras.layers.normalization import BatchNormalization",
            "from keras.layers.core import *",
            "from keras.layers import merge as m",
            "from keras.utils import np_utils",
            "import keras.layers.advanced_activations",
            "import keras.engine.topology as topology",
            "import keras; keras.backend.mean(1)",
            "from keras import backend; backend.get_session()",
            "from keras.backend import tensorflow_backend",
        ],
    )
    def test_is_a_finding(self, line: str) -> None:
        assert said(line) == [(1, "TFC406")]
        assert said(line, keras="legacy") == [(1, "TFC406")]
        assert said(line, tf_version="2.15") == []

    def test_a_star_import_binds_names_that_are_judged_where_they_are_used(self) -> None:
        assert said("from keras.layers import *\n\nx = Dense(3)\ny = CuDNNLSTM(3)\n") == [(4, "TFC406")]

    def test_what_is_said(self) -> None:
        assert message("from keras.layers.core import Dense") == (
            "keras.layers.core.Dense is not in Keras 3: keras.layers.Dense is its name there"
        )
        assert message("import keras.layers.core") == (
            "keras.layers.core is not in Keras 3: keras.layers has what is left of it"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "import keras\nkeras.spare = 1\nprint(keras.spare)\n",
            "from keras import backend as K\nif hasattr(K, 'sum'):\n    K.sum(1)\n",
            "try:\n    from keras.layers.merge import add\nexcept ImportError:\n    from keras.layers import add\n",
            "import keras\nif keras.__version__ < '3':\n    keras.backend.sum(1)\n",
            "def f(K):\n    return K.sum(1)\n",
            "from tensorflow.keras import backend as K\nK.sum(1)\n",
            "from tf_keras import backend as K\nK.sum(1)\n",
            "from keras_contrib.layers import CRF\n",
            "import keras.layers as layers\nlayers.Dense.nonsense\n",
        ],
    )
    def test_left_alone(self, text: str) -> None:
        assert said(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.core.protobuf import rewriter_config_pb2", "from tensorflow.core.framework.graph_pb2 import x",
        "import tensorflow.core", "from tensorflow.core import *", "from tensorflow import core, python",
        "from tensorflow.python import *", "import tensorflow.python", "from tensorflow._api import v1",
        "from tensorflow.tools.graph_transforms import TransformGraph", "from tensorflow.models.rnn import ptb",
        "import keras.rubbish.more", "from keras import *", "import keras", "from keras.src import ops",
        "from tensorflow.tensorboard import x", "from tensorflow.compiler.tf2xla import y",
    ],
)  # fmt: skip
def test_whatever_is_imported_has_an_answer(line: str) -> None:
    for options in ({}, {"keras": "legacy"}, {"tf_version": "1.15"}, {"tf_version": "2.15"}, {"target": "compat.v1"}):
        assert check_source(f"{line}\n", "a.py", Settings(**options)).problems == ()  # type: ignore[arg-type]
