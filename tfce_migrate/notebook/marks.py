"""A program of a notebook's cells comes in; which of its lines no edit may touch, and the names in them, go out.

Such lines are marked in the text itself, so that an edited text still knows them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from tfce_migrate.source import Source, line_starts

MARK = "#\x02"  # no hand writes this; after a blank the words of the line that was taken out follow
READ_ONLY = MARK + "<"  # the cell that begins below may be read and not edited, for the reason that follows
NOT_PYTHON = "the edit would touch a line that is not Python"
BORDER = "the edit would go over the border of a cell"
IN_PYTHON2 = "the cell is Python 2"
BESIDE_PYTHON2 = "another cell is Python 2, and the cells are one program: --python2 convert migrates them all"
NO_PYTHON = "the cell is not Python 3"

_WORD = re.compile(r"\w+")


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
        if not line.startswith(READ_ONLY)
    )


@lru_cache(4)
def _closed(text: str) -> tuple[_Closed, ...]:
    return tuple(_closed_lines(text)) if MARK in text else ()


def _closed_lines(text: str) -> Iterator[_Closed]:
    starts = (*line_starts(text), len(text))
    cell: tuple[int, str] | None = None
    for start, end in pairwise(starts):
        line = text[start:end]
        border = line.startswith(MARK) and line[len(MARK) : len(MARK) + 1] in ("", "\r", "\n", "<")
        if border and cell is not None:
            yield _Closed(cell[0], start, cell[1], True)
            cell = None
        if line.startswith(READ_ONLY):
            cell = end, line[len(READ_ONLY) :].strip()
        if MARK in line:
            yield _Closed(start, end, BORDER if border else NOT_PYTHON, False)
