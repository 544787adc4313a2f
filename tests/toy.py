"""A toy engine for the tests of what stands around the engine: it has something to say of three words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

import tfce_migrate
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related, Safety, TextEdit
from tfce_migrate.settings import Settings

WORDS = re.compile(r"tf\.(?:log|gone|hint)\b")


@dataclass(frozen=True)
class ToyRule:
    """What the tool asks of a rule."""

    code: str
    name: str
    severity: str
    safety: Safety
    summary: str
    page: str


RULES = (
    ToyRule(
        "TFC401",
        "moved-symbol",
        "warning",
        Safety.EXACT,
        "It moved.",
        "# moved-symbol (TFC401)\n\nIt *moved*.\n",
    ),
    ToyRule("TFC406", "removed-symbol", "error", Safety.MANUAL, "It is gone.", "# removed-symbol (TFC406)\n"),
    ToyRule("TFC501", "graph-mode-entry", "info", Safety.MANUAL, "A hint.", "# graph-mode-entry (TFC501)\n"),
)


def check_source(text: str, path: str, settings: Settings, neighbours: object = None) -> Outcome:
    """A finding for each word; `syntax error` and `crash` in the text are what they say."""
    if "crash" in text:
        raise KeyError("tf.crash")
    if "syntax error" in text:
        return Outcome(path, text, text, problems=(Problem(path, "parse", "invalid syntax", 1),))
    findings = tuple(_finding(text, match, path) for match in WORDS.finditer(text))
    return Outcome(path, text, text, tuple(finding for finding in findings if settings.selects(finding.code)))


def migrate_source(text: str, path: str, settings: Settings, neighbours: object = None) -> Outcome:
    """As check_source, with `tf.log` made `tf.math.log`."""
    outcome = check_source(text, path, settings)
    fixed = tuple(
        replace(finding, fix=replace(finding.fix, applied=True)) if finding.fix else finding
        for finding in outcome.findings
    )
    after = (
        text if all(finding.fix is None for finding in fixed) else re.sub(r"tf\.log\b", "tf.math.log", text)
    )
    return replace(outcome, findings=fixed, after=after)


def _finding(text: str, match: re.Match[str], path: str) -> Finding:
    start, end = _position(text, match.start()), _position(text, match.end())
    rule = RULES[("tf.log", "tf.gone", "tf.hint").index(match.group())]
    fix = Fix(False, (TextEdit(start, end, "tf.math.log"),)) if rule.safety is Safety.EXACT else None
    because = (Related(path, Position(1, 1), Position(1, 7), "this is TensorFlow"),)
    message = f"{match.group()}: {rule.summary}"
    return Finding(
        rule.code,
        rule.name,
        rule.severity,
        rule.safety,
        message,
        path,
        match.group(),
        start,
        end,
        because,
        fix,
    )


def _position(text: str, offset: int) -> Position:
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    return Position(len(lines), len(lines[-1]) + 1)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the toy in the engine's place for one test."""
    monkeypatch.setattr("tfce_migrate.rule.load_rules", lambda: RULES)
    monkeypatch.setattr(tfce_migrate, "check_source", check_source, raising=False)
    monkeypatch.setattr(tfce_migrate, "migrate_source", migrate_source, raising=False)
