"""Edits of one pass after another come in; where each ended up in the text before any edit goes out."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from tfce_migrate.edits.span import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the current text: it stands for the characters start to end of the first text, text if changed."""

    start: int
    end: int
    text: str | None

    def length(self) -> int:
        """Characters of the current text."""
        return self.end - self.start if self.text is None else len(self.text)


@dataclass(frozen=True)
class Pieces:
    """The current text as pieces of the first one."""

    pieces: tuple[Piece, ...]

    @staticmethod
    def whole(text: str) -> Pieces:
        """A text that nothing has changed yet."""
        return Pieces((Piece(0, len(text), None),))

    @property
    def untouched(self) -> bool:
        """Whether this is the first text itself."""
        return all(piece.text is None for piece in self.pieces)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each piece ends in the current text."""
        return tuple(accumulate(piece.length() for piece in self.pieces))

    def origin(self, offset: int) -> tuple[int, int]:
        """The first and last offset in the first text that an offset may stand for: several inside changed text."""
        number = bisect_right(self.ends, offset)
        if number < len(self.pieces):
            piece = self.pieces[number]
            if piece.text is not None:
                return piece.start, piece.end
            place = piece.end - (self.ends[number] - offset)
            return place, place
        end = self.pieces[-1].end if self.pieces else 0
        return end, end

    def applied(self, spans: Sequence[Span]) -> Pieces:
        """The pieces after sorted, disjoint spans were replaced, in one sweep: there may be thousands."""
        done: list[Piece] = []
        rest = deque(self.pieces)
        position = shift = 0
        for span in spans:
            start, end = span.start + shift, span.end + shift
            while rest and _stays(rest[0], position, start, end):
                done.append(rest.popleft())
                position += done[-1].length()
            touched: list[Piece] = []
            reached = position
            while rest and (reached < end or (not touched and _takes(rest[0]))):
                touched.append(rest.popleft())
                reached += touched[-1].length()
            if not touched:
                place = done[-1].end if done else rest[0].start if rest else 0
                touched.append(Piece(place, place, ""))
            rest.extendleft(reversed(_cut(touched, Span(start - position, end - position, span.text))))
            shift += len(span.text) - (span.end - span.start)
        return Pieces((*done, *rest))


def _stays(piece: Piece, low: int, start: int, end: int) -> bool:
    """Whether a piece lies before an edit; an insertion at the end of changed text becomes part of that."""
    high = low + piece.length()
    return high < start or (high == start and (piece.text is None or start < end))


def _takes(piece: Piece) -> bool:
    """Whether a piece that begins where an edit ends is cut for it, or has lost its text there."""
    return piece.text is None or not piece.text


def _cut(touched: list[Piece], span: Span) -> list[Piece]:
    """The touched pieces as one changed piece, with the untouched ends of first-text pieces left as they are.

    The span counts from where they begin.
    """
    result: list[Piece] = []
    first, last = touched[0], touched[-1]
    high = sum(piece.length() for piece in touched)
    last_low = high - last.length()
    if first.text is None:
        start = first.start + span.start
        head = ""
        if span.start:
            result.append(Piece(first.start, start, None))
    else:
        start, head = first.start, first.text[: span.start]
    if last.text is None:
        end = last.start + span.end - last_low
        tail = ""
    else:
        end, tail = last.end, last.text[span.end - last_low :]
    result.append(Piece(start, end, head + span.text + tail))
    if last.text is None and span.end < high:
        result.append(Piece(end, last.end, None))
    return result
