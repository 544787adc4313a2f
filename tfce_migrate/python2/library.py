"""Names of fixers and texts come in; the library's tools and trees go out, as far as it handles them in good time."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import Any

LIMIT = 1_000_000  # characters
WORDS = 100_000  # words and signs; the library needs some 40 microseconds for each
DEPTH = 1000  # levels of the tree
ABREAST = 2000  # statements on one line; with these two the library's time grows by the square
TOO_LONG = f"it is too long to be read as Python 2 in good time: over {LIMIT:,} characters or {WORDS:,} words and signs"

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


def parsed(tool: Any, text: str) -> Any:
    """The tree of a text in which print is a statement, or else a function, with what it has from the future."""
    from fissix import pygram
    from fissix.pgen2 import tokenize
    from fissix.refactor import _detect_future_features

    kept = tokenize.pseudoprog
    tokenize.pseudoprog = _with_long_binary(kept.pattern)
    try:
        features = _detect_future_features(text)
        tree = None
        if "print_function" not in features:
            with suppress(Exception):  # what it raises is of many kinds
                tool.driver.grammar = tool.grammar
                tree = tool.driver.parse_string(text)
        if tree is None:
            tool.driver.grammar = pygram.python_grammar_no_print_statement
            tree = tool.driver.parse_string(text)
    finally:
        tokenize.pseudoprog = kept
    tree.future_features = features
    return tree


@cache
def _with_long_binary(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(_BINARY, _BINARY + "[lL]?"))
