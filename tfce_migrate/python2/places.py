"""The leaves of a converted tree come in; their text goes out, and where each piece of it stood in the text before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from tfce_migrate.outcome import Position
from tfce_migrate.source import line_starts

_BLANK = " \t\f"


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands from start to end in the converted text stood from first to last in the text that was read."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Converted:
    """The Python 3 form of a text. Every statement begins on the line on which it began; columns may differ.

    read is the original with plain line ends and even indentation. indents has for a line whose indentation was
    evened how wide it is in read and how wide it truly is.
    """

    text: str
    read: str = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    indents: dict[int, tuple[int, int]] = field(default_factory=dict, repr=False)

    def span(self, start: Position, end: Position) -> tuple[Position, Position]:
        """Where in the original stands what has these places in the converted text."""
        first, last = self._first(self._offset(start)), self._last(self._offset(end))
        if last <= first:
            low, high = self._line(bisect_right(self._lines_read, first))
            last = max(first, self._stripped(low, high))
        return self._position(first), self._position(last)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _lines(self) -> Sequence[int]:
        return line_starts(self.text)

    @cached_property
    def _lines_read(self) -> Sequence[int]:
        return line_starts(self.read)

    def _offset(self, place: Position) -> int:
        return self._lines[place.line - 1] + place.column - 1

    def _first(self, offset: int) -> int:
        """Where something begins: in its piece, or behind the piece before it, or where its line begins."""
        number = bisect_right(self._starts, offset) - 1
        before = self.pieces[number] if number >= 0 else None
        if before is not None and offset < before.end:
            return min(before.first + offset - before.start, before.last)
        low, high = self._line(bisect_right(self._lines, offset))
        found = before.last if before is not None and low <= before.last < high else low
        while found < high and self.read[found] in _BLANK:
            found += 1
        return found

    def _last(self, offset: int) -> int:
        """Where something ends: in its piece, or before the next one, or where its line ends."""
        number = bisect_left(self._starts, offset) - 1
        before = self.pieces[number] if number >= 0 else None
        if before is not None and offset <= before.end:
            return before.last if offset == before.end else min(before.first + offset - before.start, before.last)
        low, high = self._line(bisect_right(self._lines, offset))
        after = self.pieces[number + 1].first if number + 1 < len(self.pieces) else high
        return self._stripped(low, after if low < after <= high else high)

    def _stripped(self, low: int, high: int) -> int:
        return low + len(self.read[low:high].rstrip(_BLANK))

    def _line(self, number: int) -> tuple[int, int]:
        """Where a line of the text that was read begins and ends."""
        starts = self._lines_read
        return starts[number - 1], starts[number] - 1 if number < len(starts) else len(self.read)

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines_read, offset)
        column = offset - self._lines_read[line - 1]
        even, true = self.indents.get(line, (0, 0))
        return Position(line, 1 + (column - even + true if column >= even else min(column, true)))


class Writer:
    """Writes leaves one after another, each that is known from the text before on the line on which it stood."""

    def __init__(self, read: str, leaves: Iterable[Any]) -> None:
        """leaves are those of the tree as it was parsed, before anything was changed in it."""
        self.pieces: list[Piece] = []
        self.begins: list[int] = []
        self._parts: list[str] = []
        self._read = read
        self._lines = line_starts(read)
        self._widths = {(leaf.lineno, leaf.column): len(leaf.value) for leaf in leaves if leaf.value}
        self._length, self._line, self._depth = 0, 1, 0
        self._fresh = True

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self._parts)

    def write(self, leaf: Any) -> None:
        """Write a leaf with what stands before it, and before that the line ends that a fixer lost."""
        value = str(leaf.value)
        width = self._widths.get((leaf.lineno, leaf.column)) if value else None
        prefix = self._lost(leaf) + leaf.prefix if width is not None else str(leaf.prefix)
        start = self._length + len(prefix)
        self._line += prefix.count("\n")
        if self._fresh and is_code(leaf):
            self.begins.append(self._line)
            self._fresh = False
        self._fresh = self._fresh or kind(leaf) == "NEWLINE"
        if kind(leaf) != "STRING":
            self._depth += sum(map(value.count, "([{")) - sum(map(value.count, ")]}"))
        self._line += value.count("\n")
        self._parts += [prefix, value]
        self._length = start + len(value)
        if width is not None:
            first = self._lines[leaf.lineno - 1] + leaf.column
            self._remember(prefix, Piece(start, self._length, first, first + width))

    def _lost(self, leaf: Any) -> str:
        missing = leaf.lineno - self._line - leaf.prefix.count("\n")
        return ("\n" if self._depth or self._fresh else "\\\n") * int(missing)

    def _remember(self, prefix: str, piece: Piece) -> None:
        """Keep a piece, as one with what stands before it as far as nothing changed there."""
        read, same = self._read, self._parts[-1] == self._read[piece.first : piece.last]
        if same and piece.first >= len(prefix) and read.startswith(prefix, piece.first - len(prefix)):
            piece = Piece(piece.start - len(prefix), piece.end, piece.first - len(prefix), piece.last)
        before = self.pieces[-1] if self.pieces else Piece(0, 0, 0, 0)
        follows = (before.end, before.last) == (piece.start, piece.first)
        if self.pieces and same and follows and before.first - before.start == piece.first - piece.start:
            self.pieces[-1] = Piece(before.start, piece.end, before.first, piece.last)
        else:
            self.pieces.append(piece)


def beginnings(leaves: Iterable[Any]) -> Iterator[Any]:
    """The first leaf of each line of statements."""
    fresh = True
    for leaf in leaves:
        if fresh and is_code(leaf):
            yield leaf
            fresh = False
        fresh = fresh or kind(leaf) == "NEWLINE"


def is_code(leaf: Any) -> bool:
    """Whether a leaf is more than layout."""
    return bool(leaf.value) and kind(leaf) not in ("NEWLINE", "INDENT", "DEDENT", "ENDMARKER")


def kind(leaf: Any) -> str:
    """The name of the token that a leaf is."""
    return _kinds()[leaf.type]


@cache
def _kinds() -> dict[int, str]:
    from fissix.pgen2 import token

    return dict(token.tok_name)
