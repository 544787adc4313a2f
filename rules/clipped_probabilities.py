"""Cross entropies by hand that guard their log with a clip or an epsilon."""

from collections.abc import Iterator

from tfce_migrate.binary import IN_ONE_LOG, binaries, mixtures
from tfce_migrate.check import Calls
from tfce_migrate.patterns import call_at, forms, is_cross_entropy, logs
from tfce_migrate.rewrites import fused_sigmoid, log_sigmoids, log_softmax
from tfce_migrate.rule import Match, Step
from tfce_migrate.terms import Term

CLIP = "clipping the probabilities stops the gradient where the prediction is worst"
EPSILON = "the epsilon inside the log changes the loss, most where the prediction is worst"
ADDED = "what guards the log changes the loss, most where the prediction is worst"
WORDS = {"clip": CLIP, "epsilon": EPSILON, "unknown": ADDED}
WHY_NOT = "the value of the guard cannot be seen from here"


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
        if "unknown" in (binary.positive.guard, binary.negative.guard):
            guard, change, why_not = "unknown", None, WHY_NOT
        message, steps = _message(guard), _steps(binary.positive.producer)
        yield Match(binary.total.made, "tf.log", message, steps, change, why_not)
    for log in logs(calls):
        if not log.sums_to_one or not log.guard or log.complement or id(log.term) in paired:
            continue
        form = next((form for form in forms(log, calls) if is_cross_entropy(form)), None)
        if form is None or form.top.made is None:
            continue
        change, why_not = (None, WHY_NOT) if log.guard == "unknown" else log_softmax(log, call_at(calls, log.term.made))
        yield Match(form.top.made, "tf.log", _message(log.guard), _steps(log.producer), change, why_not)
    for mixture in mixtures(calls):
        if mixture.log.guard and mixture.log.term.made is not None:
            steps = _steps(mixture.producer)
            yield Match(mixture.log.term.made, "tf.log", _message(mixture.log.guard), steps, why_not=IN_ONE_LOG)


def _message(guard: str) -> str:
    return f"a cross entropy by hand; {WORDS[guard]}"


def _steps(producer: Term | None) -> tuple[Step, ...]:
    if producer is None or producer.made is None:
        return ()
    return (Step(producer.made, "the probabilities are made here"),)
