"""A condition about TensorFlow's version comes in; whether it holds for the version that is asked about goes out."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Any

ATTRIBUTES = ("__version__", "VERSION")
PARSERS = ("LooseVersion", "StrictVersion", "Version", "parse", "parse_version")
_PART = re.compile(r"\d+|[a-z]+|\.", re.IGNORECASE)
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_METHODS: Mapping[str, Callable[..., Any]] = {
    "split": str.split, "startswith": str.startswith, "replace": str.replace, "join": str.join,
}  # fmt: skip
_MAKERS: Mapping[str, Callable[[Any], Any]] = {"int": int, "float": float, "str": str, "tuple": tuple, "list": list}


class _UndecidedError(Exception):
    """The condition asks for something else, or in a way that is not known."""


@total_ordering
class _Parsed:
    """A version whose numbers are compared as numbers, as distutils and packaging do; also with a plain text."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.parts = [int(part) for part in _PART.findall(text) if part.isdecimal()]

    def __eq__(self, other: object) -> bool:
        return self._padded(other) == _of(other)._padded(self)

    def __lt__(self, other: object) -> bool:
        return self._padded(other) < _of(other)._padded(self)

    def _padded(self, other: object) -> list[int]:
        return self.parts + [0] * (len(_of(other).parts) - len(self.parts))


def _of(value: object) -> _Parsed:
    if isinstance(value, str):
        return _Parsed(value)
    if not isinstance(value, _Parsed):
        raise _UndecidedError
    return value


@dataclass(frozen=True, slots=True)
class _Reader:
    """Works an expression out without running it; names are those that a comprehension gives."""

    version: str
    names: Mapping[str, Any] = field(default_factory=dict)

    def value(self, node: ast.expr) -> Any:
        """What an expression comes to; raises _UndecidedError where that is not known."""
        match node:
            case ast.Constant(value=str() | int() | float() as constant):
                return constant
            case ast.Attribute(ast.Name("tf" | "tensorflow"), name) if name in ATTRIBUTES:
                return self.version
            case ast.Attribute(ast.Attribute(ast.Name("tf" | "tensorflow"), "version"), "VERSION"):
                return self.version
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.Tuple(elts=elements):
                return tuple(map(self.value, elements))
            case ast.List(elts=elements):
                return list(map(self.value, elements))
            case ast.Subscript(value=base, slice=index):
                return self.value(base)[self._index(index)]
            case ast.Compare():
                return self._compared(node)
            case ast.Call():
                return self._called(node)
            case ast.ListComp(elt=element, generators=[ast.comprehension(ast.Name(id=name), many, [], 0)]):
                return [_Reader(self.version, {**self.names, name: one}).value(element) for one in self.value(many)]
        raise _UndecidedError

    def _index(self, node: ast.expr) -> Any:
        if not isinstance(node, ast.Slice):
            return self.value(node)
        return slice(*(self.value(part) if part is not None else None for part in (node.lower, node.upper, node.step)))

    def _compared(self, node: ast.Compare) -> bool:
        values = [self.value(each) for each in (node.left, *node.comparators)]
        pairs = zip(values, values[1:], node.ops, strict=False)
        return all(_COMPARED[type(op)](one, other) for one, other, op in pairs if type(op) in _COMPARED or _undecided())

    def _called(self, node: ast.Call) -> Any:
        if node.keywords:
            raise _UndecidedError
        match node.func, node.args:
            case ast.Name(id="map"), [ast.Name(id="int"), many]:
                return list(map(int, self.value(many)))
            case ast.Name(id=name), [one] if name in _MAKERS:
                return _MAKERS[name](self.value(one))
            case (ast.Name(id=name) | ast.Attribute(attr=name)), [one] if name in PARSERS:
                return _Parsed(self.value(one))
            case ast.Attribute(value=base, attr=name), arguments if name in _METHODS:
                return _METHODS[name](self.value(base), *map(self.value, arguments))
        raise _UndecidedError

    def holds(self, node: ast.expr) -> bool | None:
        """Whether a condition holds; None if that is not known."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.holds(node.operand)
            return None if inner is None else not inner
        if isinstance(node, ast.BoolOp):
            parts = {self.holds(value) for value in node.values}
            ends = isinstance(node.op, ast.Or)
            return ends if ends in parts else None if None in parts else not ends
        try:
            return bool(self.value(node))
        except (_UndecidedError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
            return None


def _undecided() -> bool:
    raise _UndecidedError


def holds(test: ast.expr, version: str) -> bool | None:
    """Whether a condition holds where TensorFlow is of a version such as "2.21"; None if it asks for something else.

    It reads what compares `tf.__version__`, `tf.VERSION` or `tf.version.VERSION`, as text, split into numbers or
    parsed by distutils or packaging, with constants. Nothing is run.
    """
    return _Reader(f"{version}.0" if version.count(".") == 1 else version).holds(test)
