"""Outcomes come in; a baseline of the findings that are known and accepted goes out, or is taken out of them.

A finding is known by its file, code, message and its number among those that agree in all three, not by its
line, so that a baseline survives edits elsewhere in the file.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tfce_migrate.outcome import Finding, Outcome

_VERSION = 1
_LINE_NUMBER = re.compile(r"\bline \d+")


class BaselineError(ValueError):
    """A file that is no baseline."""


class Entry(NamedTuple):
    """One known finding; path is relative to the folder of the baseline file."""

    path: str
    code: str
    message: str
    ordinal: int


def identified(findings: Iterable[Finding], path: str) -> Iterator[tuple[Finding, Entry]]:
    """Pair each finding of one file, in the order of their places, with its entry under path."""
    seen: Counter[tuple[str, str]] = Counter()
    for finding in sorted(findings, key=lambda finding: (finding.cell or 0, finding.start, finding.code)):
        message = _LINE_NUMBER.sub("line", finding.message)
        seen[finding.code, message] += 1
        yield finding, Entry(path, finding.code, message, seen[finding.code, message])


def without_known(outcomes: Iterable[Outcome], known: frozenset[Entry], root: str) -> list[Outcome]:
    """The outcomes without the findings that are known and not fixed; root is the baseline file's folder."""
    return [replace(outcome, findings=_new(outcome, known, root)) for outcome in outcomes]


def updated(outcomes: Iterable[Outcome], known: frozenset[Entry], root: str) -> frozenset[Entry]:
    """The baseline that knows what is left in these outcomes, and of files not among them what known says."""
    outcomes = list(outcomes)
    looked_at = {_from_root(outcome.path, root) for outcome in outcomes}
    kept = {
        entry
        for entry in known
        if entry.path not in looked_at and os.path.exists(os.path.join(root, entry.path))
    }
    return frozenset(kept.union(*(_left(outcome, root) for outcome in outcomes)))


def dump(entries: Iterable[Entry]) -> str:
    """The text of a baseline file, in an order that makes for small differences."""
    return (
        json.dumps(
            {"version": _VERSION, "findings": [entry._asdict() for entry in sorted(entries)]}, indent=1
        )
        + "\n"
    )


def parse(text: str) -> frozenset[Entry]:
    """The entries of a baseline file's text. Raises BaselineError."""
    try:
        document = json.loads(text)
        if document["version"] != _VERSION:
            raise BaselineError(
                f"its version is {document['version']!r}, this program reads version {_VERSION}"
            )
        return frozenset(
            Entry(str(item["path"]), str(item["code"]), str(item["message"]), int(item["ordinal"]))
            for item in document["findings"]
        )
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, BaselineError):
            raise
        raise BaselineError("this is no baseline of tfce-migrate") from error


def _new(outcome: Outcome, known: frozenset[Entry], root: str) -> tuple[Finding, ...]:
    path = _from_root(outcome.path, root)
    left = identified((finding for finding in outcome.findings if not finding.fixed), path)
    old = {id(finding) for finding, entry in left if entry in known}
    return tuple(finding for finding in outcome.findings if id(finding) not in old)


def _left(outcome: Outcome, root: str) -> set[Entry]:
    left = identified(
        (finding for finding in outcome.findings if not finding.fixed), _from_root(outcome.path, root)
    )
    return {entry for _, entry in left}


def _from_root(path: str, root: str) -> str:
    return os.path.relpath(path, root or ".").replace(os.sep, "/")
