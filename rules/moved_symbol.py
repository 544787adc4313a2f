"""A symbol that TF 2 has under another name, and is the same object there."""

from collections.abc import Iterator

from tfce_migrate.changes import STUCK, stuck
from tfce_migrate.check import Calls
from tfce_migrate.names import home_of, target_of
from tfce_migrate.rule import Match, Rename
from tfce_migrate.signatures import entries
from tfce_migrate.symbols import public_part, table


def find(calls: Calls) -> Iterator[Match]:
    moved = table("names.json")["moved"]
    older = table("moved-by-hand.toml")["moved"]
    target, held = target_of(calls.settings), stuck(calls)
    for reference in calls.written():
        name, rest = public_part(reference.raw)
        home = home_of(name, target) if name in moved else older.get(name)
        if home is None:
            continue
        if home in entries() or home in table("changed.toml")["always"]:
            home = f"tf.compat.v2{home[2:]}"  # the plain name would be read as that of TF 1
        message = f"{name} is {home} in TF 2"
        why_not = STUCK if reference.site in held else None
        yield Match(reference.site, reference.raw, message, change=Rename(reference, home + rest), why_not=why_not)
