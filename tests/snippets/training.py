"""Small programs about optimizers, gradients, learning rates and metrics; tests/reading_snippets.py says how they are read."""

import os
import tempfile

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
weights = tf.Variable([1.0, -2.0], name="weights")
loss = tf.reduce_sum(weights**2 * [1.0, 3.0])


def train(op, steps=3):
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    for _ in range(steps):
        sess.run(op)
    return sess.run(weights)


# ---- optimizers
out = [
    train(maker(0.1).minimize(loss))
    for maker in (
        tf.train.GradientDescentOptimizer,
        tf.train.AdamOptimizer,
        tf.train.AdagradOptimizer,
        tf.train.RMSPropOptimizer,
        tf.train.FtrlOptimizer,
        tf.train.AdadeltaOptimizer,
        tf.train.ProximalGradientDescentOptimizer,
    )
]

# ---- minimize with colocation
step = tf.train.get_or_create_global_step()
out = [
    train(tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step, colocate_gradients_with_ops=True)),
    train(
        tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True).minimize(
            loss, step, None, tf.train.Optimizer.GATE_OP, None, False
        )
    ),
    step,
]

# ---- compute_gradients
opt = tf.train.GradientDescentOptimizer(learning_rate=0.1)
grads = opt.compute_gradients(
    loss, [weights], aggregation_method=tf.AggregationMethod.DEFAULT, colocate_gradients_with_ops=False
)
out = train(opt.apply_gradients([(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in grads]))

# ---- gradients
out = [
    tf.gradients(loss, weights)[0],
    tf.gradients(loss, [weights], colocate_gradients_with_ops=True)[0],
    tf.gradients(loss, weights, None, "g", True, False, None)[0],
    tf.gradients(ys=loss, xs=weights, grad_ys=2.0)[0],
    tf.gradients(loss, weights, name="named", gate_gradients=False)[0],
]
sess.run(tf.global_variables_initializer())
out = sess.run(out)

# ---- hessians
sess.run(tf.global_variables_initializer())
out = sess.run(
    [
        tf.hessians(loss, weights)[0],
        tf.hessians(loss, weights, "h", False)[0],
        tf.hessians(ys=loss, xs=[weights], colocate_gradients_with_ops=True)[0],
    ]
)

# ---- clip by the global norm
variables = tf.trainable_variables()
grads, norm = tf.clip_by_global_norm(tf.gradients(loss, variables), 1.0)
out = [
    train(tf.train.AdamOptimizer(0.1).apply_gradients(zip(grads, variables))),
    tf.clip_by_average_norm([3.0, 4.0], 1.0),
]

# ---- exponential decay
step = tf.Variable(7, trainable=False)
rate = tf.train.exponential_decay(0.1, step, 5, 0.9, staircase=True)
out = [
    rate,
    tf.train.exponential_decay(0.1, 3, 5, 0.5),
    tf.train.exponential_decay(learning_rate=0.1, global_step=step, decay_steps=2, decay_rate=0.5, name="d"),
]

# ---- the other decays
step = tf.Variable(7, trainable=False)
out = [
    tf.train.piecewise_constant(step, [5, 10], [1.0, 0.5, 0.1]),
    tf.train.piecewise_constant_decay(x=step, boundaries=[5], values=[1.0, 0.5]),
    tf.train.polynomial_decay(0.1, step, 10),
    tf.train.natural_exp_decay(0.1, step, 10, 0.5),
    tf.train.inverse_time_decay(0.1, step, 10, 0.5),
    tf.train.cosine_decay(0.1, step, 10),
    tf.train.cosine_decay_restarts(0.1, step, 5),
    tf.train.linear_cosine_decay(0.1, step, 10),
]

# ---- a rate in an optimizer
step = tf.train.create_global_step()
rate = tf.train.polynomial_decay(0.1, step, 4, 0.01)
out = [
    train(tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)),
    rate,
    tf.train.global_step(sess, step),
    tf.train.get_global_step().name,
]

# ---- moving averages
average = tf.train.ExponentialMovingAverage(0.9)
op = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.control_dependencies([op]):
    track = average.apply([weights])
out = [train(track), sess.run(average.average(weights)), average.average_name(weights)]

# ---- savers
folder = tempfile.mkdtemp()
saver = tf.train.Saver(max_to_keep=2)
sess.run(tf.global_variables_initializer())
path = saver.save(sess, os.path.join(folder, "model"), global_step=3)
sess.run(weights.assign([5.0, 5.0]))
saver.restore(sess, tf.train.latest_checkpoint(folder))
reader = tf.train.NewCheckpointReader(path)
out = [
    sess.run(weights),
    tf.train.checkpoint_exists(path),
    reader.get_tensor("weights"),
    tf.train.get_checkpoint_state(folder).model_checkpoint_path == path,
    tf.gfile.Exists(folder),
    [name for name, shape in tf.train.list_variables(path)],
]

# ---- meta graphs
folder = tempfile.mkdtemp()
sess.run(tf.global_variables_initializer())
path = tf.train.Saver().save(sess, os.path.join(folder, "model"))
with tf.Graph().as_default(), tf.Session() as other:
    saver = tf.train.import_meta_graph(path + ".meta")
    saver.restore(other, path)
    out = [other.run("weights:0"), len(tf.train.export_meta_graph().graph_def.node) > 0]

# ---- saved models
folder = os.path.join(tempfile.mkdtemp(), "saved")
sess.run(tf.global_variables_initializer())
x = tf.placeholder(tf.float32, [2], "x")
y = tf.multiply(x, weights, name="y")
tf.saved_model.simple_save(sess, folder, {"x": x}, {"y": y})
with tf.Graph().as_default(), tf.Session() as other:
    meta = tf.saved_model.loader.load(other, [tf.saved_model.tag_constants.SERVING], folder)
    signature = meta.signature_def[tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY]
    out = [
        other.run(signature.outputs["y"].name, {signature.inputs["x"].name: [1.0, 1.0]}),
        tf.saved_model.loader.maybe_saved_model_directory(folder),
    ]

# ---- saved models with a builder
folder = os.path.join(tempfile.mkdtemp(), "saved")
sess.run(tf.global_variables_initializer())
builder = tf.saved_model.builder.SavedModelBuilder(folder)
x = tf.placeholder(tf.float32, [2], "x")
signature = tf.saved_model.signature_def_utils.build_signature_def(
    {"x": tf.saved_model.utils.build_tensor_info(x)},
    {"y": tf.saved_model.utils.build_tensor_info(x * weights)},
    tf.saved_model.signature_constants.PREDICT_METHOD_NAME,
)
builder.add_meta_graph_and_variables(
    sess, [tf.saved_model.tag_constants.SERVING], {"predict": signature}, legacy_init_op=tf.no_op()
)
builder.save()
with tf.Graph().as_default(), tf.Session() as other:
    meta = tf.saved_model.load(other, ["serve"], folder)
    out = sorted(meta.signature_def["predict"].inputs)

# ---- frozen graphs
sess.run(tf.global_variables_initializer())
frozen = tf.graph_util.convert_variables_to_constants(sess, sess.graph_def, [loss.op.name])
with tf.Graph().as_default() as graph, tf.Session() as other:
    (found,) = tf.import_graph_def(frozen, return_elements=[loss.name], name="")
    out = [
        other.run(found),
        len(tf.graph_util.extract_sub_graph(frozen, [loss.op.name]).node) > 0,
        len(tf.graph_util.remove_training_nodes(frozen).node) > 0,
    ]

# ---- metrics
labels, predictions = tf.constant([1, 0, 1, 1]), tf.constant([1, 1, 1, 0])
pairs = [
    tf.metrics.accuracy(labels, predictions),
    tf.metrics.precision(labels, predictions),
    tf.metrics.recall(labels=labels, predictions=predictions),
    tf.metrics.mean(tf.constant([1.0, 2.0]), [1.0, 3.0]),
    tf.metrics.auc(labels, tf.constant([0.9, 0.4, 0.8, 0.3])),
    tf.metrics.mean_squared_error(tf.constant([1.0]), tf.constant([0.5])),
    tf.metrics.root_mean_squared_error(labels=tf.constant([1.0]), predictions=tf.constant([0.5])),
    tf.metrics.mean_iou(labels, predictions, 2),
    tf.metrics.true_positives(labels, predictions),
    tf.metrics.mean_absolute_error(tf.constant([1.0]), tf.constant([0.5])),
    tf.metrics.sensitivity_at_specificity(labels, tf.constant([0.9, 0.4, 0.8, 0.3]), 0.5),
    tf.metrics.mean_per_class_accuracy(labels, predictions, 2),
    tf.metrics.percentage_below(tf.constant([1.0, 3.0]), 2.0),
]
sess.run(tf.local_variables_initializer())
sess.run([update for _, update in pairs])
out = sess.run([value for value, _ in pairs])

# ---- metrics that look at the best
scores = tf.constant([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]])
pairs = [
    tf.metrics.recall_at_k(tf.constant([[1], [2]], tf.int64), scores, 1),
    tf.metrics.precision_at_k(tf.constant([[1], [2]], tf.int64), scores, 2),
    tf.metrics.average_precision_at_k(tf.constant([[1], [2]], tf.int64), scores, 2),
    tf.metrics.sparse_average_precision_at_k(tf.constant([[1], [2]], tf.int64), scores, 2),
]
sess.run(tf.local_variables_initializer())
sess.run([update for _, update in pairs])
out = sess.run([value for value, _ in pairs])

# ---- contrib metrics [TFC407]
value, update = tf.contrib.metrics.streaming_accuracy(tf.constant([1, 1]), tf.constant([1, 0]))
sess.run(tf.local_variables_initializer())
out = [sess.run(update), sess.run(value)]
