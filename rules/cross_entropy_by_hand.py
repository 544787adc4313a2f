"""A softmax cross entropy written as a negative sum of labels times log."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.patterns import Form, forms, is_cross_entropy, logs
from tfce_migrate.rewrites import fused_softmax, log_softmax
from tfce_migrate.rule import Match, Step

MISSING_MINUS = "; the minus is missing, so the optimizer makes the loss larger"


def find(calls: Calls) -> Iterator[Match]:
    for log in logs(calls):
        if not log.sums_to_one or log.guard or log.complement:
            continue
        for form in forms(log, calls):
            if is_cross_entropy(form) and form.top.made is not None:
                yield _match(form, calls)
                break


def _match(form: Form, calls: Calls) -> Match:
    log = form.log
    call = calls.at(log.term.made)
    change, why_not = fused_softmax(form, call, calls)
    if change is None:
        change, why_not = log_softmax(log, call)
    underflows = "the softmax underflows" if log.by_softmax else "a probability is 0"
    message = f"a softmax cross entropy by hand: it gives inf and nan where {underflows}"
    if not form.minus:
        message += MISSING_MINUS
    because = [Step(log.producer.made, "the softmax is taken here")] if log.producer and log.producer.made else []
    if log.term.made is not None:
        because.append(Step(log.term.made, "its log is taken here"))
    at = form.top.made
    assert at is not None
    return Match(at, "tf.log", message, tuple(because), change, why_not)
