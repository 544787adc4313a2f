"""y * log(p) + (1 - y) * log(1 - p), and its halves in a GAN."""

from collections.abc import Iterator

from tfce_migrate.binary import IN_ONE_LOG, binaries, mixtures
from tfce_migrate.check import Calls
from tfce_migrate.rewrites import fused_sigmoid, log_sigmoids
from tfce_migrate.rule import Match, Step

PLAIN = "a binary cross entropy by hand: it gives inf and nan where the sigmoid saturates"
SOFTMAX = "the binary formula over a softmax: each class is counted as a question of its own, which the softmax is not"
UNKNOWN = "a binary cross entropy by hand, of probabilities that are made elsewhere"


def find(calls: Calls) -> Iterator[Match]:
    for binary in binaries(calls):
        positive, negative = binary.positive, binary.negative
        if positive.guard or negative.guard or binary.total.made is None:
            continue
        because = tuple(Step(log.producer.made, "the probabilities are made here") for log in (positive, negative)[:1]
                        if log.producer is not None and log.producer.made is not None)  # fmt: skip
        if positive.by_softmax or negative.by_softmax:
            if binary.labels is not None:
                yield Match(binary.total.made, "tf.log", SOFTMAX, because, severity="error")
        elif binary.is_said_elsewhere(calls):
            continue
        elif positive.by_sigmoid and negative.by_sigmoid:
            change, why_not = fused_sigmoid(binary, calls) if binary.labels is not None else log_sigmoids(binary, calls)
            yield Match(binary.total.made, "tf.log", PLAIN, because, change, why_not)
        elif binary.labels is not None and calls.gradients.of(positive.inner) is None:
            why = "where the probabilities are made cannot be seen from here"
            yield Match(binary.total.made, "tf.log", UNKNOWN, because, why_not=why)
    for mixture in mixtures(calls):
        if not mixture.log.guard and mixture.log.term.made is not None:
            because = (Step(mixture.producer.made, "the probabilities are made here"),) if mixture.producer.made else ()
            yield Match(mixture.log.term.made, "tf.log", PLAIN, because, why_not=IN_ONE_LOG)


