"""Terms come in; their rank and last dimension go out where placeholders, variables and layers fix them."""

from __future__ import annotations

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


def shape(term: Term, depth: int = 0) -> tuple[int | None, ...] | None:
    """The dimensions of a term, None for each unknown one; None where not even the rank is known."""
    if depth > LIMIT:
        return None
    if term.op == "cut":
        return shape(term.value, depth + 1)
    if term.op in ("tf.placeholder", "tf.get_variable", *FILLS):
        return _listed(term.arg("shape"))
    if term.op == "tf.Variable":
        initial = term.arg("initial_value")
        return shape(initial, depth + 1) if initial is not None else None
    if term.op == "tf.reshape":
        return _listed(term.arg("shape"))
    if term.op in ("tf.matmul", "@"):
        return _product(term, depth)
    if term.op in LITERALS:
        literal = next(iter(term.args.values()), None)
        return shape(literal, depth + 1) if literal is not None else None
    if term.op in NUMPY_FILLS:
        return _listed(next(iter(term.args.values()), None))
    if term.op in ("list", "tuple", "const"):
        return _nested(term, depth)
    if term.op in ("+", "-", "*", "/"):
        return _broadcast(term, depth)
    if term.op == "tf.nn.xw_plus_b":
        biases = term.arg("biases")
        last = shape(biases, depth + 1) if biases is not None else None
        return (None, last[-1] if last else None)
    if term.op in UNITS:
        inputs = shape(next(iter(term.args.values())), depth + 1)
        last_unit = _whole(term.arg(UNITS[term.op]))
        return (*inputs[:-1], last_unit) if inputs else None
    if term.op == "tf.one_hot":
        indices = term.arg("indices")
        rows = shape(indices, depth + 1) if indices is not None else None
        return (*rows, _whole(term.arg("depth"))) if rows is not None and term.arg("axis") is None else None
    if term.op in SAME_SHAPE:
        inner_term = through(term) or next(iter(term.args.values()), None)
        return shape(inner_term, depth + 1) if inner_term is not None else None
    return None


def _listed(term: Term | None) -> tuple[int | None, ...] | None:
    if term is None or term.op not in ("list", "tuple"):
        return None
    sizes = tuple(_whole(inner) for inner in term.args.values())
    return tuple(None if size is None or size < 0 else size for size in sizes)


def _nested(term: Term, depth: int) -> tuple[int | None, ...] | None:
    """The shape of numbers in lists in lists."""
    if term.op == "const":
        return () if number(term) is not None else None
    first = next(iter(term.args.values()), None)
    inner = shape(first, depth + 1) if first is not None else None
    return (len(term.args), *inner) if inner is not None else None


def _whole(term: Term | None) -> int | None:
    value = number(term)
    return int(value) if value is not None and value == int(value) else None


def _product(term: Term, depth: int) -> tuple[int | None, ...] | None:
    left, right = term.arg("a", "0"), term.arg("b", "1")
    if left is None or right is None or term.arg("transpose_a", "transpose_b") is not None:
        return None
    one, other = shape(left, depth + 1), shape(right, depth + 1)
    if one is None and other is None:
        return None
    if one is None:
        return (None, other[-1]) if other is not None and len(other) == 2 else None
    return (*one[:-1], other[-1] if other else None)


def _broadcast(term: Term, depth: int) -> tuple[int | None, ...] | None:
    one, other = shape(term.args["0"], depth + 1), shape(term.args["1"], depth + 1)
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
