"""A call that runs text which nobody reads comes in; the frame with what the text may bind unknown goes out."""

from __future__ import annotations

import ast
import builtins
import re

from tfce_migrate.evaluate.frame import Arg, Frame
from tfce_migrate.notebook.lines import QUIET
from tfce_migrate.notebook.marks import UNREAD, named
from tfce_migrate.source import Source
from tfce_migrate.terms import Term

RUNS_TEXT = frozenset({"run_line_magic", "run_cell_magic", "magic", "run_cell", "ex"})  # methods of IPython's shell
_KNOWN = ("symbol", "module", "imported")
_BUILTINS = frozenset(dir(builtins))
_ABOUT = re.compile(r"\b(?:tf|tensorflow|keras|K|slim|nn|layers)\s*\.|\bimport\b")


def forget(func: ast.expr, args: list[Arg], frame: Frame) -> None:
    """Make unknown what the text in a call may bind, if it is a call that runs some."""
    if isinstance(func, ast.Name) and func.id == UNREAD:
        texts = _texts(args)
    elif isinstance(func, ast.Attribute) and func.attr in RUNS_TEXT:
        texts = _texts(args)
        first = texts[0].partition(" ")[0].lstrip("%") if texts else ""
        if first in QUIET and func.attr in ("run_line_magic", "magic"):
            return
        texts = texts[1:] if func.attr.startswith("run_") and func.attr.endswith("magic") else texts
    else:
        return
    for text in texts:
        for name in tuple(frame.env) if text == "*" else ():
            if name.isidentifier() and frame.env[name].op not in _KNOWN:
                frame.bind(name, Term("unknown"))
        for name, partly in named(text):
            held = frame.env.get(name)
            known = name in _BUILTINS if held is None else partly and held.op in _KNOWN
            if not known:
                frame.bind(name, Term("unknown"))


def may_bind(call: ast.Call) -> list[ast.expr]:
    """The names that a call may bind because it runs text, as targets."""
    method = _method(call)
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if method not in RUNS_TEXT and name != UNREAD:
        return []
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    names = [name for text in texts for name, partly in named(text) if not partly and name not in _BUILTINS]
    return [ast.Name(name, ast.Store()) for name in names]


def _texts(args: list[Arg]) -> list[str]:
    return [arg.term.value for arg in args if arg.term.op == "const" and isinstance(arg.term.value, str)]


def lines(source: Source) -> list[int]:
    """The lines of an exported notebook that hand IPython's shell text about TensorFlow, which nobody looks at."""
    if "get_ipython" not in source.text:
        return []
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    return sorted({call.lineno for call in calls if _method(call) in RUNS_TEXT and any(map(_is_about, call.args))})


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _is_about(arg: ast.expr) -> bool:
    return isinstance(arg, ast.Constant) and isinstance(arg.value, str) and _ABOUT.search(arg.value) is not None
