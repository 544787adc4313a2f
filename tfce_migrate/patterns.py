"""Terms come in; the cross entropies that are written by hand in them go out, with their parts named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call
from tfce_migrate.evaluate.idioms import is_small
from tfce_migrate.source import Site
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Kind, Term, number, same
from tfce_migrate.trace import origin, raw_of, walk

LOGS = ("tf.log", "tf.keras.backend.log")
SUMS = ("tf.reduce_sum", "tf.keras.backend.sum")
MEANS = ("tf.reduce_mean", "tf.keras.backend.mean")
GATHERS = ("tf.gather_nd", "tf.gather")
LIMIT_CLIMB = 12


@dataclass(frozen=True, slots=True)
class Log:
    """One log in a statement: of which probabilities, guarded how, of the complement 1 - p or of p itself.

    guard is "", "clip", "epsilon", or "unknown" where a value is added that cannot be seen.

    producer is the softmax or sigmoid that made the probabilities, None where that is not known; normalised says that
    they are values divided by their sum.
    """

    term: Term
    inner: Term
    guard: str
    complement: bool
    producer: Term | None
    normalised: bool = False

    @property
    def raw(self) -> Term | None:
        """The raw values, of which the probabilities are the softmax or sigmoid."""
        return raw_of(self.producer) if self.producer is not None else None

    @property
    def by_softmax(self) -> bool:
        """Whether the probabilities are a softmax's."""
        return self.producer is not None and self.producer.kind is Kind.PROBABILITIES

    @property
    def sums_to_one(self) -> bool:
        """Whether the probabilities are those of one choice: a softmax's, or normalised."""
        return self.by_softmax or self.normalised

    @property
    def by_sigmoid(self) -> bool:
        """Whether the probabilities are a sigmoid's."""
        return self.producer is not None and self.producer.kind is Kind.SIGMOID


@dataclass(frozen=True, slots=True)
class Form:
    """What a log is part of.

    factors multiply it; reductions stand around the product, innermost first; negatives are the minus signs met,
    outermost last; top is the outermost term that is written around the innermost reduction; scale is what multiplies
    the whole, if anything does. minimized says that an optimizer takes the value.
    """

    log: Log
    factors: tuple[Term, ...]
    product: Term
    reductions: tuple[Term, ...]
    negatives: tuple[Term, ...]
    top: Term
    scale: Term | None
    minimized: bool
    gathered: bool

    @property
    def minus(self) -> bool:
        """Whether the signs met come to a minus."""
        return len(self.negatives) % 2 == 1


def logs(calls: Calls) -> Iterator[Log]:
    """Every log term of the file's statements, once."""
    if not may_log(calls):
        return
    for term in calls.terms(*LOGS):
        found = read_log(term)
        if found is not None:
            yield found


def may_log(calls: Calls) -> bool:
    """Whether a log can be among the file's terms: the file takes one, or calls functions of its neighbours."""
    if any(call.symbol.name in LOGS for call in calls.module.calls):
        return True
    return calls.module.knows_neighbours and "cross" in calls.source.text.lower()


def read_log(term: Term) -> Log | None:
    """The parts of a log term."""
    argument = term.arg("x")
    if argument is None:
        return None
    inner, guard, complement = argument, "", False
    for _ in range(LIMIT_CLIMB):
        stripped = _unguarded(inner)
        if stripped is not None:
            guard, inner = (guard if guard == "unknown" else stripped[0]), stripped[1]
            continue
        opposite = _complement(inner)
        if opposite is None:
            break
        inner, small = opposite
        guard = guard or small
        complement = not complement
    made, _ = origin(inner)
    known = made.kind in (Kind.PROBABILITIES, Kind.SIGMOID) and raw_of(made) is not None
    return Log(term, inner, guard, complement, made if known else None, _is_normalised(made))


def _is_normalised(term: Term) -> bool:
    """Whether values are divided by their own sum."""
    total = term.args["1"] if term.op == "/" else None
    summed = total.arg("input_tensor") if total is not None and total.op in SUMS else None
    return summed is not None and same(summed, term.args["0"])


def _unguarded(term: Term) -> tuple[str, Term] | None:
    if term.op in ("tf.clip_by_value", "tf.keras.backend.clip"):
        inner = term.arg("t", "x")
        return ("clip", inner) if inner is not None else None
    if term.op in ("tf.maximum", "tf.minimum"):
        left, right = term.arg("x"), term.arg("y")
    elif term.op == "+":
        left, right = term.args["0"], term.args["1"]
    else:
        return None
    for one, other in ((left, right), (right, left)) if left is not None and right is not None else ():
        if is_small(one) if term.op == "+" else number(one) is not None:
            return "epsilon" if term.op == "+" else "clip", other
        if _may_be_a_number(one) and _is_probable(other):
            return "unknown", other
    return None


def _may_be_a_number(term: Term) -> bool:
    """Whether a term is a setting whose value cannot be seen: a parameter, an attribute, a flag, a constant of one."""
    held = term.arg("value") if term.op == "tf.constant" else term
    held = held.arg("x") if held is not None and held.op == "tf.cast" else held
    setting = held is not None and (held.op in ("param", "attr", "free") or (held.op == "symbol" and "." in held.value))
    return setting and term.kind is Kind.UNKNOWN


def _is_probable(term: Term) -> bool:
    opposite_of = _complement(term)
    made, _ = origin(opposite_of[0] if opposite_of is not None else term)
    return made.kind in (Kind.PROBABILITIES, Kind.SIGMOID)


def _complement(term: Term) -> tuple[Term, str] | None:
    """The p of `1 - p`, also of `1 + eps - p`; with "epsilon" when a small number stands beside the 1."""
    if term.op != "-":
        return None
    left = term.args["0"]
    one = left.arg("value") if left.op == "tf.constant" else left
    if number(one) == 1 or left.op == "tf.ones_like":
        return term.args["1"], ""
    value = number(left)
    if value is not None and 1 < value < 1.01:
        return term.args["1"], "epsilon"
    return None


def opposite(left: Term, right: Term) -> bool:
    """Whether one term is one minus the other."""
    for one, other in ((left, right), (right, left)):
        found = _complement(one)
        if found is not None and (same(found[0], other) or same(origin(found[0])[0], origin(other)[0])):
            return True
    return False


def forms(log: Log, calls: Calls) -> Iterator[Form]:
    """The chains of products, signs and reductions around a log, one for each way up."""
    yield from _climb(log, log.term, calls, Form(log, (), log.term, (), (), log.term, None, False, False), 0)


def _climb(log: Log, term: Term, calls: Calls, form: Form, depth: int) -> Iterator[Form]:
    parents = calls.parents(term) if depth < LIMIT_CLIMB else []
    went = False
    for parent in parents:
        grown = _grow(form, term, parent)
        if grown is not None:
            went = True
            yield from _climb(log, parent, calls, grown, depth + 1)
    if not went:
        yield form


def _grow(form: Form, term: Term, parent: Term) -> Form | None:
    """The form one step up; None where the step leads out of a loss."""
    reduced = form.reductions
    if parent.op == "neg" or _is_minus_one(parent, term):
        return _with(form, parent, negatives=(*form.negatives, parent), product=None if reduced else parent)
    if parent.op == "-" and not reduced and parent.args["1"] is term and number(parent.args["0"]) == 0:
        return _with(form, parent, negatives=(*form.negatives, parent), product=parent)
    if parent.op == "*":
        other = parent.args["1"] if parent.args["0"] is term else parent.args["0"]
        if reduced:
            return _with(form, form.top, scale=form.scale if number(other) is not None else other)
        negatives = form.negatives
        if other.op == "neg":
            other, negatives = other.args["0"], (*negatives, other)
        return _with(form, parent, factors=(*form.factors, other), product=parent, negatives=negatives)
    if parent.op == "/" and parent.args["0"] is term:
        return _with(form, form.top if reduced else parent)
    if reduced and parent.op in ("+", "-"):  # a further loss beside this one
        minus = parent.op == "-" and parent.args["1"] is term
        return _with(form, form.top, negatives=(*form.negatives, parent) if minus else None)
    if parent.op in SUMS + MEANS and parent.arg("input_tensor", "x") is term:
        return _with(form, parent, reductions=(*reduced, parent))
    if parent.op in GATHERS and parent.arg("params") is term and not reduced:
        return _with(form, parent, gathered=True, product=parent)
    if parent.op == "call" and parent.args["callee"].op == "attr" and parent.args["callee"].value == "minimize":
        return _with(form, form.top, minimized=True)
    return None


def _is_minus_one(parent: Term, term: Term) -> bool:
    if parent.op != "*":
        return False
    other = parent.args["1"] if parent.args["0"] is term else parent.args["0"]
    return number(other) == -1


def _with(
    form: Form,
    top: Term,
    *,
    factors: tuple[Term, ...] | None = None,
    product: Term | None = None,
    reductions: tuple[Term, ...] | None = None,
    negatives: tuple[Term, ...] | None = None,
    scale: Term | None = None,
    minimized: bool = False,
    gathered: bool = False,
) -> Form:
    if form.reductions and top is not form.top and not encloses(top, form.top):
        top = form.top
    return Form(
        form.log,
        form.factors if factors is None else factors,
        form.product if product is None else product,
        form.reductions if reductions is None else reductions,
        form.negatives if negatives is None else negatives,
        top,
        form.scale if scale is None else scale,
        form.minimized or minimized,
        form.gathered or gathered,
    )


def encloses(outer: Term, inner: Term) -> bool:
    """Whether one term is written around another."""
    if outer.made is None or inner.made is None or outer.made.path != inner.made.path:
        return False
    a, b = outer.made, inner.made
    return (a.line, a.column) <= (b.line, b.column) and (b.end_line, b.end_column) <= (a.end_line, a.end_column)


def _is_picked(log: Log) -> bool:
    """Whether the log is of single elements, such as the probability of the action that was taken."""
    _, steps = origin(log.inner)
    for step in steps:
        if step.op in GATHERS:
            return True
        if step.op == "item" and any(part.op != "slice" for part in _indices(step.args["index"])):
            return True
    return False


def _indices(index: Term) -> tuple[Term, ...]:
    return tuple(index.args.values()) if index.op == "tuple" else (index,)


def is_cross_entropy(form: Form) -> bool:
    """Whether a form is a cross entropy: labels times log, summed, with a minus or handed to an optimizer.

    A policy gradient multiplies the sum by a return, an entropy multiplies the log by its own probabilities: neither
    is one.
    """
    if not form.reductions or not (form.minus or form.minimized) or _is_picked(form.log):
        return False
    labels = labels_of(form)
    if labels is None:
        return form.gathered and form.scale is None
    producer = form.log.producer
    if producer is not None and hangs_on(labels, producer):
        return False
    return form.scale is None or any(part is labels for part in walk(form.scale))


def hangs_on(term: Term, producer: Term) -> bool:
    """Whether a term is computed from another so that a gradient could flow; class ids and stopped values are not."""
    stack, seen = [term], set()
    while stack:
        current = stack.pop()
        if current is producer:
            return True
        fact = resolve(current.op).fact if "." in current.op else None
        if id(current) in seen or (fact is not None and fact.gives == "data"):
            continue
        seen.add(id(current))
        stack.extend(current.args.values())
    return False


def labels_of(form: Form) -> Term | None:
    """The factor that holds the labels; None if there is none, or several that are not numbers."""
    candidates = [factor for factor in form.factors if number(factor) is None]
    return candidates[0] if candidates else None


def call_at(calls: Calls, site: Site | None) -> Call | None:
    """The call that stands at a site, as its own code sees it."""
    if site is None:
        return None
    return next((call for _, call in calls.on_line(site.line) if call.site == site), None)


def call_within(calls: Calls, site: Site | None) -> Call | None:
    """A call that stands within a site, from which names can be looked up."""
    if site is None:
        return None
    inside = (
        (number, call)
        for line in range(site.line, site.end_line + 1)
        for number, call in calls.on_line(line)
        if call.site.path == site.path and call.names
        if (site.line, site.column) <= call.site[1:3] and call.site[3:5] <= (site.end_line, site.end_column)
    )
    return min(inside, key=lambda pair: pair[0], default=(0, None))[1]
