"""A file's text and places in it come in; lines fit for a terminal, with carets and changes, go out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tfce_migrate.outcome import Position, TextEdit
from tfce_migrate.source import line_starts

_TAB = "    "
_WIDEST = 500  # characters of a line that is shown as it is; of a longer one what is around a place
_BEFORE, _AFTER = 160, 240
_CUT = "..."


class Marked(NamedTuple):
    """A line as it is shown and the line of carets below it."""

    line: str
    carets: str


class Change(NamedTuple):
    """Neighbouring lines before an edit and what they are after it, as they are shown."""

    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A text by lines; \\r\\n, \\r and \\n end a line, nothing else does."""

    text: str
    starts: tuple[int, ...]

    @staticmethod
    def of(text: str) -> Lines:
        """The lines of a text."""
        return Lines(text, line_starts(text))

    def __contains__(self, place: Position) -> bool:
        return bool(self.text) and place.line <= len(self.starts)

    def slice(self, first: int, last: int) -> str:
        """The text from the start of line first to the end of line last, its line end included."""
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return self.text[self.starts[first - 1] : end]

    def offset(self, place: Position) -> int:
        """Where in the text a place is; a place past the end is the end."""
        if place.line > len(self.starts):
            return len(self.text)
        return min(self.starts[place.line - 1] + place.column - 1, len(self.text))


def escaped(text: str) -> str:
    """The text with every character that could steer a terminal, or hide, written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def marked(lines: Lines, start: Position, end: Position) -> Marked:
    """The line of start with carets under the part up to end, or to the line's end if end is further down."""
    at = lines.starts[start.line - 1] + start.column - 1
    low, high = _around(lines, at, at, start.line, start.line)
    line, head, tail = lines.text[low:high].rstrip("\r\n"), *_cuts(lines, low, high, start.line, start.line)
    last = lines.starts[start.line - 1] + end.column - 1 - low if end.line == start.line else len(line.rstrip())
    before, under = line[: at - low], line[at - low : last]
    pad = " " * (len(head) + _width(escaped(before)))
    return Marked(head + escaped(line) + tail, pad + "^" * max(1, _width(escaped(under))))


def _around(lines: Lines, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """From where to where lines are shown: all of them, but for the far ends of long ones."""
    low = lines.starts[first - 1]
    high = lines.starts[last] if last < len(lines.starts) else len(lines.text)
    if start - low > _WIDEST or (first == last and high - low > _WIDEST):
        low = max(low, start - _BEFORE)
    if high - end > _WIDEST or (first == last and high - low > _WIDEST):
        high = min(high, end + _AFTER)
    return low, high


def _cuts(lines: Lines, low: int, high: int, first: int, last: int) -> tuple[str, str]:
    """What stands for the ends of lines that are not shown."""
    whole = lines.starts[last] if last < len(lines.starts) else len(lines.text)
    return _CUT * (low > lines.starts[first - 1]), _CUT * (high < whole)


def changes(lines: Lines, edits: Sequence[TextEdit]) -> Iterator[Change]:
    """What the edits change, one item for each group of neighbouring lines."""
    for group in _groups(sorted(edits, key=lambda edit: (edit.start, edit.end))):
        last = min(max(edit.end.line for edit in group), len(lines.starts))
        first = min(group[0].start.line, last)
        spans = [(lines.offset(edit.start), lines.offset(edit.end), edit.text) for edit in group]
        low, high = _around(lines, spans[0][0], max(end for _, end, _ in spans), first, last)
        head, tail = _cuts(lines, low, high, first, last)
        old = lines.text[low:high]
        new = _edited(old, [(start - low, end - low, text) for start, end, text in spans])
        yield _trimmed(_split(head + old + tail), _split(head + new + tail))


def _shown(character: str) -> str:
    if character == "\t":
        return _TAB
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.category(character) in ("Mn", "Me") for character in text)


def _groups(edits: Sequence[TextEdit]) -> Iterator[list[TextEdit]]:
    group: list[TextEdit] = []
    for edit in edits:
        if group and edit.start.line > max(member.end.line for member in group):
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _trimmed(old: list[str], new: list[str]) -> Change:
    """Old and new without the lines in which they agree at the start and at the end."""
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return Change(tuple(map(_escaped, old)), tuple(map(_escaped, new)))


def _escaped(line: str) -> str:
    """A line, or where it is very long its beginning and its end."""
    return escaped(line if len(line) <= 3 * _WIDEST else line[:_WIDEST] + _CUT + line[-_WIDEST:])
