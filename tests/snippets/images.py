"""Small programs about pictures; tests/reading_snippets.py says how they are read."""

import numpy as np
import tensorflow as tf

sess = tf.Session()
tf.set_random_seed(5)
rng = np.random.RandomState(1)
pictures = tf.constant(rng.rand(2, 6, 6, 3).astype("float32"))
one = pictures[0]

# ---- resize_images with every method
out = [
    tf.image.resize_images(pictures, [9, 4]),
    tf.image.resize_images(pictures, (3, 3), tf.image.ResizeMethod.NEAREST_NEIGHBOR),
    tf.image.resize_images(pictures, [8, 8], method=1),
    tf.image.resize_images(pictures, [8, 8], tf.image.ResizeMethod.BICUBIC),
    tf.image.resize_images(pictures, [4, 4], tf.image.ResizeMethod.AREA, True),
]

# ---- resize_images with aligned corners
out = [
    tf.image.resize_images(pictures, [9, 4], align_corners=True),
    tf.image.resize_images(images=pictures, size=[9, 4], preserve_aspect_ratio=True),
]

# ---- resize_bilinear and its sisters
out = [
    tf.image.resize_bilinear(pictures, [9, 4]),
    tf.image.resize_bilinear(pictures, [9, 4], True),
    tf.image.resize_bicubic(pictures, [9, 4], align_corners=True),
    tf.image.resize_nearest_neighbor(pictures, [9, 4]),
    tf.image.resize_area(pictures, [3, 3], name="a"),
    tf.image.resize_bilinear(pictures, [9, 4], half_pixel_centers=True),
]

# ---- resize under the plain name
out = [
    tf.image.resize(pictures, [9, 4]),
    tf.image.resize(pictures, [9, 4], tf.image.ResizeMethod.BICUBIC, align_corners=True),
]

# ---- resize with a pad or a crop
out = [
    tf.image.resize_image_with_pad(pictures, 8, 8),
    tf.image.resize_image_with_crop_or_pad(pictures, 4, 8),
    tf.image.resize_with_crop_or_pad(one, 4, 4),
    tf.image.resize_image_with_pad(pictures, 8, 12, method=1),
]

# ---- extract_glimpse
out = [
    tf.image.extract_glimpse(pictures, [2, 2], [[0.0, 0.1], [0.2, -0.3]]),
    tf.image.extract_glimpse(pictures, [2, 2], [[1.0, 2.0], [2.0, 3.0]], False, False),
    tf.image.extract_glimpse(
        input=pictures,
        size=[2, 2],
        offsets=[[0.0, 0.1], [0.2, -0.3]],
        centered=True,
        normalized=True,
        uniform_noise=False,
    ),
]

# ---- extract_glimpse with noise by position
out = tf.image.extract_glimpse(pictures, [2, 2], [[0.0, 0.1], [0.2, -0.3]], True, True, False, "g")

# ---- crop_and_resize
out = [
    tf.image.crop_and_resize(pictures, [[0.0, 0.0, 1.0, 1.0]], [1], [3, 3]),
    tf.image.crop_and_resize(image=pictures, boxes=[[0.0, 0.0, 1.0, 1.0]], box_ind=[1], crop_size=[3, 3]),
    tf.image.crop_and_resize(pictures, [[0.0, 0.0, 1.0, 1.0]], [1], [3, 3], "nearest", 0.0, "c"),
]

# ---- boxes
out = [
    tf.image.draw_bounding_boxes(pictures, [[[0.1, 0.1, 0.8, 0.8]], [[0.2, 0.2, 0.7, 0.9]]]),
    tf.image.non_max_suppression([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.9, 1.0]], [0.9, 0.8], 2),
]

# ---- sample_distorted_bounding_box
out = tf.image.sample_distorted_bounding_box([6, 6, 3], [[[0.1, 0.1, 0.9, 0.9]]], 3, 4, 0.5)[2]

# ---- pictures that are turned at random
out = [
    tf.image.random_flip_left_right(one, seed=1),
    tf.image.random_brightness(one, 0.3, seed=2),
    tf.image.random_contrast(one, 0.5, 1.5, seed=3),
    tf.image.random_hue(one, 0.1, 4),
    tf.image.random_saturation(one, 0.5, 1.5, seed=1),
    tf.image.rot90(one, 2),
    tf.image.flip_left_right(one),
    tf.image.transpose_image(one),
]

# ---- pictures that are changed
out = [
    tf.image.per_image_standardization(one),
    tf.image.adjust_gamma(one, 0.5, 1),
    tf.image.adjust_hue(one, 0.1),
    tf.image.rgb_to_hsv(one),
    tf.image.rgb_to_grayscale(one),
    tf.image.central_crop(one, 0.5),
    tf.image.crop_to_bounding_box(pictures, 1, 1, 3, 3),
    tf.image.total_variation(pictures),
    tf.image.convert_image_dtype(one, tf.uint8),
    tf.image.sobel_edges(pictures),
]

# ---- psnr and ssim
out = [
    tf.image.psnr(one, one * 0.9, 1.0),
    tf.image.ssim(tf.random_uniform([1, 12, 12, 3], seed=1), tf.random_uniform([1, 12, 12, 3], seed=2), 1.0),
]

# ---- encoders and decoders
text = tf.image.encode_png(tf.image.convert_image_dtype(one, tf.uint8))
out = [
    tf.image.decode_png(text, 3),
    tf.image.decode_image(text),
    tf.shape(tf.image.decode_jpeg(tf.image.encode_jpeg(tf.image.convert_image_dtype(one, tf.uint8)))),
    tf.image.is_jpeg(text),
]

# ---- contrib images [TFC407]
out = tf.contrib.image.rotate(pictures, 0.5)
