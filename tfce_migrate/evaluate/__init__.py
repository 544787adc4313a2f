"""A Source comes in; one walk over its tree makes terms of its expressions, and a Module of notes goes out."""

from __future__ import annotations

from dataclasses import dataclass

from tfce_migrate.evaluate import functions, statements
from tfce_migrate.evaluate.frame import Call, Frame, Reference, Walk
from tfce_migrate.source import Source
from tfce_migrate.terms import Term

__all__ = ["Call", "Module", "Reference", "evaluate"]


@dataclass(frozen=True, slots=True)
class Module:
    """What the walk noted in one file: every call and mention of a library's symbols, and the statements' terms."""

    source: Source
    calls: tuple[Call, ...]
    references: tuple[Reference, ...]
    roots: tuple[Term, ...]
    top: Frame


def evaluate(source: Source) -> Module:
    """Evaluate one file: its statements in order, then every function that nothing called."""
    walk = Walk(source, statements.run_body)
    top = Frame(walk, None)
    statements.run(source.tree.body, top)
    done = 0
    while done < len(walk.functions):
        function = walk.functions[done]
        done += 1
        if not function.summaries:
            functions.summarize(function, function.owner)
    return Module(source, tuple(walk.calls), tuple(walk.references), tuple(walk.roots), top)
