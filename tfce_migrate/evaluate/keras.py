"""Keras models and layers come in; their output, and what compile makes of it and a loss, go out as terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfce_migrate.evaluate import classes
from tfce_migrate.evaluate.frame import ClassInfo, Walk
from tfce_migrate.evaluate.library import Apply
from tfce_migrate.evaluate.objects import MODEL, MODELS, SEQUENTIAL, forgotten
from tfce_migrate.source import Site
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import UNKNOWN, Term, either, options

COMPILE = "tf.keras.Model.compile"
COMPILE_ORDER = ("optimizer", "loss", "metrics")
SUBCLASSED = (MODEL, "tf.keras.layers.Layer")
CALLED = "__call__"
TRAINING = frozenset({"fit", "fit_generator", "train_on_batch", "evaluate", "evaluate_generator", "test_on_batch"})
PREDICTING = frozenset({"predict", "predict_on_batch", "predict_generator", "predict_proba", "predict_classes"})
METHODS = TRAINING | PREDICTING
WRAPPERS = {"tf.keras.layers.TimeDistributed": "layer", "tf.keras.layers.Lambda": "function"}


def model(name: str, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None, apply: Apply) -> Term:
    """The term of `Sequential([...])` and `Model(inputs, outputs)`: what it holds is the model's output."""
    if name == MODEL:
        output = keywords.get("outputs", keywords.get("output", args[1] if len(args) > 1 else UNKNOWN))
        return _holding(MODEL, output, made)
    layers = keywords.get("layers", args[0] if args else None)
    output = UNKNOWN
    for layer in layers.args.values() if layers is not None and layers.op in ("list", "tuple") else ():
        output = apply(layer, [output], {}, layer.made)
    return _holding(SEQUENTIAL, output if layers is None or layers.op in ("list", "tuple") else UNKNOWN, made)


def used(walk: Walk, callee: Term) -> None:
    """Note that a model is called, or that one of its methods is; of a receiver that is not known, under None."""
    if callee.op in MODELS:
        walk.uses.setdefault(callee.made, set()).add(CALLED)
        return
    for option in options(callee.args["of"]):
        known = option.op in MODELS or _is_subclassed(option)
        walk.uses.setdefault(option.made if known else None, set()).add(callee.value)


def called(callee: Term, args: Sequence[Term], made: Site | None, apply: Apply) -> Term | None:
    """What calling a model, or a layer around another, gives; None if it is neither."""
    if callee.op in MODELS:
        return callee.args["output"]
    wrapped = callee.args.get(WRAPPERS.get(callee.op, ""))
    return apply(wrapped, args[:1], {}, made) if wrapped is not None else None


def changed(sequential: Term, layer: Term | None, apply: Apply) -> Term:
    """The Sequential after one more layer, or without its last one."""
    if layer is None:
        return forgotten(sequential)
    output = apply(layer, [sequential.args["output"]], {}, layer.made)
    return _holding(SEQUENTIAL, output, sequential.made)


def _holding(op: str, output: Term, made: Site | None) -> Term:
    return Term(op, {"output": output}, made=made, open=output.open)


def compiled(
    walk: Walk, base: Term, args: Sequence[Term], keywords: Mapping[str, Term], made: Site | None, apply: Apply
) -> Term | None:
    """The term of `model.compile(...)`; None if it is no model's, or no loss is named.

    Its output is what the model gives. A function as the loss is called with it, so that what stands inside is noted.
    """
    named = {**dict(zip(COMPILE_ORDER, args, strict=False)), **keywords}
    loss = named.get("loss")
    if loss is None or not (is_model(base) or (base.open and "loss" in keywords)):
        return None
    output = output_of(walk, base, apply)
    given = {"model": base, "loss": loss, "output": output}
    if loss.op in ("function", "bound", "instance"):
        for number, one in enumerate(output.args.values() if output.op == "list" else (output,)):
            given[f"value {number}"] = apply(loss, [Term("free", value="y_true"), one], {}, made)
    return Term(COMPILE, given, made=made, open=any(term.open for term in given.values()))


def is_model(term: Term) -> bool:
    """Whether a term is a Keras model, or one of several."""
    return any(option.op in MODELS or _is_subclassed(option) for option in options(term))


def output_of(walk: Walk, base: Term, apply: Apply) -> Term:
    """What calling a model gives, whatever it is called with."""
    results = []
    for option in options(base):
        if option.op in MODELS:
            results.append(option.args["output"])
        elif _is_subclassed(option):
            method = classes.attribute(walk, option, "call", option.made)
            known = method is not None and method.op == "bound"
            results.append(apply(method, [Term("unknown")], {}, option.made) if known and method else UNKNOWN)
        else:
            results.append(UNKNOWN)
    return either([((), result) for result in results])


def _is_subclassed(term: Term) -> bool:
    if term.op not in ("instance", "self") or not isinstance(term.value, ClassInfo):
        return False
    bases = (base for info in term.value.lineage() for base in info.bases)
    return any(base.op == "symbol" and resolve(base.value).name in SUBCLASSED for base in bases)
