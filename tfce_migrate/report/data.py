"""Findings and problems come in, the dictionaries of the JSON contract go out."""

from __future__ import annotations

from typing import Any

from tfce_migrate.outcome import Finding, Fix, Position, Problem, Related, TextEdit

Data = dict[str, Any]


def finding_data(finding: Finding) -> Data:
    """A finding as the JSON contract has it."""
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "safety": finding.safety.value,
        "message": finding.message,
        "path": finding.path,
        "cell": finding.cell,
        "symbol": finding.symbol,
        "start": _position(finding.start),
        "end": _position(finding.end),
        "because": [_related(step) for step in finding.because],
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def problem_data(problem: Problem) -> Data:
    """A problem as the JSON contract has it."""
    return {
        "path": problem.path,
        "stage": problem.stage,
        "line": problem.line,
        "message": problem.message,
    }


def _position(place: Position) -> Data:
    return {"line": place.line, "column": place.column}


def _related(step: Related) -> Data:
    return {
        "path": step.path,
        "cell": step.cell,
        "start": _position(step.start),
        "end": _position(step.end),
        "message": step.message,
    }


def _fix(fix: Fix) -> Data:
    return {"applied": fix.applied, "edits": [_edit(edit) for edit in fix.edits], "why_not": fix.why_not}


def _edit(edit: TextEdit) -> Data:
    return {"cell": edit.cell, "start": _position(edit.start), "end": _position(edit.end), "text": edit.text}
