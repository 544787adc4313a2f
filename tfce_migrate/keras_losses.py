"""A call of a Keras loss or of compile comes in; what it takes, and what the model gives it, goes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.evaluate.keras import TRAINING
from tfce_migrate.evaluate.relevance import GROUPS
from tfce_migrate.symbols import is_library, resolve
from tfce_migrate.terms import Kind, Term, options

CATEGORICAL, SPARSE, BINARY = "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"
FAMILIES = (CATEGORICAL, SPARSE, BINARY)
SPELLED = {name: name for name in FAMILIES} | {
    "CategoricalCrossentropy": CATEGORICAL,
    "SparseCategoricalCrossentropy": SPARSE,
    "BinaryCrossentropy": BINARY,
}
COMPILE = "tf.keras.Model.compile"
REGRESSION, OBJECTIVES = "tflearn.regression", "tflearn.objectives."
TFLEARN = {
    "softmax_categorical_crossentropy": (CATEGORICAL, True),
    "categorical_crossentropy": (CATEGORICAL, False),
    "binary_crossentropy": (BINARY, True),
    "weighted_crossentropy": (BINARY, True),
}
TENSORLAYER = {
    "tensorlayer.cost.cross_entropy": (SPARSE, True),
    "tensorlayer.cost.sigmoid_cross_entropy": (BINARY, True),
    "tensorlayer.cost.binary_cross_entropy": (BINARY, False),
    "tensorlayer.cost.cross_entropy_seq": (SPARSE, True),
    "tensorlayer.cost.cross_entropy_seq_with_mask": (SPARSE, True),
}
WORDS = {Kind.PROBABILITIES: "softmax", Kind.SIGMOID: "sigmoid"}
BACKEND = "tf.keras.backend."
GIVEN = {COMPILE: "output", REGRESSION: "incoming"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One loss and what it is given: name is how it is written, from_logits whether it takes raw values."""

    call: Call
    name: str
    family: str
    from_logits: bool
    output: Term


def taken(calls: Calls) -> Iterator[Taken]:
    """Every cross entropy of Keras or tflearn of which it is known what it takes and what it is given."""
    for call in calls.to_losses("keras"):
        output = call.term.args.get(GIVEN.get(call.symbol.name, "y_pred"))
        if output is None or _is_left_alone(calls, call):
            continue
        for name, (family, from_logits), given in _losses(call, output):
            yield Taken(call, name, family, from_logits, given)


def takes_back(one: Taken, made: Term, *, legacy: bool) -> bool:
    """Whether Keras takes back the raw values behind an activation of its own where Keras of TF 1 did not.

    made is what the loss is given. The losses of keras.backend do so with legacy Keras only (measured under 2.21.0).
    """
    name = one.call.symbol.name
    kept = made.kind in WORDS and (made.value == "activation" or made.op.startswith(BACKEND))
    return kept and name.startswith("tf.keras.") and (legacy or not name.startswith(BACKEND))


def _is_left_alone(calls: Calls, call: Call) -> bool:
    """Whether a compiled model is seen to serve as a layer or to predict, and never to be trained: no loss is computed.

    With one that a function returns or that is handed to another nobody can tell, nor where a model is trained of which
    it is not known which.
    """
    uses = calls.module.top.walk.uses
    if call.symbol.name != COMPILE or call.via or not uses or uses.get(None, set()) & TRAINING:
        return False
    models = [option for option in options(call.term.args["model"]) if option.made is not None]
    seen = [uses.get(model.made, set()) for model in models]
    if not any(seen) or any(one & TRAINING for one in seen):
        return False
    made = {model.made for model in models}
    back = (inner.made for _, term in call.frame.returns for inner in _held(term))
    handed = (parent for model in models for parent in calls.parents(model))
    return not any(site in made for site in back) and not any(_is_stranger(parent) for parent in handed)


def _held(term: Term) -> Iterator[Term]:
    """A term and what it holds, as tuples and the like do."""
    yield term
    for inner in term.args.values() if term.op in GROUPS else ():
        yield from _held(inner)


def _is_stranger(parent: Term) -> bool:
    """Whether a term is a call of something unknown that is given a model, and that may train it."""
    if parent.op == "call":
        return bool(parent.args["callee"].value != "add")
    return "." in parent.op and not is_library(parent.op) and not parent.op.startswith("builtins.")


def _losses(call: Call, output: Term) -> Iterator[tuple[str, tuple[str, bool], Term]]:
    if call.symbol.name == COMPILE:
        for found, given in _pairs(call.term.args["loss"], output):
            yield found[0], found, given
        return
    name = call.raw.rpartition(".")[2]
    if call.symbol.name == REGRESSION:
        loss = call.term.args.get("loss")
        name = CATEGORICAL if loss is None else str(loss.value) if loss.op == "const" else ""
        one = TFLEARN.get(name)
    elif call.symbol.name.startswith(OBJECTIVES):
        one = TFLEARN.get(name)
    elif call.symbol.name in TENSORLAYER:
        one = TENSORLAYER[call.symbol.name]
    else:
        one = _of_function(call.symbol.name, call.term.args.get("from_logits"))
    if one is not None:
        yield name, one, output


def _pairs(loss: Term, output: Term) -> Iterator[tuple[tuple[str, bool], Term]]:
    """Each loss of compile with the output that it is for: lists go with one another, a dict goes by name."""
    outputs = list(output.args.values()) if output.op in ("list", "tuple", "dict") else [output]
    if loss.op == "dict" and (len(loss.args) > 1 or len(outputs) > 1):
        pairs = _by_name(loss, output)
    else:
        losses = list(loss.args.values()) if loss.op in ("list", "tuple", "dict") else [loss] * len(outputs)
        pairs = list(zip(losses, outputs, strict=False)) if len(losses) == len(outputs) else []
    for one, given in pairs:
        found = _of_loss(one)
        if found is not None:
            yield found, given


def _by_name(losses: Term, output: Term) -> list[tuple[Term, Term]]:
    """Losses with the outputs of their names: keys of a dict, or what the last layers are called."""
    if output.op == "dict":
        named = dict(output.args)
    else:
        outputs = list(output.args.values()) if output.op in ("list", "tuple") else [output]
        names = [one.args.get("name") for one in outputs]
        said = [repr(name.value) if name is not None and name.op == "const" else "" for name in names]
        named = {name: one for name, one in zip(said, outputs, strict=True) if name and said.count(name) == 1}
    return [(loss, named[name]) for name, loss in losses.args.items() if name in named]


def _of_loss(loss: Term) -> tuple[str, bool] | None:
    """The family of a loss given by name, function or object, and whether it takes raw values."""
    if loss.op == "const":
        family = SPELLED.get(loss.value) if isinstance(loss.value, str) else None
        return (family, False) if family is not None else None
    if loss.op == "symbol":
        return _of_function(resolve(loss.value).name, None)
    if loss.op == "partial":
        callee = loss.args["callee"]
        name = resolve(callee.value).name if callee.op == "symbol" else ""
        return _of_function(name, loss.args.get("from_logits"))
    fact = resolve(loss.op).fact if "." in loss.op else None
    return _of_function(fact.layer, loss.args.get("from_logits")) if fact is not None and fact.layer else None


def _of_function(name: str, from_logits: Term | None) -> tuple[str, bool] | None:
    fact = resolve(name).fact
    family = name.rpartition(".")[2]
    if fact is None or "keras" not in fact.takes.values() or family not in FAMILIES:
        return None
    if from_logits is None:
        return family, False
    known = from_logits.op == "const" and isinstance(from_logits.value, bool)
    return (family, from_logits.value) if known else None
