"""Small programs about shapes, rows and numbers; tests/equivalence/test_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
flat = tf.constant(np.random.RandomState(1).randn(3, 4).astype("float32"))
square = tf.constant(np.random.RandomState(2).rand(4, 4).astype("float32"))
picture = tf.constant(np.random.RandomState(3).rand(4, 2, 2, 4).astype("float32"))

# ---- argmax with dimension
out = [tf.argmax(flat, dimension=1), tf.argmin(flat, dimension=0)]

# ---- argmax by position
out = [tf.argmax(flat, 1), tf.argmin(flat, 0, "least"), tf.argmax(flat, 1, None, None, tf.int32)]

# ---- arg_max and arg_min
out = [tf.arg_max(flat, 1), tf.arg_min(flat, dimension=0)]

# ---- batch_to_space with block_size
out = tf.batch_to_space(picture, block_size=2, crops=[[0, 0], [0, 0]])

# ---- batch_to_space by position
out = tf.batch_to_space(picture, [[0, 0], [0, 1]], 2)

# ---- batch_to_space_nd
out = tf.batch_to_space_nd(picture, [2, 2], [[0, 0], [0, 0]])

# ---- space_to_batch
out = [tf.space_to_batch(picture, [[0, 0], [0, 0]], 2), tf.space_to_batch(picture, [[0, 0], [1, 1]], block_size=2)]

# ---- space_to_batch_nd
out = tf.space_to_batch_nd(picture, [2, 2], [[0, 0], [0, 0]])

# ---- space_to_depth and depth_to_space
out = [tf.space_to_depth(picture, 2), tf.depth_to_space(picture, 2, "deep"), tf.space_to_depth(picture, block_size=2, name="d")]

# ---- casts
out = [tf.to_float([1, 2]), tf.to_double(flat), tf.to_int32(flat), tf.to_int64(flat, "whole"), tf.to_bfloat16([1.0]),
       tf.to_complex64(flat, name="c"), tf.to_complex128([1.0])]

# ---- casts of sparse tensors
sparse = tf.SparseTensor([[0, 1]], [3], [2, 2])
out = tf.sparse_tensor_to_dense(tf.to_float(sparse))

# ---- casts handed on
out = tf.map_fn(tf.to_float, tf.constant([1, 2, 3]), dtype=tf.float32)

# ---- norm
out = [tf.norm(flat, keep_dims=True), tf.norm(flat, 1, 0, True), tf.norm(tensor=flat, axis=1, keep_dims=False)]

# ---- count_nonzero
out = [tf.count_nonzero(flat), tf.count_nonzero(flat, 0, True, tf.int32), tf.count_nonzero(flat, keep_dims=True),
       tf.count_nonzero(input_tensor=flat, reduction_indices=1)]

# ---- reductions with the old keywords
out = [tf.reduce_sum(flat, reduction_indices=[1]), tf.reduce_mean(flat, 0, keep_dims=True), tf.reduce_any(flat > 1, keep_dims=True),
       tf.reduce_logsumexp(flat, 1, True), tf.reduce_prod(flat, None, None, "p", [0])]

# ---- reductions with both keywords [TFC402]
out = tf.reduce_sum(flat, axis=1, keep_dims=True, reduction_indices=None)

# ---- where with a condition of rows
out = tf.where(tf.constant([True, False, True, False]), square, -square)

# ---- where with a condition of the same shape
out = tf.where(flat > 0, flat, tf.zeros_like(flat))

# ---- where with x and y by keyword
out = tf.where(condition=tf.constant([True, False, True]), x=flat, y=-flat)

# ---- where without values
out = tf.where(flat > 0)

# ---- where under another name
choose = tf.where
out = choose(tf.constant([True, False, True, True]), square, -square)

# ---- expand_dims and squeeze
out = [tf.expand_dims(flat, dim=0), tf.expand_dims(flat, -1), tf.squeeze(tf.expand_dims(flat, 1), [1]),
       tf.squeeze(tf.expand_dims(flat, 1), squeeze_dims=1)]

# ---- gather, boolean_mask, pad and transpose by position
out = [tf.gather(flat, [0, 2], None, "g"), tf.gather(flat, [0, 2], axis=1), tf.boolean_mask(flat, [True, False, True], "m"),
       tf.pad(flat, [[1, 1], [0, 0]], "CONSTANT", "p", 3.0), tf.transpose(flat, [1, 0], "t"), tf.transpose(flat, name="u")]

# ---- random functions
tf.set_random_seed(3)
out = [tf.random_uniform([2, 3], seed=1), tf.random_normal([2], 1.0, 0.1, tf.float32, 2), tf.truncated_normal([3], seed=3),
       tf.random_shuffle(flat, seed=1), tf.random_gamma([2], [1.5], seed=1), tf.random_poisson([2.0], [3], seed=4)]

# ---- random_crop
tf.set_random_seed(3)
out = [tf.random_crop(flat, [2, 2], seed=4), tf.random_crop(value=flat, size=[1, 4], seed=1, name="c")]

# ---- multinomial
tf.set_random_seed(3)
out = [tf.multinomial(tf.log([[0.1, 0.9]]), 5, seed=1), tf.multinomial(logits=[[0.1, 0.9]], num_samples=3, seed=2, output_dtype=tf.int32),
       tf.multinomial([[0.3, 0.1]], 4, 7, "m")]

# ---- confusion_matrix
out = [tf.confusion_matrix([0, 1], [1, 1]), tf.confusion_matrix([0, 1], [1, 1], 3, tf.float32, "c", [2.0, 1.0])]

# ---- is_nan and friends
out = [tf.is_nan(flat), tf.is_inf(flat), tf.is_finite(flat), tf.floordiv(7, 2), tf.floor_div(7, 2), tf.truncatediv(-7, 2), tf.mod(7, 3), tf.div(7.0, 2.0),
       tf.div_no_nan(flat, 0.0)]

# ---- logarithms and their sisters
out = [tf.log(square + 1), tf.log1p(square), tf.log_sigmoid(flat), tf.rsqrt(square + 1), tf.lgamma(square + 1), tf.erf(flat), tf.digamma(square + 1),
       tf.polygamma(1.0, square + 1), tf.betainc(1.0, 2.0, 0.5), tf.igamma(1.0, 2.0), tf.zeta(2.0, 1.0), tf.lbeta([1.0, 2.0])]

# ---- linear algebra
spd = tf.matmul(square, square, transpose_b=True) + tf.eye(4)
out = [tf.matrix_inverse(spd), tf.cholesky(spd), tf.matrix_determinant(spd), tf.matrix_solve(spd, square), tf.trace(spd), tf.matrix_diag_part(spd),
       tf.diag([1.0, 2.0]), tf.diag_part(spd), tf.matrix_band_part(spd, 1, 0), tf.matrix_transpose(flat), tf.matrix_set_diag(spd, [0.0, 0.0, 0.0, 1.0]),
       tf.self_adjoint_eigvals(spd), tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), tf.matrix_triangular_solve(tf.cholesky(spd), square), tf.global_norm([flat])]

# ---- svd of 1.x
out = [tf.abs(tf.svd(square)[0]), tf.svd(square, compute_uv=False), tf.abs(tf.qr(square)[0])]

# ---- segments
out = [tf.unsorted_segment_sum(flat, [0, 1, 0], 2), tf.unsorted_segment_max(flat, [0, 1, 0], 2), tf.segment_mean(flat, [0, 0, 1]),
       tf.sparse_segment_sum(flat, [0, 1], [0, 0]), tf.sparse_segment_mean(flat, [0, 1], [0, 0], "m"), tf.sparse_segment_sqrt_n(flat, [0, 1], [0, 0])]

# ---- sparse tensors
sparse = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[1.5, -2.0], dense_shape=[3, 4])
out = [tf.sparse_tensor_to_dense(sparse), tf.sparse_reduce_sum(sparse, 1, True), tf.sparse_reduce_sum(sparse, keep_dims=True),
       tf.sparse_reduce_max(sparse, reduction_axes=[0]), tf.sparse_tensor_dense_matmul(sparse, square), tf.sparse_reorder(sparse),
       tf.sparse_reshape(sparse, [4, 3]), tf.sparse_slice(sparse, [0, 0], [2, 2]), tf.sparse_retain(sparse, [True, False]),
       tf.sparse_to_dense([[0]], [2], [3]), tf.sparse_transpose(sparse), tf.sparse_softmax(tf.SparseTensor([[0, 0], [0, 1]], [1.0, 2.0], [1, 2]))]

# ---- sparse tensors added, joined, cut
sparse = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[1.5, -2.0], dense_shape=[3, 4])
out = [tf.sparse_add(sparse, sparse), tf.sparse_add(sparse, sparse, 3.5), tf.sparse_add(sparse, flat, thresh=0), tf.sparse_concat(0, [sparse, sparse]),
       tf.sparse_concat(axis=1, sp_inputs=[sparse, sparse], expand_nonconcat_dim=False), tf.sparse_concat(0, [sparse, sparse], "joined"),
       tf.sparse_split(sp_input=sparse, num_split=2, axis=1)[0], tf.sparse_split(num_split=2, split_dim=1, sp_input=sparse)[1],
       tf.sparse_minimum(sparse, sparse), tf.sparse_fill_empty_rows(sparse, 0.0)[0]]

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
out = [tf.convert_to_tensor([1, 2], preferred_dtype=tf.float32), tf.convert_to_tensor([1, 2], None, "n", tf.float64),
       tf.convert_to_tensor(value=[1.5], dtype=tf.float32, name="v")]

# ---- constant that fills its shape
out = [tf.constant([1.0, 2.0], shape=[4]), tf.constant(0, tf.int32, [2, 2]), tf.constant(1.0, shape=[2], verify_shape=False)]

# ---- constant whose shape is checked
out = tf.constant([1.0, 2.0], tf.float32, [2], "c", True)

# ---- zeros_like and ones_like
out = [tf.zeros_like(flat, optimize=False), tf.ones_like(flat, tf.int32, "o", True), tf.zeros_like(tensor=flat, dtype=tf.float64)]

# ---- shape and size
out = [tf.shape(flat, "s"), tf.shape(flat, out_type=tf.int64), tf.size(flat, "s", tf.int64), tf.rank(flat)]

# ---- reverse_sequence
out = [tf.reverse_sequence(flat, [1, 2, 3], 1, 0, None), tf.reverse_sequence(flat, [1, 2, 3], seq_dim=1, batch_dim=0), tf.reverse_v2(flat, [1])]

# ---- setdiff and other names that moved
out = [tf.setdiff1d([1, 2, 3], [2])[0], tf.invert_permutation([1, 0]), tf.scatter_nd([[1]], [5], [3]), tf.manip.roll([1, 2, 3], 1, 0),
       tf.extract_image_patches(picture, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"), tf.bincount([1, 2, 2]), tf.conj(tf.complex(1.0, 2.0)),
       tf.imag(tf.complex(1.0, 2.0)), tf.real(tf.complex(1.0, 2.0)), tf.angle(tf.complex(0.0, 2.0)), tf.squared_difference(1.0, 3.0), tf.verify_tensor_all_finite(flat, "m")]

# ---- verify_tensor_all_finite
out = [tf.verify_tensor_all_finite(t=flat, msg="bad"), tf.verify_tensor_all_finite(flat, "bad", "name"), tf.add_check_numerics_ops() is not None]

# ---- quantize and fake quant
out = [tf.fake_quant_with_min_max_args(flat), tf.dequantize(tf.cast([1], tf.quint8), 0.0, 1.0)]

# ---- tuple and group
out = [tf.tuple([flat, square], "both")[0], tf.tuple([flat], control_inputs=None)[0]]

# ---- searchsorted, histogram and unique
out = [tf.searchsorted([1.0, 2.0], [1.5]), tf.histogram_fixed_width([1.0, 2.0], [0.0, 3.0], 3), tf.unique([1, 1, 2])[0], tf.unique_with_counts([1, 1])[2],
       tf.dynamic_partition(flat, [0, 1, 0], 2)[0], tf.cumsum(flat, 1, True)]

# ---- accumulate_n and add_n
out = [tf.accumulate_n([flat, flat]), tf.add_n([flat, flat]), tf.accumulate_n([flat, flat], shape=[3, 4], tensor_dtype=tf.float32)]

# ---- hash_bucket and lookups of ids
out = [tf.string_to_hash_bucket_fast(["a"], 10), tf.string_to_hash_bucket_strong(["a"], 10, [1, 2])]

# ---- spectral ops
signal = tf.cast(flat, tf.complex64)
out = [tf.abs(tf.fft(signal)), tf.real(tf.ifft(signal)), tf.abs(tf.fft2d(signal)), tf.spectral.dct(flat), tf.abs(tf.spectral.rfft(flat))]

# ---- eye, meshgrid, linspace and range
out = [tf.lin_space(0.0, 1.0, 3), tf.linspace(0.0, 1.0, 3), tf.range(3), tf.eye(2), tf.meshgrid([1, 2], [3])[0]]

# ---- tensor methods
out = [flat.get_shape()[0].value, flat.shape[1].value, flat.get_shape().as_list(), flat.eval(session=sess), int(flat.shape[0]), flat.shape.ndims, flat.op.name != ""]

# ---- dimensions in arithmetic
batch, width = flat.get_shape().as_list()
out = [tf.reshape(flat, [batch * width]), tf.reshape(flat, [flat.get_shape()[0].value * 2, -1]), tf.zeros([flat.shape[1] - 1])]

# ---- equality of tensors is identity
out = [bool(flat == square), bool(flat == flat), flat in {flat: 1}, bool(flat != square)]
