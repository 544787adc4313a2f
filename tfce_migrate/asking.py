"""A file comes in; whether what its neighbours mean could change what is found in it goes out."""

from __future__ import annotations

import re

from tfce_migrate.source import Source

WORDS = ("cross_entropy", "crossentropy", "softmax", "sigmoid", "log_loss", "from_logits", "tf.log(", "K.log(")
_LIBRARY = r"(?:tf|tensorflow|slim|keras|K)"
_LENT = re.compile(
    rf"^[ \t]*from[ \t]+(?!tensorflow\b|keras\b)[\w.]+[ \t]+import[ \t]*"
    rf"(?:\*|[^(\n;#]*\b{_LIBRARY}\b|\([^)]*\b{_LIBRARY}\b)|\.tf\.",
    re.MULTILINE,
)


def asks(source: Source) -> bool:
    """Whether a file names a loss or what makes probabilities, or may have TensorFlow itself from a neighbour.

    Two of three files of a project do neither, and are evaluated without their neighbours. A look at the text is
    enough: to evaluate a file twice, the second time with its neighbours if the first time asked for one, costs more.
    """
    return any(word in source.text for word in WORDS) or _LENT.search(source.text) is not None
