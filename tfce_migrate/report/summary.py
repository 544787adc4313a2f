"""Outcomes come in, counts and sentences about them go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tfce_migrate.outcome import Finding, Outcome, Safety


class Counts(NamedTuple):
    """How many files, findings and problems there are."""

    files: int
    findings: int
    fixed: int
    left: int
    problems: int
    by_rule: dict[str, int]


def count(outcomes: Sequence[Outcome]) -> Counts:
    """Count what the outcomes hold; rules are in the order of their codes."""
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    fixed = sum(finding.fixed for finding in findings)
    by_rule = Counter(finding.code for finding in findings)
    problems = sum(len(outcome.problems) for outcome in outcomes)
    return Counts(
        len(outcomes), len(findings), fixed, len(findings) - fixed, problems, dict(sorted(by_rule.items()))
    )


def sentence(outcomes: Sequence[Outcome]) -> str:
    """Say in one line what came of a run."""
    counts = count(outcomes)
    if not counts.findings:
        said = "nothing found"
    else:
        said = plural(counts.findings, "finding") + _severities(outcomes)
        if counts.fixed:
            files = sum(outcome.changed for outcome in outcomes)
            said += f", {counts.fixed} fixed in {plural(files, 'file')}, {counts.left} left"
    if counts.problems:
        said += f", {plural(counts.problems, 'problem')}"
    return f"{plural(counts.files, 'file')} looked at: {said}"


def offer(outcomes: Iterable[Outcome]) -> str | None:
    """Say in one line how many findings an edit is ready for, or nothing if for none."""
    ready = [finding for outcome in outcomes for finding in outcome.findings if _ready(finding)]
    unsafe = sum(finding.safety is Safety.BEHAVIOUR for finding in ready)
    safe = len(ready) - unsafe
    if not ready:
        return None
    if not safe:
        return f"`tfce-migrate migrate --unsafe-fixes` can fix {unsafe} of them"
    more = f", with --unsafe-fixes {unsafe} more" if unsafe else ""
    return f"`tfce-migrate migrate` can fix {safe} of them{more}"


def statistics(outcomes: Iterable[Outcome]) -> str:
    """Give a table of rules by the number of their findings, the most frequent first."""
    found = Counter((finding.code, finding.rule) for outcome in outcomes for finding in outcome.findings)
    width = max((len(str(number)) for number in found.values()), default=0)
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return "".join(f"{number:>{width}}  {code}  {rule}\n" for (code, rule), number in rows)


def plural(number: int, noun: str) -> str:
    """The number with its noun, which takes an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _severities(outcomes: Sequence[Outcome]) -> str:
    found = Counter(finding.severity for outcome in outcomes for finding in outcome.findings)
    nouns = (("error", found["error"]), ("warning", found["warning"]))
    parts = [plural(number, noun) for noun, number in nouns if number]
    if found["info"]:
        parts.append(f"{found['info']} for information")
    return f" ({', '.join(parts)})"


def _ready(finding: Finding) -> bool:
    """Whether an edit waits for nothing but the right command."""
    fix = finding.fix
    if fix is None or not fix.edits or fix.applied:
        return False
    return fix.why_not is None or finding.safety is Safety.BEHAVIOUR
