"""A tree comes in; names that the program binds are hidden from the fixers, which take them for built-in ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tfce_migrate.python2.places import kind

# What a fixer takes for a name of Python's own wherever it stands.
TAKEN = {
    "apply": "apply", "basestring": "basestring", "execfile": "execfile", "filter": "filter", "input": "input",
    "intern": "intern", "long": "long", "map": "map", "raw_input": "raw_input", "reduce": "reduce",
    "reload": "reload", "standarderror": "StandardError", "unicode": "unicode unichr", "xrange": "xrange range",
    "zip": "zip",
}  # fmt: skip
ITERATORS = ("imap", "izip", "ifilter", "izip_longest", "ifilterfalse")

_HIDDEN = "\ue000"  # no name has this
_LISTS = ("atom", "testlist_gexp", "listmaker", "testlist", "exprlist", "testlist_star_expr")
_PARAMETERS = ("parameters", "typedargslist", "varargslist", "tfpdef", "vfpdef", "tfplist", "vfplist", "tname")
_SCOPES = ("funcdef", "lambdef", "old_lambdef", "classdef", "file_input")
_LOOPS = ("for_stmt", "comp_for", "old_comp_for")


@contextmanager
def hidden(tree: Any, fixer: str) -> Iterator[None]:
    """Hide from a fixer what it would take for another thing."""
    leaves = list(_own(tree, TAKEN.get(fixer, "").split()))
    if fixer.startswith("itertools"):
        leaves += _kept_iterators(tree)
    if fixer == "map":
        leaves += (leaf for leaf in tree.leaves() if leaf.value == "map" and len(_of_none(leaf)) > 1)
    if fixer == "next":
        leaves += _no_iterators(tree)
    for leaf in leaves:
        leaf.value += _HIDDEN
    try:
        yield
    finally:
        for leaf in tree.leaves() if leaves else ():
            if leaf.value.endswith(_HIDDEN):
                leaf.value = leaf.value.removesuffix(_HIDDEN)


def of(node: Any) -> str:
    """The name of what a node or leaf is."""
    from fissix.pytree import type_repr

    return str(type_repr(node.type)) if node.type >= 256 else kind(node)


def is_attribute(leaf: Any) -> bool:
    """Whether a name is that of an attribute or of a keyword argument."""
    if _value(leaf.prev_sibling) == ".":
        return True
    return of(leaf.parent) == "argument" and _value(leaf.next_sibling) == "="


def bound(tree: Any, names: Iterable[str]) -> dict[int, set[str]]:
    """Which of the names each scope binds, by the scope's identity."""
    wanted, found = frozenset(names), dict[int, set[str]]()
    for leaf in tree.leaves():
        if leaf.value in wanted and kind(leaf) == "NAME":
            scope = _bound_in(leaf)
            if scope is not None and of(scope) != "classdef":
                found.setdefault(id(scope), set()).add(leaf.value)
    return found


def is_bound(leaf: Any, scopes: dict[int, set[str]]) -> bool:
    """Whether a scope around a name binds it."""
    node = leaf.parent
    while node is not None:
        if leaf.value in scopes.get(id(node), ()):
            return True
        node = node.parent
    return False


def _of_none(leaf: Any) -> list[Any]:
    """The arguments of a call whose first one is None, with the commas."""
    call = leaf.next_sibling
    arguments = call.children[1].children if call is not None and of(call) == "trailer" else []
    is_none = of(leaf.parent) == "power" and bool(arguments) and str(arguments[0]).strip() == "None"
    return list(arguments) if is_none and call.children[0].value == "(" else []


def mapped(tree: Any) -> None:
    """Write `map(None, x)` as `list(x)`, as the library means to; with more it is no call of Python 3."""
    for leaf in list(tree.leaves()):
        arguments = _of_none(leaf) if leaf.value == "map" + _HIDDEN else []
        if len(arguments) == 3 and of(arguments[2]) != "argument":
            none, comma, value = arguments
            leaf.value, value.prefix = "list", none.prefix + value.prefix.lstrip(" ")
            none.remove()
            comma.remove()
            leaf.changed()


def _own(tree: Any, names: Iterable[str]) -> Iterator[Any]:
    wanted = frozenset(names)
    scopes = bound(tree, wanted) if wanted else {}
    if scopes:
        yield from (leaf for leaf in tree.leaves() if leaf.value in wanted and is_bound(leaf, scopes))


def _bound_in(leaf: Any) -> Any | None:
    """The scope that a name is bound in where it stands; None where it is only mentioned."""
    parent = leaf.parent
    what = of(parent)
    if what in ("funcdef", "classdef") and leaf is parent.children[1]:
        return _scope(parent.parent)
    if what in ("import_as_name", "dotted_as_name"):
        return _scope(parent) if leaf is parent.children[-1] else None
    if what in ("import_from", "import_as_names", "import_name", "dotted_as_names", "global_stmt"):
        is_module = what == "import_from" and leaf is parent.children[1]
        return None if is_module else _scope(parent)
    if what in _PARAMETERS or (what in ("lambdef", "old_lambdef") and leaf is parent.children[1]):
        return None if _value(leaf.prev_sibling) == "=" else _scope(parent)
    return _scope(leaf.parent) if _is_target(leaf) else None


def _is_target(leaf: Any) -> bool:
    node = leaf
    while of(node.parent) in _LISTS:
        node = node.parent
    parent = of(node.parent)
    if parent == "expr_stmt":
        return _value(node.next_sibling) == "="
    if parent in _LOOPS:
        return _value(node.prev_sibling) == "for"
    return _value(node.prev_sibling) == "as" or (parent == "except_clause" and _value(node.prev_sibling) == ",")


def _scope(node: Any) -> Any:
    while of(node) not in _SCOPES and node.parent is not None:
        node = node.parent
    return node


def _value(node: Any) -> str:
    return str(getattr(node, "value", ""))


def _kept_iterators(tree: Any) -> Iterator[Any]:
    """The names of itertools that a file imports under a condition, or under another name: these imports stay."""
    kept: set[str] = set()
    for leaf in tree.leaves():
        if leaf.value in ITERATORS and of(leaf.parent).startswith("import_"):
            if of(leaf.parent) == "import_as_name":
                yield leaf
            elif _on_condition(leaf):
                kept.add(leaf.value)
    if kept:
        yield from (
            leaf
            for leaf in tree.leaves()
            if leaf.value in kept and not is_attribute(leaf) and of(leaf.parent) != "import_as_name"
        )


def _no_iterators(tree: Any) -> Iterator[Any]:
    """Mentions of `.next` that may be an attribute of the program's own, such as that of a linked list."""
    named = [leaf for leaf in tree.leaves() if leaf.value == "next" and kind(leaf) == "NAME"]
    defined = [leaf.parent.children[2] for leaf in named if of(leaf.parent) == "funcdef"]
    is_own = any(len(parameters.children) != 3 or parameters.children[1].children for parameters in defined)
    for leaf in named:
        is_attribute_of = of(leaf.parent) == "trailer" and _value(leaf.prev_sibling) == "."
        if is_attribute_of and (is_own or str(leaf.parent.next_sibling).strip() != "()"):
            yield leaf


def _on_condition(leaf: Any) -> bool:
    node = leaf
    while node is not None:
        if of(node) in ("try_stmt", "if_stmt"):
            return True
        node = node.parent
    return False
