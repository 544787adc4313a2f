"""softmax_cross_entropy_with_logits_v2, whose name TF 2 dropped."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.era import gone
from tfce_migrate.rule import Match, Rename
from tfce_migrate.symbols import exported, public_part, resolve, table

LOSS = "tf.nn.softmax_cross_entropy_with_logits"


def find(calls: Calls) -> Iterator[Match]:
    target = calls.settings.target
    for reference in calls.written():
        symbol = resolve(reference.raw)
        if symbol.name != f"{LOSS}_v2" or symbol.api:
            continue
        message = f"{reference.raw} is not in TF 2, where the function without _v2 is the same"
        if target == "compat.v1":
            yield Match(reference.site, reference.raw, message, change=Rename(reference, f"tf.compat.v1{LOSS[2:]}_v2"))
            continue
        told = calls.settings.from_ != "auto"  # then the bare name would be read as the v1 function again
        name = f"tf.compat.v2{LOSS[2:]}" if target == "compat.v2" or told else LOSS
        why_not = _hindrance(calls) or (_beside_tf1(calls) if name == LOSS else None)
        yield Match(reference.site, reference.raw, message, change=Rename(reference, name), why_not=why_not)


def _hindrance(calls: Calls) -> str | None:
    """The name without _v2 means another order in other eras, and takes no `dim`: TFC101 and TFC104 mend both first."""
    for call in calls.of(f"{LOSS}_v2"):
        if call.keyword("dim") is not None:
            return "a call of it passes dim, which the function of TF 2 does not take"
        if any(arg.keyword is None for arg in call.args):
            return "a call of it passes arguments by position or behind a star, which TFC101 would have to name first"
    return None


def _beside_tf1(calls: Calls) -> str | None:
    """Beside a name that only TF 1 has, the name without _v2 would mean the v1 function."""
    own = f"{LOSS}_v2"
    names = (r.raw for r in calls.references if gone(r.raw) and resolve(r.raw).name != own)
    left = next((raw for raw in names if calls.last or not _has_successor(raw)), None)
    if left is None:
        return None
    return f"the file still runs on TF 1 only ({left}), where the name without _v2 is another function"


def _has_successor(raw: str) -> bool:
    """Whether other rules rename the symbol before this one gets its turn."""
    name, _ = public_part(raw)
    return name in table("names.json")["moved"] or name in exported("2.21-v1")
