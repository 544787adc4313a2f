"""What a rule is: a page with its claims, perhaps a question as code; and what a question's answer looks like."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from tfce_migrate.evaluate.frame import Call, Reference
from tfce_migrate.outcome import Safety, Severity
from tfce_migrate.page import parse_page
from tfce_migrate.source import Site
from tfce_migrate.terms import Term

if TYPE_CHECKING:
    from tfce_migrate.check import Calls


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reason: a place and what happens there."""

    site: Site
    message: str


@dataclass(frozen=True, slots=True)
class Keep:
    """A part of new code: what stands at a site, as it stands."""

    site: Site


@dataclass(frozen=True, slots=True)
class Value:
    """A part of new code: this value, by a name that holds it there, or by one that it is given where it is made.

    producer is the softmax or sigmoid around the value; prefer is the name wanted when it must be given one.
    """

    term: Term
    producer: Term | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A part of new code: literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class New:
    """A part of new code: a call of a symbol; each argument is a keyword or None, and a part."""

    symbol: str
    args: tuple[tuple[str | None, Part], ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """A part of new code: the negative of a part."""

    part: Part


@dataclass(frozen=True, slots=True)
class Swap:
    """A part of new code: what stands at a site, with other parts in place of some of its own."""

    site: Site
    swaps: tuple[tuple[Site, Part], ...]


Part = Keep | Value | Text | New | Minus | Swap


@dataclass(frozen=True, slots=True)
class Replace:
    """Put a part where a site is. call says from where names are looked up."""

    site: Site
    part: Part
    call: Call


@dataclass(frozen=True, slots=True)
class Rename:
    """Spell another symbol where a reference or a callee stands."""

    reference: Reference
    symbol: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Change a call's arguments by their index: keywords to give, arguments to drop, symbols to wrap in.

    symbol renames the callee as well; append adds keyword arguments, symbols of TensorFlow or literal text; turned are
    those that become 1 minus what they were.
    """

    call: Call
    symbol: str | None = None
    keywords: Mapping[int, str] = field(default_factory=dict)
    drop: frozenset[int] = frozenset()
    wrap: Mapping[int, str] = field(default_factory=dict)
    append: tuple[tuple[str, str], ...] = ()
    turned: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AfterImports:
    """Call a symbol once, without arguments, after the imports at the top of the file."""

    symbol: str
    reference: Reference


Change = Replace | Rename | Arguments | AfterImports


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's answer for one place: what, why, and which change would mend it.

    at is the whole of what the finding is about. change is None when nothing can be offered; why_not says why.
    safety and severity, when given, hold for this match instead of the page's.
    """

    at: Site
    symbol: str
    message: str
    because: tuple[Step, ...] = ()
    change: Change | None = None
    why_not: str | None = None
    safety: Safety | None = None
    severity: Severity | None = None


class Question(Protocol):
    """A rule's code: every match in one file."""

    def __call__(self, calls: Calls) -> Iterator[Match]: ...


@dataclass(frozen=True)
class Rule:
    """One mistake: its page, and its question where there is code for one.

    Rules with the same stage share a pass; a later stage waits until the earlier ones have nothing left to edit.
    """

    code: str
    name: str
    severity: Severity
    safety: Safety
    summary: str
    page: str
    stage: int

    @cached_property
    def asks(self) -> bool:
        """Whether there is code for the rule; the engine itself reports the others."""
        return resources.files("tfce_migrate.rules").joinpath(self._module + ".py").is_file()

    @property
    def _module(self) -> str:
        return self.name.replace("-", "_")

    @cached_property
    def find(self) -> Question:
        """The question of rules/<name>.py."""
        module = importlib.import_module("tfce_migrate.rules." + self._module)
        found: Question = module.find
        return found


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every rule of the folder by code; a page is one rule, README.md is none."""
    folder = resources.files("tfce_migrate.rules")
    rules = []
    for file in folder.iterdir():
        if not file.name.endswith(".md") or file.name == "README.md":
            continue
        page = parse_page(file.read_text(encoding="utf-8"))
        data = page.metadata
        safety, stage = Safety(data["safety"]), int(data.get("stage", 0))
        rules.append(Rule(data["code"], data["name"], data["severity"], safety, data["summary"], page.body, stage))
    return tuple(sorted(rules, key=lambda rule: rule.code))
