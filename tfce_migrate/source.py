"""A file's text comes in; a Source with its syntax tree, offsets and suppression comments goes out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, count
from operator import add
from typing import NamedTuple

from tfce_migrate.outcome import Position

LIMIT_WORDS = 2_000_000  # in one text; each takes up to a kilobyte of memory
TOO_LARGE = f"the code has more than {LIMIT_WORDS:,} words and signs, which is too much to be followed"
_WORD = re.compile(r"\w+|[^\w\s]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SUPPRESSION = re.compile(r"#\s*(?:tfce:\s*ignore|noqa)\b(?:\s*[:\[]\s*([^\]#]*)\]?)?", re.IGNORECASE)


class Site(NamedTuple):
    """Where an expression is written: lines from 1, columns in UTF-8 bytes from 0, as ast counts them."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class CalledSite(Site):
    """A site inside a function, of a term as one call of it makes it: equal to the site, but not to be edited.

    call is where the outermost of the calls stands, if it is known.
    """

    call: Site | None = None


class Suppression(NamedTuple):
    """A comment that silences rules on its line; no names means every rule (only `noqa` may say so)."""

    line: int
    start: Position
    end: Position
    names: tuple[str, ...]
    ours: bool


class ParseError(Exception):
    """The text is not Python 3; carries the line and a message in one line."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class TooLargeError(ParseError):
    """The text has more words than can be followed in good time and memory."""


@dataclass(frozen=True)
class Source:
    """One file's text with its tree. Line ends may be mixed; positions are those of the text as it is."""

    path: str
    text: str
    tree: ast.Module
    starts: tuple[int, ...] = field(repr=False)

    def offset(self, line: int, column: int) -> int:
        """The character offset of a line (from 1) and a column in UTF-8 bytes (from 0)."""
        start = self.starts[line - 1]
        if column == 0 or self.text.isascii():
            return start + column
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        line_bytes = self.text[start:end].encode("utf-8", "surrogatepass")
        return start + len(line_bytes[:column].decode("utf-8", "surrogatepass"))

    def span(self, site: Site) -> tuple[int, int]:
        """The character offsets at which a site starts and ends."""
        return self.offset(site.line, site.column), self.offset(site.end_line, site.end_column)

    def segment(self, site: Site) -> str:
        """The text of a site."""
        start, end = self.span(site)
        return self.text[start:end]

    def position(self, offset: int) -> Position:
        """The line and column, both from 1, of a character offset."""
        line = _bisect(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def positions(self, site: Site) -> tuple[Position, Position]:
        """Start and end of a site as positions."""
        start, end = self.span(site)
        return self.position(start), self.position(end)

    def between(self, start: Position, end: Position) -> str:
        """The text from one position to another."""
        return self.text[self.starts[start.line - 1] + start.column - 1 : self.starts[end.line - 1] + end.column - 1]

    def has(self, word: str, node: ast.stmt) -> bool:
        """Whether a word occurs in the lines of a statement."""
        last = node.end_lineno or node.lineno
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        return self.text.find(word, self.starts[node.lineno - 1], end) >= 0

    @cached_property
    def newline(self) -> str:
        """The line end that most lines have."""
        both = self.text.count("\r\n")
        counts = {"\n": self.text.count("\n") - both, "\r\n": both, "\r": self.text.count("\r") - both}
        return max(counts, key=counts.__getitem__)

    @cached_property
    def suppressions(self) -> dict[int, Suppression]:
        """The suppression comments by line; empty without a look at the tokens where no such word occurs."""
        if not suppressions_in(self.text):
            return {}
        return {found.line: found for found in _suppressions(self.text)}


def is_main_guard(statement: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":` or the like."""
    names = ast.walk(statement.test) if isinstance(statement, ast.If) else ()
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in names)


def way(made: Site) -> tuple[Site, ...]:
    """The site of a call, and that of the call of the function around it where it was reached by one."""
    call = made.call if isinstance(made, CalledSite) else None
    return (made, call) if call is not None else (made,)


def is_too_large(text: str) -> bool:
    """Whether a text has more words than can be followed in good time and memory."""
    return len(text) > LIMIT_WORDS and any(number == LIMIT_WORDS for number, _ in enumerate(_WORD.finditer(text)))


def line_starts(text: str) -> tuple[int, ...]:
    """The character offset of each line's start; \\r\\n, \\r and \\n end a line, nothing else does."""
    if "\r" in text:
        return (0, *(match.end() for match in _LINE_END.finditer(text)))
    lengths = map(len, text.split("\n")[:-1])
    return tuple(map(add, accumulate(lengths, initial=0), count()))  # each line before has one sign more, its end


def parse(text: str, path: str) -> Source:
    """Parse Python 3 text.

    Raises:
        ParseError: the text is not Python 3, or nests deeper than the parser goes.
        TooLargeError: the text is so long that its tree would take gigabytes.
    """
    if is_too_large(text):
        raise TooLargeError(None, TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise ParseError(error.lineno, error.msg) from error
    except ValueError as error:
        raise ParseError(None, str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise ParseError(None, "the code nests deeper than the parser can follow") from error
    return Source(path, text, tree, line_starts(text))


def site_of(path: str, node: ast.expr | ast.stmt) -> Site:
    """The site of a node of the tree."""
    place = (path, node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)
    return tuple.__new__(Site, place)  # what Site(*place) does, without a step between: every expression has one


def _bisect(starts: tuple[int, ...], offset: int) -> int:
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        if starts[middle] <= offset:
            low = middle
        else:
            high = middle
    return low + 1


def suppressions_in(text: str) -> bool:
    """Whether a text may have suppression comments, without a look at its tokens."""
    lowered = text.lower()
    return "tfce:" in lowered or "noqa" in lowered


def suppression(comment: str, line: int, column: int) -> Suppression | None:
    """What a comment silences, which stands on a line (from 1) at a column (from 0)."""
    match = _SUPPRESSION.search(comment)
    if match is None:
        return None
    names = tuple(name for name in re.split(r"[,\s]+", match.group(1) or "") if name)
    start, end = Position(line, column + match.start() + 1), Position(line, column + match.end() + 1)
    return Suppression(line, start, end, names, "tfce" in match.group(0).lower())


def _suppressions(text: str) -> list[Suppression]:
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            one = suppression(token.string, *token.start) if token.type == tokenize.COMMENT else None
            if one is not None:
                found.append(one)
    except (tokenize.TokenError, IndentationError):
        return found
    return found
