"""An attribute of a value comes in; where the value is a tf.data dataset and TF 2's has no such thing, it is noted."""

from __future__ import annotations

import ast
import re
from functools import cache

from tfce_migrate.evaluate.frame import Arg, Call, Frame
from tfce_migrate.source import site_of
from tfce_migrate.symbols import resolve, table
from tfce_migrate.terms import Term, options

MADE = re.compile(r"tf\.data\.(experimental\.)?(\w*Dataset(\.\w+)?|make_\w+_dataset)$")


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The methods of datasets that TF 2 has as functions, the attributes, and the methods that give a dataset."""
    data = table("datasets.toml")
    return frozenset(data["methods"]), frozenset(data["attributes"]), frozenset(data["about"]["gives_a_dataset"])


def note(
    found: Term, node: ast.Call | ast.Attribute, receiver: ast.expr, args: tuple[Arg, ...] | None, frame: Frame
) -> None:
    """Note a method's call (with its args) or an attribute of a dataset; found is the attribute's term."""
    methods, attributes, _ = _names()
    if found.value not in (attributes if args is None else methods) or not is_dataset(found.args["of"]):
        return
    raw, path = f"tf.data.Dataset.{found.value}", frame.walk.path
    where, of = site_of(path, node), site_of(path, receiver)
    frame.walk.methods.append(Call(resolve(raw), raw, where, of, args or (), found, frame, {}))


def is_dataset(term: Term, depth: int = 40) -> bool:
    """Whether a value is sure to be a dataset of TF 2's class, made by tf.data and perhaps changed by methods."""
    if term.op == "either":
        return all(is_dataset(option, depth - 1) for option in options(term))
    if term.op == "call" and depth:
        callee = term.args["callee"]
        return callee.op == "attr" and callee.value in _names()[2] and is_dataset(callee.args["of"], depth - 1)
    return MADE.match(term.op) is not None and term.value != "v1"
