"""The JSON text of a notebook comes in; its code cells, with the place of every string of their sources, go out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_LITERAL = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)

Span = tuple[int, int]


class NotebookError(Exception):
    """The text is no notebook, or an edit cannot be written into it; the message is one line."""


@dataclass(frozen=True, slots=True)
class Written:
    """The source of a code cell as it stands in the JSON text: one string, or a list of them.

    index counts all cells, whole is the span of the value, items the spans of the strings with their quotes.
    """

    index: int
    whole: Span
    items: tuple[Span, ...]
    texts: tuple[str, ...]
    listed: bool

    @property
    def text(self) -> str:
        """The source."""
        return "".join(self.texts)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the JSON text and where it stands."""

    start: int
    end: int
    data: object


def written_cells(text: str) -> list[Written]:
    """The code cells of a notebook of format 3 or 4; none where its language is not Python.

    Raises:
        NotebookError: the text is no JSON, or not that of a notebook.
    """
    try:
        notebook = _value(text, 0)
        if _SPACE.fullmatch(text, notebook.end) is None:
            raise NotebookError("not a notebook: text follows its JSON")
        members = _members(text, notebook)
        cells = list(_cells(text, members))
    except RecursionError as error:
        raise NotebookError("not a notebook that can be read: its JSON nests too deeply") from error
    except ValueError as error:
        raise NotebookError(f"not a notebook: {error}") from error
    if not _is_python(members):
        return []
    written = (_written(text, index, _members(text, cell)) for index, cell in enumerate(cells))
    return [one for one in written if one is not None]


def characters(text: str, span: Span) -> Iterator[tuple[str, str]]:
    """Each character of a string of the JSON text with its spelling there."""
    for match in _LITERAL.finditer(text, span[0] + 1, span[1] - 1):
        spelling = match.group()
        yield (spelling if len(spelling) == 1 else json.loads(f'"{spelling}"')), spelling


def _value(text: str, start: int) -> _Value:
    start = _after_space(text, start)
    data, end = _DECODER.raw_decode(text, start)
    return _Value(start, end, data)


def _after_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _members(text: str, value: _Value) -> dict[str, _Value]:
    """The members of an object; of a key that comes twice the last, as JSON readers have it."""
    if not isinstance(value.data, dict):
        raise NotebookError("not a notebook: an object is missing")
    found: dict[str, _Value] = {}
    offset = _after_space(text, value.start + 1)
    while text[offset] != "}":
        key = _value(text, offset)
        colon = _after_space(text, key.end)
        found[str(key.data)] = member = _value(text, colon + 1)
        offset = _after_space(text, member.end)
        if text[offset] == ",":
            offset = _after_space(text, offset + 1)
    return found


def _items(text: str, value: _Value) -> list[_Value]:
    if not isinstance(value.data, list):
        raise NotebookError("not a notebook: a list of cells is missing")
    found = []
    offset = _after_space(text, value.start + 1)
    while text[offset] != "]":
        found.append(item := _value(text, offset))
        offset = _after_space(text, item.end)
        if text[offset] == ",":
            offset = _after_space(text, offset + 1)
    return found


def _cells(text: str, members: dict[str, _Value]) -> Iterator[_Value]:
    if "cells" in members:
        yield from _items(text, members["cells"])
    elif "worksheets" in members:
        for sheet in _items(text, members["worksheets"]):
            inner = _members(text, sheet).get("cells")
            yield from _items(text, inner) if inner else ()
    else:
        raise NotebookError("not a notebook: it has no cells")


def _written(text: str, index: int, cell: dict[str, _Value]) -> Written | None:
    """The source of a code cell; None for another kind of cell, or one in another language."""
    source = cell.get("source") or cell.get("input")
    kind, language = cell.get("cell_type"), cell.get("language")
    if source is None or kind is None or kind.data != "code":
        return None
    if language is not None and "python" not in str(language.data).lower():
        return None
    listed = isinstance(source.data, list)
    strings = _items(text, source) if listed else [source]
    texts = tuple(string.data for string in strings if isinstance(string.data, str))
    if len(texts) < len(strings):
        raise NotebookError(f"not a notebook: the source of cell {index} is no text")
    spans = tuple((string.start, string.end) for string in strings)
    return Written(index, (source.start, source.end), spans, texts, listed)


def _is_python(members: dict[str, _Value]) -> bool:
    """Whether the notebook says no other language than Python."""
    metadata = members["metadata"].data if "metadata" in members else None
    for key, inner in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(key) if isinstance(metadata, dict) else None
        language = about.get(inner) if isinstance(about, dict) else None
        if isinstance(language, str):
            return "python" in language.lower()
    return True
