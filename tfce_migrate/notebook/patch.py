"""Edits of a cell's source come in; the JSON text of the source goes out, with no other character changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from tfce_migrate.notebook.scan import Span, Written, characters

_ESCAPED = re.compile(r"(?<!\\)\\u(?!00[01])[0-9a-fA-F]{4}")  # control characters are escaped in either style


class CellEdit(NamedTuple):
    """Replace the characters from start to end of a cell's source by text."""

    start: int
    end: int
    text: str


class _Unit(NamedTuple):
    """One character of a source, its spelling in the JSON text, and the string that it belongs to."""

    character: str
    spelling: str
    item: int


def patched(text: str, cell: Written, edits: Sequence[CellEdit]) -> str:
    """The JSON text of a cell's source after sorted, disjoint edits; strings without an edit stay as they are."""
    units = [_Unit(*pair, number) for number, span in enumerate(cell.items) for pair in characters(text, span)]
    raw = _writes_raw(text, cell)
    edited: list[_Unit] = []
    at, touched = 0, set()
    for edit in edits:
        item = units[min(edit.start, len(units) - 1)].item if units else 0
        touched |= {item, *(unit.item for unit in units[edit.start : edit.end])}
        edited += units[at : edit.start]
        edited += (_Unit(character, _spelled(character, raw), item) for character in edit.text)
        at = edit.end
    edited += units[at:]
    start, end = cell.whole
    if not cell.items:
        return text[start:end]
    if not cell.listed:
        return f'"{_joined(edited)}"'
    return _list(text, cell, edited, touched)


def _writes_raw(text: str, cell: Written) -> bool:
    """Whether characters beyond ASCII stand in the JSON as themselves: in this cell, else anywhere."""
    for around in (text[slice(*cell.whole)], text):
        if not around.isascii():
            return True
        if _ESCAPED.search(around):
            return False
    return True


def _spelled(character: str, raw: bool) -> str:
    return json.dumps(character, ensure_ascii=not raw)[1:-1]


def _joined(units: Sequence[_Unit]) -> str:
    return "".join(unit.spelling for unit in units)


def _list(text: str, cell: Written, units: Sequence[_Unit], touched: set[int]) -> str:
    """The list after the edits: a string that is a line stays one, a new line is a string of its own."""
    by_line = all("\n" not in item[:-1] for item in cell.texts)
    groups: list[list[_Unit]] = [[] for _ in cell.items]
    for unit in units:
        groups[unit.item].append(unit)
    if by_line:
        touched = touched | _melted(cell, groups, touched)
    out: list[str] = []
    for number, group in enumerate(groups):
        lines = _lines(group) if by_line and group and number in touched else [group]
        if number in touched and cell.texts[number] and not group:
            continue
        for line in lines:
            out += [_between(text, cell, number) if out else "", f'"{_joined(line)}"']
    head, tail = text[cell.whole[0] : cell.items[0][0]], text[cell.items[-1][1] : cell.whole[1]]
    return head + "".join(out) + tail if out else "[]"


def _melted(cell: Written, groups: list[list[_Unit]], touched: set[int]) -> set[int]:
    """Moves what is left of a line to the line that an edit has joined with it; the strings that changed so."""
    changed = set()
    for number in range(len(groups) - 1):
        group = groups[number]
        open_line = group and group[-1].character != "\n" and cell.texts[number].endswith("\n")
        if open_line and (number in touched or number in changed):
            following = next((n for n in range(number + 1, len(groups)) if groups[n]), None)
            if following is not None:
                groups[following][:0] = group
                groups[number] = []
                changed |= {number, following}
    return changed


def _lines(units: Sequence[_Unit]) -> list[list[_Unit]]:
    lines: list[list[_Unit]] = [[]]
    for unit in units:
        lines[-1].append(unit)
        if unit.character == "\n":
            lines.append([])
    return [line for line in lines if line]


def _between(text: str, cell: Written, number: int) -> str:
    """What stands before a string of the list: as before the one that was there, or as its neighbours have it."""
    spans: Sequence[Span] = cell.items
    if len(spans) == 1:
        return "," + (text[cell.whole[0] + 1 : spans[0][0]] or " ")
    place = max(number, 1)
    return text[spans[place - 1][1] : spans[place][0]]
