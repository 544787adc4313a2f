"""A tree comes in; what the library's fixers get wrong or leave is written as Python 3 in it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator
from typing import Any

from tfce_migrate.python2.binding import bound, is_attribute, is_bound, mapped, of
from tfce_migrate.python2.library import NotWrittenError
from tfce_migrate.python2.places import kind

_LITERAL = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")(.*)\2\Z", re.DOTALL)
_RUN = re.compile(r"(\\+)(.?)", re.DOTALL)
_RAW_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[uU]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DIGITS = {"u": re.compile(r"[0-9a-fA-F]{4}"), "U": re.compile(r"[0-9a-fA-F]{8}")}
_NOW = {"unicode": "str", "unichr": "chr"}
_LAZY = {"imap": "map", "izip": "zip", "ifilter": "filter"}
_MADE = re.compile(r"(\w+\.)*[A-Z]\w*\([^()]*\)\Z", re.DOTALL)  # of a class, as it looks
_MENTIONED = re.compile(r"\w+(\.\w+|\[\d+\])*")
_LAST = 0x10FFFF


def unicode(tree: Any) -> None:
    """Write strings as Python 3 spells what they hold, and the names unicode and unichr."""
    literals = "unicode_literals" in tree.future_features
    for leaf in tree.leaves():
        if kind(leaf) == "STRING":
            new = string(leaf.value, literals, leaf.lineno)
        elif leaf.value in _NOW and not is_attribute(leaf):
            new = _NOW[leaf.value]
        else:
            continue
        if new != leaf.value:
            leaf.value = new
            leaf.changed()


def string(value: str, literals: bool, line: int) -> str:
    """A string of Python 2 as Python 3 spells it; literals says that plain strings are Unicode.

    Raises:
        NotWrittenError: it has an escape that Python 2 does not take either.
    """
    match = _LITERAL.match(value)
    if match is None:
        return value
    prefix, quote, body = match.groups()
    low = prefix.lower()
    if "b" in low:
        return value
    if low == "ur" or (low == "r" and literals):
        escapes = _RAW_ESCAPE.search(body) is not None
        return quote + _cooked(quote, body, line) + quote if escapes else prefix[-1] + value[len(prefix) :]
    if low == "u":
        return value[1:]
    if low == "" and not literals:  # there \u, \U and \N said nothing
        return _ESCAPE.sub(lambda found: "\\" * (found.group(1) in "uUN") + found.group(), value)
    return value


def _cooked(quote: str, body: str, line: int) -> str:
    """The body of a raw string, in which \\u is an escape after all, as that of a plain one."""

    def plain(match: re.Match[str]) -> str:
        run, what = match.groups()
        if len(run) % 2 == 0 or not what:
            return str(run * 2 + what)
        if what in "uU":
            digits = _DIGITS[what].match(body, match.end())
            if digits is None or int(digits.group(), 16) > _LAST:
                raise NotWrittenError(f"a string on line {line} has an escape that Python 2 does not take")
            return str(run[1:] * 2 + "\\" + what)
        if what == "\n" and len(quote) == 1:
            return str(run * 2 + "\\n\\\n")
        return str(run * 2 + "\\" * (what in quote) + what)

    return _RUN.sub(plain, body)


def raised(tree: Any) -> None:
    """Write `raise E, value, trace` as Python 3 does: None is no argument, and a tuple is the arguments."""
    scopes = bound(tree, (name for name in vars(builtins) if name[0].isupper()))
    for node in list(tree.pre_order()):
        if of(node) == "raise_stmt" and len(node.children) > 1:
            _first_of_tuple(node)
            if len(node.children) > 3 and _text(node.children[2]) == ",":
                _raise(node, scopes)


def _first_of_tuple(node: Any) -> None:
    """Python 2 raised the first of a tuple."""
    while of(node.children[1]) == "atom" and of(_inner(node.children[1])) == "testlist_gexp":
        first, *others = _inner(node.children[1]).children
        if of(others[0]) == "comp_for" or any(other.children for other in others):
            raise NotWrittenError(f"line {node.get_lineno()} raises a tuple, of which Python 2 took the first")
        first.remove()
        first.prefix = node.children[1].prefix
        node.set_child(1, first)


def _raise(node: Any, scopes: dict[int, set[str]]) -> None:
    from fissix.pytree import Leaf

    error, value = node.children[1], node.children[3]
    trace = _text(node.children[5]) if len(node.children) > 5 else None
    core = _bare(value)
    if _text(core) != "None":
        in_brackets = of(core) == "atom" and _text(core).startswith("(") and of(_inner(core)) != "yield_expr"
        text = _callee(error) + (_text(core) if in_brackets else f"({_text(value)})")
    else:
        text = _text(error) if trace is None else _instance(error, scopes)
    if trace is not None:
        text += f".with_traceback({trace})"
    for child in node.children[2:]:
        child.remove()
    error.replace(Leaf(next(error.leaves()).type, text, prefix=error.prefix or " "))


def _bare(node: Any) -> Any:
    """A value without parentheses that say nothing."""
    while of(node) == "atom" and len(node.children) == 3 and _text(node).startswith("("):
        inner = _inner(node)
        if not (of(inner) == "atom" and _text(inner).startswith("(")) and _text(inner) != "None":
            break
        node = inner
    return node


def _instance(error: Any, scopes: dict[int, set[str]]) -> str:
    """What is raised for a class or for an object, of which no more may be known."""
    text = _text(error)
    if not error.children and isinstance(getattr(builtins, text, None), type) and not is_bound(error, scopes):
        return f"{text}()"
    if _caught(error) or _MADE.match(text):
        return _callee(error)
    if _MENTIONED.fullmatch(text):
        return f"({text}() if isinstance({text}, type) else {text})"
    return f"(lambda error: error() if isinstance(error, type) else error)({text})"


def _caught(error: Any) -> bool:
    """Whether a name is that of the error that is being handled."""
    node = error
    while node.parent is not None:
        clause = node.prev_sibling.prev_sibling if of(node.parent) == "try_stmt" and node.prev_sibling else None
        if clause is not None and of(clause) == "except_clause" and _text(clause.children[-1]) == _text(error):
            return len(clause.children) == 4
        node = node.parent
    return False


def _callee(error: Any) -> str:
    """An expression so that it can be called."""
    plain = of(error) in ("NAME", "atom") or (of(error) == "power" and "**" not in map(_text, error.children))
    return _text(error) if plain else f"({_text(error)})"


def printed(tree: Any) -> None:
    """Write `print ()`, which prints an empty tuple, so that its parentheses are not taken for those of a call."""
    from fissix.pytree import Leaf

    for node in list(tree.pre_order()):
        if of(node) == "print_stmt" and [_text(child) for child in node.children[1:]] == ["()"]:
            node.children[1].replace(Leaf(1, "()"))


def parameters(tree: Any) -> None:
    """Write lambdas that take tuples, where the library does not, as a lambda in a lambda."""
    taken = {leaf.value for leaf in tree.leaves()}
    for node in reversed(list(tree.pre_order())):
        if of(node) in ("lambdef", "old_lambdef") and len(node.children) == 4:
            tuples = list(_tuples(node.children[1]))
            if tuples and (of(node.children[1]) == "varargslist" or _is_told_apart(tuples[0], node.children[3])):
                _unpacked(node, tuples, taken)


def _tuples(listed: Any) -> Iterator[Any]:
    for part in [listed] if of(listed) != "varargslist" else listed.children:
        if of(part) == "vfpdef" and any(leaf.value == "," for leaf in part.leaves()):
            yield part


def _is_told_apart(parameter: Any, body: Any) -> bool:
    """Whether a name of a tuple means something else in places of the body."""
    names = {leaf.value for leaf in parameter.leaves() if kind(leaf) == "NAME"}
    leaves = [leaf for leaf in body.leaves() if leaf.value in names]
    nested = any(of(node) in ("lambdef", "old_lambdef", "comp_for", "old_comp_for") for node in body.pre_order())
    return bool(leaves) and (nested or any(map(is_attribute, leaves)))


def _unpacked(node: Any, tuples: list[Any], taken: set[str]) -> None:
    from fissix.pytree import Leaf

    body = _text(node.children[3])
    for part in reversed(tuples):
        name = _new_name(part, taken)
        body = _opened(_inner(part), body, name, taken)
        part.replace(Leaf(1, name, prefix=part.prefix))
    last = node.children[3]
    last.replace(Leaf(1, body, prefix=last.prefix or " "))


def _opened(listed: Any, body: str, name: str, taken: set[str]) -> str:
    """body as that of a lambda that takes the parts of what name holds."""
    names: list[str] = []
    for part in [listed] if of(listed) == "vfpdef" else listed.children:
        if of(part) == "vfpdef" and any(leaf.value == "," for leaf in part.leaves()):
            names.append(_new_name(part, taken))
            body = _opened(_inner(part), body, names[-1], taken)
        elif _text(part) != ",":
            names.append(_text(part).strip("() "))
    return f"(lambda {', '.join(names)}: {body})(*{name})"


def _new_name(part: Any, taken: set[str]) -> str:
    name = "_".join(leaf.value for leaf in part.leaves() if kind(leaf) == "NAME")
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def iterators(tree: Any) -> None:
    """Write izip where it is passed on as zip; the library does it where it is called."""
    imported = {leaf.value for leaf in tree.leaves() if leaf.value in _LAZY and _from_itertools(leaf)}
    for leaf in tree.leaves():
        if leaf.value not in imported or is_attribute(leaf) or of(leaf.parent).startswith("import"):
            continue
        if not _text(leaf.next_sibling).startswith("("):
            leaf.value = _LAZY[leaf.value]
            leaf.changed()
    _emptied(tree)


def _emptied(tree: Any) -> None:
    """Write pass where the library takes an import away that is all of its block, or shares its line."""
    from fissix.pytree import Leaf

    for node in list(tree.pre_order()):
        if of(node) != "import_from" or _text(node.children[1]) != "itertools":
            continue
        names = [leaf.value for leaf in node.children[3].leaves() if leaf.value != ","]
        block = node.parent.parent
        others = [one for one in block.children if of(one) not in ("NEWLINE", "INDENT", "DEDENT")]
        is_all = len(others) == 1 and of(block) == "suite"
        is_on_line = of(block) not in ("suite", "file_input") or len(node.parent.children) > 2
        if set(names) <= set(_LAZY) and (is_all or is_on_line):
            node.replace(Leaf(1, "pass", prefix=node.prefix))


def _from_itertools(leaf: Any) -> bool:
    node = leaf.parent.parent if of(leaf.parent) == "import_as_names" else leaf.parent
    return of(node) == "import_from" and _text(node.children[1]) == "itertools"


def _inner(atom: Any) -> Any:
    return atom.children[1]


def _text(node: Any) -> str:
    return str(node).strip() if node is not None else ""


# Done before the library's fixer of that name.
BEFORE: dict[str, Callable[[Any], None]] = {
    "itertools_imports": iterators, "map": mapped, "print": printed, "raise": raised,
    "tuple_params": parameters, "unicode": unicode,
}  # fmt: skip
INSTEAD = frozenset({"raise", "unicode"})  # of which ours does all
