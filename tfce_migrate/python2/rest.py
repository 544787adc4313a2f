"""A text that the fixers wrote comes in; the places in it at which a person has to look go out."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from tfce_migrate.outcome import Position
from tfce_migrate.python2.left import left
from tfce_migrate.source import parse

_DIVISION = re.compile(r"^from __future__ import .*\bdivision\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rest:
    """Each `/` that may have divided whole numbers in Python 2, and what no fixer converts, with a message."""

    divisions: tuple[Position, ...]
    left: tuple[tuple[Position, str], ...]

    def between(self, low: int, high: int) -> Rest:
        """What stands on the lines between two others, as it is counted from the first of these."""

        def moved(place: Position) -> Position:
            return replace(place, line=place.line - low)

        divisions = tuple(moved(place) for place in self.divisions if low < place.line < high)
        return Rest(divisions, tuple((moved(place), said) for place, said in self.left if low < place.line < high))


def rest_of(text: str) -> Rest:
    """What is left to a person in a text."""
    source = parse(text, "")
    future = _DIVISION.search(text)
    last = source.position(future.start()).line if future else None
    divisions = sorted(
        (one.lineno, one.col_offset)
        for node in ast.walk(source.tree)
        if (one := _divided(node)) is not None and (last is None or one.lineno < last)
    )
    found = [(source.position(source.offset(line, column)), said) for line, column, said in left(source.tree)]
    return Rest(tuple(source.position(source.offset(*place)) for place in divisions), tuple(found))


def _divided(node: ast.AST) -> ast.expr | None:
    """What is divided, unless it or what it is divided by is no whole number for sure."""
    match node:
        case ast.BinOp(op=ast.Div(), left=one, right=other) | ast.AugAssign(op=ast.Div(), target=one, value=other):
            operands = (one, other)
            if not any(isinstance(o, ast.Constant) and isinstance(o.value, float) for o in operands):
                return one
    return None
