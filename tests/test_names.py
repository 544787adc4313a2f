"""Names of TensorFlow on trial: what a target has, what is said of the rest, and what is left alone."""

from __future__ import annotations

import re

import pytest

from tfce_migrate import Settings, check_source, migrate_source
from tfce_migrate.names import can_import, has, home_of, is_internal, once_public, split_api, target_of
from tfce_migrate.symbols import table

ADVICE = {
    name: entry["use"] for file in ("contrib.toml", "removed.toml") for name, entry in table(file)["names"].items()
}
NAMES = ("TFC401", "TFC405", "TFC406", "TFC407", "TFC408")


def target(**options: str) -> object:
    return target_of(Settings(**options))  # type: ignore[arg-type]


def said(text: str, **options: str) -> list[tuple[int, str]]:
    """Line and code of what is said of names."""
    outcome = check_source(text, "model.py", Settings(**options))  # type: ignore[arg-type]
    assert outcome.problems == ()
    return sorted({(f.start.line, f.code) for f in outcome.findings if f.code in NAMES})


def after(text: str, **options: str) -> str:
    """The text after migrate."""
    return migrate_source(text, "model.py", Settings(**options)).after  # type: ignore[arg-type]


class TestAdvice:
    @pytest.mark.parametrize("name", ADVICE)
    def test_names_what_some_target_has(self, name: str) -> None:
        mentioned = re.findall(r"\btf\.[A-Za-z_][\w.]*\w", ADVICE[name])
        targets = [target(), target(keras="legacy"), target(tf_version="2.15")]
        assert [each for each in mentioned if not any(has(each, one) for one in targets)] == []  # type: ignore[arg-type]

    @pytest.mark.parametrize("file", ["contrib.toml", "removed.toml"])
    def test_every_entry_has_its_source_and_is_of_its_file(self, file: str) -> None:
        for name, entry in table(file)["names"].items():
            assert entry["source"].strip()
            assert name.startswith("tf.contrib") == (file == "contrib.toml")

    def test_speaks_of_names_that_the_target_has_not(self) -> None:
        kept = [name for name in ADVICE if has(name, target())]  # type: ignore[arg-type]
        assert kept == []


class TestMessages:
    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("tf.inv(x)", "tf.inv is not in TensorFlow 2.21 with Keras 3: tf.math.reciprocal"),
            ("tf.listdiff(x, y)", "tf.compat.v1.setdiff1d"),
            ("tf.batch_cholesky(x)", "tf.batch_cholesky is not in TensorFlow 2.21 with Keras 3: tf.linalg.cholesky,"),
            ("tf.batch_matrix_inverse(x)", "tf.linalg.inv,"),
            ("tf.image.per_image_whitening(x)", "tf.image.per_image_standardization"),
            ("tf.select(c, x, y)", "tf.select is gone from TF 2: tf.compat.v1.where takes condition, x, y, name"),
            ("tf.batch_matmul(x, y)", "tf.batch_matmul is gone from TF 2: tf.matmul takes a, b, "),
            ("tf.python.ops.rnn", "tf.python.ops.rnn is inside TensorFlow, where names come and go without notice"),
            ("tf.python.keras.backend", "names come and go without notice; tf.keras.backend is public"),
            ("tf.python.keras.layers.Dense", "names come and go without notice; tf.keras.layers.Dense is public"),
            ("tf.python.ops.array_ops.reshape", "names come and go without notice; tf.reshape is public"),
        ],
    )
    def test_names_what_is_written_and_what_to_use(self, line: str, told: str) -> None:
        (found,) = check_source(f"import tensorflow as tf\n\n{line}\n", "model.py", Settings()).findings
        assert told in found.message
        assert "tf.keras.backend.backend" not in found.message
        assert "tf.keras.backend.rnn" not in found.message


    @pytest.mark.parametrize(
        ("line", "severity"),
        [
            ("from tensorflow.python.ops.rnn import bidirectional_rnn", "error"),
            ("from tensorflow.python.ops.rnn_cell import _linear", "error"),
            ("from tensorflow.python.ops.math_ops import batch_matmul", "error"),
            ("from tensorflow.python.ops.rnn import dynamic_rnn", "info"),
            ("from tensorflow.python.ops.rnn import nonsense", "info"),
            ("from tensorflow.python.ops import rnn, rnn_cell", "info"),
            ("from tensorflow.python.client import device_lib", "info"),
            ("import tensorflow.python.platform.parameterized", "error"),
        ],
    )
    def test_what_the_insides_lost_is_an_error(self, line: str, severity: str) -> None:
        found = check_source(f"{line}\n", "model.py", Settings()).findings
        assert {(one.code, one.severity) for one in found} == {("TFC408", severity)}

    def test_for_2_15_it_is_not_known_what_modules_lost(self) -> None:
        text = "from tensorflow.python.ops.rnn_cell import _linear\n"
        (found,) = check_source(text, "model.py", Settings(tf_version="2.15")).findings
        assert found.severity == "info"


class TestTargets:
    @pytest.mark.parametrize(
        ("name", "options", "there"),
        [
            ("tf.nn.relu", {}, True),
            ("tf.placeholder", {}, False),
            ("tf.compat.v1.placeholder", {}, True),
            ("tf.compat.v1.Session.run", {}, True),
            ("tf.compat.v1.layers.dense", {}, False),
            ("tf.compat.v1.layers.dense", {"keras": "legacy"}, True),
            ("tf.compat.v1.layers.dense", {"tf_version": "2.15"}, True),
            ("tf.estimator.Estimator", {}, False),
            ("tf.estimator.Estimator", {"tf_version": "2.15"}, True),
            ("tf.keras.optimizers.legacy.Adam", {}, False),
            ("tf.keras.optimizers.legacy.Adam", {"keras": "legacy"}, True),
            ("tf.keras.ops.softmax", {}, True),
            ("tf.keras.ops.softmax", {"keras": "legacy"}, False),
            ("tf.math.log", {"tf_version": "1.15"}, True),
            ("tf.log", {"tf_version": "1.15"}, False),
            ("tf.keras.ops.softmax", {"tf_version": "1.15"}, False),
            ("tf.raw_ops.MatMul", {}, True),
            ("tf.raw_ops.CompareAndBitpack", {}, False),
            ("tf.nn.__name__", {}, True),
            ("tf.nn.softmx", {}, False),
        ],
    )
    def test_has(self, name: str, options: dict[str, str], there: bool) -> None:
        assert has(name, target(**options)) is there  # type: ignore[arg-type]

    def test_what_it_is_called_there(self) -> None:
        today = target_of(Settings())
        assert home_of("tf.log", today) == "tf.math.log"
        assert home_of("tf.placeholder", today) == "tf.compat.v1.placeholder"
        assert home_of("tf.nn.softmax_cross_entropy_with_logits", today) == (
            "tf.compat.v1.nn.softmax_cross_entropy_with_logits"
        )
        assert home_of("tf.nn.relu", today) == "tf.nn.relu"
        assert home_of("tf.layers.dense", today) is None

    def test_parts_of_a_name(self) -> None:
        assert split_api("tf.compat.v1.nn.relu") == ("v1", "tf.nn.relu")
        assert split_api("tf.compat.v2") == ("v2", "tf")
        assert split_api("tf.compat.as_text") == ("", "tf.compat.as_text")
        assert once_public("tf.Session.run") == "tf.Session"
        assert once_public("tf.nonsense") is None
        assert is_internal("tf.python.ops.math_ops")
        assert is_internal("tf._hidden")
        assert not is_internal("tf.pythonic")

    def test_some_names_are_attributes_only(self) -> None:
        assert can_import("tf.initializers")
        assert not can_import("tf.initializers.zeros")
        assert can_import("tf.compat.v1.initializers.zeros")


class TestLeftAlone:
    @pytest.mark.parametrize(
        "text",
        [
            "import tensorflow as tf\ntf.foo = 1\nprint(tf.foo)\n",
            "import tensorflow as tf\nsetattr(tf, 'foo', 1)\nprint(tf.foo)\n",
            "import tensorflow as tf\nx = tf.foo if hasattr(tf, 'foo') else None\n",
            "import tensorflow as tf\nx = hasattr(tf, 'foo') and tf.foo\n",
            "import tensorflow as tf\nif tf.__version__ < '2':\n    tf.contrib.rnn.GRUCell(3)\n",
            "import tensorflow as tf\ntry:\n    x = tf.foo\nexcept AttributeError:\n    x = tf.bar\n",
            "try:\n    from tensorflow.contrib import rnn\nexcept ImportError:\n    rnn = None\n",
            "import tensorflow as tf\nprint(tf.__version__, tf.nn.__doc__, getattr(tf, 'foo', None))\n",
            "def f(tf):\n    return tf.contrib.rnn, tf.foo\n",
        ],
    )
    def test_guarded_and_own_names(self, text: str) -> None:
        assert said(text) == []

    def test_what_stands_outside_the_guard_is_not(self) -> None:
        text = "import tensorflow as tf\nif hasattr(tf, 'foo'):\n    tf.foo()\ntf.foo()\n"
        assert said(text) == [(4, "TFC408")]


class TestPlaces:
    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("def f(x: tf.Session, *a: tf.Dimension, **k: 'tf.log') -> tf.GraphKeys: pass", 3),
            ("class A:\n    session: tf.Session = None", 1),
            ("def f():\n    session: tf.Session = None", 0),
            ("async def f(x, *, y: tf.Session = None): pass", 1),
            ("session: List[tf.Session] = []", 1),
        ],
    )
    def test_annotations_are_computed_where_the_name_is_bound(self, line: str, found: int) -> None:
        assert len(after("import tensorflow as tf\n" + line + "\n").split("tf.compat.v1.")) == found + 1

    @pytest.mark.parametrize(
        ("lines", "found"),
        [
            ("from tensorflow import *\nfrom math import *\n", []),
            ("from math import *\nfrom tensorflow import *\n", [(3, "TFC401")]),
            ("from tensorflow import *\n", [(2, "TFC401")]),
        ],
    )
    def test_the_last_star_import_counts(self, lines: str, found: list[tuple[int, str]]) -> None:
        assert said(lines + "x = log(1.0)\n") == found

    @pytest.mark.parametrize(
        "start",
        [
            "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\n",
            "tf = None\ntry:\n    import tensorflow as tf\nexcept ImportError:\n    pass\n",
            "import sys\nif 'tensorflow' in sys.modules:\n    import tensorflow as tf\nelse:\n    tf = None\n",
        ],
    )
    def test_none_in_place_of_a_module_hides_nothing(self, start: str) -> None:
        assert "tf.math.log" in after(start + "x = tf.log(1.0)\ndef f():\n    return tf.log(2.0)\n")

    def test_none_in_place_of_a_function_is_a_value(self) -> None:
        text = """\
import tensorflow as tf
def net(x, last):
    act = tf.nn.softmax if last else None
    z = tf.keras.layers.Dense(3, activation=act)(x)
    return tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
"""
        assert [f.code for f in check_source(text).findings if f.code.startswith("TFC2")] == []


class TestImports:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ("import tensorflow.contrib.slim as slim", "TFC407"),
            ("import tensorflow.contrib.slim", "TFC407"),
            ("from tensorflow.contrib import slim", "TFC407"),
            ("from tensorflow.contrib.layers import *", "TFC407"),
            ("from tensorflow.contrib.layers import conv2d as conv", "TFC407"),
            ("import tensorflow.logging as log", "TFC406"),
            ("from tensorflow.estimator import Estimator", "TFC406"),
            ("from tensorflow.examples.tutorials.mnist import input_data", "TFC406"),
            ("from tensorflow.initializers import zeros", "TFC406"),
            ("from tensorflow.python.framework import ops", "TFC408"),
            ("from tensorflow.nn import softmx", "TFC408"),
            ("from tensorflow.nn.rnn_cell import GRUCell", "TFC405"),
            ("from tensorflow import placeholder", "TFC405"),
        ],
    )
    def test_an_import_is_a_finding(self, line: str, code: str) -> None:
        assert said(f"{line}\n") == [(1, code)]

    def test_imports_that_work_are_none(self) -> None:
        lines = (
            "import tensorflow", "import tensorflow as tf", "import tensorflow.keras.layers as layers",
            "from tensorflow.keras import backend as K", "import tensorflow.compat.v1 as tf1",
            "from tensorflow.compat.v1 import placeholder", "from tensorflow import nn, initializers",
        )  # fmt: skip
        assert said("\n".join(lines)) == []

    def test_a_star_import_binds_names_that_are_judged_where_they_are_used(self) -> None:
        text = "from tensorflow import *\n\nx = placeholder(float32)\ny = mul(x, log(x))\nz = contrib.opt\n"
        assert said(text) == [(3, "TFC405"), (4, "TFC401"), (5, "TFC407")]
        assert "x = compat.v1.placeholder(float32)\ny = multiply(x, math.log(x))" in after(text)

    def test_a_second_star_import_may_have_bound_them(self) -> None:
        assert said("from tensorflow import *\nfrom numpy import *\n\ny = log(1.0)\n") == []

    def test_the_module_by_its_full_name(self) -> None:
        text = "import tensorflow\n\ny = tensorflow.log(tensorflow.contrib.framework.sort(x))\n"
        assert "tensorflow.math.log(tensorflow.sort(x))" in after(text)

    def test_an_attribute_is_not_written_into_an_import(self) -> None:
        text = "from tensorflow.flags import DEFINE_string\n"
        assert after(text) == text
        assert said(text)


class TestTwins:
    @pytest.mark.parametrize(
        ("before", "written", "options"),
        [
            ("tf.contrib.framework.sort(x)", "tf.sort(x)", {}),
            ("tf.contrib.rnn.GRUCell(3)", "tf.contrib.rnn.GRUCell(3)", {}),
            ("tf.contrib.rnn.GRUCell(3)", "tf.compat.v1.nn.rnn_cell.GRUCell(3)", {"keras": "legacy"}),
            ("tf.contrib.rnn.GRUCell(3)", "tf.compat.v1.nn.rnn_cell.GRUCell(3)", {"tf_version": "2.15"}),
            ("tf.estimator.SessionRunHook", "tf.compat.v1.train.SessionRunHook", {}),
            ("tf.platform.gfile.Open", "tf.io.gfile.GFile", {"from_": "0.x"}),
            ("tf.contrib.distributions.Normal(0., 1.)", "tf.contrib.distributions.Normal(0., 1.)", {"from_": "0.x"}),
            ("tf.log(x)", "tf.math.log(x)", {"tf_version": "1.15"}),
            ("tf.contrib.keras.layers.Dense(3)", "tf.contrib.keras.layers.Dense(3)", {}),
        ],
    )
    def test_written_where_it_is_the_same_object(self, before: str, written: str, options: dict[str, str]) -> None:
        assert after(f"import tensorflow as tf\n{before}\n", **options) == f"import tensorflow as tf\n{written}\n"


class TestKeywords:
    @pytest.mark.parametrize(
        ("before", "written"),
        [
            ("tf.device(device_name_or_function=d)", "tf.compat.v1.device(device_name_or_function=d)"),
            ("tf.constant(1, verify_shape=True)", "tf.compat.v1.constant(1, verify_shape=True)"),
            ("tf.constant(1, shape=[2])", "tf.constant(1, shape=[2])"),
            ("tf.constant(1, **more)", "tf.constant(1, **more)"),
            ("tf.constant(1, nonsense=2)", "tf.constant(1, nonsense=2)"),
        ],
    )
    def test_a_keyword_that_tf_2_refuses_keeps_the_function_of_tf_1(self, before: str, written: str) -> None:
        assert after(f"import tensorflow as tf\n{before}\n") == f"import tensorflow as tf\n{written}\n"

    def test_without_such_a_function_it_is_said(self) -> None:
        text = "import tensorflow as tf\nc = tf.keras.callbacks.TensorBoard(write_grads=True)\n"
        found = [f for f in check_source(text, "a.py", Settings()).findings if f.code == "TFC402"]
        assert [f.fix for f in found] == [None]
        assert after(text) == text

    def test_legacy_keras_takes_what_it_took(self) -> None:
        text = "import tensorflow as tf\nc = tf.keras.callbacks.ProgbarLogger(count_mode='steps')\n"
        codes = [f.code for f in check_source(text, "a.py", Settings(keras="legacy")).findings]
        assert codes == []
