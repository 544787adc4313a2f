"""tf.log of a softmax, outside of a cross entropy."""

from collections.abc import Iterator

from tfce_migrate.binary import binaries
from tfce_migrate.check import Calls
from tfce_migrate.patterns import Log, forms, is_cross_entropy, logs
from tfce_migrate.rewrites import log_softmax
from tfce_migrate.rule import Match, Step


def find(calls: Calls) -> Iterator[Match]:
    halves = {id(log.term) for binary in binaries(calls) for log in (binary.positive, binary.negative)}
    for log in logs(calls):
        if not log.by_softmax or log.guard or log.complement or id(log.term) in halves or log.term.made is None:
            continue
        if log.producer is not None and log.producer is not log.inner and log.inner.op != "item":
            continue
        if any(is_cross_entropy(form) for form in forms(log, calls)) or not _is_direct(log):
            continue
        call = calls.at(log.term.made)
        change, why_not = log_softmax(log, call)
        producer = log.producer
        because = (Step(producer.made, "the softmax is taken here"),) if producer and producer.made else ()
        message = "the log of a softmax overflows where log_softmax does not"
        yield Match(log.term.made, "tf.log", message, because, change, why_not)


def _is_direct(log: Log) -> bool:
    """The whole distribution, not some of its elements picked before the log."""
    return log.inner is log.producer
