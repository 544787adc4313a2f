"""Texts that are one program in Python 2 come in, as a notebook's cells are; the Python 3 form of each goes out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tfce_migrate.edits.pieces import Piece, Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.outcome import Position, TextEdit
from tfce_migrate.python2.library import TOO_LONG, NotWrittenError, future, is_too_long
from tfce_migrate.python2.rest import Rest, rest_of
from tfce_migrate.python2.steps import Step, place_of
from tfce_migrate.python2.writing import Written, in_line_ends_of, in_python3, plain_of, tabs, tree_of
from tfce_migrate.source import line_starts

_MARK = "#\x03"  # no hand writes this; the number of a text follows, which begins on the next line; the first has none
_BORDER = re.compile(rf"^{_MARK}(\d+)\n", re.MULTILINE)
_LINE = re.compile(r"\bline (\d+)")
_ESCAPE = re.compile(r"\\[uUN]")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the texts: what messages call it, whether it is Python 2 for sure, and has tabs amid spaces."""

    name: str
    text: str
    sure: bool
    even: bool = False


def written_together(parts: Sequence[Part]) -> list[Written | None]:
    """Each text as Python 3; nothing for one that is no Python 2, and need not be.

    What one text imports, binds or has from the future holds for those that follow, as in one file.

    Raises:
        NotWrittenError: a text cannot be written so.
    """
    plain = [plain_of(part.text) for part in parts]
    if any(_MARK in text for text in plain) or is_too_long("\n".join(plain)):
        raise NotWrittenError(TOO_LONG if is_too_long("\n".join(plain)) else "a control character stands in it")
    read = _readable(parts, plain)
    if not read:
        return [None] * len(parts)
    joint, begins = "", dict[int, int]()
    for number in read:
        joint += f"{_MARK}{number}\n" if begins else ""
        begins[number] = len(joint)
        joint += plain[number] + "\n" * (not plain[number].endswith("\n"))
    even = [span for number in read if parts[number].even for span in _moved(tabs(plain[number]), begins[number])]
    try:
        done = in_python3(joint, even, _tree)
    except NotWrittenError as error:
        raise NotWrittenError(_named(str(error), joint, parts, read)) from error
    whole = _Whole(done, begins, line_starts(joint), _rests(done.text, read))
    found = {number: in_line_ends_of(parts[number].text, whole.part(number, plain[number])) for number in read}
    if _changed([done]) != _changed(found.values()):
        raise NotWrittenError("an edit would stand outside of the cells")
    return [found.get(number) for number in range(len(parts))]


def _changed(done: Iterable[Written]) -> int:
    return sum(piece.text is not None for one in done for piece in one.pieces.pieces)


def _readable(parts: Sequence[Part], plain: Sequence[str]) -> list[int]:
    """The numbers of the texts that are read as Python 2."""
    numbers: list[int] = []
    features: frozenset[str] = frozenset()
    for number, part in enumerate(parts):
        more = features | future(plain[number])
        try:
            tree_of(plain[number] + "\n", more)
        except NotWrittenError as error:
            if part.sure:
                raise NotWrittenError(f"{part.name}: {error}") from error
            continue
        late = "unicode_literals" in more - features
        if late and any(_ESCAPE.search(plain[before]) for before in numbers):
            raise NotWrittenError(f"{part.name} makes strings Unicode, and escapes before it are none yet")
        features = more
        numbers.append(number)
    return numbers


def _moved(spans: Sequence[Span], by: int) -> list[Span]:
    return [Span(span.start + by, span.end + by, span.text) for span in spans]


def _tree(text: str) -> Any:
    """The tree of texts with borders between them, each read with what those before it have from the future."""
    from fissix.pygram import python_symbols
    from fissix.pytree import Leaf, Node

    features: frozenset[str] = frozenset()
    root, comments, line = Node(python_symbols.file_input, []), "", 0
    names: set[str] = set()
    starts = [0, *(match.start() for match in _BORDER.finditer(text)), len(text)]
    for low, high in pairwise(starts):
        features |= future(text[low:high])
        tree = tree_of(text[low:high], features)
        names.update(getattr(tree, "used_names", ()))
        for leaf in tree.leaves():
            leaf.lineno += line
        *children, end = list(tree.children) or [tree]
        if children:
            first = next(children[0].leaves())
            first.prefix = comments + first.prefix
            comments = ""
        for child in children:
            child.remove()
            root.append_child(child)
        comments += end.prefix
        line += text.count("\n", low, high)
    root.append_child(Leaf(0, "", prefix=comments))
    root.future_features, root.used_names = features, names
    return root


def _borders(text: str) -> list[int]:
    """The lines above those on which the texts begin."""
    starts = line_starts(text)
    return [0, *(place_of(starts, match.start()).line for match in _BORDER.finditer(text))]


def _named(message: str, joint: str, parts: Sequence[Part], read: Sequence[int]) -> str:
    """A message whose lines are those of a text."""
    borders = _borders(joint)

    def line(match: re.Match[str]) -> str:
        number = bisect_left(borders, int(match.group(1))) - 1
        return f"{parts[read[number]].name}, line {int(match.group(1)) - borders[number]}"

    return _LINE.sub(line, message)


def _rests(text: str, read: Sequence[int]) -> dict[int, Rest]:
    """What is left in each text, at the places of its new form."""
    rest, borders = rest_of(text), _borders(text)
    ends = [*borders[1:], len(line_starts(text)) + 1]
    return {number: rest.between(*span) for number, span in zip(read, zip(borders, ends, strict=True), strict=True)}


@dataclass(frozen=True)
class _Whole:
    """All texts as Python 3, where each begins among them before that, and what is left to a person."""

    done: Written
    begins: dict[int, int]
    starts: Sequence[int]
    rests: dict[int, Rest]

    def part(self, number: int, plain: str) -> Written:
        """The share of one text."""
        low, size = self.begins[number], len(plain)
        high = low + size + (not plain.endswith("\n"))
        pieces = tuple(_inside(Piece(p.start - low, p.end - low, p.text), plain) for p in self._pieces(low, high))
        text = "".join(plain[p.start : p.end] if p.text is None else p.text for p in pieces)
        first = place_of(self.starts, low).line - 1
        found = [self._step(step, first, low, plain) for step in self.done.steps if self._is_in(step, low, high)]
        return Written(text, Pieces(pieces), tuple(found), rest=self.rests[number])

    def _pieces(self, low: int, high: int) -> list[Piece]:
        found = []
        for piece in self.done.pieces.pieces:
            if piece.text is None and piece.start < high and low < piece.end:
                found.append(Piece(max(low, piece.start), min(high, piece.end), None))
            elif piece.text is not None and piece.start <= high and low <= piece.end:
                if piece.start < low or high < piece.end:
                    raise NotWrittenError("an edit would go over the border of a cell")
                found.append(piece)
        return found

    def _offset(self, place: Position) -> int:
        return self.starts[place.line - 1] + place.column - 1

    def _is_in(self, step: Step, low: int, high: int) -> bool:
        return low <= self._offset(step.edits[0].start) <= high

    def _step(self, step: Step, first: int, low: int, plain: str) -> Step:
        starts = line_starts(plain)
        edits = []
        for edit in step.edits:
            piece = Piece(self._offset(edit.start) - low, self._offset(edit.end) - low, edit.text)
            piece = _inside(piece, plain)
            edits.append(TextEdit(place_of(starts, piece.start), place_of(starts, piece.end), piece.text or ""))
        return replace(step, line=min(step.line - first, edits[0].start.line), edits=tuple(edits))


def _inside(piece: Piece, plain: str) -> Piece:
    """A piece that does not reach beyond the text to the line end that was put behind it."""
    size = len(plain)
    if piece.end <= size:
        return piece
    text = None if piece.text is None else piece.text.removesuffix("\n")
    if text is not None and piece.start > size:
        text = "\n" + text
    return Piece(min(piece.start, size), size, text)
