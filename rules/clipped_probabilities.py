"""Cross entropies by hand that guard their log with a clip or an epsilon."""

from collections.abc import Iterator

from tfce_migrate.binary import binaries
from tfce_migrate.check import Calls
from tfce_migrate.patterns import Log, call_at, forms, is_cross_entropy, logs
from tfce_migrate.rewrites import fused_sigmoid, log_sigmoids, log_softmax
from tfce_migrate.rule import Match, Step

CLIP = "clipping the probabilities stops the gradient where the prediction is worst"
EPSILON = "the epsilon inside the log changes the loss, most where the prediction is worst"


def find(calls: Calls) -> Iterator[Match]:
    paired: set[int] = set()
    for binary in binaries(calls):
        paired |= {id(binary.positive.term), id(binary.negative.term)}
        guard = binary.positive.guard or binary.negative.guard
        known = binary.positive.by_sigmoid and binary.negative.by_sigmoid
        if not guard or binary.total.made is None or not (known or binary.labels is not None):
            continue
        if binary.is_said_elsewhere(calls):
            continue
        change, why_not = fused_sigmoid(binary, calls) if binary.labels is not None else log_sigmoids(binary, calls)
        message, steps = _message(binary.positive, guard), _steps(binary.positive)
        yield Match(binary.total.made, "tf.log", message, steps, change, why_not)
    for log in logs(calls):
        if not log.sums_to_one or not log.guard or log.complement or id(log.term) in paired:
            continue
        form = next((form for form in forms(log, calls) if is_cross_entropy(form)), None)
        if form is None or form.top.made is None:
            continue
        change, why_not = log_softmax(log, call_at(calls, log.term.made))
        yield Match(form.top.made, "tf.log", _message(log, log.guard), _steps(log), change, why_not)


def _message(log: Log, guard: str) -> str:
    return f"a cross entropy by hand; {CLIP if guard == 'clip' else EPSILON}"


def _steps(log: Log) -> tuple[Step, ...]:
    if log.producer is None or log.producer.made is None:
        return ()
    return (Step(log.producer.made, "the probabilities are made here"),)
