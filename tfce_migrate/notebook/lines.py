"""A line with a magic comes in; the Python that it runs, at the columns where it stands, goes out.

What stands before the code becomes form feeds: for Python they are no indentation, and no hand writes two of them.
"""

from __future__ import annotations

import ast
import re
import warnings

from tfce_migrate.notebook.marks import FEEDS, MARK, UNREAD

_ASSIGNED = re.compile(r"([ \t]*[^\s=%!][^=%!]*?=[ \t]*)([%!])")
_LINE_MAGIC = re.compile(r"([ \t]*)%{1,2}[ \t]*(\w+)[ \t]*")
_OPTIONS = {
    "time": re.compile(r"(?:--[\w-]+\s+)*"),
    "timeit": re.compile(r"(?:-[nrpv][ \t]*[^\s-]\S*\s+|-[tcqo]+\s+|--[\w-]+(?:=\S+)?\s+)*"),
    "prun": re.compile(r"(?:-[lsTD][ \t]*[^\s-]\S*\s+|-[rq]+\s+)*"),
}
_OUTPUT = re.compile(r"--(?:out|err|proc)[ =]+(\w+)")
_SWITCHES = re.compile(r"--[\w-]+")
_ALL = frozenset({"run", "reset", "rerun", "pylab"})  # may bind any name
_BIND_NOTHING = (
    "alias autoawait autoreload autosave bookmark cat cd clear colors conda config cp dirs doctest_mode env gui hist "
    "history ldir less lf lk ll load_ext ls lsmagic lx man matplotlib mkdir more mv notebook page pastebin pdb pdef "
    "pdoc pfile pinfo pinfo2 pip popd pprint precision psearch psource pushd pwd pycat quickref rehashx reload_ext rep "
    "rm rmdir save set_env sh sx system tb tensorboard tensorflow_version unalias unload_ext uv who who_ls whos "
    "writefile xmode"
)
QUIET = frozenset(_BIND_NOTHING.split())


def in_python(line: str) -> str:
    """A magic's logical line as Python of as many lines: its code in place, or what makes its names unknown."""
    assigned = _ASSIGNED.match(line)
    magic = _LINE_MAGIC.match(line, assigned.end(1) if assigned else 0)
    if assigned:
        return _assigned(line, assigned, magic)
    if magic is None:
        return neutral(line)
    name, indent, code = magic.group(2), magic.group(1), line[magic.end() :]
    if name in QUIET:
        return neutral(line)
    start = _code_start(line, magic)
    if name == "timeit":
        found = _timed(line, start, indent)
        return found or neutral(line)
    if name in _OPTIONS:
        tree = parsed(line[start:])
        after = _unknown(code) if indent and _may_bind(tree) else ""
        found = _in_place(line, start, indent, after) if tree and tree.body else None
        return found or neutral(line, code)
    if name in _ALL or (name == "store" and code.strip() == "-r"):
        return neutral(line, "*")
    return _in_place(line, start, indent, _unknown(code)) or neutral(line, code)


def cell_line(line: str) -> str:
    """The first line of a cell with a cell magic, as Python: what it runs before the cell, and the names it binds."""
    line = line.lstrip(" \t")
    magic = _LINE_MAGIC.match(line)
    if magic is None:
        return neutral(line)
    name, rest = magic.group(2), line[magic.end() :]
    if name in _OPTIONS:
        start = _code_start(line, magic)
        return _in_place(line, start, "", "") or neutral(line, rest if line[start:].strip() else "")
    if name == "capture":
        return neutral(line, _SWITCHES.sub(" ", rest))
    return neutral(line, rest)


def outputs(head: str) -> str:
    """The names to which the options of a cell in another language give its output."""
    return " ".join(_OUTPUT.findall(head))


def hidden(line: str) -> str:
    """A magic's logical line as as many characters: its code in place, be it Python 2, else nothing that is read.

    A line whose code is not Python 3 and cannot be read in place stays, so that nobody takes it for Python.
    """
    assigned = _ASSIGNED.match(line)
    magic = _LINE_MAGIC.match(line, assigned.end(1) if assigned else 0)
    start = _code_start(line, magic) if magic else 0
    if magic is None or magic.group(2) not in _OPTIONS or not line[start:].strip():
        return blank(line)
    if not assigned:
        indent = magic.group(1)
        return FEEDS[:1] * (start - len(indent)) + indent + line[start:]
    return blank(line) if parsed(line[start:]) else line


def blank(line: str) -> str:
    """A line as as many characters that do nothing: a comment, or where that may be too little a number."""
    first, *more = line.splitlines(keepends=True)
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    nothing = ("0" if indent else "#") if first.strip() else ""
    rest = len(first) - len(end(first)) - len(indent) - len(nothing)
    return "".join([indent + nothing + " " * rest + end(first), *(re.sub(r"[^\r\n]", " ", part) for part in more)])


def neutral(line: str, names: str = "") -> str:
    """Python of as many lines as a line that is none; the words of names are unknown after it."""
    code = line.rstrip("\r\n")
    indent = code[: len(code) - len(code.lstrip(" \t"))]
    first, *more = re.split(r"(?<=\n)|(?<=\r)(?!\n)", line)
    call = f"{UNREAD}({names.strip()!r})" if names.strip() else "pass"
    return f"{indent}{call}  {comment(first)}" + "".join(comment(part) for part in more if part)


def comment(line: str) -> str:
    """The words of a line as a comment that hides it."""
    return f"{MARK} {words(line)}{end(line)}"


def parsed(code: str) -> ast.Module | None:
    """The tree of a line's code; None if it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def words(line: str) -> str:
    """The words of a line."""
    return re.sub(r"[^\w ]+", " ", line).strip()


def end(line: str) -> str:
    """The line end of a line."""
    return line[len(line.rstrip("\r\n")) :]


def _code_start(line: str, magic: re.Match[str]) -> int:
    options = _OPTIONS.get(magic.group(2))
    match = options.match(line, magic.end()) if options else None
    return match.end() if match else magic.end()


def _in_place(line: str, start: int, indent: str, after: str) -> str | None:
    """The code from start on at its place, and what is to follow it; None if that is not Python."""
    code = line[start:].rstrip("\r\n")
    text = f"{code}{after}"
    if start - len(indent) < len(FEEDS) or not code.strip() or "\f" in code or parsed(text) is None:
        return None
    if after and (tree := parsed(text)) and not _ends_in_call(tree):
        return None
    return FEEDS[:1] * (start - len(indent)) + indent + text + line[start + len(code) :]


def _ends_in_call(tree: ast.Module) -> bool:
    """Whether what was put after the code is read, and not part of a comment."""
    return any(isinstance(node, ast.Name) and node.id == UNREAD for node in ast.walk(tree))


def _unknown(code: str) -> str:
    return f"; {UNREAD}({code.strip()!r})" if code.strip() else ""


def _timed(line: str, start: int, indent: str) -> str | None:
    """`%timeit` runs its code in a function: what it binds is not seen outside, what it computes is read."""
    tree = parsed(line[start:])
    if tree is None:
        return None
    if not _may_bind(tree):
        return _in_place(line, start, indent, "")
    only = tree.body[0] if len(tree.body) == 1 else None
    if isinstance(only, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and only.value and line.isascii():
        value = ast.Expr(only.value)
        if only.value.lineno == 1 and not _may_bind(ast.Module([value], [])):
            return _in_place(line, start + only.value.col_offset, indent, "")
    return _in_place(line, start, indent, _unknown(line[start:]))


def _may_bind(tree: ast.Module | None) -> bool:
    return tree is not None and not all(
        isinstance(statement, ast.Expr) and not any(isinstance(node, ast.NamedExpr) for node in ast.walk(statement))
        for statement in tree.body
    )


def _assigned(line: str, assigned: re.Match[str], magic: re.Match[str] | None) -> str:
    """`m = %timeit -o f(x)`: the code is read, and what the target holds is unknown."""
    target, rest = assigned.group(1), line[assigned.end() :]
    if magic and magic.group(2) not in QUIET:
        start = _code_start(line, magic)
        code = line[start:].rstrip("\r\n")
        tree = parsed(code)
        expression = tree and len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
        call = f"{UNREAD}({code})"
        text = f"{target}{' ' * (start - len(target) - len(UNREAD) - 1)}{call}"
        if expression and not _may_bind(tree) and len(text) == start + len(code) + 1 and parsed(text.strip()):
            return f"{text}  {MARK} {line[start + len(code) :]}" if "\\" not in code else neutral(line, target + rest)
    names = rest.partition(" ")[2] if magic and magic.group(2) not in QUIET | {"time", "timeit"} else ""
    call = f"{target}{UNREAD}({names.strip()!r})" if names.strip() else f"{target}{UNREAD}()"
    if parsed(call.strip()) is None:
        return neutral(line, line)
    return call + neutral(line)[len(line) - len(line.lstrip(" \t")) :].removeprefix("pass")
