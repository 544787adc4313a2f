"""The name of a neighbouring module comes in; the bindings of its file, evaluated when first asked for, go out."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tfce_migrate import files
from tfce_migrate.evaluate import Frame, imported
from tfce_migrate.source import ParseError, Source, line_starts, parse

LIMIT_PARENTS = 6  # folders above a file in which an absolute import may start
LIMIT_LINES = 120_000  # of neighbours that are kept; when they are more, all are forgotten
LIMIT_NESTING = 25  # neighbours that are evaluated because of one another
ROOTS = (".git", ".hg", "setup.py", "pyproject.toml", "setup.cfg")


class Project:
    """The neighbours of the files that are looked at, read from the disk as they are asked for, each once.

    A path is one from the current folder, as reports show it. Nothing of the code is run.
    """

    def __init__(self) -> None:
        self._tops: dict[str, Frame] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._sources: dict[str, Source | None] = {}
        self._lines = 0
        self._nesting = 0

    def find(self, module: str, level: int, path: str, also: Sequence[str] = ()) -> str | None:
        """The file or folder of a module as imported from path, or from one of the folders; None if no neighbour."""
        folder = os.path.dirname(path)
        for _ in range(level - 1):
            folder = os.path.join(folder, os.pardir)
        key = (folder if not level else f"{folder}{os.sep}.", module)
        if key not in self._found:
            starts = [folder] if level else _starts(folder, module.partition(".")[0])
            self._found[key] = next((hit for start in starts if (hit := _inside(start, module)) is not None), None)
        found = self._found[key]
        if found is None and not level:
            found = next((hit for start in also if (hit := _inside(start, module)) is not None), None)
        return None if found == os.path.normpath(path) else found

    def child(self, package: str, name: str) -> str | None:
        """The file or folder of a module inside a package's."""
        folder = os.path.dirname(package) if os.path.basename(package) == "__init__.py" else package
        key = (f"{folder}{os.sep}:", name)
        if key not in self._found:
            self._found[key] = _inside(folder, name) if os.path.isdir(folder or os.curdir) else None
        return self._found[key]

    def top(self, path: str) -> Frame | None:
        """The bindings of a neighbour's file after its import, or so far while it is being imported."""
        if path not in self._tops and not self._nesting:
            self._make_room()
        if path in self._tops:
            return self._tops[path]
        source = self.source(path)
        if source is None or self._nesting >= LIMIT_NESTING:
            return None
        self._nesting += 1
        try:
            return imported(source, self, self._tops)
        except RecursionError:
            return self._tops.get(path)
        finally:
            self._nesting -= 1

    def parse(self, text: str, path: str) -> Source:
        """The tree of a file that is looked at for its own sake; one that was read as a neighbour is not parsed again.

        Raises:
            ParseError: the text is not Python 3, or nests deeper than the parser goes.
        """
        known = self._sources.get(path)
        return known if known is not None and known.text == text else parse(text, path)

    def source(self, path: str) -> Source | None:
        """A neighbour's text and tree; None for a folder and for what cannot be read or parsed."""
        if path not in self._sources:
            self._sources[path] = _read(path)
            self._lines += len(line_starts(self._sources[path].text)) if self._sources[path] else 0  # type: ignore[union-attr]
        return self._sources[path]

    def _make_room(self) -> None:
        if self._lines > LIMIT_LINES:
            self._tops, self._sources, self._lines = {}, {}, 0


def _read(path: str) -> Source | None:
    if not os.path.isfile(path):
        return None
    try:
        return parse(files.decode(files.read_bytes(path)).text, path)
    except (files.UnreadableError, ParseError):
        return None


def _starts(folder: str, package: str) -> list[str]:
    """The folder of a file and those above it, up to the one that looks like a project's.

    Above that one only a folder that holds the file in the package that is imported: a project inside another's tree.
    """
    found = [folder]
    current = folder
    inside = True
    for _ in range(LIMIT_PARENTS):
        inside = inside and not any(os.path.exists(os.path.join(current, name)) for name in ROOTS)
        below = os.path.basename(os.path.abspath(current))
        current = os.path.normpath(os.path.join(current, os.pardir)) if current else os.pardir
        if inside or below == package:
            found.append(current)
    return found


def _inside(folder: str, module: str) -> str | None:
    """The file of a dotted module below a folder: a module, a package, or a folder without an __init__."""
    base = os.path.normpath(os.path.join(folder, *module.split("."))) if module else os.path.normpath(folder or ".")
    for candidate in (f"{base}.py", os.path.join(base, "__init__.py")):
        if os.path.isfile(candidate):
            return candidate
    has_code = os.path.isdir(base) and any(entry.name.endswith(".py") for entry in os.scandir(base))
    return base if has_code else None
