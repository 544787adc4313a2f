"""A function's name comes in; its parameters in each TensorFlow, and what the tables say has changed, go out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tfce_migrate.symbols import exported, resolve, table
from tfce_migrate.terms import Kind

OTHER_ARGUMENTS = "TF 2 does not take all of these arguments"
OTHER_API = ("tf.compat.", "tf.contrib.", "tf.python.", "tf.keras.", "tf.losses.")
CELLS = "tf.nn.rnn_cell."


@dataclass(frozen=True, slots=True)
class Entry:
    """What the table says of one function, see rules/api/changed.toml."""

    name: str
    becomes: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    turned: Sequence[str] = ()
    dropped: Sequence[str] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    requires: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    behaviour: bool = False
    named: bool = False
    why: str = ""
    stuck: str = ""
    first: str = ""
    unless: str = ""


@cache
def entries() -> dict[str, Entry]:
    """The table of changed functions by name."""
    return _rows("function")


@cache
def natives() -> dict[str, Entry]:
    """The functions that tf.compat.v1 keeps, by name, and what in TF 2 does the same."""
    return _rows("native")


def _rows(kind: str) -> dict[str, Entry]:
    found = {}
    for row in table("changed.toml")[kind]:
        kept: dict[str, Any] = {key: value for key, value in row.items() if key != "names"}
        found.update({name: Entry(name, **kept) for name in row["names"]})
    return found


@cache
def signature(version: str, name: str) -> Mapping[str, str]:
    """The parameters of a function in order with their defaults as text; empty where the version has no such name."""
    written = table(f"signatures-{version}.json")["symbols"].get(name) or ""
    parts = re.split(r",(?=[A-Za-z_*])", written.removeprefix("class:"))
    return dict(part.partition("=")[::2] for part in parts if part)


def new_signature(entry: Entry) -> Mapping[str, str]:
    """The parameters of what a function is in TF 2: under its name, under another, or in tf.compat.v1."""
    name = entry.becomes or entry.name
    if name.startswith("tf.compat.v1."):
        return signature("2.21-v1", "tf" + name[len("tf.compat.v1") :])
    if name in exported("2.21"):
        return signature("2.21", name)
    by_hand = table("moved-by-hand.toml")
    moved = table("names.json")["moved"].get(name) or by_hand["moved"].get(name)
    if name.startswith(CELLS):
        return signature("1.15", name)  # legacy Keras brings these back as they were
    return signature("2.21", moved) if moved else signature("2.21-v1", by_hand["compat"].get(name, name))


@cache
def is_loss(name: str) -> bool:
    """Whether a function is one of the losses, which have rules of their own."""
    fact = resolve(name).fact
    return fact is not None and fact.makes is Kind.LOSS


@cache
def entry_of(name: str) -> Entry | None:
    """What the table says of a function, or what its signatures say: that its arguments stand in another order."""
    if name in entries() or not name.startswith("tf.") or name.startswith(OTHER_API):
        return entries().get(name)
    if name in table("renamed-arguments.toml")["functions"] or name in table("changed.toml")["always"] or is_loss(name):
        return None
    new = new_signature(Entry(name))
    renamed: dict[str, str] = {}
    moves = False
    for old in (signature("1.15", name), signature("0.12", name)):
        if not new or (any("*" in parameter for parameter in (*old, *new)) and not name.startswith(CELLS)):
            return None
        for was, now in zip(old, new, strict=False):
            if "*" in was + now:
                break  # what is behind it has no place
            if was not in new and now not in old:
                renamed[was] = now
            moves = moves or was != now
    return Entry(name, renamed=renamed, stuck=OTHER_ARGUMENTS) if moves or renamed else None


@cache
def only_new(name: str) -> frozenset[str]:
    """The keywords that show a call to be written for TF 2."""
    old = signature("1.15", name).keys() | signature("0.12", name).keys()
    return frozenset(signature("2.21", name).keys() - old) if old else frozenset()
