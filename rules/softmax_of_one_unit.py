"""A softmax over a single unit, which is always 1."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rewrites import is_last_axis
from tfce_migrate.rule import Match, Step
from tfce_migrate.shapes import last_dimension
from tfce_migrate.terms import Term
from tfce_migrate.trace import origin

SOFTMAXES = ("tf.nn.softmax", "tf.nn.log_softmax", "tf.contrib.layers.softmax")
LOSSES = (
    "tf.nn.softmax_cross_entropy_with_logits", "tf.nn.softmax_cross_entropy_with_logits_v2",
    "tf.losses.softmax_cross_entropy",
)  # fmt: skip
MESSAGE = "a softmax over one unit is always 1, and its loss always 0: one unit wants a sigmoid"


def find(calls: Calls) -> Iterator[Match]:
    if "softmax" not in calls.source.text:
        return
    terms = [term for term in calls.terms(*SOFTMAXES) if not str(term.value).startswith("by hand")]
    terms += [call.term for call in calls.of(*LOSSES) if not call.via]
    for term in terms:
        raw = term.args.get("logits")
        if raw is None or term.made is None or not _over_classes(term, raw) or last_dimension(raw) != 1:
            continue
        made, _ = origin(raw)
        because = (Step(made.made, "one unit is made here"),) if made.made is not None else ()
        yield Match(term.made, term.op, MESSAGE, because)


def _over_classes(term: Term, raw: Term) -> bool:
    axis = term.args.get("axis")
    return axis is None or is_last_axis(axis, raw)
