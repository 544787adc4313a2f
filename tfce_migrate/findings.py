"""The passes over a text come in; the Outcome goes out: each finding once, fixed or left, at its first position."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tfce_migrate.check import selected, silences
from tfce_migrate.edits import Pass, Planned, allowed
from tfce_migrate.edits.pieces import Piece, Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.evaluate import Neighbours
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Related, TextEdit
from tfce_migrate.rule import Rule, load_rules
from tfce_migrate.settings import Settings
from tfce_migrate.source import Site, Source, Suppression

WHY_UNSAFE = "it changes results; --unsafe-fixes applies it"
WHY_OVERLAP = "it overlaps another edit"


def outcome(
    source: Source,
    done: Sequence[Pass],
    settings: Settings,
    write: bool,
    neighbours: Neighbours | None = None,
    written: Pieces | None = None,
) -> Outcome:
    """The Outcome of looking at a text once (check) or until still (migrate).

    written says that the first pass saw the source's text in another form, and how that was made of it.
    """
    pieces = [written or Pieces.whole(source.text)]
    for one in done:
        pieces.append(pieces[-1].applied(one.applied))
    changes = [_Changes(one, after) for one, after in zip(done, pieces[1:], strict=True)]
    last = len(done) - 1
    sightings = [part for seen in _sightings(done, pieces, changes).values() for part in _parts(seen, changes, last)]
    begin, end = (_Places(done[n].source, pieces[n], source, neighbours) for n in (0, last))
    findings = list(_unused(begin, end, done, settings))
    for seen in sightings:
        gone = write and seen[-1][0] != last
        number, planned = next(((n, p) for n, p in seen if gone and changes[n].applied(p)), seen[-1])
        one = done[number]
        if gone:
            fix: Fix | None = _applied(planned, changes[number], source)
        else:
            fix = _left(planned, one, pieces[number + 1], settings, write)
        first_number, first = seen[0]
        places = _Places(done[first_number].source, pieces[first_number], source, neighbours)
        findings.append(_finding(first, planned, places, fix))
    findings = _with_tidying(findings, done, changes, source)
    findings = _with_the_rest(findings, pieces[-1], source, frozenset(written.pieces) if written else frozenset())
    findings.sort(key=lambda finding: (finding.start, finding.code))
    return Outcome(source.path, source.text, done[-1].source.text, tuple(findings), done[0].checked.problems)


Key = tuple[str, int]
Seen = list[tuple[int, Planned]]


def _sightings(done: Sequence[Pass], pieces: Sequence[Pieces], changes: Sequence[_Changes]) -> dict[Key, Seen]:
    """Each finding with the passes that saw it; one that an edit moved is known again by its code and place."""
    found: dict[Key, Seen] = {}
    places: dict[str, list[int]] = {}  # of each code, in order

    def add(key: Key, number: int, planned: Planned) -> None:
        if key not in found:
            insort(places.setdefault(key[0], []), key[1])
        found.setdefault(key, []).append((number, planned))

    for number, one in enumerate(done):
        settled = any(earlier.stage for earlier in done[:number])
        used: set[Key] = set()
        moved: list[tuple[Key, Planned]] = []
        for planned in one.planned:
            code = planned.found.rule.code
            low, high = pieces[number].origin(one.source.span(planned.found.match.at)[0])
            known = next((key for key in _between(places.get(code, []), low, high, code) if key not in used), None)
            if known is None:
                moved.append(((code, low), planned))
                continue
            used.add(known)
            add(known, number, planned)
        lost = _unseen(found, used, number - 1, changes[number - 1]) if number else {}
        for key, planned in moved:
            before = _before_it_moved(key, planned, lost)
            if before is None and settled:
                continue  # what the last stage wrote means what it says now
            used.add(before or key)
            add(before or key, number, planned)
    return found


def _parts(seen: Seen, changes: Sequence[_Changes], last: int) -> list[Seen]:
    """The passes that saw a finding; in two parts where its edit was applied and one more of its kind was under it."""
    applied = [at for at, (number, planned) in enumerate(seen) if changes[number].applied(planned)]
    if not applied or seen[-1][0] != last or applied[-1] == len(seen) - 1:
        return [seen]
    return [seen[: applied[-1] + 1], seen[applied[-1] + 1 :]]


def _between(places: Sequence[int], low: int, high: int, code: str) -> Iterator[Key]:
    """The findings of a code from one place to another."""
    number = bisect_left(places, low)
    while number < len(places) and places[number] <= high:
        yield code, places[number]
        number += 1


def _unseen(found: dict[Key, Seen], used: set[Key], last: int, changed: _Changes) -> dict[tuple[str, str], list[int]]:
    """Where the findings of each code and symbol are that only the pass before saw, and whose edit it did not apply.

    Their text may be on another line.
    """
    lost: dict[tuple[str, str], list[int]] = {}
    for key, seen in found.items():
        number, planned = seen[-1]
        if key not in used and number == last and not changed.applied(planned):
            lost.setdefault((key[0], seen[-1][1].found.match.symbol), []).append(key[1])
    return {about: sorted(places) for about, places in lost.items()}


def _before_it_moved(key: Key, planned: Planned, lost: dict[tuple[str, str], list[int]]) -> Key | None:
    """The nearest of them of the same code and symbol, which is taken out."""
    places = lost.get((key[0], planned.found.match.symbol), [])
    after = bisect_left(places, key[1])
    number = min(
        (n for n in (after - 1, after) if 0 <= n < len(places)), key=lambda n: abs(places[n] - key[1]), default=None
    )
    return None if number is None else (key[0], places.pop(number))


class _Changes:
    """What a pass changed: where each of its spans is in the text after it, and which pieces it became part of."""

    def __init__(self, one: Pass, after: Pieces) -> None:
        self.where: dict[Span, tuple[int, int]] = {}
        shift = 0
        for span in one.applied:
            self.where[span] = span.start + shift, span.start + shift + len(span.text)
            shift += len(span.text) - (span.end - span.start)
        changed = [(end, piece) for end, piece in zip(after.ends, after.pieces, strict=True) if piece.text is not None]
        self._ends = [end for end, _ in changed]
        self._pieces = [piece for _, piece in changed]

    def applied(self, planned: Planned) -> bool:
        """Whether all spans of a plan were applied."""
        return bool(planned.plan.spans) and all(span in self.where for span in planned.plan.spans)

    def touching(self, places: Iterable[tuple[int, int]], first: Source) -> tuple[TextEdit, ...]:
        """The changed pieces at places of the text after the pass, as edits of the first one."""
        numbers: set[int] = set()
        for start, end in places:
            number = bisect_left(self._ends, start)
            while number < len(self._ends) and self._ends[number] - self._pieces[number].length() <= end:
                numbers.add(number)
                number += 1
        pieces = [self._pieces[number] for number in sorted(numbers)]
        return tuple(TextEdit(first.position(p.start), first.position(p.end), p.text or "") for p in pieces)


def _applied(planned: Planned, changes: _Changes, first: Source) -> Fix:
    if not changes.applied(planned):
        return Fix(True, ())
    return Fix(True, changes.touching([changes.where[span] for span in planned.plan.spans], first))


def _left(planned: Planned, one: Pass, pieces: Pieces, settings: Settings, write: bool) -> Fix | None:
    spans, why = planned.plan.spans, planned.plan.why_not
    if not spans:
        return Fix(False, (), why) if why is not None else None
    if why is None and not allowed(planned, settings):
        why = WHY_UNSAFE
    elif why is None and write:
        why = WHY_OVERLAP
    return Fix(False, _plain(spans, one.source) if pieces.untouched else (), why)


def _plain(spans: Sequence[Span], source: Source) -> tuple[TextEdit, ...]:
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    return tuple(TextEdit(source.position(s.start), source.position(s.end), s.text) for s in ordered)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a site of a pass stands in the text before any edit, or in a neighbour's."""

    source: Source
    pieces: Pieces
    first: Source
    neighbours: Neighbours | None

    def of(self, site: Site) -> tuple[Position, Position]:
        """The start and end of a site."""
        if site.path != self.source.path:
            if self.neighbours is None:
                return Position(site.line, site.column + 1), Position(site.end_line, site.end_column + 1)
            return self.neighbours.positions(site)
        start, end = self.source.span(site)
        return self.first.position(self.pieces.origin(start)[0]), self.first.position(self.pieces.origin(end)[1])

    def first_of(self, place: Position) -> tuple[Position, Position]:
        """The first and last place in the text before any edit that a place of the pass may stand for."""
        low, high = self.pieces.origin(self.source.starts[place.line - 1] + place.column - 1)
        return self.first.position(low), self.first.position(high)


def _finding(seen: Planned, planned: Planned, places: _Places, fix: Fix | None) -> Finding:
    rule, match = seen.found.rule, seen.found.match
    start, end = places.of(match.at)
    because = tuple(Related(step.site.path, *places.of(step.site), step.message) for step in match.because)
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=match.severity or rule.severity,
        safety=planned.safety,
        message=match.message,
        path=places.source.path,
        symbol=match.symbol,
        start=start,
        end=end,
        because=because,
        fix=fix,
    )


def _with_tidying(
    findings: list[Finding], done: Sequence[Pass], changes: Sequence[_Changes], source: Source
) -> list[Finding]:
    """The findings; what the last pass took away as unused is part of the first fix whose text had named it."""
    for number, one in enumerate(done):
        for span, name in one.tidied:
            shift = sum(len(s.text) - (s.end - s.start) for s in one.applied if s.start < span.start)
            edits = changes[number].touching([(span.start + shift, span.start + shift)], source)
            index = next((i for i, f in enumerate(findings) if _names(f, name, source)), None)
            if index is None:
                index = next(i for i, f in enumerate(findings) if f.fixed)
            fix = findings[index].fix
            if fix is not None:
                findings[index] = replace(findings[index], fix=replace(fix, edits=(*fix.edits, *edits)))
    return findings


def _with_the_rest(
    findings: list[Finding], last: Pieces, source: Source, written: frozenset[Piece]
) -> list[Finding]:
    """The findings; what the text has become where no fix says so, since passes went over it again, is told by one.

    Pieces that were written before the first pass, and are as they were then, are told elsewhere.
    """
    fixed = [(finding.start, number) for number, finding in enumerate(findings) if finding.fixed]
    told = {(edit.start, edit.end) for _, number in fixed for edit in _edits_of(findings[number])}
    ranges = _joined(sorted(told))
    starts = [low for low, _ in ranges]
    fixed.sort()
    more: dict[int, list[TextEdit]] = {}
    for piece in last.pieces if fixed else ():
        if piece.text is None or piece in written:
            continue
        edit = TextEdit(source.position(piece.start), source.position(piece.end), piece.text)
        around = bisect_right(starts, edit.start) - 1
        if around < 0 or edit.end > ranges[around][1]:
            near = max(0, bisect_right(fixed, (edit.end, len(findings))) - 1)
            more.setdefault(fixed[near][1], []).append(edit)
    for number, edits in more.items():
        fix = findings[number].fix
        if fix is not None:
            findings[number] = replace(findings[number], fix=replace(fix, edits=(*fix.edits, *edits)))
    return findings


def _edits_of(finding: Finding) -> tuple[TextEdit, ...]:
    return finding.fix.edits if finding.fix is not None else ()


def _joined(ranges: Sequence[tuple[Position, Position]]) -> list[tuple[Position, Position]]:
    """Sorted ranges, those that touch as one."""
    joined: list[tuple[Position, Position]] = []
    for low, high in ranges:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _names(finding: Finding, name: str, source: Source) -> bool:
    """Whether a fixed finding's own edits replaced a mention of a name."""
    if finding.fix is None or not finding.fix.applied:
        return False
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(word.search(source.between(edit.start, edit.end)) for edit in finding.fix.edits)


def _unused(first: _Places, last: _Places, done: Sequence[Pass], settings: Settings) -> Iterator[Finding]:
    """The comments that silence nothing: those of the text as it was, to some of which edits gave use, and new ones."""
    rules = selected(settings)
    rule = next((rule for rule in rules if rule.code == "TFC903"), None)
    if rule is None:
        return
    asked = {rule.code for rule in rules}
    before, after = (
        {
            (comment.names, *places.first_of(comment.start)): _unused_suppression(rule, comment, places)
            for comment in one.checked.unused
            if {r.code for r in load_rules() if silences(comment, r)} <= asked
        }
        for places, one in ((first, done[0]), (last, done[-1]))
    )
    for key, finding in before.items():
        yield finding if key in after else replace(finding, fix=Fix(True, ()))
    yield from (finding for key, finding in after.items() if key not in before)


def _unused_suppression(rule: Rule, comment: Suppression, places: _Places) -> Finding:
    names = ", ".join(comment.names) or "anything"
    message = f"this comment silences {names}, but nothing is found here"
    start, end = places.first_of(comment.start)[0], places.first_of(comment.end)[1]
    return Finding(rule.code, rule.name, rule.severity, rule.safety, message, places.source.path, "", start, end)
