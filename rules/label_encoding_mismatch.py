"""Class ids in a loss that takes one-hot rows, one-hot rows in a loss that takes class ids."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.order import LABEL_NAMES
from tfce_migrate.rule import Match, Step
from tfce_migrate.shapes import has_rows, is_float_placeholder, last_dimension, rank
from tfce_migrate.terms import Kind, Term
from tfce_migrate.trace import origin


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses("logits"):
        fact = call.symbol.fact
        labels = next((call.term.args[name] for name in LABEL_NAMES if name in call.term.args), None)
        if fact is None or labels is None or "softmax_loss_function" in call.term.args:
            continue
        logits = call.term.args.get("logits")
        name = call.raw.rpartition(".")[2]
        message = None
        if "distribution" in fact.takes.values() and _are_ids(labels, logits):
            message = f"{name} takes one row of classes per example, but these labels are class ids"
        elif "class_ids" in fact.takes.values() and _are_rows(labels, logits):
            message = f"{name} takes class ids, but these labels are one-hot rows"
        if message is not None:
            made, _ = origin(labels)
            because = (Step(made.made, "the labels are made here"),) if made.made is not None else ()
            yield Match(call.via[-1] if call.via else call.site, call.raw, message, because)


def _are_ids(labels: Term, logits: Term | None) -> bool:
    if labels.kind is Kind.CLASS_IDS:
        return True
    own, other = rank(labels), rank(logits) if logits is not None else None
    if other is None and own == 1 and labels.kind is Kind.UNKNOWN:
        return logits is not None and has_rows(logits)
    return own is not None and other is not None and own == other - 1


def _are_rows(labels: Term, logits: Term | None) -> bool:
    if labels.kind is Kind.ONE_HOT:
        return True
    own, other = rank(labels), rank(logits) if logits is not None else None
    if other is None and own == 2 and logits is not None and is_float_placeholder(labels):
        classes = last_dimension(labels)
        return classes is not None and classes == last_dimension(logits)
    return own is not None and own == other
