"""A Source comes in; one walk over its tree makes terms of its expressions, and a Module of notes goes out."""

from __future__ import annotations

from dataclasses import dataclass

from tfce_migrate.evaluate import captured, cells, functions, statements
from tfce_migrate.evaluate.frame import Call, ClassInfo, Frame, Neighbours, Reading, Reference, Walk
from tfce_migrate.source import Site, Source
from tfce_migrate.terms import Kind, Term

PROBABLE = (Kind.PROBABILITIES, Kind.SIGMOID)

__all__ = ["Call", "Frame", "Module", "Neighbours", "Reading", "Reference", "evaluate", "imported"]


@dataclass(frozen=True, slots=True)
class Module:
    """What the walk noted in one file: every call and mention of a library's symbols, and the statements' terms.

    methods are those calls and attributes of datasets that TF 2 has as functions; func is the dataset. members are
    the other calls and attributes that some target's classes have not so; func is the site itself for an attribute.
    """

    source: Source
    calls: tuple[Call, ...]
    references: tuple[Reference, ...]
    roots: tuple[Term, ...]
    top: Frame
    methods: tuple[Call, ...] = ()
    members: tuple[Call, ...] = ()

    @property
    def knows_neighbours(self) -> bool:
        """Whether it was evaluated with its neighbours: what they make may be among the terms."""
        return self.top.walk.neighbours is not None


def evaluate(source: Source, neighbours: Neighbours | None = None) -> Module:
    """Evaluate one file: its statements in order, then every function that nothing called.

    neighbours says what imports from other files of the project mean; without it they are unknown.
    """
    top = _walked(source, neighbours, frozenset())
    spoilt = captured.spoilt(top.walk)
    if spoilt:
        top = _walked(source, neighbours, spoilt)
    walk = top.walk
    _inherit(walk)
    for function, owner in walk.borrowed:
        function.summaries.pop(owner, None)
    calls, references, roots = tuple(walk.calls), tuple(walk.references), tuple(walk.roots)
    return Module(source, calls, references, roots, top, tuple(walk.methods), tuple(walk.members))


def _walked(source: Source, neighbours: Neighbours | None, spoilt: frozenset[tuple[Site | None, str]]) -> Frame:
    """The bindings after a walk over a file; of the attributes that are spoilt nothing is known."""
    walk = Walk(source, statements.run_body, neighbours, spoilt=spoilt)
    top = Frame(walk, None, unstable=captured.of_module(source))
    cells.run(source, top)
    done = 0
    while done < len(walk.functions):
        function = walk.functions[done]
        done += 1
        if not any(isinstance(key, int) for key in function.summaries):
            functions.summarize(function, function.owner)
    return top


def _inherit(walk: Walk) -> None:
    """Methods that a class inherits from another file see the class's own attributes."""
    if walk.neighbours is None:
        return
    for info in filter(_makes_probabilities, list(walk.classes)):
        lineage = list(info.lineage())
        for base in lineage[1:]:
            for name, member in base.members.items():
                own = any(name in earlier.members for earlier in lineage[: lineage.index(base)])
                if member.op != "function" or own or info.made is None:
                    continue
                walk.borrowed.append((member.value, id(info)))
                functions.inherit(walk, member.value, info, info.made)


def _makes_probabilities(info: ClassInfo) -> bool:
    """Whether a method of the class's own returns probabilities or leaves them in an attribute."""
    for member in info.members.values():
        summary = member.value.summaries.get(id(info)) if member.op == "function" else None
        if summary is None:
            continue
        returned = summary.returns.args.values() if summary.returns.op in ("tuple", "dict") else ()
        if any(term.kind in PROBABLE for term in (summary.returns, *returned, *summary.writes.values())):
            return True
    return False


def imported(source: Source, neighbours: Neighbours, top: dict[str, Frame]) -> Frame:
    """Evaluate a neighbour's file as far as an import does; its frame stands in top under its path meanwhile."""
    walk = Walk(source, statements.run_body, neighbours, own=False)
    frame = Frame(walk, None, unstable=captured.of_module(source))
    top[source.path] = frame
    statements.run(source.tree.body, frame)
    return frame
