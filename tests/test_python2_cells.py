"""A notebook with one cell in Python 2 is Python 2 in all: its cells are converted as one program."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import notebook, texts

from tfce_migrate import Settings, check_source, migrate_source
from tfce_migrate.outcome import Outcome
from tfce_migrate.source import line_starts

CONVERT = Settings(python2="convert", unsafe_fixes=True)
TF = "import tensorflow as tf\n"


def converted(*cells: str) -> list[str]:
    """The cells after a migration that finds no trouble, and changes nothing when it is run again."""
    outcome = migrate_source(notebook(*cells), "a.ipynb", CONVERT)
    assert not outcome.problems
    again = migrate_source(outcome.after, "a.ipynb", CONVERT)
    assert again.after == outcome.after
    return texts(outcome.after)


def of_fixers(outcome: Outcome) -> list[tuple[str, int | None, int]]:
    return [(f.symbol, f.cell, f.start.line) for f in outcome.findings if f.code == "TFC901" and f.fixed]


def test_cells_that_python_3_can_parse_are_converted_too() -> None:
    first = TF + "d = {}\nfor i in xrange(3):\n    print\nif d.has_key(1):\n    print ('a', i)\n"
    first += "x = unicode('a'), d.iteritems()"
    text = notebook(first, "print 'a'", "y = a / b\nz = cmp(a, b)\nprint tf.log(x)")
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    assert texts(outcome.after) == [
        TF + "d = {}\nfor i in range(3):\n    print()\nif 1 in d:\n    print(('a', i))\nx = str('a'), iter(d.items())",
        "print('a')",
        "y = a / b\nz = cmp(a, b)\nprint(tf.math.log(x))",
    ]
    assert sorted(of_fixers(outcome)) == [
        ("dict", 0, 7), ("has_key", 0, 5), ("print", 0, 4), ("print", 0, 6), ("print", 1, 1), ("print", 2, 3),
        ("unicode", 0, 7), ("xrange", 0, 3),
    ]  # fmt: skip
    left = [(f.cell, f.start.line, f.start.column, f.message) for f in outcome.findings if not f.fixed]
    assert [(cell, line, column) for cell, line, column, _ in left] == [(2, 1, 5), (2, 2, 5)]
    assert "look at line 1 and" in left[0][3]
    assert "Python 3 has no cmp" in left[1][3]


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        (("import cPickle, itertools", "cPickle.dumps(1)\nprint 1"),
         ("import pickle, itertools", "pickle.dumps(1)\nprint(1)")),
        (("from itertools import izip\nprint 1", "f(izip)"), ("\nprint(1)", "f(zip)")),
        (("def input(): return 1\nprint 1", "input()"), ("def input(): return 1\nprint(1)", "input()")),
        (("import os", "print reduce(f, x)"), ("import os\nfrom functools import reduce", "print(reduce(f, x))")),
        (("%matplotlib inline\nprint 1", "reduce(f, x)\n"),
         ("from functools import reduce\n%matplotlib inline\nprint(1)", "reduce(f, x)\n")),
        (("", "# why", "x = reduce(f, 1L)"), ("", "# why", "from functools import reduce\nx = reduce(f, 1)")),
        (("from __future__ import print_function", "print('a', end='')\nx = 0777"),
         ("from __future__ import print_function", "print('a', end='')\nx = 0o777")),
        (("print 'a'", "from __future__ import print_function\nprint('a', 'b')",
          "print(1, file=f); y = x.has_key(1)"),
         ("print('a')", "from __future__ import print_function\nprint('a', 'b')", "print(1, file=f); y = 1 in x")),
        (("from __future__ import print_function\nprint('a', file=f)", "print 'a', 0777"),
         ("from __future__ import print_function\nprint('a', file=f)", "print('a', 0o777)")),
        (("from __future__ import unicode_literals", "print '\\u0041'"),
         ("from __future__ import unicode_literals", "print('\\u0041')")),
        (("x = 'é'\r\nprint x\r\n", "y = xrange(3)\r\nz = 1"), ("x = 'é'\r\nprint(x)\r\n", "y = range(3)\r\nz = 1")),
        (("print 1", "if (n := 1): xrange(n)\nmatch n:\n  case 1: pass"),
         ("print(1)", "if (n := 1): xrange(n)\nmatch n:\n  case 1: pass")),
        (("", "# why", "print 1", "%%bash\nprint 2", "!ls\n"), ("", "# why", "print(1)", "%%bash\nprint 2", "!ls\n")),
        (("if a:\n\tx\n        y\nprint 1", "if a:\n\tx = 1L"),
         ("if a:\n        x\n        y\nprint(1)", "if a:\n\tx = 1")),
    ],
)  # fmt: skip
def test_cells_are_one_program_to_the_fixers(cells: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert converted(*cells) == list(after)


@pytest.mark.parametrize("indent", [" ", "    ", "\t"])
def test_a_cell_that_is_indented_is_python_2_as_well(indent: str) -> None:
    cell = f"{indent}print 1\n{indent}if a <> 2:\n{indent}    print 'é', `tf.log(1.0)`\n"
    after = f"{indent}print(1)\n{indent}if a != 2:\n{indent}    print('é', repr(tf.math.log(1.0)))\n"
    assert converted(TF, "print 'a'", cell, f"{indent}x = xrange(3)") == [
        TF, "print('a')", after, f"{indent}x = range(3)",
    ]  # fmt: skip
    outcome = check_source(notebook(TF, cell), "a.ipynb")
    assert not outcome.problems
    assert [(f.code, f.cell, f.start.line) for f in outcome.findings] == [("TFC401", 1, 3), ("TFC901", 1, 1)]
    [log] = [f for f in outcome.findings if f.code == "TFC401"]
    line = cell.splitlines()[2]
    assert line[log.start.column - 1 :].startswith("tf.log(1.0)")


def test_a_refusal_names_the_cell_and_its_line() -> None:
    outcome = migrate_source(notebook("x = 1", "y = 2\nraise (E, f())", "print 1"), "a.ipynb", CONVERT)
    assert not outcome.changed
    assert any("cell 1, line 2 raises a tuple" in f.message for f in outcome.findings)


CELLS = st.sampled_from(
    ["print x", "print", "x = `y` + 0777L", "for i in xrange(3): print i", "d.has_key(k)", "import cPickle, Queue",
     "r = reduce(f, x)", "r = reduce(f, x)\n", " print 1\n print x", "\tx = 1", "%time print x", "!ls",
     "%%time\nprint x", "%matplotlib inline", "", "#", "def f(x):\n    return reduce(g, x)",
     "from itertools import izip", "izip(a, b)", "f(izip)", "raw_input()", "x = 1",
     "from __future__ import print_function", "print('a')", "print ('a', 1)",
     "try:\n    pass\nexcept E, e:\n    print e",
     "import os", "import os\n", "tf.log(x)",
     "cPickle.load(f)", "if a:\n\tb\n        c", "%%bash\nprint", "y = a / b\n"]
)  # fmt: skip


@given(st.lists(CELLS, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_is_converted_stays_so_and_is_told(cells: list[str], end: str) -> None:
    text = notebook(*(cell.replace("\n", end) for cell in (TF, *cells)))
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    again = migrate_source(outcome.after, "a.ipynb", CONVERT)
    assert again.after == outcome.after
    before, after = texts(text), texts(outcome.after)
    for cell in after:
        if outcome.changed and "%" not in cell and "!" not in cell and not cell.startswith((" ", "\t")):
            ast.parse(cell)
    for finding in outcome.findings:
        for edit in finding.fix.edits if finding.fix else ():
            assert edit.cell is not None
            starts = line_starts(before[edit.cell])
            assert edit.start <= edit.end
            assert edit.end.line <= len(starts)
