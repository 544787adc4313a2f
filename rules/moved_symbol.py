"""A symbol that TF 2 has under another name, and is the same object there."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.signatures import entries
from tfce_migrate.symbols import public_part, table


def find(calls: Calls) -> Iterator[Match]:
    moved = table("names.json")["moved"]
    older = table("moved-by-hand.toml")["moved"]
    for reference in calls.written():
        name, rest = public_part(reference.raw)
        target = moved.get(name) or older.get(name)
        if target is None:
            continue
        if target in entries() or target in table("changed.toml")["always"]:
            target = f"tf.compat.v2{target[2:]}"  # the plain name would be read as that of TF 1
        message = f"{name} is {target} in TF 2"
        yield Match(reference.site, reference.raw, message, change=Rename(reference, target + rest))
