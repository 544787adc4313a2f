"""Values that stand in a value twice, thirty times over: each is worked out once, whatever it is made of."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from tfce_migrate import Settings, migrate_source

pytest.importorskip("resource", reason="the clock is POSIX's")

TIMES = 32
SECONDS = 20.0  # each takes less than one
HEAD = """import functools
import numpy as np
import tensorflow as tf


def f(a, b):
    return a + b


class A:
    def __init__(self, a, b):
        self.total = a + b


"""
STEPS = """
x = x + tf.nn.relu(x)
x = x + x
x = x * tf.sigmoid(x)
x = x + tf.matmul(x, w)
x = tf.matmul(x, x)
x = [x, x]
x = (x, x)
x = {'a': x, 'b': x}
x = dict(a=x, b=x)
x += [x, x]
x = [x, x] + x
x = tf.concat([x, x], 1)
x = tf.cond(c, lambda: x, lambda: x)
x = x if flag else tf.identity(x)
x = tf.stop_gradient(x) if flag else tf.identity(x)
x = tf.where(c, x, x)
x = tf.add_n([x, x])
x = tf.stack([x, x])
x = -x * x
x = tf.log(x) * x
x = tf.exp(x) / tf.reduce_sum(tf.exp(x), 1)
x = x / tf.reduce_sum(x, 1)
x = tf.clip_by_value(x, x, x)
x = tf.one_hot(x, x)
x = tf.nn.softmax(x) * x
x = tf.nn.softmax(x) + tf.nn.softmax(x)
x = tf.nn.softmax(x) if flag else tf.nn.softmax(x + 1)
x = np.array([x, x])
x = tf.constant([x, x])
x = tf.reshape(x, [x, x])
x = tf.keras.layers.Add()([x, x])
x = tf.layers.dense(x, 3) + x
x = tf.layers.dense(x, 3) if flag else x
x = f(x, x)
x = (lambda a, b: a + b)(x, x)
x = functools.partial(f, x, x)()
x = A(x, x).total
x = tf.nn.xw_plus_b(x, w, x)
x = x[0] + x[1]
x = x[0], x[1]
x = tf.split(x, 2, x)
x = [v for v in (x, x)]
x = f'{x}{x}'
x = not x or x and x
x = x == x
x = tf.nn.dropout(x, x)
x = tf.nn.batch_normalization(x, x, x, x, x, 1)
x = tf.gather_nd(x, tf.stack([x, tf.argmax(x, 1)], 1))
x = tf.while_loop(lambda x: c, lambda x: x + x, [x])
x = y * tf.log(x) + (1 - y) * tf.log(1 - x)
x = -tf.reduce_sum(y * tf.log(x), 1) + x
x = tf.maximum(x, tf.minimum(x, x))
x = tf.map_fn(lambda v: v + x, x)
x = tf.keras.models.Model(x, x)(x)
x = tf.data.Dataset.zip((x, x))
x = max(x, x)
x = x.a + x.b
x = tf.nn.static_rnn(x, [x])[0]
"""
ENDS = (
    ("loss = tf.nn.softmax_cross_entropy_with_logits(logits=x, labels=x)",),
    ("p = tf.nn.softmax(x)", "loss = -tf.reduce_sum(x * tf.log(p), 1)"),
    (
        "loss = -tf.reduce_sum(x * tf.log(x), 1)",
        "loss += tf.nn.sparse_softmax_cross_entropy_with_logits(logits=x[0], labels=x)",
        "loss += tf.nn.sigmoid_cross_entropy_with_logits(x, x) + tf.losses.log_loss(x, x) + tf.nn.dropout(x, x)",
        "loss += tf.reduce_mean(-(x * tf.log(x) + (1 - x) * tf.log(1 - x))) + tf.concat(x, tf.one_hot(x, 3))",
        "tf.keras.Model(y, x).compile('sgd', 'categorical_crossentropy')",
    ),
)


def texts(step: str) -> Iterator[str]:
    """Programs that take the step many times, in a module and in a function, from raw values and probabilities."""
    for start in ("x = tf.matmul(z, w)", "x = tf.nn.softmax(z)"):
        for end in ENDS:
            lines = [start, *[step] * TIMES, *end]
            yield HEAD + "\n".join(lines) + "\n"
            body = "\n    ".join([*lines, "return loss"])
            yield f"{HEAD}def net(z, w, y, c, flag):\n    {body}\n\n\nout = net(q, v, labels, c, flag)\n"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"over {SECONDS} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("step", STEPS.strip().splitlines())
def test_what_is_shared_is_worked_out_once(step: str) -> None:
    for text in texts(step):
        assert migrate_source(text, "program.py", Settings(from_="1.x")).problems == ()
