"""Outcomes come in, a SARIF 2.1.0 log of what is left goes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tfce_migrate.baseline import Entry, identified
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related
from tfce_migrate.report import Occasion

if TYPE_CHECKING:
    from tfce_migrate.rule import Rule

Data = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """The log with one run; columns count characters, which SARIF calls unicodeCodePoints."""
    rules = _rules(outcomes)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    run = {
        "tool": {"driver": {"name": "tfce-migrate", "version": occasion.version, "rules": rules}},
        "invocations": [
            {
                "executionSuccessful": not problems,
                "toolExecutionNotifications": [_notification(problem) for problem in problems],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [result for outcome in outcomes for result in _results(outcome, places)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(outcomes: Sequence[Outcome]) -> list[Data]:
    from tfce_migrate.rule import load_rules

    rules = {rule.code: _rule(rule) for rule in load_rules()}
    for outcome in outcomes:
        for finding in outcome.findings:
            rules.setdefault(finding.code, {"id": finding.code, "name": finding.rule})
    return [rules[code] for code in sorted(rules)]


def _rule(rule: Rule) -> Data:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"safety": rule.safety.value, "tags": ["tensorflow"]},
    }


def _results(outcome: Outcome, places: Mapping[str, int]) -> list[Data]:
    return [
        _result(finding, entry, places)
        for finding, entry in identified(outcome.findings, outcome.path)
        if not finding.fixed
    ]


def _result(finding: Finding, entry: Entry, places: Mapping[str, int]) -> Data:
    result: Data = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _location(finding.path, finding.start, finding.end)}],
        "partialFingerprints": {"tfceFinding/v1": _fingerprint(entry)},
        "properties": {"safety": finding.safety.value, "symbol": finding.symbol},
    }
    if finding.because:
        result["relatedLocations"] = [_related(number, step) for number, step in enumerate(finding.because, 1)]
    if finding.cell is not None:
        result["properties"]["cell"] = finding.cell
    elif finding.fix and finding.fix.edits:
        result["fixes"] = [_fix(finding, finding.fix)]
    return result


def _related(number: int, step: Related) -> Data:
    related: Data = {
        "id": number,
        "physicalLocation": _location(step.path, step.start, step.end),
        "message": {"text": step.message},
    }
    if step.cell is not None:
        related["properties"] = {"cell": step.cell}
    return related


def _fix(finding: Finding, fix: Fix) -> Data:
    replacements = [
        {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": edit.text}}
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(finding.path), "replacements": replacements}
    return {
        "description": {"text": f"{finding.rule} ({finding.safety.value})"},
        "artifactChanges": [change],
    }


def _notification(problem: Problem) -> Data:
    location: Data = {"artifactLocation": _artifact(problem.path)}
    if problem.line:
        location["region"] = {"startLine": problem.line}
    return {
        "level": "error",
        "message": {"text": f"{problem.stage}: {problem.message}"},
        "locations": [{"physicalLocation": location}],
    }


def _location(path: str, start: Position, end: Position) -> Data:
    return {"artifactLocation": _artifact(path), "region": _region(start, end)}


def _artifact(path: str) -> Data:
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}


def _region(start: Position, end: Position) -> Data:
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fingerprint(entry: Entry) -> str:
    known = "\0".join(str(part) for part in entry)
    return hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()[:32]
