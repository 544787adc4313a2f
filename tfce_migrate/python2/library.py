"""Names of fixers and texts come in; the library's tools and trees go out, as far as it handles them in good time."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LIMIT = 1_000_000  # characters
WORDS = 100_000  # words and signs; the library needs some 40 microseconds for each
DEPTH = 1000  # levels of the tree
ABREAST = 2000  # statements on one line; with these two the library's time grows by the square
TOO_LONG = f"it is too long to be read as Python 2 in good time: over {LIMIT:,} characters or {WORDS:,} words and signs"

_INDENT = 5  # the library's number of the token
_BINARY = r"0[bB]_?[01]+(?:_[01]+)*"  # a number in the library's eyes, which forgot that it may end with an L
_WORD = re.compile(r"\w+|[^\w\s]")


class NotWrittenError(Exception):
    """A text that cannot be made Python 3 of; the message says why."""


def is_too_long(text: str) -> bool:
    """Whether the library would read for many seconds."""
    return len(text) > LIMIT or sum(1 for _ in _WORD.finditer(text)) > WORDS


@cache
def made(fixers: tuple[str, ...]) -> Any:
    """The library's tool with these fixers. Its grammar is made anew, and not written into the user's folders."""
    from fissix.pgen2 import driver, pgen

    kept = driver.load_grammar
    driver.load_grammar = lambda path: pgen.generate_grammar(path)
    try:
        from fissix.refactor import RefactoringTool
    finally:
        driver.load_grammar = kept
    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in fixers])


def is_tame(tree: Any) -> bool:
    """Whether a tree is no deeper and no wider than the library can walk and change in good time."""
    from fissix.pygram import python_symbols

    level = [tree]
    for _ in range(DEPTH):
        if any(node.type == python_symbols.simple_stmt and len(node.children) > ABREAST for node in level):
            return False
        level = [child for node in level for child in node.children]
        if not level:
            return True
    return False


def future(text: str) -> frozenset[str]:
    """What a text imports from the future; nothing where it cannot be read."""
    from fissix.refactor import _detect_future_features

    made(())
    try:
        return frozenset(_detect_future_features(text))
    except Exception:  # a foreign reader
        return frozenset()


def parsed(tool: Any, text: str, features: frozenset[str] = frozenset()) -> Any:
    """The tree of a text in which print is a statement, or else a function, with what it has from the future."""
    from fissix import pygram
    from fissix.pgen2 import tokenize
    from fissix.refactor import _detect_future_features

    kept = tokenize.pseudoprog
    tokenize.pseudoprog = _with_long_binary(kept.pattern)
    try:
        features = features | _detect_future_features(text)
        grammars = [pygram.python_grammar_no_print_statement]
        if "print_function" not in features:
            grammars.insert(0, tool.grammar)
        tree = _first(tool.driver, grammars, text)
    finally:
        tokenize.pseudoprog = kept
    tree.future_features = features
    return tree


def _first(driver: Any, grammars: list[Any], text: str) -> Any:
    """The tree by the first grammar that can read the text; the error is that of the one that got furthest."""
    errors = []
    for grammar in grammars:
        try:
            driver.grammar = grammar
            return driver.parse_string(text)
        except Exception as error:  # what it raises is of many kinds
            errors.append(error)
    raise max(errors, key=lambda error: _place(error) or 0)


def trouble(text: str) -> tuple[int, str] | None:
    """Where and why a text cannot be read as Python 2: the line and a message; None where it can, or is too long."""
    if is_too_long(text):
        return None
    try:
        parsed(made(()), text if text.endswith("\n") else text + "\n")
    except Exception as error:
        line = _place(error)
        return None if line is None else (line, said(error))
    return None


def said(error: BaseException) -> str:
    """What the library's error means, in one line."""
    line, value = _place(error), getattr(error, "value", None)
    if line is None:
        return " ".join(f"{type(error).__name__}: {error}".split())[:200]
    if value is None:
        what = str(getattr(error, "msg", None) or error.args[0]).replace("EOF in", "the file ends in a")
    elif value.strip():
        what = f"{value.strip()[:40]!r} was not expected"
    elif value in ("", "\n"):
        what = "the line ends too early"
    else:
        what = "the indentation was not expected" if getattr(error, "type", 0) == _INDENT else "no word can be read"
    return f"{what} on line {line}"


def _place(error: BaseException) -> int | None:
    context, place = getattr(error, "context", None), error.args[1:2]
    if isinstance(context, tuple) and len(context) == 2:
        return int(context[1][0])
    line = place[0][0] if place and isinstance(place[0], tuple) else getattr(error, "lineno", None)
    return line if isinstance(line, int) else None


@cache
def _with_long_binary(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(_BINARY, _BINARY + "[lL]?"))
