"""Terms come in; their rank and last dimension go out where placeholders, variables and layers fix them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfce_migrate.terms import Term, number
from tfce_migrate.trace import through

LIMIT = 60
SAME_SHAPE = (
    "tf.identity", "tf.cast", "tf.to_float", "tf.to_double", "tf.to_int32", "tf.to_int64", "tf.stop_gradient",
    "tf.nn.dropout", "tf.layers.dropout", "tf.nn.relu", "tf.tanh", "tf.sigmoid", "tf.nn.softmax", "tf.exp", "tf.log",
    "tf.nn.log_softmax", "tf.nn.softplus", "tf.nn.relu6", "tf.clip_by_value", "tf.Print", "tf.check_numerics", "neg",
    "tf.zeros_like", "tf.ones_like",
)  # fmt: skip
UNITS = {
    "tf.layers.dense": "units",
    "tf.contrib.layers.fully_connected": "num_outputs",
    "tf.contrib.layers.linear": "num_outputs",
    "tf.keras.layers.dense": "units",
    "tflearn.fully_connected": "n_units",
}
LITERALS = ("numpy.array", "numpy.asarray", "numpy.float32", "tf.constant", "tf.convert_to_tensor")
NUMPY_FILLS = ("numpy.zeros", "numpy.ones", "numpy.full", "numpy.empty")
FILLS = ("tf.zeros", "tf.ones", "tf.random_normal", "tf.truncated_normal", "tf.random_uniform")


Shape = tuple[int | None, ...] | None


def shape(term: Term) -> Shape:
    """The dimensions of a term, None for each unknown one; None where not even the rank is known."""
    return _Shapes().of(term)


@dataclass(slots=True)
class _Shapes:
    """The shapes of the terms of one question, each worked out once: one may be part of another in many ways."""

    known: dict[int, Shape] = field(default_factory=dict)
    depth: int = 0

    def of(self, term: Term | None) -> Shape:
        if term is None or self.depth > LIMIT:
            return None
        if id(term) not in self.known:
            self.depth += 1
            self.known[id(term)] = None
            self.known[id(term)] = self._worked_out(term)
            self.depth -= 1
        return self.known[id(term)]

    def _worked_out(self, term: Term) -> Shape:
        if term.op == "cut":
            return self.of(term.value)
        if term.op in ("tf.placeholder", "tf.get_variable", *FILLS):
            return _listed(term.arg("shape"))
        if term.op == "tf.Variable":
            return self.of(term.arg("initial_value"))
        if term.op == "tf.reshape":
            return _listed(term.arg("shape"))
        if term.op in ("tf.matmul", "@"):
            return self._product(term)
        if term.op in LITERALS:
            return self.of(next(iter(term.args.values()), None))
        if term.op in NUMPY_FILLS:
            return _listed(next(iter(term.args.values()), None))
        if term.op in ("list", "tuple", "const"):
            return self._nested(term)
        if term.op in ("+", "-", "*", "/"):
            return _broadcast(self.of(term.args["0"]), self.of(term.args["1"]))
        return self._of_op(term)

    def _of_op(self, term: Term) -> Shape:
        if term.op == "tf.nn.xw_plus_b":
            last = self.of(term.arg("biases"))
            return (None, last[-1] if last else None)
        if term.op in UNITS:
            inputs = self.of(next(iter(term.args.values()), None))
            return (*inputs[:-1], _whole(term.arg(UNITS[term.op]))) if inputs else None
        if term.op == "tf.one_hot":
            rows = self.of(term.arg("indices"))
            return (*rows, _whole(term.arg("depth"))) if rows is not None and term.arg("axis") is None else None
        if term.op in SAME_SHAPE:
            return self.of(through(term) or next(iter(term.args.values()), None))
        return None

    def _nested(self, term: Term) -> Shape:
        """The shape of numbers in lists in lists."""
        if term.op == "const":
            return () if number(term) is not None else None
        inner = self.of(next(iter(term.args.values()), None))
        return (len(term.args), *inner) if inner is not None else None

    def _product(self, term: Term) -> Shape:
        left, right = term.arg("a", "0"), term.arg("b", "1")
        if left is None or right is None or term.arg("transpose_a", "transpose_b") is not None:
            return None
        one, other = self.of(left), self.of(right)
        if one is None:
            return (None, other[-1]) if other is not None and len(other) == 2 else None
        return (*one[:-1], other[-1] if other else None)


def _listed(term: Term | None) -> tuple[int | None, ...] | None:
    if term is None or term.op not in ("list", "tuple"):
        return None
    sizes = tuple(_whole(inner) for inner in term.args.values())
    return tuple(None if size is None or size < 0 else size for size in sizes)


def _whole(term: Term | None) -> int | None:
    value = number(term)
    return int(value) if value is not None and value == int(value) else None


def _broadcast(one: Shape, other: Shape) -> Shape:
    if one is None or other is None:
        known = one if one is not None else other
        return known if known is not None and len(known) > 1 else None
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if not longer:
        return longer
    last = longer[-1] if longer[-1] != 1 or not shorter else shorter[-1]
    return (*longer[:-1], last)


def rank(term: Term) -> int | None:
    """The number of dimensions, if known."""
    found = shape(term)
    return len(found) if found is not None else None


def has_rows(term: Term) -> bool:
    """Whether a term has two dimensions at least: what a layer gives that wants as many."""
    current: Term | None = term
    for _ in range(LIMIT):
        if current is None or current.op in UNITS:
            return current is not None
        if current.op == "cut":
            current = current.value
        elif current.op in SAME_SHAPE:
            current = through(current) or next(iter(current.args.values()), None)
        else:
            return (rank(current) or 0) > 1
    return False


def is_float_placeholder(term: Term) -> bool:
    """Whether a term is a placeholder of floats, not cast since."""
    while term.op == "tf.identity" and "input" in term.args:
        term = term.args["input"]
    dtype = term.arg("dtype") if term.op == "tf.placeholder" else None
    return dtype is not None and str(dtype.value).rpartition(".")[2].startswith("float")


def last_dimension(term: Term) -> int | None:
    """The size of the last dimension, if known. Layers fix it whatever they are fed."""
    current: Term | None = term
    for _ in range(LIMIT):
        if current is None:
            return None
        if current.op == "cut":
            current = current.value
            continue
        if current.op in UNITS:
            return _whole(current.arg(UNITS[current.op]))
        found = shape(current)
        if found:
            return found[-1]
        current = current.args.get("0") if current.op in ("+", "-") else None
    return None
