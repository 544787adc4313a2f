"""The name of a neighbouring module comes in; the bindings of its file, evaluated when first asked for, go out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from tfce_migrate import files
from tfce_migrate.evaluate import Frame, Reading, imported
from tfce_migrate.outcome import Position
from tfce_migrate.source import ParseError, Site, Source, TooLargeError, line_starts, parse

LIMIT_PARENTS = 6  # folders above a file in which an absolute import may start
LIMIT_LINES = 120_000  # of neighbours that are kept; when they are more, all are forgotten
WEIGHT = 3  # of a line that is read as another one, and keeps where each word of it stood
LIMIT_NESTING = 25  # neighbours that are evaluated because of one another
ROOTS = (".git", ".hg", "setup.py", "pyproject.toml", "setup.cfg")


class Project:
    """The neighbours of the files that are looked at, read from the disk as they are asked for, each once.

    A path is one from the current folder, as reports show it. Nothing of the code is run. older makes Python 3 of a
    text that is none, if it can; without it such neighbours are unknown.
    """

    def __init__(self, older: Callable[[str], Reading | None] | None = None) -> None:
        self._older = older
        self._readings: dict[str, tuple[str, Reading | None]] = {}  # by path, with the text that was read
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
            self._sources[path] = self._read(path)
            self._lines += len(line_starts(self._sources[path].text)) if self._sources[path] else 0  # type: ignore[union-attr]
        return self._sources[path]

    def positions(self, site: Site) -> tuple[Position, Position]:
        """Where a site of a neighbour starts and ends in its text as it is."""
        source = self.source(site.path)
        if source is None:
            return Position(site.line, site.column + 1), Position(site.end_line, site.end_column + 1)
        start, end = source.positions(site)
        _, reading = self._readings.get(site.path, ("", None))
        return (start, end) if reading is None else reading.span(start, end)

    def reading(self, text: str, path: str) -> Reading | None:
        """What a file's text that is not Python 3 is read as; worked out once for all who ask."""
        known = self._readings.get(path)
        if known is None or known[0] != text:
            known = self._readings[path] = text, self._older(text) if self._older is not None else None
            self._lines += WEIGHT * len(line_starts(text))
        return known[1]

    def _read(self, path: str) -> Source | None:
        if not os.path.isfile(path):
            return None
        try:
            text = files.decode(files.read_bytes(path)).text
        except files.UnreadableError:
            return None
        try:
            return parse(text, path)
        except TooLargeError:
            return None
        except ParseError:
            reading = self.reading(text, path)
        return None if reading is None else parse(reading.text, path)

    def _make_room(self) -> None:
        if self._lines > LIMIT_LINES:
            self._tops, self._sources, self._readings, self._lines = {}, {}, {}, 0


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
