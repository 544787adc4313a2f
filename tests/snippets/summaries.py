"""Small programs about summaries, sessions with hooks, tests and profiles; tests/reading_snippets.py says how they are read."""

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


# ---- summaries
writer = tf.summary.FileWriter(tempfile.mkdtemp(), sess.graph, flush_secs=1)
tf.summary.scalar("loss", loss)
tf.summary.histogram("weights", weights, collections=["summaries"])
tf.summary.image("picture", tf.ones([1, 2, 2, 3]), max_outputs=1)
tf.summary.audio("sound", tf.ones([1, 10]), 8000.0)
tf.summary.text("words", tf.constant("a"))
tf.summary.tensor_summary("whole", weights)
merged = tf.summary.merge_all()
sess.run(tf.global_variables_initializer())
text = sess.run(merged)
writer.add_summary(text, 1)
writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="own", simple_value=1.5)]), 2)
writer.close()
out = sorted(value.tag for value in tf.Summary.FromString(text).value)

# ---- summaries merged by hand
parts = [tf.summary.scalar("a", loss, family="f"), tf.summary.scalar(name="b", tensor=loss, collections=["own"])]
sess.run(tf.global_variables_initializer())
out = [value.tag for value in tf.Summary.FromString(sess.run(tf.summary.merge(parts))).value] + [
    len(tf.get_collection("own")),
    tf.summary.merge_all("own") is not None,
]

# ---- summaries read again
folder = tempfile.mkdtemp()
writer = tf.summary.FileWriterCache.get(folder)
writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="own", simple_value=1.5)]), 2)
writer.flush()
out = [
    [(event.step, value.tag, value.simple_value) for value in event.summary.value]
    for name in tf.gfile.ListDirectory(folder)
    for event in tf.train.summary_iterator(os.path.join(folder, name))
]

# ---- monitored sessions
step = tf.train.get_or_create_global_step()
op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)
hooks = [
    tf.train.StopAtStepHook(last_step=3),
    tf.train.NanTensorHook(loss),
    tf.train.LoggingTensorHook({"loss": loss}, every_n_iter=2),
    tf.train.StepCounterHook(),
]
with tf.train.MonitoredTrainingSession(hooks=hooks, checkpoint_dir=None) as monitored:
    while not monitored.should_stop():
        monitored.run(op)
        found = monitored.run(step) if not monitored.should_stop() else found
out = found


# ---- hooks of one's own
class Count(tf.train.SessionRunHook):
    calls = 0

    def before_run(self, run_context):
        return tf.train.SessionRunArgs(loss)

    def after_run(self, run_context, run_values):
        self.calls += 1


hook = Count()
with tf.train.SingularMonitoredSession(hooks=[hook]) as monitored:
    monitored.run(loss)
    monitored.run(loss)
out = hook.calls

# ---- supervisors
step = tf.train.get_or_create_global_step()
op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)
supervisor = tf.train.Supervisor(logdir=tempfile.mkdtemp(), save_summaries_secs=0, global_step=step)
with supervisor.managed_session() as managed:
    for _ in range(2):
        managed.run(op)
    out = managed.run([weights, step])

# ---- optimizers that average replicas
opt = tf.train.SyncReplicasOptimizer(
    tf.train.GradientDescentOptimizer(0.1), replicas_to_aggregate=1, total_num_replicas=1
)
out = [opt.get_name() != "", tf.train.ClusterSpec({"worker": ["localhost:2222"]}).num_tasks("worker")]

# ---- contrib optimizers [TFC407]
out = train(tf.contrib.opt.AdamWOptimizer(0.01, learning_rate=0.1).minimize(loss))

# ---- optimize_loss [TFC407]
out = train(tf.contrib.layers.optimize_loss(loss, tf.train.get_or_create_global_step(), 0.1, "SGD"))

# ---- sdca ops
out = tf.train.sdca_fprint(["a"])


# ---- test cases
class Numbers(tf.test.TestCase):
    def test_square(self):
        with self.test_session() as session:
            self.assertAllClose(session.run(tf.square(tf.constant([2.0]))), [4.0])

    def test_close(self):
        with self.cached_session():
            self.assertAllEqual(tf.constant([1, 2]).eval(), [1, 2])
            self.assertEqual(tf.test.is_built_with_cuda() in (True, False), True)


import unittest

result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Numbers).run(result)
out = [result.testsRun, [text for _, text in result.errors + result.failures], tf.test.get_temp_dir() != ""]

# ---- gradient checks
with sess.as_default():
    x = tf.constant([1.0, 2.0])
    y = x * x
    out = [tf.test.compute_gradient_error(x, [2], y, [2]) < 0.01, tf.test.compute_gradient(x, [2], y, [2])[0].shape[0]]

# ---- profiler and run metadata
sess.run(tf.global_variables_initializer())
metadata = tf.RunMetadata()
sess.run(loss, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=metadata)
out = [
    len(metadata.step_stats.dev_stats) > 0,
    tf.profiler.profile(
        sess.graph,
        options=tf.profiler.ProfileOptionBuilder(tf.profiler.ProfileOptionBuilder.trainable_variables_parameter())
        .with_empty_output()
        .build(),
    ).total_parameters,
]
