"""A Keras loss that takes raw values and is given probabilities, or the other way round, or those of another kind."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.keras_losses import BINARY, COMPILE, WORDS, Taken, taken, takes_back
from tfce_migrate.rule import Match, Step
from tfce_migrate.shapes import last_dimension
from tfce_migrate.terms import UNKNOWN, Term, options
from tfce_migrate.trace import origin, raw_of

RAW = ("tf.keras.layers.dense", "tf.keras.layers.conv2d", "tflearn.fully_connected")
NO_PROBABILITIES = ("tf.nn.relu", "tf.tanh")
NEAR_PROBABILITIES = ("hard_sigmoid", "sparsemax", "log_softmax", "log_sigmoid", "exponential", "hard_softmax")
CHANGES = "; TF 2 computes another number here than TF 1 did"


def find(calls: Calls) -> Iterator[Match]:
    for one in taken(calls):
        made, steps = origin(one.output)
        if any(option.op == "unknown" for step in steps for option in options(step)):
            continue
        made = origin(made.value)[0] if made.op == "cut" else made
        changes = takes_back(one, made, legacy=calls.settings.keras == "legacy")
        what = _mistake(one, made, changes)
        if what is None:
            continue
        message = f"{one.name} {what[0]}{CHANGES if changes else ''}"
        because = [Step(made.made, f"{what[1]} here")] if made.made is not None else []
        held = one.call.keyword("self")
        if held is not None and one.call.term.op != COMPILE and held.term.made is not None:
            takes = "raw values" if one.from_logits else "probabilities"
            because.append(Step(held.term.made, f"the loss takes {takes}"))
        at = one.call.via[-1] if one.call.via else one.call.site
        if one.call.via:
            because.append(Step(one.call.site, "and meets the loss here"))
        yield Match(at, one.call.raw, message, tuple(because))


def _mistake(one: Taken, made: Term, changes: bool) -> tuple[str, str] | None:
    """What is wrong with what a loss is given, and what was made where; None if nothing is known to be."""
    word = WORDS.get(made.kind)
    if one.from_logits:
        if word is None:
            return None
        return f"takes raw values here, but these are probabilities: the {word} is applied twice", f"{word} is applied"
    if word is None:
        return _raw(made)
    if one.family == BINARY and word == "softmax":
        raw = raw_of(made)
        return _of_one_choice(last_dimension(raw) if raw is not None else None, changes)
    if one.family != BINARY and word == "sigmoid":
        return "takes the probabilities of one choice, but a sigmoid's do not sum to 1: " \
            "a softmax is missing, or binary_crossentropy is the loss", "sigmoid is applied"
    return None


def _of_one_choice(units: int | None, changes: bool) -> tuple[str, str] | None:
    """A softmax in a binary loss: right over two units, as long as it is not left out."""
    if units == 1 or (not changes and (units is None or units == 2)):
        return None
    loss = "is right for two classes only" if units is None or units == 2 else "is not their loss"
    return f"takes each class by itself, but these are probabilities of one choice, and it {loss}", "softmax is applied"


def _raw(made: Term) -> tuple[str, str] | None:
    if made.op in RAW:
        return "takes probabilities, but the last layer has no activation: from_logits=True is missing", \
            "the raw values are made"
    if made.op in NO_PROBABILITIES and origin(next(iter(made.args.values()), UNKNOWN))[0].op in RAW:
        return f"takes probabilities, but the last activation is {made.op.rpartition('.')[2]}", "it is applied"
    if made.op == "activation" and made.value not in NEAR_PROBABILITIES:
        return f"takes probabilities, but the last activation is {made.value!r}", "it is applied"
    return None
