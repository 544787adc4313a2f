"""Matches come in; edits are planned, those that go together are applied, again until still, and the text goes out."""

from __future__ import annotations

from dataclasses import dataclass

from tfce_migrate.check import Checked, Found, ask
from tfce_migrate.edits.plan import Plan, plan
from tfce_migrate.edits.values import Span
from tfce_migrate.era import Known, era_of
from tfce_migrate.evaluate import Module, evaluate
from tfce_migrate.outcome import Safety
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, Source, parse

LIMIT_PASSES = 20
_ORDER = (Safety.EXACT, Safety.STABLER, Safety.BEHAVIOUR, Safety.MANUAL)


@dataclass(frozen=True, slots=True)
class Planned:
    """A match with its plan and the safety that holds for it."""

    found: Found
    plan: Plan
    safety: Safety


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a text: what was found in it, and the spans that were applied to it."""

    source: Source
    planned: tuple[Planned, ...]
    checked: Checked
    applied: tuple[Span, ...] = ()


def look(source: Source, settings: Settings, era: Known | None = None) -> tuple[Pass, Known]:
    """Evaluate a text, ask the rules and plan their edits; era is what an earlier pass found."""
    module = evaluate(source)
    if era is None:
        era = era_of((reference.raw for reference in module.references), settings)
    checked = ask(module, settings, era)
    planned = tuple(_planned(found, module) for found in checked.found)
    return Pass(source, planned, checked), era


def _planned(found: Found, module: Module) -> Planned:
    match = found.match
    safety = match.safety or found.rule.safety
    if match.change is None:
        why = match.why_not
        return Planned(found, Plan(why_not=why), Safety.MANUAL if match.safety is None else safety)
    if match.why_not is not None:
        return Planned(found, Plan(why_not=match.why_not), safety)
    return Planned(found, plan(match.change, module), safety)


def allowed(one: Planned, settings: Settings) -> bool:
    """Whether the settings let this edit be applied."""
    limit = Safety.BEHAVIOUR if settings.unsafe_fixes else Safety.STABLER
    return bool(one.plan.spans) and _ORDER.index(one.safety) <= _ORDER.index(limit)


def passes(source: Source, settings: Settings) -> list[Pass]:
    """Look and apply until a pass has nothing to apply; the last pass is the look that found nothing to do.

    Rules of a later stage wait for the earlier ones. A pass whose result is not Python is undone and ends the work.
    """
    done: list[Pass] = []
    stage = 0
    era: Known | None = None
    while len(done) < LIMIT_PASSES:
        current, era = look(source, settings, era)
        chosen = _choose([one for one in current.planned if allowed(one, settings) and one.found.rule.stage <= stage])
        if not chosen:
            if stage == 0 and any(one.found.rule.stage > 0 for one in current.planned):
                stage = 1
                continue
            return [*done, current]
        text = apply(source.text, chosen)
        try:
            after = parse(text, source.path)
        except ParseError:
            return [*done, current]
        done.append(Pass(source, current.planned, current.checked, chosen))
        source = after
    return [*done, look(source, settings, era)[0]]


def _choose(planned: list[Planned]) -> tuple[Span, ...]:
    """The edits of one pass: in the order of the codes, leaving out what overlaps an edit already taken."""
    taken: list[Span] = []
    for one in sorted(planned, key=lambda p: p.found.rule.code):
        spans = one.plan.spans
        if all(span in taken or not any(_overlap(span, other) for other in taken) for span in spans):
            taken.extend(span for span in spans if span not in taken)
    return tuple(sorted(taken, key=lambda span: (span.start, span.end)))


def _overlap(one: Span, other: Span) -> bool:
    if one.start == one.end or other.start == other.end:  # an insertion meets what it stands strictly inside of
        return one.start < other.start < one.end or other.start < one.start < other.end or one.start == other.start
    return one.start < other.end and other.start < one.end


def apply(text: str, spans: tuple[Span, ...]) -> str:
    """The text with sorted, disjoint spans replaced."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], span.text]
        position = span.end
    return "".join([*parts, text[position:]])
