"""tf.contrib.losses and slim.losses: logits first, and gone with contrib."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.order import read
from tfce_migrate.rule import Arguments, Match

TWINS = ("softmax_cross_entropy", "sparse_softmax_cross_entropy", "sigmoid_cross_entropy", "log_loss")


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses():
        if call.via or not call.symbol.name.startswith("tf.contrib.losses."):
            continue
        last = call.symbol.name.rpartition(".")[2]
        message = f"contrib.losses is gone; tf.compat.v1.losses.{last} takes the labels first"
        reading = read(call, calls)
        if any(arg.star == "*" for arg in call.args):
            yield Match(call.site, call.raw, message, why_not="some of the arguments are hidden behind a star")
            continue
        if last not in TWINS or (reading is not None and reading.why_not is not None):
            why = reading.why_not if reading is not None else None
            yield Match(call.site, call.raw, message, why_not=why)
            continue
        keywords = dict(reading.keywords) if reading is not None else {}
        renamed = call.symbol.fact.renamed if call.symbol.fact is not None else {}
        keywords |= {i: renamed[str(arg.keyword)] for i, arg in enumerate(call.args) if arg.keyword in renamed}
        yield Match(call.site, call.raw, message, change=Arguments(call, f"tf.compat.v1.losses.{last}", keywords))
