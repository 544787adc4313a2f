"""Matches come in; edits are planned, those that go together are applied, again until still, and the text goes out."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

from tfce_migrate.asking import asks
from tfce_migrate.check import Checked, Found, ask
from tfce_migrate.edits.span import Plan, Span
from tfce_migrate.edits.unused import unused
from tfce_migrate.era import Known, era_of
from tfce_migrate.evaluate import Module, Neighbours, evaluate
from tfce_migrate.names import has, target_of
from tfce_migrate.outcome import Safety
from tfce_migrate.rule import Rename
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
    """One look at a text: what was found, the spans that were applied, and the unused names that they took away."""

    source: Source
    planned: tuple[Planned, ...]
    checked: Checked
    applied: tuple[Span, ...] = ()
    stage: int = 0
    tidied: tuple[tuple[Span, str], ...] = ()


def look(
    source: Source,
    settings: Settings,
    neighbours: Neighbours | None = None,
    era: Known | None = None,
    last: bool = False,
) -> tuple[Pass, Known]:
    """Evaluate a text, ask the rules, plan their edits; era is what an earlier pass found, last the last stage."""
    module = evaluate(source, neighbours if asks(source) else None)
    if era is None:
        era = era_of((reference.raw for reference in module.references), settings)
    checked = ask(module, settings, era, last)
    planned = tuple(_planned(found, module, neighbours) for found in checked.found)
    return Pass(source, planned, checked), era


def _planned(found: Found, module: Module, neighbours: Neighbours | None) -> Planned:
    match = found.match
    safety = match.safety or found.rule.safety
    if match.change is None:
        why = match.why_not
        return Planned(found, Plan(why_not=why), Safety.MANUAL if match.safety is None else safety)
    if match.why_not is not None:
        return Planned(found, Plan(why_not=match.why_not), safety)
    from tfce_migrate.edits.plan import (
        plan,  # libcst comes with it, which a file without an edit need not pay for
    )

    return Planned(found, plan(match.change, module, neighbours), safety)


def allowed(one: Planned, settings: Settings) -> bool:
    """Whether the settings let this edit be applied."""
    limit = Safety.BEHAVIOUR if settings.unsafe_fixes else Safety.STABLER
    return bool(one.plan.spans) and _ORDER.index(one.safety) <= _ORDER.index(limit)


def passes(source: Source, settings: Settings, neighbours: Neighbours | None = None) -> list[Pass]:
    """Look and apply until a pass has nothing to apply; the last pass is the look that found nothing to do.

    Rules of the later stage wait until the earlier ones have nothing to do, and are then the only ones: what they wrote
    is not to be read again as what it was. An edit whose result is not Python is left out.
    """
    done: list[Pass] = []
    stage = 0
    era: Known | None = None
    while len(done) < LIMIT_PASSES:
        current, era = look(source, settings, neighbours, era, stage == 1)
        new = [one for one in current.planned if one.found.rule.stage == stage and not _is_again(one, done)]
        usable = [one for one in new if allowed(one, settings)]
        spans, after = _apply_together(source, _choose(usable))
        if not spans:
            if stage == 1:
                return _tidied([*done, current], settings, neighbours, era)
            stage = 1
            continue
        done.append(Pass(source, current.planned, current.checked, spans, stage))
        source = after
    return [*done, look(source, settings, neighbours, era, True)[0]]


def _is_again(planned: Planned, done: list[Pass]) -> bool:
    """Whether the pass before inserted the same at the same place, and it was of no use."""
    before = set(done[-1].applied) if done else set()
    return any(span.start == span.end and span in before for span in planned.plan.spans)


def _tidied(
    done: list[Pass], settings: Settings, neighbours: Neighbours | None, era: Known
) -> list[Pass]:
    """The passes, with one more at the end if the edits left something unused."""
    last = done[-1]
    matches = [one.found.match for one in last.planned if not one.plan.spans]
    failing = {match.at.line for match in matches if match.symbol and not has(match.symbol, target_of(settings))}
    tidied = unused(done[0].source, last.source, failing) if len(done) > 1 else ()
    if not tidied:
        return done
    spans = tuple(span for span, _ in tidied)
    try:
        after = parse(apply(last.source.text, spans), last.source.path)
    except ParseError:
        return done
    removal = Pass(last.source, last.planned, last.checked, spans, 1, tidied)
    return [*done[:-1], removal, look(after, settings, neighbours, era, True)[0]]


def _choose(planned: list[Planned]) -> list[Plan]:
    """The plans of one pass: in the order of the codes, leaving out what overlaps an edit already taken.

    What changes a call's arguments comes before what only changes its name, as it goes by the old name.
    """
    chosen: list[Plan] = []
    taken = _Taken()
    names: set[str] = set()
    for one in sorted(planned, key=lambda p: (isinstance(p.found.match.change, Rename), p.found.rule.code)):
        new = [span for span in one.plan.spans if span not in taken]
        shares_name = names & set(one.plan.names) and len(new) > 1  # the same name for another value
        if shares_name or any(taken.overlaps(span) for span in new):
            continue
        for span in new:
            taken.add(span)
        names.update(one.plan.names)
        chosen.append(one.plan)
    return chosen


def _apply_together(source: Source, plans: list[Plan]) -> tuple[tuple[Span, ...], Source]:
    """The spans that could be applied and the source after them; when all together break it, one by one."""
    spans, after = _applied(source, plans)
    if after is not None:
        return spans, after
    kept = _sound(source, [], plans)
    spans, after = _applied(source, kept)
    return spans, after or source


def _sound(source: Source, kept: list[Plan], plans: list[Plan]) -> list[Plan]:
    """What was kept and those of the plans that go with it, found by halves: each try is a parse, and few fail."""
    if _applied(source, [*kept, *plans])[1] is not None:
        return [*kept, *plans]
    if len(plans) == 1:
        return kept
    middle = len(plans) // 2
    return _sound(source, _sound(source, kept, plans[:middle]), plans[middle:])


def _applied(source: Source, plans: list[Plan]) -> tuple[tuple[Span, ...], Source | None]:
    unique = dict.fromkeys(span for plan in plans for span in plan.spans)
    spans = tuple(sorted(unique, key=lambda span: (span.start, span.end)))
    try:
        return spans, parse(apply(source.text, spans), source.path) if spans else source
    except ParseError:
        return (), None


class _Taken:
    """Spans of which no two overlap, in their order: what overlaps another one is beside it."""

    def __init__(self) -> None:
        self._spans: set[Span] = set()
        self._sorted: list[tuple[int, int, Span]] = []

    def __contains__(self, span: Span) -> bool:
        return span in self._spans

    def add(self, span: Span) -> None:
        """Take a span."""
        if span not in self._spans:
            self._spans.add(span)
            insort(self._sorted, (span.start, span.end, span), key=lambda one: one[:2])

    def overlaps(self, span: Span) -> bool:
        """Whether a span overlaps one of them."""
        number = max(0, bisect_left(self._sorted, (span.start,), key=lambda one: one[:1]) - 1)
        while number < len(self._sorted) and self._sorted[number][0] <= span.end:
            if _overlap(span, self._sorted[number][2]):
                return True
            number += 1
        return False


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
