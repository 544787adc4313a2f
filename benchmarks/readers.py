"""Bytes come in; a fuzzer that watches which code they reach hands them to the readers; what breaks a law goes out.

It wants the package atheris, which is not among the dependencies. The first byte of an input says which reader
gets the rest. `tests/test_readers.py` reads the inputs that are kept in `tests/corpus/`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
sys.path.insert(0, str(ROOT))
WORDS = (
    "# coding: ", "latin-1", "gbk", "utf-8", "shift-jis", "utf-16", "cp1252", "import tensorflow as tf\n", "tf.log(",
    "print ", "exec ", "raise E, ", "except E, e:", "<>", "`", "0777L", "ur'", "lambda (a, b): ", "from __future__ ",
    "print_function", "has_key(", "xrange(", "\\\n", "'''", "\x0c", "\\ud800", "\\u2028", "%%", "%matplotlib", "!ls",
    "?", "tfce: ignore[TFC101]", "# noqa", '{"cells": [', '"cell_type": "code"', '"source": [', '"nbformat": 4',
    '"worksheets": [', '"input": "', '"metadata": {', "\ufeff", "async ", "match x:\n case ", ":=", "f'{x!r:>{w}}'",
)  # fmt: skip


def must(holds: bool) -> None:
    """Raises AssertionError where a law is broken."""
    assert holds


def one_line(error: Exception) -> None:
    """What a person is told is one line."""
    assert "\n" not in str(error)


def decoded(raw: bytes) -> str | None:
    """The text of some bytes, where they have one; it gives the very same bytes back, or is known not to."""
    from tfce_migrate import files

    try:
        found = files.decode(raw)
    except files.UnreadableError as error:
        one_line(error)
        must(error.line is None or 1 <= error.line <= raw.count(b"\n") + raw.count(b"\r") + 1)
        return None
    try:
        again = files.decode(found.encode(found.text))
    except (files.WriteError, files.UnreadableError):
        return found.text
    if found.encode(found.text) == raw:
        assert again == found
    return found.text


def read_bytes(raw: bytes) -> None:
    """Decoding, and every place of the tree of what is Python."""
    text = decoded(raw)
    if text is not None:
        read_source(text)


def read_source(text: str) -> None:
    from tfce_migrate import source

    try:
        found = source.parse(text, "a.py")
    except source.ParseError as error:
        must(error.line is None or error.line >= 0)
        return
    for node in ast.walk(found.tree):
        if isinstance(node, (ast.expr, ast.stmt)):
            start, end = found.span(source.site_of("a.py", node))
            assert 0 <= start <= end <= len(text)
            if isinstance(node, ast.Name) and text[start:end].isascii():
                assert text[start:end] == node.id
    for line, comment in found.suppressions.items():
        assert 1 <= line <= len(found.starts)
        assert "#" in found.between(comment.start, comment.end)


def read_notebook(raw: bytes) -> None:
    """The cells of a notebook, and the notebook that the unchanged cells make."""
    from tfce_migrate.notebook import scan
    from tfce_migrate.notebook.analysis import in_cells
    from tfce_migrate.outcome import Outcome

    text = raw.decode("utf-8", "surrogateescape")
    try:
        cells = scan.written_cells(text)
    except scan.NotebookError as error:
        one_line(error)
    else:
        for cell in cells:
            assert [json.loads(text[start:end]) for start, end in cell.items] == list(cell.texts)
    done = in_cells(text, "a.ipynb", lambda program: Outcome("a.ipynb", program, program))
    assert done.after == text


def read_python2(raw: bytes) -> None:
    """Both Python 3 forms of a Python 2 text."""
    from tfce_migrate import python2
    from tfce_migrate.source import line_starts

    text = raw.decode("utf-8", "replace")
    found = python2.convert(text)
    if found is not None:
        ast.parse(found.text)
        assert len(line_starts(found.text)) == len(line_starts(text))
    try:
        new = python2.written(text)
    except python2.NotWrittenError as error:
        one_line(error)
    else:
        ast.parse(new.text)


def migrated(raw: bytes) -> None:
    """The whole way, twice."""
    from tfce_migrate import Settings, run

    settings = Settings(unsafe_fixes=True, python2="convert")
    done = run.run_on_bytes(b"import tensorflow as tf\n" + raw, "a.py", settings, "migrate")
    for problem in done.problems:
        assert "internal error" not in problem.message, problem.message
    if done.changed:
        again = run.run_on_bytes(done.after.encode(done.encoding), "a.py", settings, "migrate")
        assert again.after == done.after


READERS: tuple[Callable[[bytes], None], ...] = (read_bytes, read_notebook, read_python2, migrated)


def read(raw: bytes) -> None:
    """Hand an input to the reader that its first byte names. Raises what shows a mistake of the tool."""
    if raw:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            READERS[raw[0] % len(READERS)](raw[1:])


def main() -> None:
    """Fuzz until the time is over or something is found; the fuzzer prints both, and ends the process."""
    atheris = importlib.import_module("atheris")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--folder", type=Path, help="keeps new inputs, and those that broke something")
    parser.add_argument("--seed", type=int, default=0, help="0 takes another each time")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    words = folder / "words.dict"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n' for word in WORDS))
    with atheris.instrument_imports(include=["tfce_migrate", "fissix", "json", "tokenize"]):
        for reader in READERS:
            reader(b"print 1")
    flags = [
        f"-max_total_time={int(60 * options.minutes)}", f"-seed={options.seed}", f"-dict={words}", "-max_len=2048",
        "-timeout=30", "-rss_limit_mb=4000", f"-artifact_prefix={folder}/", "-print_final_stats=1",
    ]  # fmt: skip
    new = folder / "new"
    new.mkdir(exist_ok=True)
    atheris.Setup([sys.argv[0], *flags, str(new), str(CORPUS)], read)
    atheris.Fuzz()


def kept(folder: Path) -> Sequence[Path]:
    """The inputs of a folder."""
    return sorted(path for path in folder.iterdir() if path.is_file())


if __name__ == "__main__":
    main()
