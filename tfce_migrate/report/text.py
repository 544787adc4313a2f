"""Outcomes come in, a report for people goes out: what is wrong where, why, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related, Safety
from tfce_migrate.report import Occasion
from tfce_migrate.report.excerpt import Lines, changes, escaped, marked
from tfce_migrate.report.summary import offer, plural, sentence, statistics

Paint = Callable[[str, str], str]
Texts = Mapping[tuple[str, "int | None"], Lines]  # of files, and of the cells of notebooks

_SEVERITY_STYLE = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """One block a file, then the sum unless quiet. With statistics, counts stand in for the findings."""
    paint = _paint(occasion.colour)
    if occasion.settings.statistics:
        blocks = [statistics(outcomes), *(_joined(_problems(outcome, paint)) for outcome in outcomes)]
    else:
        texts = {key: Lines.of(text) for outcome in outcomes if outcome.findings for key, text in _texts(outcome)}
        blocks = [_joined(_file(outcome, texts, occasion, paint)) for outcome in outcomes]
    if not occasion.settings.quiet:
        blocks.append(_joined(_closing(outcomes, occasion)))
    return "\n".join(block for block in blocks if block)


def _texts(outcome: Outcome) -> Iterator[tuple[tuple[str, int | None], str]]:
    yield (outcome.path, None), outcome.before
    for cell, text in outcome.cells:
        yield (outcome.path, cell), text


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _paint(colour: bool) -> Paint:
    if not colour:
        return lambda text, style: text
    from rich.style import Style

    return lambda text, style: Style.parse(style).render(text)


def note_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """What a person should know of files, one line each."""
    for outcome in outcomes:
        for note in outcome.notes:
            yield f"{escaped(outcome.path)}: {escaped(note)}"


def _closing(outcomes: Sequence[Outcome], occasion: Occasion) -> Iterator[str]:
    yield from note_lines(outcomes)
    yield sentence(outcomes)
    offered = offer(outcomes)
    if offered:
        yield offered


def _file(outcome: Outcome, texts: Texts, occasion: Occasion, paint: Paint) -> Iterator[str]:
    if outcome.findings:
        yield paint(_heading(outcome), "bold")
    for finding in outcome.findings:
        yield from _finding(finding, texts, occasion, paint)
    yield from _problems(outcome, paint)


def _heading(outcome: Outcome) -> str:
    fixed = sum(finding.fixed for finding in outcome.findings)
    count = plural(len(outcome.findings), "finding") + (f", {fixed} fixed" if fixed else "")
    return f"{escaped(outcome.path)}: {count}"


def _problems(outcome: Outcome, paint: Paint) -> Iterator[str]:
    for problem in outcome.problems:
        yield problem_line(problem, paint)


def problem_line(problem: Problem, paint: Paint = lambda text, style: text) -> str:
    """One line that says which file had which trouble at which stage."""
    place = escaped(problem.path) + (f":{problem.line}" if problem.line else "")
    return f"{place} {paint(f'problem[{problem.stage}]', 'bold magenta')}: {escaped(problem.message)}"


def _finding(finding: Finding, texts: Texts, occasion: Occasion, paint: Paint) -> Iterator[str]:
    place = _place(finding.path, finding.start, finding.cell)
    code = paint(f"{finding.code}[{finding.rule}]", "bold")
    severity = paint(finding.severity, _SEVERITY_STYLE[finding.severity])
    yield f"{place} {code} {severity}: {escaped(finding.message)}"
    yield from _excerpt(texts.get((finding.path, finding.cell)), finding.start, finding.end, paint)
    yield from _because(finding.because, texts, paint)
    yield from _change(finding, texts, paint)
    reason = _reason(finding, occasion)
    if reason:
        yield f"  not fixed: {escaped(reason)}"


def _place(path: str, place: Position, cell: int | None = None) -> str:
    inside = "" if cell is None else f"cell {cell}:"
    return f"{escaped(path)}:{inside}{place.line}:{place.column}"


def _excerpt(lines: Lines | None, start: Position, end: Position, paint: Paint) -> Iterator[str]:
    if lines is None or start not in lines:
        return
    line, carets = marked(lines, start, end)
    number = str(start.line)
    yield f"  {number:>5} | {line}".rstrip()
    yield f"  {'':>5} | {paint(carets, 'bold')}"


def _because(steps: Sequence[Related], texts: Texts, paint: Paint) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"  because {number}. {escaped(step.message)} ({_place(step.path, step.start, step.cell)})"
        yield from _excerpt(texts.get((step.path, step.cell)), step.start, step.end, paint)


def _change(finding: Finding, texts: Texts, paint: Paint) -> Iterator[str]:
    edits = finding.fix.edits if finding.fix else ()
    cells = sorted({edit.cell for edit in edits}, key=lambda cell: -1 if cell is None else cell)
    known = [(cell, lines) for cell in cells if (lines := texts.get((finding.path, cell))) and lines.text]
    if finding.fix is None or not known:
        return
    yield f"  {_state(finding.fix, finding.safety)}:"
    for cell, lines in known:
        for old, new in changes(lines, [edit for edit in edits if edit.cell == cell]):
            yield from (paint(f"    - {line}".rstrip(), "red") for line in old)
            yield from (paint(f"    + {line}".rstrip(), "green") for line in new)


def _state(fix: Fix, safety: Safety) -> str:
    if fix.applied:
        return f"fixed ({safety.value})"
    if safety is Safety.BEHAVIOUR:
        return "can be fixed (behaviour, on request only)"
    return f"can be fixed ({safety.value})" if fix.why_not is None else f"the edit ({safety.value})"


def _reason(finding: Finding, occasion: Occasion) -> str | None:
    """Why the finding is left; when only checking, a finding that an edit is ready for needs no reason."""
    if finding.fixed:
        return None
    if finding.fix and finding.fix.why_not:
        return finding.fix.why_not
    if occasion.command == "check":
        return None
    if finding.fix and finding.fix.edits and finding.safety is Safety.BEHAVIOUR:
        return "the edit changes results; --unsafe-fixes applies it"
    return f"there is no edit for this; `tfce-migrate explain {finding.code}` says what to do"
