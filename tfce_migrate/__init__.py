"""Text comes in; an Outcome with findings, and after a migration the new text, goes out. Nothing is read or run."""

from __future__ import annotations

import os
import sys

if sys.argv[:1] == ["-m"] and not __file__.startswith(os.path.join(sys.path[0], "")):
    del sys.path[0]  # `python -m` puts the current folder there, whose modules are strangers

from tfce_migrate import interrupt

if interrupt.is_command():
    interrupt.watch()

from dataclasses import replace
from typing import TYPE_CHECKING

from tfce_migrate.outcome import Outcome, Problem
from tfce_migrate.settings import Settings

if TYPE_CHECKING:
    from tfce_migrate.edits.pieces import Pieces
    from tfce_migrate.evaluate import Neighbours
    from tfce_migrate.source import ParseError, Source

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
    of = _of_notebook if path.endswith(".ipynb") else _of_program
    done = of(text, path, settings, neighbours, write)
    if not any(finding.code == "TFC901" for finding in done.findings):
        return done
    from tfce_migrate import python2

    rule = python2.rule_of(settings)
    return done if rule is None else python2.silenced(done, rule)


def _of_notebook(text: str, path: str, settings: Settings, neighbours: Neighbours | None, write: bool) -> Outcome:
    from tfce_migrate import python2
    from tfce_migrate.notebook.analysis import in_cells
    from tfce_migrate.python2 import cells

    rule = python2.rule_of(settings)
    older = (settings.python2 != "check" or rule is None) and cells.has_python2(text, python2.convert)

    def analyse(program: str) -> Outcome:
        done = _of_program(program, path, replace(settings, python2="check"), neighbours, write)
        return done if older or settings.python2 != "convert" else _with_left(done, program, settings, neighbours)

    if settings.python2 == "skip" and older:
        return Outcome(path, text, text, notes=(python2.LEFT_OUT,))
    refused = python2.UNASKED if older and rule is None else None
    if settings.python2 == "convert" and older and write and rule is not None:
        try:
            new = cells.in_python3(text, python2.convert)
        except python2.NotWrittenError as error:
            refused = str(error)
        else:
            if new is not None:
                return cells.outcome(in_cells(new.text, path, analyse), new, text, settings)
    done = in_cells(text, path, analyse, python2.convert)
    return done if refused is None else cells.unconverted(done, refused)


def _of_program(text: str, path: str, settings: Settings, neighbours: Neighbours | None, write: bool) -> Outcome:
    from tfce_migrate.source import ParseError, parse

    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEPTH))
    try:
        source = parse(text, path) if neighbours is None else neighbours.parse(text, path)
    except ParseError as error:
        return _python2(text, path, settings, neighbours, error, write)
    done = _noted(_of_source(source, source, settings, neighbours, write), source)
    return _with_left(done, text, settings, neighbours) if settings.python2 == "convert" else done


def _noted(done: Outcome, source: Source) -> Outcome:
    """The Outcome with a word on the text that an exported notebook hands to IPython's shell."""
    from tfce_migrate.evaluate import unread

    found = unread.lines(source)
    if not found:
        return done
    numbers = ", ".join(map(str, found[:10])) + (", ..." if len(found) > 10 else "")
    said = f"line{'s' * (len(found) > 1)} {numbers}: what is handed to IPython's shell was not looked at"
    return replace(done, notes=(*done.notes, said))


def _with_left(done: Outcome, text: str, settings: Settings, neighbours: Neighbours | None) -> Outcome:
    """The Outcome with what only Python 2 has in a text that is Python 3 to the parser."""
    from tfce_migrate import python2

    return python2.with_left(done, text, settings, neighbours)


def _of_source(
    source: Source,
    first: Source,
    settings: Settings,
    neighbours: Neighbours | None,
    write: bool,
    written: Pieces | None = None,
) -> Outcome:
    """The Outcome of a program; first is its text as it was read, which written may have made another of."""
    from tfce_migrate import findings
    from tfce_migrate.edits import look, passes

    try:
        done = passes(source, settings, neighbours) if write else [look(source, settings, neighbours)[0]]
    except RecursionError:
        message = "expressions nest too deeply to be followed; the file was left as it is"
        return Outcome(first.path, first.text, first.text, problems=(Problem(first.path, "rule", message),))
    return findings.outcome(first, done, settings, write, neighbours, written)


def _python2(
    text: str, path: str, settings: Settings, neighbours: Neighbours | None, error: ParseError, write: bool
) -> Outcome:
    """The Outcome of a text that is not Python 3: what is found in it as Python 2, or the problem that it is not."""
    from tfce_migrate import python2

    refused = None
    if write and settings.python2 == "convert" and python2.rule_of(settings):
        try:
            return _converted(text, path, settings, neighbours)
        except python2.NotWrittenError as why:
            refused = str(why)
    converted = (neighbours.reading(text, path) if neighbours is not None else None) or python2.convert(text)
    if settings.python2 == "skip" and (converted is not None or python2.looks_like_python2(text, error)):
        return Outcome(path, text, text, notes=(python2.LEFT_OUT,))
    if converted is None:
        neither = python2.trouble(text) if python2.looks_like_python2(text, error) else None
        reason = refused or (python2.why_unread(text) if neither is None else None) or "convert it first"
        return python2.unreadable(text, path, error, settings, reason, neither)
    done = _of_program(converted.text, path, settings, neighbours, write=False)
    return python2.outcome(done, converted, text, error, settings, refused)


def _converted(text: str, path: str, settings: Settings, neighbours: Neighbours | None) -> Outcome:
    """The Outcome of a Python 2 text that is written as Python 3 and then migrated.

    Raises:
        NotWrittenError: it cannot be written so.
    """
    import ast

    from tfce_migrate import python2
    from tfce_migrate.source import Source, line_starts, parse

    new = python2.written(text, path, on_disk=neighbours is not None)
    first = Source(path, text, ast.Module([], []), line_starts(text))
    done = _of_source(parse(new.text, path), first, settings, neighbours, True, new.pieces)
    return python2.with_steps(done, new, settings) if done.changed else done
