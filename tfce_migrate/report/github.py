"""Outcomes come in, GitHub workflow commands that annotate what is left go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfce_migrate.outcome import Finding, Outcome, Problem
from tfce_migrate.report import Occasion
from tfce_migrate.report.excerpt import escaped

_ENCODED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """One command a line for each finding that is not fixed and for each problem."""
    findings = [
        _finding(finding) for outcome in outcomes for finding in outcome.findings if not finding.fixed
    ]
    problems = [_problem(problem) for outcome in outcomes for problem in outcome.problems]
    return "".join(f"{line}\n" for line in (*findings, *problems))


def _finding(finding: Finding) -> str:
    properties: dict[str, object] = {"file": finding.path}
    if finding.cell is None:  # a notebook's lines are not those of its file
        properties |= {"line": finding.start.line, "endLine": finding.end.line}
        if finding.start.line == finding.end.line:
            properties |= {"col": finding.start.column, "endColumn": finding.end.column}
    properties["title"] = f"{finding.code} {finding.rule}"
    steps = [f"{number}. {step.message}" for number, step in enumerate(finding.because, 1)]
    return _command(_COMMANDS[finding.severity], properties, "\n".join([finding.message, *steps]))


def _problem(problem: Problem) -> str:
    properties: dict[str, object] = {"file": problem.path}
    if problem.line:
        properties["line"] = problem.line
    properties["title"] = f"tfce-migrate could not {problem.stage} this file"
    return _command("error", properties, problem.message)


def _command(name: str, properties: Mapping[str, object], message: str) -> str:
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {shown}::{_message(message)}"


def _message(text: str) -> str:
    """Text as the runner wants it, without what a terminal would obey."""
    return "".join(_ENCODED.get(character) or escaped(character) for character in text)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
