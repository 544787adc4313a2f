"""Small programs about control flow and text; tests/reading_snippets.py says how they are read."""

import os
import tempfile

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))
words = tf.constant(["one two", "three"])

# ---- cond
yes = tf.placeholder_with_default(True, [])
out = [
    tf.cond(yes, lambda: flat, lambda: -flat),
    tf.cond(yes, true_fn=lambda: 1.0, false_fn=lambda: 2.0),
    tf.cond(pred=yes, fn1=lambda: flat, fn2=lambda: -flat),
    tf.cond(yes, lambda: [flat], lambda: [-flat]),
    tf.cond(yes, lambda: [flat], lambda: [-flat], True),
    tf.cond(yes, lambda: flat, lambda: -flat, strict=False, name="c"),
]

# ---- case
one, two = tf.placeholder_with_default(True, []), tf.placeholder_with_default(False, [])
out = [
    tf.case([(one, lambda: 1.0), (two, lambda: 2.0)], default=lambda: 3.0),
    tf.case({one: lambda: 1.0, two: lambda: 2.0}, default=lambda: 3.0, exclusive=True),
    tf.case([(two, lambda: 1.0)], lambda: 4.0, False, False, "k"),
]

# ---- while_loop
out = [
    tf.while_loop(lambda i: i < 5, lambda i: i + 1, [0]),
    tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (0, flat)),
    tf.while_loop(lambda i: i < 5, lambda i: i + 1, [0], return_same_structure=True),
    tf.while_loop(lambda i: i < 5, lambda i: i + 2, [0], None, 10, True, False, "w", 3),
    tf.while_loop(cond=lambda i, j: i < 5, body=lambda i, j: [i + 1, j + i], loop_vars=[0, 0], parallel_iterations=1),
]

# ---- while_loop over a name
start = [tf.constant(0)]
out = tf.while_loop(lambda i: i < 5, lambda i: i + 1, start)

# ---- while_loop with shapes
_, rows = tf.while_loop(
    lambda i, x: i < 2,
    lambda i, x: (i + 1, tf.concat([x, x], 0)),
    [0, flat],
    shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 4])],
)
out = rows

# ---- map_fn, scan and fold
out = [
    tf.map_fn(lambda x: x * 2.0, flat),
    tf.map_fn(lambda x: tf.reduce_sum(x), flat, tf.float32, 4, False),
    tf.scan(lambda a, x: a + x, flat),
    tf.scan(lambda a, x: a + x, flat, tf.zeros([4]), 10, True, False, True, False, "s"),
    tf.foldl(lambda a, x: a - x, flat),
    tf.foldr(lambda a, x: a - x, flat, tf.zeros([4])),
]

# ---- py_func
out = [
    tf.py_func(lambda x: x + np.float32(1), [flat], tf.float32),
    tf.py_func(lambda x: (x, np.int64(3)), [flat], [tf.float32, tf.int64], stateful=False),
    tf.py_func(func=lambda: np.float32(2), inp=[], Tout=tf.float32, name="p"),
]

# ---- Print
out = [
    tf.Print(flat, [flat], "flat: "),
    tf.Print(input_=flat, data=[tf.shape(flat)], message="shape", first_n=1, summarize=3) + 1,
]

# ---- Assert and its sisters
with tf.control_dependencies(
    [
        tf.Assert(tf.reduce_all(flat < 100), [flat], 3),
        tf.assert_equal(flat, flat),
        tf.assert_equal(flat, flat, [flat], 3, "m", "n"),
        tf.assert_less(flat, 100.0, message="big"),
        tf.assert_positive(flat + 100),
        tf.assert_rank(flat, 2),
        tf.assert_rank(x=flat, rank=2, data=[flat], summarize=2),
        tf.assert_rank_at_least(flat, 1, None, None, "m"),
        tf.assert_non_negative(flat**2, [flat]),
        tf.assert_none_equal(flat, flat + 1),
        tf.assert_integer([1]),
        tf.assert_greater_equal(flat, -100.0),
        tf.assert_less_equal(x=flat, y=100.0, summarize=4),
        tf.assert_near(flat, flat, rtol=0.1),
        tf.assert_negative(flat - 100),
        tf.assert_non_positive(flat - 100),
        tf.assert_greater(flat, -100.0),
        tf.assert_rank_in(flat, [1, 2]),
    ]
):
    out = tf.identity(flat)
tf.assert_type(flat, tf.float32)
tf.assert_scalar(tf.constant(1.0))
tf.assert_same_float_dtype([flat])
tf.assert_variables_initialized()

# ---- string_split
split = tf.string_split(words)
out = [
    split.values,
    split.indices,
    tf.string_split(["a,b"], ",").values,
    tf.string_split(["a,b,"], ",", True).values,
    tf.string_split(source=["a b"], delimiter=" ", skip_empty=False).values,
    tf.string_split(["ab"], "").values,
    tf.string_split(["a  b"], result_type="SparseTensor").values,
]

# ---- strings.split
out = [
    tf.strings.split(words).values,
    tf.strings.split(["a,b"], sep=",").values,
    tf.strings.split(words, result_type="SparseTensor").values,
]

# ---- reduce_join
out = [
    tf.reduce_join(words),
    tf.reduce_join(words, 0),
    tf.reduce_join(words, 0, True, " "),
    tf.reduce_join(inputs=words, reduction_indices=0, separator="-"),
    tf.reduce_join(words, axis=[0], keep_dims=True),
    tf.string_join([words, words], "+"),
    tf.reduce_join([["a", "b"], ["c", "d"]], [0, 1]),
]

# ---- substr and length
out = [
    tf.substr(words, 1, 2),
    tf.substr(input=words, pos=0, len=1, name="s"),
    tf.strings.substr(words, 1, 2, "n"),
    tf.strings.length(words, "n"),
    tf.string_strip([" a "]),
    tf.regex_replace(words, "o", "0"),
    tf.strings.regex_full_match(words, "t.*"),
    tf.string_to_number(["1.5"], tf.float32),
    tf.as_string([1]),
]

# ---- hashes and bytes
out = [
    tf.string_to_hash_bucket(words, 10),
    tf.string_to_hash_bucket(string_tensor=words, num_buckets=5, name="h"),
    tf.string_to_hash_bucket_fast(words, 10),
    tf.decode_raw(["abcd"], tf.uint8),
    tf.decode_raw(bytes=["abcd"], out_type=tf.uint8, little_endian=True),
    tf.encode_base64(words),
    tf.decode_base64(["YWI"]),
    tf.decode_csv(["1,2"], [[0], [0]])[1],
    tf.decode_csv(
        records=["1;2"], record_defaults=[[0], [0]], field_delim=";", use_quote_delim=True, name="c", na_value=""
    )[0],
    tf.strings.to_hash_bucket(words, 3),
]
