"""tf.losses, which TF 2 has only as tf.compat.v1.losses."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import exported, public_part, table


def find(calls: Calls) -> Iterator[Match]:
    for reference in calls.written():
        name, rest = public_part(reference.raw)
        if not name.startswith("tf.losses.") or name not in exported("1.15"):
            continue
        if name in exported("2.21") and name not in table("names.json")["differs"]:
            continue
        message = f"{name} of TF 1 is tf.compat.v1.losses in TF 2, where tf.losses holds the losses of Keras"
        yield Match(reference.site, reference.raw, message, change=Rename(reference, f"tf.compat.v1{name[2:]}{rest}"))
