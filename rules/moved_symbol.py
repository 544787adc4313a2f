"""A symbol that TF 2 has under another name, and is the same object there."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import table


def find(calls: Calls) -> Iterator[Match]:
    moved = table("names.json")["moved"]
    older = table("moved-by-hand.toml")["moved"]
    for reference in calls.references:
        target = moved.get(reference.raw) or older.get(reference.raw)
        if target is None:
            continue
        message = f"{reference.raw} is {target} in TF 2"
        yield Match(reference.site, reference.raw, message, change=Rename(reference, target))
