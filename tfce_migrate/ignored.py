"""The lines of a .gitignore come in; whether it leaves a path out, decided folder by folder as git does, goes out."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Iterable
from typing import NamedTuple

_SPECIAL = re.compile(r"[*?\[\\]")
_CONTROL = "".join(map(chr, (*range(32), 127)))
_SETS = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "cntrl": _CONTROL,
    "digit": string.digits,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": string.ascii_lowercase,
    "print": "".join(map(chr, range(32, 127))),
    "punct": string.punctuation,
    "space": " \t\n\r",
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}


class Pattern(NamedTuple):
    """A line: what it matches (a name, or a path from its folder on), and what it says of that."""

    matches: Callable[[bytes], object]
    leaves_out: bool
    only_folders: bool
    by_name: bool


class Ignored(NamedTuple):
    """The patterns that hold in a folder: its own, the last first, then those of the folders above it."""

    base: str
    patterns: tuple[Pattern, ...]
    above: Ignored | None = None

    def ignores(self, path: str, folder: bool) -> bool:
        """Whether a path is left out. Its folder is not: git never looks into one that is."""
        name = os.fsencode(os.path.basename(path))
        level: Ignored | None = self
        while level is not None:
            if path.startswith(level.base):
                inside = os.fsencode(path[len(level.base) :].replace(os.sep, "/"))
                for matches, leaves_out, only_folders, by_name in level.patterns:
                    if (folder or not only_folders) and matches(name if by_name else inside):
                        return leaves_out
            level = level.above
        return False

    def ignores_on_the_way(self, path: str, folder: bool) -> bool:
        """Whether a path, or a folder between the patterns' own and the path, is left out."""
        parts = path.removeprefix(self.base).split(os.sep) if path.startswith(self.base) else []
        way = [self.base + os.sep.join(parts[:end]) for end in range(1, len(parts))]
        return any(self.ignores(each, True) for each in way) or self.ignores(path, folder)


def with_patterns(folder: str, lines: Iterable[bytes], above: Ignored | None = None) -> Ignored | None:
    """The patterns of lines that are relative to a folder, before those that hold there anyhow."""
    patterns = [pattern for line in lines if (pattern := _pattern(line))]
    return Ignored(os.path.join(folder, ""), tuple(reversed(patterns)), above) if patterns else above


def _pattern(raw: bytes) -> Pattern | None:
    """The pattern of a line; None for a comment, and for what can match nothing."""
    line = _without_spaces(raw.removesuffix(b"\r").split(b"\0")[0].decode("latin-1"))
    if raw.startswith(b"#"):
        return None
    text = line.removeprefix("!")
    path = text.removesuffix("/")
    regex = _regex(path.removeprefix("/"))
    if not path or regex is None:
        return None
    compiled = re.compile(regex.encode("latin-1"), re.DOTALL)
    return Pattern(compiled.fullmatch, not line.startswith("!"), text.endswith("/"), "/" not in path)


def _without_spaces(line: str) -> str:
    """The line without the spaces at its end, but for those after a backslash."""
    bare = line.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if slashes % 2 and bare != line else bare


def _regex(pattern: str) -> str | None:
    """The regular expression for a pattern; None if it can match nothing."""
    special = _SPECIAL.search(pattern)
    literal = special.start() if special else len(pattern)
    parts, at = [re.escape(pattern[:literal])], literal
    while at < len(pattern):
        read = {"*": _stars, "[": _bracket, "\\": _escaped}.get(pattern[at], _character)
        part, at = read(pattern, at, at == literal)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)


_Read = tuple[str | None, int]


def _character(pattern: str, at: int, first: bool) -> _Read:
    return "[^/]" if pattern[at] == "?" else re.escape(pattern[at]), at + 1


def _escaped(pattern: str, at: int, first: bool) -> _Read:
    return (re.escape(pattern[at + 1]) if at + 1 < len(pattern) else None), at + 2


def _stars(pattern: str, at: int, first: bool) -> _Read:
    """Two stars between slashes are any number of folders; the first wildcard need have no slash before it."""
    end = at + len(pattern[at:]) - len(pattern[at:].lstrip("*"))
    rest = pattern[end:]
    if end - at == 1 or not (first or pattern[at - 1] == "/") or (rest and not rest.startswith(("/", "\\/"))):
        return "[^/]*", end
    return ("(?:.*/)?", end + 1) if rest.startswith("/") else (".*", end)


def _bracket(pattern: str, at: int, first: bool) -> _Read:
    """A set of characters. None where it does not end, or names a set that there is not."""
    start = at + 1
    negated = pattern[start : start + 1] in ("!", "^") and start < len(pattern)
    at = start = start + negated
    members: set[str] = set()
    before = ""
    while pattern[at : at + 1] != "]" or at == start:
        found, before, at = _members(pattern, at, before)
        if found is None:
            return None, at
        members |= found
    kept = set(map(chr, range(256))) - members if negated else members
    ordered = "".join(f"\\x{ord(each):02x}" for each in sorted(kept - {"/"}))
    return (f"[{ordered}]" if ordered else None), at + 1


def _members(pattern: str, at: int, before: str) -> tuple[set[str] | None, str, int]:
    """What the next part of a set adds, the character with which a range may begin after it, and where that is."""
    rest = pattern[at:]
    if named := re.match(r"\[:([^\]]*):\]", rest):
        found = _SETS.get(named[1])
        return (set(found) if found is not None else None), "", at + named.end()
    if before and (ranged := re.match(r"-(?:\\(.)|([^\]\\]))", rest, re.DOTALL)):
        last = ranged[1] or ranged[2]
        return set(map(chr, range(ord(before), ord(last) + 1))), "", at + ranged.end()
    one = re.match(r"\\(.)|([^\\])", rest, re.DOTALL)
    if one is None:
        return None, "", at
    character = one[1] or one[2]
    return {character}, character, at + one.end()
