"""The v1 softmax cross entropy, which stops the gradient into its labels; its namesake in TF 2 does not."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.outcome import Severity
from tfce_migrate.rule import Arguments, Match

LOSS = "tf.nn.softmax_cross_entropy_with_logits"
MESSAGE = "TF 2's function of this name lets gradients into the labels; the v1 one does not"
HIDDEN = "the labels are hidden behind a star or in a partial"
UNKNOWN_ERA = "nothing in the file shows whether it was written for TF 1 or TF 2; --from 1.x would decide it"


def find(calls: Calls) -> Iterator[Match]:
    target = calls.settings.target
    for call in calls.of(LOSS):
        if call.symbol.api or call.via or calls.era == "2.x":
            continue
        labels = call.keyword("labels")
        if call.positional():
            continue
        if call.starred:
            known = call.term.arg("labels")
            if known is None or calls.gradients.of(known) is not False:
                severity: Severity = "info" if calls.era == "mixed" else "warning"
                yield Match(call.site, call.raw, MESSAGE, why_not=HIDDEN, severity=severity)
            continue
        if calls.era == "mixed":
            continue  # what stands here by keyword was written for TF 2, or migrated already
        if target == "compat.v1":
            yield Match(call.site, call.raw, MESSAGE, change=Arguments(call, symbol=f"tf.compat.v1{LOSS[2:]}"))
            continue
        carries = calls.gradients.of(labels.term) if labels is not None else False
        symbol = f"tf.compat.v2{LOSS[2:]}" if target == "compat.v2" else None
        if carries is False and symbol is None:
            continue
        index = call.args.index(labels) if labels is not None else -1
        wrap = {} if carries is False or labels is None else {index: "tf.stop_gradient"}
        if not calls.era:
            yield Match(call.site, call.raw, MESSAGE, why_not=UNKNOWN_ERA, severity="info")
            continue
        keywords = {i: "axis" for i, arg in enumerate(call.args) if arg.keyword == "dim"}
        yield Match(call.site, call.raw, MESSAGE, change=Arguments(call, symbol, keywords, wrap=wrap))
