"""The JSON text of a notebook and what analyses a program come in; the notebook's Outcome, cell by cell, goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from tfce_migrate.notebook import Cell, Convert, Notebook, NotebookError, Placed, magic, read
from tfce_migrate.notebook.marks import IN_PYTHON2, NO_PYTHON
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related, TextEdit
from tfce_migrate.source import line_starts

Analyse = Callable[[str], Outcome]
Edit = tuple[int, int, str]
PYTHON2 = "TFC901"
NOT_READ = "cell {}: what a magic runs is not Python 3 and was not looked at"


def in_cells(text: str, path: str, analyse: Analyse, convert: Convert | None = None) -> Outcome:
    """The Outcome of a notebook, whose cells are analysed as one program.

    Cells that are not Python are left out, each with a problem; where they are Python 2, as convert can tell, they
    are read and have a finding that says so. What is no notebook is an Outcome with a problem.
    """
    try:
        notebook = read(text, convert)
    except NotebookError as error:
        return Outcome(path, text, text, problems=(Problem(path, "parse", str(error)),))
    cells = tuple((cell.index, cell.text) for cell in notebook.cells)
    unread = [finding for cell in notebook.cells for finding in _python2(cell, analyse)]
    problems = [Problem(path, "parse", _trouble(cell)) for cell in notebook.cells if cell.trouble]
    if all(cell.trouble for cell in notebook.cells):
        return Outcome(path, text, text, tuple(unread), tuple(problems), cells=cells)
    done = analyse(notebook.program)
    findings = [_in_cell(finding, notebook) for finding in done.findings]
    after, refused = text, None
    if done.changed:
        try:
            after = notebook.patched(_edits(notebook, done))
        except NotebookError as error:
            refused = str(error)
            findings = [_refused(finding, refused) for finding in findings]
    problems += (replace(problem, line=None) for problem in done.problems)
    notes = tuple(NOT_READ.format(cell.index) for cell in notebook.cells if _has_unread(cell))
    return Outcome(path, text, after, (*findings, *unread), tuple(problems), cells=cells, notes=notes)


def _has_unread(cell: Cell) -> bool:
    """Whether a cell that is Python has a magic that runs something else, which may be Python 2."""
    if cell.program == cell.text or cell.trouble or cell.python2 or cell.indent:
        return False
    return magic.parse_error(magic.hidden(cell.text)) is not None


def _trouble(cell: Cell) -> str:
    return f"cell {cell.index} is not Python 3 and was left out: {cell.trouble}"


def _python2(cell: Cell, analyse: Analyse) -> Iterator[Finding]:
    """What analysing a cell by itself says of its being Python 2."""
    if cell.trouble or cell.python2:
        for finding in analyse(magic.dedented(magic.without_magic(cell.text), cell.indent)).findings:
            if finding.code == PYTHON2:
                yield replace(finding, cell=cell.index)


def _in_cell(finding: Finding, notebook: Notebook) -> Finding:
    cell, start, end = notebook.places(finding.start, finding.end)
    because = tuple(_step(step, finding.path, notebook) for step in finding.because)
    fix = _fix(finding.fix, notebook, cell) if finding.fix else None
    return replace(finding, start=start, end=end, because=because, fix=fix, cell=cell.index)


def _step(step: Related, path: str, notebook: Notebook) -> Related:
    if step.path != path:
        return step
    cell, start, end = notebook.places(step.start, step.end)
    return replace(step, start=start, end=end, cell=cell.index)


def _fix(fix: Fix, notebook: Notebook, cell: Cell) -> Fix:
    starts = line_starts(notebook.program)
    try:
        edits = tuple(_as_text_edit(notebook.edit(*_offsets(edit, starts))) for edit in fix.edits)
    except NotebookError as error:
        return _closed(Fix(False, (), str(error)), cell)
    return _closed(replace(fix, edits=edits), cell) if not fix.applied else replace(fix, edits=edits)


def _closed(fix: Fix, cell: Cell) -> Fix:
    """The fix of a finding in a cell that cannot be edited says so, whatever else is in its way."""
    if cell.python2 or cell.trouble:
        return Fix(False, (), IN_PYTHON2 if cell.python2 else NO_PYTHON)
    return fix


def _offsets(edit: TextEdit, starts: tuple[int, ...]) -> Edit:
    def offset(place: Position) -> int:
        return starts[place.line - 1] + place.column - 1

    return offset(edit.start), offset(edit.end), edit.text


def _as_text_edit(placed: Placed) -> TextEdit:
    starts = line_starts(placed.cell.text)

    def position(offset: int) -> Position:
        line = sum(start <= offset for start in starts)
        return Position(line, offset - starts[line - 1] + 1)

    start, end, text = placed.edit
    return TextEdit(position(start), position(end), text, placed.cell.index)


def _edits(notebook: Notebook, done: Outcome) -> list[Placed]:
    """The edits that make the program what it is after the migration, by cells."""
    starts = line_starts(notebook.program)
    fixes = [finding.fix for finding in done.findings if finding.fix and finding.fix.applied]
    edits = sorted({_offsets(edit, starts) for fix in fixes for edit in fix.edits})
    if _applied(done.before, edits) != done.after:
        edits = list(_differences(done.before, done.after))
    return [notebook.edit(*edit) for edit in _merged(edits)]


def _merged(edits: Iterable[Edit]) -> list[Edit]:
    """The edits, those that touch as one."""
    merged: list[Edit] = []
    for start, end, text in edits:
        if merged and start == merged[-1][1] > merged[-1][0] and end > start:
            merged[-1] = (merged[-1][0], end, merged[-1][2] + text)
        else:
            merged.append((start, end, text))
    return merged


def _applied(text: str, edits: list[Edit]) -> str | None:
    """The text after sorted edits; None if two of them overlap."""
    parts, at = [], 0
    for start, end, new in edits:
        if start < at:
            return None
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _differences(before: str, after: str) -> Iterator[Edit]:
    """The lines that differ between two texts."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    for kind, low, high, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield offsets[low], offsets[high], "".join(new[first:last])


def _refused(finding: Finding, why: str) -> Finding:
    if finding.fix is None or not finding.fix.applied:
        return finding
    return replace(finding, fix=replace(finding.fix, applied=False, why_not=why))
