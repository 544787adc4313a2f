"""A module's path comes in; the script beside it that imports its neighbours by their names goes out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache

from tfce_migrate import files

_GUARD = re.compile(
    r"""^if\b[^\n#]*(?:\b__name__\s*==\s*\w?['"]__main__['"]|['"]__main__['"]\s*==\s*__name__)""", re.MULTILINE
)
_IMPORT = re.compile(r"(?:^|;)[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+([^#;\n]+))", re.MULTILINE)
_JOINED = re.compile(r"\\[ \t]*\n[ \t]*")
_WORD = re.compile(r"\w+")
_LINE_END = re.compile(r"\r\n?")
_ENDS = (".py", os.sep, ".pyc", ".so", ".sl", ".pyd")  # of what the library's fixer takes for a module


def script_beside(text: str, path: str) -> str | None:
    """The name of the file, the module itself or one in its folder, that is run as a script and has such imports.

    Under Python 3 such a script finds its neighbours by their plain names only, and so have they to find each other.
    Converting changes nothing that is asked for here, so that a folder may be converted file by file.
    """
    folder = os.path.dirname(path)
    if _is_script(text, folder, os.path.basename(path)):
        return os.path.basename(path)
    for name, changed, size in _files(folder):
        if name != os.path.basename(path) and _is_script_on_disk(folder, name, changed, size):
            return name
    return None


def _files(folder: str) -> list[tuple[str, int, int]]:
    try:
        with os.scandir(folder or os.curdir) as found:
            modules = [(one.name, one.stat()) for one in found if one.name.endswith(".py") and one.is_file()]
    except OSError:
        return []
    return sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in modules)


@lru_cache(4096)
def _is_script_on_disk(folder: str, name: str, changed: int, size: int) -> bool:
    """Whether a file that was last changed then, and is so large, is one."""
    try:
        text = files.decode(files.read_bytes(os.path.join(folder, name))).text
    except files.UnreadableError:
        return False
    return _is_script(text, folder, name)


def _is_script(text: str, folder: str, name: str) -> bool:
    if "__main__" not in text:
        return False
    plain = _JOINED.sub(" ", _LINE_END.sub("\n", text))
    if _GUARD.search(plain) is None:
        return False
    return any(f"{module}.py" != name and _is_there(folder, module) for module in _imported(plain))


def _imported(plain: str) -> Iterator[str]:
    """The first words of the modules that are imported, but for those that are named from the package itself."""
    for match in _IMPORT.finditer(plain):
        if match.group(1):
            yield match.group(1)
        else:
            yield from (word.group() for part in match.group(2).split(",") if (word := _WORD.search(part)))


def _is_there(folder: str, module: str) -> bool:
    return any(os.path.exists(os.path.join(folder, module) + end) for end in _ENDS)
