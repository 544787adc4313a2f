"""Small programs about data, files, queues and the rest; tests/reading_snippets.py says how they are read."""

import os
import tempfile

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))
words = tf.constant(["one two", "three"])

# ---- tables
table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["one", "two"], [1, 2]), -1)
sess.run(tf.tables_initializer())
out = sess.run(table.lookup(tf.constant(["two", "none"])))

# ---- tables of contrib [TFC407]
table = tf.contrib.lookup.HashTable(tf.contrib.lookup.KeyValueTensorInitializer(["one", "two"], [1, 2]), -1)
sess.run(tf.tables_initializer())
out = sess.run(table.lookup(tf.constant(["two", "none"])))

# ---- one-shot iterators
data = tf.data.Dataset.from_tensor_slices([1, 2, 3]).map(lambda x: x * 2).batch(2)
follow = data.make_one_shot_iterator().get_next()
out = [
    sess.run(follow),
    sess.run(follow),
    str(data.output_types),
    str(data.output_shapes),
    data.output_classes is tf.Tensor,
]


# ---- iterators made in a function [TFC405]
def batches(data):
    return data.repeat(2).batch(2).make_one_shot_iterator().get_next()


out = batches(tf.data.Dataset.range(4))

# ---- initializable iterators
limit = tf.placeholder(tf.int64, [])
iterator = tf.data.Dataset.range(limit).make_initializable_iterator()
sess.run(iterator.initializer, {limit: 3})
out = sess.run([iterator.get_next()])

# ---- reinitializable and feedable iterators
first, second = tf.data.Dataset.range(3), tf.data.Dataset.range(5, 8)
iterator = tf.data.Iterator.from_structure(first.output_types, first.output_shapes)
handle = tf.placeholder(tf.string, [])
fed = tf.data.Iterator.from_string_handle(handle, first.output_types, first.output_shapes)
sess.run(iterator.make_initializer(second))
out = [
    sess.run(iterator.get_next()),
    sess.run(fed.get_next(), {handle: sess.run(first.make_one_shot_iterator().string_handle())}),
    str(iterator.output_types),
]

# ---- datasets with arguments of 1.x
data = (
    tf.data.Dataset.from_tensor_slices({"x": [1, 2, 3, 4]})
    .filter(lambda row: row["x"] > 1)
    .shuffle(10, seed=1)
    .prefetch(1)
)
out = [
    tf.data.make_one_shot_iterator(tf.data.Dataset.zip((data, data))).get_next()[0]["x"] > 0,
    tf.data.Dataset.from_generator(lambda: iter([1, 2]), tf.int32).make_one_shot_iterator().get_next(),
    tf.data.Dataset.range(3)
    .apply(tf.data.experimental.map_and_batch(lambda x: x + 1, 2))
    .make_one_shot_iterator()
    .get_next(),
    tf.data.Dataset.range(4).padded_batch(2, []).make_one_shot_iterator().get_next(),
    tf.data.Dataset.range(8).apply(tf.data.experimental.shuffle_and_repeat(1, 2)).make_one_shot_iterator().get_next(),
    tf.data.experimental.get_single_element(tf.data.Dataset.from_tensors(3)),
]

# ---- datasets of contrib [TFC407]
data = tf.data.Dataset.range(4).apply(tf.contrib.data.batch_and_drop_remainder(3))
out = data.make_one_shot_iterator().get_next()

# ---- records
path = os.path.join(tempfile.mkdtemp(), "records")
with tf.python_io.TFRecordWriter(
    path, tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.NONE)
) as writer:
    feature = {
        "a": tf.train.Feature(int64_list=tf.train.Int64List(value=[3])),
        "b": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"x"])),
    }
    writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
record = tf.data.TFRecordDataset(path).make_one_shot_iterator().get_next()
spec = {"a": tf.FixedLenFeature([], tf.int64), "b": tf.VarLenFeature(tf.string)}
out = [
    tf.parse_single_example(record, spec)["a"],
    tf.parse_single_example(serialized=record, features=spec)["b"].values,
    tf.parse_example([record], spec, "n")["a"],
    len(list(tf.python_io.tf_record_iterator(path))),
]

# ---- records by position
example = tf.train.Example(
    features=tf.train.Features(feature={"a": tf.train.Feature(float_list=tf.train.FloatList(value=[3.0]))})
).SerializeToString()
out = [
    tf.io.parse_single_example(example, {"a": tf.io.FixedLenFeature([], tf.float32)}, "name", "e")["a"],
    tf.io.parse_example(
        [example],
        {"a": tf.io.FixedLenSequenceFeature([], tf.float32, allow_missing=True)},
        name="n",
        example_names=["e"],
    )["a"],
]

# ---- files
folder = tempfile.mkdtemp()
path = tf.gfile.GFile and os.path.join(folder, "text")
with tf.gfile.GFile(path, "w") as file:
    file.write("one\ntwo\n")
with tf.gfile.Open(path) as file:
    lines = file.readlines()
with tf.gfile.FastGFile(path, "rb") as file:
    raw = file.read()
tf.gfile.MakeDirs(os.path.join(folder, "a", "b"))
tf.gfile.MkDir(os.path.join(folder, "c"))
tf.gfile.Copy(path, path + "2", overwrite=True)
tf.gfile.Rename(path + "2", path + "3")
tf.gfile.Remove(path + "3")
tf.gfile.DeleteRecursively(os.path.join(folder, "a"))
out = [
    lines,
    raw,
    tf.gfile.Exists(path),
    tf.gfile.IsDirectory(folder),
    sorted(tf.gfile.ListDirectory(folder)),
    len(tf.gfile.Glob(os.path.join(folder, "*"))),
    tf.gfile.Stat(path).length,
    len(list(tf.gfile.Walk(folder))),
    tf.read_file(path),
    len(sess.run(tf.matching_files(path))),
    tf.write_file(path + "4", "x") is not None,
]

# ---- flags
flags = tf.app.flags
flags.DEFINE_integer("depth_of_it", 3, "a number")
tf.flags.DEFINE_string("name_of_it", "x", "a word")
tf.app.flags.DEFINE_boolean("said_of_it", True, "a word")
flags.DEFINE_bool("bool_of_it", False, "b")
flags.DEFINE_float("part_of_it", 0.5, "f")
tf.flags.DEFINE_enum("kind_of_it", "a", ["a", "b"], "e")
FLAGS = tf.app.flags.FLAGS
FLAGS(["prog"])
out = [FLAGS.depth_of_it, tf.flags.FLAGS.name_of_it, FLAGS.said_of_it, FLAGS.part_of_it, FLAGS.kind_of_it]

# ---- logging
tf.logging.set_verbosity(tf.logging.ERROR)
tf.logging.info("nothing %d", 3)
tf.logging.log_if(tf.logging.INFO, "x", False)
tf.logging.log_first_n(tf.logging.INFO, "x", 1)
out = [tf.logging.get_verbosity() == tf.logging.ERROR, tf.logging.WARN, tf.logging.DEBUG]


# ---- app.run
def main(argv):
    raise SystemExit(len(argv))


try:
    tf.app.run(main, ["prog"])
except SystemExit as error:
    out = str(error)

# ---- queues
queue = tf.FIFOQueue(3, [tf.float32], shapes=[[]])
sess.run(queue.enqueue_many([[1.0, 2.0]]))
shuffled = tf.RandomShuffleQueue(10, 0, tf.int32, seed=1)
sess.run(shuffled.enqueue(3))
out = [
    sess.run(queue.dequeue()),
    sess.run(queue.size()),
    sess.run(shuffled.dequeue()),
    sess.run(tf.PaddingFIFOQueue(3, [tf.int32], [[None]]).size()),
    sess.run(tf.PriorityQueue(3, tf.int32, []).size()),
]

# ---- input producers
values = tf.train.input_producer([1, 2, 3], shuffle=False).dequeue()
batch = tf.train.batch([values], 2)
(sliced,) = tf.train.slice_input_producer([tf.constant([4, 5])], shuffle=False)
number = tf.train.range_input_producer(3, shuffle=False).dequeue()
coordinator = tf.train.Coordinator()
threads = tf.train.start_queue_runners(sess, coordinator)
out = sess.run([batch, sliced, number])
coordinator.request_stop()
coordinator.join(threads, stop_grace_period_secs=5, ignore_live_threads=True)

# ---- readers
path = os.path.join(tempfile.mkdtemp(), "text")
with open(path, "w") as file:
    file.write("1\n2\n")
key, value = tf.TextLineReader().read(tf.train.string_input_producer([path], shuffle=False))
coordinator = tf.train.Coordinator()
threads = tf.train.start_queue_runners(sess=sess, coord=coordinator)
out = [sess.run(value), sess.run(value)]
coordinator.request_stop()
coordinator.join(threads, stop_grace_period_secs=5, ignore_live_threads=True)

# ---- feature columns
age, kind = (
    tf.feature_column.numeric_column("age"),
    tf.feature_column.categorical_column_with_vocabulary_list("kind", ["a", "b"]),
)
columns = [age, tf.feature_column.indicator_column(kind), tf.feature_column.bucketized_column(age, [2.0, 4.0])]
sess.run(tf.tables_initializer())
layer = tf.feature_column.input_layer(
    {"age": tf.constant([[1.0], [3.0]]), "kind": tf.constant([["a"], ["b"]])}, columns
)
sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
out = sess.run(layer)

# ---- linear models of feature columns
age = tf.feature_column.numeric_column("age", shape=[1], dtype=tf.float32)
hashed = tf.feature_column.categorical_column_with_hash_bucket("kind", 4)
crossed = tf.feature_column.crossed_column(["kind", "other"], 4)
out = tf.feature_column.linear_model(
    {"age": tf.constant([[1.0], [3.0]]), "kind": tf.constant([["a"], ["b"]]), "other": tf.constant([["a"], ["b"]])},
    [age, hashed, crossed],
)

# ---- specs of columns
age = tf.feature_column.numeric_column("age")
out = [
    sorted(tf.feature_column.make_parse_example_spec([age])),
    tf.feature_column.embedding_column(tf.feature_column.categorical_column_with_identity("i", 3), 2).dimension,
    len(tf.feature_column.shared_embedding_columns([tf.feature_column.categorical_column_with_identity("i", 3)], 2)),
]

# ---- columns of contrib [TFC407]
out = tf.contrib.layers.real_valued_column("age").name

# ---- distributions
out = [
    tf.distributions.Normal(0.0, 1.0).log_prob(0.5),
    tf.distributions.Categorical(logits=[1.0, 2.0]).entropy(),
    tf.distributions.Bernoulli(probs=0.5).mean(),
]

# ---- distributions of contrib [TFC407]
out = tf.contrib.distributions.MultivariateNormalDiag([0.0], [1.0]).log_prob([0.5])


# ---- custom gradients and registered ones
@tf.RegisterGradient("Turned")
def turned(op, grad):
    return -grad


with tf.get_default_graph().gradient_override_map({"Identity": "Turned"}):
    y = tf.identity(flat)
out = [tf.gradients(y, flat)[0], tf.stop_gradient(flat)]


# ---- custom_gradient
@tf.custom_gradient
def clipped(x):
    return x * 2.0, lambda grad: grad * 10.0


out = tf.gradients(clipped(flat), flat)[0]

# ---- types and shapes
out = [
    tf.float32.name,
    tf.as_dtype("int32") == tf.int32,
    tf.TensorShape([None, 2]).as_list(),
    tf.Dimension(3).value,
    tf.TensorShape([2, 3])[0] == 2,
    tf.TensorShape([2])[0].value,
    tf.AUTO_REUSE is not None,
    tf.GraphKeys.GLOBAL_VARIABLES,
    tf.NodeDef().name,
    tf.VERSION != "",
    tf.GIT_VERSION != "",
    tf.COMPILER_VERSION != "",
]

# ---- protocol buffers
out = [
    type(each).__name__
    for each in (
        tf.GraphDef(),
        tf.MetaGraphDef(),
        tf.ConfigProto(),
        tf.Event(),
        tf.SummaryMetadata(),
        tf.OptimizerOptions(),
        tf.HistogramProto(),
        tf.AttrValue(),
        tf.NameAttrList(),
        tf.LogMessage(),
        tf.SessionLog(),
    )
]

# ---- is_gpu_available and other tests
out = [
    tf.test.is_gpu_available(),
    tf.test.gpu_device_name(),
    tf.sysconfig.get_include() != "",
    tf.resource_loader.get_path_to_datafile("x") != "",
]

# ---- edit distance, ragged and other ops
out = [
    tf.edit_distance(tf.SparseTensor([[0, 0]], ["a"], [1, 1]), tf.SparseTensor([[0, 0]], ["b"], [1, 1])),
    tf.ragged.constant([[1], [2, 3]]).to_tensor(),
    tf.sequence_mask([1, 2], 3),
    tf.one_hot([1], 3, on_value=2.0, axis=-1),
    tf.required_space_to_batch_paddings([3], [2])[0],
    tf.parallel_stack([flat, flat]),
    tf.identity_n([flat])[0],
    tf.guarantee_const(flat),
    tf.broadcast_dynamic_shape([1], [2]),
    tf.nest.flatten([1, [2]]),
]

# ---- keras backend and session
out = [tf.keras.backend.floatx(), tf.keras.backend.epsilon()]
