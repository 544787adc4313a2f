"""Takes the text of a rule page and gives back its metadata, prose, sections and examples as data."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Kind = Literal["change", "quiet", "finds"]

SECTIONS = ("What it does", "Why", "Examples", "When it is silent", "References")
SAFETIES = ("exact", "stabler", "behaviour", "manual")
SEVERITIES = ("error", "warning", "info")
OPTIONS = ("target", "from", "keras", "tf-version", "python2", "runs_on")

_CODE = re.compile(r"TFC\d{3}")
_OPENING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`]*)")
_MARK = re.compile(r"[ \t]*#[ \t]*finds:(.*)$")


class PageError(ValueError):
    """A page that breaks the form of a rule page; line counts from 1 in the page's file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Page:
    """A rule page: its toml block as data, the markdown below it, and the line where that markdown starts."""

    metadata: Mapping[str, Any]
    body: str
    first_line: int


class Given(NamedTuple):
    """The inputs of one run of an example; extreme when the old form overflows on them."""

    values: Mapping[str, Any]
    extreme: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One executable claim of a page.

    `before` is the code the claim is about (of every kind), `after` what migrate makes of it (only of a
    change); both without `# finds:` marks. `marks` maps a line of `before` to the codes due there; `line`
    is the line of the page on which `before` starts, so that its line n is the page's line + n - 1.
    """

    kind: Kind
    before: str
    after: str | None
    givens: tuple[Given, ...]
    unsafe: bool
    options: Mapping[str, str]
    line: int
    marks: Mapping[int, tuple[str, ...]]


class _Fence(NamedTuple):
    """Where a block opens and the index after its closing fence, both as lines of the body."""

    start: int
    stop: int
    words: tuple[str, ...]


class _Block(NamedTuple):
    """A python block; line is where its code starts in the page's file."""

    line: int
    words: tuple[str, ...]
    code: str

    @property
    def kind(self) -> str:
        return self.words[1]


def parse_page(text: str) -> Page:
    """Splits a page into metadata and body. Raises PageError when the toml block is missing or incomplete."""
    lines = text.removeprefix("\ufeff").splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[start].rstrip() != "```toml":
        raise PageError(start + 1, "a page opens with a ```toml block")
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() == "```"), None)
    if end is None:
        raise PageError(start + 1, "the toml block is not closed")
    metadata = _metadata("\n".join(lines[start + 1 : end]), start + 2)
    return Page(metadata, "\n".join(lines[end + 1 :]) + "\n", end + 2)


def sections(page: Page) -> dict[str, str]:
    """Gives the text below each second-level heading, in the page's order.

    Raises PageError when the title is not `# name (CODE)` as in the metadata, or a section is missing.
    """
    lines = page.body.splitlines()
    code = {number for block in _fenced(page) for number in range(block.start, block.stop)}
    prose = [(number, line) for number, line in enumerate(lines) if number not in code]
    title = next((line.rstrip() for _, line in prose if line.startswith("# ")), None)
    heads = [(number, line[3:].strip()) for number, line in prose if line.startswith("## ")]
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    wanted = f"# {page.metadata['name']} ({page.metadata['code']})"
    if title != wanted:
        raise PageError(page.first_line, f"the title is {title!r}, not {wanted!r}")
    for name in SECTIONS:
        if name not in (head for _, head in heads):
            raise PageError(page.first_line, f"section '## {name}' is missing")
    texts = ("\n".join(lines[number + 1 : end]) for (number, _), end in zip(heads, ends, strict=True))
    return {head: text.strip("\n") + "\n" for (_, head), text in zip(heads, texts, strict=True)}


def examples(page: Page) -> tuple[Example, ...]:
    """Groups the python blocks into examples, in order. Raises PageError for blocks that fit nowhere."""
    found: list[Example] = []
    waiting: list[_Block] = []
    for block in _blocks(page):
        after_before = bool(waiting) and waiting[-1].kind == "before"
        if after_before != (block.kind == "after"):
            raise PageError(block.line - 1, "a before block and an after block stand together, in this order")
        waiting.append(block)
        if block.kind not in ("given", "before"):
            found.append(_example(waiting))
            waiting = []
    if waiting:
        raise PageError(waiting[-1].line - 1, "nothing follows this block that it could belong to")
    return tuple(found)


def strip_marks(code: str, line: int = 1) -> tuple[str, dict[int, tuple[str, ...]]]:
    """Takes `# finds:` comments out of code; gives the code without them and the codes by line of the code.

    line is where the code starts in its file. Raises PageError for a mark whose codes cannot be read.
    """
    kept: list[str] = []
    marks: dict[int, tuple[str, ...]] = {}
    for number, text in enumerate(code.splitlines(), 1):
        match = _MARK.search(text)
        if match:
            codes = tuple(word.strip() for word in match[1].split(","))
            if not all(_CODE.fullmatch(word) for word in codes):
                raise PageError(line + number - 1, f"cannot read the codes of {match[0].strip()!r}")
            marks[number] = codes
            text = text[: match.start()]
        kept.append(text)
    return "".join(text + "\n" for text in kept), marks


def _metadata(block: str, first_line: int) -> dict[str, Any]:
    try:
        metadata = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise PageError(first_line + (int(place[1]) - 1 if place else 0), f"bad toml: {error}") from error
    for key in ("code", "name", "severity", "safety", "summary"):
        if not isinstance(metadata.get(key), str) or not metadata[key].strip():
            raise PageError(first_line, f"the toml block needs a text under '{key}'")
    if not _CODE.fullmatch(metadata["code"]):
        raise PageError(first_line, f"'{metadata['code']}' is no code such as TFC301")
    for key, allowed in (("severity", SEVERITIES), ("safety", SAFETIES)):
        if metadata[key] not in allowed:
            raise PageError(first_line, f"{key} is one of {', '.join(allowed)}, not '{metadata[key]}'")
    return metadata


def _fenced(page: Page) -> Iterator[_Fence]:
    """Every fenced block of the page, whatever its language."""
    lines = page.body.splitlines()
    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at])
        start, at = at, at + 1
        if not opening:
            continue
        while at < len(lines) and not _closes(lines[at], opening[1]):
            at += 1
        if at == len(lines):
            raise PageError(page.first_line + start, "this block is not closed")
        at += 1
        yield _Fence(start, at, tuple(opening[2].split()))


def _closes(line: str, fence: str) -> bool:
    closing = line.strip()
    return len(closing) >= len(fence) and set(closing) == set(fence[:1])


def _blocks(page: Page) -> Iterator[_Block]:
    """The python blocks. Blocks in other languages are illustration and claim nothing."""
    lines = page.body.splitlines()
    for start, stop, words in _fenced(page):
        if words and words[0] in ("python", "py"):
            line = page.first_line + start
            _check_words(words, line)
            yield _Block(line + 1, words, "".join(text + "\n" for text in lines[start + 1 : stop - 1]))


def _check_words(words: tuple[str, ...], line: int) -> None:
    if len(words) < 2 or words[1] not in ("given", "before", "after", "quiet", "finds"):
        raise PageError(line, "a python block says given, before, after, quiet or finds")
    for word in words[2:]:
        name, equals, value = word.partition("=")
        option = word == "unsafe" or (equals and value and name in OPTIONS)
        if not (word == "extreme" if words[1] == "given" else option):
            raise PageError(line, f"'{word}' means nothing on a `python {words[1]}` block")


def _given(block: _Block) -> Given:
    values: dict[str, Any] = {}
    try:
        statements = ast.parse(block.code).body
    except SyntaxError as error:
        line = block.line + (error.lineno or 1) - 1
        raise PageError(line, f"a given block holds plain assignments: {error.msg}") from error
    for statement in statements:
        line = block.line + statement.lineno - 1
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = _literal(value, line)
            case _:
                raise PageError(line, "a given block holds plain assignments such as `z = [[0.5, 1.5]]`")
    if not values:
        raise PageError(block.line, "this given block gives nothing")
    return Given(values, "extreme" in block.words)


def _literal(value: ast.expr, line: int) -> object:
    try:
        return cast(object, ast.literal_eval(value))
    except ValueError as error:
        raise PageError(line, f"'{ast.unparse(value)}' is not a plain literal") from error


def _example(blocks: list[_Block]) -> Example:
    givens = tuple(_given(block) for block in blocks if block.kind == "given")
    block, *rest = blocks[len(givens) :]
    after = rest[0] if rest else None
    if after and after.words[2:] not in ((), block.words[2:]):
        raise PageError(after.line - 1, "the words of an after block are none or those of its before block")
    code, marks = strip_marks(block.code, block.line)
    return Example(
        kind="change" if after else cast(Kind, block.kind),
        before=code,
        after=strip_marks(after.code, after.line)[0] if after else None,
        givens=givens,
        unsafe="unsafe" in block.words,
        options=dict(word.split("=", 1) for word in block.words[2:] if "=" in word),
        line=block.line,
        marks=marks,
    )
