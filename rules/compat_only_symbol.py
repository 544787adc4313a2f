"""A symbol or module that TF 2 has only in tf.compat.v1."""

from collections.abc import Iterator
from functools import cache

from tfce_migrate.check import Calls
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import exported, modules, public_part, table

OWN_RULES = ("tf.losses.", "tf.nn.softmax_cross_entropy_with_logits_v2")


def find(calls: Calls) -> Iterator[Match]:
    older = table("moved-by-hand.toml")["compat"]
    for reference in calls.written():
        part, rest = public_part(reference.raw)
        name = older.get(part, part)
        if name.startswith(OWN_RULES) or not _is_compat_only(name) or _is_compat_only(reference.base):
            continue
        target = f"tf.compat.v1{name[2:]}"
        message = f"{part} is in TF 2 only as {target}"
        yield Match(reference.site, reference.raw, message, change=Rename(reference, target + rest))


@cache
def _is_compat_only(name: str) -> bool:
    if name in modules("1.15"):
        return name in modules("2.21-v1") and name not in modules("2.21")
    return name in table("names.json")["compat"] and name in exported("2.21-v1")
