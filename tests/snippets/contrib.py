"""Small programs that use tf.contrib; tests/reading_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))
signal = tf.constant(np.random.RandomState(1).randn(2, 6, 3).astype("float32"))

# ---- contrib.rnn [legacy]
with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
    out = tf.nn.dynamic_rnn(tf.contrib.rnn.BasicLSTMCell(2), signal, dtype=tf.float32)[0]

# ---- contrib.rnn imported [legacy]
from tensorflow.contrib import rnn

with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
    out = rnn.static_rnn(
        rnn.MultiRNNCell([rnn.DropoutWrapper(rnn.LSTMCell(2), output_keep_prob=1.0)]),
        tf.unstack(signal, axis=1),
        dtype=tf.float32,
    )[0]

# ---- contrib.rnn without a twin [TFC407]
cell = tf.contrib.rnn.LayerNormBasicLSTMCell(2)
out = cell.state_size.c

# ---- contrib.layers [TFC407]
out = tf.contrib.layers.fully_connected(flat, 2, weights_initializer=tf.ones_initializer())

# ---- contrib.layers imported [TFC407]
from tensorflow.contrib.layers import conv2d, fully_connected, flatten

out = flatten(signal)

# ---- slim [TFC407]
slim = tf.contrib.slim
with slim.arg_scope([slim.fully_connected], activation_fn=None):
    out = slim.fully_connected(flat, 2, weights_initializer=tf.ones_initializer())

# ---- slim imported [TFC407]
import tensorflow.contrib.slim as slim

out = slim.flatten(signal)

# ---- contrib.seq2seq [TFC407]
logits, targets = tf.zeros([2, 3, 4]), tf.zeros([2, 3], tf.int32)
helper = tf.contrib.seq2seq.TrainingHelper(tf.zeros([2, 3, 4]), [3, 3])
out = tf.shape(helper.initialize()[1])

# ---- contrib.training [TFC407]
params = tf.contrib.training.HParams(rate=0.1)
out = params.rate

# ---- contrib.framework [TFC407]
out = [tf.contrib.framework.get_or_create_global_step().name, len(tf.contrib.framework.get_variables())]

# ---- contrib.learn [TFC407]
out = tf.contrib.learn.ModeKeys.TRAIN

# ---- contrib.eager and others [TFC407]
from tensorflow.contrib.framework.python.ops import audio_ops
from tensorflow.contrib import crf, lookup

out = str(lookup.__name__)[-6:]

# ---- contrib.summary and staging [TFC407]
out = tf.contrib.summary.always_record_summaries() is not None


# ---- estimators with a model_fn [TFC406]
def model_fn(features, labels, mode, params):
    loss = tf.reduce_mean(tf.square(features["x"] - labels))
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=tf.assign_add(tf.train.get_global_step(), 1))


data = tf.estimator.inputs.numpy_input_fn(
    {"x": np.ones([4, 1], "float32")}, np.zeros([4, 1], "float32"), batch_size=2, num_epochs=1, shuffle=False
)
estimator = tf.estimator.Estimator(model_fn, params={}, config=tf.estimator.RunConfig(tf_random_seed=1))
estimator.train(data, steps=2)
out = estimator.get_variable_value("global_step")

# ---- canned estimators [TFC406]
column = tf.feature_column.numeric_column("x")
estimator = tf.estimator.LinearRegressor([column], loss_reduction=tf.losses.Reduction.SUM)
deep = tf.estimator.DNNClassifier([4], [column], input_layer_partitioner=None, loss_reduction=tf.losses.Reduction.SUM)
out = estimator.model_dir != ""
