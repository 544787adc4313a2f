"""Paths come in; the Python files and notebooks among them, and their decoded text, go out."""

from __future__ import annotations

import codecs
import os
import re
import stat
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tfce_migrate.ignored import Ignored, with_patterns

EXCLUDED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        ".venv",
        "venv",
        ".direnv",
        ".tox",
        ".nox",
        "site-packages",
        "node_modules",
        "build",
        "dist",
        ".eggs",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".ipynb_checkpoints",
    }
)

# What a file must contain before analysing it can find anything: a library that carries TensorFlow 1 losses,
# the name under which a neighbour may hand TensorFlow on, or a comment of ours that may be out of use.
_WORTH_READING = re.compile(rb"tensorflow|keras|tflearn|tensorlayer|slim|sonnet|prettytensor|\btf\b|tfce:")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # which no Python reads
_READABLE = (stat.S_IFREG, stat.S_IFIFO, stat.S_IFDIR)  # a folder has an error of its own
_MOST_PEEKED_AT = 5000  # entries of folders that are left out, to see whether they hold Python
_FIRST_TWO_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*")
_LINE_END = re.compile(rb"\r\n|\r|\n")


OUTSIDE = "a link to a file that is not in this folder, left out; given by name it is looked at"


class UnreadableError(Exception):
    """A file whose text cannot be had; line and column count from 1 where the place is known."""

    def __init__(self, message: str, line: int | None = None, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class WriteError(Exception):
    """A file that was not written; what stood there still stands."""


class Found(NamedTuple):
    """The files to look at, sorted and each once, the paths that cannot be looked at, and those that are not."""

    files: tuple[str, ...]
    unreachable: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()  # what .gitignore files leave out, folders with a slash at the end


class _Beside(NamedTuple):
    """What a walk meets beside the files that it gives."""

    unreachable: dict[str, str]
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the encoding that turns it back into the very same bytes.

    A byte order mark is no part of the text; it makes the encoding utf-8-sig.
    """

    text: str
    encoding: str

    @property
    def bom(self) -> bool:
        """Whether the file starts with a byte order mark."""
        return self.encoding == "utf-8-sig"

    def encode(self, text: str) -> bytes:
        """The bytes of another text in this file's encoding. Raises WriteError for a character it has not."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start : error.start + 1]
            raise WriteError(f"the file's encoding {self.encoding} has no {character!a}") from error


def shown_path(path: str) -> str:
    """The path as reports show it: relative to the current folder, with forward slashes."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        relative = os.path.abspath(path)
    return relative.replace(os.sep, "/")


def listed_paths(raw: bytes) -> list[str]:
    """The paths of a list: a line each, or with NUL between them, as `git ls-files -z` writes it."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    parts = raw.split(b"\0") if b"\0" in raw else [line.removesuffix(b"\r") for line in raw.split(b"\n")]
    return [os.fsdecode(part) for part in parts if part]


def find_files(
    given: Sequence[str], exclude: Sequence[str] = (), exclude_root: str = "", force_exclude: bool = False
) -> Found:
    """Find the Python files and notebooks: given files whatever their name, and *.py and *.ipynb of given folders.

    Folders leave out what their .gitignore files, exclude (in the same syntax, relative to exclude_root) and
    EXCLUDED_FOLDERS name. force_exclude holds exclude and EXCLUDED_FOLDERS against what is given, too.
    """
    found: dict[str, str] = {}
    beside = _Beside({}, [])
    outside: list[str] = []
    for path in given:
        if force_exclude and is_excluded(path, exclude, exclude_root):
            continue
        if os.path.isdir(path):
            root = os.path.join(os.path.realpath(path), "")
            for file in _walk_given(path, exclude, exclude_root, beside):
                target = os.path.realpath(file)
                if not target.startswith(root):
                    outside.append(file)
                elif target not in found or os.path.islink(found[target]):
                    found[target] = file
        elif os.path.exists(path):
            found.setdefault(os.path.realpath(path), path)
        else:
            beside.unreachable[path] = "no such file or folder"
    left_out = tuple((link, OUTSIDE) for link in outside if os.path.realpath(link) not in found)
    ignored = _with_python(beside.ignored, {*found, *map(os.path.realpath, given)})
    return Found(tuple(sorted(found.values(), key=shown_path)), tuple(beside.unreachable.items()), left_out, ignored)


def is_excluded(path: str, exclude: Sequence[str], exclude_root: str) -> bool:
    """Whether a path lies in a folder that holds no source, as seen from exclude_root, or a pattern leaves it out."""
    root, full = os.path.abspath(exclude_root), os.path.abspath(path)
    inside = full.removeprefix(os.path.join(root, "")).split(os.sep) if full.startswith(os.path.join(root, "")) else []
    if EXCLUDED_FOLDERS & set(inside[: None if os.path.isdir(full) else -1]):
        return True
    asked = _asked(exclude, root)
    return asked is not None and asked.ignores_on_the_way(full, os.path.isdir(full))


def read_bytes(path: str) -> bytes:
    """The bytes of a file or a pipe. Raises UnreadableError."""
    try:
        if stat.S_IFMT(os.stat(path).st_mode) not in _READABLE:
            raise UnreadableError("cannot read the file: it is a device or a socket")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UnreadableError(f"cannot read the file: {error.strerror or error}") from error
    except MemoryError as error:
        raise UnreadableError("cannot read the file: there is not enough memory for it") from error


def is_pipe(path: str) -> bool:
    """Whether a path names a pipe, which can be read and not be replaced."""
    with suppress(OSError):
        return stat.S_ISFIFO(os.stat(path).st_mode)
    return False


def worth_reading(raw: bytes) -> bool:
    """Whether a file of these bytes can contain anything to find, or cannot be told."""
    return _WORTH_READING.search(raw) is not None or raw.startswith(_UTF_16)


def decode(raw: bytes) -> Decoded:
    """Decode Python source by its byte order mark, its coding comment, or as UTF-8; line ends stay.

    Raises UnreadableError, with the place of the first byte that does not fit.
    """
    try:
        encoding = _encoding(raw)
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        lines = _LINE_END.split(error.object[: error.start])
        column = len(lines[-1].decode(error.encoding, "replace")) + 1
        message = f"byte 0x{error.object[error.start]:02x} is not valid {error.encoding}"
        raise UnreadableError(message, len(lines), column) from error
    except (SyntaxError, LookupError) as error:
        raise UnreadableError(f"cannot tell the file's encoding: {error}") from error
    except ValueError as error:
        raise UnreadableError(f"cannot decode the file: {error}") from error


def _encoding(raw: bytes) -> str:
    head = _FIRST_TWO_LINES.match(raw)
    lines = iter(head.group().splitlines(keepends=True) if head else ())
    try:
        return tokenize.detect_encoding(lambda: next(lines, b""))[0]
    except SyntaxError:
        raw.decode("utf-8-sig")  # where this is the trouble, its error knows the place
        raise


def _walk_given(
    folder: str, exclude: Sequence[str], exclude_root: str, beside: _Beside
) -> Iterator[str]:
    full = os.path.abspath(folder)
    asked = _asked(exclude, exclude_root)
    if asked is None or not asked.ignores_on_the_way(full, True):
        yield from _walk(folder, full, _from_folders_above(full), asked, beside)


def _walk(
    folder: str, full: str, git: Ignored | None, asked: Ignored | None, beside: _Beside
) -> Iterator[str]:
    git = _with_gitignore(full, git)
    try:
        with os.scandir(full) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        beside.unreachable[folder] = f"cannot list the folder: {error.strerror or error}"
        return
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if not (_enter(entry) if is_folder else _is_python(entry)):
            continue
        if asked and asked.ignores(entry.path, is_folder):
            continue
        path = os.path.join(folder, entry.name)
        if git and git.ignores(entry.path, is_folder):
            beside.ignored.append(path + "/" * is_folder)
        elif is_folder:
            yield from _walk(path, entry.path, git, asked, beside)
        else:
            yield path


def _with_python(ignored: Sequence[str], looked_at: set[str]) -> tuple[str, ...]:
    """Those files and folders that hold Python and are not looked at all the same, as reports show them."""
    left = iter(range(_MOST_PEEKED_AT))
    shown: dict[str, None] = {}
    for path in ignored:
        if os.path.realpath(path) not in looked_at and (not path.endswith("/") or _holds_python(path, left)):
            shown[shown_path(path) + "/" * path.endswith("/")] = None
    return tuple(shown)


def _holds_python(folder: str, left: Iterator[int]) -> bool:
    """Whether a Python file is met in a folder, what is nearest first, before nothing is left to count with."""
    waiting = [folder]
    for each in waiting:
        with suppress(OSError), os.scandir(each) as listing:
            for entry in listing:
                if next(left, None) is None:
                    return False
                if _is_python(entry):
                    return True
                if entry.is_dir(follow_symlinks=False) and _enter(entry):
                    waiting.append(entry.path)
    return False


def _enter(entry: os.DirEntry[str]) -> bool:
    return entry.name not in EXCLUDED_FOLDERS and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


def _is_python(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # links that lead in a circle
        return entry.name.endswith((".py", ".ipynb")) and entry.is_file()
    return False


def _from_folders_above(full: str) -> Ignored | None:
    """The patterns from the top of the git repository down to the parent of full.

    A folder that was asked for by name is looked into even where they leave it, or one that it lies in, out: from
    there on they say nothing.
    """
    way = [full]
    while not os.path.exists(os.path.join(way[-1], ".git")):
        parent = os.path.dirname(way[-1])
        if parent == way[-1]:
            return None
        way.append(parent)
    way.reverse()
    holds = with_patterns(way[0], _lines(os.path.join(way[0], ".git", "info", "exclude")))
    for folder, inside in pairwise(way):
        holds = _with_gitignore(folder, holds)
        if holds and holds.ignores(inside, True):
            holds = None
    return holds


def _with_gitignore(folder: str, above: Ignored | None) -> Ignored | None:
    lines = _lines(os.path.join(folder, ".gitignore"))
    return with_patterns(folder, lines, above) if lines else above


def _asked(exclude: Sequence[str], root: str) -> Ignored | None:
    return with_patterns(os.path.abspath(root), map(os.fsencode, exclude)) if exclude else None


def _lines(file: str) -> list[bytes]:
    with suppress(OSError), open(file, "rb") as lines:
        return lines.read().removeprefix(codecs.BOM_UTF8).split(b"\n")
    return []
