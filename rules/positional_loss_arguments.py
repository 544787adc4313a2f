"""Cross entropies called by position."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.order import read
from tfce_migrate.rule import Arguments, Match

FAMILY = ("tf.nn.", "tf.losses.", "tf.contrib.losses.")
OTHERS = ("nce_loss", "sampled_softmax_loss", "seq2seq", "hinge")


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses():
        name = call.symbol.name
        if call.via or not name.startswith(FAMILY) or any(word in name for word in OTHERS):
            continue
        reading = read(call, calls)
        if reading is None:
            continue
        message = f"{call.raw.rpartition('.')[2]} is called by position, and the order of its arguments has changed"
        change = Arguments(call, keywords=reading.keywords, drop=reading.drop) if reading.why_not is None else None
        yield Match(call.site, call.raw, message, change=change, why_not=reading.why_not)
