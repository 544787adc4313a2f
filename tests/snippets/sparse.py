"""Small programs about sparse tensors, constants and shapes; tests/reading_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))
square = tf.constant(np.random.RandomState(2).rand(4, 4).astype("float32"))
picture = tf.constant(np.random.RandomState(3).rand(4, 2, 2, 4).astype("float32"))

# ---- sparse tensors
sparse = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[1.5, -2.0], dense_shape=[3, 4])
out = [
    tf.sparse_tensor_to_dense(sparse),
    tf.sparse_reduce_sum(sparse, 1, True),
    tf.sparse_reduce_sum(sparse, keep_dims=True),
    tf.sparse_reduce_max(sparse, reduction_axes=[0]),
    tf.sparse_tensor_dense_matmul(sparse, square),
    tf.sparse_reorder(sparse),
    tf.sparse_reshape(sparse, [4, 3]),
    tf.sparse_slice(sparse, [0, 0], [2, 2]),
    tf.sparse_retain(sparse, [True, False]),
    tf.sparse_to_dense([[0]], [2], [3]),
    tf.sparse_transpose(sparse),
    tf.sparse_softmax(tf.SparseTensor([[0, 0], [0, 1]], [1.0, 2.0], [1, 2])),
]

# ---- sparse tensors added, joined, cut
sparse = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[1.5, -2.0], dense_shape=[3, 4])
out = [
    tf.sparse_add(sparse, sparse),
    tf.sparse_add(sparse, sparse, 3.5),
    tf.sparse_add(sparse, flat, thresh=0),
    tf.sparse_concat(0, [sparse, sparse]),
    tf.sparse_concat(axis=1, sp_inputs=[sparse, sparse], expand_nonconcat_dim=False),
    tf.sparse_concat(0, [sparse, sparse], "joined"),
    tf.sparse_split(sp_input=sparse, num_split=2, axis=1)[0],
    tf.sparse_minimum(sparse, sparse),
    tf.sparse_fill_empty_rows(sparse, 0.0)[0],
]

# ---- sparse_merge
ids = tf.SparseTensor([[0, 0], [1, 0]], tf.constant([2, 3], tf.int64), [2, 1])
values = tf.SparseTensor([[0, 0], [1, 0]], [0.5, 1.5], [2, 1])
out = tf.sparse_merge(ids, values, 5)

# ---- sparse placeholders
given = tf.sparse_placeholder(tf.float32, shape=[2, 2])
out = sess.run(tf.sparse_tensor_to_dense(given), {given: tf.SparseTensorValue([[0, 1]], [2.0], [2, 2])})

# ---- sparse_matmul
out = [tf.sparse_matmul(flat, square, a_is_sparse=True), tf.matmul(flat, square, a_is_sparse=True)]

# ---- convert_to_tensor
out = [
    tf.convert_to_tensor([1, 2], preferred_dtype=tf.float32),
    tf.convert_to_tensor([1, 2], None, "n", tf.float64),
    tf.convert_to_tensor(value=[1.5], dtype=tf.float32, name="v"),
]

# ---- constant that fills its shape
out = [
    tf.constant([1.0, 2.0], shape=[4]),
    tf.constant(0, tf.int32, [2, 2]),
    tf.constant(1.0, shape=[2], verify_shape=False),
]

# ---- constant whose shape is checked
out = tf.constant([1.0, 2.0], tf.float32, [2], "c", True)

# ---- zeros_like and ones_like
out = [
    tf.zeros_like(flat, optimize=False),
    tf.ones_like(flat, tf.int32, "o", True),
    tf.zeros_like(tensor=flat, dtype=tf.float64),
]

# ---- shape and size
out = [tf.shape(flat, "s"), tf.shape(flat, out_type=tf.int64), tf.size(flat, "s", tf.int64), tf.rank(flat)]

# ---- reverse_sequence
out = [
    tf.reverse_sequence(flat, [1, 2, 3], 1, 0, None),
    tf.reverse_sequence(flat, [1, 2, 3], seq_dim=1, batch_dim=0),
    tf.reverse_v2(flat, [1]),
]

# ---- setdiff and other names that moved
out = [
    tf.setdiff1d([1, 2, 3], [2])[0],
    tf.invert_permutation([1, 0]),
    tf.scatter_nd([[1]], [5], [3]),
    tf.manip.roll([1, 2, 3], 1, 0),
    tf.extract_image_patches(picture, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
    tf.bincount([1, 2, 2]),
    tf.conj(tf.complex(1.0, 2.0)),
    tf.imag(tf.complex(1.0, 2.0)),
    tf.real(tf.complex(1.0, 2.0)),
    tf.angle(tf.complex(0.0, 2.0)),
    tf.squared_difference(1.0, 3.0),
    tf.verify_tensor_all_finite(flat, "m"),
]

# ---- verify_tensor_all_finite
out = [
    tf.verify_tensor_all_finite(t=flat, msg="bad"),
    tf.verify_tensor_all_finite(flat, "bad", "name"),
    tf.add_check_numerics_ops() is not None,
]

# ---- quantize and fake quant
out = [tf.fake_quant_with_min_max_args(flat), tf.dequantize(tf.cast([1], tf.quint8), 0.0, 1.0)]

# ---- tuple and group
out = [tf.tuple([flat, square], "both")[0], tf.tuple([flat], control_inputs=None)[0]]

# ---- searchsorted, histogram and unique
out = [
    tf.searchsorted([1.0, 2.0], [1.5]),
    tf.histogram_fixed_width([1.0, 2.0], [0.0, 3.0], 3),
    tf.unique([1, 1, 2])[0],
    tf.unique_with_counts([1, 1])[2],
    tf.dynamic_partition(flat, [0, 1, 0], 2)[0],
    tf.cumsum(flat, 1, True),
]

# ---- accumulate_n and add_n
out = [
    tf.accumulate_n([flat, flat]),
    tf.add_n([flat, flat]),
    tf.accumulate_n([flat, flat], shape=[3, 4], tensor_dtype=tf.float32),
]

# ---- hash_bucket and lookups of ids
out = [tf.string_to_hash_bucket_fast(["a"], 10), tf.string_to_hash_bucket_strong(["a"], 10, [1, 2])]

# ---- spectral ops
signal = tf.cast(flat, tf.complex64)
out = [
    tf.abs(tf.fft(signal)),
    tf.real(tf.ifft(signal)),
    tf.abs(tf.fft2d(signal)),
    tf.spectral.dct(flat),
    tf.abs(tf.spectral.rfft(flat)),
]

# ---- eye, meshgrid, linspace and range
out = [tf.lin_space(0.0, 1.0, 3), tf.linspace(0.0, 1.0, 3), tf.range(3), tf.eye(2), tf.meshgrid([1, 2], [3])[0]]

# ---- tensor methods
out = [
    flat.get_shape()[0].value,
    flat.shape[1].value,
    flat.get_shape().as_list(),
    flat.eval(session=sess),
    int(flat.shape[0]),
    flat.shape.ndims,
    flat.op.name != "",
]

# ---- dimensions in arithmetic
batch, width = flat.get_shape().as_list()
out = [
    tf.reshape(flat, [batch * width]),
    tf.reshape(flat, [flat.get_shape()[0].value * 2, -1]),
    tf.zeros([flat.shape[1] - 1]),
]

# ---- equality of tensors is identity
out = [bool(flat == square), bool(flat == flat), flat in {flat: 1}, bool(flat != square)]
