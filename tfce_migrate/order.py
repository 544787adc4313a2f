"""A positional loss call comes in; which argument is the logits, and what that rests on, goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.terms import Kind, Term, is_const
from tfce_migrate.trace import side

SENTINEL = (
    "tf.nn.softmax_cross_entropy_with_logits",
    "tf.nn.sparse_softmax_cross_entropy_with_logits",
    "tf.nn.sigmoid_cross_entropy_with_logits",
)
MIXED = (
    "the file has been migrated before (it spells tf.compat.v1), and nothing shows whether this call has: TF 2 takes "
    "labels first, 0.x took logits first"
)
RIGHT_FOR_TF2 = (
    "nothing shows which TensorFlow the file was written for: as it stands the call is right for TF 2, which takes "
    "labels first, and was swapped for 0.x; --from decides"
)
LABEL_NAMES = ("labels", "targets", "onehot_labels", "multi_class_labels")


@dataclass(frozen=True, slots=True)
class Reading:
    """The keyword of each positional argument by index, and which of them is to be dropped; why_not if unsure.

    shows_v1 says that no other function than the v1 one takes the call as it is written.
    """

    keywords: Mapping[int, str]
    drop: frozenset[int] = frozenset()
    why_not: str | None = None
    shows_v1: bool = False


def read(call: Call, calls: Calls) -> Reading | None:
    """How the positional arguments of a loss call are to be read; None when there are none to read."""
    positional = call.positional()
    if call.symbol.fact is None or all(arg.keyword is not None or arg.star for arg in call.args):
        return None
    if call.starred:
        return Reading({}, why_not="some of the arguments are hidden behind a star or in a partial")
    names, source = _signature(call, calls)
    if is_const(positional[0].term, None) and call.symbol.name in SENTINEL and len(positional) > 1:
        return Reading(_keywords(call, call.symbol.fact.signatures["1.x"]), frozenset({0}), None, True)
    if len(positional) == 1:
        return _single(call, names)
    shown = _shown(call, names, calls)
    first = _label_or_logits(names[0]) if names else None
    if calls.era == "mixed" and not call.symbol.api and set(call.symbol.fact.signatures) != {"1.x"}:
        return Reading({}, why_not=MIXED)
    if shown is None and first is None:
        return Reading({}, why_not=_silent(call))
    if shown == "labels" and not calls.era and not call.symbol.api and call.symbol.name in SENTINEL:
        return Reading({}, why_not=RIGHT_FOR_TF2)
    if first is not None and shown is not None and first != shown:
        return Reading({}, why_not=_contradiction(source, first))
    if first is None:
        names = _named_by_flow(call, shown)
    return Reading(_keywords(call, names), shows_v1=first is None and shown == "logits")


def _signature(call: Call, calls: Calls) -> tuple[tuple[str, ...], str]:
    """The parameters in the order that the API of the file's era gives them; empty where the era does not decide."""
    fact = call.symbol.fact
    assert fact is not None
    if set(fact.signatures) == {"1.x"}:
        return fact.signatures["1.x"], "the function's only signature"
    api = calls.source_api(call)
    if api == "v2":
        return fact.signature("2.x"), "the order of TF 2"
    if call.symbol.name in SENTINEL:
        if call.symbol.api == "v1" or api == "":
            return (), ""
        return fact.signatures["0.x"], "the order of 0.x, in which alone such a call ran,"
    if calls.era == "0.x":
        return fact.signatures["0.x"], "the order of 0.x"
    shown = _shown(call, fact.signatures["1.x"], calls)
    if calls.since_1_0 and shown is not None:
        return fact.signatures["1.x"], "the order since 1.0"
    if shown is not None and shown == _label_or_logits(fact.signatures["1.x"][0]):
        return fact.signatures["1.x"], "the order since 1.0"
    return ("?",), ""


def _single(call: Call, names: tuple[str, ...]) -> Reading | None:
    """One positional argument with the rest by keyword: the keywords say which one it is."""
    given = {arg.keyword for arg in call.args if arg.keyword}
    if "logits" in given and not given & set(LABEL_NAMES):
        return Reading({0: _label_keyword(call)})
    if given & set(LABEL_NAMES) and "logits" not in given:
        return Reading({0: "logits"})
    return Reading({}, why_not="the other argument of the loss is not in the call")


def _label_keyword(call: Call) -> str:
    fact = call.symbol.fact
    assert fact is not None
    return next(name for name in fact.takes if name != "logits")


def _keywords(call: Call, names: tuple[str, ...]) -> dict[int, str]:
    renamed = call.symbol.fact.renamed if call.symbol.fact is not None else {}
    found = {}
    for index, _ in enumerate(call.positional()):
        if index < len(names):
            found[index] = renamed.get(names[index], names[index])
    return found


def _named_by_flow(call: Call, shown: str | None) -> tuple[str, ...]:
    fact = call.symbol.fact
    assert fact is not None
    rest = fact.signature("0.x")[2:]
    pair = ("logits", _label_keyword(call))
    return (*(pair if shown == "logits" else pair[::-1]), *rest)


def _label_or_logits(name: str) -> str | None:
    if name in ("logits", "predictions"):
        return "logits"
    return "labels" if name in LABEL_NAMES else None


def _shown(call: Call, names: tuple[str, ...], calls: Calls) -> str | None:
    """What the dataflow says the first of the two arguments is."""
    if len(call.positional()) < 2:
        return None
    first, second = (arg.term for arg in call.positional()[:2])
    left, right = side_in(first, call, calls), side_in(second, call, calls)
    if left is not None and right is not None:
        return left if left != right else None
    if left is not None:
        return left
    return {"labels": "logits", "logits": "labels"}.get(right or "")


def side_in(term: Term, call: Call, calls: Calls) -> str | None:
    """The side of a term; integers are class ids, so that they are labels wherever they come from."""
    found = side(term, calls.gradients)
    if found is None and term.kind is Kind.PROBABILITIES:
        return "logits"
    return found


def _silent(call: Call) -> str:
    if call.symbol.api == "v1":
        return "tf.compat.v1 raised for such a call up to 2.9 and takes labels first since 2.12; the dataflow is silent"
    return (
        "neither the file's TensorFlow version nor the dataflow shows which argument is the logits "
        "(0.x took logits first, TF 2 takes labels first); --from 0.x would decide it"
    )


def _contradiction(source: str, first: str) -> str:
    other = "labels" if first == "logits" else "logits"
    return f"{source} makes the first argument the {first}, but the dataflow shows it to be the {other}"
