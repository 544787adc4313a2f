"""Text comes in; an Outcome with findings, and after a migration the new text, goes out. Nothing is read or run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tfce_migrate.outcome import Outcome, Problem
from tfce_migrate.settings import Settings

if TYPE_CHECKING:
    from tfce_migrate.evaluate import Neighbours
    from tfce_migrate.source import ParseError

__all__ = ["Outcome", "Settings", "check_source", "migrate_source"]

DEPTH = 6000  # frames of the interpreter that the walk may use; a deeper nesting becomes a problem of its file


def check_source(
    text: str, path: str = "<stdin>", settings: Settings | None = None, neighbours: Neighbours | None = None
) -> Outcome:
    """What is found in a text. Findings with an edit carry it, unapplied.

    neighbours says what imports from other files of the project mean (see project.Project); without it they are
    unknown. Bad input is no exception: a syntax error is an Outcome with a Problem.
    """
    return _outcome(text, path, settings or Settings(), neighbours, write=False)


def migrate_source(
    text: str, path: str = "<stdin>", settings: Settings | None = None, neighbours: Neighbours | None = None
) -> Outcome:
    """What is found in a text, and the text after the edits that the settings allow."""
    return _outcome(text, path, settings or Settings(), neighbours, write=True)


def _outcome(text: str, path: str, settings: Settings, neighbours: Neighbours | None, write: bool) -> Outcome:
    if not path.endswith(".ipynb"):
        return _of_program(text, path, settings, neighbours, write)
    from tfce_migrate import python2
    from tfce_migrate.notebook.analysis import in_cells

    return in_cells(
        text, path, lambda program: _of_program(program, path, settings, neighbours, write), python2.convert
    )


def _of_program(text: str, path: str, settings: Settings, neighbours: Neighbours | None, write: bool) -> Outcome:
    from tfce_migrate import findings
    from tfce_migrate.edits import look, passes
    from tfce_migrate.source import ParseError, parse

    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEPTH))
    try:
        source = parse(text, path) if neighbours is None else neighbours.parse(text, path)
    except ParseError as error:
        return _python2(text, path, settings, neighbours, error)
    try:
        done = passes(source, settings, neighbours) if write else [look(source, settings, neighbours)[0]]
    except RecursionError:
        message = "expressions nest too deeply to be followed; the file was left as it is"
        return Outcome(path, text, text, problems=(Problem(path, "rule", message),))
    return findings.outcome(source, done, settings, write, neighbours)


def _python2(text: str, path: str, settings: Settings, neighbours: Neighbours | None, error: ParseError) -> Outcome:
    """The Outcome of a text that is not Python 3: what is found in it as Python 2, or the problem that it is not."""
    from tfce_migrate import findings, python2

    converted = python2.convert(text)
    if converted is None:
        return findings.unreadable(text, path, error, settings)
    done = _of_program(converted.text, path, settings, neighbours, write=False)
    return python2.outcome(done, converted, text, error, settings)
