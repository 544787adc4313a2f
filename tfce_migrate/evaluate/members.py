"""An attribute of a value comes in; where the value is an object of a class that TF 2 changed there, it is noted."""

from __future__ import annotations

import ast
import re
from functools import cache

from tfce_migrate.evaluate.frame import Arg, Call, ClassInfo, Frame
from tfce_migrate.source import site_of
from tfce_migrate.symbols import resolve, table
from tfce_migrate.terms import Term, either, is_const, options

MADE = re.compile(r"tf\.data\.(experimental\.)?(\w*Dataset(\.\w+)?|make_\w+_dataset)$")
DATASET = "tf.data.Dataset"
DIMENSION = "tf.Dimension"
HOLDERS = frozenset({"either", "call", "instance", "self", "item"})
ASKED = ("attr", "either")
NONE: frozenset[str] = frozenset()


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The methods of datasets that TF 2 has as functions, the attributes, and the methods that give a dataset."""
    data = table("datasets.toml")
    return frozenset(data["methods"]), frozenset(data["attributes"]), frozenset(data["about"]["gives_a_dataset"])


@cache
def _watched() -> tuple[frozenset[str], frozenset[str]]:
    """The members that some target lacks or calls otherwise, and the classes that have them."""
    data = table("members.json")
    rows = {name: row for rows in data.values() if isinstance(rows, dict) for name, row in rows.items()}
    more = {name for row in rows.values() for name in row.get("also", "").split()}
    return frozenset(data["watched"]), frozenset({*rows, *more})


def note(
    found: Term, node: ast.Call | ast.Attribute, receiver: ast.expr, args: tuple[Arg, ...] | None, frame: Frame
) -> None:
    """Note a method's call (with its args) or an attribute that TF 2 has not so; found is the attribute's term."""
    if found.op == "either":
        parts = list(options(found))
        if any(part.op != "attr" for part in parts):
            return
        found = Term("attr", {"of": either([((), part.args["of"]) for part in parts])}, parts[0].value)
    base, name, walk = found.args["of"], found.value, frame.walk
    if base.op not in HOLDERS and not base.op.startswith("tf."):
        return
    noted, func = walk.members, receiver
    methods, attributes, _ = _names()
    if name in methods or name in attributes:
        raw = f"{DATASET}.{name}" if (name in methods) is (args is not None) and is_dataset(base) else None
        noted = walk.methods
    elif name == "value":
        raw = f"{DIMENSION}.value" if args is None and is_dimension(base) else None
    else:
        raw = _in_full(name, base) if name in _watched()[0] else None
        func = node.func if isinstance(node, ast.Call) else node
    if raw is not None:
        where, called = site_of(walk.path, node), site_of(walk.path, func)
        noted.append(Call(resolve(raw), raw, where, called, args or (), found, frame, {}))


def _in_full(name: str, base: Term) -> str | None:
    classes = classes_of(base)
    return f"{min(classes)}.{name}" if classes else None


def is_dataset(term: Term, depth: int = 40) -> bool:
    """Whether a value is sure to be a dataset of TF 2's class, made by tf.data and perhaps changed by methods."""
    if term.op == "either":
        return all(is_dataset(option, depth - 1) for option in options(term))
    if term.op == "call" and depth:
        callee = term.args["callee"]
        return callee.op == "attr" and callee.value in _names()[2] and is_dataset(callee.args["of"], depth - 1)
    return MADE.match(term.op) is not None and term.value != "v1"


def classes_of(term: Term) -> frozenset[str]:
    """The classes of TensorFlow of which a value may be an object; none if it may be anything else, too.

    `tf.compat.v1.train.Saver` is that of tf.compat.v1. An object of the file's own classes counts as one of their base.
    """
    found = {_class_of(option) for option in options(term) if not is_const(option, None)}
    return NONE if None in found else frozenset(name for name in found if name is not None)


def _class_of(term: Term) -> str | None:
    if term.op in ("instance", "self"):
        return _base(term.value) if isinstance(term.value, ClassInfo) else None
    if term.op == "call" or MADE.match(term.op):
        return DATASET if is_dataset(term) else None
    if term.op not in _watched()[1]:
        return None
    return f"tf.compat.v1{term.op[2:]}" if term.value == "v1" else term.op


def _base(info: ClassInfo) -> str | None:
    """The class of TensorFlow that a class is made from, if all of its bases are known."""
    bases = [base for each in info.lineage() for base in each.bases if base.op != "class"]
    if len(bases) != 1 or bases[0].op != "symbol":
        return None
    symbol = resolve(bases[0].value)
    if symbol.name not in _watched()[1]:
        return None
    return f"tf.compat.v1{symbol.name[2:]}" if symbol.api == "v1" else symbol.name


def is_dimension(term: Term) -> bool:
    """Whether a value is one element of the shape of something that a function of TensorFlow gave."""
    if term.op != "item" or term.args["index"].op == "slice":
        return False
    shape = term.args["of"]
    while shape.op == "item" and shape.args["index"].op == "slice":
        shape = shape.args["of"]
    asked = shape.args["callee"] if shape.op == "call" else shape
    if asked.op != "attr" or asked.value != ("get_shape" if shape.op == "call" else "shape"):
        return False
    return all(option.op.startswith("tf.") for option in options(asked.args["of"]))
