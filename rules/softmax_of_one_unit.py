"""A softmax over a single unit, which is always 1."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Step
from tfce_migrate.shapes import last_dimension
from tfce_migrate.trace import origin

SOFTMAXES = ("tf.nn.softmax", "tf.nn.log_softmax", "tf.contrib.layers.softmax", "tf.nn.softmax_cross_entropy_with_logits",
             "tf.nn.softmax_cross_entropy_with_logits_v2", "tf.losses.softmax_cross_entropy")  # fmt: skip


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.of(*SOFTMAXES):
        raw = call.term.args.get("logits")
        axis = call.term.args.get("axis")
        if raw is None or axis is not None or call.via or last_dimension(raw) != 1:
            continue
        made, _ = origin(raw)
        because = (Step(made.made, "one unit is made here"),) if made.made is not None else ()
        message = "a softmax over one unit is always 1, and its loss always 0: one unit wants a sigmoid"
        yield Match(call.site, call.raw, message, because)
