"""The sequence losses, which left TensorFlow with contrib."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match

LOSSES = tuple(
    f"{module}.{name}"
    for module in ("tf.nn.seq2seq", "tf.contrib.legacy_seq2seq", "tf.contrib.seq2seq")
    for name in ("sequence_loss", "sequence_loss_by_example")
)
ADVICE = (
    "TensorFlow 2 has no sequence loss: use tf.nn.sparse_softmax_cross_entropy_with_logits "
    "times the weights, summed and divided by their sum"
)


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.of(*LOSSES):
        if not call.via:
            yield Match(call.site, call.raw, f"{call.raw} is gone. {ADVICE}")
