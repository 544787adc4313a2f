"""Comments that silence what is said of Python 2: they are heard, and not called unused."""

from __future__ import annotations

import pytest
from notebooks import notebook

from tfce_migrate import Settings, check_source, migrate_source

CONVERT = Settings(python2="convert", unsafe_fixes=True)
TF = "import tensorflow as tf\n"
OF_IT = ("TFC901", "TFC903")


def found(text: str, settings: Settings = CONVERT, path: str = "a.py") -> list[tuple[str, int | None, int]]:
    engine = check_source if settings.python2 == "check" else migrate_source
    findings = engine(text, path, settings).findings
    return [(f.code, f.cell, f.start.line) for f in findings if f.code in OF_IT]


@pytest.mark.parametrize(
    "comment", ["tfce: ignore[TFC901]", "noqa: TFC90", "tfce: ignore[python2-source]", "why # tfce: ignore[TFC3,TFC9]"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_silences_that_a_file_is_python_2(comment: str, end: str) -> None:
    text = (TF + f"print tf.log(1.0)  # {comment}\n").replace("\n", end)
    assert found(text, Settings()) == []
    assert found(text) == [("TFC901", None, 2)]
    assert found(text + "x = 0777 <> `y`\n") == [("TFC901", None, 2), *[("TFC901", None, 3)] * 3]
    assert migrate_source(text, "a.py", CONVERT).after == text.replace("print tf.log(1.0)", "print(tf.math.log(1.0))")


def test_a_comment_silences_its_line_alone() -> None:
    text = TF + "print 1  # tfce: ignore[TFC901]\nprint 2\nx = a / b  # tfce: ignore[TFC901]\ny = a / b\n"
    outcome = migrate_source(text + "z = unicode  # tfce: ignore[TFC901]\n", "a.py", CONVERT)
    said = [(f.start.line, f.message) for f in outcome.findings if f.code in OF_IT]
    assert [line for line, _ in said] == [2, 3, 5, 6]
    assert "look at line 5 and" in said[2][1]


def test_a_comment_that_silences_nothing_is_unused() -> None:
    assert found(TF + "print 1\nx = 1  # tfce: ignore[TFC901]\n", Settings()) == [
        ("TFC901", None, 2), ("TFC903", None, 3),
    ]  # fmt: skip
    assert found(TF + "x = 1  # tfce: ignore[TFC901]\n") == [("TFC903", None, 2)]


def test_what_is_neither_is_silenced_and_stays_a_problem() -> None:
    outcome = check_source(TF + "print 'a'\nx = 'b' (  # tfce: ignore\ny = <>\n", "a.py")
    assert outcome.problems


def test_comments_in_cells_silence_too() -> None:
    silent = "%matplotlib inline\nprint `x`  # tfce: ignore[TFC901]"
    text = notebook(TF + "x = tf.log(1.0)", silent, "print 2\nx = 1  # tfce: ignore[TFC901]")
    assert found(text, Settings(), "a.ipynb") == [("TFC903", 2, 2), ("TFC901", 2, 1)]
    assert found(text, CONVERT, "a.ipynb") == [("TFC903", 2, 2), *[("TFC901", 1, 2)] * 2, ("TFC901", 2, 1)]
    assert "print(repr(x))" in migrate_source(text, "a.ipynb", CONVERT).after
