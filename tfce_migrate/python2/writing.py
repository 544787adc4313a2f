"""A Python 2 text comes in; the library's fixers write it as Python 3, and each of their edits goes out."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tfce_migrate.edits.pieces import Piece, Pieces
from tfce_migrate.edits.span import Span
from tfce_migrate.python2 import beside, binding, own
from tfce_migrate.python2.library import (
    ABREAST,
    DEPTH,
    TOO_LONG,
    NotWrittenError,
    is_tame,
    is_too_long,
    made,
    parsed,
    said,
)
from tfce_migrate.python2.rest import Rest
from tfce_migrate.python2.steps import Step, differences, place_of, steps
from tfce_migrate.source import ParseError, line_starts, parse

# The library's fixers but those that are a matter of taste, each with what must occur for it to have work.
FIXERS = {
    "apply": "apply", "asserts": "assert", "basestring": "basestring", "dict": r"keys|values|items", "except": "except",
    "exec": "exec", "execfile": "execfile", "exitfunc": "exitfunc", "filter": "filter", "funcattrs": "func_",
    "getcwdu": "getcwdu", "has_key": "has_key", "import": "import", "imports": "import", "imports2": "whichdb|anydbm",
    "input": "input", "intern": "intern", "isinstance": "isinstance", "long": "long", "map": "map",
    "metaclass": "__metaclass__", "methodattrs": "im_",
    "ne": "<>", "next": "next", "nonzero": "__nonzero__", "numliterals": r"\b\d\w*[lL]\b|\b0\d", "operator": "operator",
    "paren": r"\bin\b", "print": "print", "raw_input": "raw_input", "reduce": "reduce",
    "reload": "reload", "renames": "maxint", "repr": "`", "standarderror": "StandardError", "sys_exc": "exc_",
    "throw": "throw", "tuple_params": r"def|lambda", "types": "types", "unicode": r"uni|[uU][rR]?['\"]|\\[uUN]",
    "urllib": "urllib", "xrange": "xrange", "xreadlines": "xreadlines", "zip": "zip",
    "itertools": "itertools|imap|izip|ifilter", "itertools_imports": "itertools",  # after zip, which would make lists
    "raise": "raise",
}  # fmt: skip
TWICE = ("numliterals",)  # of 0777L it takes the L first
ON_DISK = frozenset({"import"})  # looks for neighbours beside the file
INDENTATION = "indentation"  # ours: tabs and spaces as Python 2 reads them, as spaces
MOST_LINES_NAMED = 10

_KEYWORDS_NOW = frozenset({"async", "await", "nonlocal"})
_LINE_END = re.compile(r"\r\n?")
_COMMENT = re.compile(r"#[^\n]*")
_INDENT = re.compile(r"^[ \t]*\t[ \t]*(?=[^ \t\n])", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """The Python 3 form of a text, as pieces of it, and the edits that made it."""

    text: str
    pieces: Pieces
    steps: tuple[Step, ...]
    kept: Kept | None = None
    rest: Rest | None = None  # where this is part of more, which tells it


@dataclass(frozen=True, slots=True)
class Kept:
    """The first line whose import of a neighbour stays as it is, and the script that needs it so."""

    line: int
    script: str


def written(text: str, path: str = "", on_disk: bool = False) -> Written:
    """Write a Python 2 text as Python 3.

    on_disk allows to look for modules beside path, which tells relative imports from others.

    Raises:
        NotWrittenError: the text is no Python 2 either, is too long, or the fixers' result is not Python 3.
    """
    if is_too_long(text):
        raise NotWrittenError(TOO_LONG)
    plain = plain_of(text)
    try:
        return in_line_ends_of(text, in_python3(plain, [], tree_of, path, on_disk))
    except NotWrittenError:
        even = tabs(plain)
        if not even:
            raise
        return in_line_ends_of(text, in_python3(plain, even, tree_of, path, on_disk))


def plain_of(text: str) -> str:
    """A text with line feeds only."""
    return _LINE_END.sub("\n", text)


def in_python3(
    plain: str, even: Sequence[Span], read: Callable[[str], Any], path: str = "", on_disk: bool = False
) -> Written:
    """A text with line feeds only as Python 3, after it was evened; read makes a tree of it."""
    first = plain if plain.endswith("\n") else plain + "\n"
    pieces = Pieces.whole(first).applied(even)
    found = list(steps(INDENTATION, even, pieces, first))
    kept: Kept | None = None
    text = _text(pieces, first)
    tree = read(text)
    for fixer in (*FIXERS, *TWICE):
        if not _has_work(fixer, text) or (fixer in ON_DISK and not on_disk):
            continue
        if fixer in ON_DISK and (script := beside.script_beside(plain, path)) is not None:
            changed = differences(text, _fixed(fixer, read(text), text, path))
            if changed:
                kept = Kept(place_of(line_starts(first), pieces.origin(changed[0].start)[0]).line, script)
            continue
        after = _fixed(fixer, tree, text, path)
        spans = differences(text, after)
        pieces = pieces.applied(spans)
        found += steps(fixer, spans, pieces, first)
        text = after
    if first != plain:
        pieces = _without_last(pieces)
    _must_be_python3(pieces, plain, tree)
    return Written(_text(pieces, plain), pieces, tuple(found), kept)


def _without_last(pieces: Pieces) -> Pieces:
    """The pieces without the line end that was added to the text for the library."""
    *others, last = pieces.pieces
    text = last.text.removesuffix("\n") if last.text is not None else None
    return Pieces((*others, Piece(last.start, max(last.start, last.end - 1), text)))


def tree_of(text: str, features: frozenset[str] = frozenset()) -> Any:
    """The tree of a Python 2 text; features are what it has from the future beside what it imports from there.

    Raises:
        NotWrittenError: the text is no Python 2, or nests too deeply.
    """
    try:
        tree = parsed(made(()), text, features)
    except Exception as error:  # a foreign reader, and text that may be no program at all
        raise NotWrittenError(f"it cannot be read as Python 2 either ({said(error)})") from error
    if not is_tame(tree):
        raise NotWrittenError(f"it nests deeper than {DEPTH} levels or has over {ABREAST} statements on a line")
    return tree


def _fixed(fixer: str, tree: Any, text: str, path: str) -> str:
    try:
        with binding.hidden(tree, fixer):
            if fixer in own.BEFORE:
                own.BEFORE[fixer](tree)
            if fixer not in own.INSTEAD:
                _by_library(fixer, tree, path)
        after = str(tree)
        _must_keep_comments(fixer, text, after)
        return after
    except NotWrittenError:
        raise
    except Exception as error:
        raise NotWrittenError(f"the fixer {fixer} failed on it ({_one_line(error)})") from error


def _by_library(fixer: str, tree: Any, path: str) -> None:
    tool = made((fixer,))
    for node in tree.pre_order():
        node.was_checked = False  # by the fixer before; the library's tools expect a tree of their own
    try:
        tool.refactor_tree(tree, path)
    finally:
        tool.fixer_log.clear()


def _must_keep_comments(fixer: str, before: str, after: str) -> None:
    if not Counter(_COMMENT.findall(before)) - Counter(_COMMENT.findall(after)):
        return
    for comment in _comments(before) - _comments(after):
        raise NotWrittenError(f"the fixer {fixer} would lose a comment: {comment}")


def _comments(text: str) -> Counter[str]:
    from fissix.pgen2 import token, tokenize

    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(value.rstrip() for kind, value, *_ in tokens if kind == token.COMMENT)


@cache
def _work(fixer: str) -> re.Pattern[str]:
    return re.compile(FIXERS[fixer])


def _has_work(fixer: str, text: str) -> bool:
    return bool(_work(fixer).search(text))


def _must_be_python3(pieces: Pieces, plain: str, tree: Any) -> None:
    text = _text(pieces, plain)
    try:
        parse(text, "")
    except ParseError as error:
        taken = next((leaf for leaf in tree.leaves() if leaf.value in _KEYWORDS_NOW), None)
        if taken is not None:
            raise NotWrittenError(f"the name {taken.value} on line {taken.lineno} is a keyword in Python 3") from error
        starts = line_starts(text)
        at = starts[error.line - 1] if error.line and error.line <= len(starts) else None
        line = "" if at is None else f" (from line {place_of(line_starts(plain), pieces.origin(at)[0]).line})"
        raise NotWrittenError(f"what the fixers make of it is not Python 3{line}: {error.message}") from error


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def tabs(plain: str) -> list[Span]:
    """The indentation that has tabs, as spaces, but for what stands in strings."""
    inside = _lines_in_strings(plain)
    starts = {start: number for number, start in enumerate(line_starts(plain), 1)}
    return [
        Span(match.start(), match.end(), match.group().expandtabs(8))
        for match in _INDENT.finditer(plain)
        if starts.get(match.start()) not in inside
    ]


def _lines_in_strings(plain: str) -> set[int]:
    from fissix.pgen2 import token, tokenize

    inside: set[int] = set()
    try:
        for kind, _, start, end, _ in tokenize.generate_tokens(io.StringIO(plain).readline):
            if kind == token.STRING:
                inside.update(range(start[0] + 1, end[0] + 1))
    except Exception as error:
        raise NotWrittenError(f"it cannot be read as Python 2 either ({said(error)})") from error
    return inside


def _text(pieces: Pieces, first: str) -> str:
    return "".join(first[p.start : p.end] if p.text is None else p.text for p in pieces.pieces)


def in_line_ends_of(text: str, done: Written) -> Written:
    """The same, as pieces of the text with its own line ends."""
    if "\r" not in text:
        return done
    both = text.count("\r\n")
    counts = {"\r\n": both, "\n": text.count("\n") - both, "\r": text.count("\r") - both}
    newline = max(counts, key=counts.__getitem__)
    plain, own = line_starts(plain_of(text)), line_starts(text)

    def place(offset: int) -> int:
        line = bisect_right(plain, offset)
        return own[line - 1] + offset - plain[line - 1]

    pieces = Pieces(
        tuple(
            Piece(place(p.start), place(p.end), None if p.text is None else p.text.replace("\n", newline))
            for p in done.pieces.pieces
        )
    )
    return replace(done, text=_text(pieces, text), pieces=pieces)
