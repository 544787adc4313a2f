"""An expression's text comes in; libcst changes its tree, and the text, comments and line breaks kept, goes out."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Collection, Mapping, Sequence

import libcst as cst

TIGHT = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))


class CannotEditError(Exception):
    """The expression has a form that cannot be rewritten without a loss; the text says which."""


def parse(segment: str) -> cst.BaseExpression:
    """The tree of an expression that may stand on several lines.

    Raises:
        CannotEditError: libcst does not give the text back as it was.
    """
    wrapped = "\n" in segment or "\r" in segment
    text = f"({segment})" if wrapped else segment
    try:
        node = cst.parse_expression(text, cst.PartialParserConfig(default_newline=_newline(segment)))
    except Exception as error:
        raise CannotEditError("the expression has a form that the rewriter cannot read") from error
    if wrapped and node.lpar:
        node = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    if code(node, segment) != segment:
        raise CannotEditError("the expression has a form that the rewriter cannot keep as it is")
    return node


def code(node: cst.CSTNode, like: str = "") -> str:
    """The text of a node, with the line ends of the text that it comes from."""
    return cst.Module([], default_newline=_newline(like)).code_for_node(node)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"


def as_call(segment: str) -> cst.Call:
    """The tree of a call.

    Raises:
        CannotEditError: the text is something else.
    """
    node = parse(segment)
    if not isinstance(node, cst.Call):
        raise CannotEditError("the expression is no plain call")
    return node


def change_call(
    segment: str,
    func: str | None,
    keywords: Mapping[int, str],
    drop: Sequence[int],
    wrap: Mapping[int, str],
    append: Sequence[tuple[str, str]],
    turned: Collection[int] = (),
) -> str:
    """The call with another callee, with keywords for arguments by index, without some, and some wrapped in a call.

    Arguments that are turned become 1 minus what they were.
    """
    node = as_call(segment)
    try:
        args = [_argument(arg, keywords.get(index), wrap.get(index)) for index, arg in enumerate(node.args)]
        args = [_turned(arg) if index in turned else arg for index, arg in enumerate(args)]
        args = _without(args, drop)
        for keyword, text in append:
            args = _appended(args, keyword, text)
        changed = node.with_changes(args=args)
    except cst.CSTValidationError as error:
        raise CannotEditError("the arguments cannot stand in the order that they would get") from error
    if func is not None:
        changed = changed.with_changes(func=cst.parse_expression(func))
    return code(changed, segment)


def _argument(arg: cst.Arg, keyword: str | None, wrapper: str | None) -> cst.Arg:
    if keyword is not None:
        equal = TIGHT if arg.keyword is None else arg.equal
        arg = arg.with_changes(keyword=cst.Name(keyword), equal=equal)
    if wrapper is not None:
        wrapped = cst.Call(cst.parse_expression(wrapper), [cst.Arg(arg.value)])
        arg = arg.with_changes(value=wrapped)
    return arg


def _turned(arg: cst.Arg) -> cst.Arg:
    value = arg.value
    if isinstance(value, BINDS_LOOSELY) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return arg.with_changes(value=cst.BinaryOperation(cst.Integer("1"), cst.Subtract(), value))


def _without(args: list[cst.Arg], drop: Sequence[int]) -> list[cst.Arg]:
    """Take arguments away; one that was last hands its place before the bracket to the one before it."""
    kept = [arg for index, arg in enumerate(args) if index not in drop]
    if kept and args and len(args) - 1 in drop:
        last = args[-1]
        kept[-1] = kept[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return kept


def _appended(args: list[cst.Arg], keyword: str, text: str) -> list[cst.Arg]:
    new = cst.Arg(cst.parse_expression(text), keyword=cst.Name(keyword), equal=TIGHT)
    if not args:
        return [new]
    last = args[-1]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if isinstance(last.comma, cst.Comma):
        return [*args[:-1], last.with_changes(comma=comma), new.with_changes(comma=last.comma)]
    moved = new.with_changes(whitespace_after_arg=last.whitespace_after_arg)
    return [*args[:-1], last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")), moved]


def new_call(func: str, args: Sequence[tuple[str | None, str]]) -> str:
    """A call written anew; each argument is a keyword or None, and the text of its value."""
    nodes = [
        cst.Arg(parse(text), keyword=cst.Name(keyword), equal=TIGHT) if keyword else cst.Arg(parse(text))
        for keyword, text in args
    ]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    spaced = [*(node.with_changes(comma=comma) for node in nodes[:-1]), *nodes[-1:]]
    return code(cst.Call(cst.parse_expression(func), spaced), "".join(text for _, text in args))


BINDS_LOOSELY = (
    cst.BinaryOperation, cst.BooleanOperation, cst.Comparison, cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Await,
    cst.Yield,
)  # fmt: skip


def minus(text: str) -> str:
    """The negative of an expression, in brackets where it needs them."""
    node = parse(text)
    if isinstance(node, BINDS_LOOSELY) and not node.lpar:
        return f"-({text})"
    return f"-{text}"


def as_statement(text: str) -> str:
    """An expression as the right side of an assignment: in brackets when its line breaks need them."""
    if "\n" not in text and "\r" not in text:
        return text
    try:
        cst.parse_expression(text)
    except Exception:
        return f"({text})"
    return text


def comments(text: str) -> list[str]:
    """The comments in a piece of code, in order; brackets around it make any expression readable."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline):
            if token.type == tokenize.COMMENT:
                found.append(token.string)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return ["?"] if "#" in text else []
    return found


def replace_argument(segment: str, index: int, text: str) -> str:
    """The call with another value for one argument."""
    node = as_call(segment)
    args = list(node.args)
    args[index] = args[index].with_changes(value=cst.parse_expression(text))
    return code(node.with_changes(args=args), segment)
