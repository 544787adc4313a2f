"""The v1 softmax cross entropy, which stops the gradient into its labels; its namesake in TF 2 does not."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call, Reference
from tfce_migrate.rule import Arguments, Match, Rename
from tfce_migrate.source import Site

LOSS = "tf.nn.softmax_cross_entropy_with_logits"
V1 = f"tf.compat.v1{LOSS[2:]}"
MESSAGE = "TF 2's function of this name lets gradients into the labels; the v1 one does not"
HIDDEN = "the labels are hidden behind a star or in a partial"
UNKNOWN_ERA = "nothing in the file shows whether it was written for TF 1 or TF 2; --from 1.x would decide it"


def find(calls: Calls) -> Iterator[Match]:
    target, hidden = calls.settings.target, list[Call]()
    for call in calls.of(LOSS):
        if call.symbol.api or call.via or calls.era == "2.x":
            continue
        labels = call.keyword("labels")
        if call.positional():
            continue
        if call.starred:
            known = call.term.arg("labels")
            if known is None or calls.gradients.of(known) is not False:
                hidden.append(call)
            continue
        if labels is None or calls.era == "mixed":
            continue  # what stands here by keyword in a mixed file was written for TF 2, or migrated already
        if target == "compat.v1":
            yield Match(call.site, call.raw, MESSAGE, change=Arguments(call, symbol=V1))
            continue
        carries = calls.gradients.of(labels.term)
        symbol = f"tf.compat.v2{LOSS[2:]}" if target == "compat.v2" else None
        if carries is False and symbol is None:
            continue
        wrap = {} if carries is False else {call.args.index(labels): "tf.stop_gradient"}
        if not calls.era:
            yield Match(call.site, call.raw, MESSAGE, why_not=UNKNOWN_ERA, severity="info")
            continue
        keywords = {i: "axis" for i, arg in enumerate(call.args) if arg.keyword == "dim"}
        yield Match(call.site, call.raw, MESSAGE, change=Arguments(call, symbol, keywords, wrap=wrap))
    yield from _of_hidden(hidden, calls) if hidden else ()


def _of_hidden(hidden: list[Call], calls: Calls) -> Iterator[Match]:
    """Where `**` or a partial hides the labels nothing can be wrapped: the v1 function itself is kept."""
    written = {reference.site: reference for reference in calls.references if reference.kind == "dotted"}
    handed = _handed_on(written, calls)
    for call in hidden:
        reference = written.get(call.func)
        stars = {arg.star for arg in call.args} - {""}
        if calls.era == "mixed":
            yield Match(call.site, call.raw, MESSAGE, why_not=HIDDEN, severity="info")
        elif not calls.era:
            yield Match(call.site, call.raw, MESSAGE, why_not=UNKNOWN_ERA, severity="info")
        elif reference is not None and stars <= {"**"}:
            yield Match(call.site, call.raw, MESSAGE, change=Rename(reference, V1))
        elif not handed or reference is not None:
            yield Match(call.site, call.raw, MESSAGE, why_not=HIDDEN)
    if calls.era and calls.era != "mixed" and any(call.func not in written for call in hidden):
        yield from (Match(each.site, each.raw, MESSAGE, change=Rename(each, V1)) for each in handed)


def _handed_on(written: dict[Site, Reference], calls: Calls) -> list[Reference]:
    """Mentions of the function that call nothing, where all that is called through them hides its labels."""
    called = [call for call in calls.of(LOSS) if not call.symbol.api and not call.via]
    if any(call.func not in written and (not call.starred or call.positional()) for call in called):
        return []
    at = {call.func for call in called}
    return [each for site, each in written.items() if each.raw == LOSS and site not in at]
