"""What was done to a Python 2 text comes in; the findings that say so, one for each edit of a fixer, go out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tfce_migrate.check import selected
from tfce_migrate.evaluate import Neighbours
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Safety
from tfce_migrate.python2.left import left_in_python3, names_python2
from tfce_migrate.python2.rest import Rest, rest_of
from tfce_migrate.python2.silence import lines_silenced
from tfce_migrate.python2.steps import Step, place_of
from tfce_migrate.python2.writing import Kept, Written
from tfce_migrate.rule import Rule
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, Source, TooLargeError, line_starts, parse

LEFT_OUT = "Python 2, left out (--python2 skip)"
ADVICE = ": `migrate --python2 convert` converts it first"
_MOST_LINES = 10

PYTHON2 = re.compile(
    r"^\s*(print\s+[^(=\s]|exec\s+[^(=\s]|except\s+[\w.]+\s*,\s*\w+\s*:|raise\s+[\w.]+\s*,)|<>|`|\bur['\"]|\b0[0-7]+\b|\bxrange\b",
    re.MULTILINE,
)
PYTHON2_MESSAGES = (
    "Missing parentheses in call", "multiple exception types", "leading zeros", "invalid decimal literal",
    "Lambda expression parameters cannot", "Function parameters cannot",
)  # fmt: skip


def rule_of(settings: Settings) -> Rule | None:
    """The rule that speaks of Python 2, if it is wanted."""
    return next((rule for rule in selected(settings) if rule.code == "TFC901"), None)


def instead(refused: str) -> str:
    """What is said in place of the advice to convert a file that cannot be."""
    return f"; it is not converted, since {refused}"


def with_steps(done: Outcome, new: Written, settings: Settings) -> Outcome:
    """The Outcome of a text that was converted, with what the fixers did and what no fixer can see."""
    findings = (*done.findings, *of_steps(new, done.before, done.path, settings))
    return replace(done, findings=tuple(sorted(findings, key=lambda finding: (finding.start, finding.code))))


def of_steps(new: Written, text: str, path: str, settings: Settings) -> Iterator[Finding]:
    """One finding a fixer and line, with its edits, and one for the divisions that may have become others."""
    rule = rule_of(settings)
    if rule is None:
        return
    for step in new.steps:
        yield _of_step(step, rule, path)
    yield from _of_divisions(new, text, path, rule)
    if new.kept is not None:
        yield _of_kept(new.kept, text, path, rule)
    yield from _of_rest(new, text, path, rule)


def _of_divisions(new: Written, text: str, path: str, rule: Rule) -> Iterator[Finding]:
    """One finding for all, and one for each line on which a comment silences it, for that to have a use."""
    starts = line_starts(text)
    places = [_before(new, place, starts) for place in _rest(new).divisions]
    silent = lines_silenced(text, rule) if places else set()
    heard = [place for place in places if place.line not in silent]
    for found in (heard, *([place] for place in places if place.line in silent)):
        if not found:
            continue
        lines = sorted({place.line for place in found})
        named = ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")
        message = (
            f"Python 2: a `/` of two integers gave a whole number there and gives a fraction now; look at "
            f"{'lines' if len(lines) > 1 else 'line'} {named} and write // where that was meant"
        )
        yield Finding(rule.code, rule.name, "warning", Safety.MANUAL, message, path, "", found[0], found[0])


def _of_kept(kept: Kept, text: str, path: str, rule: Rule) -> Finding:
    message = (
        f"Python 2: imports of modules beside it stay as they are, since {kept.script} is run as a script; whoever "
        f"imports the folder as a package from outside needs them to begin with a dot"
    )
    place = line_of(text, kept.line)
    return Finding(rule.code, rule.name, "info", Safety.MANUAL, message, path, "import", *place)


def line_of(text: str, number: int) -> tuple[Position, Position]:
    """A line without its indentation and what follows its last word."""
    starts = (*line_starts(text), len(text))
    number = min(number, len(starts) - 1)
    line = text[starts[number - 1] : starts[number]].rstrip()
    return Position(number, len(line) - len(line.lstrip()) + 1), Position(number, len(line) + 1)


def _of_rest(new: Written, text: str, path: str, rule: Rule) -> Iterator[Finding]:
    """What no fixer converts, for a person to look at."""
    starts = line_starts(text)
    for place, message in _rest(new).left:
        at = _before(new, place, starts)
        yield Finding(rule.code, rule.name, "info", Safety.MANUAL, f"Python 2: {message}", path, "", at, at)


def _rest(new: Written) -> Rest:
    return new.rest if new.rest is not None else rest_of(new.text)


def _before(new: Written, place: Position, starts: Sequence[int]) -> Position:
    """Where in the text before, whose lines start so, stood what has this place in the new one."""
    offset = line_starts(new.text)[place.line - 1] + place.column - 1
    return place_of(starts, new.pieces.origin(offset)[0])


def with_left(done: Outcome, text: str, settings: Settings, neighbours: Neighbours | None) -> Outcome:
    """The Outcome of a text that is Python 3 to the parser, with what in it only Python 2 has."""
    rule = rule_of(settings)
    if rule is None or not names_python2(text):
        return done
    try:
        source = parse(text, done.path)
    except ParseError:
        return done
    findings = list(done.findings)
    for line, column, said in left_in_python3(source.tree, _beside(source.path, neighbours)):
        at = source.position(source.offset(line, column))
        message = f"Python 2: {said}; the file is not converted, since Python 3 can parse it"
        findings.append(Finding(rule.code, rule.name, "info", Safety.MANUAL, message, done.path, "", at, at))
    findings.sort(key=lambda finding: (finding.start, finding.code))
    return replace(done, findings=tuple(findings))


def has_left(source: Source) -> bool:
    """Whether a text that is Python 3 to the parser may have something that only Python 2 has."""
    return names_python2(source.text) and bool(left_in_python3(source.tree, lambda module: False))


def _beside(path: str, neighbours: Neighbours | None) -> Callable[[str], bool]:
    return lambda module: neighbours is not None and neighbours.find(module, 0, path) is not None


def _of_step(step: Step, rule: Rule, path: str) -> Finding:
    by = "indentation" if step.fixer == "indentation" else f"fixer {step.fixer}"
    message = f"Python 2: line {step.line} is written as Python 3 ({by})"
    start, end = step.edits[0].start, max(edit.end for edit in step.edits)
    fix = Fix(True, step.edits)
    return Finding(
        rule.code, rule.name, rule.severity, Safety.BEHAVIOUR, message, path, step.fixer, start, end, fix=fix
    )


def unreadable(
    text: str, path: str, error: ParseError, settings: Settings, why: str, neither: tuple[int, str] | None = None
) -> Outcome:
    """The Outcome of a text that is not Python 3: a problem, and TFC901 with the reason if it looks like Python 2.

    neither says on which line, and why, it is not Python 2.
    """
    if isinstance(error, TooLargeError):
        return Outcome(path, text, text, problems=(Problem(path, "parse", error.message),))
    line, said = neither or (error.line or 1, f"not Python 3: {error.message}")
    if neither is not None:
        said = f"neither Python 3 nor Python 2: {said}"
    problem = Problem(path, "parse", said, line if neither else error.line)
    findings: tuple[Finding, ...] = ()
    rule = rule_of(settings)
    if rule is not None and looks_like_python2(text, error):
        where = Position(line, 1)
        message = f"Python 2 source ({error.message}); {why}" if neither is None else f"Python 2 source, but {said}"
        message += "; nothing in it was analysed"
        findings = (
            Finding(rule.code, rule.name, rule.severity, Safety.MANUAL, message, path, "", where, Position(line, 2)),
        )
    return Outcome(path, text, text, findings, (problem,))


def looks_like_python2(text: str, error: ParseError) -> bool:
    """Whether a text that is not Python 3 has a sign of Python 2."""
    return PYTHON2.search(text) is not None or error.message.startswith(PYTHON2_MESSAGES)
