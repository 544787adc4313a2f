"""one_hot(ids) in the dense loss, where the sparse one takes the ids."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Step

DENSE = (
    "tf.nn.softmax_cross_entropy_with_logits", "tf.nn.softmax_cross_entropy_with_logits_v2",
    "tf.losses.softmax_cross_entropy",
)  # fmt: skip
MESSAGE = (
    "one_hot(ids) into the dense loss: the sparse loss takes the ids (it differs for ids out of range: "
    "a row of zeros here, nan or an error there)"
)


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.of(*DENSE):
        labels = call.term.arg("labels", "onehot_labels")
        if call.via or labels is None or labels.op != "tf.one_hot" or labels.made is None:
            continue
        if {"on_value", "off_value"} & labels.args.keys() or call.keyword("label_smoothing") is not None:
            continue
        yield Match(call.site, call.raw, MESSAGE, (Step(labels.made, "the ids are made one-hot here"),))
