"""What an edit is, as data: a span of text replaced by another, and a plan of several that go together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Replace the characters from start to end by text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The span edits of one change and the names that they bind; nothing is written when why_not says why."""

    spans: tuple[Span, ...] = ()
    why_not: str | None = None
    names: tuple[str, ...] = ()
