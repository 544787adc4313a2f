"""The JSON text of a notebook comes in; one program of its code cells, and its edits as JSON text, go out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from tfce_migrate.notebook import magic
from tfce_migrate.notebook.marks import (
    BESIDE_PYTHON2,
    BORDER,
    FEEDS,
    IN_PYTHON2,
    MARK,
    MAYBE,
    NO_PYTHON,
    NOT_PYTHON,
    READ_ONLY,
    STRANGE,
)
from tfce_migrate.notebook.patch import CellEdit, patched
from tfce_migrate.notebook.scan import NotebookError, Written, written_cells
from tfce_migrate.outcome import Position
from tfce_migrate.source import TOO_LARGE, is_too_large, line_starts

__all__ = ["Cell", "CellEdit", "Notebook", "NotebookError", "Placed", "read"]


class Converted(Protocol):
    """Python 3 made of Python 2, of the same lines."""

    @property
    def text(self) -> str:
        """The Python 3 text."""

    def span(self, start: Position, end: Position) -> tuple[Position, Position]:
        """Where in the Python 2 text a part of it is."""


Convert = Callable[[str], "Converted | None"]


class Placed(NamedTuple):
    """An edit of one cell."""

    cell: Cell
    edit: CellEdit


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell and its place in the program.

    start is the offset of its first character there, line its first line; trouble says why it is not in the program,
    python2 how it is there as Python 3 to be read and not edited. program is its text there, run how it is run.
    IPython takes indent from its lines.
    """

    written: Written
    program: str
    start: int = 0
    line: int = 1
    trouble: str | None = None
    python2: Converted | None = None
    run: str = ""
    indent: str = ""

    @property
    def index(self) -> int:
        """The number of the cell among all cells, from 0."""
        return self.written.index

    @property
    def text(self) -> str:
        """The source as it is in the notebook."""
        return self.written.text

    def offset(self, place: int) -> int:
        """The offset in the source of an offset in the program; one more than it has for the end of its last line.

        Raises:
            NotebookError: the line is another one in the program.
        """
        inside = max(0, place - self.start)
        if inside > len(self.program):
            return len(self.text) + 1
        mine, theirs = line_starts(self.text), line_starts(self.program)
        number = bisect_right(theirs, inside) - 1
        column = inside - theirs[number]
        here, there = self.text[mine[number] : mine[number] + column], self.program[theirs[number] : inside]
        if here != there and here != self.as_written(there):
            raise NotebookError(NOT_PYTHON)
        return mine[number] + column

    def as_written(self, text: str) -> str:
        """Some text of the program as it is in the source: with the indentation that IPython takes away."""
        return text.replace(magic.taken(self.indent), self.indent) if self.indent else text

    def place(self, place: Position) -> Position:
        """The place in the source of a place in the program; the source's end for what is beyond it."""
        starts = (*line_starts(self.text), len(self.text))
        line = min(max(place.line - self.line + 1, 1), len(starts) - 1)
        content = self.text[starts[line - 1] : starts[line]].rstrip("\r\n")
        if place.line - self.line + 1 > line:
            return Position(line, len(content) + 1)
        return Position(line, min(place.column, len(content) + 1))


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook's JSON text, its code cells, and the program that they make in their order."""

    text: str
    cells: tuple[Cell, ...]
    program: str

    def places(self, start: Position, end: Position) -> tuple[Cell, Position, Position]:
        """The cell of a part of the program, and where in its source the part is."""
        cell = self.cells[max(0, bisect_right([cell.line for cell in self.cells], start.line) - 1)]
        if cell.python2:
            above = cell.line - 1
            start, end = cell.python2.span(
                Position(start.line - above, start.column), Position(end.line - above, end.column)
            )
            start, end = Position(start.line + above, start.column), Position(end.line + above, end.column)
        first = cell.place(start)
        return cell, first, max(first, cell.place(end))

    def edit(self, start: int, end: int, text: str) -> Placed:
        """An edit of the program as one of a cell; what is inserted at a border goes to the cell above it.

        Raises:
            NotebookError: it goes over a border of cells, or into lines that are not those of the cell.
        """
        cell = self.cells[max(0, bisect_right([cell.start for cell in self.cells], start) - 1)]
        if cell.trouble or cell.python2 or start < cell.start < end or end > cell.start + len(cell.program) + 1:
            raise NotebookError(BORDER)
        if FEEDS in text:
            raise NotebookError(NOT_PYTHON)
        text = cell.as_written(text)
        low, high, size = cell.offset(start), cell.offset(end), len(cell.text)
        newline = "\r\n" if "\r\n" in cell.text else "\n"
        text = text.replace("\r\n", "\n").replace("\n", newline) if "\r" not in cell.text else text
        if high > size:  # the program has a line end here that the cell has not
            text = text.removesuffix("\n").removesuffix("\r")
            if low > size:
                text = newline + text
            elif not text and low and cell.text[low - 1] in "\r\n":
                low -= 2 if cell.text[:low].endswith("\r\n") else 1
        return Placed(cell, CellEdit(min(low, size), min(high, size), text))

    def patched(self, edits: Sequence[Placed]) -> str:
        """The JSON text after edits, of which no two overlap."""
        by_cell: dict[int, list[CellEdit]] = {}
        for placed in edits:
            by_cell.setdefault(placed.cell.index, []).append(placed.edit)
        parts, at = [], 0
        for cell in self.cells:
            if cell.index in by_cell:
                start, end = cell.written.whole
                parts += [self.text[at:start], patched(self.text, cell.written, sorted(by_cell[cell.index]))]
                at = end
        return "".join([*parts, self.text[at:]])


def read(text: str, convert: Convert | None = None) -> Notebook:
    """Read a notebook of format 3 or 4.

    convert makes Python 3 of Python 2, or nothing; a notebook with a cell that is read so is not edited.

    Raises:
        NotebookError: the text is no notebook, or has too much code.
    """
    program, cells, line, offset = [], [], 1, 0
    found = written_cells(text)
    if is_too_large("\n".join(written.text for written in found)):
        raise NotebookError(TOO_LARGE)
    read_cells = [_cell(written, convert) for written in found]
    beside_python2 = any(cell.python2 for cell in read_cells)
    for cell in read_cells:
        border = f"{_border(cell, beside_python2)}\n"
        body = cell.program if cell.program.endswith(("\n", "\r")) else cell.program + "\n"
        cells.append(replace(cell, start=offset + len(border), line=line + 1))
        program += [border, body]
        offset += len(border) + len(body)
        line += len(line_starts(body))
    return Notebook(text, tuple(cells), "".join([*program, f"{MARK}\n"]))


def _border(cell: Cell, beside_python2: bool) -> str:
    kind = cell.run or MARK
    if cell.python2 or cell.trouble:
        return kind + READ_ONLY + (IN_PYTHON2 if cell.python2 else NO_PYTHON)
    if kind == MAYBE:
        return kind + READ_ONLY + STRANGE
    return kind + READ_ONLY + BESIDE_PYTHON2 if beside_python2 else kind


def _cell(written: Written, convert: Convert | None) -> Cell:
    text = written.text
    if not magic.has_cell_magic(text) and magic.parse_error(text) is None:
        return Cell(written, text)
    plain, run = magic.read_cell(text)
    trouble = magic.parse_error(plain)
    if trouble is None:
        return Cell(written, plain, run=run)
    indent = magic.indentation(text)
    level = magic.dedented(plain, indent)
    if indent and magic.parse_error(level) is None:
        return Cell(written, level, run=run, indent=indent)
    converted = convert(level) if convert else None
    if converted is not None and magic.parse_error(converted.text) is None:
        return Cell(written, converted.text, python2=converted, run=run, indent=indent)
    return Cell(written, magic.taken_out(text), trouble=trouble)
