"""The symbols that a file mentions come in; the TensorFlow that it was written for goes out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from tfce_migrate.settings import Settings
from tfce_migrate.symbols import exported

Known = Literal["0.x", "1.x", "2.x", "mixed", ""]


@cache
def _only(era: str) -> frozenset[str]:
    """The public names that one era has and the next has not (for 2.x: that 1.15 has not)."""
    if era == "0.x":
        return exported("0.12") - exported("1.15")
    if era == "1.x":
        return exported("1.15") - exported("2.21")
    return exported("2.21") - exported("1.15")


@cache
def _mark(raw: str) -> Known:
    if raw.startswith(("tf.compat.v1.", "tf.compat.v2.")):
        return "mixed"
    if raw.startswith("tf.contrib."):
        return "1.x"
    if raw in _only("0.x"):
        return "0.x"
    if raw in _only("1.x"):
        return "1.x"
    return "2.x" if raw in _only("2.x") else ""


def era_of(mentioned: Iterable[str], settings: Settings) -> Known:
    """The era of a file: told by --from, else by names that only one era has; "" where they are silent.

    A name that only TF 1 has shows that the file runs on TF 1, whatever else it mentions. A file that spells
    tf.compat.v1 has been migrated before, perhaps not to the end: "mixed", where plain names mean TF 2's functions but
    the order of arguments may still be an older one.
    """
    if settings.from_ != "auto":
        return settings.from_
    found = {_mark(raw) for raw in mentioned}
    for era in ("0.x", "1.x", "mixed", "2.x"):
        if era in found:
            return era
    return ""


@cache
def is_since_1_0(raw: str) -> bool:
    """Whether TF 1.15 has a name that 0.12 had not."""
    return raw in exported("1.15") and raw not in exported("0.12")


def gone(raw: str) -> bool:
    """Whether TF 1 has a plain name and TF 2 has not."""
    return _mark(raw) in ("0.x", "1.x")
