"""A symbol that TF 2 has only in tf.compat.v1."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import exported, resolve, table

OWN_RULES = ("tf.losses.", "tf.nn.softmax_cross_entropy_with_logits_v2")


def find(calls: Calls) -> Iterator[Match]:
    compat = frozenset(table("names.json")["compat"])
    older = table("moved-by-hand.toml")["compat"]
    for reference in calls.references:
        name = older.get(reference.raw, reference.raw)
        if name not in compat or name.startswith(OWN_RULES) or name not in exported("2.21-v1"):
            continue
        target = f"tf.compat.v1{name[2:]}"
        message = f"{reference.raw} is in TF 2 only as {target}"
        yield Match(reference.site, resolve(reference.raw).name, message, change=Rename(reference, target))
