"""Text comes in; an Outcome with findings, and after a migration the new text, goes out. Nothing is read or run."""

from __future__ import annotations

import sys

from tfce_migrate.outcome import Outcome, Problem
from tfce_migrate.settings import Settings

__all__ = ["Outcome", "Settings", "check_source", "migrate_source"]

DEPTH = 6000  # frames of the interpreter that the walk may use; a deeper nesting becomes a problem of its file


def check_source(text: str, path: str = "<stdin>", settings: Settings | None = None) -> Outcome:
    """What is found in a text. Findings with an edit carry it, unapplied.

    Bad input is no exception: a syntax error is an Outcome with a Problem.
    """
    return _outcome(text, path, settings or Settings(), write=False)


def migrate_source(text: str, path: str = "<stdin>", settings: Settings | None = None) -> Outcome:
    """What is found in a text, and the text after the edits that the settings allow."""
    return _outcome(text, path, settings or Settings(), write=True)


def _outcome(text: str, path: str, settings: Settings, write: bool) -> Outcome:
    from tfce_migrate import findings
    from tfce_migrate.edits import look, passes
    from tfce_migrate.source import ParseError, parse

    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEPTH))
    try:
        source = parse(text, path)
    except ParseError as error:
        return findings.unreadable(text, path, error, settings)
    try:
        done = passes(source, settings) if write else [look(source, settings)[0]]
    except RecursionError:
        message = "expressions nest too deeply to be followed; the file was left as it is"
        return Outcome(path, text, text, problems=(Problem(path, "rule", message),))
    return findings.outcome(source, done, settings, write)
