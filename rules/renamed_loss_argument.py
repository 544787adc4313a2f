"""targets, dim and _sentinel in calls of the losses."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.rule import Arguments, Match
from tfce_migrate.terms import is_const

TARGETS = ("tf.nn.sigmoid_cross_entropy_with_logits", "tf.nn.weighted_cross_entropy_with_logits")
DIM = ("tf.nn.softmax_cross_entropy_with_logits", "tf.nn.softmax_cross_entropy_with_logits_v2")


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses():
        if call.via:
            continue
        keywords = _renamed(call, calls.settings.target)
        sentinel = [i for i, arg in enumerate(call.args) if arg.keyword == "_sentinel" and is_const(arg.term, None)]
        if not keywords and not sentinel:
            continue
        old = ", ".join(str(call.args[index].keyword) for index in (*keywords, *sentinel))
        message = f"{call.raw} has renamed or dropped its argument {old}"
        yield Match(call.site, call.raw, message, change=Arguments(call, keywords=keywords, drop=frozenset(sentinel)))


def _renamed(call: Call, target: str) -> dict[int, str]:
    found = {}
    for index, arg in enumerate(call.args):
        if arg.keyword == "targets" and call.symbol.name in TARGETS:
            found[index] = "labels"
        elif arg.keyword == "dim" and call.symbol.name in DIM and call.symbol.api != "v1" and target != "compat.v1":
            found[index] = "axis"
    return found
