"""A notebook with Python 2 cells comes in; its text with them as Python 3, and the way back for findings, go out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tfce_migrate.edits.pieces import Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.notebook import Cell, CellEdit, NotebookError, Placed, magic, read
from tfce_migrate.notebook.marks import BESIDE_PYTHON2, FEEDS
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Related, TextEdit
from tfce_migrate.python2.library import NotWrittenError
from tfce_migrate.python2.report import ADVICE, has_left, instead, of_steps
from tfce_migrate.python2.steps import place_of
from tfce_migrate.python2.together import Part, written_together
from tfce_migrate.python2.writing import Written
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, line_starts, parse

_CODE = re.compile(r"^\s*[^\s#]", re.MULTILINE)


@dataclass(frozen=True)
class Converted:
    """A notebook's text with every cell in Python 3, and what became of those that were read as Python 2."""

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
    """The notebook with all its cells as Python 3; None if none is Python 2.

    Raises:
        NotWrittenError: a cell cannot be written so that every edit has its place in it.
    """
    try:
        notebook = read(text, convert)  # type: ignore[arg-type]
    except NotebookError:
        return None
    if not any(cell.python2 for cell in notebook.cells):
        return None
    for cell in notebook.cells:
        if cell.trouble:
            raise NotWrittenError(f"cell {cell.index} is neither Python 3 nor Python 2")
    cells = _written(notebook.cells)
    after = notebook.patched([Placed(cell, edit) for cell, new in cells.values() for edit in _edits(new.pieces)])
    again = {cell.index: cell for cell in read(after).cells}
    if any(again[index].trouble or again[index].text != new.text for index, (_, new) in cells.items()):
        raise NotWrittenError("a cell's text cannot be put back into the notebook as it would have to be")
    return Converted(after, cells, tuple((cell.index, cell.text) for cell in notebook.cells))


def _written(cells: Sequence[Cell]) -> dict[int, tuple[Cell, Written]]:
    """The cells as Python 3, their magics hidden, which are to stay as they are."""
    plain = {cell.index: magic.dedented(magic.hidden(cell.text), cell.indent) for cell in cells}
    code = [cell for cell in cells if _CODE.search(plain[cell.index])]
    found: dict[int, tuple[Cell, Written]] = {}
    for cell, new in zip(code, written_together([_part(cell, plain[cell.index]) for cell in code]), strict=True):
        if new is None:
            continue
        if not all(_is_open(plain[cell.index], cell, edit) for edit in _edits(new.pieces)):
            raise NotWrittenError(f"cell {cell.index} is Python 2, and a line that is a magic would have to change")
        found[cell.index] = cell, _in_cell(cell, new)
    return found


def _part(cell: Cell, plain: str) -> Part:
    even = cell.python2 is not None and bool(getattr(cell.python2, "indents", None))
    return Part(f"cell {cell.index}", plain, cell.python2 is not None or magic.parse_error(plain) is not None, even)


def _in_cell(cell: Cell, new: Written) -> Written:
    """The same with the cell's magics, and its own indentation."""
    pieces = [p if p.text is None else replace(p, text=cell.as_written(p.text)) for p in new.pieces.pieces]
    text = "".join(cell.text[p.start : p.end] if p.text is None else p.text for p in pieces)
    return replace(new, text=text, pieces=Pieces(tuple(pieces)))


def _is_open(plain: str, cell: Cell, edit: CellEdit) -> bool:
    """Whether what an edit changes stands in the cell as it does where the magics are hidden."""
    text = cell.text
    line, after = plain.rfind("\n", 0, edit.start) + 1, plain.find("\n", edit.end)
    if line == edit.start == edit.end and edit.text.endswith("\n") and not (line == 0 and magic.has_cell_magic(text)):
        return True  # lines of its own
    end = after if after >= 0 else len(plain)
    code = edit.start if plain.startswith(FEEDS, line) else line
    return cell.as_written(plain[code:end]) == text[code:end]


def _edits(pieces: Pieces) -> list[CellEdit]:
    return [CellEdit(piece.start, piece.end, piece.text) for piece in pieces.pieces if piece.text is not None]


def outcome(done: Outcome, new: Converted, text: str, settings: Settings) -> Outcome:
    """What was found and done in the converted notebook, at the places of the notebook as it was."""
    changed = {index: pair for index, pair in new.cells.items() if not pair[1].pieces.untouched}
    ways = {index: _Way.of(cell.text, made, _applied(done, index)) for index, (cell, made) in changed.items()}
    findings = [_back(finding, ways) for finding in done.findings]
    for index, (cell, made) in new.cells.items():
        for finding in of_steps(made, cell.text, done.path, settings):
            fix = finding.fix and replace(finding.fix, edits=tuple(replace(e, cell=index) for e in finding.fix.edits))
            findings.append(replace(finding, cell=index, fix=fix))
    return replace(done, before=text, findings=tuple(findings), cells=new.sources)


def unconverted(done: Outcome, why: str) -> Outcome:
    """The Outcome of a notebook whose Python 2 cells were to be converted and are not."""
    return replace(done, findings=tuple(_unconverted(finding, why) for finding in done.findings))


def _unconverted(finding: Finding, why: str) -> Finding:
    if finding.code == "TFC901":
        return replace(finding, message=finding.message.replace(ADVICE, instead(why)), fix=Fix(False, (), why))
    if finding.fix is not None and finding.fix.why_not == BESIDE_PYTHON2:
        return replace(finding, fix=replace(finding.fix, why_not=f"another cell is Python 2{instead(why)}"))
    return finding


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
