"""The TensorFlow that runs this comes in; what Keras losses compute for right and wrong last layers goes out.

Run it under TF 1.15 and under TF 2: `python benchmarks/keras_losses.py`. A number is the batch mean for the raw values
[0.5, 1.5, 0.1] and [2.2, 1.3, 1.7] and the classes 1 and 2; the right one is 0.839343 (binary: 0.988961).
"""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[], Any]

RAW = np.array([[0.5, 1.5, 0.1], [2.2, 1.3, 1.7]], "float32")
IDS = np.array([1, 2])
ROWS = np.eye(3, dtype="float32")[IDS]

LAST = {
    "no activation": lambda: tf.keras.layers.Activation("linear"),
    "softmax layer": lambda: tf.keras.layers.Activation("softmax"),
    "tf.nn.softmax": lambda: tf.keras.layers.Lambda(lambda x: tf.nn.softmax(x)),
    "sigmoid layer": lambda: tf.keras.layers.Activation("sigmoid"),
}
LOSSES: dict[str, tuple[Callable[[bool], Any], Any]] = {
    "categorical": (lambda told: tf.keras.losses.CategoricalCrossentropy(from_logits=told), ROWS),
    "sparse": (lambda told: tf.keras.losses.SparseCategoricalCrossentropy(from_logits=told), IDS),
    "binary": (lambda told: tf.keras.losses.BinaryCrossentropy(from_logits=told), ROWS),
}


def compiled(last: Make, loss: Any, labels: Any) -> float:
    """What evaluate of a compiled model says."""
    model = tf.keras.Sequential([tf.keras.Input([3]), last()] if hasattr(tf.keras, "Input") else [last()])
    model.compile("sgd", loss)
    return float(np.ravel(model.evaluate(RAW, labels, verbose=0))[0])


def direct(last: Make, loss: Any, labels: Any) -> float:
    """What the loss says of the layer's output."""
    value = loss(tf.constant(labels), last()(tf.constant(RAW)))
    if tf.executing_eagerly():
        return float(value)
    with tf.compat.v1.Session() as session:
        return float(session.run(value))


def main() -> None:
    """Print the table."""
    print(f"TensorFlow {tf.__version__}")
    print(f"{'last layer':<15} {'loss':<12} {'from_logits':<12} {'compiled':>10} {'direct':>10}")
    for layer, last in LAST.items():
        for family, (make, labels) in LOSSES.items():
            for told in (False, True):
                numbers = [way(last, make(told), labels) for way in (compiled, direct)]
                print(f"{layer:<15} {family:<12} {told!s:<12} {numbers[0]:10.6f} {numbers[1]:10.6f}")


if __name__ == "__main__":
    main()
