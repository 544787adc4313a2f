"""The log of raw values in a cross entropy, and raw values in a loss that takes probabilities."""

from collections.abc import Iterator

from tfce_migrate.binary import binaries
from tfce_migrate.check import Calls
from tfce_migrate.patterns import Log, forms, is_cross_entropy, labels_of, logs
from tfce_migrate.rule import Match, Step
from tfce_migrate.terms import Term
from tfce_migrate.trace import origin

RAW = (
    "+", "tf.matmul", "tf.nn.xw_plus_b", "tf.nn.bias_add", "tf.nn.relu", "tf.layers.dense",
    "tf.contrib.layers.fully_connected", "tf.keras.layers.dense", "tflearn.fully_connected",
)  # fmt: skip


def find(calls: Calls) -> Iterator[Match]:
    for log in logs(calls):
        if log.producer is not None or log.complement or not is_raw(log.inner, calls):
            continue
        for form in forms(log, calls):
            labels = labels_of(form)
            if not is_cross_entropy(form) or labels is None or calls.gradients.of(labels) is not False:
                continue
            at = form.top.made or log.term.made
            if at is not None:
                yield Match(at, "tf.log", _message(log), tuple(_steps(log)))
    yield from _binary(calls)
    yield from _losses(calls)


def _binary(calls: Calls) -> Iterator[Match]:
    for binary in binaries(calls):
        log = binary.positive
        if binary.labels is not None and binary.total.made is not None and is_raw(log.inner, calls):
            message = "the logs in this binary cross entropy are of raw values: the sigmoid was forgotten"
            yield Match(binary.total.made, "tf.log", message, tuple(_steps(log)))


def is_raw(term: Term, calls: Calls) -> bool:
    """Whether a term is surely a layer's raw output: a product with trained weights, perhaps rectified."""
    made, _ = origin(term)
    return made.op in RAW and calls.gradients.of(made) is True and (made.op != "+" or _is_affine(made))


def _is_affine(term: Term) -> bool:
    return any(origin(inner)[0].op in ("tf.matmul", "tf.nn.conv2d", "@") for inner in term.args.values())


def _message(log: Log) -> str:
    made, _ = origin(log.inner)
    if made.op == "tf.nn.relu":
        return "the log in this cross entropy is of rectified raw values, which are zero or no probabilities"
    return "the log in this cross entropy is of raw values: the softmax was forgotten, and one negative value gives nan"


def _steps(log: Log) -> Iterator[Step]:
    made, _ = origin(log.inner)
    if made.made is not None:
        yield Step(made.made, "the raw values are made here")
    if log.term.made is not None:
        yield Step(log.term.made, "their log is taken here")


def _losses(calls: Calls) -> Iterator[Match]:
    for call in calls.to_losses("probabilities"):
        predictions = call.term.args.get("predictions")
        if predictions is None or not is_raw(predictions, calls):
            continue
        made, _ = origin(predictions)
        because = (Step(made.made, "the raw values are made here"),) if made.made is not None else ()
        message = f"{call.raw.rpartition('.')[2]} takes probabilities, but these are raw values"
        yield Match(call.via[-1] if call.via else call.site, call.raw, message, because)
