"""The tree of a Python 2 text comes in; it goes out with each word that Python 3 spells otherwise spelled so, in place.

The library has fixers for most of it. They make lists anew for each word that they change, which takes hours for
a long list of words, and put new statements on new lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Any

from tfce_migrate.python2.places import kind

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CALLED = {"xrange": "range", "unicode": "str", "unichr": "chr", "long": "int"}
_KEYWORDS_NOW = frozenset({"async", "await"})


def respell(tree: Any) -> None:
    """Spell numbers, strings, `<>`, names, backticks, `except Error, name` and tuples as parameters as in Python 3."""
    from fissix.pygram import python_symbols

    spell = {
        python_symbols.except_clause: _except,
        python_symbols.atom: _backticks,
        python_symbols.funcdef: _function,
        python_symbols.lambdef: _lambda,
        python_symbols.old_lambdef: _lambda,
    }
    for node in list(tree.pre_order()):
        if node.type in spell:
            spell[node.type](node)
    leaves, before = list(tree.leaves()), None
    for leaf, after in zip(leaves, chain(leaves[1:], [None]), strict=True):
        leaf.value = _spelled(leaf, before, after)
        before = leaf


def _spelled(leaf: Any, before: Any, after: Any) -> str:
    value = str(leaf.value)
    match kind(leaf):
        case "NUMBER":
            return _number(value.rstrip("lL"))
        case "STRING":
            return _string(value)
        case "NOTEQUAL":
            return "!="
        case "NAME" if value in _KEYWORDS_NOW:
            return value + "_"
        case "NAME" if value in _CALLED and after is not None and after.value == "(":
            return value if before is not None and before.value in (".", "def", "class") else _CALLED[value]
    return value


def _number(digits: str) -> str:
    is_octal = digits.isdigit() and digits.startswith("0") and digits.strip("0") != ""
    return f"0o{digits.lstrip('0')}" if is_octal else digits


def _string(value: str) -> str:
    if value[:2].lower() == "ur":
        return value[1:]
    if value[0] in "'\"" and "\\" in value:  # there \u, \U and \N said nothing
        return _ESCAPE.sub(lambda match: "\\" * (match.group(1) in "uUN") + match.group(), value)
    return value


def _except(clause: Any) -> None:
    if len(clause.children) != 4 or clause.children[2].value != ",":
        return
    comma, target = clause.children[2:]
    comma.value = " as" if target.prefix else " as "
    if target.children:
        _name_instead(target)


def _backticks(atom: Any) -> None:
    opening, *_, closing = atom.children
    if opening.type == closing.type and kind(opening) == "BACKQUOTE":
        several = any(getattr(child, "value", "") == "," for child in atom.children[1].children)
        opening.value, closing.value = ("repr((", "))") if several else ("repr(", ")")


def _function(function: Any) -> None:
    parameters = function.children[2]
    if len(parameters.children) == 3:
        _parameters(parameters.children[1], parameters.children[2])


def _lambda(function: Any) -> None:
    if len(function.children) == 4:
        _parameters(function.children[1], function.children[2])


def _parameters(listed: Any, end: Any) -> None:
    """Write `a, (b, c)` as `a, b_c_, *, b, c`: b and c are parameters of which nothing is known, on the same line.

    end is what stands behind the parameters.
    """
    from fissix.pygram import python_symbols

    tuples = (python_symbols.tfpdef, python_symbols.vfpdef)
    alone = listed.type in tuples or not listed.children
    names: list[str] = []
    for part in [listed] if alone else list(listed.children):
        if part.type in tuples:
            names += _name_instead(part)
    if names:
        _keywords_only([] if alone else listed.children, end, ", ".join(dict.fromkeys(names)))


def _keywords_only(parts: Sequence[Any], end: Any, names: str) -> None:
    signs = {part.value: part for part in parts if not part.children}
    star = "" if "*" in signs else "*, "
    if "**" in signs:
        signs["**"].value = f"{star}{names}, **"
    else:
        comma = " " if parts and parts[-1] is signs.get(",") else ", "
        end.value = f"{comma}{star}{names}{end.value}"


def _name_instead(node: Any) -> list[str]:
    """Put one name in the place of a tuple or another target; returns the names that were in it, unless it was one."""
    leaves = list(node.leaves())
    names = [leaf.value for leaf in leaves if kind(leaf) == "NAME"]
    one = len(names) == 1 and not any(leaf.value == "," for leaf in leaves)
    for leaf in leaves[1:]:
        leaf.value = leaf.prefix = ""
    leaves[0].value = names[0] if one else "_".join([*names, ""]) if names else "_"
    return [] if one else names
