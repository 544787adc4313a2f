"""A text before and after each fixer comes in; the edits of each, as edits of the first text, go out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tfce_migrate.edits.pieces import Piece, Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.outcome import Position, TextEdit
from tfce_migrate.source import line_starts

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_WORDS = 2000  # of a group of lines in which the least difference is looked for
_FAR, _ALIKE = 16, 4  # in longer ones: words that a change takes at most, and words that have to be the same after it


@dataclass(frozen=True, slots=True)
class Step:
    """What one fixer changed on one line of the first text."""

    fixer: str
    line: int
    edits: tuple[TextEdit, ...]


def differences(before: str, after: str) -> list[Span]:
    """The spans of before that differ in after, as small as words."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    offsets = _offsets(old)
    return [
        Span(offsets[low] + span.start, offsets[low] + span.end, span.text)
        for low, high, first, last in _changed_lines(old, new)
        for span in _in_lines("".join(old[low:high]), "".join(new[first:last]))
    ]


def _offsets(parts: Sequence[str]) -> list[int]:
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return offsets


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    if len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            if pair[0] != pair[1]:
                yield number, number + 1, number, number + 1
        return
    for kind, *places in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if kind != "equal":
            yield places[0], places[1], places[2], places[3]


def _in_lines(before: str, after: str) -> Iterator[Span]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    offsets = _offsets(old)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        for low, high, first, last in _changed_words(old, new):
            yield Span(offsets[low], offsets[high], "".join(new[first:last]))
        return
    for kind, low, high, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Span(offsets[low], offsets[high], "".join(new[first:last]))


def _changed_words(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two long lines differ, in one sweep: what was changed is short, and the same words follow it."""
    low = first = 0
    while low < len(old) or first < len(new):
        if low < len(old) and first < len(new) and old[low] == new[first]:
            low, first = low + 1, first + 1
            continue
        high, last = _where_same(old, new, low, first)
        yield low, high, first, last
        low, first = high, last


def _where_same(old: Sequence[str], new: Sequence[str], low: int, first: int) -> tuple[int, int]:
    for far in range(1, 2 * _FAR):
        for more in range(far + 1):
            high, last = low + more, first + far - more
            here = old[high : high + _ALIKE]
            if high <= len(old) and last <= len(new) and here == new[last : last + _ALIKE]:
                return high, last
    return len(old), len(new)


def steps(fixer: str, spans: Sequence[Span], pieces: Pieces, first: str) -> Iterator[Step]:
    """What the spans, already in the pieces, change in the first text, line by line."""
    starts = line_starts(first)
    by_line: dict[int, list[TextEdit]] = {}
    for piece in _touched(spans, pieces):
        edit = TextEdit(place_of(starts, piece.start), place_of(starts, piece.end), piece.text or "")
        by_line.setdefault(edit.start.line, []).append(edit)
    for line, edits in by_line.items():
        yield Step(fixer, line, tuple(edits))


def _touched(spans: Sequence[Span], pieces: Pieces) -> Iterator[Piece]:
    places: list[tuple[int, int]] = []
    shift = 0
    for span in spans:
        places.append((span.start + shift, span.start + shift + len(span.text)))
        shift += len(span.text) - (span.end - span.start)
    ends = [end for _, end in places]
    position = 0
    for piece in pieces.pieces:
        low, high = position, position + piece.length()
        position = high
        number = bisect_left(ends, low)
        if piece.text is not None and number < len(places) and places[number][0] <= high:
            yield piece


def place_of(starts: Sequence[int], offset: int) -> Position:
    """The place of an offset in a text whose lines start so."""
    line = bisect_right(starts, offset)
    return Position(line, offset - starts[line - 1] + 1)
