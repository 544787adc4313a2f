"""tf.losses, which TF 2 has only as tf.compat.v1.losses."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import exported


def find(calls: Calls) -> Iterator[Match]:
    for reference in calls.references:
        name = reference.raw
        if not name.startswith("tf.losses.") or name in exported("2.21") or name not in exported("1.15"):
            continue
        message = f"{name} is not in TF 2 under this name; tf.compat.v1.losses has it unchanged"
        yield Match(reference.site, name, message, change=Rename(reference, f"tf.compat.v1{name[2:]}"))
