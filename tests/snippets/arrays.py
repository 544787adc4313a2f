"""Small programs about shapes, rows and numbers; tests/reading_snippets.py says how they are read."""

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
out = [
    tf.space_to_depth(picture, 2),
    tf.depth_to_space(picture, 2, "deep"),
    tf.space_to_depth(picture, block_size=2, name="d"),
]

# ---- casts
out = [
    tf.to_float([1, 2]),
    tf.to_double(flat),
    tf.to_int32(flat),
    tf.to_int64(flat, "whole"),
    tf.to_bfloat16([1.0]),
    tf.to_complex64(flat, name="c"),
    tf.to_complex128([1.0]),
]

# ---- casts of sparse tensors
sparse = tf.SparseTensor([[0, 1]], [3], [2, 2])
out = tf.sparse_tensor_to_dense(tf.to_float(sparse))

# ---- casts handed on
out = tf.map_fn(tf.to_float, tf.constant([1, 2, 3]), dtype=tf.float32)

# ---- norm
out = [tf.norm(flat, keep_dims=True), tf.norm(flat, 1, 0, True), tf.norm(tensor=flat, axis=1, keep_dims=False)]

# ---- count_nonzero
out = [
    tf.count_nonzero(flat),
    tf.count_nonzero(flat, 0, True, tf.int32),
    tf.count_nonzero(flat, keep_dims=True),
    tf.count_nonzero(input_tensor=flat, reduction_indices=1),
]

# ---- reductions with the old keywords
out = [
    tf.reduce_sum(flat, reduction_indices=[1]),
    tf.reduce_mean(flat, 0, keep_dims=True),
    tf.reduce_any(flat > 1, keep_dims=True),
    tf.reduce_logsumexp(flat, 1, True),
    tf.reduce_prod(flat, None, None, "p", [0]),
]

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
out = [
    tf.expand_dims(flat, dim=0),
    tf.expand_dims(flat, -1),
    tf.squeeze(tf.expand_dims(flat, 1), [1]),
    tf.squeeze(tf.expand_dims(flat, 1), squeeze_dims=1),
]

# ---- gather, boolean_mask, pad and transpose by position
out = [
    tf.gather(flat, [0, 2], None, "g"),
    tf.gather(flat, [0, 2], axis=1),
    tf.boolean_mask(flat, [True, False, True], "m"),
    tf.pad(flat, [[1, 1], [0, 0]], "CONSTANT", "p", 3.0),
    tf.transpose(flat, [1, 0], "t"),
    tf.transpose(flat, name="u"),
]

# ---- random functions
tf.set_random_seed(3)
out = [
    tf.random_uniform([2, 3], seed=1),
    tf.random_normal([2], 1.0, 0.1, tf.float32, 2),
    tf.truncated_normal([3], seed=3),
    tf.random_shuffle(flat, seed=1),
    tf.random_gamma([2], [1.5], seed=1),
    tf.random_poisson([2.0], [3], seed=4),
]

# ---- random_crop
tf.set_random_seed(3)
out = [tf.random_crop(flat, [2, 2], seed=4), tf.random_crop(value=flat, size=[1, 4], seed=1, name="c")]

# ---- multinomial
tf.set_random_seed(3)
out = [
    tf.multinomial(tf.log([[0.1, 0.9]]), 5, seed=1),
    tf.multinomial(logits=[[0.1, 0.9]], num_samples=3, seed=2, output_dtype=tf.int32),
    tf.multinomial([[0.3, 0.1]], 4, 7, "m"),
]

# ---- confusion_matrix
out = [tf.confusion_matrix([0, 1], [1, 1]), tf.confusion_matrix([0, 1], [1, 1], 3, tf.float32, "c", [2.0, 1.0])]

# ---- is_nan and friends
out = [
    tf.is_nan(flat),
    tf.is_inf(flat),
    tf.is_finite(flat),
    tf.floordiv(7, 2),
    tf.floor_div(7, 2),
    tf.truncatediv(-7, 2),
    tf.mod(7, 3),
    tf.div(7.0, 2.0),
    tf.div_no_nan(flat, 0.0),
]

# ---- logarithms and their sisters
out = [
    tf.log(square + 1),
    tf.log1p(square),
    tf.log_sigmoid(flat),
    tf.rsqrt(square + 1),
    tf.lgamma(square + 1),
    tf.erf(flat),
    tf.digamma(square + 1),
    tf.polygamma(1.0, square + 1),
    tf.betainc(1.0, 2.0, 0.5),
    tf.igamma(1.0, 2.0),
    tf.zeta(2.0, 1.0),
    tf.lbeta([1.0, 2.0]),
]

# ---- linear algebra
spd = tf.matmul(square, square, transpose_b=True) + tf.eye(4)
out = [
    tf.matrix_inverse(spd),
    tf.cholesky(spd),
    tf.matrix_determinant(spd),
    tf.matrix_solve(spd, square),
    tf.trace(spd),
    tf.matrix_diag_part(spd),
    tf.diag([1.0, 2.0]),
    tf.diag_part(spd),
    tf.matrix_band_part(spd, 1, 0),
    tf.matrix_transpose(flat),
    tf.matrix_set_diag(spd, [0.0, 0.0, 0.0, 1.0]),
    tf.self_adjoint_eigvals(spd),
    tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
    tf.matrix_triangular_solve(tf.cholesky(spd), square),
    tf.global_norm([flat]),
]

# ---- svd of 1.x
out = [tf.abs(tf.svd(square)[0]), tf.svd(square, compute_uv=False), tf.abs(tf.qr(square)[0])]

# ---- segments
out = [
    tf.unsorted_segment_sum(flat, [0, 1, 0], 2),
    tf.unsorted_segment_max(flat, [0, 1, 0], 2),
    tf.segment_mean(flat, [0, 0, 1]),
    tf.sparse_segment_sum(flat, [0, 1], [0, 0]),
    tf.sparse_segment_mean(flat, [0, 1], [0, 0], "m"),
    tf.sparse_segment_sqrt_n(flat, [0, 1], [0, 0]),
]
