"""Cross entropies called by position."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.order import RIGHT_FOR_TF2, Reading, read
from tfce_migrate.outcome import Severity
from tfce_migrate.rule import Arguments, Match

FAMILY = ("tf.nn.", "tf.losses.", "tf.contrib.losses.")
DENSE = "tf.nn.softmax_cross_entropy_with_logits"
OTHERS = ("nce_loss", "sampled_softmax_loss", "seq2seq", "hinge")


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses():
        name = call.symbol.name
        if call.via or not name.startswith(FAMILY) or any(word in name for word in OTHERS):
            continue
        reading = read(call, calls)
        settled = call.symbol.api == "v1" and name.startswith("tf.losses.")
        if reading is None or (settled and reading.why_not is None):
            continue
        message = f"{call.raw.rpartition('.')[2]} is called by position, {_history(name)}"
        if reading.why_not is not None:
            severity: Severity | None = "info" if reading.why_not == RIGHT_FOR_TF2 else None
            yield Match(call.site, call.raw, message, why_not=reading.why_not, severity=severity)
            continue
        wrap = _stopped(call, reading, calls)
        yield Match(call.site, call.raw, message, change=Arguments(call, None, reading.keywords, reading.drop, wrap))


def _history(name: str) -> str:
    if name.startswith(("tf.losses.", "tf.contrib.losses.")):
        return "and tf.losses and tf.contrib.losses take their arguments in opposite orders"
    return "and the order of its arguments has changed"


def _stopped(call: Call, reading: Reading, calls: Calls) -> dict[int, str]:
    """Where only the call's form shows that it is the v1 function, its labels are stopped in the same edit."""
    dense = call.symbol.name == DENSE and not call.symbol.api and calls.settings.target == "v2"
    if calls.era or not reading.shows_v1 or not dense:
        return {}
    index = next((index for index, name in reading.keywords.items() if name == "labels"), None)
    if index is None or calls.gradients.of(call.args[index].term) is False:
        return {}
    return {index: "tf.stop_gradient"}
