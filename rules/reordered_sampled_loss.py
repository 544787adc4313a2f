"""nce_loss and sampled_softmax_loss: the order changed in 1.0, the partition strategy in 2.0."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.rule import Arguments, Match
from tfce_migrate.terms import Kind, Term
from tfce_migrate.trace import origin

LOSSES = ("tf.nn.nce_loss", "tf.nn.sampled_softmax_loss")
MIXED_ERA = "the file has been migrated before (it spells tf.compat.v1), and nothing shows whether this call has"
UNKNOWN_ERA = "nothing in the file shows whether it was written for TF 1 or TF 2; --from 1.x would decide it"
MESSAGE = "TF 2 splits the table by 'div' where v1 means 'mod', and 0.x took inputs before labels"


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.of(*LOSSES):
        if call.symbol.api or call.via or calls.era == "2.x":
            continue
        if call.starred:
            yield Match(call.site, call.raw, MESSAGE, why_not="some of the arguments are hidden behind a star")
            continue
        keywords, why_not = _keywords(call, calls)
        symbol = f"tf.compat.v1{call.symbol.name[2:]}"
        if calls.era in ("", "mixed") and call.keyword("partition_strategy") is None:
            why_not = MIXED_ERA if calls.era else UNKNOWN_ERA
            yield Match(call.site, call.raw, MESSAGE, why_not=why_not, severity="info")
            continue
        yield Match(call.site, call.raw, MESSAGE, change=Arguments(call, symbol, keywords), why_not=why_not)


def _keywords(call: Call, calls: Calls) -> tuple[dict[int, str], str | None]:
    """Keywords for positional arguments from the third on, by the order of the era and by what they hold."""
    positional = call.positional()
    fact = call.symbol.fact
    if len(positional) < 4 or fact is None:
        return {}, None
    third, fourth = positional[2].term, positional[3].term
    flow = {(True, False): "labels", (False, True): "inputs"}.get((_is_ids(third), _is_ids(fourth)))
    order = {"0.x": "inputs"}.get(calls.era) or (flow if flow else None)
    if order is None:
        return {}, "nothing shows which argument is the labels (0.x took inputs first, later versions labels)"
    if flow is not None and flow != order:
        return {}, f"the order of 0.x makes the third argument the {order}, but the dataflow shows the {flow}"
    names = fact.signature("0.x" if order == "inputs" else "1.x")
    return {index: names[index] for index in range(len(positional)) if index < len(names)}, None


def _is_ids(term: Term) -> bool:
    made, _ = origin(term)
    if made.kind is Kind.CLASS_IDS:
        return True
    dtype = made.arg("dtype")
    return made.op == "tf.placeholder" and dtype is not None and str(dtype.value).rpartition(".")[2].startswith("int")
