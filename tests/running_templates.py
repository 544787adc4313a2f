"""What running_programs.py draws from: the ways in which TensorFlow 0.12 and 1.15 say a thing.

`<kind>` is replaced by something of that kind, `<=kind>` by a name that is bound to one, `<tf>` by how TensorFlow is
reached.
"""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[str, tuple[str, ...]]


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text without their indentation."""
    return tuple(line.strip() for line in text.strip().split("\n"))


IMPORTS = {
    "0.x": (
        ("import tensorflow as tf", "tf."), ("import tensorflow", "tensorflow."), ("import tensorflow as T", "T."),
        ("import sys, tensorflow as tf", "tf."), ("from tensorflow import nn\nimport tensorflow as tf", "tf."),
    ),
    "1.x": (
        ("import tensorflow as tf", "tf."), ("import tensorflow", "tensorflow."), ("import tensorflow as T", "T."),
        ("import sys, tensorflow as tf", "tf."), ("import tensorflow.compat.v1 as tf", "tf."),
        ("from tensorflow import nn, losses\nimport tensorflow as tf", "tf."),
        ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf."),
        ("from tensorflow import log, nn as N\nimport tensorflow as tf", "tf."),
    ),
}  # fmt: skip

# Four rows, five features, three classes. `flag` is nothing that can be known by reading.
DATA = """
import numpy as np
{imports}

rng = np.random.RandomState({seed})
flag = bool(rng.randint(2))
x = <input>
W = <tf>Variable(0.5 * rng.randn(5, 3).astype('float32'), name='W')
V = <tf>Variable(rng.randn(5, 3).astype('float32'), name='V')
b = <tf>Variable(<tf>zeros([3]), name='b')
I = np.array([0, 2, 1, 2])
Y = np.eye(3, dtype='float32')[I]
ids = <ids>
y = <rows>
w = <tf>constant([1.0, 0.0, 2.0, 0.5])
z0 = <tf>matmul(x, W) + b
soft = <tf>nn.softmax(<tf>matmul(x, V))
"""

COMMON: Table = {
    "input": lines("""
        <tf>constant(rng.randn(4, 5), <tf>float32)
        <tf>placeholder_with_default(rng.randn(4, 5).astype('float32'), [None, 5])
    """),
    "ids": lines("""
        <tf>constant([0, 2, 1, 2])
        <tf>constant(I, <tf>int64)
        I
    """),
    "rows": lines("""
        <tf>one_hot(ids, 3)
        <tf>constant(Y)
        <tf>placeholder_with_default(Y, [None, 3])
        Y
    """),
    "raw": lines("""
        <=raw>
        <=raw>
        <tf>matmul(x, W) + b
        <tf>nn.xw_plus_b(x, W, b)
        <tf>nn.bias_add(<tf>matmul(x, W), b)
        <tf>reshape(<raw>, [-1, 3])
        <tf>identity(<raw>, name='out')
        (<raw> if flag else <raw>)
        <raw> * <tf>constant(0.5)
        <tf>transpose(<tf>transpose(<raw>), perm=[1, 0])
        <tf>nn.log_softmax(<raw>)
        <tf>log(<probs>)
        <tf>nn.dropout(<raw>, 1.0)
        <tf>nn.dropout(<raw>, keep_prob=1.0)
        <tf>minimum(<raw>, 5.0)
        <tf>cond(<tf>less(<tf>reduce_sum(w), <tf>abs(x[0, 0]) * 3.5), lambda: <raw>, lambda: <raw>)
        <tf>to_float(<tf>to_double(<raw>))
        <tf>nn.l2_normalize(<raw>, dim=1)
        <tf>nn.relu(<raw>)
        <raw> - <tf>reduce_mean(<raw>, reduction_indices=[1], keep_dims=True)
        <tf>stop_gradient(<raw>)
        <tf>squeeze(<tf>expand_dims(<raw>, dim=1), squeeze_dims=[1])
        <tf>slice(<raw>, [0, 0], [-1, 3])
        <raw> - <tf>reduce_max(<raw>, 1, True)
        <tf>tanh(<raw>) * 3
    """),
    "probs": lines("""
        <=probs>
        <tf>nn.softmax(<raw>)
        <tf>nn.softmax(<raw>)
        <tf>nn.softmax(<raw>, name='p')
        soft
        <tf>nn.softmax(logits=<raw>, dim=-1)
        <tf>sigmoid(<raw>)
        <tf>nn.sigmoid(<raw>)
        <tf>clip_by_value(<probs>, 1e-10, 1.0)
        (<probs> + 1e-8)
        <tf>maximum(<probs>, 1e-7)
        <tf>exp(<raw>) / <tf>reduce_sum(<tf>exp(<raw>), 1, keep_dims=True)
        <tf>identity(<probs>)
        <tf>exp(<tf>nn.log_softmax(<raw>))
        <tf>nn.softmax(<probs>)
        (<probs> if flag else <probs>)
        <tf>reshape(<probs>, [4, 3])
        <tf>nn.softplus(<raw>) + 0.1
    """),
    "labels": lines("""
        <=labels>
        <=labels>
        <tf>one_hot(ids, 3)
        <tf>one_hot(ids, depth=3, on_value=1.0, off_value=0.0)
        <tf>stop_gradient(<labels>)
        <tf>nn.softmax(<tf>matmul(x, V))
        (<labels> * 0.9 + 0.1 / 3)
        soft
        <tf>cast(<tf>equal(<tf>reshape(<tf>constant(I), [-1, 1]), [[0, 1, 2]]), <tf>float32)
        np.float32(Y)
        <tf>to_float(<tf>one_hot(ids, 3))
        <tf>identity(<labels>)
        <tf>nn.softmax(<tf>matmul(x, V), dim=0)
        <tf>one_hot([0, 1, 1, 2], 3)
        <tf>one_hot([0, -1, 7, 2], 3)
        <tf>one_hot(ids, 3, 2.0, 0.5)
        <tf>cast(<labels>, <tf>float32)
        <tf>one_hot(<tf>argmax(<tf>matmul(x, V), 1), 3)
        <tf>constant([[0.0, 2.0, 0.0]] * 4)
        (<labels> if flag else <labels>)
    """),
    "loss": lines("""
        <tf>nn.softmax_cross_entropy_with_logits(logits=<raw>, labels=<labels>)
        <tf>nn.softmax_cross_entropy_with_logits(labels=<labels>, logits=<raw>, name='xent')
        <tf>nn.softmax_cross_entropy_with_logits(logits=<probs>, labels=<labels>)
        <tf>nn.sparse_softmax_cross_entropy_with_logits(logits=<raw>, labels=ids)
        <tf>nn.softmax_cross_entropy_with_logits(labels=<labels>, logits=<raw>, dim=-1)
        -<tf>reduce_sum(<labels> * <tf>log(<probs>), 1)
        -<tf>reduce_sum(<labels> * <tf>log(<probs>))
        <tf>reduce_mean(-<tf>reduce_sum(<labels> * <tf>log(<probs>), reduction_indices=[1]))
        <tf>reduce_sum(-(<tf>log(<probs>) * <labels>), reduction_indices=1)
        -<tf>reduce_mean(<labels> * <tf>log(<probs>))
        -<tf>reduce_sum(<labels> * <raw>, [1])
        -<tf>reduce_sum(<labels> * <tf>nn.log_softmax(<raw>), 1)
        -<tf>reduce_mean(<tf>reduce_sum(<tf>log(<tf>clip_by_value(<probs>, 1e-10, 1.0)) * <labels>, 1))
        <tf>reduce_sum(-<labels> * <tf>log(<probs>) - (1 - <labels>) * <tf>log(1 - <=probs> * 0.99), 1)
        <tf>reduce_sum(soft * (<tf>log(soft) - <tf>log(<probs>)), 1)
        <tf>nn.l2_loss(<raw>)
        <tf>reduce_mean(<tf>square(<raw> - <labels>), 1)
        -<tf>log(<tf>gather(<tf>transpose(<probs>), 0))
        -<tf>log(<tf>reduce_sum(<probs> * <labels>, 1))
        -<tf>reduce_sum(w * <tf>reduce_sum(<labels> * <tf>log(<probs>), 1))
    """),
    "scalar": lines("""
        <tf>reduce_mean(<loss>)
        <tf>reduce_sum(<loss>)
        <tf>add_n([<scalar>, <scalar>])
        <scalar> + 0.01 * <tf>nn.l2_loss(W)
    """),
}
OLD: Table = {
    "raw": lines("""
        <tf>mul(<raw>, 0.5)
        <tf>sub(<raw>, 1.0)
        <tf>neg(<raw>)
        <tf>concat(1, [<raw>[:, :1], <=raw>[:, 1:]])
        <tf>concat(1, <tf>split(1, 3, <raw>))
        <tf>pack(<tf>unpack(<raw>, axis=1), axis=1)
        <tf>select(<raw> > 0, <raw>, <raw>)
        <tf>batch_matmul(<raw>, np.eye(3, dtype='float32'))
        <tf>squeeze(<tf>expand_dims(<raw>, 1), [1])
    """),
    "probs": lines("""
        <tf>div(<tf>exp(<raw>), 9.0)
    """),
    "labels": lines("""
        <tf>mul(<labels>, 1.0)
    """),
    "loss": lines("""
        <tf>nn.softmax_cross_entropy_with_logits(<raw>, <labels>)
        <tf>nn.softmax_cross_entropy_with_logits(<raw>, Y)
        <tf>nn.sigmoid_cross_entropy_with_logits(<raw>, <labels>)
        <tf>nn.sigmoid_cross_entropy_with_logits(logits=<raw>, targets=<labels>)
        <tf>nn.sparse_softmax_cross_entropy_with_logits(<raw>, ids)
        <tf>nn.weighted_cross_entropy_with_logits(<raw>, <labels>, 2.0)
        <tf>neg(<loss>)
        <tf>contrib.losses.softmax_cross_entropy(<raw>, <labels>)
        <tf>nn.seq2seq.sequence_loss_by_example([<raw>], [<tf>to_int32(ids)], [w])
    """),
}
NEW: Table = {
    "raw": lines("""
        <tf>multiply(<raw>, 0.5)
        <tf>negative(<raw>)
        <tf>concat([<raw>[:, :1], <=raw>[:, 1:]], 1)
        <tf>concat(<tf>split(<raw>, 3, axis=1), axis=-1)
        <tf>stack(<tf>unstack(<raw>, axis=1), 1)
        <tf>where(<raw> > 0, <raw>, <raw>)
        <tf>nn.log_softmax(<raw>, axis=-1)
        <tf>nn.leaky_relu(<raw>)
        <tf>layers.dense(x, 3, kernel_initializer=<tf>constant_initializer(0.25))
        <tf>math.l2_normalize(<raw>, 1)
        <tf>layers.dense(inputs=x, units=3, kernel_initializer=<tf>ones_initializer(), use_bias=False)
        <tf>nn.dropout(<raw>, rate=0.0)
        <raw> / (1.0 + <tf>norm(<raw>, axis=1, keep_dims=True))
        <tf>layers.flatten(<raw>)
    """),
    "probs": lines("""
        <tf>nn.softmax(<raw>, axis=-1)
        <tf>layers.dense(x, 3, <tf>nn.softmax, kernel_initializer=<tf>constant_initializer(0.5))
        <tf>div(<tf>exp(<raw>), 9.0)
        <tf>math.softplus(<raw>) + 0.1
        <tf>keras.backend.softmax(<raw>)
    """),
    "labels": lines("""
        <tf>multiply(<labels>, 1.0)
        <tf>to_float(<tf>argmax(<tf>matmul(x, V), dimension=1))[:, None] * <labels> * 0.5
    """),
    "loss": lines("""
        <tf>nn.softmax_cross_entropy_with_logits_v2(labels=<labels>, logits=<raw>)
        <tf>nn.softmax_cross_entropy_with_logits_v2(<labels>, <raw>)
        <tf>nn.sigmoid_cross_entropy_with_logits(labels=<labels>, logits=<raw>)
        <tf>nn.sigmoid_cross_entropy_with_logits(None, <labels>, <raw>)
        <tf>nn.weighted_cross_entropy_with_logits(<labels>, <raw>, 2.0)
        <tf>nn.weighted_cross_entropy_with_logits(targets=<labels>, logits=<raw>, pos_weight=2.0)
        <tf>losses.softmax_cross_entropy(<labels>, <raw>)
        <tf>losses.log_loss(<labels>, <probs>, weights=0.5)
        <tf>losses.softmax_cross_entropy(onehot_labels=<labels>, logits=<raw>, weights=w, label_smoothing=0.1)
        <tf>losses.sparse_softmax_cross_entropy(ids, <raw>)
        <tf>losses.mean_squared_error(<labels>, <raw>)
        <tf>losses.sigmoid_cross_entropy(<labels>, <raw>, reduction=<tf>losses.Reduction.NONE)
        <tf>losses.softmax_cross_entropy(<labels>, <probs>, w)
        <tf>losses.absolute_difference(<labels>, <probs>) + <tf>losses.get_total_loss()
        <tf>nn.sparse_softmax_cross_entropy_with_logits(labels=<tf>argmax(<labels>, 1), logits=<raw>)
        <tf>keras.losses.categorical_crossentropy(<labels>, <probs>)
        <tf>keras.losses.categorical_crossentropy(<labels>, <raw>, from_logits=True)
        <tf>keras.backend.binary_crossentropy(<labels>, <probs>)
        <tf>contrib.losses.softmax_cross_entropy(<raw>, <labels>)
        <tf>contrib.seq2seq.sequence_loss(<tf>expand_dims(<raw>, 1), <tf>to_int32(ids)[:, None], <tf>ones([4, 1]))
    """),
}
