"""A Module comes in; every selected rule is asked, and the matches go out, suppressed ones left out and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from tfce_migrate.era import Known, era_of, is_since_1_0
from tfce_migrate.evaluate import Call, Module, Reference
from tfce_migrate.outcome import Problem
from tfce_migrate.rule import Match, Rule, Step, load_rules
from tfce_migrate.settings import Settings
from tfce_migrate.source import CalledSite, Site, Source, Suppression
from tfce_migrate.symbols import resolve
from tfce_migrate.terms import Term
from tfce_migrate.trace import Gradients, walk

DEFAULT = ("ALL",)


@dataclass
class Calls:
    """One file as the rules see it: its calls, mentions and terms, and what was asked for.

    last says that the rules of the earlier stage have nothing more to edit.
    """

    module: Module
    settings: Settings
    era: Known
    last: bool = False
    gradients: Gradients = field(default_factory=Gradients)
    _parents: dict[int, list[Term]] | None = None
    _terms: dict[str, list[Term]] | None = None
    _by_line: dict[int, list[tuple[int, Call]]] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)  # what one rule worked out that others ask again

    @property
    def source(self) -> Source:
        """The file."""
        return self.module.source

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every mention of a library's symbol."""
        return self.module.references

    @property
    def since_1_0(self) -> bool:
        """Whether the file is of 1.x for sure: told so, or naming what 0.12 had not."""
        return self.settings.from_ == "1.x" or any(is_since_1_0(r.raw) for r in self.references)

    def written(self) -> Iterator[Reference]:
        """The mentions that name a symbol in full: what is wrong with it can be mended there."""
        stars = tuple(f"{reference.raw}." for reference in self.module.references if reference.kind == "star")
        for reference in self.module.references:
            if reference.kind in ("dotted", "import") or (stars and self._of_star(reference, stars)):
                yield reference

    def _of_star(self, reference: Reference, stars: tuple[str, ...]) -> bool:
        """Whether a plain name is there by the last star import, and is what TensorFlow calls it."""
        last = reference.raw.rpartition(".")[2]
        return (
            reference.kind == "name"
            and reference.raw.startswith(stars)
            and self.source.segment(reference.site) == last
            and not any(other.kind == "import" and other.raw == reference.raw for other in self.module.references)
            and self._star_is_last()
        )

    def _star_is_last(self) -> bool:
        """Whether no other star import follows that of TensorFlow, which may bring names of its own."""
        last = self.source.starts[max(r.site.line for r in self.module.references if r.kind == "star") - 1]
        return "import *" not in self.source.text[self.source.text.index("*", last) + 1 :]

    def of(self, *names: str) -> Iterator[Call]:
        """The calls of these canonical symbols."""
        for call in self.module.calls:
            if call.symbol.name in names:
                yield call

    def to_losses(self, role: str = "") -> Iterator[Call]:
        """The calls of losses, or of those that take a role such as "logits"."""
        for call in self.module.calls:
            fact = call.symbol.fact
            if fact is not None and fact.takes and (not role or role in fact.takes.values()):
                yield call

    def parents(self, term: Term) -> list[Term]:
        """The terms that were made directly of this one, in statements of this file."""
        if self._parents is None:
            self._parents = {}
            seen: set[int] = set()
            for root in self.module.roots:
                for current in walk(root, seen) if id(root) not in seen else ():
                    for inner in current.args.values():
                        self._parents.setdefault(id(inner), []).append(current)
        return self._parents.get(id(term), [])

    def terms(self, *ops: str) -> Iterator[Term]:
        """The terms of these ops in statements of this file, each once."""
        if self._terms is None:
            self._terms = {}
            seen: set[int] = set()
            for root in self.module.roots:
                for term in walk(root, seen) if id(root) not in seen else ():
                    self._terms.setdefault(term.op, []).append(term)
        for op in ops:
            yield from self._terms.get(op, ())

    def at(self, site: Site | None) -> Call | None:
        """The call that stands at a site, as its own code sees it."""
        if site is None:
            return None
        return next((call for _, call in self._on_line(site.line) if call.site == site), None)

    def within(self, site: Site | None) -> Call | None:
        """A call that stands within a site, from which names can be looked up."""
        if site is None:
            return None
        inside = (
            (number, call)
            for line in range(site.line, site.end_line + 1)
            for number, call in self._on_line(line)
            if call.site.path == site.path and call.names
            if (site.line, site.column) <= call.site[1:3] and call.site[3:5] <= (site.end_line, site.end_column)
        )
        return min(inside, key=lambda pair: pair[0], default=(0, None))[1]

    def _on_line(self, line: int) -> list[tuple[int, Call]]:
        """The calls that begin on a line, as their own code sees them, with their places among all calls."""
        if not self._by_line:
            for number, call in enumerate(self.module.calls):
                if not call.via:
                    self._by_line.setdefault(call.site.line, []).append((number, call))
        return self._by_line.get(line, [])

    def source_api(self, call: Call) -> str:
        """Whose meaning a call has: "v1", "v2", or "" where the file does not show it."""
        if call.symbol.api:
            return call.symbol.api
        return {"0.x": "v1", "1.x": "v1", "2.x": "v2", "mixed": "v2"}.get(self.era, "")


@dataclass(frozen=True, slots=True)
class Found:
    """One match with the rule that made it."""

    rule: Rule
    match: Match


@dataclass(frozen=True, slots=True)
class Checked:
    """What asking all rules of one file came to."""

    found: tuple[Found, ...]
    unused: tuple[Suppression, ...]
    problems: tuple[Problem, ...]


def selected(settings: Settings) -> tuple[Rule, ...]:
    """The rules that the settings ask for, by code."""
    return _selected((*(settings.select or DEFAULT), *settings.extend_select), settings.ignore)


@cache
def _selected(chosen: tuple[str, ...], ignored: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in load_rules() if _named(rule, chosen) and not _named(rule, ignored))


def _named(rule: Rule, selectors: Iterable[str]) -> bool:
    return any(
        selector == "ALL" or rule.name == selector.lower() or rule.code.startswith(selector.upper())
        for selector in selectors
    )


def ask(module: Module, settings: Settings, era: Known | None = None, last: bool = False) -> Checked:
    """Ask every selected rule; a rule that fails is a problem, and the others go on."""
    mentioned = (reference.raw for reference in module.references)
    calls = Calls(module, settings, era if era is not None else era_of(mentioned, settings), last)
    found: list[Found] = []
    problems: list[Problem] = []
    for rule in selected(settings):
        if not rule.asks:
            continue
        try:
            found.extend(Found(rule, match) for match in _here(rule.find(calls), module.source.path))
        except Exception as error:
            message = f"rule {rule.code} failed with {type(error).__name__}: {error}"
            problems.append(Problem(module.source.path, "rule", message))
    return _suppress(module.source, _distinct(found), tuple(problems))


def _here(matches: Iterable[Match], path: str) -> Iterator[Match]:
    """The matches at places of this file: what a call makes in a neighbour's function stands at the call."""
    for match in matches:
        at = match.at
        if at.path != path and isinstance(at, CalledSite) and at.call is not None:
            because = (*match.because, Step(at, "inside the function that is called"))
            match = replace(match, at=at.call, because=because)
        if match.at.path == path:
            yield match


def _distinct(found: list[Found]) -> list[Found]:
    """A place that is reached in several ways is reported once; the first, directest way speaks."""
    kept: dict[tuple[str, object], Found] = {}
    for one in found:
        kept.setdefault((one.rule.code, one.match.at), one)
    return sorted(kept.values(), key=lambda one: (one.match.at, one.rule.code))


def _suppress(source: Source, found: list[Found], problems: tuple[Problem, ...]) -> Checked:
    comments = source.suppressions
    if not comments:
        return Checked(tuple(found), (), problems)
    used: set[int] = set()
    kept = []
    for one in found:
        lines = range(one.match.at.line, one.match.at.end_line + 1)
        hit = next((line for line in lines if line in comments and silences(comments[line], one.rule)), None)
        if hit is None:
            kept.append(one)
        else:
            used.add(hit)
    unused = tuple(comment for line, comment in comments.items() if comment.ours and line not in used)
    return Checked(tuple(kept), unused, problems)


def silences(comment: Suppression, rule: Rule) -> bool:
    """Whether a comment names a rule, by its code, a prefix of that or its name; without names it means every rule."""
    return not comment.names or any(
        rule.name == name.lower() or rule.code.startswith(name.upper()) for name in comment.names
    )


def canonical(raw: str) -> str:
    """The canonical name of a mention."""
    return resolve(raw).name
