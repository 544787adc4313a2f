"""Magics of notebooks: what they run is read at its place, what they may bind is unknown, and no edit touches them."""

from __future__ import annotations

import pytest
from notebooks import IMPORT, LOSS, VALUES, checked, mended, migrated, notebook, places, sources

from tfce_migrate import check_source
from tfce_migrate.notebook.marks import NOT_PYTHON, ON_MAGIC, STRANGE

KNOWN = (
    IMPORT,
    "x, y = (tf.placeholder(tf.float32, [None, 3]) for _ in 'xy')\nz = tf.matmul(x, w)\np = tf.nn.softmax(z)",
)
BY_HAND = "loss = -tf.reduce_sum(y * tf.log(p), 1)"


def by_hand(*cells: str) -> tuple[str, list[object]]:
    """The last cell after cells that may change p, a softmax before them, and the cells as they are then."""
    after = sources(migrated(notebook(*KNOWN, *cells, BY_HAND), unsafe=True).after)
    return "".join(map(str, after[-1])), ["".join(map(str, cell)) for cell in after[2:-1]]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "cell",
    [
        "%time q = 1; p = g(z)", "%time q = p = g(z)", '%time with tf.name_scope("a"): p = g(z)', "%time (p := g(z))",
        "%time for p in g(z): pass", "%time from foo import p", "%time import a.b as p", "%time del p",
        "%time p, q = g(z)", "%time [p, *q] = g(z)", "%time p: int = 3", "%time p += 1",
        "%time p = tf.nn.sigmoid(\\\n  z)",
        "%prun -l 3 p = g(z)", "if a:\n    %time p = g(z)", "for i in z:\n    %time p = g(z)", "p = %time g(z)",
        "%%time\np = g(z)", "%%time p = g(z)", "%%prun p = g(z)\n1", "%%capture p\n1", "%%capture --no-stderr p\n1",
        "%%bash --out p\nls",
        "%%capture\n%%time\np = g(z)", "%store -r p", "%store -r", "%run p.py", "%reset -f", "%R -o p", "%sql p << 1",
        "%%memit\np = g(z)", "%%memit p = g(z)\n1", "%%foo p\n1", "%%foo\nbad syntax p", "%%foo\np", "%memit p = g(z)",
        "%%timeit\nglobal p\np = g(z)", "[p] = !ls", "p, q = %foo", "if a:\n  p = !ls", "%foo p #", "%time exec p = 3",
        "broken (\nq = p = g(z)", "broken (\nwith a: p = g(z)", "broken (\nfrom foo import (p)", "broken (\n  (p := 3)",
        f"for i in z:\n    b = {BY_HAND.replace('loss', 'b')}\n    %store -r p",
    ],
)  # fmt: skip
def test_what_a_magic_may_bind_is_not_what_it_was(cell: str) -> None:
    after, kept = by_hand(cell)
    assert after == "loss = -tf.reduce_sum(y * tf.math.log(p), 1)"
    assert kept == [cell.replace("tf.log", "tf.math.log")]


@pytest.mark.parametrize(
    "cell",
    [
        "%%timeit\np = g(z)", "%%timeit -n 3 p = g(z)\nq = p", "%timeit p = g(z)", "%timeit -n3 -r 2 g(p)",
        "%timeit a = g(); b = a", "%timeit q = p = g(z)",
        "%time f(p)",
        "%%capture\n%%timeit -q\nfor p in z:\n    import tf", "m = %timeit -o tf.nn.relu(p)", "%memit tf.nn.relu(1)",
        "%matplotlib p", "!ls p = 3", "%%bash\np=3", "%%writefile p.py\np = 3", "%cd p", "p?", "%%capture out\n1",
        'raise SystemExit("stop here")', "return 3", "break", "raise ValueError", "f()\nraise ValueError\np = 1",
        "while True:\n    raise ValueError", "%%timeit\nraise ValueError",
    ],
)  # fmt: skip
def test_what_a_cell_does_not_bind_is_what_it_was(cell: str) -> None:
    after, kept = by_hand(cell)
    assert after == "loss = -tf.reduce_sum(y * tf.nn.log_softmax(z), 1)"
    assert kept == [cell]


def test_a_cell_of_timeit_binds_nothing_for_the_others() -> None:
    timed = "%%timeit\np = tf.nn.softmax(z)\na = -tf.reduce_sum(y * tf.log(p), 1)"
    known = f"{KNOWN[1]}\np = tf.nn.sigmoid(z)"
    outcome = migrated(notebook(IMPORT, known, timed, BY_HAND), unsafe=True)
    assert [f.cell for f in outcome.findings if f.code == "TFC302"] == [2]
    assert sources(outcome.after)[3] == ["loss = -tf.reduce_sum(y * tf.math.log(p), 1)"]


@pytest.mark.parametrize(
    ("cell", "line", "column"),
    [
        ("%time z = tf.log(y)", 1, 11), ("  %prun -q -l 3 tf.log(y)", 1, 17), ("m = %timeit -o tf.log(y)", 1, 16),
        ("a\nif a:\n    %time for b in tf.log(y): pass", 3, 20), ("%timeit -n 10 a = tf.log(y)", 1, 19),
        ("%time a = f(\\\n  tf.log(y))", 2, 3), ("%%timeit a = tf.log(y)\na", 1, 14), ("%%time\n%time tf.log(y)", 2, 7),
        ("%%prun tf.log(y)\na", 1, 8), ("%memit tf.log(y)", 1, 8), ("%%memit\na = tf.log(y)", 2, 5),
        ("%timeit a = f(y); tf.log(y)", 1, 19), ("%timeit -qo for a in y: tf.log(y)", 1, 25),
    ],
)  # fmt: skip
def test_what_a_magic_runs_is_read_and_not_edited(cell: str, line: int, column: int) -> None:
    cell = f"if a:\n{cell}" if cell.startswith(" ") else cell
    line += cell.startswith("if a:\n  %")
    text = notebook(IMPORT, VALUES, cell, "tf.log(z)")
    outcome = migrated(text)
    assert places(outcome) == [("TFC401", 2, line, column), ("TFC401", 3, 1, 1)]
    assert outcome.findings[0].fix
    assert outcome.findings[0].fix.why_not in (ON_MAGIC, STRANGE, NOT_PYTHON)
    assert outcome.after == mended(text)


STOPS = ['raise SystemExit("stop here")', "return 3", "break", "continue", "raise", "f()\nreturn"]


@pytest.mark.parametrize("stop", STOPS)
def test_the_cell_after_one_that_stops_is_read(stop: str) -> None:
    text = notebook(IMPORT, VALUES, stop, LOSS)
    assert places(checked(text)) == [("TFC401", 3, 1, 8)]
    assert migrated(text).after == mended(text)


@pytest.mark.parametrize(
    "call",
    [
        'get_ipython().run_line_magic("time", "q = p = g(z)")',
        'get_ipython().run_cell_magic("time", "", "p = g(z)\\n")',
        "get_ipython().magic('time p = g(z)')", "shell.run_line_magic('store', '-r p')", "ip.ex('p = g(z)')",
    ],
)  # fmt: skip
def test_text_that_an_exported_notebook_runs_may_bind_its_words(call: str) -> None:
    for line, known in ((call, False), (call.replace("p ", "o ").replace(" p'", " o'"), True)):
        program = "\n".join([*KNOWN, line, BY_HAND])
        found = {f.code for f in check_source(program, "n.py").findings}
        assert ("TFC302" in found, "TFC401" in found) == (known, True), line


def test_a_note_tells_of_what_a_magic_runs_that_is_not_python_3() -> None:
    cells = ("%time print tf.log(z)", "m = %timeit print 1", "%time f()\n%foo print 1", "%%bash\n%time print 1", LOSS)
    outcome = checked(notebook(IMPORT, VALUES, *cells))
    said = "what a magic runs is not Python 3 and was not looked at"
    assert outcome.notes == (f"cell 2: {said}", f"cell 3: {said}")
    assert places(outcome) == [("TFC401", 6, 1, 8)]


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ('get_ipython().run_line_magic("time", "x = tf.log(1.0)")', True),
        ('get_ipython().run_cell_magic("time", "", "y = tf.log(2.0)\\n")', True),
        ("get_ipython().magic('timeit tf.nn.relu(x)')", True),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", False),
        ("get_ipython().system('ls tf.log')", False),
    ],
)
def test_a_note_tells_of_text_that_an_exported_notebook_hands_on(line: str, is_told: bool) -> None:
    said = ("line 2: what is handed to IPython's shell was not looked at",) if is_told else ()
    assert check_source(f"import tensorflow as tf\n{line}\n", "n.py").notes == said
