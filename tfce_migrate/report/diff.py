"""Outcomes come in, a unified diff that patch and git apply understand goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import islice

from tfce_migrate.outcome import Outcome
from tfce_migrate.report import Occasion

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\t": "\\t"} | {
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
}


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """The changes of all files; bytes that are not UTF-8 stand as surrogates (surrogateescape)."""
    return "".join(line for outcome in outcomes if outcome.changed for line in _diff(outcome))


def _diff(outcome: Outcome) -> Iterator[str]:
    before, after = (_lines(text, outcome.encoding) for text in (outcome.before, outcome.after))
    yield f"--- {_quoted(f'a/{outcome.path}')}\n"
    yield f"+++ {_quoted(f'b/{outcome.path}')}\n"
    for line in islice(unified_diff(before, after), 2, None):  # its own two headers do not quote
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str, encoding: str) -> list[str]:
    return _LINE.findall(text.encode(encoding).decode("utf-8", "surrogateescape"))


def _quoted(name: str) -> str:
    """The file name as git writes it: quoted if it could be misread, closed by a tab if it has a space."""
    if any(character in _ESCAPES or ord(character) < 0x20 or ord(character) == 0x7F for character in name):
        return '"' + "".join(_ESCAPES.get(character, _octal(character)) for character in name) + '"'
    return name + "\t" * (" " in name)


def _octal(character: str) -> str:
    return f"\\{ord(character):03o}" if ord(character) < 0x20 or ord(character) == 0x7F else character
