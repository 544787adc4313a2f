"""A finding's edits and the text they change come in, the labels and logits of the rewritten call go out."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.sources import parse
from tfce_migrate.outcome import Finding, Position, TextEdit

LABELS = ("labels", "onehot_labels", "multi_class_labels", "targets")
LOGITS = ("logits",)
HOISTED = re.compile(r"\s*(\w+) = (.+?)\s*$", re.DOTALL)


@dataclass(frozen=True)
class LossArguments:
    """What a loss call is given, as source text; None where it cannot be told."""

    labels: str | None
    logits: str | None


def rewritten(text: str, finding: Finding) -> list[LossArguments]:
    """The arguments of the loss calls by keyword in what the finding's own edits make of its place.

    Where the place is less than a call, the calls around it are looked at, if the file is Python 3; where
    there is none by keyword, a log_softmax tells the logits. New names are replaced by their values.
    """
    after, begin, end = edited(text, finding)
    made = in_expression(after[begin:end]) or around(after, begin, end)
    fragment = None if made else parse_fragment(after[begin:end])
    if fragment is not None:
        made = list(logarithms(fragment))
    values = dict(introduced(finding))
    return [LossArguments(one.labels, values.get(one.logits or "", one.logits)) for one in made]


def around(text: str, begin: int, end: int) -> list[LossArguments]:
    """The arguments of the loss calls by keyword on the lines between two offsets."""
    module = parse(text)
    if module is None:
        return []
    return list(calls_by_keyword(module, text.count("\n", 0, begin) + 1, text.count("\n", 0, end) + 1))


def logarithms(tree: ast.AST) -> Iterable[LossArguments]:
    """The logits of every log_softmax in the tree; its labels stand around it and are not told."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="log_softmax"), args=[logits, *_]):
                yield LossArguments(None, ast.unparse(logits))


def introduced(finding: Finding) -> list[tuple[str, str]]:
    """The names that a finding's edits assign, with their values."""
    texts = [edit.text for edit in finding.fix.edits] if finding.fix else []
    found = [HOISTED.match(text) for text in texts]
    return [(match[1], match[2].strip()) for match in found if match]


def clashes(finding: Finding) -> bool:
    """Whether the edits of one finding give the same new name two values."""
    given = set(introduced(finding))
    return len({name for name, _ in given}) < len(given)


def in_expression(source: str) -> list[LossArguments]:
    """The arguments of the loss calls by keyword in a text such as a label's expected fix."""
    tree = parse_fragment(source)
    return [] if tree is None else list(calls_by_keyword(tree))


def calls_by_keyword(tree: ast.AST, first: int = 0, last: int | None = None) -> Iterable[LossArguments]:
    """Every call in the tree, or on the lines from first to last, that names both labels and logits."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and overlaps(node, first, last):
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            labels = next((given[name] for name in LABELS if name in given), None)
            logits = next((given[name] for name in LOGITS if name in given), None)
            if labels is not None and logits is not None:
                yield LossArguments(labels, logits)


def overlaps(node: ast.Call, first: int, last: int | None) -> bool:
    """Whether a call stands on one of the lines from first to last."""
    return (node.end_lineno or node.lineno) >= first and (last is None or node.lineno <= last)


def edited(text: str, finding: Finding) -> tuple[str, int, int]:
    """The text after the finding's own edits, and the offsets between which its place then lies.

    Edits on other lines, such as an import to add, are left aside.
    """
    edits = [edit for edit in (finding.fix.edits if finding.fix else ()) if is_near(edit, finding)]
    starts = line_starts(text)
    begin = min([offset(starts, finding.start), *(offset(starts, edit.start) for edit in edits)])
    end = max([offset(starts, finding.end), *(offset(starts, edit.end) for edit in edits)])
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        at, until = offset(starts, edit.start), offset(starts, edit.end)
        text = text[:at] + edit.text + text[until:]
        end += len(edit.text) - (until - at)
    return text, begin, end


def is_near(edit: TextEdit, finding: Finding) -> bool:
    """Whether an edit stands on the finding's own lines."""
    return edit.start.line >= finding.start.line and edit.end.line <= finding.end.line


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def offset(starts: list[int], position: Position) -> int:
    """The offset of a position that counts lines and columns from 1."""
    return starts[min(position.line, len(starts)) - 1] + position.column - 1


def parse_fragment(source: str) -> ast.AST | None:
    """A piece of a file as a tree: an expression if it is one, else statements, else None."""
    for mode, candidate in (("eval", f"({source}\n)"), ("exec", textwrap.dedent(source))):
        try:
            return ast.parse(candidate, mode=mode)
        except (SyntaxError, ValueError):
            continue
    return None


def same(one: str | None, other: str | None) -> bool:
    """Whether two expressions are the same but for whitespace, renamings and a stop_gradient around them."""
    if one is None or other is None:
        return one is other
    return essence(one) == essence(other)


def essence(source: str) -> list[str]:
    """The names and constants of an expression: without modules, keyword names, order and stop_gradient."""
    tree = parse_fragment(source)
    if tree is None:
        return ["".join(source.split())]
    nodes = list(ast.walk(tree))
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    told = (word for node in nodes if not (id(node) in owners and is_api(node)) for word in own_words(node))
    return sorted(word for word in told if word != "stop_gradient")


def own_words(node: ast.AST) -> list[str]:
    """What a node itself says, its children aside."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Constant(value=value):
            return [repr(value)]
        case ast.operator() | ast.unaryop() | ast.cmpop():
            return [type(node).__name__]
        case _:
            return []


def is_api(node: ast.AST) -> bool:
    """Whether a node is a part of TensorFlow's own name, such as tf.nn in tf.nn.softmax."""
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).split(".")[0] in (
        "tf",
        "tensorflow",
    )
