"""Small programs about networks; tests/reading_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
rng = np.random.RandomState(1)
flat = tf.constant(rng.randn(3, 4).astype("float32"))
pictures = tf.constant(rng.rand(2, 6, 6, 3).astype("float32"))
kernel = tf.constant(rng.randn(2, 2, 3, 3).astype("float32"))
signal = tf.constant(rng.randn(2, 6, 3).astype("float32"))
cube = tf.constant(rng.rand(1, 4, 4, 4, 2).astype("float32"))

# ---- dropout with a constant
out = [tf.nn.dropout(flat, 0.75, seed=1), tf.nn.dropout(flat, keep_prob=0.5, seed=2), tf.nn.dropout(flat, 1.0)]

# ---- dropout with an expression
base = 0.2
out = [
    tf.nn.dropout(flat, 1 - base, seed=1),
    tf.nn.dropout(flat, 1.0 - base, seed=1),
    tf.nn.dropout(flat, keep_prob=base * 2 if base else 1.0, seed=3),
]

# ---- dropout with a placeholder
keep = tf.placeholder(tf.float32)
out = sess.run([tf.nn.dropout(flat, keep, seed=1), tf.nn.dropout(flat, keep_prob=keep, seed=2)], {keep: 0.5})

# ---- dropout by position with noise
out = [tf.nn.dropout(flat, 0.5, [3, 1], 1, "d"), tf.nn.dropout(flat, 0.5, None, 4)]

# ---- dropout with rate already
out = tf.nn.dropout(flat, rate=0.25, seed=1)


# ---- dropout through a function
def drop(inputs, keep_prob):
    return tf.nn.dropout(inputs, keep_prob, seed=3)


out = [drop(flat, 0.5), drop(inputs=flat, keep_prob=0.25)]

# ---- dropout handed on
from functools import partial

drop = partial(tf.nn.dropout, keep_prob=0.5, seed=1)
apply = tf.nn.dropout
out = [drop(flat), apply(flat, 0.25, seed=2)]

# ---- dropout with arguments behind stars
options = {"keep_prob": 0.5, "seed": 1}
out = tf.nn.dropout(flat, **options)

# ---- conv2d with its old keywords
out = [
    tf.nn.conv2d(pictures, filter=kernel, strides=[1, 1, 1, 1], padding="SAME"),
    tf.nn.conv2d(input=pictures, filter=kernel, strides=[1, 1, 1, 1], padding="VALID", use_cudnn_on_gpu=False),
    tf.nn.conv2d(pictures, kernel, [1, 2, 2, 1], "SAME", True, "NHWC", [1, 1, 1, 1], "c"),
]

# ---- convolutions of other dimensions
out = [
    tf.nn.conv1d(signal, kernel[0], 1, "SAME"),
    tf.nn.conv1d(value=signal, filters=kernel[0], stride=2, padding="VALID", use_cudnn_on_gpu=None),
    tf.nn.conv3d(cube, tf.ones([2, 2, 2, 2, 1]), [1, 1, 1, 1, 1], "SAME"),
    tf.nn.atrous_conv2d(pictures, kernel, 2, "SAME"),
    tf.nn.convolution(pictures, kernel, "SAME", [1, 1], [2, 2]),
    tf.nn.convolution(input=pictures, filter=kernel, padding="VALID", dilation_rate=[2, 2]),
]

# ---- transposed convolutions
out = [
    tf.nn.conv2d_transpose(pictures, kernel, [2, 12, 12, 3], [1, 2, 2, 1]),
    tf.nn.conv2d_transpose(
        value=pictures, filter=kernel, output_shape=[2, 12, 12, 3], strides=[1, 2, 2, 1], padding="SAME"
    ),
    tf.nn.atrous_conv2d_transpose(value=pictures, filters=kernel, output_shape=[2, 6, 6, 3], rate=2, padding="SAME"),
]

# ---- gradients of convolutions
out = [
    tf.nn.conv2d_backprop_input([2, 6, 6, 3], kernel, pictures, [1, 1, 1, 1], "SAME"),
    tf.nn.conv2d_backprop_filter(pictures, [2, 2, 3, 3], pictures, [1, 1, 1, 1], "SAME"),
]

# ---- depthwise and separable
out = [
    tf.nn.depthwise_conv2d(pictures, kernel, [1, 1, 1, 1], "SAME", [2, 2]),
    tf.nn.depthwise_conv2d_native(pictures, kernel, [1, 1, 1, 1], "SAME"),
    tf.nn.separable_conv2d(pictures, kernel, tf.ones([1, 1, 9, 2]), [1, 1, 1, 1], "SAME", rate=[1, 1]),
    tf.nn.depthwise_conv2d(pictures, kernel, [1, 1, 1, 1], "SAME", rate=[1, 1]),
]

# ---- pooling
out = [
    tf.nn.max_pool(pictures, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
    tf.nn.max_pool(value=pictures, ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="VALID"),
    tf.nn.avg_pool(value=pictures, ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="VALID", name="a"),
    tf.nn.pool(pictures, [2, 2], "AVG", "VALID", dilation_rate=[1, 1]),
    tf.nn.max_pool_with_argmax(pictures, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")[1],
    tf.nn.max_pool3d(cube, [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "SAME"),
]

# ---- fractional pooling
out = [
    tf.nn.fractional_max_pool(pictures, [1.0, 1.44, 1.44, 1.0], True, False, True, 3, 4)[0],
    tf.nn.fractional_avg_pool(pictures, [1.0, 1.44, 1.44, 1.0], deterministic=True, seed=3, seed2=4)[0],
]

# ---- moments
out = [
    tf.nn.moments(flat, [0])[1],
    tf.nn.moments(flat, [0], keep_dims=True)[0],
    tf.nn.moments(flat, axes=[1], shift=None, name="m", keep_dims=False)[0],
    tf.nn.weighted_moments(flat, [0], 1.0, keep_dims=True)[1],
    tf.nn.sufficient_statistics(flat, [0], keep_dims=True)[1],
    tf.nn.normalize_moments(3.0, 1.0, 2.0, None)[0],
]

# ---- batch normalization
out = [
    tf.nn.batch_normalization(flat, 0.1, 1.2, None, None, 1e-3),
    tf.nn.fused_batch_norm(pictures, [1.0] * 3, [0.0] * 3, is_training=True)[0],
    tf.nn.l2_normalize(flat, dim=1),
    tf.nn.l2_normalize(flat, 1, 1e-12, "n"),
    tf.nn.local_response_normalization(pictures, 2),
    tf.nn.lrn(pictures),
    tf.nn.l2_loss(flat),
]

# ---- activations
out = [
    tf.nn.softmax(flat, dim=0),
    tf.nn.softmax(flat, 1, "s"),
    tf.nn.log_softmax(flat, dim=0),
    tf.nn.elu(flat),
    tf.nn.selu(flat),
    tf.nn.crelu(flat),
    tf.nn.leaky_relu(flat),
    tf.nn.relu_layer(flat, tf.ones([4, 2]), [0.0, 1.0]),
    tf.nn.xw_plus_b(flat, tf.ones([4, 2]), [0.0, 1.0]),
    tf.nn.softplus(flat),
    tf.nn.swish(flat),
]

# ---- losses by keyword
out = [
    tf.nn.softmax_cross_entropy_with_logits(labels=[[0.0, 1.0]], logits=[[1.0, 2.0]]),
    tf.nn.softmax_cross_entropy_with_logits_v2(labels=[[0.0, 1.0]], logits=[[1.0, 2.0]]),
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1], logits=[[1.0, 2.0]]),
    tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.3]),
    tf.nn.weighted_cross_entropy_with_logits(targets=[1.0], logits=[0.3], pos_weight=2.0),
    tf.nn.log_poisson_loss([1.0], [0.3]),
]

# ---- losses of the module
out = [
    tf.losses.mean_squared_error([1.0], [0.5]),
    tf.losses.absolute_difference([1.0], [0.5], 2.0),
    tf.losses.huber_loss([1.0], [0.5]),
    tf.losses.log_loss([1.0], [0.5]),
    tf.losses.hinge_loss([1.0], [0.5]),
    tf.losses.cosine_distance([[1.0, 0.0]], [[0.0, 1.0]], axis=1),
    tf.losses.cosine_distance([[1.0, 0.0]], [[0.5, 0.5]], dim=1),
    tf.losses.get_total_loss(),
    tf.losses.mean_squared_error([1.0], [0.5], reduction=tf.losses.Reduction.SUM),
    tf.losses.compute_weighted_loss([1.0, 2.0]),
]

# ---- ctc_loss
scores = tf.constant(rng.rand(4, 2, 3).astype("float32"))
target = tf.SparseTensor([[0, 0], [1, 0]], tf.constant([0, 1], tf.int32), [2, 1])
out = [
    tf.nn.ctc_loss(target, scores, [4, 4]),
    tf.nn.ctc_loss(labels=target, inputs=scores, sequence_length=[4, 4], preprocess_collapse_repeated=True),
    tf.nn.ctc_greedy_decoder(scores, [4, 4])[1],
    tf.nn.ctc_beam_search_decoder(scores, [4, 4], 3, 1, False)[1],
    tf.nn.ctc_loss_v2(tf.constant([[1], [2]]), scores, [1, 1], [4, 4]),
]

# ---- embeddings
table = tf.constant([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]])
ids = tf.SparseTensor([[0, 0], [1, 1]], tf.constant([1, 0], tf.int64), [2, 2])
out = [
    tf.nn.embedding_lookup(table, [1, 3]),
    tf.nn.embedding_lookup([table, -table], [1, 3, 2]),
    tf.nn.embedding_lookup([table, -table], [1, 3], "div"),
    tf.nn.embedding_lookup(table, [0], max_norm=1.0),
    tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum"),
    tf.nn.embedding_lookup_sparse([table, -table], ids, None, "mod", None, "mean"),
    tf.nn.safe_embedding_lookup_sparse(table, ids, None, "sum"),
]

# ---- top_k
out = [
    tf.nn.top_k(flat, 2)[0],
    tf.nn.in_top_k(flat, [0, 1, 2], 2),
    tf.nn.in_top_k(predictions=flat, targets=[0, 1, 2], k=1),
]

# ---- dilation and erosion
out = [
    tf.nn.dilation2d(pictures, kernel[:, :, 0], [1, 1, 1, 1], [1, 1, 1, 1], "SAME"),
    tf.nn.dilation2d(input=pictures, filter=kernel[:, :, 0], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding="SAME"),
    tf.nn.erosion2d(value=pictures, kernel=kernel[:, :, 0], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding="SAME"),
]

# ---- zero_fraction, bias_add and nce
out = [
    tf.nn.zero_fraction(flat),
    tf.nn.bias_add(flat, [1.0] * 4),
    tf.nn.bias_add(value=flat, bias=[1.0] * 4, data_format=None, name="b"),
]

# ---- sampled losses
weights = tf.constant(rng.randn(8, 4).astype("float32"))
candidates = tf.nn.log_uniform_candidate_sampler(tf.constant([[1], [2], [3]], tf.int64), 1, 4, True, 8, seed=1)
out = [
    tf.nn.nce_loss(
        weights=weights,
        biases=tf.zeros([8]),
        labels=tf.constant([[1], [2], [3]], tf.int64),
        inputs=flat,
        num_sampled=4,
        num_classes=8,
        sampled_values=candidates,
    ),
    tf.nn.sampled_softmax_loss(
        weights=weights,
        biases=tf.zeros([8]),
        labels=tf.constant([[1], [2], [3]], tf.int64),
        inputs=flat,
        num_sampled=4,
        num_classes=8,
        sampled_values=candidates,
    ),
]

# ---- tf.layers [legacy]
dense = tf.layers.dense(flat, 2, activation=tf.nn.relu, kernel_initializer=tf.ones_initializer())
out = [
    dense,
    tf.layers.flatten(pictures),
    tf.layers.batch_normalization(flat, training=True),
    tf.layers.dropout(flat, 0.5, training=False),
    tf.layers.max_pooling2d(pictures, 2, 2),
    tf.layers.conv2d(pictures, 2, 3, padding="same", kernel_initializer=tf.constant_initializer(0.1)),
]

# ---- cells and dynamic_rnn [legacy]
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(2, state_is_tuple=True), tf.nn.rnn_cell.GRUCell(2)])
with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
    outputs, state = tf.nn.dynamic_rnn(cell, signal, dtype=tf.float32)
out = [outputs, tf.nn.rnn_cell.LSTMCell(3).state_size.c]

# ---- raw_rnn and static_rnn [legacy]
cell = tf.nn.rnn_cell.BasicRNNCell(2)
with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
    outputs, state = tf.nn.static_rnn(cell, tf.unstack(signal, axis=1), dtype=tf.float32)
    both, _ = tf.nn.bidirectional_dynamic_rnn(
        tf.nn.rnn_cell.GRUCell(2), tf.nn.rnn_cell.GRUCell(2), signal, dtype=tf.float32
    )
out = [outputs, both[0]]

# ---- wrappers of cells [legacy]
cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(2), output_keep_prob=1.0, input_keep_prob=1.0)
cell = tf.nn.rnn_cell.ResidualWrapper(
    tf.nn.rnn_cell.DropoutWrapper(cell=tf.nn.rnn_cell.BasicRNNCell(3), output_keep_prob=1.0)
)
with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
    out = tf.nn.dynamic_rnn(cell, signal, dtype=tf.float32)[0]

# ---- keras layers
model = tf.keras.Sequential([tf.keras.layers.Dense(2, kernel_initializer="ones", input_shape=(4,))])
out = model(flat)
