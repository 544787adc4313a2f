"""The source of one code cell comes in; Python of the same lines, without IPython's own syntax, goes out."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterator

from tfce_migrate.notebook.marks import MARK

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"(?:\r\n|\r|\n)?\Z")
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)")
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
_MAGIC = re.compile(r"[ \t]*(?:[%!?]|[\w.%*]+[ \t]*\?{1,2}[ \t]*$)")
_ASSIGNED_MAGIC = re.compile(r"[ \t]*(?=\S)[\w., \t\[\]'\"]+=[ \t]*[%!](?!=)")
_TOKEN = re.compile(r"""#[^\r\n]*|'''|\"\"\"|'(?:\\.|[^'\\\r\n])*'|"(?:\\.|[^"\\\r\n])*"|[()\[\]{}]|\\(?:\r\n|\r|\n)""")
_BINDING = re.compile(r"(?:%{1,2}\w+\s+)?([^=!<>#'\"]*?)\s*(?://|\*\*|>>|<<|[-+*/%&|^@])?=(?!=)")
_NAMING = re.compile(r"^\s*(?:def|class)\s+(\w+)|\bas\s+(\w+)|^\s*for\s+([\w\s,()]+?)\s+in\b")
_UNKNOWN = "_not_python_()"
LONGEST = 2000  # characters of a line in which bindings are looked for, and a fifth of those for strings


def parse_error(text: str) -> str | None:
    """What keeps a text from being Python 3, with its line; None if it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except ValueError as error:
        return str(error)
    except (RecursionError, MemoryError):
        return "the code nests deeper than the parser can follow"
    return None


def is_foreign(text: str) -> bool:
    """Whether a `%%` magic makes the cell something else than Python of this notebook."""
    match = _CELL_MAGIC.match(text)
    return match is not None and match.group(1) not in _PYTHON_MAGICS


def without_magic(text: str) -> str:
    """The text with each line of IPython's syntax replaced by Python that means nothing known."""
    out: list[str] = []
    for line, plain, follows in _logical(text):
        magic = plain and _is_magic(line)
        if not magic and not (follows and out and MARK in out[-1]):
            out.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip(" \t"))] if plain else _indent(out[-1])
        out.append(indent + _neutral(line))
    return "".join(out)


def taken_out(text: str) -> str:
    """A text that is not Python as lines that keep its imports, and make what it may bind unknown."""
    return "".join(_taken_out(line) for line in _LINE.findall(text))


def only_comments(text: str) -> str:
    """A text in another language as comments."""
    return "".join(MARK + " " + _words(line) + _end(line) for line in _LINE.findall(text))


def _logical(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Each line, whether a statement can begin there, and whether a backslash above makes it go on a magic's line."""
    depth, quote, continued, magic = 0, "", False, False
    for line in _LINE.findall(text):
        begins = not depth and not quote and not continued
        yield line, begins, magic and continued
        magic = (magic and continued) or (begins and _is_magic(line))
        continued = line.rstrip("\r\n").endswith("\\")
        if not magic:
            depth, quote = _state(line[: 5 * LONGEST], depth, quote)


def _is_magic(line: str) -> bool:
    code = line.rstrip("\r\n")
    return bool(_MAGIC.match(code) or _ASSIGNED_MAGIC.match(code))


def _state(line: str, depth: int, quote: str) -> tuple[int, str]:
    """The open brackets and the open long string after a line."""
    at = 0
    while at < len(line):
        if quote:
            end = re.compile(rf"(?:\\.|[^\\])*?{quote}", re.DOTALL).match(line, at)
            if end is None:
                return depth, quote
            at, quote = end.end(), ""
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            break
        at = token.end()
        if token.group() in ("'''", '"""'):
            quote = token.group()
        elif token.group() in "([{":
            depth += 1
        elif token.group() in ")]}":
            depth = max(0, depth - 1)
    return depth, quote


def _neutral(line: str) -> str:
    bound = "; ".join(f"{name} = {_UNKNOWN}" for name in _bound(line))
    return f"{bound or 'pass'}  {MARK} {_words(line)}{_end(line)}"


def _taken_out(line: str) -> str:
    code, end = line[: len(line) - len(_end(line))], _end(line)
    if code.startswith(("import ", "from ")) and not code.endswith("\\") and parse_error(code) is None:
        return f"{code}  {MARK}{end}" if "#" not in code else f"{code} {MARK}{end}"
    bound = "; ".join(f"{name} = {_UNKNOWN}" for name in _bound(line))
    return f"{bound}  {MARK} {_words(line)}{end}" if bound else f"{MARK} {_words(line)}{end}"


def _bound(line: str) -> list[str]:
    """The plain names that a line seems to bind; a line amid a call binds none."""
    code = line.partition("#")[0].strip()[:LONGEST]
    names: list[str] = []
    amid_call = code.endswith(",") or code.count("(") < code.count(")")
    if (match := _BINDING.match(code)) and not amid_call:
        names += (part.strip("()[]* \t") for part in match.group(1).split(","))
    for groups in _NAMING.findall(code):
        names += (part.strip("() \t") for group in groups for part in group.split(","))
    return [name for name in dict.fromkeys(names) if name.isidentifier() and not keyword.iskeyword(name)]


def _words(line: str) -> str:
    return re.sub(r"[^\w ]+", " ", line).strip()


def _end(line: str) -> str:
    match = _END.search(line)
    return match.group() if match else ""


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
