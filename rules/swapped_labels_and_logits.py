"""labels= that hold the network's output while logits= hold the labels."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.extent import extent
from tfce_migrate.order import LABEL_NAMES
from tfce_migrate.rule import Match, Step
from tfce_migrate.terms import Kind, Term
from tfce_migrate.trace import origin, side

SPARSE = ("sparse_softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy")
FILLED = ("tf.ones_like", "tf.zeros_like")


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses():
        labels, logits = _pair(call)
        if labels is None or logits is None:
            continue
        name = call.raw.rpartition(".")[2]
        if _swapped(labels, logits, calls):
            message = f"the labels of {name} hold the network's output, and its logits hold the labels"
        elif name not in SPARSE and _out_of_range(labels, logits):
            message = f"the labels of {name} lie outside 0 and 1, and its logits within: they are swapped"
        else:
            continue
        because = [Step(t.made, word) for t, word in _reasons(labels, logits) if t.made is not None]
        yield Match(call.via[-1] if call.via else call.site, call.raw, message, tuple(because))


def _pair(call: Call) -> tuple[Term | None, Term | None]:
    """Labels and logits as the API takes them, where that is certain."""
    keyword = call.keyword(*LABEL_NAMES)
    logits = call.keyword("logits", "predictions")
    if keyword is not None and logits is not None:
        return keyword.term, logits.term
    certain = call.symbol.name.startswith(("tf.losses.", "tf.contrib.losses.")) and not call.starred
    if not certain:
        return None, None
    bound = call.term.args
    labels = next((bound[name] for name in LABEL_NAMES if name in bound), None)
    return labels, bound.get("logits", bound.get("predictions"))


def _swapped(labels: Term, logits: Term, calls: Calls) -> bool:
    made, _ = origin(logits)
    if made.op in FILLED and made.arg("tensor", "0", "input") is labels:
        return True
    labels = _started(labels)
    if side(labels, calls.gradients) != "logits" or side(logits, calls.gradients) != "labels":
        return False
    plain = made.op in ("tf.placeholder", *FILLED) or made.kind in (Kind.ONE_HOT, Kind.CLASS_IDS)
    return plain and origin(labels)[0].kind is not Kind.PROBABILITIES


def _out_of_range(labels: Term, logits: Term) -> bool:
    """Whether constants can be no labels, and those given as logits can."""
    one, other = extent(labels), extent(logits)
    if one is None or other is None:
        return False
    return (one[0] < 0 or one[1] > 1) and other[0] >= 0 and other[1] <= 1


def _started(term: Term) -> Term:
    """A value as it was before its gradient was stopped."""
    while term.op == "tf.stop_gradient" and "input" in term.args:
        term = term.args["input"]
    return term


def _reasons(labels: Term, logits: Term) -> tuple[tuple[Term, str], ...]:
    return (
        (origin(labels)[0], "what is given as labels is made here"),
        (origin(logits)[0], "what is given as logits is made here"),
    )


