"""Outcomes come in, JSON documents of one line each go out: the findings, then the problems."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tfce_migrate.outcome import Outcome
from tfce_migrate.report import Occasion
from tfce_migrate.report.data import finding_data, problem_data


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """The lines; `type` tells a finding from a problem, the rest is as in the JSON document."""
    findings = [
        {"type": "finding", **finding_data(finding)} for outcome in outcomes for finding in outcome.findings
    ]
    problems = [
        {"type": "problem", **problem_data(problem)} for outcome in outcomes for problem in outcome.problems
    ]
    return "".join(json.dumps(line) + "\n" for line in (*findings, *problems))
