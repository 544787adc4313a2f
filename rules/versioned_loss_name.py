"""softmax_cross_entropy_with_logits_v2, whose name TF 2 dropped."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.era import gone
from tfce_migrate.rule import Arguments, Match
from tfce_migrate.symbols import resolve

LOSS = "tf.nn.softmax_cross_entropy_with_logits"


def find(calls: Calls) -> Iterator[Match]:
    target = calls.settings.target
    for call in calls.of(f"{LOSS}_v2"):
        if call.symbol.api or call.via:
            continue
        message = f"{call.raw} is not in TF 2, where the function without _v2 is the same"
        if target == "compat.v1":
            yield Match(call.site, call.raw, message, change=Arguments(call, f"tf.compat.v1{LOSS[2:]}_v2"))
            continue
        symbol = f"tf.compat.v2{LOSS[2:]}" if target == "compat.v2" else LOSS
        keywords = {i: "axis" for i, arg in enumerate(call.args) if arg.keyword == "dim"}
        if len(call.positional()) > 4 or call.starred:
            yield Match(call.site, call.raw, message, why_not="some of its arguments have no keyword here")
            continue
        change = Arguments(call, symbol, keywords)
        yield Match(call.site, call.raw, message, change=change, why_not=_beside_tf1(calls) if symbol == LOSS else None)


def _beside_tf1(calls: Calls) -> str | None:
    """Beside a name that only TF 1 has, the name without _v2 would mean the v1 function."""
    own = f"{LOSS}_v2"
    left = next((r.raw for r in calls.references if gone(r.raw) and resolve(r.raw).name != own), None)
    if left is None:
        return None
    return f"the file still runs on TF 1 only ({left}), where the name without _v2 is another function"
