"""Small programs about variables, initializers and scopes; tests/reading_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))

# ---- truncated_normal_initializer
out = [
    tf.get_variable("a", [2, 3], initializer=tf.truncated_normal_initializer(stddev=0.1, seed=1)),
    tf.get_variable("b", [2, 3], initializer=tf.truncated_normal_initializer(0.0, 0.2, 3, tf.float32)),
    tf.truncated_normal_initializer(seed=2)([2, 2]),
]

# ---- random initializers with their defaults
out = [
    tf.get_variable("a", [2, 3], initializer=tf.random_normal_initializer(seed=1)),
    tf.get_variable("b", [2, 3], initializer=tf.random_uniform_initializer(seed=1)),
    tf.get_variable("c", [2, 3], initializer=tf.random_uniform_initializer(-1, 1, 4)),
    tf.get_variable("d", [2, 3], tf.float32, tf.random_normal_initializer(0.0, 0.1, seed=2, dtype=tf.float32)),
]

# ---- variance scaling
out = [
    tf.get_variable("a", [2, 3], initializer=tf.variance_scaling_initializer(seed=1)),
    tf.get_variable("b", [2, 3], initializer=tf.variance_scaling_initializer(2.0, "fan_in", "uniform", 3)),
    tf.get_variable("c", [2, 3], initializer=tf.uniform_unit_scaling_initializer(seed=1)),
    tf.get_variable("d", [2, 3], initializer=tf.initializers.variance_scaling(seed=4, distribution="normal")),
]

# ---- glorot and orthogonal
out = [
    tf.get_variable("a", [2, 3], initializer=tf.glorot_uniform_initializer(seed=1)),
    tf.get_variable("b", [2, 3], initializer=tf.glorot_normal_initializer(seed=1, dtype=tf.float32)),
    tf.abs(tf.get_variable("c", [2, 2], initializer=tf.orthogonal_initializer(seed=1))),
    tf.get_variable("d", [2, 3], initializer=tf.initializers.he_normal(seed=1)),
    tf.get_variable("e", [2, 3], initializer=tf.initializers.lecun_uniform(seed=3)),
]

# ---- initializers given as classes
out = [
    tf.get_variable("a", [2, 3], initializer=tf.zeros_initializer),
    tf.get_variable("b", [2, 3], initializer=tf.ones_initializer),
]

# ---- initializers with a dtype
out = [
    tf.get_variable("a", [2], initializer=tf.zeros_initializer(tf.float32)),
    tf.get_variable("b", [2], initializer=tf.ones_initializer(dtype=tf.float32)),
    tf.get_variable("c", [2], initializer=tf.constant_initializer(0.5, dtype=tf.float32)),
    tf.get_variable("d", [2, 2], initializer=tf.constant_initializer([1.0, 2.0, 3.0, 4.0])),
    tf.get_variable("e", [4], initializer=tf.constant_initializer([1.0, 2.0])),
]

# ---- constant initializer that checks the shape
out = tf.get_variable("c", [2], initializer=tf.constant_initializer([0.5, 1.0], tf.float32, True))

# ---- identity and the initializers module
out = [
    tf.get_variable("a", [2, 2], initializer=tf.initializers.identity(2.0)),
    tf.get_variable("b", [2], initializer=tf.initializers.constant(3.0)),
    tf.get_variable("c", [2], initializer=tf.initializers.zeros()),
    tf.get_variable("d", [2], initializer=tf.initializers.random_normal(seed=1)),
    tf.get_variable("e", [2], initializer=tf.keras.initializers.Zeros()),
]

# ---- initializers that run
weights = tf.Variable(tf.truncated_normal([2, 3], stddev=0.1, seed=1), name="w")
sess.run(
    [
        tf.initializers.global_variables(),
        tf.local_variables_initializer(),
        tf.initializers.local_variables(),
        tf.variables_initializer([weights]),
        tf.initialize_all_variables(),
        tf.tables_initializer(),
        tf.initializers.variables([weights]),
        tf.initialize_variables([weights]),
        tf.initialize_local_variables(),
    ]
)
out = [sess.run(weights), len(sess.run(tf.report_uninitialized_variables()))]

# ---- xavier [TFC407]
out = tf.get_variable("a", [2, 3], initializer=tf.contrib.layers.xavier_initializer(seed=1))

# ---- xavier of the framework [TFC407]
from tensorflow.contrib.layers import variance_scaling_initializer, xavier_initializer_conv2d

out = [
    tf.get_variable("a", [2, 3], initializer=variance_scaling_initializer(seed=1)),
    tf.get_variable("b", [2, 2, 1, 1], initializer=xavier_initializer_conv2d(seed=1)),
]

# ---- regularizers [TFC407]
weights = tf.get_variable(
    "w", [2, 3], initializer=tf.ones_initializer(), regularizer=tf.contrib.layers.l2_regularizer(0.1)
)
out = [tf.losses.get_regularization_loss(), tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)[0]]

# ---- regularizers of keras [legacy]
weights = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer(), regularizer=tf.keras.regularizers.l2(0.1))
out = [len(tf.losses.get_regularization_losses()), tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))]

# ---- regularizers of one's own
weights = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer(), regularizer=lambda w: 0.5 * tf.nn.l2_loss(w))
out = tf.losses.get_regularization_loss()

# ---- variables and their arguments
out = [
    tf.Variable([1.0], False, name="a"),
    tf.Variable(2.0, name="b", dtype=tf.float32),
    tf.Variable(initial_value=3, trainable=False, collections=[tf.GraphKeys.GLOBAL_VARIABLES, "mine"]),
    tf.Variable([[1.0, 2.0]], True, None, True, None, "d", None, tf.float32, [1, 2]),
    len(tf.trainable_variables()),
    len(tf.get_collection("mine")),
]

# ---- variables without a known shape
out = tf.Variable([1.0, 2.0], validate_shape=False)

# ---- expected_shape
out = tf.Variable([1.0, 2.0], expected_shape=[2])

# ---- values of variables
counter = tf.Variable(1.0, name="counter")
sess.run(tf.global_variables_initializer())
out = [
    sess.run(tf.assign(counter, 5.0)),
    sess.run(tf.assign_add(counter, 1.0)),
    sess.run(tf.assign_sub(counter, 2.0)),
    sess.run(counter.assign_add(1.0)),
    sess.run(counter.initialized_value()),
    counter.eval(sess),
    counter.name,
    sess.run(tf.is_variable_initialized(counter)),
    sess.run(counter.read_value()),
]

# ---- scatter updates
table = tf.Variable(tf.zeros([3, 2]), name="t")
sess.run(tf.global_variables_initializer())
out = [
    sess.run(tf.scatter_update(table, [0], [[1.0, 2.0]])),
    sess.run(tf.scatter_add(table, [1], [[1.0, 2.0]])),
    sess.run(tf.scatter_nd_update(table, [[2]], [[5.0, 6.0]])),
    sess.run(tf.scatter_mul(table, [0], [[2.0, 2.0]])),
]


# ---- name_scope with a default name
def layer(inputs, name=None):
    with tf.name_scope(name, "layer", [inputs]) as scope:
        return tf.identity(inputs, name=scope)


out = [layer(flat).name, layer(flat).name, layer(flat, "own").name]

# ---- name_scope with keywords
with tf.name_scope(None, default_name="layer", values=[flat]) as scope:
    first = tf.identity(flat, "a")
with tf.name_scope(name="b") as other:
    second = tf.identity(flat, "a")
with tf.name_scope("c", values=[flat]):
    third = tf.identity(flat, "a")
out = [scope, other, first.name, second.name, third.name]


# ---- name_scope as a decorator of a class
class Net(object):
    def __init__(self, name):
        with tf.name_scope(name):
            self.out = tf.identity(flat, "x")


out = [Net("n").out.name, Net("n").out.name]

# ---- op_scope
with tf.op_scope([flat], "given", "default") as scope:
    out = [tf.identity(flat, "a").name, scope]

# ---- variable_scope
with tf.variable_scope("s", reuse=tf.AUTO_REUSE, initializer=tf.constant_initializer(2.0)) as scope:
    first = tf.get_variable("v", [2])
with tf.variable_scope(scope, reuse=True):
    second = tf.get_variable("v", [2])
with tf.variable_scope(None, "auto", [flat]):
    third = tf.get_variable("v", [1], initializer=tf.zeros_initializer())
with tf.variable_op_scope([flat], "own", "auto"):
    fourth = tf.get_variable("v", [1], initializer=tf.zeros_initializer())
out = [first.name, first is second, third.name, fourth.name, tf.get_variable_scope().name, first]


# ---- local variables, getters and partitions
def double(getter, *args, **kwargs):
    return getter(*args, **kwargs) * 2.0


with tf.variable_scope("g", custom_getter=double):
    doubled = tf.get_variable("v", [2], initializer=tf.ones_initializer())
out = [
    doubled,
    tf.get_local_variable("l", [1], initializer=tf.zeros_initializer()),
    [v.name for v in tf.local_variables()],
    [v.name for v in tf.model_variables()],
    tf.get_variable(
        "p", [4, 1], partitioner=tf.fixed_size_partitioner(2), initializer=tf.ones_initializer()
    ).as_tensor(),
]

# ---- make_template and collections
share = tf.make_template("share", lambda x: x * tf.get_variable("w", [], initializer=tf.constant_initializer(3.0)))
tf.add_to_collection("kept", flat)
out = [
    share(flat),
    share(flat),
    len(tf.get_collection("kept")),
    len(tf.trainable_variables()),
    tf.get_collection_ref("kept")[0].shape.as_list(),
]

# ---- device
with tf.device("/cpu:0"):
    first = tf.identity(flat)
with tf.device(lambda op: "/cpu:0"):
    second = tf.identity(flat)
with tf.device(None):
    third = tf.identity(flat)
with tf.device(tf.train.replica_device_setter(0)):
    fourth = tf.identity(flat)
out = [first.device, second.device, third.device, fourth.device]


# ---- device of a function's argument
def build(where):
    with tf.device(where):
        return tf.identity(flat)


out = [build("/cpu:0").device, build(lambda op: "/cpu:0").device]

# ---- colocate_with and control dependencies
with tf.colocate_with(flat.op):
    first = tf.identity(flat)
with tf.control_dependencies([tf.no_op()]):
    second = tf.identity(flat)
out = [
    first,
    second,
    tf.get_default_graph().get_tensor_by_name(flat.name),
    len(tf.get_default_graph().get_operations()) > 0,
]

# ---- graphs and sessions
config = tf.ConfigProto(allow_soft_placement=True, gpu_options=tf.GPUOptions(allow_growth=True))
with tf.Graph().as_default() as graph, tf.Session(graph=graph, config=config) as inner:
    x = tf.placeholder(tf.float32, [None], "x")
    out = inner.run(x * 2, feed_dict={"x:0": [1.0]})

# ---- interactive sessions
inner = tf.InteractiveSession()
x = tf.constant(3.0)
out = [x.eval(), (x * 2).eval(feed_dict={}), tf.get_default_session() is inner]
inner.close()

# ---- placeholders
x = tf.placeholder(tf.float32, shape=(None, 2), name="x")
y = tf.placeholder_with_default(1.0, [])
out = sess.run([x * y, y], {x: [[1.0, 2.0]]})

# ---- get_variable of constants
out = [
    tf.get_variable("a", initializer=3.0),
    tf.get_variable("b", dtype=tf.int32, initializer=[1, 2]),
    tf.get_variable("c", [2], tf.float32, tf.zeros_initializer(), None, False),
    len(tf.trainable_variables()),
]
