"""What one file came to, as plain data: findings, the fix of each, problems, and the text before and after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Severity = Literal["error", "warning", "info"]
Stage = Literal["read", "parse", "rule", "write"]


class Safety(str, Enum):
    """What a rule claims of its edit, from the strongest claim to none."""

    EXACT = "exact"  # same values and gradients
    STABLER = "stabler"  # the same mathematics, different only where the old form overflowed
    BEHAVIOUR = "behaviour"  # results change: only on request
    MANUAL = "manual"  # no edit


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line and column count from 1, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Related:
    """One step of the reason for a finding, such as the place where the probabilities were made."""

    path: str
    start: Position
    end: Position
    message: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace what stands from start to end (exclusive) in the file, or its cell, before any edit by text."""

    start: Position
    end: Position
    text: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """The edit that a finding offers, whether it was applied, and if not, why not.

    edits is empty when the rule has a rewrite in general but not here; why_not then says what is in the way.
    """

    applied: bool
    edits: tuple[TextEdit, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake at one place. Positions are those of the file before any edit."""

    code: str
    rule: str
    severity: Severity
    safety: Safety
    message: str
    path: str
    symbol: str
    start: Position
    end: Position
    because: tuple[Related, ...] = ()
    fix: Fix | None = None
    cell: int | None = None

    @property
    def fixed(self) -> bool:
        """Whether the text after no longer has this finding because its edit was applied."""
        return self.fix is not None and self.fix.applied


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept the tool from doing its work on a file; never raised, always reported."""

    path: str
    stage: Stage
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is known of one file after check or migrate.

    before is the text as it was read (empty if it could not be), after the text that the edits make of it;
    the two are equal when nothing was edited. encoding turns both into the bytes of the file; a byte order mark
    makes it utf-8-sig and is no part of the texts. cells are the sources of a notebook's code cells by their number
    among all cells; places in a notebook are places in one of them. notes say what a person
    should know and count as nothing.
    """

    path: str
    before: str = ""
    after: str = ""
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str = "utf-8"
    cells: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the edits changed the text."""
        return self.before != self.after
