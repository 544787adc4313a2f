"""An Outcome comes in; it goes out without what comments silence of Python 2, and without calling these unused."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from tfce_migrate.check import silences
from tfce_migrate.notebook.magic import hidden
from tfce_migrate.outcome import Finding, Outcome
from tfce_migrate.rule import Rule
from tfce_migrate.source import ParseError, Suppression, parse, suppression, suppressions_in

UNUSED = "TFC903"


def silenced(done: Outcome, rule: Rule) -> Outcome:
    """The Outcome without the findings of the rule on lines whose comments name it; an edit that was made is told."""
    about = [finding for finding in done.findings if finding.code == rule.code]
    texts = dict(done.cells) if done.cells else {None: done.before}
    if not about or not any(suppressions_in(text) for text in texts.values()):
        return done
    lines = {(cell, line) for cell, text in texts.items() for line in lines_silenced(text, rule, cell is not None)}
    used = {place for finding in about for place in _places(finding) if place in lines}
    gone = {id(finding) for finding in about if not finding.fixed and not used.isdisjoint(_places(finding))}
    gone |= {id(one) for one in done.findings if one.code == UNUSED and (one.cell, one.start.line) in used}
    return replace(done, findings=tuple(finding for finding in done.findings if id(finding) not in gone))


def lines_silenced(text: str, rule: Rule, in_cell: bool = False) -> set[int]:
    """The lines of a text, which may be Python 2, on which a comment silences a rule."""
    if not suppressions_in(text):
        return set()
    text = hidden(text) if in_cell else text
    try:
        found = list(parse(text, "").suppressions.values())
    except ParseError:
        found = list(_in_python2(text))
    return {comment.line for comment in found if silences(comment, rule)}


def _places(finding: Finding) -> set[tuple[int | None, int]]:
    return {(finding.cell, line) for line in range(finding.start.line, finding.end.line + 1)}


def _in_python2(text: str) -> Iterator[Suppression]:
    from fissix.pgen2 import token, tokenize

    try:
        for kind, value, start, *_ in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            found = suppression(value, *start) if kind == token.COMMENT else None
            if found is not None:
                yield found
    except (tokenize.TokenError, IndentationError):
        return
