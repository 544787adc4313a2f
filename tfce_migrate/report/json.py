"""Outcomes come in, one JSON document goes out, as the contract describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tfce_migrate.outcome import Outcome
from tfce_migrate.report import Occasion
from tfce_migrate.report.data import finding_data, problem_data
from tfce_migrate.report.summary import count


def write(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """The document, in ASCII, so that no encoding on the way can harm it."""
    settings = occasion.settings
    document = {
        "version": 1,
        "tool": {"name": "tfce-migrate", "version": occasion.version},
        "target": {
            "api": settings.target,
            "tf": settings.tf_version,
            "keras": settings.keras,
            "judged_by": settings.judged_by,
        },
        "summary": count(outcomes)._asdict(),
        "findings": [finding_data(finding) for outcome in outcomes for finding in outcome.findings],
        "problems": [problem_data(problem) for outcome in outcomes for problem in outcome.problems],
        "notes": [{"path": outcome.path, "message": note} for outcome in outcomes for note in outcome.notes],
    }
    return json.dumps(document, indent=2) + "\n"
