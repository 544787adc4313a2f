"""tf.contrib, which TF 2 has not: the same object outside it, or where the code went."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.lost import Lost, advice, lost
from tfce_migrate.outcome import Safety
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import table

NEEDS_KERAS_2 = (
    "it needs the package tf_keras and TF_USE_LEGACY_KERAS=1 set before TensorFlow is imported; --keras legacy says "
    "that both are there, and renames it"
)


def find(calls: Calls) -> Iterator[Match]:
    for one in lost(calls, "contrib"):
        yield _twin(one) if one.twin is not None else _advice(one)


def _twin(one: Lost) -> Match:
    reference, twin = one.reference, one.twin or ""
    message = f"{one.name} is gone with contrib; it was {twin}"
    if one.home is not None:
        safety = Safety.BEHAVIOUR if twin.startswith("tf.keras.") else None  # its Keras is another one
        change = Rename(reference, one.home + one.rest)
        return Match(reference.site, reference.raw, message, change=change, safety=safety)
    if twin in table("names.json")["keras2"]:
        change = Rename(reference, f"tf.compat.v1{twin[2:]}{one.rest}")
        return Match(reference.site, reference.raw, message, change=change, why_not=NEEDS_KERAS_2)
    return Match(reference.site, reference.raw, f"{message}, which is gone as well: {advice(one)[1]}")


def _advice(one: Lost) -> Match:
    reference = one.reference
    return Match(reference.site, reference.raw, f"{one.name} is gone with contrib: {advice(one)[1]}")
