"""A softmax or sigmoid output in a parameter that takes raw values."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.evaluate.frame import Arg
from tfce_migrate.order import read
from tfce_migrate.rule import Match, Replace, Step, Value
from tfce_migrate.source import Site
from tfce_migrate.terms import Kind, Term
from tfce_migrate.trace import origin, raw_of

KINDS = {Kind.PROBABILITIES: "softmax", Kind.SIGMOID: "sigmoid"}


def find(calls: Calls) -> Iterator[Match]:
    direct: set[Site] = set()
    for call in sorted(calls.to_losses("logits"), key=lambda call: len(call.via)):
        given = logits_of(call, calls)
        if given is None or given.term.kind not in KINDS or (call.via and call.site in direct):
            continue
        if not call.via:
            direct.add(call.site)
        made, steps = origin(given.term)
        if made.kind not in KINDS or made.made is None:
            continue
        word = KINDS[made.kind]
        name = call.raw.rpartition(".")[2]
        message = f"the logits of {name} are probabilities already: a {word} is applied twice"
        because = [Step(made.made, f"{word} makes probabilities here")]
        passed = [step for step in reversed(steps) if step.op != "either"]
        because += [Step(step.made, "they pass through here") for step in passed if step.made]
        if call.via:
            because.append(Step(call.site, f"and become the logits of {name} here"))
            at = call.via[-1]
            inside = "the loss stands inside the function that is called"
            yield Match(at, call.raw, message, tuple(because), why_not=inside)
            continue
        change, why_not = _change(call, given, made, steps)
        yield Match(call.site, call.raw, message, tuple(because), change, why_not)


def logits_of(call: Call, calls: Calls) -> Arg | None:
    """The argument that is read as the logits."""
    by_keyword = call.keyword("logits")
    if by_keyword is not None:
        return by_keyword
    reading = read(call, calls)
    if reading is None:
        return None
    positional = call.positional()
    for index, name in reading.keywords.items():
        if name == "logits":
            return positional[index]
    probable = [arg for arg in positional[:2] if arg.term.kind in KINDS and calls.gradients.of(arg.term)]
    return probable[0] if len(probable) == 1 and reading.why_not is not None else None


def _change(call: Call, given: Arg, made: Term, steps: tuple[Term, ...]) -> tuple[Replace | None, str | None]:
    raw = raw_of(made)
    if raw is None or str(made.value).startswith("by hand"):
        return None, "the raw values cannot be told apart from the rest of the expression"
    if any(step.op == "either" for step in steps):
        return None, "they come from one of several places, chosen at run time"
    if steps:
        return None, "the probabilities are reshaped or cast on their way; feed the raw values the same way"
    return Replace(given.site, Value(raw, made), call), None
