"""A notebook with Python 2 cells comes in; its text with them as Python 3, and the way back for findings, go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tfce_migrate.edits.pieces import Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.notebook import Cell, CellEdit, NotebookError, Placed, magic, read
from tfce_migrate.notebook.marks import FEEDS
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Related, TextEdit
from tfce_migrate.python2.library import NotWrittenError
from tfce_migrate.python2.report import ADVICE, has_left, instead, of_steps
from tfce_migrate.python2.steps import place_of
from tfce_migrate.python2.writing import Written, written
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, line_starts, parse


@dataclass(frozen=True)
class Converted:
    """A notebook's text with every cell in Python 3, and the cells that were not, with what became of them."""

    text: str
    cells: dict[int, tuple[Cell, Written]]
    sources: tuple[tuple[int, str], ...]


def has_python2(text: str, convert: Callable[[str], object | None]) -> bool:
    """Whether a cell of a notebook is Python 2."""
    try:
        cells = read(text, convert).cells  # type: ignore[arg-type]
    except NotebookError:
        return False
    return any(cell.python2 for cell in cells)


def is_older(text: str, convert: Callable[[str], object | None]) -> bool:
    """Whether a cell of a notebook is Python 2, or all are Python 3 to the parser and have what only Python 2 has."""
    try:
        notebook = read(text, convert)  # type: ignore[arg-type]
        return any(cell.python2 for cell in notebook.cells) or has_left(parse(notebook.program, ""))
    except (NotebookError, ParseError):
        return False


def in_python3(text: str, convert: Callable[[str], object | None]) -> Converted | None:
    """The notebook with its Python 2 cells as Python 3; None if it has none.

    Raises:
        NotWrittenError: a cell cannot be written so that every edit has its place in it.
    """
    try:
        notebook = read(text, convert)  # type: ignore[arg-type]
    except NotebookError:
        return None
    if not any(cell.python2 for cell in notebook.cells):
        return None
    cells: dict[int, tuple[Cell, Written]] = {}
    for cell in notebook.cells:
        if cell.trouble:
            raise NotWrittenError(f"cell {cell.index} is neither Python 3 nor Python 2")
        if cell.python2 or magic.parse_error(magic.hidden(cell.text)) is not None:
            cells[cell.index] = cell, _written(cell)
    edits = [Placed(cell, edit) for cell, new in cells.values() for edit in _edits(new.pieces)]
    after = notebook.patched(edits)
    again = {cell.index: cell.text for cell in read(after).cells}
    if any(again[index] != _text(cell, new) for index, (cell, new) in cells.items()):
        raise NotWrittenError("a cell's text cannot be put back into the notebook as it would have to be")
    return Converted(after, cells, tuple((cell.index, cell.text) for cell in notebook.cells))


def _written(cell: Cell) -> Written:
    """A cell as Python 3, its magics hidden, which are to stay as they are."""
    plain = magic.hidden(cell.text)
    try:
        new = written(plain)
    except NotWrittenError as error:
        raise NotWrittenError(f"cell {cell.index}: {error}") from error
    if not all(_is_open(plain, cell.text, edit) for edit in _edits(new.pieces)):
        raise NotWrittenError(f"cell {cell.index} is Python 2, and a line that is a magic would have to change")
    return new


def _is_open(plain: str, text: str, edit: CellEdit) -> bool:
    """Whether what an edit changes stands in the text as it does where the magics are hidden."""
    line, after = plain.rfind("\n", 0, edit.start) + 1, plain.find("\n", edit.end)
    end = after if after >= 0 else len(plain)
    code = edit.start if plain.startswith(FEEDS, line) else line
    return plain[code:end] == text[code:end]


def _text(cell: Cell, new: Written) -> str:
    """The converted text of a cell with its magics."""
    parts = [cell.text[piece.start : piece.end] if piece.text is None else piece.text for piece in new.pieces.pieces]
    return "".join(parts)


def _edits(pieces: Pieces) -> list[CellEdit]:
    return [CellEdit(piece.start, piece.end, piece.text) for piece in pieces.pieces if piece.text is not None]


def outcome(done: Outcome, new: Converted, text: str, settings: Settings) -> Outcome:
    """What was found and done in the converted notebook, at the places of the notebook as it was."""
    ways = {index: _Way.of(cell.text, made, _applied(done, index)) for index, (cell, made) in new.cells.items()}
    findings = [_back(finding, ways) for finding in done.findings]
    for index, (cell, made) in new.cells.items():
        for finding in of_steps(made, cell.text, done.path, settings):
            fix = finding.fix and replace(finding.fix, edits=tuple(replace(e, cell=index) for e in finding.fix.edits))
            findings.append(replace(finding, cell=index, fix=fix))
    return replace(done, before=text, findings=tuple(findings), cells=new.sources)


def unconverted(done: Outcome, why: str) -> Outcome:
    """The Outcome of a notebook whose Python 2 cells were to be converted and are not."""
    findings = [_unconverted(finding, why) if finding.code == "TFC901" else finding for finding in done.findings]
    return replace(done, findings=tuple(findings))


def _unconverted(finding: Finding, why: str) -> Finding:
    return replace(finding, message=finding.message.replace(ADVICE, instead(why)), fix=Fix(False, (), why))


def _applied(done: Outcome, index: int) -> list[TextEdit]:
    fixes = [finding.fix for finding in done.findings if finding.fix and finding.fix.applied]
    return sorted({edit for fix in fixes for edit in fix.edits if edit.cell == index}, key=lambda edit: edit.start)


@dataclass(frozen=True)
class _Way:
    """The way back from a converted cell: its pieces before the migration, and after it if that can be told."""

    first: tuple[int, ...]
    starts: tuple[int, ...]
    pieces: Pieces
    migrated: Pieces | None

    @staticmethod
    def of(text: str, new: Written, edits: Sequence[TextEdit]) -> _Way:
        starts = line_starts(new.text)
        spans = [Span(_offset(starts, edit.start), _offset(starts, edit.end), edit.text) for edit in edits]
        apart = all(one.end <= other.start for one, other in pairwise(spans))
        return _Way(line_starts(text), starts, new.pieces, new.pieces.applied(spans) if apart else None)

    def place(self, place: Position, last: bool = False) -> Position:
        return place_of(self.first, self.pieces.origin(_offset(self.starts, place))[last])

    def edits(self, edit: TextEdit) -> list[TextEdit]:
        """An applied edit of the converted cell as edits of the cell as it was."""
        if self.migrated is None:
            return []
        low, high = self.place(edit.start), self.place(edit.end, last=True)
        pieces = [piece for piece in self.migrated.pieces if piece.text is not None]
        edits = [TextEdit(place_of(self.first, p.start), place_of(self.first, p.end), p.text or "") for p in pieces]
        return [replace(found, cell=edit.cell) for found in edits if found.start <= high and low <= found.end]


def _offset(starts: Sequence[int], place: Position) -> int:
    return starts[place.line - 1] + place.column - 1


def _back(finding: Finding, ways: dict[int, _Way]) -> Finding:
    def step(related: Related) -> Related:
        way = ways.get(related.cell) if related.cell is not None and related.path == finding.path else None
        if way is None:
            return related
        return replace(related, start=way.place(related.start), end=way.place(related.end, last=True))

    because = tuple(map(step, finding.because))
    finding = replace(finding, because=because, fix=finding.fix and _fix(finding.fix, ways))
    way = ways.get(finding.cell) if finding.cell is not None else None
    if way is None:
        return finding
    return replace(finding, start=way.place(finding.start), end=way.place(finding.end, last=True))


def _fix(fix: Fix, ways: dict[int, _Way]) -> Fix:
    edits: list[TextEdit] = []
    for edit in fix.edits:
        way = ways.get(edit.cell) if edit.cell is not None else None
        edits += [edit] if way is None else way.edits(edit) if fix.applied else []
    return replace(fix, edits=tuple(dict.fromkeys(edits)))
