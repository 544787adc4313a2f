"""A Python 2 text comes in; its Python 3 form, line by line the same, goes out, and the way back for what is found."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from tfce_migrate.check import selected
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Related, Safety
from tfce_migrate.python2.places import Converted, Piece, Writer, beginnings
from tfce_migrate.python2.spelling import respell
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, line_starts, parse

__all__ = ["Converted", "convert", "outcome"]

LIMIT = 1_000_000  # characters; a longer text would be read for many seconds
DEPTH = 1000  # levels of the tree
ABREAST = 2000  # statements on one line; with these two the library's time grows by the square
WHY_NOT = "the file is Python 2; convert it first"
FIXERS = ("print", "exec", "raise", "paren")  # the library's; all else is spelled anew in place, token by token

_LINE_END = re.compile(r"\r\n?")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_TAB = 8  # columns between two stops of the tabulator in Python 2


def convert(text: str) -> Converted | None:
    """The Python 3 form of a Python 2 text; None where it is none, or too long, or would not keep its lines."""
    if len(text) > LIMIT:
        return None
    plain = _LINE_END.sub("\n", text)
    found = _convert(plain)
    even = _INDENT.sub(lambda match: match.group().expandtabs(_TAB), plain)
    if found is not None or even == plain:
        return found
    found = _convert(even)
    return None if found is None else replace(found, indents=_indents(plain, even))


def outcome(done: Outcome, converted: Converted, text: str, error: ParseError, settings: Settings) -> Outcome:
    """What was found in the converted text, as findings of the original: at its places, without edits.

    error says where Python 3 gave up on the original.
    """
    findings = [_in_original(finding, converted) for finding in done.findings]
    rule = next((rule for rule in selected(settings) if rule.code == "TFC901"), None)
    if rule is not None:
        message = (
            f"Python 2 source ({error.message}); it was read as Python 2, and what is found in it is reported "
            "without edits: convert it first, for example with 2to3 or fissix"
        )
        place = _line_of(text, error.line or 1)
        findings.append(Finding(rule.code, rule.name, rule.severity, Safety.MANUAL, message, done.path, "", *place))
    findings.sort(key=lambda finding: (finding.start, finding.code))
    return Outcome(done.path, text, text, tuple(findings), done.problems)


def _in_original(finding: Finding, converted: Converted) -> Finding:
    def moved(step: Related) -> Related:
        if step.path != finding.path:
            return step
        start, end = converted.span(step.start, step.end)
        return replace(step, start=start, end=end)

    start, end = converted.span(finding.start, finding.end)
    fix = Fix(False, (), WHY_NOT) if finding.fix is not None and finding.fix.edits else finding.fix
    return replace(finding, start=start, end=end, because=tuple(map(moved, finding.because)), fix=fix)


def _line_of(text: str, number: int) -> tuple[Position, Position]:
    """A line without its indentation and what follows its last word."""
    starts = (*line_starts(text), len(text))
    number = min(number, len(starts) - 1)
    line = text[starts[number - 1] : starts[number]].rstrip()
    return Position(number, len(line) - len(line.lstrip()) + 1), Position(number, len(line) + 1)


def _indents(plain: str, even: str) -> dict[int, tuple[int, int]]:
    """By line, where they differ: how wide the indentation is in the even text, and how wide in the other."""
    lines = zip(even.split("\n"), plain.split("\n"), strict=True)
    return {number: (_width(new), _width(old)) for number, (new, old) in enumerate(lines, 1) if new != old}


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _convert(text: str) -> Converted | None:
    """The Python 3 form of a text with line feeds only."""
    if _is_python3(text):
        return Converted(text, text, (Piece(0, len(text), 0, len(text)),))
    try:
        writer = _written(text if text.endswith("\n") else text + "\n")
    except Exception:  # a foreign reader, and text that may be no program at all
        return None
    if writer is None:
        return None
    after = writer.text if text.endswith("\n") else writer.text.removesuffix("\n")
    if after.count("\n") != text.count("\n") or not _is_python3(after):
        return None
    return Converted(after, text, tuple(writer.pieces))


def _is_python3(text: str) -> bool:
    try:
        parse(text, "")
    except ParseError:
        return False
    return True


def _written(text: str) -> Writer | None:
    """The text written as Python 3; None where a statement would leave its line."""
    tool = _tool()
    tree = _parsed(tool, text)
    if not _is_tame(tree):
        return None
    leaves = list(tree.leaves())
    begins = [leaf.lineno for leaf in beginnings(leaves)]
    writer = Writer(text, leaves)
    respell(tree)
    tree.future_features = frozenset()
    tool.refactor_tree(tree, "")
    tool.fixer_log.clear()
    for leaf in tree.leaves():
        writer.write(leaf)
    return writer if writer.begins == begins else None


@cache
def _tool() -> Any:
    """The library's tool with our fixers. Its grammar is made anew, and not written into the user's folders."""
    from fissix.pgen2 import driver, pgen

    kept = driver.load_grammar
    driver.load_grammar = lambda path: pgen.generate_grammar(path)
    try:
        from fissix.refactor import RefactoringTool
    finally:
        driver.load_grammar = kept
    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in FIXERS])


def _is_tame(tree: Any) -> bool:
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


def _parsed(tool: Any, text: str) -> Any:
    """The tree of a text in which print is a statement, or else a function."""
    from fissix import pygram

    try:
        tool.driver.grammar = tool.grammar
        return tool.driver.parse_string(text)
    except Exception:  # what it raises is of many kinds
        tool.driver.grammar = pygram.python_grammar_no_print_statement
        return tool.driver.parse_string(text)
