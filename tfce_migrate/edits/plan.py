"""A Match's change comes in; the span edits that carry it out go out, or the reason why there are none."""

from __future__ import annotations

from collections import Counter
from functools import partial

from tfce_migrate.edits import syntax
from tfce_migrate.edits.entry import after_imports, early_import
from tfce_migrate.edits.imports import change_import
from tfce_migrate.edits.span import Plan, Span
from tfce_migrate.edits.spelling import import_edit, names_of, spell
from tfce_migrate.edits.syntax import CannotEditError
from tfce_migrate.edits.values import give_name, inside, name_of
from tfce_migrate.evaluate import Call, Module, Neighbours
from tfce_migrate.evaluate.frame import Frame
from tfce_migrate.notebook.marks import refusal
from tfce_migrate.rule import (
    AfterImports,
    Arguments,
    Change,
    Keep,
    Minus,
    New,
    Part,
    Rename,
    Replace,
    Swap,
    Text,
    Value,
)
from tfce_migrate.source import CalledSite, Site
from tfce_migrate.terms import Term, number

NOT_AT_THE_TOP = (
    "TensorFlow is not imported at the top of the file, where the call would stand: "
    "call tf.compat.v1.disable_v2_behavior() before anything is built"
)


def plan(change: Change, module: Module, neighbours: Neighbours | None = None) -> Plan:
    """Work a change out against the text; neighbours say what imports of other files build."""
    try:
        writer = _Writer(module, neighbours)
        spans = writer.write(change)
    except CannotEditError as error:
        return Plan(why_not=str(error))
    why = next((why for span in spans if (why := refusal(module.source, span.start, span.end))), None)
    if why is not None:
        return Plan(why_not=why)
    return Plan(tuple(dict.fromkeys(spans)), names=tuple(name for _, name in writer.given.values()))


class _Writer:
    """Writes one change; collects the edits elsewhere (a line before, an import) that it needs."""

    def __init__(self, module: Module, neighbours: Neighbours | None) -> None:
        self.module = module
        self.neighbours = neighbours
        self.source = module.source
        self.extra: list[Span] = []
        self.given: dict[int, tuple[Term, str]] = {}

    def write(self, change: Change) -> list[Span]:
        """The edits of a change.

        Raises:
            CannotEditError: it cannot be written without a loss.
        """
        if isinstance(change, Rename):
            if change.reference.kind == "import":
                return [change_import(self.source, change.reference, change.symbol)]
            site, frame = change.reference.site, change.reference.frame
            written = self.source.segment(site)
            if not all(part.isidentifier() for part in written.split(".")):
                raise CannotEditError("the name is written over several lines")
            return [*self._replace(site, self._spelled(change.symbol, frame, written)), *self.extra]
        if isinstance(change, AfterImports):
            return self._after_imports(change)
        if isinstance(change, Arguments):
            return [*self._arguments(change), *self.extra]
        if isinstance(change.site, CalledSite):
            raise CannotEditError("it is computed inside a function, of what one of its callers hands over")
        text = self._part(change.part, change)
        self._keep_comments(change.site, text)
        return [*self._replace(change.site, text), *self.extra]

    def _after_imports(self, change: AfterImports) -> list[Span]:
        top = change.reference.frame
        while top.outer is not None:
            top = top.outer
        text = spell(change.symbol, top, "")
        offset = after_imports(self.source, text.partition(".")[0], self.neighbours) if text is not None else None
        newline = self.source.newline
        named = text is not None and offset is not None
        offset = offset if named else after_imports(self.source, None, self.neighbours)
        first, start = change.reference, self.source.span(change.reference.site)[0]
        if offset is not None and first.frame is top and first.kind != "import" and start < offset:
            raise CannotEditError("no import of TensorFlow at the top of the file stands before the graph is built")
        if text is None or not named or offset is None:
            module, _, name = change.symbol.replace("tf", "tensorflow", 1).rpartition(".")
            if offset is None or self.source.text[offset - 1] not in "\r\n" or name in self.source.text:
                raise CannotEditError(NOT_AT_THE_TOP)
            return [Span(offset, offset, f"from {module} import {name}{newline}{newline}{name}(){newline}")]
        early = early_import(self.source, text.partition(".")[0], self.neighbours)
        if early is not None:
            start, imported, later = early
            moved = Span(start, start, f"{imported}{newline}{newline}{text}(){newline}{newline}")
            return [moved, Span(*later, "")] if later is not None else [moved]
        before = "" if offset == 0 or self.source.text[offset - 1] in "\r\n" else newline
        return [Span(offset, offset, f"{before}{newline}{text}(){newline}")]

    def _replace(self, site: Site, text: str) -> list[Span]:
        start, end = self.source.span(site)
        return [Span(start, end, text)]

    def _keep_comments(self, site: Site, text: str) -> None:
        lost = Counter(syntax.comments(self.source.segment(site))) - Counter(syntax.comments(text))
        if lost:
            raise CannotEditError("a comment stands inside the expression and would be lost")

    def _arguments(self, change: Arguments) -> list[Span]:
        call = change.call
        spelled = partial(self._spelled, frame=call.frame, written=self.source.segment(call.func))
        func = spelled(change.symbol) if change.symbol is not None else None
        wrap = {index: spelled(symbol) for index, symbol in change.wrap.items()}
        append = [(name, spelled(text) if text.startswith("tf.") else text) for name, text in change.append]
        segment = self.source.segment(call.site)
        drop = sorted(change.drop)
        text = syntax.change_call(segment, func, change.keywords, drop, wrap, append, change.turned)
        self._keep_comments(call.site, text)
        return self._replace(call.site, text)

    def _spelled(self, symbol: str, frame: Frame, written: str) -> str:
        text = spell(symbol, frame, written)
        if text is not None:
            return text
        added = import_edit(self.source, names_of(self.source))
        if added is None:
            raise CannotEditError(f"no name in scope reaches {symbol}, and the name tf is taken")
        offset, line, name = added
        self.extra.append(Span(offset, offset, line))
        return name + symbol[len("tf") :]

    def _part(self, part: Part, change: Replace) -> str:
        match part:
            case Text(text):
                return text
            case Keep(site):
                return self.source.segment(site)
            case Minus(inner):
                return syntax.minus(self._part(inner, change))
            case New(symbol, args):
                func = self._spelled(symbol, change.call.frame, self.source.segment(change.call.func))
                return syntax.new_call(func, [(keyword, self._part(inner, change)) for keyword, inner in args])
            case Swap():
                return self._swapped(part, change)
            case Value():
                return self._value(part, change)

    def _swapped(self, part: Swap, change: Replace) -> str:
        start, end = self.source.span(part.site)
        pieces, position = [], start
        for site, inner in sorted(part.swaps, key=lambda pair: pair[0]):
            if isinstance(site, CalledSite):
                raise CannotEditError("it is computed inside a function, of what one of its callers hands over")
            low, high = self.source.span(site)
            if low < position or high > end:
                raise CannotEditError("the parts of the expression are not where they were expected")
            pieces += [self.source.text[position:low], self._part(inner, change)]
            position = high
        return "".join([*pieces, self.source.text[position:end]])

    def _value(self, part: Value, change: Replace) -> str:
        term = part.term
        if number(term) is not None and term.op == "const":
            return repr(term.value)
        name = name_of(term, change.call)
        if name is not None:
            return name
        unnamed = part.producer is not None and part.producer.value == "activation" and part.producer.made == term.made
        here = inside(term.made, change.site) and not isinstance(term.made, CalledSite)
        if here and term.made is not None and not unnamed:
            return self.source.segment(term.made)
        if id(term) in self.given:
            return self.given[id(term)][1]
        taken = [given for _, given in self.given.values()]
        name, spans = give_name(term, part.producer, change.site, self.module, taken)
        self.extra.extend(spans)
        self.given[id(term)] = (term, name)
        return name


def reached_directly(call: Call) -> bool:
    """Whether a call's terms are those of the code where it stands, not of one caller of its function."""
    return not call.via
