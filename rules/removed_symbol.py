"""A symbol of an earlier TensorFlow that the target has nowhere."""

from collections.abc import Iterator

from tfce_migrate import standalone
from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call, Reference
from tfce_migrate.lost import Lost, advice, lost
from tfce_migrate.members import Gone, gone
from tfce_migrate.names import Target, column_has, has, target_of
from tfce_migrate.rule import Match, Rename, Replace, Text

LEGACY = (
    "it is there with legacy Keras: install tf_keras, set TF_USE_LEGACY_KERAS=1 before TensorFlow is imported, and "
    "say --keras legacy"
)

NEWER = "TensorFlow 2 has it, and the code must run on both"
KERAS_3 = "TensorFlow 2.21 has it, with Keras 3"


def find(calls: Calls) -> Iterator[Match]:
    target = target_of(calls.settings)
    for one in lost(calls, "removed", "attribute"):
        reference = one.reference
        if one.sort == "attribute":
            message = f"no import reaches {one.name} in {target.title}: write {one.name} in full where it is used"
            yield Match(reference.site, reference.raw, message)
            continue
        if one.home is not None:
            message = f"{one.name} is gone from {target.title}; {one.home} is the same"
            yield Match(reference.site, reference.raw, message, change=Rename(reference, one.home + one.rest))
            continue
        newer = "1.15" in target.columns and column_has(reference.raw, target.columns[-1])
        where, use = ("TensorFlow 1.15", NEWER) if newer else (target.title, _use(one, target))
        message = f"{one.name} is not in {where}: {use}"
        yield Match(reference.site, reference.raw, message)
    for one in lost(calls, "standalone"):
        whole = one.reference.kind in ("module", "star")
        yield Match(one.reference.site, one.name, f"{one.name} is not in Keras 3: {standalone.use(one.name, whole)}")
    yield from (_of_class(one, target, calls) for one in gone(calls))


def _of_class(one: Gone, target: Target, calls: Calls) -> Match:
    """A method or an attribute that the target's class of the same name lacks."""
    if one.home is not None and isinstance(one.at, Reference):
        message = f"{one.name} is gone from {target.title}; {one.home} is the same"
        return Match(one.at.site, one.at.raw, message, change=Rename(one.at, one.home))
    change = None
    if one.becomes and isinstance(one.at, Call):
        written = calls.source.segment(one.at.site).removesuffix(one.name.rpartition(".")[2])
        change = Replace(one.at.site, Text(written + one.becomes), one.at)
    return Match(one.at.site, one.name, f"{one.name} is gone from {target.title}: {one.use}", change=change)


def _use(one: Lost, target: Target) -> str:
    raw = one.reference.raw
    compat = f"tf.compat.v1{one.name[2:]}"
    if has(compat, target):
        return f"{compat} is what it was"
    if target.keras == "3" and any(column_has(name, "2.21-keras2") for name in (raw, compat)):
        return LEGACY
    told = advice(one)[1]
    if told:
        return told
    return KERAS_3 if column_has(raw, "2.21") else "nothing took its place"
