"""A path comes in, the text of a Python file or of a notebook's cells goes out."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = re.compile(r"^(\s*)[%!?]")


@dataclass(frozen=True)
class Passage:
    """A Python file, or one code cell of a notebook (cell is None for a file)."""

    path: str
    cell: int | None
    text: str

    @property
    def lines(self) -> list[str]:
        """The text line by line; line 1 is at index 0."""
        return self.text.split("\n")


def read_passages(root: Path, path: str) -> list[Passage]:
    """The passages of one file below root; OSError or ValueError where it cannot be read."""
    content = (root / path).read_bytes()
    if not path.endswith(".ipynb"):
        return [Passage(path, None, decode(content))]
    return list(read_cells(path, json.loads(content)))


def read_cells(path: str, notebook: object) -> Iterator[Passage]:
    """The code cells of a notebook in format 3 or 4, numbered among all its cells."""
    if not isinstance(notebook, dict):
        raise ValueError(f"{path} is no notebook")
    cells = notebook.get("cells") or [
        cell for sheet in notebook.get("worksheets", []) for cell in sheet["cells"]
    ]
    for number, cell in enumerate(cells):
        if cell.get("cell_type") == "code":
            yield Passage(path, number, "".join(cell.get("source") or cell.get("input") or ""))


def decode(content: bytes) -> str:
    """The text of a Python file by its coding line, with newlines as newline characters."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = content.decode("utf-8", "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> ast.Module | None:
    """The syntax tree, None where the text is no Python 3; notebook magic counts as empty statements."""
    plain = "\n".join(MAGIC.sub(r"\1pass  # ", line) for line in text.split("\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            pass
        try:
            return ast.parse(plain)
        except (SyntaxError, ValueError):
            return None


def python_paths(root: Path) -> list[str]:
    """The Python files and notebooks below root, sorted, as posix paths relative to it."""
    found = (path for pattern in ("*.py", "*.ipynb") for path in root.rglob(pattern) if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in found)
