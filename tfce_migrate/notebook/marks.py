"""A program of a notebook's cells comes in; which of its lines no edit may touch, and the names in them, go out.

Such lines are marked in the text itself, so that an edited text still knows them.
"""

from __future__ import annotations

import ast
import keyword
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from tfce_migrate.source import Source, line_starts

MARK = "#\x02"  # no hand writes this; after a blank the words of the line that was taken out follow
FEEDS = "\f\f"  # nor this: a line that begins so is Python that a magic runs, and that stays as it is
UNREAD = "_ipy_"  # calling this may change what the words of its text hold, all names for "*"
ALONE = MARK + "("  # the cell that begins below is run in a function of its own
MAYBE = MARK + "?"  # the cell that begins below is run by a magic that nobody knows, if at all
READ_ONLY = "<"  # follows these: the cell may be read and not edited, for the reason that follows
NOT_PYTHON = "the edit would touch a line that is not Python"
ON_MAGIC = "a magic runs the line, which stays as it is"
BORDER = "the edit would go over the border of a cell"
IN_PYTHON2 = "the cell is Python 2"
BESIDE_PYTHON2 = "another cell is Python 2, and the cells are one program: --python2 convert migrates them all"
NO_PYTHON = "the cell is not Python 3"
STRANGE = "a magic that is not known runs the cell"

_BORDER = re.compile(re.escape(MARK) + r"([(?]?)(?:<(.*))?")
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<![\w.])([^\W\d]\w*)(\s*\.)?")


class _Closed(NamedTuple):
    start: int
    end: int
    why: str
    whole: bool  # a cell: nothing may be inserted at its ends either


def refusal(source: Source, start: int, end: int) -> str | None:
    """Why the characters from start to end cannot be replaced, or nothing inserted there; None where they can."""
    closed = _closed(source.text)
    if not closed:
        return None
    after = bisect_right([one.start for one in closed], end)
    for one in closed[:after]:
        inserted = start == end and (one.whole or one.start < start < one.end) and one.start <= start <= one.end
        if inserted or (start < one.end and one.start < end):
            return one.why
    return None


def hidden_names(source: Source) -> frozenset[str]:
    """The words of the lines that were taken out: names among them count as used and as taken."""
    if MARK not in source.text:
        return frozenset()
    return frozenset(
        word
        for line in source.text.splitlines()
        for word in _WORD.findall(line.partition(MARK)[2])
        if _BORDER.fullmatch(line) is None
    )


@lru_cache(4)
def _closed(text: str) -> tuple[_Closed, ...]:
    return tuple(_closed_lines(text)) if MARK in text else ()


def _closed_lines(text: str) -> Iterator[_Closed]:
    starts = (*line_starts(text), len(text))
    cell: tuple[int, str] | None = None
    continues = False
    for start, end in pairwise(starts):
        line = text[start:end].rstrip("\r\n")
        border = _BORDER.fullmatch(line) if line.startswith(MARK) else None
        if border and cell is not None:
            yield _Closed(cell[0], start, cell[1], True)
            cell = None
        if border and border.group(2) is not None:
            cell = end, border.group(2).strip()
        if MARK in line:
            yield _Closed(start, end, BORDER if border else NOT_PYTHON, False)
        elif continues or line.startswith(FEEDS):
            yield _Closed(start, end, ON_MAGIC, False)
        continues = line.endswith("\\") and (continues or line.startswith(FEEDS))


def cells(source: Source) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The statements of a program by the cells of a notebook, with ALONE, MAYBE or "" for how a cell is run."""
    if MARK not in source.text:
        yield "", source.tree.body
        return
    starts = (*source.starts, len(source.text))
    kind, body, rest = "", [], deque(source.tree.body)
    for number, (start, end) in enumerate(pairwise(starts), 1):
        if source.text.startswith(MARK, start):
            border = _BORDER.fullmatch(source.text[start:end].rstrip("\r\n"))
            if border is None:
                continue
            while rest and rest[0].lineno < number:
                body.append(rest.popleft())
            yield kind, body
            kind, body = MARK + border.group(1) if border.group(1) else "", []
    yield kind, [*body, *rest]


def named(text: str) -> Iterator[tuple[str, bool]]:
    """The names in a text that nobody reads, each with whether only a part of it is asked for there."""
    for match in _NAME.finditer(text):
        if not keyword.iskeyword(match.group(1)):
            yield match.group(1), bool(match.group(2))
