"""Notebooks: their cells as one program, places in cells, and edits that change nothing else in the JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import (
    IMPORT,
    LOSS,
    VALUES,
    checked,
    code,
    listed,
    mended,
    migrated,
    notebook,
    old_notebook,
    places,
    sources,
)

from tfce_migrate import Outcome
from tfce_migrate.notebook import NotebookError, read
from tfce_migrate.notebook.magic import parse_error, without_magic
from tfce_migrate.notebook.marks import BESIDE_PYTHON2
from tfce_migrate.outcome import Position
from tfce_migrate.report import Occasion, render
from tfce_migrate.settings import Settings

# places


def test_cells_are_one_program_and_findings_have_their_cell() -> None:
    text = notebook(IMPORT, {"cell_type": "markdown", "metadata": {}, "source": ["# x"]}, VALUES, "\n" + LOSS)
    outcome = checked(text)
    assert places(outcome) == [("TFC401", 3, 2, 8)]
    assert outcome.findings[0].end == Position(2, len("loss = tf.log") + 1)
    assert (outcome.before, outcome.after) == (text, text)
    assert outcome.problems == ()


def test_cells_of_format_3_are_counted_over_all_worksheets() -> None:
    text = old_notebook([IMPORT], VALUES, [LOSS])
    assert places(checked(text)) == [("TFC401", 2, 1, 8)]
    assert migrated(text).after == mended(text)


def test_reasons_and_edits_have_the_cell_in_which_they_stand() -> None:
    text = notebook(IMPORT, "x = 1\np = tf.nn.softmax(z)", "a = -tf.reduce_sum(y * tf.log(p))")
    (finding,) = (f for f in checked(text).findings if f.code == "TFC302")
    assert (finding.cell, finding.start) == (2, Position(1, 5))
    assert [(step.cell, step.start.line) for step in finding.because] == [(1, 2), (2, 1)]
    assert finding.fix
    assert {edit.cell for edit in finding.fix.edits} == {2}


def test_the_report_shows_the_lines_of_the_cell() -> None:
    text = notebook(IMPORT, "x = 1\np = tf.nn.softmax(f(z))", "é = 0\na = -tf.reduce_sum(y * tf.log(p))")
    shown = render([checked(text)], Occasion(Settings()))
    assert "n.ipynb:cell 2:2:5 TFC302" in shown
    assert "      2 | a = -tf.reduce_sum(y * tf.log(p))\n" in shown
    assert "(n.ipynb:cell 1:2:5)\n      2 | p = tf.nn.softmax(f(z))\n" in shown
    assert "    + logits = f(z)\n    + p = tf.nn.softmax(logits)\n" in shown
    data = json.loads(render([checked(text)], Occasion(Settings(output_format="json"))))
    (finding,) = (f for f in data["findings"] if f["code"] == "TFC302")
    assert (finding["cell"], [step["cell"] for step in finding["because"]]) == (2, [1, 2])
    assert [edit["cell"] for edit in finding["fix"]["edits"]] == [1, 1, 2]


def test_every_place_of_the_program_is_that_of_its_character() -> None:
    book = read(notebook("a = 1\r\nb = 2\r\n", "é = '\U0001f600'; c = 3", "", "d = 4\re = 5", "%magic\nf = 6\n"))
    for number, line in enumerate(book.program.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        for name in "abcdef":
            if line.find(f"{name} = ") >= 0:
                at = Position(number, line.index(f"{name} = ") + 1)
                cell, start, _ = book.places(at, at)
                lines = cell.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
                assert lines[start.line - 1][start.column - 1 :].startswith(f"{name} = ")


# edits, byte for byte

BOOK = (IMPORT, VALUES.strip(), "# é \u2028 \"quoted\" \\ tab\t\n" + LOSS + "  # é\nprint('x')\n")


@pytest.mark.parametrize("indent", [None, 1, 2, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_only_the_characters_of_the_edit_change(indent: int | None, ascii_only: bool, end: str) -> None:
    text = notebook(*BOOK, indent=indent, ensure_ascii=ascii_only) + end
    assert migrated(text).after == mended(text) != text


def test_a_source_that_is_one_string_stays_one() -> None:
    text = notebook(*(code(source) for source in BOOK))
    assert migrated(text).after == mended(text)


def test_odd_spellings_of_json_stay() -> None:
    text = notebook(*BOOK).replace("print", "\\u0070rint").replace('"# é', '"\\u0023 \\u00E9\\/')
    text = text.replace(": 2\n", " :2 \n").replace('"metadata": {},', '"metadata":\t{ },\r\n')
    assert migrated(text).after == mended(text) != text


def test_line_ends_in_the_source_stay() -> None:
    text = notebook(IMPORT, code([line + "\r\n" for line in VALUES.split("\n")] + [LOSS + "\r\n", "f()"]))
    assert migrated(text).after == mended(text)


NAMED = ["x = 1\n", "logits = f(z)\n", "p = tf.nn.softmax(logits)"]


@pytest.mark.parametrize("indent", [None, 1, 3])
def test_a_new_line_is_a_new_string_with_the_indentation_of_its_neighbours(indent: int | None) -> None:
    before = notebook(IMPORT, "x = 1\np = tf.nn.softmax(f(z))", "a = -tf.reduce_sum(y * tf.log(p))", indent=indent)
    after = [[IMPORT], NAMED, ["a = -tf.reduce_sum(y * tf.nn.log_softmax(logits))"]]
    expected = notebook(*map(code, after), indent=indent)
    assert migrated(before).after == expected


def test_a_new_line_in_a_source_of_one_string() -> None:
    before = notebook(IMPORT, code("x = 1\np = tf.nn.softmax(f(z))"), "a = -tf.reduce_sum(y * tf.log(p))")
    assert sources(migrated(before).after)[1] == "".join(NAMED)


def test_new_lines_in_a_list_of_one_string_of_several_lines_stay_in_it() -> None:
    before = notebook(IMPORT, code(["x = 1\np = tf.nn.softmax(f(z))"]), "a = -tf.reduce_sum(y * tf.log(p))")
    assert sources(migrated(before).after)[1] == ["".join(NAMED)]


def test_text_beyond_ascii_is_written_as_the_notebook_writes_it() -> None:
    cells = (IMPORT, "p = tf.nn.softmax(f('é\U0001f600', z))", "a = -tf.reduce_sum(y * tf.log(p))")
    for ascii_only, expected in ((True, "f('\\u00e9\\ud83d\\ude00', z)"), (False, "f('é\U0001f600', z)")):
        after = migrated(notebook(*cells, ensure_ascii=ascii_only)).after
        assert f'"logits = {expected}\\n",\n    "p = tf.nn.softmax(logits)"' in after
        assert after.isascii() is ascii_only


SETUP = "tf.compat.v1.disable_v2_behavior()"
PLACEHOLDER = "x = tf.compat.v1.placeholder(tf.float32, [None])"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([IMPORT], [IMPORT + "\n", "\n", SETUP]),
        ([IMPORT + "\n"], [IMPORT + "\n", "\n", SETUP + "\n"]),
        ([IMPORT + "\n", "%matplotlib inline"], [IMPORT + "\n", "\n", SETUP + "\n", "%matplotlib inline"]),
        (IMPORT, f"{IMPORT}\n\n{SETUP}"),
    ],
)
def test_a_call_after_the_imports_lands_in_their_cell(first: object, expected: object) -> None:
    after = migrated(notebook(code(first), PLACEHOLDER)).after
    assert sources(after) == [expected, [PLACEHOLDER]]
    assert not migrated(after).changed


def test_what_edits_leave_unused_goes_with_its_string_and_its_line_end() -> None:
    first = [IMPORT + "\n", "from tensorflow.contrib import losses"]
    text = notebook(code(first), VALUES, "loss = losses.softmax_cross_entropy(z, y)")
    after = sources(migrated(text).after)
    assert after[0] == [IMPORT]
    text = notebook(code(first[1:]), IMPORT, VALUES, "loss = losses.softmax_cross_entropy(z, y)")
    assert sources(migrated(text).after)[0] == []


# what is not Python


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline", "  %time f()", "!pip install tensorflow==1.15", "?tf.nn", "tf.nn?", "tf.nn.softmax??",
        "files = !ls", "a, b = %magic x", "%time y = f(x)", "!ls \\\n  -l \\\n  -a", "%cd 'it''s \"",
    ],
)  # fmt: skip
def test_magic_is_replaced_by_as_many_lines_of_python(line: str) -> None:
    head = "if a:\n" if line.startswith(" ") else ""
    text = f"{head}{line}\nb = (1\n% 2)\nc = '''\n%not magic\n'''\n"
    plain = without_magic(text)
    assert parse_error(plain) is None
    assert plain.count("\n") == text.count("\n")
    assert plain.endswith(text[text.index("b = (1") :])


def test_python_that_looks_like_magic_stays() -> None:
    text = "x = (a\n%b)\ny = '''\n!ls\nz?\n'''\nw = [\n  # ] '\n  1\n  %2]\n"
    assert without_magic(text) == text


def test_magic_stays_in_the_notebook_and_hides_no_line() -> None:
    cells = (f"%matplotlib inline\n{IMPORT}", "%%time\n" + VALUES, f"!ls\n{LOSS}\nloss?")
    text = notebook(*cells)
    outcome = migrated(text)
    assert outcome.problems == ()
    assert places(outcome) == [("TFC401", 2, 2, 8)]
    assert outcome.after == mended(text)


@pytest.mark.parametrize("first", ["%%bash", "%%writefile a.py", "\n%%html"])
def test_a_cell_in_another_language_is_not_read(first: str) -> None:
    outcome = migrated(notebook(IMPORT, f"{first}\n{LOSS}\n<p>", "%%capture out\ny = 1"))
    assert (outcome.findings, outcome.problems, outcome.changed) == ((), (), False)


def test_a_cell_that_is_no_python_is_a_problem_and_the_others_go_on() -> None:
    text = notebook(IMPORT, "def f(:\n", VALUES, LOSS)
    outcome = migrated(text)
    assert [(p.stage, p.line) for p in outcome.problems] == [("parse", None)]
    assert outcome.problems[0].message.startswith("cell 1 is not Python 3")
    assert outcome.after == mended(text)


def test_when_no_cell_is_python_nothing_is_analysed() -> None:
    outcome = migrated(notebook("def f(:", "x = = 1"))
    assert len(outcome.problems) == 2
    assert (outcome.findings, outcome.changed) == ((), False)


def test_what_a_lost_cell_may_bind_is_unknown_and_what_it_uses_stays() -> None:
    known = (IMPORT, "p = tf.nn.softmax(z)")
    by_hand = "a = -tf.reduce_sum(y * tf.log(p))"
    assert "TFC302" in {f.code for f in checked(notebook(*known, by_hand)).findings}
    assert "TFC302" not in {f.code for f in checked(notebook(*known, "p = g(]", by_hand)).findings}
    unused = ["from tensorflow.contrib import losses\n", IMPORT]
    calls = (VALUES, "loss = losses.softmax_cross_entropy(z, y)")
    assert sources(migrated(notebook(code(unused), *calls)).after)[0] == [IMPORT]
    assert sources(migrated(notebook(code(unused), *calls, "%timeit losses.x")).after)[0] == unused


def test_imports_of_a_lost_cell_hold_and_are_not_edited() -> None:
    text = notebook(f"{IMPORT}\nfrom tensorflow.contrib import losses\nx = (", VALUES, LOSS, PLACEHOLDER)
    outcome = migrated(text)
    assert outcome.after == mended(text)
    (entry,) = (f for f in outcome.findings if f.code == "TFC501")
    assert entry.fix
    assert entry.fix.why_not == "the cell is not Python 3"


def test_an_indented_cell_is_read_and_keeps_its_indentation() -> None:
    first = "    p = tf.nn.softmax(f(z))\n    if p:\n        q = tf.log(z)\n"
    cells = (first, "\n\ta = -tf.reduce_sum(y * tf.log(p))\n\t!ls")
    outcome = migrated(notebook(IMPORT, VALUES, *cells), unsafe=True)
    assert outcome.problems == ()
    assert ("TFC401", 2, 3, 13) in places(outcome)
    named = "    logits = f(z)\n    p = tf.nn.softmax(logits)\n    if p:\n        q = tf.math.log(z)\n"
    assert sources(outcome.after)[2:] == [
        listed(named),
        ["\n", "\ta = -tf.reduce_sum(y * tf.nn.log_softmax(logits))\n", "\t!ls"],
    ]


def test_half_a_character_is_said_in_plain_words() -> None:
    outcome = migrated(notebook(IMPORT, VALUES, "x = 1\ns = '\ud83d'", LOSS, ensure_ascii=True))
    said = "cell 2 is not Python 3 and was left out: half a character, \\ud83d, stands in it (line 2)"
    assert [problem.message for problem in outcome.problems] == [said]
    assert places(outcome) == [("TFC401", 3, 1, 8)]


def test_with_a_python_2_cell_the_notebook_is_read_and_not_edited() -> None:
    text = notebook(IMPORT, VALUES, f"{LOSS}\nprint 'é', loss", LOSS)
    outcome = migrated(text)
    assert places(outcome)[:2] == [("TFC401", 2, 1, 8), ("TFC401", 3, 1, 8)]
    assert [f.fix.why_not for f in outcome.findings if f.fix] == ["the cell is Python 2", BESIDE_PYTHON2]
    assert [f.cell for f in outcome.findings if f.code == "TFC901"] == [2]
    assert outcome.problems == ()
    assert outcome.after == text


def test_other_languages_and_empty_notebooks_have_no_findings() -> None:
    julia = {"cells": [code([LOSS])], "metadata": {"language_info": {"name": "julia"}}, "nbformat": 4}
    for text in (json.dumps(julia), notebook(), notebook(code([])), notebook(code(""))):
        assert checked(text) == Outcome("n.ipynb", text, text, cells=checked(text).cells)


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", "1", '{"cells": 1}', '{"cells": [1]}', '{"cells": []} x', "{" * 10, "[" * 100_000,
     notebook(code([1])), notebook(code(5)), notebook(IMPORT)[:-20], notebook(IMPORT).replace("import", "im\nport")],
)  # fmt: skip
def test_what_is_no_notebook_is_one_line_of_a_problem(text: str) -> None:
    with pytest.raises(NotebookError, match=r"^not a notebook[^\n]*\Z"):
        read(text)
    outcome = migrated(text)
    assert [problem.stage for problem in outcome.problems] == ["parse"]
    assert outcome.after == text


def test_an_edit_over_a_border_is_refused() -> None:
    book = read(notebook("a = 1", "%magic\nb = 2"))
    start = book.cells[1].start
    for span in ((start - 2, start + 1), (start + 3, start + 5), (0, start)):
        with pytest.raises(NotebookError):
            book.edit(*span, "x")


# laws

MAGICS = (
    f"%time {LOSS}", f"%%timeit x = 1\n{LOSS}", f"%%memit\n{LOSS}", f"if x:\n  %time {LOSS}\r\n", "%store -r z",
    f"m = %timeit {LOSS}", "%time p = tf.nn.softmax(f(z))", f"%prun a = (\\\n{LOSS}", f"%time \\\n{LOSS}", "raise x",
    "%%timeit\np = tf.nn.softmax(f(z))\na = -tf.reduce_sum(y * tf.log(p))", "  %%time\n\n%%capture o\nx",
    "%time from tensorflow.contrib import losses", "a = %time tf.log(z)",
    f"  a = 1\n  {LOSS}\n", f"\tif a:\n\t\t{LOSS}\n\t%time {LOSS}\n\tx = '''\\n\\t \\n'''",
)  # fmt: skip

text_of_cells = st.lists(
    st.one_of(
        st.sampled_from([*BOOK, LOSS, PLACEHOLDER, "p = tf.nn.softmax(f(z))", "a = -tf.reduce_sum(y * tf.log(p))"]),
        st.sampled_from(["%time f()", "print 'x'", "def f(:", "%%bash\nls", "", "\n", "x = 'é\\n'\r\n", "p?", *MAGICS]),
        st.text(max_size=20),
    ),
    max_size=7,
)


@given(text_of_cells, st.booleans(), st.booleans(), st.sampled_from([None, 1, 2]), st.booleans())
def test_nothing_but_sources_changes_and_twice_is_once(
    cells: list[str], as_list: bool, ascii_only: bool, indent: int | None, unsafe: bool
) -> None:
    given_cells = [IMPORT, *cells]
    text = notebook(*(code(listed(c) if as_list else c) for c in given_cells), indent=indent, ensure_ascii=ascii_only)
    outcome = migrated(text, unsafe)
    assert migrated(outcome.after, unsafe).after == outcome.after
    after = sources(outcome.after)
    assert notebook(*map(code, after), indent=indent, ensure_ascii=ascii_only) == outcome.after
    edited = {edit.cell for f in outcome.findings if f.fixed and f.fix for edit in f.fix.edits}
    assert edited == {number for number, new in enumerate(after) if new != sources(text)[number]}


@given(st.lists(st.text()), st.booleans())
def test_the_program_has_the_lines_of_the_cells(cells: list[str], ascii_only: bool) -> None:
    book = read(notebook(*map(code, cells), ensure_ascii=ascii_only))
    assert [cell.text for cell in book.cells] == cells
    assert parse_error(book.program) is None
