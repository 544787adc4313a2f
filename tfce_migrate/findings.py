"""The passes over a text come in; the Outcome goes out: each finding once, fixed or left, at its first position."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tfce_migrate.check import selected
from tfce_migrate.edits import Pass, Planned, allowed
from tfce_migrate.edits.pieces import Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related, Safety, TextEdit
from tfce_migrate.rule import Rule, load_rules
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, Site, Source, Suppression

PYTHON2 = re.compile(
    r"^\s*(print\s+[^(=\s]|exec\s+[^(=\s]|except\s+[\w.]+\s*,\s*\w+\s*:|raise\s+[\w.]+\s*,)|<>|`|\bur['\"]|\b0[0-7]+\b|\bxrange\b",
    re.MULTILINE,
)
WHY_UNSAFE = "it changes results; --unsafe-fixes applies it"
WHY_OVERLAP = "it overlaps another edit"


def outcome(source: Source, done: Sequence[Pass], settings: Settings, write: bool) -> Outcome:
    """The Outcome of looking at a text once (check) or until still (migrate)."""
    first, last = done[0], done[-1]
    pieces = [Pieces.whole(source.text)]
    for one in done:
        pieces.append(pieces[-1].applied(one.applied))
    left = _keys(last, pieces[len(done) - 1]) if write else None
    found: dict[tuple[str, int], Finding] = {}
    for number, one in enumerate(done):
        for planned in one.planned:
            key = _key(planned, one.source, pieces[number])
            gone = left is not None and key not in left
            known = found.get(key)
            if known is None and any(earlier.stage for earlier in done[:number]):
                continue  # what the last stage wrote means what it says now
            applied = _is_applied(planned, one)
            if known is None or (applied and known.fix is not None and not known.fix.edits):
                fix = _fix(planned, one, pieces[number + 1 if applied else number], settings, write, gone, source)
                found[key] = _finding(planned, one.source, pieces[number], source, fix)
    findings = [*found.values(), *_unused(first, settings)]
    findings.sort(key=lambda finding: (finding.start, finding.code))
    problems = [*first.checked.problems]
    return Outcome(source.path, source.text, last.source.text, tuple(findings), tuple(problems))


def _key(planned: Planned, source: Source, pieces: Pieces) -> tuple[str, int]:
    return planned.found.rule.code, pieces.origin(source.span(planned.found.match.at)[0])


def _keys(one: Pass, pieces: Pieces) -> set[tuple[str, int]]:
    return {_key(planned, one.source, pieces) for planned in one.planned}


def _is_applied(planned: Planned, one: Pass) -> bool:
    return bool(planned.plan.spans) and all(span in one.applied for span in planned.plan.spans)


def _fix(
    planned: Planned, one: Pass, pieces: Pieces, settings: Settings, write: bool, gone: bool, first: Source
) -> Fix | None:
    spans, why = planned.plan.spans, planned.plan.why_not
    if gone:
        return Fix(True, _edits(planned, one, pieces, first))
    if not spans:
        return Fix(False, (), why) if why is not None else None
    if why is None and not allowed(planned, settings):
        why = WHY_UNSAFE
    elif why is None and write:
        why = WHY_OVERLAP
    return Fix(False, _plain(spans, one.source) if one.applied == () or not write else (), why)


def _edits(planned: Planned, one: Pass, pieces: Pieces, first: Source) -> tuple[TextEdit, ...]:
    """The edits as replacements in the first text: the changed pieces that this match's spans became part of."""
    if not _is_applied(planned, one):
        return ()
    touched = []
    shift = 0
    for span in one.applied:
        if span in planned.plan.spans:
            touched.append((span.start + shift, span.start + shift + len(span.text)))
        shift += len(span.text) - (span.end - span.start)
    edits, position = [], 0
    for piece in pieces.pieces:
        low, high = position, position + piece.length()
        position = high
        if piece.text is not None and any(start <= high and low <= end for start, end in touched):
            edits.append(TextEdit(first.position(piece.start), first.position(piece.end), piece.text))
    return tuple(edits)


def _plain(spans: Sequence[Span], source: Source) -> tuple[TextEdit, ...]:
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return tuple(TextEdit(source.position(s.start), source.position(s.end), s.text) for s in ordered)


def _finding(planned: Planned, source: Source, pieces: Pieces, first: Source, fix: Fix | None) -> Finding:
    rule, match = planned.found.rule, planned.found.match

    def place(site: Site) -> tuple[Position, Position]:
        start, end = source.span(site)
        return first.position(pieces.origin(start)), first.position(max(pieces.origin(start), pieces.origin(end)))

    start, end = place(match.at)
    because = tuple(Related(step.site.path, *place(step.site), step.message) for step in match.because)
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=match.severity or rule.severity,
        safety=planned.safety,
        message=match.message,
        path=source.path,
        symbol=match.symbol,
        start=start,
        end=end,
        because=because,
        fix=fix,
    )


def _unused(first: Pass, settings: Settings) -> list[Finding]:
    rule = next((rule for rule in selected(settings) if rule.code == "TFC903"), None)
    if rule is None:
        return []
    return [_unused_suppression(rule, comment, first.source) for comment in first.checked.unused]


def _unused_suppression(rule: Rule, comment: Suppression, source: Source) -> Finding:
    names = ", ".join(comment.names) or "anything"
    message = f"this comment silences {names}, but nothing is found here"
    start, end = comment.start, comment.end
    return Finding(rule.code, rule.name, rule.severity, rule.safety, message, source.path, "", start, end)


def unreadable(text: str, path: str, error: ParseError) -> Outcome:
    """The Outcome of a text that is not Python 3: a problem, and TFC901 where it looks like Python 2."""
    line = error.line or 1
    problem = Problem(path, "parse", f"not Python 3: {error.message}", error.line)
    findings: tuple[Finding, ...] = ()
    rule = next((rule for rule in load_rules() if rule.code == "TFC901"), None)
    if rule is not None and PYTHON2.search(text):
        where = Position(line, 1)
        message = f"Python 2 source ({error.message}); convert it first, nothing in it was analysed"
        findings = (
            Finding(rule.code, rule.name, rule.severity, Safety.MANUAL, message, path, "", where, Position(line, 2)),
        )
    return Outcome(path, text, text, findings, (problem,))
