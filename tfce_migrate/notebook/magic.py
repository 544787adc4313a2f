"""The source of one code cell comes in; Python of the same lines, without IPython's own syntax, goes out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator

from tfce_migrate.notebook import lines
from tfce_migrate.notebook.marks import ALONE, MARK, MAYBE

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CELL_MAGIC = re.compile(r"\s*%%[ \t]*(\w+|!)[^\r\n]*")
_CELL_MAGIC_NAME = re.compile(r"^[ \t]*%%[ \t]*\w*", re.MULTILINE)
_ROUND_PYTHON = frozenset({"time", "capture", "prun"})  # they run the cell among the others
_PROCESSES = (
    "! HTML SVG bash cmd file html javascript js latex markdown perl pypy python python2 python3 ruby script sh svg sx "
    "system writefile"
)
_ELSEWHERE = frozenset(_PROCESSES.split())  # they run it in another process, if at all
_MAGIC = re.compile(r"[ \t]*(?:[%!?]|[\w.%*]+[ \t]*\?{1,2}[ \t]*$)")
_ASSIGNED_MAGIC = re.compile(r"[ \t]*(?=\S)[\w., \t\[\]'\"]+=[ \t]*[%!](?!=)")
_TOKEN = re.compile(r"""#[^\r\n]*|'''|\"\"\"|'(?:\\.|[^'\\\r\n])*'|"(?:\\.|[^"\\\r\n])*"|[()\[\]{}]|\\(?:\r\n|\r|\n)""")
_BINDING = re.compile(r"(?<![=!<>])=(?!=)|\b(?:for|as|import|def|class|del|global|exec)\b")
LONGEST = 2000  # characters of a line in which bindings are looked for, and a fifth of those for strings


def parse_error(text: str) -> str | None:
    """What keeps a text from being Python 3, with its line; None if it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end][:1]
        return f"half a character, \\u{ord(half):04x}, stands in it (line {text.count(chr(10), 0, error.start) + 1})"
    except ValueError as error:
        return str(error)
    except (RecursionError, MemoryError):
        return "the code nests deeper than the parser can follow"
    return None


def has_cell_magic(text: str) -> bool:
    """Whether a magic runs the whole cell."""
    return _CELL_MAGIC.match(text) is not None


def read_cell(text: str) -> tuple[str, str]:
    """A cell as Python, where its magics allow that, and how it is run: "", ALONE or MAYBE."""
    names = _cell_magics(text)
    if not _ELSEWHERE.isdisjoint(names):
        return _only_comments(text, known=True), ""
    if not names or _ROUND_PYTHON.issuperset(names):
        return without_magic(text), ""
    plain = without_magic(text)
    if _ROUND_PYTHON.union({"timeit"}).issuperset(names):
        return plain, ALONE
    return (plain, MAYBE) if parse_error(plain) is None else (_only_comments(text, known=False), "")


def without_magic(text: str) -> str:
    """The text with each line of IPython's syntax as Python: what it runs, else something of unknown effect."""
    return _with_lines(text, lines.cell_line, lines.in_python)


def hidden(text: str) -> str:
    """A text of as many characters, in which IPython's own syntax is hidden; of a cell in another language all is."""
    if not _ROUND_PYTHON.union({"timeit"}).issuperset(_cell_magics(text)):
        return "".join(lines.blank(line) for line in _LINE.findall(text))
    return _with_lines(text, lines.hidden, lines.hidden)


def _with_lines(text: str, of_head: Callable[[str], str], of_magic: Callable[[str], str]) -> str:
    out: list[str] = []
    head = len(_head(text))
    at = 0
    for statement, is_magic in _statements(text):
        begins, at = at, at + len(statement)
        if begins < head:
            out.append(of_head(statement) if statement.strip() else statement)
        else:
            out.append(of_magic(statement) if is_magic else statement)
    return "".join(out)


def _cell_magics(text: str) -> list[str]:
    """The names of the magics that run a cell, from outside in."""
    return [match.group(1) for match in _CELL_MAGIC.finditer(_head(text))]


def _head(text: str) -> str:
    """The lines that say by which magics a cell is run."""
    at = 0
    while match := _CELL_MAGIC.match(text, at):
        at = match.end()
    return text[:at]


def indentation(text: str) -> str:
    """The indentation of the first line of a cell that has one; IPython takes it from all lines."""
    match = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*([ \t]*)", text)
    return match.group(1) if match and "\f" not in text else ""


def taken(indent: str) -> str:
    """As many characters that are no indentation to Python."""
    return indent[:-1].replace("\t", " ") + "\f" if indent else ""


def dedented(text: str, indent: str) -> str:
    """The text whose lines have their first indentation taken."""
    return re.sub(rf"^(\f\f+)?{indent}", lambda match: (match.group(1) or "") + taken(indent), text, flags=re.MULTILINE)


def taken_out(text: str) -> str:
    """A text that is not Python as lines that keep its imports, and make what it may bind unknown."""
    return "".join(_taken_out(line) for line in _LINE.findall(text))


def _only_comments(text: str, known: bool) -> str:
    """A text in another language as comments; the names that it may bind are unknown."""
    head = _head(text)
    names = lines.outputs(head) if known else _CELL_MAGIC_NAME.sub(" ", text)
    out: list[str] = []
    said = False
    for line in _LINE.findall(text):
        now = bool(line.strip()) and not said
        said = said or now
        out.append(lines.neutral(line.lstrip(" \t"), names) if now else lines.comment(line))
    return "".join(out)


def _statements(text: str) -> Iterator[tuple[str, bool]]:
    """The lines, those of a magic with what its backslashes join to it, and whether they are a magic's."""
    depth, quote, continued, held = 0, "", False, ""
    for line in _LINE.findall(text):
        more = line.rstrip("\r\n").endswith("\\")
        if held or (not depth and not quote and not continued and _is_magic(line)):
            held, continued = held + line, False
            if not more:
                yield held, True
                held = ""
            continue
        yield line, False
        continued = more
        depth, quote = _state(line[: 5 * LONGEST], depth, quote)
    if held:
        yield held, True


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


def _taken_out(line: str) -> str:
    code, end = line[: len(line) - len(lines.end(line))], lines.end(line)
    if code.startswith(("import ", "from ")) and not code.endswith("\\") and parse_error(code) is None:
        return f"{code}  {MARK}{end}" if "#" not in code else f"{code} {MARK}{end}"
    bound = _bound(line)
    return lines.neutral(line.lstrip(), bound) if bound else lines.comment(line)


def _bound(line: str) -> str:
    """The code of a line that seems to bind names; nothing for a line amid a call."""
    code = line.partition("#")[0].strip()[:LONGEST]
    amid_call = code.endswith(",") or code.count("(") < code.count(")")
    return code if _BINDING.search(code) and not amid_call else ""
