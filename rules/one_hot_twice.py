"""one_hot of what is one-hot already."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Step
from tfce_migrate.terms import Kind
from tfce_migrate.trace import origin


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.of("tf.one_hot", "tf.contrib.layers.one_hot_encoding", "tf.keras.backend.one_hot"):
        indices = call.term.arg("indices", "labels")
        if indices is None or indices.kind is not Kind.ONE_HOT:
            continue
        made, _ = origin(indices)
        because = (Step(made.made, "they were made one-hot here"),) if made.made is not None else ()
        message = "one_hot of labels that are one-hot already: one dimension too many, and no error"
        yield Match(call.via[-1] if call.via else call.site, call.raw, message, because)
