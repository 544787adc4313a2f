"""A Python 2 text comes in; its Python 3 form, line by line the same, goes out, and the way back for what is found."""

from __future__ import annotations

import re
from dataclasses import replace

from tfce_migrate.evaluate import Reading
from tfce_migrate.outcome import Finding, Fix, Outcome, Related, Safety
from tfce_migrate.python2.library import TOO_LONG, NotWrittenError, is_tame, is_too_long, made, parsed, trouble
from tfce_migrate.python2.places import Converted, Piece, Writer, beginnings
from tfce_migrate.python2.report import (
    ADVICE,
    LEFT_OUT,
    has_left,
    instead,
    line_of,
    looks_like_python2,
    rule_of,
    unreadable,
    with_left,
    with_steps,
)
from tfce_migrate.python2.silence import silenced
from tfce_migrate.python2.spelling import respell
from tfce_migrate.python2.writing import plain_of, tree_of, written
from tfce_migrate.settings import Settings
from tfce_migrate.source import ParseError, TooLargeError, parse

__all__ = [
    "LEFT_OUT", "UNASKED", "WHY_NEVER", "Converted", "NotWrittenError", "convert", "is_python2", "looks_like_python2",
    "outcome", "rule_of", "silenced", "trouble", "unreadable", "why_unread", "with_left", "with_steps", "written",
]  # fmt: skip

WHY_NOT = "the file is Python 2: `migrate --python2 convert` converts it first"
WHY_NEVER = "the file is Python 2 and was not converted"
UNASKED = "TFC901, the rule that converts, is not among those that are asked"
FIXERS = ("print", "exec", "raise", "paren")  # the library's; all else is spelled anew in place, token by token

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_TAB = 8  # columns between two stops of the tabulator in Python 2


def convert(text: str) -> Converted | None:
    """The Python 3 form of a Python 2 text; None where it is none, or too long, or would not keep its lines."""
    if is_too_long(text):
        return None
    plain = plain_of(text)
    found = _convert(plain)
    even = _INDENT.sub(lambda match: match.group().expandtabs(_TAB), plain)
    if found is not None or even == plain:
        return found
    found = _convert(even)
    return None if found is None else replace(found, indents=_indents(plain, even))


def why_unread(text: str) -> str | None:
    """Which limit a text is beyond that is Python 2 and has no Python 3 form; None if it is beyond none."""
    if is_too_long(text):
        return TOO_LONG
    plain = plain_of(text)
    try:
        tree_of(plain + "\n")
        writer = _written(plain + "\n")
        parse("" if writer is None else writer.text, "")
    except NotWrittenError as error:
        return str(error)
    except ParseError as error:
        return error.message
    except Exception:  # a foreign reader
        return None
    return None


def is_python2(text: str, path: str) -> bool:
    """Whether a program, or a cell of a notebook, is Python 2 and not Python 3, or what runs there, about whatever."""
    if path.endswith(".ipynb"):
        from tfce_migrate.python2.cells import is_older

        return is_older(text, convert)
    try:
        return has_left(parse(text, path))
    except TooLargeError:
        return False
    except ParseError as error:
        return looks_like_python2(text, error) if is_too_long(text) else trouble(plain_of(text)) is None


def outcome(
    done: Outcome, converted: Reading, text: str, error: ParseError, settings: Settings, refused: str | None = None
) -> Outcome:
    """What was found in the converted text, as findings of the original: at its places, without edits.

    error says where Python 3 gave up on the original; refused why it was not converted although that was asked for.
    """
    rule = rule_of(settings)
    why_not = f"the file is Python 2: {UNASKED}" if rule is None else WHY_NOT if refused is None else WHY_NEVER
    findings = [_in_original(finding, converted, why_not) for finding in done.findings]
    if rule is not None:
        message = (
            f"Python 2 source ({error.message}); it was read as Python 2, and what is found in it is reported "
            f"without edits{ADVICE if refused is None else instead(refused)}"
        )
        fix = None if refused is None else Fix(False, (), refused)
        place = line_of(text, error.line or 1)
        about = (rule.code, rule.name, rule.severity, Safety.MANUAL, message, done.path, "")
        findings.append(Finding(*about, *place, fix=fix))
    findings.sort(key=lambda finding: (finding.start, finding.code))
    return Outcome(done.path, text, text, tuple(findings), done.problems)


def _in_original(finding: Finding, converted: Reading, why_not: str) -> Finding:
    def moved(step: Related) -> Related:
        if step.path != finding.path:
            return step
        start, end = converted.span(step.start, step.end)
        return replace(step, start=start, end=end)

    start, end = converted.span(finding.start, finding.end)
    fix = Fix(False, (), why_not) if finding.fix is not None and finding.fix.edits else finding.fix
    return replace(finding, start=start, end=end, because=tuple(map(moved, finding.because)), fix=fix)


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
    tool = made(FIXERS)
    tree = parsed(tool, text)
    if not is_tame(tree):
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
