"""A cross entropy by hand comes in; the change to a stable form goes out, or the reason why there is none."""

from __future__ import annotations

from tfce_migrate.binary import Binary
from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.patterns import MEANS, SUMS, Form, Log, encloses, labels_of
from tfce_migrate.rows import sum_to_one
from tfce_migrate.rule import Keep, Minus, New, Part, Replace, Swap, Text, Value
from tfce_migrate.shapes import rank
from tfce_migrate.source import CalledSite
from tfce_migrate.terms import Term, is_const, number
from tfce_migrate.trace import origin

Outcome = tuple[Replace | None, str | None]
FUSED = "tf.nn.softmax_cross_entropy_with_logits"
ELSEWHERE = "the log is taken in another function, which does not know the raw values"
BY_HAND = "the softmax is written by hand over an axis that cannot be told from here"
NORMALISED = "the probabilities are values divided by their sum, and no raw values are known"
NAMED = "an op inside the expression has a name in the graph, which the fused loss would lose"
RESHAPED = "the probabilities are reshaped or cast before the log; take the log of the raw values the same way"
SEVERAL = "the probabilities come from one of several places, chosen at run time"


def log_softmax(log: Log, call: Call | None) -> Outcome:
    """`tf.log(p)` becomes `tf.nn.log_softmax(raw)`, which is the same whatever the labels are."""
    producer, raw = log.producer, log.raw
    if log.normalised:
        return None, NORMALISED
    if call is None or producer is None or raw is None or isinstance(log.term.made, CalledSite):
        return None, ELSEWHERE
    if log.inner is not producer:
        return None, _on_the_way(log)
    args: list[tuple[str | None, Part]] = [(None, Value(raw, producer))]
    axis = producer.args.get("axis")
    by_hand = str(producer.value).startswith("by hand")
    if by_hand and (producer.value != "by hand" or not is_last_axis(axis, raw)):
        return None, BY_HAND
    if axis is not None and not by_hand and not is_const(axis, -1):
        value = number(axis)
        if value is None or value != int(value):
            return None, "the softmax runs over an axis that is computed"
        args.append(("axis", Text(str(int(value)))))
    args += [("name", Keep(arg.site)) for arg in call.args[1:]]
    return Replace(call.site, New("tf.nn.log_softmax", tuple(args)), call), None


def _on_the_way(log: Log) -> str:
    _, steps = origin(log.inner)
    return SEVERAL if any(step.op == "either" for step in steps) else RESHAPED


def is_last_axis(axis: Term | None, raw: Term) -> bool:
    """Whether an axis, spelled `1`, `[1]` or `-1`, is the last one of the raw values; False where it is not known."""
    if axis is not None and axis.op in ("list", "tuple") and len(axis.args) == 1:
        axis = axis.args["0"]
    value = number(axis)
    if value == -1:
        return True
    dimensions = rank(raw)
    return value is not None and dimensions is not None and value == dimensions - 1


def fused_softmax(form: Form, call: Call | None, calls: Calls) -> Outcome:
    """The whole sum becomes the fused loss, where the labels are sure to be rows that sum to one."""
    log, labels = form.log, labels_of(form)
    raw = log.raw
    if call is None or raw is None or labels is None or len(form.factors) != 1 or form.gathered or not form.minus:
        return None, ELSEWHERE
    if log.producer is None or log.inner is not log.producer or str(log.producer.value).startswith("by hand"):
        return None, RESHAPED
    sums = form.reductions[:1]
    if not sums or sums[0].op not in SUMS or not sum_to_one(labels):
        return None, "the labels are not known to be rows that sum to one"
    if calls.gradients.of(labels) is not False:
        return None, "a gradient may flow into the labels, and the fused losses treat it in two ways"
    if names_within(calls, form.top):
        return None, NAMED
    if log.producer.args.get("axis") is not None or sums[0].arg("keepdims") is not None:
        return None, "the softmax or the sum runs over an axis of its own"
    axis = sums[0].arg("axis")
    if not is_last_axis(axis, raw):
        return None, "the sum does not run over the class axis alone"
    fused = New(FUSED, (("labels", Value(labels)), ("logits", Value(raw, log.producer))))
    return _in_place(form, sums[0], fused, call)


def names_within(calls: Calls, term: Term) -> bool:
    """Whether an op inside an expression was given a name in the graph, which a rewrite would lose."""
    return any(
        not call.via and call.keyword("name") is not None and encloses(term, call.term) for call in calls.module.calls
    )


def _in_place(form: Form, total: Term, fused: New, call: Call) -> Outcome:
    """Put the fused loss where the sum stands, taking away the one minus that it has built in."""
    if len(form.negatives) != 1 or total.made is None:
        return None, "several minus signs stand around the sum"
    minus = form.negatives[0]
    if minus.op != "neg" or minus.made is None:
        return None, "the minus is written as a product"
    operand = minus.args["0"]
    if operand is total:
        return Replace(minus.made, fused, call), None
    if encloses(total, minus):
        return Replace(total.made, fused, call), None
    if operand.made is not None and operand.op in MEANS + SUMS:
        return Replace(minus.made, Swap(operand.made, ((total.made, fused),)), call), None
    return None, "the minus stands away from the sum"


def fused_sigmoid(binary: Binary, calls: Calls) -> Outcome:
    """`y * log(p) + (1 - y) * log(1 - p)` becomes the fused loss, which has the minus built in."""
    total, log = binary.total, binary.positive
    raw, labels = log.raw, binary.labels
    call = calls.within(total.made)
    if any(_is_sum(term) for term in total.args.values()):
        return None, "the two halves are summed up apart"
    if call is None or raw is None or labels is None or total.made is None or log.producer is None:
        return None, ELSEWHERE
    if log.inner is not log.producer or binary.negative.inner is not log.producer:
        return None, _on_the_way(log)
    if names_within(calls, total):
        return None, NAMED
    parts = (("labels", Value(labels)), ("logits", Value(raw, log.producer)))
    fused = New("tf.nn.sigmoid_cross_entropy_with_logits", parts)
    if binary.negated:
        return Replace(total.made, fused, call), None
    parents = calls.parents(total)
    if len(parents) != 1:
        return Replace(total.made, Minus(fused), call), None
    parent = parents[0]
    if parent.op == "neg" and parent.made is not None and encloses(parent, total):
        return Replace(parent.made, fused, call), None
    if parent.op in MEANS + SUMS and parent.made is not None and encloses(parent, total):
        above = calls.parents(parent)
        if len(above) == 1 and above[0].op == "neg" and above[0].made is not None and encloses(above[0], parent):
            return Replace(above[0].made, Swap(parent.made, ((total.made, fused),)), call), None
    return Replace(total.made, Minus(fused), call), None


def _is_sum(term: Term) -> bool:
    return term.op in SUMS + MEANS or (term.op == "neg" and _is_sum(term.args["0"]))


def log_sigmoids(binary: Binary, calls: Calls) -> Outcome:
    """The halves without labels: log(p) becomes log_sigmoid(raw), log(1 - q) becomes log_sigmoid(-raw)."""
    call = calls.within(binary.total.made)
    if call is None or binary.total.made is None:
        return None, ELSEWHERE
    swaps = []
    for log in (binary.positive, binary.negative):
        raw = log.raw
        if raw is None or log.term.made is None or not encloses(binary.total, log.term):
            return None, ELSEWHERE
        if log.inner is not log.producer:
            return None, _on_the_way(log)
        part: Part = Value(raw, log.producer)
        swaps.append((log.term.made, New("tf.math.log_sigmoid", ((None, Minus(part) if log.complement else part),))))
    return Replace(binary.total.made, Swap(binary.total.made, tuple(swaps)), call), None
